"""Z-Image (Alibaba Tongyi 2025, https://arxiv.org/abs/2511.22699): recognition and capabilities."""

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
from studio.catalog.steering import STEERING_SETTINGS
from studio.core.notices import translatable

ID = "z_image"
TURBO, BASE = "turbo", "base"

LAYOUT = Layout(
    family=ID,
    pipelines={"ZImagePipeline": TURBO},
    parts={
        "transformer": ("ZImageTransformer2DModel",),
        "vae": ("AutoencoderKL",),
        "text_encoder": ("Qwen3Model", "Qwen3ForCausalLM"),
    },
)
TEXT_TOKENS = 512


def recognise(folder: ModelFolder) -> ModelSpec | None:
    """Return a model of Z-Image, None for any other.

    Turbo and Base are told apart by the shift of their noise schedule (3 and 6), their only
    difference in the configuration.
    """
    return recognise_pipeline(folder, LAYOUT, _read)


def _read(folder: ModelFolder, variant: str) -> tuple[str, PipelineFacts, Sizes, Defaults]:
    width = int(folder.config("transformer").get("dim", 3840))
    facts = transformer_facts(folder, text_tokens=TEXT_TOKENS, width=width)
    if float(folder.scheduler().get("shift", 3.0)) > 3.0:
        variant = BASE
    sizes = Sizes(1024, facts.cell, smallest=4 * facts.cell, largest=2048)
    few = variant == TURBO
    return variant, facts, sizes, flow_defaults(9 if few else 28, 1.0 if few else 4.0)


Z_IMAGE = FamilySpec(
    id=ID,
    label="Z-Image",
    module="studio.engine.families.z_image.family:FAMILY",
    recognise=recognise,
    tasks=frozenset({"generate", "fill", "replace", "extend"}),
    samplers=FLOW_SAMPLERS,
    settings=STEERING_SETTINGS,
    adapters=frozenset({"lora"}),
    negative_prompt=True,
    variants={TURBO: "Z-Image Turbo", BASE: "Z-Image"},
    missing={
        **LARGE_MISSING,
        Capability.CONTROL: translatable(
            "The ControlNets of Z-Image come in a layout that Lienzo does not read yet."
        ),
    },
    splitter=pipeline_splitter,
)
