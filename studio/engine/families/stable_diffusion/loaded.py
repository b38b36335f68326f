"""A Stable Diffusion model in memory."""

from __future__ import annotations

from dataclasses import dataclass

from studio.engine.latent_diffusion.model import UNetModel


@dataclass(frozen=True, slots=True, eq=False)
class LoadedStableDiffusion(UNetModel):
    """A Stable Diffusion 1.x or 2.x model: one UNet, one autoencoder, one text encoder."""
