"""DALL-E (Ramesh et al. 2021, https://arxiv.org/abs/2102.12092), a small one of Lienzo's own:
recognition and capabilities. A picture is a grid of tokens, drawn one after the other, each chosen
by the prompt and by those before it."""

from __future__ import annotations

from collections.abc import Mapping

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

ID = "dall_e"
IN_ORDER = "in_order"
CFG_SCALE = 2.0

DALLE_SAMPLERS: Mapping[str, SamplerSpec] = {
    # There is no noise, so there is no scheduler; the schedule "normal" stands for none.
    IN_ORDER: SamplerSpec(
        IN_ORDER, "Tokens in order", "Tokens in order", "", {}, ("normal",), random=True
    ),
}
LAYOUT = Layout(
    family=ID,
    pipelines={"DallePipeline": ""},
    parts={
        "transformer": ("DalleTransformer",),
        "dvae": ("DalleDVAE",),
        **TEXT_PARTS,
        **VAE_PARTS,
    },
    tokenizers=TOKENIZERS,
    samplers=DALLE_SAMPLERS,
)

TEMPERATURE = Setting(
    "token_temperature",
    translatable("Temperature of the tokens"),
    Kind.NUMBER,
    0.6,
    0.05,
    2.0,
    0.05,
    tip=translatable(
        "How freely each token is chosen: low values repeat the likeliest picture, high ones fall"
        " apart."
    ),
)
TOP_K = Setting(
    "token_top_k",
    translatable("Likeliest tokens"),
    Kind.WHOLE,
    64,
    1,
    1024,
    1,
    tip=translatable(
        "Top-k: each token is chosen among so many, the likeliest. With 1 there is one picture."
    ),
    term="Top-k",
    curve=2.0,
)
BEST_OF = Setting(
    "best_of",
    translatable("Best of"),
    Kind.WHOLE,
    4,
    1,
    16,
    1,
    tip=translatable(
        "So many pictures are drawn for each one that you see, and CLIP takes the one that fits the"
        " prompt best. Of fills, the one is taken to which the photo below fits best."
    ),
)


def recognise(folder: ModelFolder) -> ModelSpec | None:
    """Return a small DALL-E, None for any other folder."""
    return recognise_built_in(folder, LAYOUT, _read)


def _read(folder: ModelFolder, variant: str) -> tuple[str, PipelineFacts, Sizes, Defaults]:
    transformer = folder.config("transformer")
    scale, width = starter_autoencoder()
    grid = int(transformer.get("grid", 8))
    facts = PipelineFacts(
        vae_scale=scale,
        cell=2 * scale,
        width=int(transformer.get("width", 256)),
        vae_channels=width,
        text_tokens=int(transformer.get("text_tokens", 24)),
        tokenizers=TOKENIZERS,
    )
    side = grid * 2 * scale
    sizes = Sizes(side, side, smallest=side, largest=side)
    return variant, facts, sizes, Defaults(grid * grid, CFG_SCALE, IN_ORDER)


DALL_E = FamilySpec(
    id=ID,
    label="DALL-E",
    module="studio.engine.families.dall_e.family:FAMILY",
    recognise=recognise,
    tasks=frozenset({"generate", "fill", "replace", "extend"}),
    samplers=DALLE_SAMPLERS,
    settings=(TEMPERATURE, TOP_K, BEST_OF),
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
            "LoRAs and embeddings are made for diffusion models; this one draws tokens."
        ),
        Capability.CONTROL: translatable(
            "Control images steer the steps of a diffusion model; this one has tokens instead."
        ),
        Capability.REFERENCE: translatable(
            "Reference pictures steer the steps of a diffusion model; this one has tokens instead."
        ),
        Capability.REGION_PROMPTS: translatable(
            "Region prompts mix predictions of noise; this model draws tokens. Fill each place with"
            " a prompt of its own."
        ),
    },
    splitter=pipeline_splitter,
)
