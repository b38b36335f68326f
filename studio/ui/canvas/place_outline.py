"""The outline on the canvas of the place that Generate would change."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QTransform

from studio.core.geometry import Rect
from studio.document.document import Document
from studio.edit.reach import Reach
from studio.ui.canvas.overlays import Outline
from studio.ui.canvas.view_transform import View

PLACE_COLOUR = (170, 255, 0)
"""Unlike the masks' colours, the accent, the focus, the selection and the places of regions."""
LINE, STRONG, THIN = 2.0, 3.5, 1.0
"""Widths in logical pixels: normal, while the pointer is on Generate, and the crop's."""
UNDER = 4.0
"""Extra width of the line if the selection's own line covers it."""
CASING = 2.0
"""Extra width of the dark line below, so that the dashes show on every picture."""
DASHES, DOTS = [5.0, 3.0], [2.0, 4.0]
"""In widths of the line."""
SMALLEST = 14
"""Logical pixels: a place that looks smaller has a ring of this size around it."""


class PlaceOutline:
    """Paints the outline of a place below the selection's line, which stays visible."""

    def __init__(self) -> None:
        self.reach: Reach | None = None
        self.strong = False
        self._outline = Outline()

    def is_shown(self, document: Document, show_mask: bool) -> bool:
        """Whether there is a place to outline.

        False while masks are hidden, unless a hidden mask may override a visible selection.
        """
        misleads = document.mask is not None and document.selection is not None
        return self.reach is not None and (show_mask or misleads)

    def paint(self, painter: QPainter, view: View, document: Document, ratio: float) -> None:
        """Paint the outline; ``painter`` works in device pixels."""
        reach = self.reach
        if reach is None:
            return
        canvas = document.rect
        # The selection's own line is painted over it if the selection is part of the place.
        under = document.selection is not None and reach.mask not in (None, document.mask)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        transform = QTransform(view.zoom, 0, 0, view.zoom, view.x, view.y)
        if reach.mask is None:
            path = transform.map(_frame(reach.region))
        else:
            path = _with_rings(
                transform.map(self._outline.path(reach.mask, canvas)), SMALLEST * ratio
            )
            if reach.region != canvas:
                box = transform.map(_frame(reach.region))
                _stroke(painter, box, THIN * ratio, DOTS, THIN * ratio)
        width = (STRONG if self.strong else LINE) + (UNDER if under else 0.0)
        dashes = [length * LINE / width for length in DASHES] if under else DASHES
        _stroke(painter, path, width * ratio, dashes, CASING * ratio)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def _stroke(
    painter: QPainter, path: QPainterPath, width: float, dashes: list[float], casing: float
) -> None:
    painter.setPen(QPen(QColor(0, 0, 0, 150), width + casing))
    painter.drawPath(path)
    pen = QPen(QColor(*PLACE_COLOUR), width)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    pen.setDashPattern(dashes)
    painter.setPen(pen)
    painter.drawPath(path)


def _frame(rect: Rect) -> QPainterPath:
    path = QPainterPath()
    path.addRect(QRectF(rect.x, rect.y, rect.width, rect.height))
    return path


def _with_rings(path: QPainterPath, smallest: float) -> QPainterPath:
    """Return a path in device pixels with a ring instead of each part that is too small to see."""
    shown = QPainterPath()
    for polygon in path.toSubpathPolygons():
        box = polygon.boundingRect()
        if max(box.width(), box.height()) >= smallest:
            shown.addPolygon(polygon)
        else:
            shown.addEllipse(QPointF(box.center()), smallest / 2, smallest / 2)
    return shown
