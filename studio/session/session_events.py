"""The events of a session, for the views that show it."""

from __future__ import annotations

from studio.core.errors import StudioError
from studio.core.events import Event
from studio.core.notices import Notice
from studio.document.document import Document
from studio.edit.rewrite import Inversion


class SessionEvents:
    """The events of a session, each emitted in its thread, and the document as last saved."""

    def __init__(self) -> None:
        self._saved: Document | None = None
        self.opened: Event[[]] = Event()
        """Another document is open; ``history`` is a new object."""
        self.changed: Event[[Document, Document]] = Event()
        """(new, old): the visible document changed, previews included."""
        self.beginning: Event[[]] = Event()
        """The artist is about to change the document: previews over it are removed."""
        self.committed: Event[[]] = Event()
        """An entry was added, or undo, redo, save happened."""
        self.noticed: Event[[Notice]] = Event()
        self.failed: Event[[StudioError]] = Event()
        """An action of the artist failed."""
        self.journal_written: Event[[]] = Event()
        """The recovery journal has written a commit; after a ``JournalError`` it works again."""
        self.inverted: Event[[Inversion]] = Event()
        """A picture was inverted for rewrites, and the document keeps the inversion."""

    @property
    def saved(self) -> Document | None:
        """The document as its file holds it, None if no file does."""
        return self._saved
