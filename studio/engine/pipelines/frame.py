"""A rectangle of any proportions for a model that only makes squares."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import torch.nn.functional as F
from torch import Tensor

from studio.edit.request import Pixels
from studio.engine.scaling import resize, resize_mask

LONGEST = 8
"""The largest proportion of a picture that a square is widened to; beyond it, it is stretched."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The proportions of a request, ``width`` to ``height``."""

    width: int
    height: int

    def widened(self, made: Tensor) -> Tensor:
        """Return squares (n, c, s, s) with their border repeated outwards to the proportions.

        The small models paint one thing in the middle of a plain ground, which goes on so.
        """
        side, ratio = made.shape[-1], self.width / self.height
        wide = round(side * min(LONGEST, max(1.0, ratio)))
        high = round(side * min(LONGEST, max(1.0, 1 / ratio)))
        left, top = (wide - side) // 2, (high - side) // 2
        pads = (left, wide - side - left, top, high - side - top)
        return F.pad(made.float(), pads, mode="replicate")

    def inner(self, side: int) -> tuple[int, int, int, int]:
        """Return left, top, width and height of the part of a square that has the proportions."""
        long = max(self.width, self.height)
        wide, high = (max(1, round(side * edge / long)) for edge in (self.width, self.height))
        return (side - wide) // 2, (side - high) // 2, wide, high

    def cut(self, made: Tensor) -> Tensor:
        """Return the part of squares (n, c, s, s) that has the proportions."""
        left, top, wide, high = self.inner(made.shape[-1])
        return made[..., top : top + high, left : left + wide]

    def cut_cells(self, latents: Tensor, scale: int) -> Tensor:
        """Return the latents (n, c, h, w) of that part, ``scale`` pixels to a cell."""
        left, top, wide, high = self.inner(latents.shape[-1] * scale)
        bottom, right = -(-(top + high) // scale), -(-(left + wide) // scale)
        return latents[:, :, top // scale : bottom, left // scale : right]

    def square(self, picture: Pixels, side: int) -> Pixels:
        """Return a picture (height, width, 3) as (side, side, 3), its border repeated."""
        left, top, wide, high = self.inner(side)
        small = resize(picture, wide, high)
        return _spread(small, left, top, side)

    def square_mask(self, mask: Pixels, side: int) -> Pixels:
        """Return a mask (height, width) as (side, side), 255 in each cell that it touches."""
        left, top, wide, high = self.inner(side)
        return _spread(resize_mask(mask, wide, high), left, top, side)


def _spread(picture: Pixels, left: int, top: int, side: int) -> Pixels:
    high, wide = picture.shape[:2]
    ends = (top, side - high - top, left, side - wide - left)
    return np.asarray(cv2.copyMakeBorder(picture, *ends, cv2.BORDER_REPLICATE), np.uint8)
