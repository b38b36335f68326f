"""A filter that makes the wheel scroll panels instead of changing fields under the pointer."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import (
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QScrollBar,
    QWidget,
)

TURNED = (QComboBox, QAbstractSlider, QAbstractSpinBox)
"""Widgets whose value Qt changes with the wheel."""


class CalmWheel(QObject):
    """One event filter for the whole program."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Pass a wheel event over an unfocused field to its parent."""
        # Every event of the program passes here, so the most common case is tested first.
        kind = event.type()
        if kind is not QEvent.Type.Wheel and kind is not QEvent.Type.Polish:
            return False
        if not isinstance(watched, QWidget):
            return False
        if kind is QEvent.Type.Polish:
            if watched.focusPolicy() == Qt.FocusPolicy.WheelFocus:
                watched.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            return False
        if not isinstance(watched, TURNED) or isinstance(watched, QScrollBar) or _has_keys(watched):
            return False
        event.ignore()
        return True


def _has_keys(field: QWidget) -> bool:
    focus = QApplication.focusWidget()
    return focus is not None and (focus is field or field.isAncestorOf(focus))


def install(app: QApplication) -> None:
    """Install the filter for all windows, once."""
    if app.findChild(CalmWheel) is None:
        app.installEventFilter(CalmWheel(app))
