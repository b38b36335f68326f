"""A histogram with a curve to drag, and one with the three handles of levels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.document.adjustments.curves import spline
from studio.document.adjustments.parameters import MAX_POINTS
from studio.ui.widgets.translation import tr

INSET, NEAR, HANDLE = 7, 9, 10
Points = tuple[tuple[float, float], ...]


class HistogramView(QWidget):
    """Draws the counts of one channel behind what a derived class adds; ``changed`` has values."""

    changed = Signal(object)

    def __init__(self, name: str, height: int) -> None:
        super().__init__()
        self.counts: NDArray[np.int64] | None = None
        self.colour = QColor()
        self._height = height
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return the fixed height."""
        return QSize(180, self._height)

    def show_counts(self, counts: NDArray[np.int64], colour: QColor | None = None) -> None:
        """Show the 256 counts of a channel, in its colour."""
        self.counts, self.colour = counts, colour or QColor()
        self.update()

    def box(self) -> QRectF:
        """Return the place of the graph."""
        return QRectF(self.rect()).adjusted(INSET, INSET, -INSET, -INSET)

    def at(self, x: float, y: float) -> QPointF:
        """Return the place of two levels 0..255."""
        box = self.box()
        return QPointF(box.x() + x / 255 * box.width(), box.bottom() - y / 255 * box.height())

    def levels(self, place: QPointF) -> tuple[float, float]:
        """Return the two whole levels of a place, limited to 0..255."""
        box = self.box()
        x = (place.x() - box.x()) / max(box.width(), 1) * 255
        y = (box.bottom() - place.y()) / max(box.height(), 1) * 255
        return float(round(min(max(x, 0), 255))), float(round(min(max(y, 0), 255)))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground, the histogram and the rest."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette, box = self.palette(), self.box()
        painter.fillRect(box, palette.base())
        if self.counts is not None and self.counts.any():
            # The square root shows rare levels too; the extremes do not set the height.
            heights = np.sqrt(self.counts / max(int(self.counts[1:-1].max()), 1)).clip(0, 1) * 255
            shape = [
                self.at(0, 0),
                *(self.at(x, y) for x, y in enumerate(heights)),
                self.at(255, 0),
            ]
            ink = QColor(self.colour if self.colour.isValid() else palette.text().color())
            ink.setAlpha(80)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ink)
            painter.drawPolygon(QPolygonF(shape))
        line = palette.highlight() if self.hasFocus() else palette.mid()
        painter.setPen(line.color())
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box)
        self.draw(painter)

    def draw(self, painter: QPainter) -> None:
        """Draw what is over the histogram."""


class CurveView(HistogramView):
    """A curve: drag or add points with the mouse, Page keys choose one, arrows move it."""

    def __init__(self) -> None:
        super().__init__(tr("Curve"), 168)
        self.points: Points = ((0.0, 0.0), (255.0, 255.0))
        self.chosen = 0
        self._drags = False
        self.setToolTip(
            tr("Click adds a point, Delete removes it; Page keys choose one, arrows move it")
        )

    def show_points(self, points: Points) -> None:
        """Show points without emitting a signal."""
        if not self._drags:
            self.points = points
            self.chosen = min(self.chosen, len(points) - 1)
        self.update()

    def draw(self, painter: QPainter) -> None:
        """Draw the curve and its points."""
        palette = self.palette()
        painter.setPen(palette.mid().color())
        painter.drawLine(self.at(0, 0), self.at(255, 255))
        painter.setPen(palette.text().color())
        x = np.arange(256, dtype=np.float64)
        y = np.clip(spline(self.points, x), 0, 255)
        painter.drawPolyline(QPolygonF([self.at(a, b) for a, b in zip(x, y, strict=True)]))
        for number, point in enumerate(self.points):
            painter.setBrush(palette.highlight() if number == self.chosen else palette.base())
            painter.drawEllipse(self.at(*point), 3.5, 3.5)

    def _near(self, place: QPointF) -> int | None:
        gaps = [(self.at(*one) - place).manhattanLength() for one in self.points]
        best = int(np.argmin(gaps))
        return best if gaps[best] <= NEAR else None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the point under the pointer, or add one."""
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        found = self._near(event.position())
        self._drags = True
        if found is not None:
            self.chosen = found
            self.update()
        elif len(self.points) < MAX_POINTS:
            x, y = self.levels(event.position())
            others = tuple(one for one in self.points if one[0] != x)
            self._put((*others, (x, y)), x)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the chosen point."""
        if self._drags:
            self._move_to(*self.levels(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the drag."""
        self._drags = False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose, move or remove a point."""
        key, last = event.key(), len(self.points) - 1
        step = 10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
        x, y = self.points[self.chosen]
        moves = {
            Qt.Key.Key_Left: (x - step, y),
            Qt.Key.Key_Right: (x + step, y),
            Qt.Key.Key_Up: (x, y + step),
            Qt.Key.Key_Down: (x, y - step),
        }
        if key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            way = 1 if key == Qt.Key.Key_PageUp else -1
            self.chosen = min(max(self.chosen + way, 0), last)
            self.update()
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and last > 1:
            rest = [one for number, one in enumerate(self.points) if number != self.chosen]
            self._put(tuple(rest), rest[max(self.chosen - 1, 0)][0])
        elif (found := moves.get(Qt.Key(key))) is not None:
            self._move_to(*found)
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Insert) and self.chosen < last:
            right = (x + self.points[self.chosen + 1][0]) // 2
            if right != x and len(self.points) < MAX_POINTS:
                height = float(round(float(spline(self.points, np.array([right]))[0])))
                self._put((*self.points, (right, min(max(height, 0.0), 255.0))), right)
        else:
            super().keyPressEvent(event)

    def _move_to(self, x: float, y: float) -> None:
        """Move the chosen point, at most up to its neighbours."""
        points = list(self.points)
        low = points[self.chosen - 1][0] + 1 if self.chosen else 0.0
        high = points[self.chosen + 1][0] - 1 if self.chosen + 1 < len(points) else 255.0
        points[self.chosen] = min(max(x, low), high), min(max(y, 0.0), 255.0)
        self._put(tuple(points), points[self.chosen][0])

    def _put(self, points: Points, chosen: float) -> None:
        self.points = tuple(sorted(points))
        self.chosen = [x for x, _ in self.points].index(chosen)
        self.update()
        self.changed.emit(self.points)


class LevelsView(HistogramView):
    """The histogram with handles for black, grey and white; the numbers below do the same."""

    def __init__(self) -> None:
        super().__init__(tr("Histogram"), 96)
        self.black, self.gamma, self.white = 0.0, 1.0, 255.0
        self._drags = -1
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def show_levels(self, black: float, gamma: float, white: float) -> None:
        """Show three numbers without emitting a signal."""
        self.black, self.gamma, self.white = black, gamma, white
        self.update()

    def _handles(self) -> tuple[float, float, float]:
        # Grey is the input that becomes one half.
        grey = self.black + 0.5**self.gamma * (self.white - self.black)
        return self.black, grey, self.white

    def draw(self, painter: QPainter) -> None:
        """Draw a triangle for each handle, black, grey and white."""
        for x, ink in zip(self._handles(), (0, 128, 255), strict=True):
            top = self.at(x, 0) - QPointF(0, 4)
            shape = [top, top + QPointF(-5, HANDLE), top + QPointF(5, HANDLE)]
            painter.setPen(self.palette().mid().color())
            painter.setBrush(QColor(ink, ink, ink))
            painter.drawPolygon(QPolygonF(shape))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the nearest handle."""
        x, _ = self.levels(event.position())
        gaps = [abs(one - x) for one in self._handles()]
        self._drags = int(np.argmin(gaps))
        self._move(x)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the handle."""
        if self._drags >= 0:
            self._move(self.levels(event.position())[0])

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let the handle go."""
        self._drags = -1

    def _move(self, x: float) -> None:
        if self._drags == 0:
            self.black = min(x, self.white - 2, 253.0)
        elif self._drags == 2:
            self.white = max(x, self.black + 2)
        else:
            share = (x - self.black) / max(self.white - self.black, 1)
            share = min(max(share, 0.001), 0.999)
            self.gamma = round(min(max(float(np.log(share) / np.log(0.5)), 0.1), 9.99), 2)
        self.update()
        self.changed.emit((self.black, self.gamma, self.white))
