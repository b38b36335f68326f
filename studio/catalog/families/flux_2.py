"""Flux.2 klein and dev (Black Forest Labs 2026, https://github.com/black-forest-labs/flux2):
recognition and capabilities of the models."""

from __future__ import annotations

from dataclasses import replace

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
from studio.catalog.steering import STEERING_SETTINGS
from studio.core.notices import translatable

ID = "flux_2"
KLEIN, BASE, DEV = "klein", "klein base", "dev"

LAYOUT = Layout(
    family=ID,
    pipelines={"Flux2KleinPipeline": KLEIN, "Flux2Pipeline": DEV},
    parts={
        "transformer": ("Flux2Transformer2DModel",),
        "vae": ("AutoencoderKLFlux2",),
        "text_encoder": ("Qwen3ForCausalLM", "Qwen3Model", "Mistral3ForConditionalGeneration"),
    },
)
TEXT_TOKENS = 512


def recognise(folder: ModelFolder) -> ModelSpec | None:
    """Return a Flux.2 klein, distilled or base, or dev; None for any other model."""
    return recognise_pipeline(folder, LAYOUT, _read)


def _read(folder: ModelFolder, variant: str) -> tuple[str, PipelineFacts, Sizes, Defaults]:
    packed = transformer_facts(folder, text_tokens=TEXT_TOKENS)
    # The pipeline packs 2 x 2 latent cells into one of four times as many channels.
    facts = replace(packed, vae_scale=packed.cell)
    cell = facts.cell
    if variant == DEV:
        sizes = Sizes(1024, cell, smallest=4 * cell, largest=2048)
        return DEV, facts, sizes, flow_defaults(50, 4.0)
    distilled = bool(folder.index.get("is_distilled", False))
    sizes = Sizes(1024, cell, smallest=4 * cell, largest=2048)
    defaults = flow_defaults(4, 1.0) if distilled else flow_defaults(50, 4.0)
    return (KLEIN if distilled else BASE), facts, sizes, defaults


def _limit(spec: ModelSpec, capability: Capability, name: str) -> str:
    is_task = capability is Capability.TASK
    if spec.variant == DEV and is_task and name in ("fill", "replace", "extend"):
        return translatable("Flux.2 dev fills no masks. Use Instruct with a mask.")
    return ""


FLUX_2 = FamilySpec(
    id=ID,
    label="Flux.2",
    limit=_limit,
    module="studio.engine.families.flux_2.family:FAMILY",
    recognise=recognise,
    tasks=frozenset({"generate", "fill", "replace", "extend", "instruct"}),
    samplers=FLOW_SAMPLERS,
    settings=STEERING_SETTINGS,
    adapters=frozenset({"lora"}),
    variants={KLEIN: "Flux.2 klein", BASE: "Flux.2 klein base", DEV: "Flux.2 dev"},
    missing={
        **LARGE_MISSING,
        Capability.NEGATIVE_PROMPT: translatable("Flux.2 takes no negative prompt."),
    },
    splitter=pipeline_splitter,
)
