"""The state of the window while no document is open: the start page and limited actions."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QApplication

from studio.ui.bars.status_line import StatusLine
from studio.ui.commands.shared_parts import SharedParts
from studio.ui.documents.current_page import CurrentPage
from studio.ui.keys.keymap import Row
from studio.ui.window.welcome import WelcomeStrip

NEEDS_NONE = frozenset(
    {
        *("new", "open", "sample", "quit"),
        *(
            "shortcuts",
            "preferences",
            "teach",
            "cancel",
            "keep",
            "queue_clear",
            "guide",
            "generations",
            "about",
        ),
        *("panels_hide", "panel_next", "panel_previous", "panels_reset"),
    }
)
"""Actions available without a document; all others are greyed out."""
MENUS = (
    "export",
    "adjustment_add",
    "control_detect",
    "control_empty",
    "control_file",
    "control_convert",
)
"""Submenus that need a document."""


class WithoutDocument(QObject):
    """Switches between the start page and the canvas with its actions and panels.

    Actions are disabled through a QActionGroup, so that each keeps its own enabled state.
    """

    def __init__(
        self,
        window: CurrentPage,
        parts: SharedParts,
        status: StatusLine,
        welcome: WelcomeStrip,
    ) -> None:
        super().__init__(window)
        self._window, self._parts = window, parts
        self._status, self._welcome = status, welcome
        self._is_open: bool | None = None
        self.waits = False
        """Whether the first document is being opened, so that the middle stays empty."""
        group = QActionGroup(self)
        group.setExclusionPolicy(QActionGroup.ExclusionPolicy.None_)
        self._groups = [group]
        for name, row in parts.keymap.rows.items():
            if name in NEEDS_NONE or name.startswith("later_"):
                continue
            if row.action.actionGroup() is None:
                group.addAction(row.action)
            elif row.action.actionGroup() not in self._groups:
                self._groups.append(row.action.actionGroup())
        for name in MENUS:
            group.addAction(parts.menus.menus[name].menuAction())
        page, actions = window.start_page, parts.menus.actions
        for name in page.buttons:
            page.show_keys(name, ", ".join(key.toString() for key in actions[name].shortcuts()))
        page.asked.connect(lambda name: actions[name].trigger())
        page.files.chosen.connect(lambda path: parts.files.open(path))
        parts.files.recent_changed.connect(self._on_recent)

    def refuses(self, row: Row) -> bool:
        """Whether an action is greyed out because no document is open."""
        return not self._window.has_document and row.action.actionGroup() in self._groups

    def wait(self) -> None:
        """Leave the middle empty until ``go_on``, since the first document is being opened."""
        self.waits = True
        self._show_middle()

    def go_on(self) -> None:
        """From now on show the start page if no document is open."""
        self.waits = False
        self._show_middle()

    def follow(self) -> None:
        """Update the window to whether a document is open."""
        window, is_open = self._window, self._window.has_document
        # Qt moves the focus as soon as the focused widget is hidden.
        had_keys = self._is_open is not None and self._has_keys()
        self._show_middle()
        if is_open is self._is_open:
            return
        self._is_open = is_open
        for group in self._groups:
            group.setEnabled(is_open)
        for stack in window.documents.stacks.values():
            stack.setEnabled(is_open)
        for part in (self._parts.tool_bar, self._parts.options_bar):
            part.setEnabled(is_open)
        self._status.show_document(is_open)
        self._welcome.setVisible(is_open and bool(window.settings.get("show_welcome", True)))
        if is_open:
            window.canvas.refit()
        if had_keys:
            window.middle.setFocus()

    def _has_keys(self) -> bool:
        """Whether the focus is in the widget shown so far, or nowhere."""
        focused = QApplication.focusWidget()
        stage = self._window.documents.canvases
        return focused is None or focused is self._window or stage.isAncestorOf(focused)

    def _show_middle(self) -> None:
        window = self._window
        shown = window.canvas if window.has_document or self.waits else window.start_page
        window.documents.canvases.setCurrentWidget(shown)

    def _on_recent(self) -> None:
        if self._window.start_page.isVisible():
            self._window.start_page.refresh()
