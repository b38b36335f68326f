"""The trilemma of quality, speed and coverage, drawn from the measurements of a comparison."""

from __future__ import annotations

from PySide6.QtCore import QLocale, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from studio.session.generations.chart import Chart, Circle, label_places
from studio.ui.widgets.icons import Icons
from studio.ui.widgets.translation import tr

RADIUS = 22
SMALLEST = 4
LEFT, RIGHT, TOP, BOTTOM = 60, 40, 34, 52


def chart_words() -> tuple[str, str, str, str]:
    """Return title, both axes, and the sentence of an empty chart."""
    return (
        tr("Quality, speed and variety: a large circle is varied"),
        tr("seconds a picture, fast at the right"),
        tr("quality, by the held-out judge"),
        tr("The chart appears once a system has been measured."),
    )


class ChartView(QWidget):
    """Draws a chart; its accessible description has the same as sentences."""

    def __init__(self, icons: Icons) -> None:
        super().__init__()
        self._icons = icons
        self.chart = Chart()
        self.setAccessibleName(tr("Quality, speed and variety"))
        self.setMinimumSize(QSize(380, 240))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def show_chart(self, chart: Chart, text: str) -> None:
        """Show a chart and what it says."""
        self.chart = chart
        self.setAccessibleDescription(text)
        self.setToolTip(text)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the axes, and a circle with its name for each system."""
        theme = self._icons.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _, across, up, empty = chart_words()
        painter.setPen(QColor(theme.muted))
        area = QRectF(LEFT, TOP, self.width() - LEFT - RIGHT, self.height() - TOP - BOTTOM)
        if not self.chart.points:
            wrap = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)
            painter.drawText(QRectF(self.rect()), wrap, empty)
        else:
            self._axes(painter, area)
            painter.drawText(QPointF(8, TOP - 16), up)
            below = QRectF(area.left(), area.bottom() + 26, area.width() + RIGHT - 8, 22)
            painter.drawText(below, int(Qt.AlignmentFlag.AlignRight), across)
            self._points(painter, area)
        if self.hasFocus():
            painter.setPen(QPen(QColor(theme.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))
        painter.end()

    def _axes(self, painter: QPainter, area: QRectF) -> None:
        theme = self._icons.theme
        line, text = QPen(QColor(theme.hover), 1), QColor(theme.muted)
        for tick in self.chart.quality:
            y = area.bottom() - area.height() * tick.place
            painter.setPen(line)
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(text)
            place = QRectF(0, y - 10, LEFT - 8, 20)
            painter.drawText(
                place, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), tick.text
            )
        for tick in self.chart.seconds:
            x = area.left() + area.width() * tick.place
            painter.setPen(line)
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
            painter.setPen(text)
            place = QRectF(x - 40, area.bottom() + 6, 80, 20)
            seconds = tick.text.replace(".", QLocale().decimalPoint())
            painter.drawText(place, int(Qt.AlignmentFlag.AlignHCenter), seconds)

    def _points(self, painter: QPainter, area: QRectF) -> None:
        theme = self._icons.theme
        metrics = painter.fontMetrics()
        circles = [
            Circle(
                area.width() * point.x,
                area.height() * (1 - point.y),
                SMALLEST + RADIUS * point.size**0.5,
                metrics.horizontalAdvance(point.name) + 2,
                metrics.height(),
            )
            for point in self.chart.points
        ]
        fill = QColor(theme.accent)
        fill.setAlpha(50)
        for circle in circles:
            middle = QPointF(area.left() + circle.x, area.top() + circle.y)
            painter.setPen(QPen(QColor(theme.accent), 1.6))
            painter.setBrush(fill)
            painter.drawEllipse(middle, circle.radius, circle.radius)
            painter.setBrush(QColor(theme.accent))
            painter.drawEllipse(middle, 2, 2)
        painter.setPen(QColor(theme.text))
        places = label_places(circles, area.width() + RIGHT, area.height())
        for point, circle, (x, y) in zip(self.chart.points, circles, places, strict=True):
            box = QRectF(area.left() + x, area.top() + y, circle.width, circle.height)
            painter.drawText(box, int(Qt.AlignmentFlag.AlignLeft), point.name)
