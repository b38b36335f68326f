"""Stable Diffusion 3 and 3.5 (Esser et al. 2024, https://arxiv.org/abs/2403.03206): recognition and
capabilities of the models."""

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
    transformer_facts,
)
from studio.catalog.families.spec import Capability, FamilySpec
from studio.catalog.model_spec import Defaults, ModelSpec
from studio.catalog.recognise.model_folder import ModelFolder
from studio.catalog.steering import STEERING_SETTINGS
from studio.catalog.transformer_controls import SD3_CONTROL
from studio.core.notices import translatable

ID = "stable_diffusion_3"

LAYOUT = Layout(
    family=ID,
    pipelines={"StableDiffusion3Pipeline": "3"},
    parts={
        "transformer": ("SD3Transformer2DModel",),
        "vae": ("AutoencoderKL",),
        "text_encoder": ("CLIPTextModelWithProjection",),
        "text_encoder_2": ("CLIPTextModelWithProjection",),
        "text_encoder_3": ("T5EncoderModel",),
    },
    tokenizers=("tokenizer", "tokenizer_2", "tokenizer_3"),
    optional=frozenset({"text_encoder_3", "tokenizer_3"}),
)
TEXT_TOKENS = 256
CLIP_TOKENS = 77


def recognise(folder: ModelFolder) -> ModelSpec | None:
    """Return a model of Stable Diffusion 3 or 3.5, None for any other."""
    return recognise_pipeline(folder, LAYOUT, _read)


def _read(folder: ModelFolder, variant: str) -> tuple[str, PipelineFacts, Sizes, Defaults]:
    transformer = folder.config("transformer")
    has_t5 = bool(folder.class_name("text_encoder_3"))
    facts = transformer_facts(
        folder,
        text_tokens=TEXT_TOKENS if has_t5 else CLIP_TOKENS,
        patch=int(transformer.get("patch_size", 2)),
        tokenizers=("tokenizer_3", "tokenizer") if has_t5 else ("tokenizer",),
    )
    variant = "3.5" if transformer.get("qk_norm") else variant
    sizes = Sizes(1024, facts.cell, smallest=4 * facts.cell, largest=2048)
    turbo = "turbo" in folder.name.lower()
    return variant, facts, sizes, flow_defaults(4 if turbo else 28, 1.0 if turbo else 4.5)


STABLE_DIFFUSION_3 = FamilySpec(
    id=ID,
    label="Stable Diffusion 3",
    module="studio.engine.families.stable_diffusion_3.family:FAMILY",
    recognise=recognise,
    tasks=frozenset({"generate", "fill", "replace", "extend"}),
    samplers=FLOW_SAMPLERS,
    settings=STEERING_SETTINGS,
    adapters=frozenset({"lora"}),
    controls=frozenset(CONTROL_KINDS),
    find_control=SD3_CONTROL.find,
    negative_prompt=True,
    variants={"3": "Stable Diffusion 3", "3.5": "Stable Diffusion 3.5"},
    missing={
        **LARGE_MISSING,
        Capability.REFERENCE: translatable(
            "Lienzo reads no IP-Adapter for Stable Diffusion 3 yet."
        ),
    },
    splitter=pipeline_splitter,
)
