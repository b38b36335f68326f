"""The crop of a picture that a model gets for an edit, and the feathering of its result."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from studio.core.geometry import Rect
from studio.document.raster import Raster

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]
CONTEXT_SHARE = 0.2
"""Minimum context on each side, relative to the longer side of the edited area."""
THICKNESS_STEPS = 8
"""Number of thickness levels for masks narrower than their feather."""
DISCRETE = 0.75
"""Pixels by which a slanted stroke's middle may be closer to the edge than its thickness."""


def region_around(target: Rect, canvas: Rect, padding: int, least: int = 64) -> Rect:
    """Return the crop around ``target`` for the model, inside ``canvas``.

    It keeps ``padding`` document pixels (and at least a fifth of the longer side) of context, is
    square if the canvas allows, is moved rather than cut at the canvas' edge, and is at least
    ``least`` pixels a side if the canvas is.
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
    """Return the opacity of a result: the mask, faded inwards over at most ``blur`` pixels.

    ``mask`` and the result are (h, w) uint8. Wherever the mask is 0 the result is 0. A part of the
    mask that is narrower than twice ``blur`` fades over half of its width, so that a stroke of any
    width is opaque along its middle. The border of the array is not an edge: an edit that extends
    beyond the canvas does not fade there.
    """
    if blur <= 0:
        return mask.copy()
    pad = 2 * blur
    padded = cv2.copyMakeBorder(mask, pad, pad, pad, pad, cv2.BORDER_REPLICATE)
    distance = _distance_to(padded == 0)
    width = _feather_width(distance, blur + 1)
    ramp = np.clip(distance / width, 0.0, 1.0)[pad:-pad, pad:-pad]
    ramp = ramp * ramp * (3.0 - 2.0 * ramp)
    return np.asarray(np.rint(mask * ramp), np.uint8)


def _feather_width(distance: Floats, widest: int) -> Floats:
    """Return the width of the fade at each pixel, (h, w) float32 in pixels, 1..``widest``.

    ``distance`` is the distance of each pixel to the nearest one outside the mask. The width is the
    local thickness (Hildebrand and Ruegsegger 1997: the radius of the largest disc inside the mask
    that covers the pixel), quantized. It grows by half a pixel per pixel, so that a stroke which
    runs into a wide part stays opaque up to there.
    """
    radii = np.unique(np.linspace(1, widest, min(widest, THICKNESS_STEPS)).round())
    thickness = np.ones_like(distance)
    for radius in radii[1:]:
        centers = distance >= radius
        if not centers.any():
            break
        thickness[_distance_to(centers) < radius] = radius
    inside = distance > 0
    width = np.full_like(distance, widest)
    for radius in radii[:-1]:
        narrow = inside & (thickness <= radius)
        if narrow.any():
            growing = np.float32(radius - DISCRETE) + np.float32(0.5) * _distance_to(narrow)
            np.minimum(width, np.maximum(growing, 1), out=width)
    return width


def _distance_to(pixels: NDArray[np.bool_]) -> Floats:
    """Return the distance of each pixel to the nearest one that is True, float32 in pixels."""
    found = cv2.distanceTransform((~pixels).astype(np.uint8), cv2.DIST_L2, 5)
    return np.asarray(found, np.float32)


def shift_raster(raster: Raster, dx: int, dy: int) -> Raster:
    """Return the raster with its pixels moved by (dx, dy)."""
    bounds = raster.tile_bounds
    if bounds.is_empty or (dx == 0 and dy == 0):
        return raster
    moved = Raster(channels=raster.channels, default=raster.default)
    return moved.write(bounds.x + dx, bounds.y + dy, raster.read(bounds))
