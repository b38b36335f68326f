"""Tells the colours of the surroundings from those of a removed thing, and from all others."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Mask = NDArray[np.bool_]
Floats = NDArray[np.float32]

BINS = 16
"""Bins of a channel."""
SPREAD = 1.0
"""Standard deviation in bins by which a histogram is smoothed."""
NEAR = 2.0
"""The same in pixels for the result, because a colour alone says little of its place."""
RARE = np.float32(1e-4)
"""Share of the pixels below which a colour counts as one that the surroundings do not have."""


class Palette:
    """The colours of a thing (n, 3) uint8 and of its surroundings (m, 3) uint8."""

    def __init__(self, thing: Pixels, around: Pixels) -> None:
        own, rest = _histogram(thing), _histogram(around)
        self._share = rest / (rest + own + RARE)

    def of_surroundings(self, image: Pixels) -> Floats:
        """Return how likely each pixel of (h, w, 3) uint8 belongs to the surroundings, 0..1."""
        bins = (image // np.uint8(256 // BINS)).astype(np.intp)
        found = self._share[bins[:, :, 0], bins[:, :, 1], bins[:, :, 2]]
        return np.asarray(cv2.GaussianBlur(found, (0, 0), NEAR), np.float32)


def _histogram(colours: Pixels) -> Floats:
    """Return the smoothed shares (BINS, BINS, BINS) of the colours; their sum is 1."""
    bins = colours.astype(np.intp) // (256 // BINS)
    at = (bins[:, 0] * BINS + bins[:, 1]) * BINS + bins[:, 2]
    counts = np.bincount(at, minlength=BINS**3).astype(np.float32).reshape(BINS, BINS, BINS)
    for axis in range(3):
        turned = np.moveaxis(counts, axis, 0).reshape(BINS, -1)
        counts = np.moveaxis(_smooth(turned).reshape(BINS, BINS, BINS), 0, axis)
    return np.asarray(counts / max(float(counts.sum()), 1.0), np.float32)


def _smooth(rows: Floats) -> Floats:
    reach = np.arange(-3, 4)
    kernel = np.exp(-(reach**2) / (2 * SPREAD**2)).astype(np.float32)
    kernel = (kernel / kernel.sum()).reshape(-1, 1)
    return np.asarray(cv2.filter2D(rows, -1, kernel, borderType=cv2.BORDER_REPLICATE), np.float32)
