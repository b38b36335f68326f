"""Matches the colour of a filling to its surroundings along the seam."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Mask = NDArray[np.bool_]

MOST = 16.0
"""The largest correction of a colour, in grey levels: more is a real edge, not a seam."""


def match_seam(image: Pixels, hole: Mask, width: float = 4.0) -> Pixels:
    """Return ``image`` (h, w, 3) uint8 with the colour of the filled ``hole`` (h, w) matched.

    Along the border the mean colours on both sides, within about ``width`` pixels, are compared.
    Their difference is spread into the hole by a membrane (the solution of Laplace's equation, as
    in Poisson image editing, Perez et al. 2003) and added. No pixel outside the hole changes.
    """
    cross = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
    inner = hole & (cv2.dilate((~hole).astype(np.uint8), cross) > 0)
    if not inner.any() or hole.all():
        return image.copy()
    pixels = image.astype(np.float32)
    step = mean_around(pixels, ~hole, width) - mean_around(pixels, hole, width)
    found = np.where(inner[:, :, None], np.clip(step, -MOST, MOST), 0).astype(np.float32)
    spread = membrane(np.asarray(found, np.float32), inner, hole)
    result = image.copy()
    result[hole] = np.clip(pixels[hole] + spread[hole] + 0.5, 0, 255)
    return result


def mean_around(pixels: NDArray[np.float32], where: Mask, width: float) -> NDArray[np.float32]:
    """Return the Gaussian mean of the pixels (h, w, 3) of ``where`` around each pixel."""
    weight = where.astype(np.float32)
    total = cv2.GaussianBlur(pixels * weight[:, :, None], (0, 0), width)
    share = cv2.GaussianBlur(weight, (0, 0), width)
    return np.asarray(total / np.maximum(share, 1e-4)[:, :, None], np.float32)


def membrane(values: NDArray[np.float32], known: Mask, hole: Mask) -> NDArray[np.float32]:
    """Return values (h, w, 3) of ``known`` (h, w) spread smoothly over ``hole`` (h, w).

    An approximate solution of Laplace's equation, from coarse to fine.
    """
    height, width = known.shape
    if min(height, width) <= 4:
        mean = values[known].mean(axis=0) if known.any() else np.zeros(3, np.float32)
        result = np.broadcast_to(mean, values.shape).astype(np.float32)
    else:
        size = (width + 1) // 2, (height + 1) // 2
        weight = cv2.resize(known.astype(np.float32), size, interpolation=cv2.INTER_AREA)
        total = cv2.resize(
            values * known[:, :, None].astype(np.float32), size, interpolation=cv2.INTER_AREA
        )
        coarse = np.asarray(total / np.maximum(weight, 1e-6)[:, :, None], np.float32)
        small = cv2.resize(hole.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0
        below = membrane(coarse, weight > 0, small | (weight > 0))
        spread = cv2.resize(below, (width, height), interpolation=cv2.INTER_LINEAR)
        result = np.asarray(spread, np.float32)
    result = np.where(known[:, :, None], values, result).astype(np.float32)
    free = (hole & ~known)[:, :, None]
    for _ in range(8):
        around = cv2.blur(result, (3, 3), borderType=cv2.BORDER_REPLICATE)
        result = np.where(free, around, result).astype(np.float32)
    return result
