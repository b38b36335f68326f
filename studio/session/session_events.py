"""What a session tells those who show it."""

from __future__ import annotations

from studio.core.errors import StudioError
from studio.core.events import Event
from studio.core.notices import Notice
from studio.document.document import Document
from studio.edit.rewrite import Inversion


class SessionEvents:
    """The events of a session, each emitted in its thread, and what its file holds."""

    def __init__(self) -> None:
        self._saved: Document | None = None
        self.opened: Event[[]] = Event()
        """Another document is open; ``history`` is a new object."""
        self.changed: Event[[Document, Document]] = Event()
        """(new, old): what is visible changed, previews included."""
        self.beginning: Event[[]] = Event()
        """The artist is about to change the document: what lies over it on the canvas goes."""
        self.committed: Event[[]] = Event()
        """An entry was added, or undo, redo, save happened."""
        self.noticed: Event[[Notice]] = Event()
        self.failed: Event[[StudioError]] = Event()
        """Something the artist asked for could not be done."""
        self.journal_written: Event[[]] = Event()
        """The recovery journal has a commit; after a ``JournalError`` it works again."""
        self.inverted: Event[[Inversion]] = Event()
        """A picture was read for edits by words, and the document keeps its inversion."""

    @property
    def saved(self) -> Document | None:
        """The document as its file holds it, None if no file does."""
        return self._saved
