"""Estimates the colours of a thing without the background that shines through its soft edge.

At an edge pixel a photo shows alpha F + (1 - alpha) B. The estimate of F and B is that of Forte
2021, "Approximate Fast Foreground Colour Estimation": weighted means of the surroundings, corrected
so that the composite equals the photo, once in a wide and once in a narrow window.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]

WIDE, NARROW = 90, 6
"""The radii of the two windows in pixels, as in the paper."""

LEAST = np.float32(1e-5)
"""Keeps the weighted means finite where nothing has any weight."""


def foreground_colours(image: Pixels, alpha: Pixels, wide: int = WIDE) -> Pixels:
    """Return the colours of the thing, (h, w, 3) uint8, of a photo (h, w, 3) uint8 sRGB.

    ``alpha`` (h, w) uint8 is its coverage. Pixels of alpha 255 keep their bytes; those of alpha 0
    get the nearest colours of the thing, so that scaling the layer later brings no fringe back.
    ``wide`` is the radius of the first window, in pixels: the widest soft edge that is bridged.
    """
    colours, _ = _both(image, alpha, wide)
    found = np.rint(colours).astype(np.uint8)
    solid = alpha == 255
    found[solid] = image[solid]
    return found


def background_colours(image: Pixels, alpha: Pixels, wide: int = WIDE) -> Pixels:
    """Return the colours behind the thing at its edge, (h, w, 3) uint8; see above."""
    _, colours = _both(image, alpha, wide)
    return np.asarray(np.rint(colours), np.uint8)


def _both(image: Pixels, alpha: Pixels, wide: int) -> tuple[Floats, Floats]:
    photo = image[:, :, :3].astype(np.float32)
    share = (alpha.astype(np.float32) / np.float32(255))[:, :, None]
    front = back = photo
    for radius in (wide, NARROW):
        front, back = _corrected(photo, front, back, share, radius)
    return front, back


def _corrected(
    photo: Floats, front: Floats, back: Floats, share: Floats, radius: int
) -> tuple[Floats, Floats]:
    """Return both colours (h, w, 3), 0..255, after one round with a window of ``radius``."""
    near = _mean(share, radius)
    fore = _mean(front * share, radius) / (near + LEAST)
    behind = _mean(back * (1 - share), radius) / (1 - near + LEAST)
    missing = photo - share * fore - (1 - share) * behind
    return np.clip(fore + share * missing, 0, 255), np.clip(behind, 0, 255)


def _mean(values: Floats, radius: int) -> Floats:
    side = 2 * radius + 1
    found = np.asarray(cv2.blur(values, (side, side), borderType=cv2.BORDER_REPLICATE), np.float32)
    return found if found.ndim == 3 else found[:, :, None]
