"""Commands of the object selection tool, for the menu and the keyboard."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject

from studio.ui.commands.shared_parts import SharedParts
from studio.ui.documents.current_page import CurrentPage
from studio.ui.documents.document_page import DocumentPage
from studio.ui.documents.object_watch import TOOL
from studio.ui.widgets.listening import listen

GROWTH = 1.15
"""Factor of the brush's size for each press of its key."""


class ObjectCommands(QObject):
    """The slots of the menu rows, and the two keys that the tool shares with the brush."""

    def __init__(
        self,
        window: CurrentPage,
        parts: SharedParts,
        tried: Callable[[Callable[[], object]], bool],
    ) -> None:
        super().__init__(window)
        self._window, self._parts, self._tried = window, parts, tried
        parts.options_bar.object_choice.connect_actions(parts.menus.actions)
        self.follow()

    def join(self, page: DocumentPage) -> None:
        """Enable the buttons of the options bar by the selection of the page in front."""
        listen(page.canvas, page.session.changed, lambda new, old: self.follow())
        listen(page.canvas, page.session.opened, self.follow)

    def follow(self) -> None:
        """Enable the buttons for the selection of the document in front."""
        selected = self._window.session.document.selection is not None
        self._parts.options_bar.object_choice.show_selected(selected)

    def slots(self) -> dict[str, Callable[[], object]]:
        """Return the slots of the menu rows by their ids."""
        return {
            "object_middle": self.select_middle,
            "object_smaller": partial(self.step, -1),
            "object_larger": partial(self.step, 1),
        }

    def select_middle(self) -> None:
        """Select the object in the middle of the view."""
        self._tried(self._window.page.object_watch.select_middle)

    def step(self, direction: int) -> None:
        """Choose the next smaller (-1) or larger (1) object."""
        self._tried(partial(self._window.page.object_watch.finder.step, direction))

    def size_key(self, direction: int) -> None:
        """Change the size of the object with the object tool, that of the brush with others."""
        if self._parts.tool_bar.current.id == TOOL:
            self.step(direction)
        else:
            self._parts.options_bar.grow_brush(GROWTH**direction)
