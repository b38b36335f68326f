"""The small Flux that ships with the program: recognition and capabilities.

Rectified flow on diffusers' FluxTransformer2DModel, as in Flux.1 (Black Forest Labs 2024,
https://github.com/black-forest-labs/flux), with the starter's text encoder and autoencoder in the
place of CLIP, T5 and an autoencoder of sixteen channels.
"""

from __future__ import annotations

from studio.catalog.families.built_in import (
    TEXT_PARTS,
    TOKENIZERS,
    VAE_PARTS,
    recognise_built_in,
    starter_autoencoder,
)
from studio.catalog.families.pipeline import (
    FLOW_SAMPLERS,
    LARGE_MISSING,
    Layout,
    PipelineFacts,
    Sizes,
    flow_defaults,
    pipeline_splitter,
)
from studio.catalog.families.spec import Capability, FamilySpec
from studio.catalog.model_spec import Defaults, ModelSpec
from studio.catalog.recognise.model_folder import ModelFolder
from studio.catalog.settings import Kind, Setting
from studio.core.notices import translatable

ID = "small_flux"
PIPELINE = "SmallFluxPipeline"
LAYOUT = Layout(
    family=ID,
    pipelines={PIPELINE: ""},
    parts={
        "transformer": ("FluxTransformer2DModel",),
        **VAE_PARTS,
        **TEXT_PARTS,
    },
    tokenizers=TOKENIZERS,
)
TEXT_TOKENS = 77
PATCH = 2
"""Latent cells along the edge of a token."""

GUIDANCE = Setting(
    "learned_guidance",
    translatable("Learned guidance"),
    Kind.NUMBER,
    2.0,
    1.0,
    4.0,
    0.25,
    tip=translatable(
        "How closely the picture follows the prompt, as an input of the network, which costs no"
        " time. The CFG scale does it with a second call in each step."
    ),
)
SHIFT = Setting(
    "shift",
    translatable("Shift"),
    Kind.NUMBER,
    1.0,
    0.25,
    6.0,
    0.25,
    tip=translatable(
        "Above 1 more of the steps go to the outline, below 1 to the details. Large pictures need"
        " more; this model was made for 1."
    ),
)


def recognise(folder: ModelFolder) -> ModelSpec | None:
    """Return the small Flux, None for any other model."""
    return recognise_built_in(folder, LAYOUT, _read)


def _read(folder: ModelFolder, variant: str) -> tuple[str, PipelineFacts, Sizes, Defaults]:
    transformer = folder.config("transformer")
    scale, width = starter_autoencoder()
    facts = PipelineFacts(
        vae_scale=scale,
        cell=scale * PATCH,
        width=int(transformer["num_attention_heads"]) * int(transformer["attention_head_dim"]),
        vae_channels=width,
        text_tokens=TEXT_TOKENS,
        tokenizers=LAYOUT.tokenizers,
    )
    side = folder.number("native_size", 128)
    sizes = Sizes(side, facts.cell, smallest=side, largest=side)
    return variant, facts, sizes, flow_defaults(12, 1.0)


SMALL = translatable(
    "The small Flux was made in minutes, and nothing else was made for it. Choose the starter"
    " or a large Flux.1."
)

SMALL_FLUX = FamilySpec(
    id=ID,
    label="Flux (small)",
    module="studio.engine.families.small_flux.family:FAMILY",
    recognise=recognise,
    tasks=frozenset({"generate", "fill", "replace", "extend", "instruct"}),
    samplers=FLOW_SAMPLERS,
    settings=(GUIDANCE, SHIFT),
    negative_prompt=True,
    missing={
        **LARGE_MISSING,
        Capability.TRAINING: translatable(
            "The small Flux knows one picture of each thing, so it learns no subject. Teach the"
            " starter."
        ),
        Capability.ADAPTER: SMALL,
        Capability.CONTROL: SMALL,
        Capability.REFERENCE: SMALL,
    },
    splitter=pipeline_splitter,
)
