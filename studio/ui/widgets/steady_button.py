"""A button of constant width with changing text."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QPushButton


class SteadyButton(QPushButton):
    """Has room for each of its texts, so that no change is cut off or moves anything."""

    def __init__(self, *texts: str) -> None:
        super().__init__(texts[0])
        self._texts = texts

    def sizeHint(self) -> QSize:
        """Return the size for the widest text; Qt's minimum size is the same."""
        size = super().sizeHint()
        width = self.fontMetrics().horizontalAdvance
        size.setWidth(size.width() + max(map(width, self._texts)) - width(self.text()))
        return size
