"""Undo and redo: snapshots of a document within a budget of bytes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from studio.core.events import Event
from studio.document.document import Document, unique_tiles

DEFAULT_BUDGET = 2 << 30


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """One step: an English label that the window translates, and the document after it."""

    label: str
    document: Document


class Edit:
    """A running edit: set ``document`` as often as needed; ``commit`` happens at the end."""

    def __init__(self, history: History) -> None:
        self._history = history
        self.before = history.document

    @property
    def document(self) -> Document:
        """The document as the edit has made it so far."""
        return self._history.document

    @document.setter
    def document(self, document: Document) -> None:
        self._history._show(document)


class History:
    """A line of snapshots with a position; the newest entries within ``budget`` bytes stay."""

    def __init__(
        self, document: Document, label: str = "Open", budget: int = DEFAULT_BUDGET
    ) -> None:
        self._entries = [Entry(label, document)]
        self._position = 0
        self._live: Document | None = None
        self.budget = budget
        self.changed: Event[[Document, Document]] = Event()
        """Emitted with (new, old) whenever the visible document changes."""
        self.committed: Event[[Entry]] = Event()
        """Emitted after a commit, an undo or a redo, with the entry that is now current."""

    @property
    def document(self) -> Document:
        """The document as it is now, a running edit included."""
        return self._live if self._live is not None else self._entries[self._position].document

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All entries, those that redo would bring back included."""
        return tuple(self._entries)

    @property
    def position(self) -> int:
        """The index of the current entry."""
        return self._position

    @property
    def can_undo(self) -> bool:
        """Whether there is an entry before the current one."""
        return self._position > 0

    @property
    def can_redo(self) -> bool:
        """Whether there is an entry after the current one."""
        return self._position + 1 < len(self._entries)

    @property
    def is_editing(self) -> bool:
        """Whether an edit is running."""
        return self._live is not None

    @contextmanager
    def edit(self, label: str) -> Iterator[Edit]:
        """Run one edit: an entry at the end if anything changed, rolled back on an error."""
        if self._live is not None:
            raise RuntimeError("an edit is running already")
        before = self.document
        self._live = before
        edit = Edit(self)
        try:
            yield edit
        except BaseException:
            self._show(before)
            self._live = None
            raise
        after = self._live
        self._live = None
        if after is not before:
            self._commit(Entry(label, after))

    def undo(self) -> None:
        """Go one entry back; nothing at the first one or during an edit."""
        self.go_to(self._position - 1)

    def redo(self) -> None:
        """Go one entry forward; nothing at the last one or during an edit."""
        self.go_to(self._position + 1)

    def go_to(self, position: int) -> None:
        """Go to an entry by its index; nothing for an index outside or during an edit."""
        if self._live is not None or not 0 <= position < len(self._entries):
            return
        if position == self._position:
            return
        old = self.document
        self._position = position
        self.changed.emit(self.document, old)
        self.committed.emit(self._entries[position])

    def nbytes(self) -> int:
        """Return the bytes of the unique tiles of all entries."""
        tiles: dict[int, int] = {}
        for entry in self._entries:
            for key, data in unique_tiles(entry.document).items():
                tiles[key] = data.nbytes
        return sum(tiles.values())

    def _show(self, document: Document) -> None:
        old = self.document
        if self._live is None:
            raise RuntimeError("the edit has ended")
        self._live = document
        if document is not old:
            self.changed.emit(document, old)

    def _commit(self, entry: Entry) -> None:
        del self._entries[self._position + 1 :]
        self._entries.append(entry)
        self._position += 1
        while self._position > 0 and self.nbytes() > self.budget:
            del self._entries[0]
            self._position -= 1
        self.committed.emit(entry)
