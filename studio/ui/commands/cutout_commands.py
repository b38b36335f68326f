"""The menu rows that cut things out: Lift, Remove background, Select subject, Refine the edge."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from studio.session.photo.lift import lift
from studio.session.photo.matte import refine_edge
from studio.session.photo.subject import remove_background, select_subject
from studio.tools.registry import spec
from studio.ui.commands.shared_parts import SharedParts
from studio.ui.documents.current_page import CurrentPage
from studio.ui.documents.document_page import DocumentPage
from studio.ui.widgets.listening import listen


class CutoutCommands(QObject):
    """The slots of the menu rows; ``tried`` runs a function and shows its StudioError."""

    def __init__(
        self,
        window: CurrentPage,
        parts: SharedParts,
        tried: Callable[[Callable[[], object]], bool],
    ) -> None:
        super().__init__(window)
        self._window, self._parts, self._tried = window, parts, tried

    def join(self, page: DocumentPage) -> None:
        """Take the move tool when a thing of the page in front was lifted."""
        listen(page.canvas, page.session.photo.landed, lambda kind: self._landed(page, kind))

    def slots(self) -> dict[str, Callable[[], object]]:
        """Return the slots of the menu rows by their ids."""
        return {
            "lift": self.lift,
            "background_remove": lambda: self._remove_background(colours=False),
            "background_cut": lambda: self._remove_background(colours=True),
            "subject_select": self._select_subject,
            "edge_refine": self._refine_edge,
        }

    def lift(self) -> None:
        """Lift what is selected, or else the subject of the picture."""
        self._tried(lambda: lift(self._window.session))

    def _remove_background(self, *, colours: bool) -> None:
        self._tried(lambda: remove_background(self._window.session, colours=colours))

    def _select_subject(self) -> None:
        self._tried(lambda: select_subject(self._window.session))

    def _refine_edge(self) -> None:
        self._tried(lambda: refine_edge(self._window.session))

    def _landed(self, page: DocumentPage, kind: str) -> None:
        """Let the artist move a lifted thing at once."""
        if kind == "lift" and page.is_in_front:
            self._parts.tool_bar.choose(spec("move"))
            page.canvas.setFocus()
