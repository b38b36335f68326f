"""Qwen-Image and Qwen-Image-Edit (Wu et al. 2025, https://arxiv.org/abs/2508.02324): what they are
and what they can do."""

from __future__ import annotations

from studio.catalog.controls import CONTROL_KINDS
from studio.catalog.families.pipeline import (
    FLOW_SAMPLERS,
    LARGE_MISSING,
    Layout,
    PipelineFacts,
    Sizes,
    flow_defaults,
    pipeline_splitter,
    recognise_pipeline,
)
from studio.catalog.families.spec import Capability, FamilySpec
from studio.catalog.model_spec import Defaults, ModelSpec
from studio.catalog.recognise.model_folder import ModelFolder
from studio.catalog.steering import STEERING_SETTINGS
from studio.catalog.transformer_controls import QWEN_CONTROL
from studio.core.notices import translatable

ID = "qwen_image"
PLAIN, EDIT, EDIT_PLUS = "text", "edit", "edit plus"

LAYOUT = Layout(
    family=ID,
    pipelines={
        "QwenImagePipeline": PLAIN,
        "QwenImageEditPipeline": EDIT,
        "QwenImageEditPlusPipeline": EDIT_PLUS,
    },
    parts={
        "transformer": ("QwenImageTransformer2DModel",),
        "vae": ("AutoencoderKLQwenImage",),
        "text_encoder": (
            "Qwen2_5_VLForConditionalGeneration",
            "Qwen2_5_VLModel",
            "Qwen2_5_VLTextModel",
        ),
    },
)
TEXT_TOKENS = 1024


def recognise(folder: ModelFolder) -> ModelSpec | None:
    """Return a model of Qwen-Image or Qwen-Image-Edit, None for any other."""
    return recognise_pipeline(folder, LAYOUT, _read)


def _read(folder: ModelFolder, variant: str) -> tuple[str, PipelineFacts, Sizes, Defaults]:
    transformer, vae = folder.config("transformer"), folder.config("vae")
    halvings = len(vae.get("temperal_downsample") or (False, True, True))
    scale = 2**halvings
    facts = PipelineFacts(
        vae_scale=scale,
        cell=scale * 2,
        width=int(transformer.get("num_attention_heads", 24))
        * int(transformer.get("attention_head_dim", 128)),
        vae_channels=int(vae.get("base_dim", 96)),
        text_tokens=TEXT_TOKENS,
    )
    sizes = Sizes(1328, scale * 2, smallest=scale * 8, largest=2048)
    return variant, facts, sizes, flow_defaults(30, 4.0)


def _limit(spec: ModelSpec, capability: Capability, name: str) -> str:
    if capability is Capability.CONTROL and spec.variant != PLAIN:
        return translatable("Only Qwen-Image itself follows control images, not Qwen-Image-Edit.")
    if capability is not Capability.TASK:
        return ""
    if spec.variant == PLAIN and name == "instruct":
        return translatable("Only Qwen-Image-Edit follows instructions. Choose it for this.")
    if spec.variant != PLAIN and name == "generate":
        return translatable("Qwen-Image-Edit changes a picture. Choose Qwen-Image for a new one.")
    if spec.variant == EDIT_PLUS and name in ("fill", "replace", "extend"):
        return translatable(
            "This edition of Qwen-Image-Edit fills no masks. Use Instruct with a mask."
        )
    return ""


QWEN_IMAGE = FamilySpec(
    id=ID,
    label="Qwen-Image",
    module="studio.engine.families.qwen_image.family:FAMILY",
    recognise=recognise,
    tasks=frozenset({"generate", "fill", "replace", "extend", "instruct"}),
    samplers=FLOW_SAMPLERS,
    settings=STEERING_SETTINGS,
    adapters=frozenset({"lora"}),
    controls=frozenset(CONTROL_KINDS),
    find_control=QWEN_CONTROL.find,
    negative_prompt=True,
    variants={
        PLAIN: "Qwen-Image",
        EDIT: "Qwen-Image-Edit",
        EDIT_PLUS: "Qwen-Image-Edit 2509",
    },
    missing=LARGE_MISSING,
    limit=_limit,
    splitter=pipeline_splitter,
)
