"""Karlo (Kakao Brain 2022, https://github.com/kakaobrain/karlo), an open unCLIP: recognition and
capabilities. A prior makes an image embedding, a decoder a small picture, a third network the large
one."""

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
from studio.catalog.families.prior import OLD_WORDS, PRIOR_GUIDANCE, PRIOR_STEPS, WORD_SHARE
from studio.catalog.families.spec import Capability, FamilySpec
from studio.catalog.families.unet import first_number
from studio.catalog.model_spec import Defaults, ModelSpec
from studio.catalog.recognise.model_folder import ModelFolder
from studio.catalog.references import BLEND, find_blend
from studio.catalog.samplers import SamplerSpec
from studio.catalog.settings import Kind, Setting
from studio.catalog.steering import STEERING_SETTINGS
from studio.core.notices import translatable

ID = "karlo"
TEXT, BOTH, VARIATION = "text", "text and variations", "variations"
SECOND = "variation_"
"""The prefix of the parts of the folder for variations beside that for text."""

KARLO_SAMPLERS: Mapping[str, SamplerSpec] = {
    "unclip": SamplerSpec(
        "unclip", "unCLIP", "unCLIP", "diffusers.UnCLIPScheduler", {}, ("normal",)
    )
}
UNET = ("UNet2DConditionModel",)
VARIATION_PIPELINES = {"UnCLIPImageVariationPipeline": VARIATION}
LAYOUT = Layout(
    family=ID,
    pipelines={"UnCLIPPipeline": TEXT, **VARIATION_PIPELINES},
    parts={
        "prior": ("PriorTransformer",),
        "decoder": UNET,
        "text_encoder": ("CLIPTextModelWithProjection",),
        "text_proj": ("UnCLIPTextProjModel",),
        "image_encoder": ("CLIPVisionModelWithProjection",),
        "variation_image_encoder": ("CLIPVisionModelWithProjection",),
        "super_res_first": ("UNet2DModel",),
        "super_res_last": ("UNet2DModel",),
    },
    optional=frozenset({"prior", "image_encoder", "variation_image_encoder"}),
    samplers=KARLO_SAMPLERS,
)
TEXT_TOKENS = 77

ENLARGING_STEPS = Setting(
    "enlarging_steps",
    translatable("Steps of enlarging"),
    Kind.WHOLE,
    7,
    2,
    50,
    1,
    tip=translatable("The small picture is enlarged in so many steps; 7 is what it was made for."),
)


def recognise(folder: ModelFolder) -> ModelSpec | None:
    """Return a Karlo for text, for variations or, if both folders are side by side, for both."""
    if folder.pipeline not in LAYOUT.pipelines:
        return None
    others = {}
    if LAYOUT.pipelines[folder.pipeline] == TEXT:
        # The class decides, so that a text model without a prior is refused below.
        folder.check_classes({"prior": LAYOUT.parts["prior"]})
        second = companion(folder, VARIATION_PIPELINES)
        if second is not None and second.class_name("image_encoder"):
            others[SECOND] = second
    else:
        folder.check_classes({"image_encoder": LAYOUT.parts["image_encoder"]})

    def read(own: ModelFolder, variant: str) -> tuple[str, PipelineFacts, Sizes, Defaults]:
        return _read(own, BOTH if others else variant)

    return recognise_pipeline(folder, LAYOUT, read, others)


def _read(folder: ModelFolder, variant: str) -> tuple[str, PipelineFacts, Sizes, Defaults]:
    decoder, last = folder.config("decoder"), folder.config("super_res_last")
    side = int(last.get("sample_size") or 256)
    small = int(decoder.get("sample_size") or 64)
    facts = PipelineFacts(
        vae_scale=1,
        cell=max(1, side // small),
        width=first_number(decoder.get("block_out_channels"), 320),
        vae_channels=first_number(last.get("block_out_channels"), 192),
        text_tokens=TEXT_TOKENS,
    )
    steps = Defaults(25, 8.0, "unclip", "normal")
    return variant, facts, Sizes(side, side, smallest=side, largest=side), steps


def _limit(spec: ModelSpec, capability: Capability, name: str) -> str:
    if (capability, name) == (Capability.TASK, "generate") and spec.variant == VARIATION:
        return translatable("This Karlo only makes variations. Choose karlo-v1-alpha for text.")
    if (capability, name) == (Capability.TASK, "variations") and spec.variant == TEXT:
        return translatable(
            "It needs the folder karlo-v1-alpha-image-variations beside it for that."
        )
    if capability is Capability.REFERENCE and spec.variant == TEXT:
        return translatable(
            "It needs the folder karlo-v1-alpha-image-variations beside it to see pictures."
        )
    is_prior = capability is Capability.SETTING and name.startswith("prior_")
    if is_prior and spec.variant == VARIATION:
        return translatable("This Karlo has no prior, since it reads no prompt.")
    return ""


KARLO = FamilySpec(
    id=ID,
    label="Karlo",
    module="studio.engine.families.karlo.family:FAMILY",
    recognise=recognise,
    tasks=frozenset({"generate", "variations"}),
    samplers=KARLO_SAMPLERS,
    settings=(
        PRIOR_STEPS,
        PRIOR_GUIDANCE,
        ENLARGING_STEPS,
        OLD_WORDS,
        WORD_SHARE,
        *STEERING_SETTINGS,
    ),
    references=frozenset({BLEND}),
    variants={
        TEXT: "Karlo",
        BOTH: "Karlo with variations",
        VARIATION: "Karlo, variations only",
    },
    missing={
        **LARGE_MISSING,
        Capability.TASK: translatable("Karlo makes pictures and variations of them, nothing else."),
        Capability.REFERENCE: ONLY_BLENDS,
        Capability.NEGATIVE_PROMPT: translatable("Karlo takes no negative prompt."),
        Capability.ADAPTER: translatable("Lienzo reads no LoRA for this kind of model yet."),
    },
    limit=_limit,
    splitter=pipeline_splitter,
    find_reference=find_blend,
)
