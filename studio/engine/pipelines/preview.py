"""Previews of the latents of any autoencoder, by a linear map that is fitted to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from studio.edit.request import Pixels

Encode = Callable[[Tensor], Tensor]
"""Takes a picture (1, 3, h, w) in -1..1 and returns its latents (1, c, h', w')."""

LEVELS = (-0.8, 0.0, 0.8)
CELLS = 4
"""Edge of a patch of one colour, in latent cells."""


@dataclass(frozen=True, slots=True)
class PreviewMap:
    """A linear map from latents to RGB: ``weight`` (3, c) and ``bias`` (3,), RGB in -1..1."""

    weight: Tensor
    bias: Tensor

    def image(self, latents: Tensor) -> Pixels:
        """Return an (h, w, 3) uint8 picture of (1, c, h, w) latents, one pixel per latent cell."""
        flat = latents[0].detach().to("cpu", torch.float32).flatten(1)
        rgb = torch.addmm(self.bias[:, None], self.weight, flat)
        pixels = rgb.add(1).mul(127.5).round().clamp(0, 255).to(torch.uint8)
        picture = pixels.reshape(3, *latents.shape[-2:]).permute(1, 2, 0)
        return np.ascontiguousarray(picture.numpy())


IDENTITY = PreviewMap(torch.eye(3), torch.zeros(3))
"""The map of a model that works on the pixels themselves."""


def fit_preview(encode: Encode, scale: int) -> PreviewMap:
    """Return the map that fits the latents of plain colours best, by ridge regression.

    ``scale`` is the number of pixels along an edge of a latent cell. One picture of 27 patches is
    encoded. Nothing is known about the autoencoder but ``encode``.
    """
    colours = torch.cartesian_prod(*[torch.tensor(LEVELS)] * 3)
    side = CELLS * scale
    grid = torch.nn.functional.pad(colours, (0, 0, 0, 36 - len(colours))).reshape(6, 6, 3)
    picture = grid.permute(2, 0, 1).repeat_interleave(side, 1).repeat_interleave(side, 2)
    latents = encode(picture[None])[0].to("cpu", torch.float32)
    height, width = latents.shape[-2:]
    patches = latents.reshape(-1, 6, height // 6, 6, width // 6)
    middle = patches[:, :, 1:-1, :, 1:-1].mean((2, 4)).flatten(1).T[: len(colours)]
    rows = torch.cat([middle, torch.ones(len(middle), 1)], 1).double()
    ridge = 1e-3 * len(rows) * torch.eye(rows.shape[1], dtype=rows.dtype)
    solved = torch.linalg.solve(rows.T @ rows + ridge, rows.T @ colours.double()).float()
    return PreviewMap(solved[:-1].T.contiguous(), solved[-1])
