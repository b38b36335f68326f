"""Lumina-Image 2.0 (Qin et al. 2025, https://arxiv.org/abs/2503.21758): recognition and
capabilities."""

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
)
from studio.catalog.families.spec import Capability, FamilySpec
from studio.catalog.families.unet import vae_widths
from studio.catalog.model_spec import Defaults, ModelSpec
from studio.catalog.recognise.model_folder import ModelFolder
from studio.catalog.steering import STEERING_SETTINGS
from studio.core.notices import translatable

ID = "lumina_2"

LAYOUT = Layout(
    family=ID,
    pipelines={"Lumina2Pipeline": "", "Lumina2Text2ImgPipeline": ""},
    parts={
        "transformer": ("Lumina2Transformer2DModel",),
        "vae": ("AutoencoderKL",),
        "text_encoder": ("Gemma2Model",),
    },
)
TEXT_TOKENS = 256 - 32
"""The encoder reads 256 tokens; the sentence that the pipeline puts before a prompt takes up to 32
of them."""


def recognise(folder: ModelFolder) -> ModelSpec | None:
    """Return a model of Lumina-Image 2.0, None for any other."""
    return recognise_pipeline(folder, LAYOUT, _read)


def _read(folder: ModelFolder, variant: str) -> tuple[str, PipelineFacts, Sizes, Defaults]:
    transformer, widths = folder.config("transformer"), vae_widths(folder.config("vae"))
    scale = 2 ** (len(widths) - 1)
    facts = PipelineFacts(
        vae_scale=scale,
        cell=scale * int(transformer.get("patch_size", 2)),
        width=int(transformer.get("hidden_size", 2304)),
        vae_channels=int(widths[0]),
        text_tokens=TEXT_TOKENS,
    )
    sizes = Sizes(1024, scale * 2, smallest=scale * 8, largest=2048)
    return variant, facts, sizes, flow_defaults(30, 4.0)


LUMINA_2 = FamilySpec(
    id=ID,
    label="Lumina 2",
    module="studio.engine.families.lumina_2.family:FAMILY",
    recognise=recognise,
    tasks=frozenset({"generate", "fill", "replace", "extend"}),
    samplers=FLOW_SAMPLERS,
    settings=STEERING_SETTINGS,
    adapters=frozenset({"lora"}),
    negative_prompt=True,
    missing={
        **LARGE_MISSING,
        (Capability.TASK, "instruct"): translatable(
            "This model makes pictures and does not follow instructions."
        ),
    },
    splitter=pipeline_splitter,
)
