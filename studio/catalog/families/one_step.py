"""The small GAN and the small VAE: recognition and capabilities.

Both make a picture in one call of a network, from a random vector and the prompt: the generator of
a conditional GAN (Goodfellow et al. 2014, https://arxiv.org/abs/1406.2661; Mirza and Osindero 2014,
https://arxiv.org/abs/1411.1784), and the decoder of a conditional VAE (Kingma and Welling 2013,
https://arxiv.org/abs/1312.6114; Sohn et al. 2015).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from studio.catalog.families.built_in import (
    TEXT_PARTS,
    TOKENIZERS,
    VAE_PARTS,
    recognise_built_in,
    starter_autoencoder,
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
from studio.catalog.samplers import SamplerSpec
from studio.catalog.settings import Kind, Setting
from studio.core.notices import translatable

GAN_ID, VAE_ID = "gan", "vae_sampling"
ONE_STEP = "one_step"
SAMPLERS: Mapping[str, SamplerSpec] = {
    # There are no steps, so there is no scheduler.
    ONE_STEP: SamplerSpec(ONE_STEP, "One step", "One step", "", {}, ("normal",)),
}
TEXT_TOKENS = 24
CELLS = 16
"""Edge of the latents that a generator makes."""

TRUNCATION = Setting(
    "truncation",
    translatable("Truncation"),
    Kind.NUMBER,
    1.0,
    0.0,
    2.0,
    0.05,
    tip=translatable(
        "The length of the random vector against that of the training, its temperature. Low values"
        " are safe and alike, at 0 every seed gives one picture; high ones are bold."
    ),
)
WALK = Setting(
    "walk",
    translatable("Walk to another picture"),
    Kind.NUMBER,
    0.0,
    0.0,
    1.0,
    0.05,
    tip=translatable(
        "Moves from the random vector of the seed to a second one of the same seed, which it"
        " reaches at 1. The pictures on the way show what the model counts as neighbours."
    ),
)


def layout(family: str, pipeline: str) -> Layout:
    """Return how the folders of one of the two families look."""
    return Layout(
        family=family,
        pipelines={pipeline: ""},
        parts={
            "generator": ("LatentGenerator",),
            **TEXT_PARTS,
            **VAE_PARTS,
        },
        tokenizers=TOKENIZERS,
        samplers=SAMPLERS,
    )


def recogniser(family: str, pipeline: str) -> Callable[[ModelFolder], ModelSpec | None]:
    """Return the recogniser of one of the two families."""
    own = layout(family, pipeline)

    def recognise(folder: ModelFolder) -> ModelSpec | None:
        return recognise_built_in(folder, own, _read)

    return recognise


def _read(folder: ModelFolder, variant: str) -> tuple[str, PipelineFacts, Sizes, Defaults]:
    generator = folder.config("generator")
    scale, width = starter_autoencoder()
    facts = PipelineFacts(
        vae_scale=scale,
        cell=scale,
        width=int(max(generator.get("widths") or (176,))),
        vae_channels=width,
        text_tokens=TEXT_TOKENS,
        tokenizers=TOKENIZERS,
    )
    side = CELLS * scale
    return variant, facts, Sizes(side, side, side, side), Defaults(1, 1.0, ONE_STEP)


MISSING: Mapping[Capability | tuple[Capability, str], str] = {
    **LARGE_MISSING,
    Capability.TASK: translatable(
        "It makes a whole picture in one step and cannot see the rest of a photo; the other small"
        " models fill."
    ),
    Capability.TRAINING: translatable(
        "This model is a fixed example of its kind; teach the starter instead."
    ),
    Capability.NEGATIVE_PROMPT: translatable("A model of one step takes no negative prompt."),
    Capability.ADAPTER: translatable(
        "LoRAs and embeddings are made for diffusion models; this one has a single step."
    ),
    Capability.CONTROL: translatable(
        "Control images steer the steps of a diffusion model; this one has a single step."
    ),
    Capability.REFERENCE: translatable(
        "Reference pictures steer the steps of a diffusion model; this one has a single step."
    ),
    Capability.REGION_PROMPTS: translatable(
        "Region prompts mix predictions of noise; this model makes none."
    ),
}
GAN = FamilySpec(
    id=GAN_ID,
    label="GAN",
    module="studio.engine.families.one_step.family:GAN",
    recognise=recogniser(GAN_ID, "GanPipeline"),
    tasks=frozenset({"generate"}),
    samplers=SAMPLERS,
    settings=(TRUNCATION, WALK),
    missing=MISSING,
    splitter=pipeline_splitter,
)
VAE_SAMPLING = FamilySpec(
    id=VAE_ID,
    label="VAE",
    module="studio.engine.families.one_step.family:VAE",
    recognise=recogniser(VAE_ID, "VaeSamplingPipeline"),
    tasks=frozenset({"generate"}),
    samplers=SAMPLERS,
    settings=(TRUNCATION, WALK),
    missing=MISSING,
    splitter=pipeline_splitter,
)
