"""Cheap previews of latents during sampling."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import torch
from safetensors.torch import load_file

from studio.edit.request import Pixels


class Preview(Protocol):
    """Something that shows latents."""

    def image(self, latents: torch.Tensor) -> Pixels:
        """Return an (h, w, 3) uint8 picture of (1, c, h', w') latents."""


@dataclass(frozen=True, slots=True)
class LatentPreview:
    """A linear map from scaled latents to RGB: ``weight`` (3, 4), ``bias`` (3,), RGB in 0..1."""

    weight: torch.Tensor
    bias: torch.Tensor

    @classmethod
    def stored(cls, folder: Path) -> LatentPreview | None:
        """Return the map stored in preview.safetensors, None if a model has none."""
        file = folder / "preview.safetensors"
        if file.is_file():
            stored = load_file(file)
            weight, bias = stored["weight"].float(), stored["bias"].float()
            if weight.shape == (3, 4) and bias.shape == (3,):
                return cls(weight, bias)
        return None

    def image(self, latents: torch.Tensor) -> Pixels:
        """Return an (h, w, 3) uint8 picture of (1, 4, h, w) latents, one pixel per latent."""
        flat = latents[0].detach().to("cpu", torch.float32).flatten(1)
        rgb = torch.addmm(self.bias[:, None], self.weight, flat)
        pixels = rgb.mul_(255).round_().clamp_(0, 255).to(torch.uint8)
        picture = pixels.reshape(3, *latents.shape[-2:]).permute(1, 2, 0)
        return np.ascontiguousarray(picture.numpy())
