"""The object under the pointer: a tint and an outline over the picture."""

from __future__ import annotations

import cv2
import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen, QPolygonF, QTransform

from studio.core.geometry import Rect
from studio.edit.objects import FoundObjects
from studio.retouch.object_edges import CELL
from studio.ui.canvas.view_transform import View
from studio.ui.widgets.pixels import tint_mask

COLOUR = (0, 190, 235)
"""Unlike the masks' colours and the outline of the place that Generate changes."""
STRENGTH = 0.38
LINE, CASING = 1.6, 3.2
"""Widths of the outline and of the dark line below it, in logical pixels."""
FINE = 4
"""The mask is drawn at this multiple of its size, so that its edge is smooth."""


class ObjectOverlay:
    """Paints one object in its coarse mask, before its edge is refined by a click."""

    def __init__(self, found: FoundObjects) -> None:
        frame = found.picture.frame
        logits = np.ascontiguousarray(frame.crop(found.logits[found.first]))
        size = logits.shape[1] * FINE, logits.shape[0] * FINE
        fine = cv2.resize(logits, size, interpolation=cv2.INTER_CUBIC)
        there = (fine > 0).astype(np.uint8)
        region = found.picture.region
        self._per = CELL / frame.scale / FINE
        """Document pixels for one of the drawn mask."""
        self._corner = region.x, region.y
        self._image: QImage = tint_mask(there * 255, COLOUR, STRENGTH)
        self._path = QPainterPath()
        contours, _ = cv2.findContours(there, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
        for contour in contours:
            points = (contour.reshape(-1, 2) + 0.5) * self._per + self._corner
            self._path.addPolygon(QPolygonF([QPointF(x, y) for x, y in points.tolist()]))
            self._path.closeSubpath()
        box = self._path.boundingRect()
        self.area = Rect.from_edges(
            int(box.left()) - 1, int(box.top()) - 1, int(box.right()) + 2, int(box.bottom()) + 2
        )
        """The document pixels that it covers."""

    def paint(self, painter: QPainter, view: View, ratio: float) -> None:
        """Paint it; ``painter`` works in device pixels."""
        left, top = view.to_view(*self._corner)
        side = self._per * view.zoom
        target = QRectF(left, top, self._image.width() * side, self._image.height() * side)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, True)
        painter.drawImage(target, self._image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        shape = QTransform(view.zoom, 0, 0, view.zoom, view.x, view.y).map(self._path)
        for colour, width in ((QColor(0, 0, 0, 150), CASING), (QColor(*COLOUR), LINE)):
            painter.setPen(QPen(colour, width * ratio))
            painter.drawPath(shape)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
