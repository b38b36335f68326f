"""Converts pictures to latents and back with the autoencoder of a loaded model."""

from __future__ import annotations

import numpy as np
import torch

from studio.core.errors import StudioError
from studio.edit.request import Pixels
from studio.engine.latent_diffusion.model import UNetModel


def encode_image(loaded: UNetModel, image: torch.Tensor) -> torch.Tensor:
    """Return the scaled latents of a (1, 3, h, w) picture in -1..1, in the UNet's dtype.

    The autoencoder's dtype may differ, as some overflow in half precision.
    """
    scaled: torch.Tensor = (
        encode_unscaled(loaded, image) * loaded.networks.vae.config.scaling_factor
    )
    return scaled.to(loaded.device.dtype)


def encode_unscaled(loaded: UNetModel, image: torch.Tensor) -> torch.Tensor:
    """Return the latents of a (1, 3, h, w) picture in -1..1 as the autoencoder makes them."""
    vae = loaded.networks.vae
    encoded = vae.encode(image.to(loaded.device.torch, vae.dtype))
    # The mode of the distribution rather than a sample, so that encoding is deterministic.
    latents: torch.Tensor = (
        encoded.latents if hasattr(encoded, "latents") else encoded.latent_dist.mode()
    )
    return latents


def to_tensor(image: Pixels) -> torch.Tensor:
    """Return an (h, w, 3) uint8 picture as (3, h, w) float32 in -1..1."""
    return torch.from_numpy(image).permute(2, 0, 1).to(torch.float32) / 127.5 - 1


def decode_small(loaded: UNetModel, latents: torch.Tensor) -> torch.Tensor:
    """Return the picture (1, 3, h, w) in -1..1 of scaled latents (1, 4, h', w'), with gradients."""
    vae = loaded.networks.vae
    unscaled = latents.to(vae.dtype) / vae.config.scaling_factor
    picture: torch.Tensor = vae.decode(unscaled, return_dict=False)[0]
    return picture


def decode(loaded: UNetModel, latents: torch.Tensor) -> Pixels:
    """Return the (h, w, 3) uint8 picture of (1, 4, h, w) scaled latents."""
    vae = loaded.networks.vae
    unscaled = latents.to(vae.dtype) / vae.config.scaling_factor
    decoded = vae.decode(unscaled, return_dict=False)[0]
    image = decoded[0].to("cpu", torch.float32)
    if not torch.isfinite(image).all():
        raise StudioError(
            "The model {model} produced values that are not a picture (NaN).",
            "Lower the CFG scale, choose another sampler, or check the model's files.",
            model=loaded.spec.name,
        )
    pixels = image.add(1).mul(127.5).round().clamp(0, 255)
    picture = pixels.to(torch.uint8).permute(1, 2, 0).numpy()
    return np.ascontiguousarray(picture)
