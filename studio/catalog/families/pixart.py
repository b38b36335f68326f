"""PixArt alpha (Chen et al. 2023, https://arxiv.org/abs/2310.00426) and Sigma (Chen et al. 2024,
https://arxiv.org/abs/2403.04692): recognition and capabilities of the models."""

from __future__ import annotations

from collections.abc import Mapping

from studio.catalog.families.pipeline import (
    LARGE_MISSING,
    Layout,
    PipelineFacts,
    Sizes,
    pipeline_splitter,
    recognise_pipeline,
)
from studio.catalog.families.spec import Capability, FamilySpec
from studio.catalog.families.unet import vae_widths
from studio.catalog.model_spec import Defaults, ModelSpec
from studio.catalog.recognise.model_folder import ModelFolder
from studio.catalog.samplers import SAMPLERS, SamplerSpec
from studio.catalog.steering import STEERING_SETTINGS
from studio.core.notices import translatable

ID = "pixart"
ALPHA, SIGMA = "alpha", "sigma"

PIXART_SAMPLERS: Mapping[str, SamplerSpec] = {
    name: SAMPLERS[name]
    for name in ("dpmpp_2m", "dpmpp_2m_sde", "euler", "euler_a", "ddim", "unipc", "lcm")
}
LAYOUT = Layout(
    family=ID,
    pipelines={"PixArtAlphaPipeline": ALPHA, "PixArtSigmaPipeline": SIGMA},
    parts={
        "transformer": ("PixArtTransformer2DModel", "Transformer2DModel"),
        "vae": ("AutoencoderKL",),
        "text_encoder": ("T5EncoderModel",),
    },
    samplers=PIXART_SAMPLERS,
)
TEXT_TOKENS = {ALPHA: 120, SIGMA: 300}
LATENT_EDGE = 128
"""Latent cells along the edge of the pictures of most models."""


def recognise(folder: ModelFolder) -> ModelSpec | None:
    """Return a model of PixArt alpha or Sigma, None for any other."""
    return recognise_pipeline(folder, LAYOUT, _read)


def _read(folder: ModelFolder, variant: str) -> tuple[str, PipelineFacts, Sizes, Defaults]:
    transformer, vae = folder.config("transformer"), folder.config("vae")
    widths = vae_widths(vae)
    scale = 2 ** (len(widths) - 1)
    cell = scale * int(transformer.get("patch_size", 2))
    facts = PipelineFacts(
        vae_scale=scale,
        cell=cell,
        width=int(transformer.get("num_attention_heads", 16))
        * int(transformer.get("attention_head_dim", 72)),
        vae_channels=int(widths[0]),
        text_tokens=TEXT_TOKENS[variant],
    )
    native = int(transformer.get("sample_size", LATENT_EDGE)) * scale
    few = folder.scheduler().get("_class_name") == "LCMScheduler"
    defaults = Defaults(4, 1.0, "lcm") if few else Defaults(20, 4.5, "dpmpp_2m")
    return variant, facts, Sizes(native, cell, smallest=cell * 4, largest=2048), defaults


PIXART = FamilySpec(
    id=ID,
    label="PixArt",
    module="studio.engine.families.pixart.family:FAMILY",
    recognise=recognise,
    tasks=frozenset({"generate", "fill", "replace", "extend"}),
    samplers=PIXART_SAMPLERS,
    settings=STEERING_SETTINGS,
    negative_prompt=True,
    variants={ALPHA: "PixArt alpha", SIGMA: "PixArt Sigma"},
    missing={
        **LARGE_MISSING,
        (Capability.TASK, "instruct"): translatable(
            "This model makes pictures and does not follow instructions."
        ),
        Capability.ADAPTER: translatable("Lienzo reads no LoRA for this kind of model yet."),
    },
    splitter=pipeline_splitter,
)
