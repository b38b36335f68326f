"""The label below Generate that forecasts the time and memory of the next edit."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QLabel, QWidget

from studio.session.forecast import Forecast
from studio.ui.widgets.amounts import bytes_text, time_text
from studio.ui.widgets.translation import tr

WIDEST = "≈ 888 min · 88.8 GB"


class ForecastLabel(QLabel):
    """Text such as "≈ 12 s · 1.1 GB", or empty; its space is reserved, so that nothing moves."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("caption")
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        self.show_forecast(None)

    def sizeHint(self) -> QSize:
        """Return the width of the longest forecast and the height of two lines.

        The sentence beside it sometimes needs two lines, and nothing may move when it does.
        """
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(WIDEST), metrics.height() + metrics.lineSpacing())

    def minimumSizeHint(self) -> QSize:
        """Return the same size as ``sizeHint``."""
        return self.sizeHint()

    def show_forecast(self, forecast: Forecast | None) -> None:
        """Show a forecast; None shows nothing."""
        if forecast is None:
            self.clear()
            self.setToolTip("")
            self.setAccessibleName(tr("Forecast: not known yet"))
            return
        time, memory = time_text(forecast.seconds), bytes_text(forecast.memory)
        self.setText(f"≈ {time} · {memory}" if memory else f"≈ {time}")
        said = (
            tr("Forecast: {time}, {memory} of memory", time=time, memory=memory)
            if memory
            else tr("Forecast: {time}", time=time)
        )
        self.setAccessibleName(said)
        self.setToolTip(tr("{forecast}, as earlier edits took on this machine", forecast=said))
