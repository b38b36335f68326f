"""A round brush that paints or erases on layers and masks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from studio.core.geometry import Rect
from studio.document.raster import TILE, Key, Pixels, Raster, keys_in, tile_rect

Dab = tuple[float, float, float]
LEAST_STEP = 0.5
"""The least distance between two dabs in pixels."""


@dataclass(frozen=True, slots=True)
class Brush:
    """``size`` is the diameter in pixels, ``spacing`` a share of it; the rest are 0..1."""

    size: float = 40.0
    hardness: float = 0.8
    opacity: float = 1.0
    spacing: float = 0.1


class BrushStroke:
    """One stroke from press to release: each ``to`` returns the raster as painted so far.

    The stroke keeps the coverage of each pixel, at most 1 however often dabs overlap, and always
    paints on the original pixels, so that ``brush.opacity`` is never exceeded.

    ``color`` is straight RGBA in 0..255; on a one-channel raster its first number is the value
    painted. ``erase`` reduces alpha, or on a mask paints 0. ``clip`` is a selection in document
    pixels; outside it, and outside ``bounds``, every byte is unchanged. ``origin`` is the position
    of the raster's pixel (0, 0) in the document (the layer's x, y).
    """

    def __init__(
        self,
        raster: Raster,
        brush: Brush,
        color: Sequence[int] = (0, 0, 0, 255),
        *,
        erase: bool = False,
        clip: Raster | None = None,
        origin: tuple[int, int] = (0, 0),
        bounds: Rect | None = None,
    ) -> None:
        self._before = raster
        self._raster = raster
        self._brush = brush
        self._erase = erase
        self._clip = clip
        self._origin = origin
        self._bounds = bounds.shift(-origin[0], -origin[1]) if bounds is not None else None
        self._color = self._stroke_color(color)
        self._covers: dict[Key, Pixels] = {}
        self._clips: dict[Key, Pixels | None] = {}
        self._blank: Pixels = np.full((TILE, TILE, raster.channels), raster.default, np.uint8)
        self._blank.flags.writeable = False
        self._last: Dab | None = None
        self._gone = 0.0

    @property
    def raster(self) -> Raster:
        """The raster as painted so far."""
        return self._raster

    def to(self, x: float, y: float, pressure: float = 1.0) -> Raster:
        """Move to a point in document pixels, (0.5, 0.5) the middle of the first pixel.

        ``pressure`` 0..1 scales the size. Only tiles under new dabs become new objects.
        """
        dabs = self._dabs(x - self._origin[0], y - self._origin[1], max(pressure, 0.0))
        changed: dict[Key, Pixels | None] = {}
        for key, some in _by_tile(dabs).items():
            self._paint(key, some, changed)
        if changed:
            self._raster = self._raster.with_tiles(changed)
        return self._raster

    def _stroke_color(self, color: Sequence[int]) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
        alpha = self._brush.opacity
        if self._before.channels == 1:
            value = 0 if self._erase else color[0]
            return np.array([value, 0, 0, alpha], np.float32)
        if not self._erase and len(color) > 3:
            alpha *= color[3] / 255.0
        return np.array([*color[:3], alpha], np.float32)

    def _dabs(self, x: float, y: float, pressure: float) -> list[Dab]:
        """Return the dabs from the last point to this one, spaced along the line."""
        radius = self._brush.size / 2.0
        if self._last is None:
            self._last = x, y, pressure
            return [(x, y, radius * pressure)]
        from_x, from_y, from_pressure = self._last
        length = math.hypot(x - from_x, y - from_y)
        dabs: list[Dab] = []
        at = -self._gone
        while True:
            share = min(max(at / length, 0.0), 1.0) if length > 0.0 else 0.0
            here = from_pressure + (pressure - from_pressure) * share
            at += max(LEAST_STEP, self._brush.spacing * self._brush.size * here)
            if at > length:
                break
            share = at / length if length > 0.0 else 1.0
            here = from_pressure + (pressure - from_pressure) * share
            place = from_x + (x - from_x) * share, from_y + (y - from_y) * share
            dabs.append((*place, radius * here))
            self._gone = -at
        self._gone += length
        self._last = x, y, pressure
        return dabs

    def _paint(self, key: Key, dabs: list[Dab], changed: dict[Key, Pixels | None]) -> None:
        from studio.document.render import brush_kernels  # imports numba, which takes a while

        clip = self._clip_tile(key)
        old = self._before.tile(key)
        default = self._before.default
        target = 0 if self._erase else int(self._color[0])
        pointless = self._erase if self._before.channels == 4 else target == default
        if clip is None or (old is None and pointless):
            return
        cover = self._covers.get(key)
        if cover is None:
            cover = self._covers[key] = np.zeros((TILE, TILE), np.uint8)
        origin = np.array([key[0] * TILE, key[1] * TILE, 0.0])
        area = brush_kernels.stamp(cover, np.array(dabs) - origin, self._brush.hardness)
        area = self._inside(key, area)
        if area[2] <= area[0] or area[3] <= area[1]:
            return
        below = old if old is not None else self._blank
        now = self._raster.tile(key)
        out = (now if now is not None else self._blank).copy()
        if self._before.channels == 4:
            erase = self._erase
            brush_kernels.paint_rgba(below, out, cover, clip, self._color, erase, area)
        else:
            brush_kernels.paint_mask(below, out, cover, clip, self._color, area)
        is_blank = (self._erase or pointless or self._before.channels == 1) and bool(
            (out == default).all()
        )
        changed[key] = None if is_blank else out

    def _inside(self, key: Key, area: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
        """Return an area of a tile clipped to the bounds."""
        if self._bounds is None:
            return area
        x, y = key[0] * TILE, key[1] * TILE
        rect = Rect.from_edges(*area).intersect(self._bounds.shift(-x, -y))
        return rect.x, rect.y, rect.right, rect.bottom

    def _clip_tile(self, key: Key) -> Pixels | None:
        """Return the selection of a tile's pixels, or None if none is selected."""
        if key not in self._clips:
            clip: Pixels | None
            if self._clip is None:
                clip = np.full((TILE, TILE), 255, np.uint8)
            else:
                rect = tile_rect(key).shift(*self._origin)
                clip = np.ascontiguousarray(self._clip.read(rect)[:, :, 0])
                clip = clip if clip.any() else None
            self._clips[key] = clip
        return self._clips[key]


def warm_up() -> None:
    """Compile or load the loops, so that the first stroke need not wait; from any thread."""
    for channels in (4, 1):
        BrushStroke(Raster(channels=channels), Brush(size=1.0), (9, 9, 9, 255)).to(0.5, 0.5)


def _by_tile(dabs: list[Dab]) -> dict[Key, list[Dab]]:
    """Return the dabs that touch each tile."""
    found: dict[Key, list[Dab]] = {}
    for x, y, radius in dabs:
        reach = radius + 1.0
        box = Rect.from_edges(
            math.floor(x - reach), math.floor(y - reach), math.ceil(x + reach), math.ceil(y + reach)
        )
        for key in keys_in(box):
            found.setdefault(key, []).append((x, y, radius))
    return found
