"""Strokes on a mask that can be undone."""

from __future__ import annotations

import cv2
import numpy as np

from studio.core.geometry import Rect
from studio.edit.training import Pixels

Point = tuple[float, float]
KEPT = 20
"""Strokes that can be undone."""


class MaskStrokes:
    """A mask (h, w) uint8 to paint on; a stroke is ``begin``, ``line``..., ``end``."""

    def __init__(self, mask: Pixels) -> None:
        self.mask = mask.copy()
        self._before: Pixels | None = None
        self._touched = Rect(0, 0, 0, 0)
        self._undo: list[tuple[Rect, Pixels]] = []

    @property
    def area(self) -> Rect:
        """The whole mask."""
        return Rect(0, 0, self.mask.shape[1], self.mask.shape[0])

    @property
    def can_undo(self) -> bool:
        """Whether there is a stroke to undo."""
        return bool(self._undo)

    def begin(self) -> None:
        """Start a stroke."""
        self._before = self.mask.copy()
        self._touched = Rect(0, 0, 0, 0)

    def line(self, start: Point, end: Point, radius: int, value: int) -> None:
        """Paint ``value`` (0..255) from one pixel to another with a round brush."""
        points = [(round(x), round(y)) for x, y in (start, end)]
        box = Rect.from_edges(
            min(x for x, _ in points) - radius - 1,
            min(y for _, y in points) - radius - 1,
            max(x for x, _ in points) + radius + 2,
            max(y for _, y in points) + radius + 2,
        ).intersect(self.area)
        if box.is_empty:
            return
        part = np.ascontiguousarray(self.mask[box.y : box.bottom, box.x : box.right])
        first, second = ((x - box.x, y - box.y) for x, y in points)
        # OpenCV draws no thicker line.
        cv2.line(part, first, second, value, min(2 * radius, 32767), cv2.LINE_8)
        for point in (first, second):
            cv2.circle(part, point, radius, value, cv2.FILLED)
        self.mask[box.y : box.bottom, box.x : box.right] = part
        self._touched = self._touched.union(box)

    def end(self) -> bool:
        """End a stroke and return whether it changed anything."""
        before, self._before = self._before, None
        if before is None or self._touched.is_empty:
            return False
        self._remember(self._touched, before)
        return True

    def replace(self, mask: Pixels) -> None:
        """Replace the mask with another one of the same size, as one stroke."""
        self._remember(self.area, self.mask)
        self.mask = mask.copy()

    def undo(self) -> bool:
        """Undo the last stroke and return whether there was one."""
        if not self._undo:
            return False
        rect, before = self._undo.pop()
        self.mask[rect.y : rect.bottom, rect.x : rect.right] = before
        return True

    def _remember(self, rect: Rect, before: Pixels) -> None:
        part = before[rect.y : rect.bottom, rect.x : rect.right].copy()
        self._undo = [*self._undo[-KEPT + 1 :], (rect, part)]
