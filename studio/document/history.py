"""Undo and redo: snapshots of a document within a budget of bytes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from studio.core.events import Event
from studio.document.attachments import Attachments
from studio.document.changes import is_same
from studio.document.document import Document
from studio.document.results import KeptResult, limit_results
from studio.document.tally import Tally

DEFAULT_BUDGET = 2 << 30
"""Bytes of tiles that are needed only for undo and redo."""


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """One step: an English label, translated by the window, and the document after it."""

    label: str
    document: Document


@dataclass(frozen=True, slots=True)
class _Run:
    """The merge key and the end time of the last edit, for merging the next one of its kind."""

    merge: object
    entry: Entry
    ended: float


class Edit:
    """A running edit: set ``document`` as often as needed; ``commit`` happens at the end."""

    def __init__(self, history: History) -> None:
        self._history = history
        self.before = history.document

    @property
    def document(self) -> Document:
        """The document with the edit so far."""
        return self._history.document

    @document.setter
    def document(self, document: Document) -> None:
        self._history._show(document)


class History:
    """A list of snapshots with a position; the newest entries within ``budget`` bytes are kept.

    The budget counts the unique tiles that the current document does not use itself: the memory
    that dropping all other entries would free. So a large picture keeps its undo, too. The
    current entry is always kept.
    """

    def __init__(
        self, document: Document, label: str = "Open", budget: int = DEFAULT_BUDGET
    ) -> None:
        self._entries = [Entry(label, document)]
        self._position = 0
        self._live: Document | None = None
        self._run: _Run | None = None
        self._all = Tally()
        self._current = Tally()
        self._all.add(document)
        self._current.add(document)
        self.budget = budget
        self.beginning: Event[[]] = Event()
        """Emitted before an edit, an undo or a redo changes anything."""
        self.changed: Event[[Document, Document]] = Event()
        """Emitted with (new, old) whenever the visible document changes."""
        self.committed: Event[[Entry]] = Event()
        """Emitted after a commit, an undo or a redo, with the entry that is now current."""
        self.ended: Event[[]] = Event()
        """Emitted when an edit is over, committed or rolled back, and another one can begin."""

    @property
    def document(self) -> Document:
        """The document as it is now, a running edit included."""
        return self._live if self._live is not None else self._entries[self._position].document

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All entries, including those that redo would restore."""
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
    def edit(self, label: str, *, merge: object = None, within: float = 0.0) -> Iterator[Edit]:
        """Run one edit: an entry at the end if anything changed, rolled back on an error.

        If it begins at most ``within`` seconds after the end of one with an equal ``merge``, with
        nothing between them, the two become one entry; None never merges.
        """
        if self._live is not None:
            raise RuntimeError("an edit is running already")
        self.beginning.emit()
        before = self.document
        self._live = before
        edit = Edit(self)
        goes_on = self._goes_on(merge, within)
        try:
            yield edit
        except BaseException:
            self._roll_back(before)
            self.ended.emit()
            raise
        after = self._live
        if is_same(after, before):
            self._roll_back(before)
        else:
            self._live = None
            entry = Entry(label, after)
            self._commit(entry, instead=goes_on)
            self._run = None if merge is None else _Run(merge, entry, time.monotonic())
        self.ended.emit()

    def undo(self) -> None:
        """Go one entry back; no effect at the first one or during an edit."""
        self.go_to(self._position - 1)

    def redo(self) -> None:
        """Go one entry forward; no effect at the last one or during an edit."""
        self.go_to(self._position + 1)

    def go_to(self, position: int) -> None:
        """Go to an entry by its index; no effect for an invalid index or during an edit."""
        if self._live is not None or not 0 <= position < len(self._entries):
            return
        if position == self._position:
            return
        self.beginning.emit()
        old = self.document
        self._run = None
        self._position = position
        self._make_current(old)
        self.changed.emit(self.document, old)
        self.committed.emit(self._entries[position])

    def amend(self, document: Document) -> None:
        """Replace the current entry's document without a new entry; no effect during an edit.

        For changes that an artist does not want to undo: the active layer, an unfolded group.
        """
        old = self.document
        if self._live is not None or document is old:
            return
        entry = self._entries[self._position]
        self._entries[self._position] = Entry(entry.label, document)
        self._all.add(document)
        self._make_current(old)
        self._all.remove(old)
        self.changed.emit(document, old)

    def attach(self, attachments: Attachments) -> None:
        """Add attachments to the document of every entry, so that undo and redo keep them.

        This is not a step: no entry is made, and redo stays possible. RuntimeError during an edit,
        which continues from the document that it began with.
        """
        if attachments is not self.document.attachments:
            self._replace_all(lambda document: document.replace(attachments=attachments))

    def keep(self, results: Sequence[KeptResult]) -> None:
        """Prepend new results to those of every entry, so that undo and redo keep them.

        Like ``attach`` this is not a step. RuntimeError during an edit.
        """
        self._replace_all(lambda old: old.replace(results=limit_results((*results, *old.results))))

    def _replace_all(self, change: Callable[[Document], Document]) -> None:
        """Replace the document of every entry by one with the same tiles."""
        if self._live is not None:
            raise RuntimeError("an edit is running")
        old = self.document
        # No raster is added or removed, so that both tallies stay valid.
        self._entries = [Entry(entry.label, change(entry.document)) for entry in self._entries]
        self.changed.emit(self.document, old)

    def nbytes(self) -> int:
        """Return the bytes of the unique tiles of all entries."""
        return self._all.nbytes

    def undo_nbytes(self) -> int:
        """Return the bytes of the unique tiles that the current document does not need."""
        return self._all.nbytes - self._current.nbytes

    def _show(self, document: Document) -> None:
        old = self.document
        if self._live is None:
            raise RuntimeError("the edit has ended")
        self._live = document
        if document is not old:
            self.changed.emit(document, old)

    def _roll_back(self, before: Document) -> None:
        try:
            self._show(before)
        finally:
            self._live = None

    def _goes_on(self, merge: object, within: float) -> bool:
        """Whether an edit that begins now belongs to the current entry."""
        run = self._run
        if merge is None or run is None or run.merge != merge:
            return False
        if run.entry is not self._entries[self._position]:
            return False
        return within > 0 and time.monotonic() - run.ended <= within

    def _commit(self, entry: Entry, *, instead: bool) -> None:
        old = self.document
        for gone in self._entries[self._position + 1 :]:
            self._all.remove(gone.document)
        del self._entries[self._position + 1 :]
        self._all.add(entry.document)
        if instead:
            self._entries[self._position] = entry
            self._make_current(old)
            self._all.remove(old)
        else:
            self._entries.append(entry)
            self._position += 1
            self._make_current(old)
        while self._position > 0 and self.undo_nbytes() > self.budget:
            self._all.remove(self._entries.pop(0).document)
            self._position -= 1
        self.committed.emit(entry)

    def _make_current(self, old: Document) -> None:
        self._current.add(self.document)
        self._current.remove(old)
