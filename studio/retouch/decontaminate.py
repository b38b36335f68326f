"""Estimates the colours of a thing without the background that shines through its soft edge.

At an edge pixel a photo shows alpha F + (1 - alpha) B. The estimate of F and B is that of Forte
2021, "Approximate Fast Foreground Colour Estimation": weighted means of the surroundings, corrected
so that the composite equals the photo, once in a wide and once in a narrow window. The means of the
wide window, which change slowly, are computed on a reduced copy.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from studio.retouch.matting import enlarged_part

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]

WIDE, NARROW = 90, 6
"""The radii of the two windows in pixels, as in the paper."""

REDUCED = 4
"""How many times smaller the copy is on which the wide window is computed."""

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
    if alpha.min(initial=255) == 255 or alpha.max(initial=0) == 0:
        return found
    wide = _wide_means(image, alpha)
    for top in range(0, height, TILE):
        for left in range(0, width, TILE):
            bottom, right = min(top + TILE, height), min(left + TILE, width)
            inner = alpha[top:bottom, left:right]
            y, x = max(0, top - WIDE), max(0, left - WIDE)
            if inner.min() == 255 or alpha[y : bottom + WIDE, x : right + WIDE].max() == 0:
                continue
            y, x = max(0, top - NARROW), max(0, left - NARROW)
            place = slice(y, min(height, bottom + NARROW)), slice(x, min(width, right + NARROW))
            fore, behind = (enlarged_part(one, place, (height, width)) for one in wide)
            colours = _front(image[place][:, :, :3], alpha[place], fore, behind)
            inside = colours[top - y : bottom - y, left - x : right - x]
            target = found[top:bottom, left:right]
            np.copyto(target, inside, where=(inner < 255)[:, :, None])
    return found


def _wide_means(image: Pixels, alpha: Pixels) -> tuple[Floats, Floats]:
    """Return both colours (y, x, 3) in the wide window, on a reduced copy."""
    height, width = alpha.shape
    size = max(1, round(width / REDUCED)), max(1, round(height / REDUCED))
    photo = cv2.resize(image[:, :, :3], size, interpolation=cv2.INTER_AREA).astype(np.float32)
    share = cv2.resize(alpha, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    share = share[:, :, None] / np.float32(255)
    radius = max(1, WIDE * size[0] // max(width, 1))
    fore, behind = _means(photo, photo, share.astype(np.float32), radius)
    return fore, behind


def _front(image: Pixels, alpha: Pixels, fore: Floats, behind: Floats) -> Pixels:
    """Return the colours of the thing in one tile, from both colours in the wide window."""
    photo = image.astype(np.float32)
    share = (alpha.astype(np.float32) / np.float32(255))[:, :, None]
    front, back = _corrected(photo, fore, behind, share)
    front, _ = _corrected(photo, *_means(front, back, share, NARROW), share)
    return np.asarray(np.rint(front), np.uint8)


def _means(front: Floats, back: Floats, share: Floats, radius: int) -> tuple[Floats, Floats]:
    """Return the weighted means of both colours (h, w, 3) in a window of ``radius``."""
    near = _mean(share, radius)
    fore = _mean(front * share, radius) / (near + LEAST)
    return fore, _mean(back * (1 - share), radius) / (1 - near + LEAST)


def _corrected(photo: Floats, fore: Floats, behind: Floats, share: Floats) -> tuple[Floats, Floats]:
    """Return both colours (h, w, 3), 0..255, so that their composite is the photo."""
    missing = photo - share * fore - (1 - share) * behind
    return np.clip(fore + share * missing, 0, 255), np.clip(behind, 0, 255)


def _mean(values: Floats, radius: int) -> Floats:
    side = 2 * radius + 1
    found = np.asarray(cv2.blur(values, (side, side), borderType=cv2.BORDER_REPLICATE), np.float32)
    return found if found.ndim == 3 else found[:, :, None]
