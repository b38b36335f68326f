"""Focus handling: the focus returns to the canvas once the artist has left a field."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDockWidget,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
)

from studio.ui.documents.current_page import CurrentPage

OWN_RETURN = (QLineEdit, QPlainTextEdit, QTextEdit, QAbstractSpinBox, QComboBox, QAbstractItemView)
"""Widgets in which Return does not apply the result."""


class Focus(QObject):
    """Moves the focus to the canvas, on Esc from anywhere and on clicks outside of fields.

    A click on a widget without focus policy (a tool, a label, the empty part of a panel) would
    leave the focus in the field, and the next single-key shortcut would be typed there.
    """

    return_pressed = Signal()
    """Return was pressed in order to apply the selected result."""

    def __init__(self, window: CurrentPage, docks: Iterable[QDockWidget]) -> None:
        super().__init__(window)
        self._window = window
        window.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.follow()
        for dock in docks:
            dock.installEventFilter(self)
            dock.topLevelChanged.connect(self._on_floats)

    def follow(self) -> None:
        """Move the focus to the canvas of the document in front, or to the start page."""
        self._window.setFocusProxy(self._window.middle)

    def to_canvas(self) -> None:
        """Move the focus to the canvas."""
        if not self._window.isActiveWindow():
            active = QApplication.activeWindow()
            if isinstance(active, QDockWidget):
                # The focus left a floating panel, not a dialog or another program.
                self._window.activateWindow()
        self._window.middle.setFocus()

    def pressed(self, event: QKeyEvent) -> bool:
        """Handle a key that no widget has accepted; False if it has no meaning here."""
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        tray = self._window.session.tray
        focused = QApplication.focusWidget()
        if event.key() == Qt.Key.Key_Escape:
            if focused is None or focused is self._window:
                tray.select(None)
            self.to_canvas()
            return True
        is_return = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_return and tray.selected is not None and not isinstance(focused, OWN_RETURN):
            if isinstance(focused, QAbstractButton):
                # Some styles press a button on Return; here Return applies the result.
                focused.setDown(False)
            self.return_pressed.emit()
            return True
        return False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Handle events that no widget of a floating panel accepted; the window never gets them."""
        if not (isinstance(event, QKeyEvent) and isinstance(watched, QDockWidget)):
            return False
        is_press = event.type() is QEvent.Type.KeyPress
        return is_press and watched.isFloating() and self.pressed(event)

    def _on_floats(self, floats: bool) -> None:
        dock = self.sender()
        if isinstance(dock, QDockWidget):
            # In a docked panel the window itself receives the clicks.
            policy = Qt.FocusPolicy.ClickFocus if floats else Qt.FocusPolicy.NoFocus
            dock.setFocusPolicy(policy)
