"""A Stable Diffusion XL model in memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch

from studio.catalog.families.stable_diffusion_xl import xl_facts
from studio.catalog.model_spec import ModelSpec
from studio.catalog.tokens import TokenCounter
from studio.core.progress import Progress
from studio.engine.device import Device
from studio.engine.families.unet import TILE_EDGE
from studio.engine.latent_diffusion.model import UNetModel
from studio.engine.loading import (
    Networks,
    load_components,
    load_scheduler_config,
    load_tokenizer,
)
from studio.engine.preview import LatentPreview
from studio.engine.prompts import TextReader
from studio.engine.tiny_preview import choose_preview

LAST_BUT_ONE = -2
"""The hidden layer of both text encoders that conditions SDXL (Podell et al. 2023, 2.1)."""

PREVIEW = LatentPreview(
    torch.tensor(((60, -60, 25, -70), (60, -5, 15, -50), (60, 10, -5, -35))) / 255,
    torch.tensor((150, 140, 130)) / 255,
)
"""An approximate map from SDXL's latents to colours, as published; not fitted here:
https://huggingface.co/blog/TimothyAlexisVass/explaining-the-sdxl-latent-space"""


@dataclass(frozen=True, slots=True, eq=False)
class XLNetworks(Networks):
    """The networks of a model with a second text encoder, OpenCLIP bigG, and its tokenizer."""

    text_encoder_2: Any
    tokenizer_2: Any


@dataclass(frozen=True, slots=True, eq=False)
class LoadedXL(UNetModel):
    """A Stable Diffusion XL model; ``networks`` are ``XLNetworks``."""

    networks: XLNetworks

    @property
    def readers(self) -> tuple[TextReader, TextReader]:
        """Both text encoders, whose states are concatenated, with the added embeddings."""
        parts, tokens, device = self.networks, self.tokens, self.device.torch
        layer, skip = LAST_BUT_ONE, self.clip_skip
        return (
            TextReader(parts.text_encoder, parts.tokenizer, tokens, device, layer, skip),
            TextReader(parts.text_encoder_2, parts.tokenizer_2, tokens, device, layer, skip),
        )


def load(spec: ModelSpec, device: Device, progress: Progress) -> LoadedXL:
    """Read the weights of ``spec``; can be cancelled between two networks.

    StudioError names a missing or damaged file. An autoencoder that overflows in half precision,
    according to its configuration (``force_upcast``), is kept in float32.
    """
    tokens = TokenCounter.of(spec)
    parts = load_components(spec, device, progress)
    vae = parts["vae"]
    if xl_facts(spec).keeps_vae_precise and device.dtype is torch.float16:
        vae.to(torch.float32)
    if hasattr(vae, "tile_sample_min_size"):
        # With its configuration a tile would be as large as the picture.
        vae.tile_sample_min_size = TILE_EDGE
        vae.tile_latent_min_size = TILE_EDGE // xl_facts(spec).vae_scale
    networks = XLNetworks(
        unet=parts["unet"],
        vae=vae,
        text_encoder=parts["text_encoder"],
        tokenizer=load_tokenizer(spec),
        scheduler_config=load_scheduler_config(spec),
        fill_conv=None,
        text_encoder_2=parts["text_encoder_2"],
        tokenizer_2=load_tokenizer(spec, "tokenizer_2"),
    )
    progress.check()
    return LoadedXL(spec, device, networks, choose_preview(spec, device, PREVIEW), tokens)
