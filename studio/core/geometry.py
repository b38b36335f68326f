"""Integer rectangles in document pixels."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rect:
    """A half-open rectangle: x..x+width, y..y+height, in pixels; may be empty."""

    x: int
    y: int
    width: int
    height: int

    @classmethod
    def from_edges(cls, left: int, top: int, right: int, bottom: int) -> Rect:
        """Return the rectangle between the edges, empty if they cross."""
        return cls(left, top, max(0, right - left), max(0, bottom - top))

    @property
    def right(self) -> int:
        """The first column after the rectangle."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """The first row after the rectangle."""
        return self.y + self.height

    @property
    def is_empty(self) -> bool:
        """Whether the rectangle contains no pixel."""
        return self.width <= 0 or self.height <= 0

    @property
    def area(self) -> int:
        """The number of pixels."""
        return max(0, self.width) * max(0, self.height)

    def intersect(self, other: Rect) -> Rect:
        """Return the common part, perhaps empty."""
        return Rect.from_edges(
            max(self.x, other.x),
            max(self.y, other.y),
            min(self.right, other.right),
            min(self.bottom, other.bottom),
        )

    def union(self, other: Rect) -> Rect:
        """Return the smallest rectangle around both, ignoring an empty one."""
        if self.is_empty:
            return other
        if other.is_empty:
            return self
        return Rect.from_edges(
            min(self.x, other.x),
            min(self.y, other.y),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )

    def expand(self, margin: int) -> Rect:
        """Return the rectangle grown by ``margin`` pixels on each side."""
        return Rect.from_edges(
            self.x - margin, self.y - margin, self.right + margin, self.bottom + margin
        )

    def shift(self, dx: int, dy: int) -> Rect:
        """Return the rectangle moved by (dx, dy)."""
        return Rect(self.x + dx, self.y + dy, self.width, self.height)

    def contains(self, other: Rect) -> bool:
        """Whether ``other`` is entirely inside."""
        return self.intersect(other) == other


def bounding(rects: Iterable[Rect]) -> Rect:
    """Return the smallest rectangle around all of ``rects``; empty for none."""
    result = Rect(0, 0, 0, 0)
    for rect in rects:
        result = result.union(rect)
    return result
