"""The menu row of the comparison of systems."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from studio.document.document import Document
from studio.document.io.common import Opened
from studio.edit.request import EditResult
from studio.session.generations.taking import send_to_tray, take_layer
from studio.ui.commands.shared_parts import SharedParts
from studio.ui.documents.current_page import CurrentPage
from studio.ui.generations.generations_window import GenerationsWindow


class GenerationsCommands(QObject):
    """Opens the comparison and takes its pictures into the document in front."""

    def __init__(
        self,
        window: CurrentPage,
        parts: SharedParts,
        tried: Callable[[Callable[[], object]], bool],
    ) -> None:
        super().__init__(window)
        self._window, self._parts, self._tried = window, parts, tried
        self._shown: GenerationsWindow | None = None

    def slots(self) -> dict[str, Callable[[], object]]:
        """Return the slots of the menu rows by their ids."""
        return {"generations": self.show}

    def show(self) -> None:
        """Show the comparison beside the window."""
        if self._shown is None:
            self._shown = GenerationsWindow(
                self._window.session.queue,
                self._window.settings,
                self._parts.background,
                self._parts.icons,
                self._window,
            )
            self._shown.taken.connect(self.take)
        self._shown.look()
        self._shown.show()
        self._shown.raise_()
        self._shown.activateWindow()

    def take(self, result: EditResult, as_layer: bool) -> None:
        """Put a picture into the document in front, or into a new one of its size."""
        if not self._window.has_document:
            height, width = result.images[0].shape[:2]
            empty = Opened(Document(width=width, height=height), format="png")
            self._window.documents.fill(lambda session: session.adopt(empty, None))
        session = self._window.session
        put = take_layer if as_layer else send_to_tray
        self._tried(lambda: put(session, result))
