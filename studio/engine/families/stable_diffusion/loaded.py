"""A Stable Diffusion model in memory."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from studio.engine.latent_diffusion.model import UNetModel
from studio.engine.preview import LatentPreview

FACTORS = (
    (0.298, 0.207, 0.208),
    (0.187, 0.286, 0.173),
    (-0.158, 0.189, 0.264),
    (-0.184, -0.271, -0.473),
)
"""Kevin Turner's least-squares fit for 1.x, a row per latent channel, columns R, G, B in -1..1:
https://discuss.huggingface.co/t/decoding-latents-to-rgb-without-upscaling/23204"""

PREVIEW = LatentPreview(
    torch.tensor(FACTORS, dtype=torch.float32).T.contiguous() / 2, torch.full((3,), 0.5)
)


@dataclass(frozen=True, slots=True, eq=False)
class LoadedStableDiffusion(UNetModel):
    """A Stable Diffusion 1.x or 2.x model: one UNet, one autoencoder, one text encoder."""
