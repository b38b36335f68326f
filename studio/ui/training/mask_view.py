"""The large view of a photo in which the mask of its subject is corrected by hand."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.control_maps.edges import at_side
from studio.core.geometry import Rect
from studio.edit.training import Pixels
from studio.ui.training.mask_strokes import MaskStrokes
from studio.ui.widgets.pixels import image_of, tint_mask
from studio.ui.widgets.translation import tr
from studio.ui.widgets.widgets import IconHolder

ADD, REMOVE, FRAME = "add", "remove", "frame"
SHOWN = 1400
"""Longest side, in pixels, of the copy that is drawn."""
VEIL = (24, 26, 32)
VEIL_STRENGTH = 0.62
MARGIN = 0.12
"""Initial margin around the subject, as a fraction of the longer side of its box."""
ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class MaskView(QWidget):
    """Paints on a mask (h, w) uint8 of a photo (h, w, 3); the background is veiled.

    On the keyboard the arrows move the brush, and Space paints or sets the corners of the frame.
    """

    changed = Signal()
    """The mask was painted on, or a stroke undone."""
    framed = Signal(object)
    """A rectangle was drawn around the subject, as a ``Rect`` of the photo."""

    def __init__(self, holder: IconHolder) -> None:
        super().__init__()
        self._holder = holder
        self.tool = ADD
        self.radius = 12.0
        """Of the brush, in pixels of the photo."""
        self.strokes = MaskStrokes(np.zeros((1, 1), np.uint8))
        self._image = QImage()
        self._veil = QImage()
        self._scale, self._offset = 1.0, QPointF()
        self._last: QPointF | None = None
        self._frame: tuple[QPointF, QPointF] | None = None
        self._pointer: QPointF | None = None
        self._fit: Rect | None = None
        self._pan: QPointF | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(tr("Mask of the photo"))
        self.setAccessibleDescription(
            tr("The arrows move the brush, Space paints, [ and ] change its size")
        )

    def minimumSizeHint(self) -> QSize:
        """Return the smallest size that is usable for painting."""
        return QSize(240, 220)

    # Content

    def show_photo(self, image: Pixels, mask: Pixels, box: Rect) -> None:
        """Start on another photo, zoomed to ``box``."""
        self._image = image_of(at_side(image, SHOWN))
        self.strokes = MaskStrokes(mask)
        self._frame = None
        self._pointer = QPointF(box.x + box.width / 2, box.y + box.height / 2)
        self.radius = max(2.0, 0.05 * max(box.width, box.height))
        self._fit = box.expand(round(MARGIN * max(box.width, box.height)))
        self._fit_view()
        self._renew_veil()

    def show_mask(self, mask: Pixels) -> None:
        """Show a newly detected mask; it can be undone like a stroke."""
        self.strokes.replace(mask)
        self._frame = None
        self._renew_veil()
        self.changed.emit()

    @property
    def painted(self) -> Pixels:
        """The mask as it is now."""
        return self.strokes.mask

    def undo(self) -> None:
        """Undo the last stroke."""
        if self.strokes.undo():
            self._renew_veil()
            self.changed.emit()

    def resize_brush(self, factor: float) -> None:
        """Make the brush larger or smaller."""
        largest = max(self.painted.shape) / 4
        self.radius = min(max(1.0, self.radius * factor), max(2.0, largest))
        self.update()

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        """Zoom around a point of the widget, by default its centre."""
        place = at if at is not None else QPointF(self.width() / 2, self.height() / 2)
        before = self._photo_point(place)
        self._scale = min(max(self._scale * factor, 0.02), 40.0)
        self._offset = place - before * self._scale
        self._fit = None
        self.update()

    def _fit_view(self) -> None:
        fit = self._fit
        if fit is None or fit.is_empty or self.width() < 2:
            return
        self._scale = min(self.width() / fit.width, self.height() / fit.height)
        middle = QPointF(fit.x + fit.width / 2, fit.y + fit.height / 2)
        self._offset = QPointF(self.width() / 2, self.height() / 2) - middle * self._scale

    def resizeEvent(self, event: object) -> None:
        """Keep the subject in view until the artist zooms."""
        self._fit_view()

    def _renew_veil(self) -> None:
        self._veil = tint_mask(255 - at_side(self.painted, SHOWN), VEIL, VEIL_STRENGTH)
        self.update()

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the photo, the veil over its background, the frame and the brush."""
        theme = self._holder.icons.theme
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.canvas))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        height, width = self.painted.shape
        place = QRectF(
            self._offset.x(), self._offset.y(), width * self._scale, height * self._scale
        )
        painter.drawImage(place, self._image)
        painter.drawImage(place, self._veil)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._frame is not None:
            first, second = (self._widget_point(one) for one in self._frame)
            self._outline(painter, QRectF(first, second).normalized(), ellipse=False)
        elif self._pointer is not None and self.tool != FRAME:
            middle, radius = self._widget_point(self._pointer), self.radius * self._scale
            box = QRectF(middle.x() - radius, middle.y() - radius, 2 * radius, 2 * radius)
            self._outline(painter, box, ellipse=True)
        elif self._pointer is not None and self.hasFocus():
            middle = self._widget_point(self._pointer)
            self._outline(painter, QRectF(middle.x() - 4, middle.y() - 4, 8, 8), ellipse=False)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(theme.accent), 1))
            painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))
        painter.end()

    def _outline(self, painter: QPainter, box: QRectF, *, ellipse: bool) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        # Dark under light, so that it is visible on every photo.
        for colour, width in ((QColor(0, 0, 0, 170), 3.0), (QColor(255, 255, 255), 1.2)):
            painter.setPen(QPen(colour, width))
            (painter.drawEllipse if ellipse else painter.drawRect)(box)

    def _stroke(self, start: QPointF, end: QPointF) -> None:
        """Paint from one point of the photo to another."""
        radius, value = max(1, round(self.radius)), 255 if self.tool == ADD else 0
        self.strokes.line((start.x(), start.y()), (end.x(), end.y()), radius, value)
        self._renew_veil()

    def _end(self) -> None:
        if self.strokes.end():
            self.changed.emit()

    # Events

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Start a stroke, a frame, or a pan with the middle button."""
        place = self._photo_point(event.position())
        if event.button() is Qt.MouseButton.MiddleButton:
            self._pan = event.position() - self._offset
        elif event.button() is Qt.MouseButton.LeftButton and self.tool == FRAME:
            self._frame = place, place
        elif event.button() is Qt.MouseButton.LeftButton:
            self.strokes.begin()
            self._last = place
            self._stroke(place, place)
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Continue the stroke, the frame or the pan."""
        place = self._photo_point(event.position())
        self._pointer = place
        if self._pan is not None:
            self._offset = event.position() - self._pan
            self._fit = None
        elif self._last is not None:
            self._stroke(self._last, place)
            self._last = place
        elif self._frame is not None and event.buttons() & Qt.MouseButton.LeftButton:
            self._frame = self._frame[0], place
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Finish the stroke, the frame or the pan."""
        if event.button() is Qt.MouseButton.MiddleButton:
            self._pan = None
        elif self._last is not None:
            self._last = None
            self._end()
        elif self._frame is not None:
            self._tell_frame()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the pointer."""
        self.zoom(1.0015 ** event.angleDelta().y(), event.position())
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the brush, paint, zoom."""
        key, pointer = event.key(), self._pointer
        if key in ARROWS and pointer is not None:
            far = 5 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
            step = far * max(1.0, self.radius / 2 if self.tool != FRAME else 4 / self._scale)
            dx, dy = ARROWS[Qt.Key(key)]
            self._move_to(pointer + QPointF(dx * step, dy * step))
        elif key == Qt.Key.Key_Space and pointer is not None:
            self._press_space(pointer)
        elif event.text() in ("[", "]"):
            self.resize_brush(1.25 if event.text() == "]" else 0.8)
        elif event.text() in ("+", "-", "="):
            self.zoom(0.8 if event.text() == "-" else 1.25)
        else:
            super().keyPressEvent(event)

    def _move_to(self, place: QPointF) -> None:
        height, width = self.painted.shape
        self._pointer = QPointF(
            min(max(0.0, place.x()), width - 1), min(max(0.0, place.y()), height - 1)
        )
        if self._frame is not None:
            self._frame = self._frame[0], self._pointer
        self.update()

    def _press_space(self, pointer: QPointF) -> None:
        if self.tool != FRAME:
            self.strokes.begin()
            self._stroke(pointer, pointer)
            self._end()
        elif self._frame is None:
            self._frame = pointer, pointer
        else:
            self._tell_frame()
        self.update()

    def _tell_frame(self) -> None:
        frame, self._frame = self._frame, None
        if frame is None:
            return
        box = QRectF(*frame).normalized()
        height, width = self.painted.shape
        rect = Rect.from_edges(
            math.floor(box.left()), math.floor(box.top()), math.ceil(box.right()),
            math.ceil(box.bottom()),
        ).intersect(Rect(0, 0, width, height))  # fmt: skip
        if min(rect.width, rect.height) >= 4:
            self.framed.emit(rect)
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the brush."""
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide the focus indicator."""
        self.update()

    def _photo_point(self, place: QPointF) -> QPointF:
        return (place - self._offset) / self._scale

    def _widget_point(self, place: QPointF) -> QPointF:
        return place * self._scale + self._offset
