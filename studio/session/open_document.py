"""The open document with its history and its file, without jobs, prompt edits and the journal."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from studio.document.document import Document
from studio.document.history import History
from studio.session.session_events import SessionEvents


class OpenDocument(SessionEvents):
    """One open document with its history and its saved state."""

    def __init__(self) -> None:
        super().__init__()
        self.history = History(Document(width=1, height=1))
        self.path: Path | None = None
        self.is_blank = True

    @property
    def document(self) -> Document:
        """The document as it is, without previews."""
        return self.history.document

    @property
    def is_modified(self) -> bool:
        """Whether there are commits that no file holds."""
        return self.document is not self._saved

    @property
    def can_lose(self) -> bool:
        """Whether closing the document without saving it would lose anything."""
        document = self.document
        made = document.layers or document.results or self.history.position > 0
        return self.is_modified and bool(made)

    @property
    def title(self) -> str:
        """The file's name, or an empty string for a document that was never saved."""
        return self.path.name if self.path else ""

    def edit(
        self,
        label: str,
        change: Callable[[Document], Document],
        *,
        merge: object = None,
        within: float = 0.0,
    ) -> None:
        """Commit one change as one history entry, or none if nothing changes.

        ``merge`` and ``within`` allow merging with the previous entry; see ``History.edit``.
        """
        with self.history.edit(label, merge=merge, within=within) as edit:
            edit.document = change(edit.document)

    def amend(self, document: Document) -> None:
        """Change state that the history does not record: the active layer, folded groups."""
        clean = not self.is_modified
        self.history.amend(document)
        if clean:
            self._saved = self.document

    def undo(self) -> None:
        """Go one entry back."""
        self.history.undo()

    def redo(self) -> None:
        """Go one entry forward."""
        self.history.redo()
