"""Small live curves of the numbers of a running training."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QLocale, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.ui.widgets.translation import decimals, tr
from studio.ui.widgets.widgets import IconHolder

HEIGHT = 74
TITLE = 17
"""Logical pixels above the curves, for their names and newest values."""
CALM = 0.12
"""Weight of a new value in the smoothed line of a noisy curve."""


@dataclass(frozen=True, slots=True)
class Curve:
    """One line: ``points`` are (step, value); ``colour`` is a field of the theme.

    ``noisy`` ones are drawn pale, with their smoothed line over them.
    """

    name: str
    points: Sequence[tuple[int, float]]
    colour: str = "accent"
    dashed: bool = False
    noisy: bool = False

    @property
    def last(self) -> float | None:
        """The newest value, smoothed if the curve is noisy."""
        shown = smooth(self.points) if self.noisy else self.points
        return shown[-1][1] if shown else None


def smooth(points: Sequence[tuple[int, float]]) -> list[tuple[int, float]]:
    """Return points smoothed by an exponential moving average."""
    found: list[tuple[int, float]] = []
    for number, (step, value) in enumerate(points):
        before = found[-1][1] if found else value
        # Start with a plain mean, so that the first value does not dominate the line.
        share = max(CALM, 1 / (number + 1))
        found.append((step, before + share * (value - before)))
    return found


class CurveView(QWidget):
    """Draws curves over the steps of a training; the best step is a thin vertical line."""

    def __init__(self, holder: IconHolder, title: str) -> None:
        super().__init__()
        self._holder = holder
        self._title = title
        self._curves: tuple[Curve, ...] = ()
        self._steps = 1
        self._best: int | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(title)

    def sizeHint(self) -> QSize:
        """Return a size of which two fit in a panel."""
        return QSize(140, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """Return the minimum size."""
        return QSize(90, HEIGHT)

    def show_curves(
        self, curves: Sequence[Curve], steps: int, best: int | None = None, note: str = ""
    ) -> None:
        """Draw curves over 0..``steps``; ``note`` is added to the accessible text."""
        self._curves, self._steps, self._best = tuple(curves), max(1, steps), best
        parts = [
            tr("{name}: {value}", name=curve.name, value=QLocale().toString(curve.last, "g", 3))
            for curve in curves
            if curve.last is not None
        ]
        text = ", ".join([*parts, note] if note else parts)
        self.setAccessibleDescription(text)
        self.setToolTip(text)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the names with the newest values, the background, and the curves."""
        theme = self._holder.icons.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_titles(painter)
        area = QRectF(0.5, TITLE + 0.5, self.width() - 1, self.height() - TITLE - 1)
        painter.setPen(QPen(QColor(theme.hover), 1))
        painter.setBrush(QColor(theme.field))
        painter.drawRoundedRect(area, 4, 4)
        inner = area.adjusted(5, 6, -5, -6)
        low, high = self._range()
        if self._best is not None:
            x = inner.left() + inner.width() * self._best / self._steps
            painter.setPen(QPen(QColor(theme.muted), 1, Qt.PenStyle.DotLine))
            painter.drawLine(QPointF(x, area.top() + 2), QPointF(x, area.bottom() - 2))
        for curve in self._curves:
            colour = QColor(getattr(theme, curve.colour))
            if curve.noisy:
                pale = QColor(colour)
                pale.setAlphaF(0.35)
                self._draw(painter, inner, low, high, curve.points, QPen(pale, 1))
            points = smooth(curve.points) if curve.noisy else curve.points
            style = Qt.PenStyle.DashLine if curve.dashed else Qt.PenStyle.SolidLine
            self._draw(painter, inner, low, high, points, QPen(colour, 1.6, style))
            if len(points) == 1 or (not curve.noisy and len(points) < 12):
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(colour)
                for place in self._places(inner, low, high, points):
                    painter.drawEllipse(place, 2.2, 2.2)
        painter.end()

    def _draw_titles(self, painter: QPainter) -> None:
        theme = self._holder.icons.theme
        font = self.font()
        font.setPixelSize(11)
        painter.setFont(font)
        left = 1.0
        for curve in self._curves or (Curve(self._title, ()),):
            digits = 3 if len(self._curves) == 1 else 2
            text = (
                curve.name if curve.last is None else f"{curve.name} {decimals(curve.last, digits)}"
            )
            if len(self._curves) > 1:
                style = Qt.PenStyle.DashLine if curve.dashed else Qt.PenStyle.SolidLine
                painter.setPen(QPen(QColor(getattr(theme, curve.colour)), 1.8, style))
                painter.drawLine(QPointF(left, 8), QPointF(left + 11, 8))
                left += 15
            painter.setPen(QColor(theme.muted))
            painter.drawText(QPointF(left, 12), text)
            left += painter.fontMetrics().horizontalAdvance(text) + 10

    def _range(self) -> tuple[float, float]:
        values = [value for curve in self._curves for _, value in curve.points]
        if not values:
            return 0.0, 1.0
        low, high = min(0.0, *values), max(values)
        noisy = [value for c in self._curves if c.noisy for _, value in smooth(c.points)]
        if noisy:
            # A single outlier would flatten the rest of the curve.
            high = min(high, 2.0 * max(noisy))
        return low, high if high > low else low + 1.0

    def _places(
        self, area: QRectF, low: float, high: float, points: Sequence[tuple[int, float]]
    ) -> list[QPointF]:
        return [
            QPointF(
                area.left() + area.width() * min(1.0, step / self._steps),
                area.bottom() - area.height() * min(1.0, (value - low) / (high - low)),
            )
            for step, value in points
        ]

    def _draw(
        self,
        painter: QPainter,
        area: QRectF,
        low: float,
        high: float,
        points: Sequence[tuple[int, float]],
        pen: QPen,
    ) -> None:
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF(self._places(area, low, high, points)))
