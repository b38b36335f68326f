"""Kandinsky 2.2 (Razzhigaev et al. 2023, https://arxiv.org/abs/2310.03502): recognition and
capabilities. A prior makes an image embedding from the prompt, a decoder the picture from that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from studio.catalog.families.pipeline import (
    LARGE_MISSING,
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
from studio.catalog.samplers import SAMPLERS, SamplerSpec
from studio.catalog.steering import STEERING_SETTINGS
from studio.core.errors import StudioError
from studio.core.notices import translatable

ID = "kandinsky"
PLAIN, FILLING = "decoder", "inpainting"
PRIOR = "prior_"
"""The prefix of the parts of the prior, as in diffusers' combined pipelines."""

LEARNED_VARIANCE = {"variance_type": None}
"""Samplers other than DDPM do not use the variance that the decoder predicts."""
KANDINSKY_SAMPLERS: Mapping[str, SamplerSpec] = {
    "ddpm": SAMPLERS["ddpm"],
    **{
        name: replace(SAMPLERS[name], options={**SAMPLERS[name].options, **LEARNED_VARIANCE})
        for name in ("ddim", "dpmpp_2m")
    },
}
LAYOUT = Layout(
    family=ID,
    pipelines={
        "KandinskyV22Pipeline": PLAIN,
        "KandinskyV22Img2ImgPipeline": PLAIN,
        "KandinskyV22InpaintPipeline": FILLING,
        "KandinskyV22CombinedPipeline": PLAIN,
        "KandinskyV22Img2ImgCombinedPipeline": PLAIN,
        "KandinskyV22InpaintCombinedPipeline": FILLING,
    },
    parts={
        "unet": ("UNet2DConditionModel",),
        "movq": ("VQModel",),
        "prior_prior": ("PriorTransformer",),
        "prior_image_encoder": ("CLIPVisionModelWithProjection",),
        "prior_text_encoder": ("CLIPTextModelWithProjection",),
    },
    tokenizers=("prior_tokenizer",),
    samplers=KANDINSKY_SAMPLERS,
)
PRIORS = {"KandinskyV22PriorPipeline": "", "KandinskyV22PriorEmb2EmbPipeline": ""}
TEXT_TOKENS = 77
MASK_CHANNELS = 9
"""Channels that a decoder for masks takes: latents, those of the known area, and the mask."""


def recognise(folder: ModelFolder) -> ModelSpec | None:
    """Return a decoder of Kandinsky 2.2 with its prior, None for any other model.

    The prior is in the same folder, inside it or beside it; StudioError if there is none.
    """
    if folder.pipeline in PRIORS:
        raise StudioError(
            "{path} is only the prior of Kandinsky 2.2, which makes no pictures.",
            "Choose the folder of the decoder, and keep the prior beside it.",
            path=str(folder.path),
        )
    if folder.pipeline not in LAYOUT.pipelines or folder.class_name("prior_prior"):
        return recognise_pipeline(folder, LAYOUT, _read)
    prior = companion(folder, PRIORS)
    if prior is None:
        raise StudioError(
            "The Kandinsky decoder {path} has no prior, which reads the prompt.",
            "Put the folder kandinsky-2-2-prior beside it.",
            path=str(folder.path),
        )
    return recognise_pipeline(folder, LAYOUT, _read, {PRIOR: prior})


def _read(folder: ModelFolder, variant: str) -> tuple[str, PipelineFacts, Sizes, Defaults]:
    unet, widths = folder.config("unet"), vae_widths(folder.config("movq"))
    scale = 2 ** (len(widths) - 1)
    facts = PipelineFacts(
        vae_scale=scale,
        cell=scale,
        width=first_number(unet.get("block_out_channels"), 384),
        vae_channels=int(widths[0]),
        text_tokens=TEXT_TOKENS,
        tokenizers=("prior_tokenizer",),
    )
    variant = FILLING if int(unet.get("in_channels", 4)) == MASK_CHANNELS else PLAIN
    # The pipelines round sizes up to whole squares of the scale.
    sizes = Sizes(768, scale * scale, smallest=scale * scale, largest=2048)
    return variant, facts, sizes, Defaults(50, 4.0, "ddpm")


def _limit(spec: ModelSpec, capability: Capability, name: str) -> str:
    if capability is not Capability.TASK:
        return ""
    if spec.variant == PLAIN and name in ("fill", "extend"):
        return translatable("Only the inpainting model of Kandinsky 2.2 fills. Choose it for this.")
    if spec.variant == FILLING and name in ("generate", "replace", "variations"):
        return translatable("This Kandinsky model only fills a mask. Choose the decoder for this.")
    return ""


KANDINSKY = FamilySpec(
    id=ID,
    label="Kandinsky 2.2",
    module="studio.engine.families.kandinsky.family:FAMILY",
    recognise=recognise,
    tasks=frozenset({"generate", "fill", "replace", "extend", "variations"}),
    samplers=KANDINSKY_SAMPLERS,
    settings=(PRIOR_STEPS, PRIOR_GUIDANCE, *STEERING_SETTINGS),
    negative_prompt=True,
    variants={PLAIN: "Kandinsky 2.2", FILLING: "Kandinsky 2.2 inpainting"},
    missing={
        **LARGE_MISSING,
        (Capability.TASK, "instruct"): translatable(
            "This model makes pictures and does not follow instructions."
        ),
        Capability.ADAPTER: translatable("Lienzo reads no LoRA for this kind of model yet."),
    },
    limit=_limit,
    splitter=pipeline_splitter,
)
