"""Previews of latents by a tiny autoencoder (TAESD, https://github.com/madebyollin/taesd)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from diffusers import AutoencoderTiny
from safetensors.torch import load_file
from torch import Tensor

from studio.catalog.model_spec import ModelSpec
from studio.catalog.preview_files import preview_beside
from studio.edit.request import Pixels
from studio.engine.device import Device
from studio.engine.preview import LatentPreview, Preview

LARGEST = 64
"""Longest edge of the latents that are decoded, for previews of 512 px: more would take the time
and memory of a step, and be sent to the window in vain."""
PUBLISHED = re.compile(r"(?:taesd_decoder\.)?(?P<layer>\d+)\.(?P<rest>.+)$")
OURS = "decoder."


@dataclass(frozen=True, slots=True)
class TinyPreview:
    """The decoder of a tiny autoencoder; it takes the latents that the model denoises."""

    network: AutoencoderTiny
    device: torch.device

    @property
    def channels(self) -> int:
        """The number of channels of the latents."""
        return int(self.network.config.latent_channels)

    def image(self, latents: Tensor) -> Pixels:
        """Return an (8h, 8w, 3) uint8 picture of (1, c, h, w) latents, 512 px at most."""
        sample = latents[:1].detach().to(self.device, torch.float32)
        height, width = sample.shape[-2:]
        share = LARGEST / max(height, width)
        if share < 1:
            size = max(1, round(height * share)), max(1, round(width * share))
            sample = torch.nn.functional.interpolate(sample, size, mode="area")
        with torch.inference_mode():
            # Not the samples of the autoencoder's own pipeline: its decoder scales nothing.
            made = self.network.decoder(sample)
        pixels = made[0].add(1).mul(127.5).round().clamp(0, 255).to(torch.uint8)
        return np.ascontiguousarray(pixels.permute(1, 2, 0).cpu().numpy())


def choose_preview(spec: ModelSpec, device: Device, default: Preview) -> Preview:
    """Return the map in a model's folder, else a tiny autoencoder beside it, else ``default``."""
    return LatentPreview.stored(spec.path) or tiny_preview(spec, device) or default


def tiny_preview(spec: ModelSpec, device: Device) -> TinyPreview | None:
    """Return the tiny autoencoder beside a model, None if there is none of this structure."""
    path = preview_beside(spec)
    if path is None:
        return None
    state = decoder_state(load_file(path))
    first = state.get("layers.0.weight")
    if first is None:
        return None
    network = AutoencoderTiny(latent_channels=first.shape[1])
    wanted = network.decoder.state_dict()
    if {name: one.shape for name, one in state.items()} != {
        name: one.shape for name, one in wanted.items()
    }:
        return None
    network.decoder.load_state_dict({name: one.float() for name, one in state.items()})
    network.encoder = None
    return TinyPreview(network.eval().to(device.torch), device.torch)


def decoder_state(tensors: Mapping[str, Tensor]) -> dict[str, Any]:
    """Return the tensors of the decoder by the names of diffusers, which has no first layer.

    In the published layouts the layer that limits the latents is number 0.
    """
    if any(name.startswith(OURS) for name in tensors):
        return {
            name.removeprefix(OURS): value
            for name, value in tensors.items()
            if name.startswith(OURS)
        }
    found = {}
    for name, value in tensors.items():
        match = PUBLISHED.match(name)
        if match is not None:
            found[f"layers.{int(match['layer']) - 1}.{match['rest']}"] = value
    return found
