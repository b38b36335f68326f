"""Finds the shadow that a thing casts on the ground beside it.

A shadow is darker than the ground around it by about the same factor in all channels, is connected
to the thing, and ends near it. A dark part that goes on is ground of its own and is left alone.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from studio.retouch.matting import continued

Pixels = NDArray[np.uint8]
Mask = NDArray[np.bool_]
Floats = NDArray[np.float32]

WORK = 288
"""The longer side in pixels of the copy on which shadows are found."""
SMOOTH = 0.012
"""Standard deviation of the blur that evens out texture, over the thing's longer side."""
WIDTH = 0.22
"""The widest shadow, over the thing's longer side."""
REACH = 0.35
"""How far from the thing a shadow ends, at most, over the thing's longer side."""
DARK, DARKEST = 0.86, 0.2
"""A shadow's share of the ground's light, at most and at least."""
HUE = 0.16
"""Largest difference between the channels' shares of light."""
SHARE = 0.6
"""The largest shadow, over the thing's area."""
TOUCH = 0.15
"""Pixels of a shadow beside the thing, at least, over the thing's longer side."""
UNEVEN, TINT, VARIED, ROUGH = 0.2, 0.07, 18.0, 1.15
"""Limits of how much a shadow's light varies (standard deviation of its logarithm), its channels
differ and the ground around it varies (in grey levels), and of its texture over the ground's. With
these, the photos of the benchmarks keep every dark thing that is beside another."""


def shadow_of(image: Pixels, thing: Mask) -> Mask:
    """Return the shadow (h, w) of a thing in a photo (h, w, 3) uint8 sRGB.

    ``thing`` (h, w) is its grown mask, which the shadow leaves out. Nothing is found for a thing
    without a shadow, or if what is dark beside it does not end.
    """
    height, width = thing.shape
    scale = min(1.0, WORK / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    own = cv2.resize(thing.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0
    found = _found(small, own)
    if not found.any():
        return np.zeros_like(thing)
    wide = cv2.resize(found.astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray((wide > 0.25) & ~thing, np.bool_)


def _found(image: Floats, thing: Mask) -> Mask:
    """Return the shadow in the copy, grown by its soft edge."""
    _, _, width, height = cv2.boundingRect(thing.astype(np.uint8))
    side = max(width, height)
    known = (~thing).astype(np.float32)
    sigma = max(0.8, SMOOTH * side)
    weight = cv2.GaussianBlur(known, (0, 0), sigma)
    even = cv2.GaussianBlur(image * known[:, :, None], (0, 0), sigma)
    even = np.asarray(even / np.maximum(weight, 1e-3)[:, :, None], np.float32)
    even = continued(even.astype(np.float32), known)
    ground = _closed(even, max(3, round(WIDTH * side)))
    ratio = (even + 4) / (ground + 4)
    light = ratio.mean(axis=2)
    dark = (light < DARK) & (light > DARKEST) & (np.ptp(ratio, axis=2) < HUE) & ~thing
    away = cv2.distanceTransform((~thing).astype(np.uint8), cv2.DIST_L2, 3)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(dark.astype(np.uint8))
    largest = SHARE * np.count_nonzero(thing)
    texture = np.abs(image - even).mean(axis=2)
    result = np.zeros_like(thing)
    for number in range(1, count):
        part = labels == number
        if stats[number, cv2.CC_STAT_AREA] > largest or away[part].max() > REACH * side:
            continue
        if np.count_nonzero(part & (away <= max(2.0, 0.01 * side))) < TOUCH * side:
            continue
        rim = cv2.dilate(part.astype(np.uint8), np.ones((21, 21), np.uint8)) > 0
        rim &= ~dark & ~thing
        core = cv2.erode(part.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
        if core.any() and rim.any() and _is_shadow(ratio[core], texture, even[rim], core, rim):
            result |= part
    soft = max(1, round(1.5 * sigma))
    grown = cv2.dilate(result.astype(np.uint8), np.ones((2 * soft + 1, 2 * soft + 1), np.uint8))
    return np.asarray((grown > 0) & ~thing, np.bool_)


def _is_shadow(ratio: Floats, texture: Floats, ground: Floats, core: Mask, rim: Mask) -> bool:
    """Tell a shadow from a dark thing: even light, ground around it, and no texture of its own.

    ``ratio`` (n, 3) are the part's shares of light, ``ground`` (m, 3) the colours around it.
    """
    return (
        float(np.log(ratio.mean(axis=1)).std()) < UNEVEN
        and float(np.median(np.ptp(ratio, axis=1))) < TINT
        and float(ground.std(axis=0).mean()) < VARIED
        and float(texture[core].mean()) < ROUGH * float(texture[rim].mean())
    )


def _closed(image: Floats, radius: int) -> Floats:
    """Return ``image`` without dark parts narrower than twice ``radius`` pixels."""
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
    return np.asarray(cv2.morphologyEx(image, cv2.MORPH_CLOSE, kernel), np.float32)
