"""The guided filter with a colour guide: moves a soft or rough alpha onto the edges of a photo.

He, Sun, Tang, "Guided Image Filtering", ECCV 2010, equations 19 to 21: in each window the result is
a linear function of the guide's three channels, and each pixel takes the mean over its windows.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Pixels = NDArray[np.uint8]

TILE = 256
"""Side of the pieces that are computed one after the other, in pixels."""


def guided_filter(guide: Pixels, alpha: Floats, radius: int, eps: float) -> Floats:
    """Return ``alpha`` (h, w) float32 in 0..1 with its edges moved onto those of the guide.

    ``guide`` is (h, w, 3) uint8. The windows are squares of 2 ``radius`` + 1 pixels, mirrored at
    the borders. ``eps`` is added to the variance of the guide, which is measured in the range
    0..1: smaller values follow weaker edges (1e-6 to 1e-2). Computed in tiles, so that the memory
    does not depend on the size; tiles in which alpha is constant are copied. ValueError if the
    shapes differ, or radius or eps is not positive.
    """
    if guide.shape != (*alpha.shape, 3):
        raise ValueError(f"a guide of {guide.shape} does not fit an alpha of {alpha.shape}")
    if radius < 1 or not eps > 0:
        raise ValueError("radius and eps must be positive")
    height, width = alpha.shape
    result = np.empty((height, width), np.float32)
    margin = 2 * radius
    for top in range(0, height, TILE):
        for left in range(0, width, TILE):
            bottom, right = min(top + TILE, height), min(left + TILE, width)
            y, x = max(0, top - margin), max(0, left - margin)
            place = slice(y, bottom + margin), slice(x, right + margin)
            piece = alpha[place]
            if piece.min() == piece.max():
                result[top:bottom, left:right] = alpha[top:bottom, left:right]
                continue
            filtered = _filter(guide[place], piece, radius, eps)
            result[top:bottom, left:right] = filtered[top - y : bottom - y, left - x : right - x]
    return np.clip(result, 0.0, 1.0, out=result)


def _filter(guide: Pixels, alpha: Floats, radius: int, eps: float) -> Floats:
    """Return one tile with its margin; only the pixels two radii from a cut are right."""
    side = 2 * radius + 1

    def mean(values: Floats) -> Floats:
        return np.asarray(cv2.blur(values, (side, side), borderType=cv2.BORDER_REFLECT), np.float32)

    # The colours minus a constant: float32 sums then lose fewer digits, and the result is the same.
    shift = guide.reshape(-1, 3).mean(axis=0, dtype=np.float64)
    colours = [
        np.ascontiguousarray((guide[:, :, i] - np.float32(shift[i])) / np.float32(255))
        for i in range(3)
    ]
    means = [mean(c) for c in colours]
    level = mean(alpha)
    covariance = [mean(c * alpha) - m * level for c, m in zip(colours, means, strict=True)]

    def variance(i: int, j: int) -> Floats:
        value = mean(colours[i] * colours[j]) - means[i] * means[j]
        return value + np.float32(eps) if i == j else value

    slopes = _solve(
        (variance(0, 0), variance(0, 1), variance(0, 2)),
        (variance(1, 1), variance(1, 2), variance(2, 2)),
        covariance,
    )
    offset = level - sum(s * m for s, m in zip(slopes, means, strict=True))
    return mean(offset) + sum(mean(s) * c for s, c in zip(slopes, colours, strict=True))


def _solve(
    upper: tuple[Floats, Floats, Floats],
    lower: tuple[Floats, Floats, Floats],
    right: list[Floats],
) -> list[Floats]:
    """Solve a symmetric 3 x 3 system at each pixel by cofactors.

    ``upper`` are the entries 00, 01, 02 and ``lower`` 11, 12, 22 of the matrix.
    """
    a, b, c = upper
    d, e, f = lower
    co = d * f - e * e, c * e - b * f, b * e - c * d
    determinant = a * co[0] + b * co[1] + c * co[2]
    rows = (co, (co[1], a * f - c * c, b * c - a * e), (co[2], b * c - a * e, a * d - b * b))
    u, v, w = right
    return [(p * u + q * v + r * w) / determinant for p, q, r in rows]
