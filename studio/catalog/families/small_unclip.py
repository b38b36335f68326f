"""The small unCLIP that ships in resources/lineage: recognition and capabilities.

After DALL-E 2 (Ramesh et al. 2022, https://arxiv.org/abs/2204.06125): a prior makes a CLIP image
embedding from the prompt, and the starter's UNet, with a small addition, draws what it means.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from studio.catalog.families.built_in import (
    CLIP_PARTS,
    TEXT_PARTS,
    TOKENIZERS,
    VAE_PARTS,
    recognise_built_in,
    starter_autoencoder,
    starter_folder,
)
from studio.catalog.families.pipeline import (
    ONLY_BLENDS,
    Layout,
    PipelineFacts,
    Sizes,
    pipeline_splitter,
)
from studio.catalog.families.prior import OLD_WORDS, PRIOR_GUIDANCE, PRIOR_STEPS, WORD_SHARE
from studio.catalog.families.spec import Capability, FamilySpec
from studio.catalog.families.unet import first_number
from studio.catalog.model_spec import Defaults, ModelSpec
from studio.catalog.recognise.model_folder import ModelFolder
from studio.catalog.references import BLEND, find_blend
from studio.catalog.samplers import SAMPLERS, SamplerSpec
from studio.catalog.settings import Kind, Setting
from studio.catalog.steering import STEERING_NAMES
from studio.core.notices import translatable

ID = "small_unclip"

UNCLIP_SAMPLERS: Mapping[str, SamplerSpec] = {
    name: SAMPLERS[name] for name in ("ddim", "euler", "euler_a", "dpmpp_2m")
}
LAYOUT = Layout(
    family=ID,
    pipelines={"UnclipPipeline": ""},
    parts={
        "prior": ("UnclipPrior",),
        "decoder": ("ImageConditioning",),
        **CLIP_PARTS,
        "starter_unet": ("UNet2DConditionModel",),
        **VAE_PARTS,
        **TEXT_PARTS,
    },
    tokenizers=TOKENIZERS,
    samplers=UNCLIP_SAMPLERS,
)

IDEA_GUIDANCE = replace(PRIOR_GUIDANCE, id="idea_guidance", default=1.5)
"""A small prior leaves the embeddings of real pictures sooner: at 4 the thing is lost."""
CANDIDATES = Setting(
    "prior_candidates",
    translatable("Ideas to choose from"),
    Kind.WHOLE,
    2,
    1,
    16,
    1,
    tip=translatable(
        "The prior makes so many image embeddings, and the one nearest to the prompt is drawn; 2"
        " are the paper's."
    ),
)
OWN_NOISE = Setting(
    "own_noise",
    translatable("Keep its drawing"),
    Kind.NUMBER,
    0.0,
    0.0,
    1.0,
    0.05,
    tip=translatable(
        "For Vary: 0 draws the idea of the picture anew from noise, 1 begins with the noise from"
        " which this very picture would come (DDIM inversion)."
    ),
)


def recognise(folder: ModelFolder) -> ModelSpec | None:
    """Return the small unCLIP, None for any other model."""
    return recognise_built_in(folder, LAYOUT, _read)


def _read(folder: ModelFolder, variant: str) -> tuple[str, PipelineFacts, Sizes, Defaults]:
    unet = starter_folder().config("unet")
    scale, width = starter_autoencoder()
    facts = PipelineFacts(
        vae_scale=scale,
        cell=scale,
        width=first_number(unet.get("block_out_channels"), 64),
        vae_channels=width,
        text_tokens=int(folder.config("prior").get("text_tokens", 24)),
        tokenizers=TOKENIZERS,
    )
    native = first_number(unet.get("sample_size"), 16) * scale
    sizes = Sizes(native, scale, smallest=native * 3 // 4, largest=2 * native)
    return variant, facts, sizes, Defaults(20, 3.0, "ddim", "normal")


LED = translatable("Its image embedding leads this decoder. Steer the starter model instead.")
NOT_TRAINED = translatable("The small unCLIP that ships with Lienzo is not trained further here.")

SMALL_UNCLIP = FamilySpec(
    id=ID,
    label="unCLIP (small)",
    module="studio.engine.families.small_unclip.family:FAMILY",
    recognise=recognise,
    tasks=frozenset({"generate", "variations"}),
    references=frozenset({BLEND}),
    samplers=UNCLIP_SAMPLERS,
    settings=(PRIOR_STEPS, IDEA_GUIDANCE, CANDIDATES, OLD_WORDS, WORD_SHARE, OWN_NOISE),
    missing={
        Capability.TRAINING: NOT_TRAINED,
        Capability.INVERSION: translatable(
            "With unCLIP, Vary changes a picture by words: write the new ones as the prompt."
        ),
        Capability.TASK: translatable(
            "unCLIP makes pictures, varies, blends and moves them by words, nothing else."
        ),
        **{(Capability.SETTING, name): LED for name in STEERING_NAMES},
        Capability.REFERENCE: ONLY_BLENDS,
        Capability.NEGATIVE_PROMPT: translatable("unCLIP takes no negative prompt."),
        Capability.ADAPTER: translatable(
            "The decoder draws image embeddings; LoRAs and embeddings are made for prompts."
        ),
        Capability.CONTROL: translatable(
            "The decoder takes no control image. The starter model, whose UNet it uses, does."
        ),
        Capability.REGION_PROMPTS: translatable(
            "An image embedding describes the whole picture, so there are no region prompts."
        ),
    },
    splitter=pipeline_splitter,
    find_reference=find_blend,
)
