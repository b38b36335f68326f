"""A preview of a part of the picture, and a small map on which the part is moved."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import QLabel, QWidget

from studio.core.geometry import Rect
from studio.document.raster import Pixels
from studio.ui.widgets.pixels import image_of
from studio.ui.widgets.translation import tr

STEP = 0.25
"""How far an arrow key moves the part, in parts of its side."""
LEAST = 5
"""Least side of the frame on the map, in logical pixels."""


def centred(size: tuple[int, int], middle: tuple[float, float], canvas: Rect) -> Rect:
    """Return the part of ``size`` around a point, moved inside the canvas and at most as large."""
    width, height = min(size[0], canvas.width), min(size[1], canvas.height)
    x = min(max(round(middle[0] - width / 2), canvas.x), canvas.right - width)
    y = min(max(round(middle[1] - height / 2), canvas.y), canvas.bottom - height)
    return Rect(x, y, width, height)


class PartPicture(QLabel):
    """Shows the pixels of the part, as large as they fit without being cut off."""

    def __init__(self, size: QSize) -> None:
        super().__init__()
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setFixedSize(size)
        self.setAccessibleName(tr("Preview"))

    def show_pixels(self, pixels: Pixels) -> None:
        """Show (h, w, 3) uint8; small pictures are enlarged with visible pixels."""
        ratio = self.devicePixelRatioF()
        grows = pixels.shape[1] * 1.5 < self.width() * ratio
        way = Qt.TransformationMode
        pixmap = QPixmap.fromImage(image_of(pixels)).scaled(
            self.size() * ratio,
            Qt.AspectRatioMode.KeepAspectRatio,
            way.FastTransformation if grows else way.SmoothTransformation,
        )
        pixmap.setDevicePixelRatio(ratio)
        self.setPixmap(pixmap)


class PartMap(QWidget):
    """The whole picture, small, with a frame around the part; a click or arrow keys move it."""

    moved = Signal(object)
    """The new part (Rect), in pixels of the canvas."""

    def __init__(self, room: QSize) -> None:
        super().__init__()
        self._room = room
        self._image = QImage()
        self.canvas = Rect(0, 0, 1, 1)
        self.part = Rect(0, 0, 1, 1)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("The part that the preview shows"))
        self.setToolTip(tr("Click, drag or use the arrow keys to look at another part"))
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setFixedSize(room)

    def show_picture(self, pixels: Pixels) -> None:
        """Show the whole picture, (h, w, 3) uint8 of any size."""
        self._image = image_of(pixels)
        self.update()

    def show_part(self, part: Rect, canvas: Rect) -> None:
        """Show which part of the canvas the preview shows."""
        self.part, self.canvas = part, canvas
        self.setAccessibleDescription(f"{part.x}, {part.y}, {part.width} x {part.height}")
        self.update()

    @property
    def frame(self) -> QRectF:
        """The picture's place in the widget."""
        size = QSize(self.canvas.width, self.canvas.height)
        fitted = size.scaled(self._room, Qt.AspectRatioMode.KeepAspectRatio)
        width, height = max(fitted.width(), 1), max(fitted.height(), 1)
        return QRectF((self.width() - width) / 2, (self.height() - height) / 2, width, height)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the picture, darker outside the part."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        frame = self.frame
        if self._image.isNull():
            painter.fillRect(frame, self.palette().base())
        else:
            painter.drawImage(frame, self._image)
        box = self._box(frame)
        painter.setClipRect(frame)
        shade = QColor(0, 0, 0, 70)
        for part in (
            QRectF(frame.left(), frame.top(), frame.width(), box.top() - frame.top()),
            QRectF(frame.left(), box.bottom(), frame.width(), frame.bottom() - box.bottom()),
            QRectF(frame.left(), box.top(), box.left() - frame.left(), box.height()),
            QRectF(box.right(), box.top(), frame.right() - box.right(), box.height()),
        ):
            painter.fillRect(part, shade)
        painter.setPen(QPen(QColor("#ffffff"), 1.5))
        painter.drawRect(box)
        painter.setClipping(False)
        if self.hasFocus():
            painter.setPen(QPen(self.palette().highlight().color(), 2))
            painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))
        painter.end()

    def _box(self, frame: QRectF) -> QRectF:
        scale = frame.width() / self.canvas.width
        part = self.part
        width, height = max(part.width * scale, LEAST), max(part.height * scale, LEAST)
        x = frame.left() + (part.x - self.canvas.x) * scale
        y = frame.top() + (part.y - self.canvas.y) * scale
        return QRectF(x, y, width, height)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Move the part to the pointer."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._move_to(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the part along with the pointer."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._move_to(event.position())

    def _move_to(self, point: QPointF) -> None:
        frame = self.frame
        scale = self.canvas.width / frame.width()
        x = self.canvas.x + (point.x() - frame.left()) * scale
        y = self.canvas.y + (point.y() - frame.top()) * scale
        self._move((x, y))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the part by the arrow keys."""
        steps = {
            Qt.Key.Key_Left: QPoint(-1, 0),
            Qt.Key.Key_Right: QPoint(1, 0),
            Qt.Key.Key_Up: QPoint(0, -1),
            Qt.Key.Key_Down: QPoint(0, 1),
        }
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        part = self.part
        far = max(part.width * STEP, 1), max(part.height * STEP, 1)
        x, y = part.x + part.width / 2, part.y + part.height / 2
        self._move((x + step.x() * far[0], y + step.y() * far[1]))

    def _move(self, middle: tuple[float, float]) -> None:
        part = centred((self.part.width, self.part.height), middle, self.canvas)
        if part != self.part:
            self.show_part(part, self.canvas)
            self.moved.emit(part)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the focus."""
        self.update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide the focus."""
        self.update()
        super().focusOutEvent(event)
