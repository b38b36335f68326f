"""Stable unCLIP (Stability AI 2023, https://github.com/Stability-AI/stablediffusion, UNCLIP.MD): a
Stable Diffusion 2.1 that paints what an image embedding of CLIP shows; recognition and
capabilities."""

from __future__ import annotations

from collections.abc import Mapping

from studio.catalog.families.pipeline import (
    LARGE_MISSING,
    ONLY_BLENDS,
    Layout,
    PipelineFacts,
    Sizes,
    companion,
    pipeline_splitter,
    recognise_pipeline,
)
from studio.catalog.families.prior import PRIOR_GUIDANCE, PRIOR_STEPS
from studio.catalog.families.spec import Capability, FamilySpec
from studio.catalog.families.unet import first_number, vae_widths
from studio.catalog.model_spec import Defaults, ModelSpec
from studio.catalog.recognise.model_folder import ModelFolder
from studio.catalog.references import BLEND, find_blend
from studio.catalog.samplers import SAMPLERS, SamplerSpec
from studio.catalog.settings import Kind, Setting
from studio.catalog.steering import STEERING_SETTINGS
from studio.core.notices import translatable

ID = "stable_unclip"
ALONE, WITH_PRIOR = "variations", "with prior"
PRIOR = "karlo_"
"""The prefix of the parts of the prior, which is Karlo's."""

UNCLIP_SAMPLERS: Mapping[str, SamplerSpec] = {
    name: SAMPLERS[name] for name in ("ddim", "ddpm", "euler", "euler_a", "dpmpp_2m")
}
PRIORS = {"UnCLIPPipeline": ""}
LAYOUT = Layout(
    family=ID,
    pipelines={"StableUnCLIPImg2ImgPipeline": ALONE, "StableUnCLIPPipeline": ALONE},
    parts={
        "unet": ("UNet2DConditionModel",),
        "vae": ("AutoencoderKL",),
        "text_encoder": ("CLIPTextModel",),
        "image_encoder": ("CLIPVisionModelWithProjection",),
        "image_normalizer": ("StableUnCLIPImageNormalizer",),
        "karlo_prior": ("PriorTransformer",),
        "karlo_text_encoder": ("CLIPTextModelWithProjection",),
    },
    tokenizers=("tokenizer",),
    optional=frozenset({"karlo_prior", "karlo_text_encoder"}),
    samplers=UNCLIP_SAMPLERS,
)
TEXT_TOKENS = 77

NOISE = Setting(
    "noise_level",
    translatable("Freedom from the photo"),
    Kind.WHOLE,
    0,
    0,
    999,
    1,
    tip=translatable(
        "Noise level: how much noise is added to the idea of the photo. At 0 the pictures keep its"
        " subject, at 999 hardly anything of it is left."
    ),
)


def recognise(folder: ModelFolder) -> ModelSpec | None:
    """Return a Stable unCLIP, with the prior of a Karlo beside it if their embeddings fit."""
    if folder.pipeline not in LAYOUT.pipelines:
        return None
    karlo = companion(folder, PRIORS)
    others = {PRIOR: karlo} if karlo is not None and _fits(folder, karlo) else {}

    def read(own: ModelFolder, variant: str) -> tuple[str, PipelineFacts, Sizes, Defaults]:
        return _read(own, WITH_PRIOR if others else variant)

    return recognise_pipeline(folder, LAYOUT, read, others)


def _fits(folder: ModelFolder, karlo: ModelFolder) -> bool:
    """Whether the prior makes embeddings of the width that the model takes."""
    if not karlo.class_name("prior"):
        return False
    wanted = int(folder.config("image_normalizer").get("embedding_dim", 768))
    return int(karlo.config("prior").get("embedding_dim", 768)) == wanted


def _read(folder: ModelFolder, variant: str) -> tuple[str, PipelineFacts, Sizes, Defaults]:
    unet, widths = folder.config("unet"), vae_widths(folder.config("vae"))
    scale = 2 ** (len(widths) - 1)
    channels = unet.get("block_out_channels") or (320, 640, 1280, 1280)
    facts = PipelineFacts(
        vae_scale=scale,
        cell=scale,
        width=first_number(channels, 320),
        vae_channels=int(widths[0]),
        text_tokens=TEXT_TOKENS,
    )
    native = first_number(unet.get("sample_size"), 96) * scale
    multiple = scale * 2 ** (len(channels) - 1)
    sizes = Sizes(native, multiple, smallest=multiple, largest=2 * native)
    return variant, facts, sizes, Defaults(20, 10.0, "dpmpp_2m")


def _limit(spec: ModelSpec, capability: Capability, name: str) -> str:
    if spec.variant == WITH_PRIOR:
        return ""
    if (capability, name) == (Capability.TASK, "generate"):
        return translatable(
            "Its prior is missing: put the folder karlo-v1-alpha beside it, or use Vary."
        )
    if capability is Capability.SETTING and name.startswith("prior_"):
        return translatable("The prior is missing; it is the folder karlo-v1-alpha beside it.")
    return ""


STABLE_UNCLIP = FamilySpec(
    id=ID,
    label="Stable unCLIP",
    module="studio.engine.families.stable_unclip.family:FAMILY",
    recognise=recognise,
    tasks=frozenset({"generate", "variations"}),
    samplers=UNCLIP_SAMPLERS,
    settings=(NOISE, PRIOR_STEPS, PRIOR_GUIDANCE, *STEERING_SETTINGS),
    references=frozenset({BLEND}),
    negative_prompt=True,
    variants={ALONE: "Stable unCLIP", WITH_PRIOR: "Stable unCLIP with prior"},
    missing={
        **LARGE_MISSING,
        Capability.TASK: translatable(
            "Stable unCLIP makes pictures and variations of them, nothing else."
        ),
        Capability.REFERENCE: ONLY_BLENDS,
        Capability.ADAPTER: translatable("Lienzo reads no LoRA for this kind of model yet."),
    },
    limit=_limit,
    splitter=pipeline_splitter,
    find_reference=find_blend,
)
