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

TILE = 512
"""Side of the pieces that are computed one after the other, in pixels."""

LEAST = np.float32(1e-5)
"""Keeps the weighted means finite where nothing has any weight."""


def foreground_colours(image: Pixels, alpha: Pixels) -> Pixels:
    """Return the colours of the thing, (h, w, 3) uint8, of a photo (h, w, 3 or 4) uint8 sRGB.

    ``alpha`` (h, w) uint8 is its coverage. Pixels of alpha 255 keep their bytes. Those of alpha 0
    near the edge get the colours of the edge, so that scaling brings no fringe back. Computed in
    tiles, and only in those that an edge touches, so that the memory does not depend on the size.
    """
    height, width = alpha.shape
    found = np.ascontiguousarray(image[:, :, :3]).copy()
    margin = WIDE + NARROW
    for top in range(0, height, TILE):
        for left in range(0, width, TILE):
            bottom, right = min(top + TILE, height), min(left + TILE, width)
            y, x = max(0, top - margin), max(0, left - margin)
            place = slice(y, bottom + margin), slice(x, right + margin)
            share = alpha[place]
            inner = share[top - y : bottom - y, left - x : right - x]
            if inner.min() == 255 or share.max() == 0:
                continue
            colours = _front(image[place][:, :, :3], share)
            inside = colours[top - y : bottom - y, left - x : right - x]
            target = found[top:bottom, left:right]
            np.copyto(target, inside, where=(inner < 255)[:, :, None])
    return found


def _front(image: Pixels, alpha: Pixels) -> Pixels:
    """Return the colours of the thing in one tile with its margin."""
    photo = image.astype(np.float32)
    share = (alpha.astype(np.float32) / np.float32(255))[:, :, None]
    front = back = photo
    for radius in (WIDE, NARROW):
        front, back = _corrected(photo, front, back, share, radius)
    return np.asarray(np.rint(front), np.uint8)


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
