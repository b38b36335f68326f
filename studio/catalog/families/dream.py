"""Dream, after VQGAN+CLIP (Crowson et al. 2022, https://arxiv.org/abs/2204.08583).

No network was trained to paint: the latents of the starter's autoencoder are changed, step by step,
until CLIP finds that the picture fits the prompt.
"""

from __future__ import annotations

from collections.abc import Mapping

from studio.catalog.families.built_in import (
    CLIP_PARTS,
    TEXT_PARTS,
    TOKENIZERS,
    VAE_PARTS,
    recognise_built_in,
)
from studio.catalog.families.pipeline import (
    Layout,
    PipelineFacts,
    Sizes,
    pipeline_splitter,
)
from studio.catalog.families.spec import Capability, FamilySpec
from studio.catalog.model_spec import Defaults, ModelSpec
from studio.catalog.recognise.model_folder import ModelFolder
from studio.catalog.samplers import SamplerSpec
from studio.catalog.settings import Choice, Kind, Setting
from studio.core.notices import translatable

ID = "dream"
ADAM = "adam"
TEXT_TOKENS = 24

DREAM_SAMPLERS: Mapping[str, SamplerSpec] = {
    ADAM: SamplerSpec(ADAM, "Adam", "Adam", "torch.optim.Adam", {}, ("normal",)),
}
LAYOUT = Layout(
    family=ID,
    pipelines={"DreamPipeline": ""},
    parts={
        **CLIP_PARTS,
        **TEXT_PARTS,
        **VAE_PARTS,
    },
    tokenizers=TOKENIZERS,
    samplers=DREAM_SAMPLERS,
)
PHOTO, NOISE, AUTO = "photo", "noise", "auto"

RATE = Setting(
    "dream_rate",
    translatable("Learning rate"),
    Kind.NUMBER,
    0.08,
    0.005,
    0.5,
    0.005,
    tip=translatable("How far each step goes; high values are bold and restless."),
)
CUTOUTS = Setting(
    "dream_cutouts",
    translatable("Cutouts"),
    Kind.WHOLE,
    12,
    2,
    48,
    tip=translatable("How many pieces of the picture CLIP looks at in each step."),
)
AUGMENT = Setting(
    "dream_augment",
    translatable("Shake the cutouts"),
    Kind.SWITCH,
    True,
    tip=translatable(
        "Turns, mirrors and blurs the pieces and adds noise; without it CLIP is fooled by patterns"
        " that no eye sees."
    ),
)
START = Setting(
    "dream_start",
    translatable("Begin with"),
    Kind.CHOICE,
    AUTO,
    choices=(
        Choice(AUTO, translatable("What suits the task")),
        Choice(PHOTO, translatable("The photo")),
        Choice(NOISE, translatable("Noise")),
    ),
    tip=translatable("Replace begins with the photo, Fill with noise in the mask."),
)
SMOOTH = Setting(
    "dream_smooth",
    translatable("Smoothness"),
    Kind.NUMBER,
    0.3,
    0.0,
    5.0,
    0.1,
    tip=translatable("How much neighbouring pixels are drawn together (total variation)."),
)


def recognise(folder: ModelFolder) -> ModelSpec | None:
    """Return Dream's model, None for any other."""
    return recognise_built_in(folder, LAYOUT, _read)


def _read(folder: ModelFolder, variant: str) -> tuple[str, PipelineFacts, Sizes, Defaults]:
    facts = PipelineFacts(
        vae_scale=8,
        cell=8,
        width=256,
        vae_channels=48,
        text_tokens=TEXT_TOKENS,
        tokenizers=LAYOUT.tokenizers,
    )
    return variant, facts, Sizes(128, 8, smallest=64, largest=256), Defaults(150, 1.0, ADAM)


WHOLE = translatable("Dream has no network that paints, so there is nothing to change or to teach.")

DREAM = FamilySpec(
    id=ID,
    label="Dream (VQGAN+CLIP)",
    module="studio.engine.families.dream.family:FAMILY",
    recognise=recognise,
    tasks=frozenset({"generate", "fill", "replace"}),
    samplers=DREAM_SAMPLERS,
    settings=(RATE, CUTOUTS, AUGMENT, START, SMOOTH),
    negative_prompt=True,
    missing={
        Capability.TRAINING: WHOLE,
        Capability.ADAPTER: WHOLE,
        Capability.CONTROL: WHOLE,
        Capability.REFERENCE: WHOLE,
        Capability.INVERSION: WHOLE,
        (Capability.TASK, "rewrite"): WHOLE,
        (Capability.TASK, "instruct"): translatable(
            "Dream fits a picture to a description and does not follow instructions."
        ),
    },
    splitter=pipeline_splitter,
)
