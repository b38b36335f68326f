"""Gives a soft filling the detail of the photo around it, at any size.

Detail is transferred as in contextual residual aggregation (Yi et al. 2020): for each pixel of the
filling, the low frequencies choose a place of the photo that looks alike, and the high frequencies
of that place are copied. The places are searched on a reduced copy, and the detail is copied from
the full-size photo, so that a hole of thousands of pixels is sharp without a search at full size.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from studio.core.progress import Progress
from studio.retouch.patch_match import search_of

Pixels = NDArray[np.uint8]
Mask = NDArray[np.bool_]
Floats = NDArray[np.float32]

LIKE = 64 * 12.0**2
"""Cost of a match (64 times the mean squared difference) at which half of the detail is copied."""
PASSES = 4
"""Passes of the search."""
STAY = 30
"""Percent by which a random match must be better, so that neighbours come from neighbours."""
STRIP = 256
"""Rows of the photo to which detail is added at a time."""


@dataclass(frozen=True, slots=True)
class Sources:
    """The place that each hole pixel looks like: the way there in rows and columns, and how much.

    ``moves`` is (h, w, 2) int32, ``likeness`` (h, w) float32 in 0..1; both are 0 outside the hole.
    """

    moves: NDArray[np.int32]
    likeness: Floats

    @classmethod
    def nowhere(cls, shape: tuple[int, int]) -> Sources:
        """Return the sources of a hole that looks like nothing."""
        return cls(np.zeros((*shape, 2), np.int32), np.zeros(shape, np.float32))


def low_frequencies(image: Pixels, hole: Mask, blur: float) -> Pixels:
    """Return ``image`` (h, w, 3) uint8 without detail finer than a Gaussian of ``blur`` pixels.

    The pixels of the hole do not count outside it, and keep their bytes.
    """
    known = (~hole).astype(np.float32)
    weight = cv2.GaussianBlur(known, (0, 0), blur)
    total = cv2.GaussianBlur(image.astype(np.float32) * known[:, :, None], (0, 0), blur)
    low = np.clip(total / np.maximum(weight, 1e-3)[:, :, None] + 0.5, 0, 255).astype(np.uint8)
    low[hole] = image[hole]
    return low


def sources_of(low: Pixels, hole: Mask, progress: Progress, seed: int = 0) -> Sources:
    """Return the place that each hole pixel of ``low`` (h, w, 3) uint8 looks like.

    ValueError if there is no patch outside the hole (``can_match``).
    """
    search = search_of(hole, None)
    search.run(low, PASSES, seed, progress, stay=STAY)
    likeness = np.exp2(-search.costs.astype(np.float32) / LIKE).astype(np.float32)
    grid = np.moveaxis(np.indices(hole.shape, np.int32), 0, 2)
    moves = np.where(hole[:, :, None], search.matches - grid, 0).astype(np.int32)
    return Sources(moves, np.where(hole, likeness, 0).astype(np.float32))


def with_detail(photo: Pixels, hole: Mask, low: Pixels, sources: Sources) -> Pixels:
    """Return ``photo`` (h, w, 3) uint8 with ``hole`` (h, w) filled by ``low`` and detail.

    ``low`` (y, x, 3) uint8 is the filled picture without detail, of the photo's size or smaller,
    and ``sources`` are those of its hole. No pixel outside the hole changes.
    """
    height, width = hole.shape
    scale = np.array((height / low.shape[0], width / low.shape[1]), np.float32)
    wide = low if low.shape == photo.shape else cv2.resize(low, (width, height))
    moves = np.rint(sources.moves * scale).astype(np.int32)
    result = photo.copy()
    for top in range(0, height, STRIP):
        y, x = np.nonzero(hole[top : top + STRIP])
        if not len(y):
            continue
        y += top
        near = (y / scale[0]).astype(np.int32), (x / scale[1]).astype(np.int32)
        from_y = np.clip(y + moves[near][:, 0], 0, height - 1)
        from_x = np.clip(x + moves[near][:, 1], 0, width - 1)
        detail = photo[from_y, from_x].astype(np.float32) - wide[from_y, from_x]
        share = np.where(hole[from_y, from_x], 0, sources.likeness[near])
        result[y, x] = np.clip(wide[y, x] + detail * share[:, None] + 0.5, 0, 255)
    return result
