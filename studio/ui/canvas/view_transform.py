"""The transform from document to view: a zoom and an origin in device pixels, without widgets."""

from __future__ import annotations

import math
from dataclasses import dataclass

from studio.core.geometry import Rect

MIN_ZOOM = 1 / 64
MAX_ZOOM = 64.0
STEPS = (
    *(1 / 64, 1 / 48, 1 / 32, 1 / 24, 1 / 16, 1 / 12, 1 / 8, 1 / 6, 1 / 4, 1 / 3, 1 / 2, 2 / 3),
    *(1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0, 24.0, 32.0, 48.0, 64.0),
)
FIT_LIMIT = 2.0
MARGIN = 24
"""Device pixels left free around a fitted picture, and kept visible of one that is dragged off."""


@dataclass(frozen=True, slots=True)
class View:
    """``zoom`` is device pixels per document pixel; x, y is the document's corner in the view."""

    zoom: float = 1.0
    x: float = 0.0
    y: float = 0.0

    def to_document(self, x: float, y: float) -> tuple[float, float]:
        """Return the document point under a device point of the view."""
        return (x - self.x) / self.zoom, (y - self.y) / self.zoom

    def to_view(self, x: float, y: float) -> tuple[float, float]:
        """Return the device point of a document point."""
        return x * self.zoom + self.x, y * self.zoom + self.y

    def snapped(self, rect: Rect) -> Rect:
        """Return a document rectangle in whole device pixels; neighbours share their edge."""
        left, top = self.to_view(rect.x, rect.y)
        right, bottom = self.to_view(rect.right, rect.bottom)
        return Rect.from_edges(round(left), round(top), round(right), round(bottom))

    def visible(self, width: int, height: int, canvas: Rect) -> Rect:
        """Return the part of the canvas that a view of that size in device pixels shows."""
        left, top = self.to_document(0, 0)
        right, bottom = self.to_document(width, height)
        edges = math.floor(left), math.floor(top), math.ceil(right), math.ceil(bottom)
        return Rect.from_edges(*edges).intersect(canvas)

    def zoomed(self, zoom: float, x: float, y: float) -> View:
        """Return the view at another zoom; the document point under the device point stays."""
        zoom = min(max(zoom, MIN_ZOOM), MAX_ZOOM)
        u, v = self.to_document(x, y)
        return View(zoom, x - u * zoom, y - v * zoom)

    def moved(self, dx: float, dy: float) -> View:
        """Return the view dragged by device pixels."""
        return View(self.zoom, self.x + dx, self.y + dy)

    def kept(self, width: int, height: int, canvas: Rect) -> View:
        """Return the view moved so that some of the canvas stays visible."""
        w, h = canvas.width * self.zoom, canvas.height * self.zoom
        keep_x, keep_y = min(4 * MARGIN, w), min(4 * MARGIN, h)
        x = min(max(self.x, keep_x - w), width - keep_x)
        y = min(max(self.y, keep_y - h), height - keep_y)
        return View(self.zoom, x, y)


def fit(width: int, height: int, canvas: Rect) -> View:
    """Return the view that shows the whole canvas centred, at most at twice its size."""
    room_x, room_y = max(1, width - 2 * MARGIN), max(1, height - 2 * MARGIN)
    zoom = min(room_x / canvas.width, room_y / canvas.height, FIT_LIMIT)
    return centre_view(min(max(zoom, MIN_ZOOM), MAX_ZOOM), width, height, canvas)


def centre_view(zoom: float, width: int, height: int, canvas: Rect) -> View:
    """Return the view at ``zoom`` with the canvas centred."""
    x = (width - canvas.width * zoom) / 2
    y = (height - canvas.height * zoom) / 2
    return View(zoom, round(x), round(y))


def around(width: int, height: int, area: Rect) -> View:
    """Return the view that shows a part of the document centred, as large as it fits."""
    zoom = min(max(min(width / area.width, height / area.height), MIN_ZOOM), MAX_ZOOM)
    x = width / 2 - (area.x + area.width / 2) * zoom
    y = height / 2 - (area.y + area.height / 2) * zoom
    return View(zoom, round(x), round(y))


def step(zoom: float, direction: int) -> float:
    """Return the next zoom step in a direction, +1 or -1."""
    if direction > 0:
        return next((one for one in STEPS if one > zoom * 1.001), MAX_ZOOM)
    return next((one for one in reversed(STEPS) if one < zoom * 0.999), MIN_ZOOM)


def level_of(zoom: float) -> int:
    """Return the pyramid level whose pixels are at least as fine as the view's."""
    return max(0, math.floor(-math.log2(zoom) + 1e-9))
