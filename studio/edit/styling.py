"""Mixes a painted picture with its photo, and sizes what the Style tool paints."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from studio.catalog.styles import STROKES

Pixels = NDArray[np.uint8]

BAND = 512
"""Rows that are mixed at a time, so that a large photo needs no further copies."""

PAINTING_SIDE = 512
"""Longer side of a painting that is kept with a recipe, in pixels: 256 of it are looked at."""


def painted_size(width: int, height: int, strokes: str) -> tuple[int, int]:
    """Return the size at which a photo is painted; ``strokes`` is a key of ``STROKES``."""
    side, longer = STROKES[strokes], max(width, height)
    if not side or longer <= side:
        return width, height
    return max(round(width * side / longer), 1), max(round(height * side / longer), 1)


def mixed(picture: Pixels, made: Pixels, amount: float, keep_colours: bool) -> Pixels:
    """Return ``picture`` with ``amount`` (0..1) of ``made``, both (h, w, 3) uint8.

    ``keep_colours`` takes only the luma (ITU-R BT.601) of ``made``.
    """
    result = np.empty_like(picture)
    for top in range(0, len(picture), BAND):
        old, new = picture[top : top + BAND], made[top : top + BAND]
        if keep_colours:
            both = cv2.cvtColor(old, cv2.COLOR_RGB2YCrCb)
            both[:, :, 0] = cv2.cvtColor(new, cv2.COLOR_RGB2YCrCb)[:, :, 0]
            new = np.asarray(cv2.cvtColor(both, cv2.COLOR_YCrCb2RGB), np.uint8)
        result[top : top + BAND] = cv2.addWeighted(old, 1 - amount, new, amount, 0)
    return result
