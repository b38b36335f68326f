"""Geometry of the holes that are to be filled: their margin, and the crops to work on."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from studio.core.geometry import Rect

Mask = NDArray[np.bool_]

LEAST_MARGIN, MOST_MARGIN = 5, 25
"""Bounds of the margin in pixels."""
LARGE_SHARE = 0.25
"""The share of the picture above which a filling may fail."""
TOGETHER = 256
"""Holes within a square of this side are filled together."""


@dataclass(frozen=True, slots=True, eq=False)
class Hole:
    """One hole or a group of near ones: ``mask`` (h, w) covers ``box`` of the picture."""

    box: Rect
    mask: Mask


def margin_of(mask: Mask) -> int:
    """Return the margin in pixels by which a mask grows: a twelfth of its largest part.

    The result is within ``LEAST_MARGIN`` and ``MOST_MARGIN``. The margin covers the soft edge and
    the shadow of the thing, which would otherwise be continued into the filling.
    """
    count, _, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    if count < 2:
        return 0
    side = float(np.sqrt((stats[1:, 2].astype(np.int64) * stats[1:, 3]).max()))
    return int(np.clip(round(side / 12), LEAST_MARGIN, MOST_MARGIN))


def grown(mask: Mask, margin: int) -> Mask:
    """Return ``mask`` (h, w) grown by ``margin`` pixels in all directions."""
    if margin <= 0 or not mask.any():
        return mask.copy()
    y, x = np.nonzero(mask)
    top, bottom = max(0, int(y.min()) - margin), int(y.max()) + margin + 1
    left, right = max(0, int(x.min()) - margin), int(x.max()) + margin + 1
    part = mask[top:bottom, left:right]
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * margin + 1, 2 * margin + 1))
    result = np.zeros_like(mask)
    result[top:bottom, left:right] = cv2.dilate(part.astype(np.uint8), kernel) > 0
    return result


def holes_of(mask: Mask) -> list[Hole]:
    """Return the connected parts of a mask (h, w), near small ones grouped."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    boxes = [Rect(*(int(value) for value in stats[i, :4])) for i in range(1, count)]
    groups: list[tuple[Rect, list[int]]] = []
    for number, box in sorted(enumerate(boxes, 1), key=lambda one: (one[1].y, one[1].x)):
        for at, (area, members) in enumerate(groups):
            both = area.union(box)
            if max(both.width, both.height) <= TOGETHER or area.contains(box):
                groups[at] = (both, [*members, number])
                break
        else:
            groups.append((box, [number]))
    return [
        Hole(box, np.isin(labels[box.y : box.bottom, box.x : box.right], members))
        for box, members in groups
    ]


def context_of(box: Rect, factor: float, least: int, shape: tuple[int, ...]) -> Rect:
    """Return a square around ``box``, moved and cut so that it is inside a picture (h, w, ...).

    Its side is ``factor`` times that of the box, at least ``least``.
    """
    side = max(least, round(max(box.width, box.height) * factor))
    width, height = min(side, shape[1]), min(side, shape[0])
    x = min(max(0, box.x + (box.width - width) // 2), shape[1] - width)
    y = min(max(0, box.y + (box.height - height) // 2), shape[0] - height)
    return Rect(x, y, width, height)


def covered(mask: NDArray[np.uint8]) -> int:
    """Return how many pixels of a mask (h, w) uint8 are more than half covered."""
    return int(np.count_nonzero(mask >= 128))
