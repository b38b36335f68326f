"""The position and the scale of a canvas that was cropped, extended or scaled."""

from __future__ import annotations

import math
from dataclasses import dataclass

from studio.core.geometry import Rect

CLOSE = 1e-9
"""Relative difference of two scales that comes from rounding alone."""


@dataclass(frozen=True, slots=True)
class Frame:
    """``origin`` is the canvas's corner and ``scale`` its pixels per pixel of the opened canvas.

    The origin is in pixels of this frame.
    """

    origin: tuple[int, int] = (0, 0)
    scale: tuple[float, float] = (1.0, 1.0)

    def factors(self, to: Frame) -> tuple[float, float]:
        """Return the factor of each axis from this frame to another, exactly 1 if it is the same.

        The same canvas, scaled there and back, differs by rounding only.
        """
        across, down = (new / old for new, old in zip(to.scale, self.scale, strict=True))
        return _whole(across), _whole(down)

    def moved(self, rect: Rect, to: Frame) -> Rect:
        """Return a rectangle of this frame in pixels of another, at least one pixel a side."""
        across, down = self.factors(to)
        left = round((rect.x + self.origin[0]) * across)
        top = round((rect.y + self.origin[1]) * down)
        right = max(round((rect.right + self.origin[0]) * across), left + 1)
        bottom = max(round((rect.bottom + self.origin[1]) * down), top + 1)
        return Rect.from_edges(left, top, right, bottom).shift(-to.origin[0], -to.origin[1])

    def seen_from(self, other: Frame) -> Frame:
        """Return this frame relative to another, whose corner becomes 0, 0 and whose scale 1."""
        across, down = other.factors(self)
        x = self.origin[0] - round(other.origin[0] * across)
        y = self.origin[1] - round(other.origin[1] * down)
        return Frame((x, y), (across, down))


def _whole(factor: float) -> float:
    return 1.0 if math.isclose(factor, 1.0, rel_tol=CLOSE) else factor
