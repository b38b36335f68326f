"""The document as the canvas shows it, with the variation selected in the tray over it."""

from __future__ import annotations

from studio.core.events import Event
from studio.document.document import Document
from studio.session.tray import Tray, TrayItem


class Shown:
    """The document with the selected variation in it; without it while "before" is held."""

    def __init__(self, document: Document, tray: Tray) -> None:
        self._tray = tray
        self._made: tuple[Document, TrayItem, Document] | None = None
        self.document = document
        self.holds_before = False
        self.changed: Event[[Document, Document]] = Event()
        """(new, old)"""

    @property
    def item(self) -> TrayItem | None:
        """The variation currently shown over the document."""
        return None if self.holds_before else self._tray.selected

    def refresh(self, document: Document) -> None:
        """Show the current state of a document."""
        item = self.item
        new = document if item is None else self._with(document, item)
        old, self.document = self.document, new
        if new is not old:
            self.changed.emit(new, old)

    def _with(self, document: Document, item: TrayItem) -> Document:
        if self._made is None or self._made[:2] != (document, item):
            self._made = document, item, item.placed(document)
        return self._made[2]
