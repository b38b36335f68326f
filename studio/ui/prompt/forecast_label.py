"""How long the next edit will take, and how much memory, quietly below Generate."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QLabel, QWidget

from studio.session.forecast import Forecast, duration_text, memory_text
from studio.ui.widgets.translation import tr

WIDEST = "≈ 888 min · 88.8 GB"


class ForecastLabel(QLabel):
    """Such as "≈ 12 s · 1.1 GB", or nothing; its place is kept free, so that nothing moves."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("caption")
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        self.show_forecast(None)

    def sizeHint(self) -> QSize:
        """Ask for the width of the longest forecast, and for two lines.

        The sentence beside it needs two at times, and nothing may move when it does.
        """
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(WIDEST), metrics.height() + metrics.lineSpacing())

    def minimumSizeHint(self) -> QSize:
        """Ask for the same always."""
        return self.sizeHint()

    def show_forecast(self, forecast: Forecast | None) -> None:
        """Show a forecast; None shows nothing."""
        if forecast is None:
            self.clear()
            self.setToolTip("")
            self.setAccessibleName(tr("Forecast: not known yet"))
            return
        time, memory = duration_text(forecast.seconds), memory_text(forecast.memory)
        self.setText(f"≈ {time} · {memory}" if memory else f"≈ {time}")
        said = (
            tr("Forecast: {time}, {memory} of memory", time=time, memory=memory)
            if memory
            else tr("Forecast: {time}", time=time)
        )
        self.setAccessibleName(said)
        self.setToolTip(tr("{forecast}, as earlier edits took on this machine", forecast=said))
