"""Where the keys go: back to the canvas, once the artist has left a field."""

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
"""In these, Return means something else than that the result is applied."""


class Focus(QObject):
    """Brings the keys to the canvas: by Esc from everywhere, and by clicks beside the fields.

    A click on what takes no focus of its own (a tool, a label, the empty part of a panel) would
    leave the cursor in the field, and the next shortcut of one key would be typed there.
    """

    return_pressed = Signal()
    """Return was pressed where it means that the selected result is applied."""

    def __init__(self, window: CurrentPage, docks: Iterable[QDockWidget]) -> None:
        super().__init__(window)
        self._window = window
        window.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.follow()
        for dock in docks:
            dock.installEventFilter(self)
            dock.topLevelChanged.connect(self._on_floats)

    def follow(self) -> None:
        """Bring the keys to the canvas of the document in front, or to the start page."""
        self._window.setFocusProxy(self._window.middle)

    def to_canvas(self) -> None:
        """Give the canvas the keys."""
        if not self._window.isActiveWindow():
            active = QApplication.activeWindow()
            if isinstance(active, QDockWidget):
                # A field of a floating panel was left; of another program or a dialog none was.
                self._window.activateWindow()
        self._window.middle.setFocus()

    def pressed(self, event: QKeyEvent) -> bool:
        """Take a key that nothing in the window wanted; False if it means nothing here."""
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
                # Some styles press a button by Return; here it is the result's key.
                focused.setDown(False)
            self.return_pressed.emit()
            return True
        return False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take what nothing in a floating panel wanted: it never comes to the window."""
        if not (isinstance(event, QKeyEvent) and isinstance(watched, QDockWidget)):
            return False
        is_press = event.type() is QEvent.Type.KeyPress
        return is_press and watched.isFloating() and self.pressed(event)

    def _on_floats(self, floats: bool) -> None:
        dock = self.sender()
        if isinstance(dock, QDockWidget):
            # Docked, the window itself takes the clicks.
            policy = Qt.FocusPolicy.ClickFocus if floats else Qt.FocusPolicy.NoFocus
            dock.setFocusPolicy(policy)
