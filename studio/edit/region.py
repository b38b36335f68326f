"""Which part of a picture a model sees for an edit, and how a result fades into it."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from studio.core.geometry import Rect
from studio.document.raster import Raster

Pixels = NDArray[np.uint8]
CONTEXT_SHARE = 0.2
"""Least context on each side, as a share of the longer side of what is edited."""


def region_around(target: Rect, canvas: Rect, padding: int, least: int = 64) -> Rect:
    """Return the rectangle around ``target`` that a model should see, inside ``canvas``.

    It keeps ``padding`` document pixels (and at least a fifth of the longer side) of context, is
    square where the canvas allows, is moved rather than cut at the canvas' edge, and is at least
    ``least`` pixels a side where the canvas is.
    """
    inside = target.intersect(canvas)
    longer = max(inside.width, inside.height)
    margin = max(padding, round(longer * CONTEXT_SHARE))
    side = max(longer + 2 * margin, least)
    width, height = min(side, canvas.width), min(side, canvas.height)
    center_x, center_y = inside.x + inside.width // 2, inside.y + inside.height // 2
    x = min(max(center_x - width // 2, canvas.x), canvas.right - width)
    y = min(max(center_y - height // 2, canvas.y), canvas.bottom - height)
    return Rect(x, y, width, height)


def inner_feather(mask: Pixels, blur: int) -> Pixels:
    """Return the opacity of a result: the mask, faded over ``blur`` pixels inwards.

    ``mask`` and the result are (h, w) uint8. Wherever the mask is 0 the result is 0. The frame of
    the array is no edge, so that an edit that runs out of the canvas does not fade there.
    """
    if blur <= 0:
        return mask.copy()
    padded = cv2.copyMakeBorder(mask, blur, blur, blur, blur, cv2.BORDER_REPLICATE)
    distance = cv2.distanceTransform((padded > 0).astype(np.uint8), cv2.DIST_L2, 5)
    distance = distance[blur:-blur, blur:-blur]
    ramp = np.clip(distance / (blur + 1), 0.0, 1.0)
    ramp = ramp * ramp * (3.0 - 2.0 * ramp)
    return np.rint(mask * ramp).astype(np.uint8)


def shifted(raster: Raster, dx: int, dy: int) -> Raster:
    """Return the raster with its pixels moved by (dx, dy)."""
    bounds = raster.tile_bounds
    if bounds.is_empty or (dx == 0 and dy == 0):
        return raster
    moved = Raster(channels=raster.channels, default=raster.default)
    return moved.write(bounds.x + dx, bounds.y + dy, raster.read(bounds))
