"""The welcome strip of the first start: three things to try with a photo."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from studio.ui.widgets.translation import mark, tr
from studio.ui.widgets.widgets import IconHolder, icon_button

STEPS = (
    ("lift", "ph.hand-grabbing", mark("Lift something and move it")),
    ("remove", "ph.bandaids", mark("Remove something")),
    ("paint", "ph.sparkle", mark("Paint something with a prompt")),
)


class WelcomeStrip(QWidget):
    """Three buttons that each begin something; closing the strip is remembered."""

    step_chosen = Signal(str)
    closed = Signal()

    def __init__(self, holder: IconHolder) -> None:
        super().__init__()
        self.setObjectName("welcome")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        # In a narrow window the hints are cut off instead of widening the window.
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(14, 6, 8, 6)
        row.setSpacing(8)
        self._lead = QLabel(tr("Three things to try:"))
        row.addWidget(self._lead)
        for name, icon, label in STEPS:
            button = QToolButton()
            button.setText(tr(label))
            button.setAccessibleName(tr(label))
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setIconSize(QSize(18, 18))
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            holder.give(button, icon, accent=True)
            button.clicked.connect(partial(self._on_step, name))
            row.addWidget(button)
        row.addStretch(1)
        close = icon_button(holder, "ph.x", tr("Close these hints"))
        close.clicked.connect(self._on_close)
        row.addWidget(close)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Hide the introduction if the hints would be cut off."""
        margins = self._row.contentsMargins()
        hints = [one.sizeHint().width() for one in self.findChildren(QToolButton)]
        wanted = (
            margins.left() + margins.right() + sum(hints) + self._row.spacing() * (len(hints) + 1)
        )
        self._lead.setVisible(self.width() >= wanted + self._lead.sizeHint().width())
        super().resizeEvent(event)

    def _on_step(self, name: str, _: bool = False) -> None:
        self.step_chosen.emit(name)

    def _on_close(self) -> None:
        self.hide()
        self.closed.emit()
