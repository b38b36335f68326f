"""The wheel scrolls a panel; it turns no field that happens to lie under the pointer."""

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
        """Hand a wheel over an unfocused field on to what lies around it."""
        # Every event of the program comes here, so that the commonest answer is the first.
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
    """Let the wheel be calm in every window, once."""
    if app.findChild(CalmWheel) is None:
        app.installEventFilter(CalmWheel(app))
