"""Random pieces of a picture for CLIP, each turned and worn a little."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor

WORKING = 96
"""The shorter edge in pixels of the picture that pieces are cut from, so that none is aliased."""
SMALLEST = 0.6
"""The edge of the smallest piece in parts of the picture's shorter edge."""
TURN = 15.0
"""Standard deviation is half of this, in degrees."""
TINT, NOISE = 0.06, 0.1
"""Deviation of brightness and colour, and the most noise, in -1..1 (nerdyrodent's value)."""
ERASED = 0.25
"""The edge of the part of a piece that is erased, at most."""


def cut(
    picture: Tensor, count: int, side: int, augment: bool, generator: torch.Generator
) -> Tensor:
    """Return pieces (count, 3, side, side) of a picture (1, 3, h, w) in -1..1; gradients pass.

    A quarter of them are the whole picture. Without ``augment`` they are only moved and scaled.
    """
    height, width = picture.shape[-2:]
    factor = WORKING / min(height, width)
    if factor < 1:
        size = (round(height * factor), round(width * factor))
        picture = F.interpolate(picture, size, mode="bilinear", align_corners=False, antialias=True)

    def chance(*shape: int) -> Tensor:
        return torch.rand((count, *shape), generator=generator)

    scale = SMALLEST + (1 - SMALLEST) * chance()
    scale[: max(1, count // 4)] = 1.0
    shift = (chance(2) * 2 - 1) * (1 - scale)[:, None]
    angle = torch.zeros(count)
    mirror = torch.ones(count)
    if augment:
        angle = torch.randn(count, generator=generator) * math.radians(TURN / 2)
        mirror = torch.where(chance() < 0.5, -1.0, 1.0)
    rows = torch.stack([mirror * scale * angle.cos(), -scale * angle.sin(), shift[:, 0]], 1)
    others = torch.stack([mirror * scale * angle.sin(), scale * angle.cos(), shift[:, 1]], 1)
    grid = F.affine_grid(torch.stack([rows, others], 1), [count, 3, side, side], False)
    pieces = F.grid_sample(
        picture.expand(count, -1, -1, -1), grid, padding_mode="reflection", align_corners=False
    )
    return _worn(pieces, generator) if augment else pieces


def _worn(pieces: Tensor, generator: torch.Generator) -> Tensor:
    """Change colours, erase a corner, blur some and add noise."""
    count, _, side, _ = pieces.shape

    def chance(*shape: int) -> Tensor:
        return torch.rand((count, *shape), generator=generator)

    tint = torch.randn((count, 3, 1, 1), generator=generator) * TINT
    pieces = pieces * (1 + TINT * torch.randn((count, 1, 1, 1), generator=generator)) + tint
    soft = F.avg_pool2d(pieces, 3, stride=1, padding=1, count_include_pad=False)
    pieces = torch.where(chance(1, 1, 1) < 0.4, soft, pieces)
    line = torch.arange(side)[None] / side
    begin = chance(2) * (1 - ERASED)
    length = ERASED * chance(2)
    inside = (line[:, None] >= begin[..., None]) & (line[:, None] < (begin + length)[..., None])
    erased = (inside[:, 0, :, None] & inside[:, 1, None, :])[:, None]
    pieces = torch.where(erased & (chance(1, 1, 1) < 0.5), pieces.mean((2, 3), True), pieces)
    noise = torch.randn(pieces.shape, generator=generator)
    return pieces + NOISE * chance(1, 1, 1) * noise
