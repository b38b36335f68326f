"""Draws depth maps without a model: a ground plane, or a gradient between two points.

Near is white and far is black, as in the inverse depth of MiDaS (Ranftl et al. 2020) that the
public depth ControlNets were trained on.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

TILE_ROWS = 256
"""The number of rows computed at a time, which bounds the memory."""

Pixels = NDArray[np.uint8]
Point = tuple[float, float]

NEAR = 255
FAR = 0


def ground(width: int, height: int, horizon: float = 0.0) -> Pixels:
    """Return a ground plane seen from above as (height, width, 3) uint8, nearest at the bottom.

    Inverse depth of a plane grows linearly from the horizon down (Hartley and Zisserman 2004), so
    that a linear gradient is exact and no approximation. ``horizon`` is the position of the
    horizon as a share of the height from the top, 0..1; everything above it is far.
    """
    return grey_to_rgb(ground_values(width, height, horizon, NEAR))


def depth_gradient(
    width: int, height: int, start: Point, end: Point, near: int = NEAR, far: int = FAR
) -> Pixels:
    """Return a gradient from ``near`` at one point to ``far`` at another, (height, width, 3) uint8.

    Points are x, y in pixels, (0.5, 0.5) being the centre of the first pixel; before the first
    point and after the second the value is constant. If both points coincide all is ``near``.
    """
    return grey_to_rgb(_gradient(width, height, start, end, near, far))


def ground_values(width: int, height: int, horizon: float, near: int) -> Pixels:
    """Return the plane of ``ground`` as (height, width) uint8 with ``near`` in its bottom row."""
    top = min(max(horizon, 0.0), 1.0) * height
    bottom = max(height - 0.5, top + 1e-6)
    rows = _gradient(1, height, (0.0, bottom), (0.0, top), near, FAR)
    return np.repeat(rows, width, axis=1)


def _gradient(width: int, height: int, start: Point, end: Point, near: int, far: int) -> Pixels:
    across, down = end[0] - start[0], end[1] - start[1]
    length = across * across + down * down
    if length == 0:
        return np.full((height, width), near, np.uint8)
    x = (np.arange(width, dtype=np.float32) + np.float32(0.5 - start[0])) * (across / length)
    y = (np.arange(height, dtype=np.float32) + np.float32(0.5 - start[1])) * (down / length)
    out = np.empty((height, width), np.uint8)
    for top in range(0, height, TILE_ROWS):
        share = x[None].astype(np.float32) + y[top : top + TILE_ROWS, None].astype(np.float32)
        np.clip(share, 0, 1, out=share)
        share *= far - near
        share += near
        out[top : top + TILE_ROWS] = np.rint(share)
    return out


def grey_to_rgb(grey: Pixels) -> Pixels:
    """Return (h, w) uint8 repeated in three channels as (h, w, 3)."""
    return np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2RGB), np.uint8)
