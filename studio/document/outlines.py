"""Fills the outlines in a mask, since people often draw only the outline of an area."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from studio.core.errors import StudioError
from studio.core.geometry import Rect
from studio.document.raster import Raster

Pixels = NDArray[np.uint8]

HALF = 128
WIDEST_GAP = 0.06
"""The widest gap of an outline that is bridged, as a share of the longer side of its box."""
STEPS = 4


def fill_outline(mask: Raster, canvas: Rect) -> Raster:
    """Return a one-channel mask with the inside of its outlines filled; nothing is removed.

    Small gaps of an outline that is not quite closed are bridged, the smallest first.
    StudioError if the lines enclose nothing.
    """
    box = mask.bounds().intersect(canvas)
    if box.is_empty:
        raise StudioError(
            "There is nothing to fill: nothing is painted here.",
            "Draw an outline first.",
        )
    plane = np.ascontiguousarray(mask.read(box)[:, :, 0])
    longest = max(box.width, box.height)
    gaps = [0, *(round(longest * WIDEST_GAP * step / STEPS) for step in range(1, STEPS + 1))]
    for gap in dict.fromkeys(gaps):
        inside = enclosed_area(plane, gap)
        if inside.any():
            filled = np.maximum(plane, inside.astype(np.uint8) * np.uint8(255))
            return mask.write(box.x, box.y, filled[:, :, None])
    raise StudioError(
        "There is no closed outline to fill.",
        "Close the outline, then try again.",
    )


def enclosed_area(plane: Pixels, gap: int = 0) -> NDArray[np.bool_]:
    """Return the pixels of a mask (h, w) uint8 that its lines separate from the frame.

    ``gap`` is the width of gaps, in pixels, that count as closed.
    """
    lines = (plane >= HALF).astype(np.uint8)
    pad = gap + 1
    lines = np.pad(lines, pad)
    closed = lines
    if gap:
        disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (gap + 1, gap + 1))
        closed = np.asarray(cv2.morphologyEx(lines, cv2.MORPH_CLOSE, disc), np.uint8)
    outside = closed.copy()
    cv2.floodFill(outside, None, (0, 0), 2)
    holes = outside == 0
    if not holes.any():
        return np.asarray(holes[pad:-pad, pad:-pad])
    # The inner half of the line belongs to the inside, so that no soft edge remains in it.
    to_hole, to_outside = (_distance(part) for part in (holes, outside == 2))
    return np.asarray((to_hole < to_outside)[pad:-pad, pad:-pad])


def _distance(pixels: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Return the distance of each pixel to the nearest one that is True."""
    found = cv2.distanceTransform((~pixels).astype(np.uint8), cv2.DIST_L2, 5)
    return np.asarray(found, np.float32)
