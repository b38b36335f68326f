"""Overlays of the canvas: mask tint, selection, previews, lines and brush circle."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping

import cv2
import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen, QPolygonF, QTransform

from studio.core.geometry import Rect
from studio.document.raster import TILE, Raster, keys_in, tile_rect
from studio.edit.request import EditRequest, Pixels
from studio.ui.canvas.view_transform import View, level_of
from studio.ui.widgets.pixels import image_of, tint_mask
from studio.ui.widgets.translation import mark

MASK_STRENGTH = 0.45
MASK_COLOURS: Mapping[str, tuple[str, tuple[int, int, int]]] = {
    "pink": (mark("Pink"), (255, 48, 120)),
    "red": (mark("Red"), (255, 30, 20)),
    "orange": (mark("Orange"), (255, 120, 0)),
    "violet": (mark("Violet"), (150, 60, 255)),
    "blue": (mark("Blue"), (0, 90, 255)),
}
"""Colours for the tint of the edit mask, by the name in the settings.

Each differs from the accent, the focus, the selection, the outline of the edit's place and the
places of region prompts.
"""
MASK_COLOUR = MASK_COLOURS["pink"][1]
REGION_COLOURS = (
    (236, 98, 86),
    (90, 150, 245),
    (240, 185, 55),
    (178, 120, 235),
    (150, 195, 60),
    (240, 125, 190),
)
"""Of the places of region prompts, by number; dark digits have a contrast of 4.5:1 on each."""
OUTLINE_LIMIT = 2048
"""Longest side, in pixels, of the copy in which a selection's outline is traced."""


def mask_colour(chosen: object) -> tuple[int, int, int]:
    """Return the colour of a setting, the first one for an unknown name."""
    return MASK_COLOURS[str(chosen)][1] if chosen in MASK_COLOURS else MASK_COLOUR


class MaskTint:
    """Paints a mask in one colour; a stroke renews only its own tiles."""

    def __init__(self, colour: tuple[int, int, int] = MASK_COLOUR) -> None:
        self._colour = colour
        self._images: OrderedDict[tuple[int, int], tuple[Pixels, QImage]] = OrderedDict()

    def paint(self, painter: QPainter, view: View, mask: Raster, visible: Rect) -> None:
        """Paint the visible part of the mask; ``painter`` works in device pixels."""
        level = min(level_of(view.zoom), 8)
        for key in keys_in(visible):
            tile = mask.tile(key)
            if tile is None:
                continue
            rect = tile_rect(key).intersect(visible)
            target = view.snapped(rect)
            image = self._image(tile, level)
            scale = 1 << level
            source = QRectF(
                (rect.x - key[0] * TILE) / scale,
                (rect.y - key[1] * TILE) / scale,
                rect.width / scale,
                rect.height / scale,
            )
            painter.drawImage(QRectF(qrect(target)), image, source)

    def _image(self, tile: Pixels, level: int) -> QImage:
        name = id(tile), level
        found = self._images.get(name)
        if found is not None and found[0] is tile:
            return found[1]
        plane = tile[:, :, 0]
        if level:
            side = TILE >> level
            plane = np.asarray(cv2.resize(plane, (side, side), interpolation=cv2.INTER_AREA))
        image = tint_mask(plane, self._colour, MASK_STRENGTH)
        self._images[name] = tile, image
        while len(self._images) > 512:
            self._images.popitem(last=False)
        return image


def mask_picture(mask: Raster, rect: Rect, stride: int) -> QImage:
    """Return a layer mask as grey pixels, every ``stride``-th of ``rect``."""
    plane = mask.read(rect)[::stride, ::stride, 0]
    return image_of(np.ascontiguousarray(np.dstack([plane, plane, plane])))


class Outline:
    """The edge of a mask as a path in document pixels, renewed when the mask changes."""

    def __init__(self) -> None:
        self._raster: Raster | None = None
        self._canvas = Rect(0, 0, 0, 0)
        self._path = QPainterPath()

    def path(self, raster: Raster | None, canvas: Rect) -> QPainterPath:
        """Return the outline of the selected pixels inside the canvas."""
        if raster is not self._raster or canvas != self._canvas:
            self._raster, self._canvas = raster, canvas
            self._path = outline(raster, canvas) if raster is not None else QPainterPath()
        return self._path


def outline(raster: Raster, canvas: Rect) -> QPainterPath:
    """Return the contour of a mask at one half, as a path in document pixels."""
    path = QPainterPath()
    bounds = raster.bounds().intersect(canvas)
    if bounds.is_empty:
        return path
    plane = raster.read(bounds)[:, :, 0]
    scale = 1
    while max(plane.shape) > OUTLINE_LIMIT:
        plane = plane[::2, ::2]
        scale *= 2
    # Twice the size, so that the contour, which runs through pixel centres, hugs the pixels' edges.
    big = (plane > 127).astype(np.uint8).repeat(2, axis=0).repeat(2, axis=1)
    contours, _ = cv2.findContours(big, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    for contour in contours:
        points = (contour[:, 0, :].astype(np.float64) + 0.5) / 2 * scale
        polygon = QPolygonF([QPointF(bounds.x + x, bounds.y + y) for x, y in points.tolist()])
        path.addPolygon(polygon)
        path.closeSubpath()
    return path


def paint_outline(painter: QPainter, view: View, path: QPainterPath, ratio: float) -> None:
    """Paint a dashed line that is visible on light and dark backgrounds."""
    shape = QTransform(view.zoom, 0, 0, view.zoom, view.x, view.y).map(path)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(0, 0, 0, 200), 1.4 * ratio))
    painter.drawPath(shape)
    pen = QPen(QColor(255, 255, 255), 1.4 * ratio)
    pen.setDashPattern([4.0, 4.0])
    painter.setPen(pen)
    painter.drawPath(shape)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def line_path(points: list[tuple[float, float]], closed: bool) -> QPainterPath:
    """Return a tool's line as a path in document pixels."""
    path = QPainterPath()
    if points:
        path.addPolygon(QPolygonF([QPointF(x, y) for x, y in points]))
        if closed:
            path.closeSubpath()
    return path


def paint_brush(painter: QPainter, x: float, y: float, radius: float, ratio: float) -> None:
    """Paint the brush's circle around a device point, visible on every colour."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    radius = max(radius, 1.5 * ratio)
    painter.setPen(QPen(QColor(0, 0, 0, 190), ratio))
    painter.drawEllipse(QPointF(x, y), radius + ratio / 2, radius + ratio / 2)
    painter.setPen(QPen(QColor(255, 255, 255, 235), ratio))
    painter.drawEllipse(QPointF(x, y), radius - ratio / 2, radius - ratio / 2)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def preview_image(preview: Pixels, request: EditRequest) -> QImage:
    """Return a step's preview (h, w, 3) as an image that fits the request's crop."""
    if request.mask is None:
        return image_of(preview)
    height, width = preview.shape[:2]
    mask = cv2.resize(request.mask, (width, height), interpolation=cv2.INTER_AREA)
    return image_of(np.dstack([preview, mask]))


def qrect(rect: Rect) -> QRect:
    """Return a rectangle as Qt's."""
    return QRect(rect.x, rect.y, rect.width, rect.height)
