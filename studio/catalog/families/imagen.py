"""Imagen (Saharia et al. 2022, https://arxiv.org/abs/2205.11487), a small one of Lienzo's own:
recognition and capabilities. A cascade on pixels: the first stage makes a picture of 32 px, the
second enlarges it to 128 px."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from studio.catalog.families.built_in import (
    TEXT_PARTS,
    TOKENIZERS,
    recognise_built_in,
)
from studio.catalog.families.pipeline import (
    LARGE_MISSING,
    Layout,
    PipelineFacts,
    Sizes,
    pipeline_splitter,
)
from studio.catalog.families.spec import Capability, FamilySpec
from studio.catalog.model_spec import Defaults, ModelSpec
from studio.catalog.recognise.model_folder import ModelFolder
from studio.catalog.samplers import SAMPLERS, SamplerSpec
from studio.catalog.settings import Kind, Setting
from studio.core.notices import translatable

ID = "imagen"
IMAGEN_SAMPLERS: Mapping[str, SamplerSpec] = {
    # The model's own thresholding of pixels must stay.
    name: replace(SAMPLERS[name], options={}, schedules=("normal",))
    for name in ("ddim", "ddpm")
}
UNET = ("PixelUNet",)
LAYOUT = Layout(
    family=ID,
    pipelines={"ImagenPipeline": ""},
    parts={
        "unet": UNET,
        "enlarger": UNET,
        **TEXT_PARTS,
    },
    tokenizers=TOKENIZERS,
    samplers=IMAGEN_SAMPLERS,
)
TEXT_TOKENS = 24
"""The tokens of a prompt that the starter's encoder gives to the small systems."""

THRESHOLD = Setting(
    "dynamic_threshold",
    translatable("Dynamic threshold"),
    Kind.NUMBER,
    0.0,
    0.0,
    100.0,
    0.5,
    tip=translatable(
        "In each step, colours beyond black and white are scaled back by this percentile of the"
        " picture, so that a high “Follow the prompt” does not burn them out; a white ground gets"
        " grey by it. 0 cuts them off."
    ),
    slider=(90.0, 100.0),
    unit=" %",
)
LEVEL = Setting(
    "conditioning_noise",
    translatable("Noise in the small picture"),
    Kind.NUMBER,
    0.05,
    0.0,
    0.49,
    0.01,
    tip=translatable(
        "Noise conditioning augmentation: the second stage gets the small picture with so much"
        " noise. Little copies its mistakes, much invents."
    ),
)
ENLARGER_STEPS = Setting(
    "second_stage_steps",
    translatable("Steps of the second stage"),
    Kind.WHOLE,
    8,
    1,
    50,
    1,
    tip=translatable("The picture of 32 px is enlarged to 128 px in so many steps."),
)
ONLY_ENLARGE = Setting(
    "only_enlarge",
    translatable("Only enlarge, with the second stage"),
    Kind.SWITCH,
    False,
    tip=translatable(
        "Leaves the first stage out: the picture in the marked place counts as 32 px, and the"
        " second stage gives it details by the prompt. For Replace, Fill and Extend."
    ),
)


def recognise(folder: ModelFolder) -> ModelSpec | None:
    """Return a small Imagen, None for any other folder."""
    return recognise_built_in(folder, LAYOUT, _read)


def _read(folder: ModelFolder, variant: str) -> tuple[str, PipelineFacts, Sizes, Defaults]:
    large = folder.config("enlarger")
    side = int(large.get("sample_size", 128))
    facts = PipelineFacts(
        vae_scale=1,
        cell=int(large.get("patch", 4)),
        width=int(next(iter(large.get("widths") or (80,)))),
        vae_channels=0,
        text_tokens=TEXT_TOKENS,
        tokenizers=TOKENIZERS,
    )
    sizes = Sizes(side, side, smallest=side, largest=side)
    return variant, facts, sizes, Defaults(20, 3.0, "ddpm")


IMAGEN = FamilySpec(
    id=ID,
    label="Imagen",
    module="studio.engine.families.imagen.family:FAMILY",
    recognise=recognise,
    tasks=frozenset({"generate", "fill", "replace", "extend"}),
    samplers=IMAGEN_SAMPLERS,
    settings=(THRESHOLD, ENLARGER_STEPS, LEVEL, ONLY_ENLARGE),
    negative_prompt=True,
    missing={
        **LARGE_MISSING,
        Capability.TRAINING: translatable(
            "This model is a fixed example of its kind; teach the starter instead."
        ),
        (Capability.TASK, "instruct"): translatable(
            "This model makes pictures and does not follow instructions."
        ),
        Capability.ADAPTER: translatable(
            "LoRAs and embeddings are made for other networks than the two of this model."
        ),
    },
    splitter=pipeline_splitter,
)
