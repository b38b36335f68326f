"""Flux.1 (Black Forest Labs 2024, https://github.com/black-forest-labs/flux): recognition and
capabilities of the models."""

from __future__ import annotations

from studio.catalog.families.pipeline import (
    FLOW_SAMPLERS,
    LARGE_MISSING,
    Layout,
    PipelineFacts,
    Sizes,
    flow_defaults,
    pipeline_splitter,
    recognise_pipeline,
    transformer_facts,
)
from studio.catalog.families.spec import Capability, FamilySpec
from studio.catalog.model_spec import Defaults, ModelSpec
from studio.catalog.recognise.model_folder import ModelFolder
from studio.catalog.settings import Kind, Setting
from studio.core.notices import translatable

ID = "flux"
DEV, SCHNELL, FILL, KONTEXT = "dev", "schnell", "fill", "kontext"

LAYOUT = Layout(
    family=ID,
    pipelines={"FluxPipeline": DEV, "FluxFillPipeline": FILL, "FluxKontextPipeline": KONTEXT},
    parts={
        "transformer": ("FluxTransformer2DModel",),
        "vae": ("AutoencoderKL",),
        "text_encoder": ("CLIPTextModel",),
        "text_encoder_2": ("T5EncoderModel",),
    },
    tokenizers=("tokenizer", "tokenizer_2"),
)
DEV_TOKENS, SCHNELL_TOKENS = 512, 256

GUIDANCE = "distilled_guidance"
DISTILLED = Setting(
    GUIDANCE,
    translatable("Distilled guidance"),
    Kind.NUMBER,
    3.5,
    0.0,
    100.0,
    0.5,
    tip=translatable(
        "How closely the picture follows the prompt, as the model learned it from a larger one; it"
        " costs no time. 2 to 4 suit most pictures, 30 suits Flux Fill."
    ),
)
FILL_GUIDANCE = 30.0


def recognise(folder: ModelFolder) -> ModelSpec | None:
    """Return a model of Flux.1: dev, schnell or Fill; None for any other."""
    return recognise_pipeline(folder, LAYOUT, _read)


def _read(folder: ModelFolder, variant: str) -> tuple[str, PipelineFacts, Sizes, Defaults]:
    if variant == DEV and not folder.config("transformer").get("guidance_embeds"):
        variant = SCHNELL
    facts = transformer_facts(
        folder,
        text_tokens=SCHNELL_TOKENS if variant == SCHNELL else DEV_TOKENS,
        tokenizers=("tokenizer_2", "tokenizer"),
    )
    sizes = Sizes(1024, facts.cell, smallest=4 * facts.cell, largest=2048)
    return variant, facts, sizes, flow_defaults(4 if variant == SCHNELL else 28, 1.0)


def _limit(spec: ModelSpec, capability: Capability, name: str) -> str:
    is_task = capability is Capability.TASK
    if spec.variant != KONTEXT and is_task and name == "instruct":
        return translatable("Only Flux Kontext follows instructions. Choose it for this.")
    if spec.variant == FILL and is_task and name in ("generate", "replace"):
        return translatable("Flux Fill only fills a mask. Choose Flux dev or schnell for this.")
    if spec.variant == FILL and capability is Capability.NEGATIVE_PROMPT:
        return translatable("Flux Fill takes no negative prompt.")
    if spec.variant == SCHNELL and capability is Capability.SETTING and name == GUIDANCE:
        return translatable("Flux schnell has no guidance: it always follows the prompt the same.")
    return ""


FLUX = FamilySpec(
    id=ID,
    label="Flux.1",
    module="studio.engine.families.flux.family:FAMILY",
    recognise=recognise,
    tasks=frozenset({"generate", "fill", "replace", "extend", "instruct"}),
    samplers=FLOW_SAMPLERS,
    adapters=frozenset({"lora"}),
    settings=(DISTILLED,),
    negative_prompt=True,
    variants={
        DEV: "Flux.1 dev",
        SCHNELL: "Flux.1 schnell",
        FILL: "Flux.1 Fill",
        KONTEXT: "Flux.1 Kontext",
    },
    missing=LARGE_MISSING,
    limit=_limit,
    splitter=pipeline_splitter,
)
