"""The open documents: a page for each, one of them in front, and the tabs above the canvas."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path

from PySide6.QtCore import QObject, QSize, QTimer, Signal
from PySide6.QtWidgets import QStackedWidget

from studio.core.errors import StudioError
from studio.core.memory import give_back
from studio.session.session import Session
from studio.ui.documents.document_page import DocumentPage, PageParts
from studio.ui.documents.file_names import is_same_file, short_names

KEPT = 3
"""Pages that keep their composited picture: the one in front and the most recent ones."""
TIDY_MS = 1000
"""Delay between closing the last document and releasing its memory."""
PANELS = ("prompt", "words", "layers", "history", "tray")


class PageStack(QStackedWidget):
    """Shows a widget of the page in front, at the size hint of that widget."""

    def sizeHint(self) -> QSize:
        """Return the size hint of the widget in front."""
        part = self.currentWidget()
        return part.sizeHint() if part is not None else super().sizeHint()

    def minimumSizeHint(self) -> QSize:
        """Return the minimum size hint of the widget in front."""
        part = self.currentWidget()
        return part.minimumSizeHint() if part is not None else super().minimumSizeHint()


class Documents(QObject):
    """Adds, shows and closes pages; there is always one, blank if no document is open."""

    added = Signal(object)
    """A page (DocumentPage) was added and is to be connected to the window."""
    switched = Signal(object)
    """Another page is in front."""
    changed = Signal()
    """Pages were added, closed, moved or renamed."""

    def __init__(self, session: Session, parts: PageParts, parent: QObject) -> None:
        super().__init__(parent)
        self._parts = parts
        self.pages: list[DocumentPage] = []
        self.canvases = PageStack()
        self.stacks = {name: PageStack() for name in PANELS}
        self._paints = False
        self.current = self._make(session)
        self.current.is_in_front = True
        self._seen = [self.current]
        self._tidy = QTimer(self)
        self._tidy.setSingleShot(True)
        self._tidy.setInterval(TIDY_MS)
        self._tidy.timeout.connect(give_back)

    # Pages

    def _make(self, session: Session) -> DocumentPage:
        page = DocumentPage(session, self._parts, self)
        self.pages.append(page)
        page.renamed.connect(self.changed)
        self.canvases.addWidget(page.canvas)
        for name, panel in page.panels.items():
            self.stacks[name].addWidget(panel)
        if self._paints:
            page.canvas.start_painting()
        return page

    def add(self) -> DocumentPage:
        """Add a blank page, not in front yet, which paints if the others do."""
        page = self._make(self.current.session.another())
        self.added.emit(page)
        page.session.edit_state.take_over(self.current.session.edit_state)
        return page

    def start_painting(self) -> None:
        """Let the canvases paint, once the compositor's loops are compiled."""
        self._paints = True
        for page in self.pages:
            page.canvas.start_painting()

    def show(self, page: DocumentPage) -> None:
        """Bring a page to the front; gestures and held keys of the previous one end."""
        if page is not self.current:
            self.current.leave()
            self.current.is_in_front = False
            page.come_to_front()
        self.current = page
        page.is_in_front = True
        self._seen = [page, *(one for one in self._seen if one is not page)]
        for one in self._seen[KEPT:]:
            one.canvas.rest()
        del self._seen[KEPT:]
        page.canvas.wake()
        page.has_news = False
        self.canvases.setCurrentWidget(page.canvas)
        for name, panel in page.panels.items():
            self.stacks[name].setCurrentWidget(panel)
        self.switched.emit(page)

    def fill(self, work: Callable[[Session], object]) -> DocumentPage:
        """Let ``work`` open a document in its own page; StudioError if it cannot.

        A page without any work of the artist is reused instead of a new one.
        """
        page = self.current
        is_new = not page.can_be_replaced
        if is_new:
            page = self.add()
        page.number = self._free_number(page)
        try:
            work(page.session)
        except StudioError:
            if is_new:
                self.drop(page)
            raise
        page.is_sample = False
        self.show(page)
        return page

    def _free_number(self, page: DocumentPage) -> int:
        """Return the smallest number that no other document without a file has."""
        others = [one for one in self.open_pages if one is not page and not one.is_sample]
        taken = {one.number for one in others if one.session.path is None}
        return next(number for number in count(1) if number not in taken)

    @property
    def open_pages(self) -> list[DocumentPage]:
        """The pages with a document."""
        return [page for page in self.pages if not page.session.is_blank]

    @property
    def names(self) -> list[str]:
        """The names of ``open_pages``; files of the same name are distinguished by folder."""
        pages = self.open_pages
        files = [page.session.path or Path(page.title) for page in pages]
        return short_names(files)

    def label(self, page: DocumentPage) -> str:
        """Return the name of an open page among the others."""
        return self.names[self.open_pages.index(page)]

    def find(self, path: Path) -> DocumentPage | None:
        """Return the page of an open file."""
        paths = ((page, page.session.path) for page in self.pages)
        return next((page for page, own in paths if own and is_same_file(own, path)), None)

    def owner(self, session: object) -> DocumentPage | None:
        """Return the page of a session."""
        return next((page for page in self.pages if page.session is session), None)

    def drop(self, page: DocumentPage) -> None:
        """Close a page without asking; a blank one replaces the last."""
        if page not in self.pages:
            return
        index = self.pages.index(page)
        if len(self.pages) == 1:
            self.add()
        self.pages.remove(page)
        self._seen = [one for one in self._seen if one is not page]
        if page is self.current:
            self.show(self.pages[min(index, len(self.pages) - 1)])
        self._take_out(page)
        page.close()
        self._tidy.start()
        self.changed.emit()

    def _take_out(self, page: DocumentPage) -> None:
        self.canvases.removeWidget(page.canvas)
        for name, panel in page.panels.items():
            self.stacks[name].removeWidget(panel)

    def close_all(self) -> None:
        """Close every document without asking, at exit."""
        for page in self.pages:
            page.session.close()
            page.lock.release()

    def turn(self, step: int) -> None:
        """Bring the next document to the front, or the previous one (-1)."""
        index = self.pages.index(self.current) + step
        self.show(self.pages[index % len(self.pages)])

    def name(self, owner: object) -> str:
        """Return the name of a session's document if several are open, else ""."""
        page = self.owner(owner)
        pages = self.open_pages
        return self.label(page) if page in pages and len(pages) > 1 else ""
