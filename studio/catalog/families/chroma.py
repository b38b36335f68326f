"""Chroma (Lodestone Rock 2025, https://huggingface.co/lodestones/Chroma): recognition and
capabilities. A Flux.1 schnell without its modulation layers, trained with guidance."""

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
from studio.catalog.families.spec import FamilySpec
from studio.catalog.model_spec import Defaults, ModelSpec
from studio.catalog.recognise.model_folder import ModelFolder
from studio.catalog.steering import STEERING_SETTINGS

ID = "chroma"

LAYOUT = Layout(
    family=ID,
    pipelines={"ChromaPipeline": ""},
    parts={
        "transformer": ("ChromaTransformer2DModel",),
        "vae": ("AutoencoderKL",),
        "text_encoder": ("T5EncoderModel",),
    },
)
TEXT_TOKENS = 512


def recognise(folder: ModelFolder) -> ModelSpec | None:
    """Return a model of Chroma, None for any other."""
    return recognise_pipeline(folder, LAYOUT, _read)


def _read(folder: ModelFolder, variant: str) -> tuple[str, PipelineFacts, Sizes, Defaults]:
    facts = transformer_facts(folder, text_tokens=TEXT_TOKENS)
    sizes = Sizes(1024, facts.cell, smallest=4 * facts.cell, largest=2048)
    few = "flash" in folder.name.lower()
    return variant, facts, sizes, flow_defaults(8 if few else 35, 1.0 if few else 5.0)


CHROMA = FamilySpec(
    id=ID,
    label="Chroma",
    module="studio.engine.families.chroma.family:FAMILY",
    recognise=recognise,
    tasks=frozenset({"generate", "fill", "replace", "extend"}),
    samplers=FLOW_SAMPLERS,
    settings=STEERING_SETTINGS,
    adapters=frozenset({"lora"}),
    negative_prompt=True,
    missing=LARGE_MISSING,
    splitter=pipeline_splitter,
)
