"""The tabs above the canvas, one for each open document."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QMenu, QTabBar, QToolButton

from studio.ui.documents.document_page import DocumentPage
from studio.ui.documents.documents import Documents
from studio.ui.widgets.listening import listen
from studio.ui.widgets.translation import tr
from studio.ui.widgets.widgets import IconHolder, icon_button

MOST_WIDTH = 220
"""Of a tab, logical pixels."""
NEWS, CHANGED = "★ ", " •"
"""Prefix of a document with a new result, and suffix of one with unsaved changes."""


class DocumentTabs(QTabBar):
    """Shows the open documents by name; a click brings one to the front."""

    close_asked = Signal(object)
    """Pages (a list of DocumentPage) are to be closed."""

    def __init__(self, documents: Documents, holder: IconHolder) -> None:
        super().__init__()
        self._documents, self._holder = documents, holder
        self._filling = False
        self.setObjectName("documents")
        self.setAccessibleName(tr("Open documents"))
        self.setDocumentMode(True)
        self.setDrawBase(False)
        self.setExpanding(False)
        self.setMovable(True)
        self.setElideMode(Qt.TextElideMode.ElideMiddle)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._menu)
        self.currentChanged.connect(self._on_current)
        self.tabMoved.connect(self._on_moved)
        documents.changed.connect(self.refresh)
        documents.switched.connect(self._on_switched)
        documents.added.connect(self._join)
        for page in documents.pages:
            self._join(page)

    def _join(self, page: DocumentPage) -> None:
        session = page.session
        for event in (session.committed, session.opened):
            listen(page, event, self.refresh)
        listen(page, session.tray.changed, lambda: self._on_results(page))
        self.refresh()

    def _on_results(self, page: DocumentPage) -> None:
        """Mark a document that got a result while another one was in front."""
        if page is not self._documents.current and page.session.tray.items:
            page.has_news = True
            self.refresh()

    def _on_switched(self, page: object) -> None:
        self.refresh()

    def refresh(self) -> None:
        """Show names, marks and the document in front."""
        self._filling = True
        pages = self._documents.open_pages
        self.setVisible(bool(pages))
        while self.count() > len(pages):
            self.removeTab(self.count() - 1)
        while self.count() < len(pages):
            self.addTab("")
            self._add_button(self.count() - 1)
        for index, (page, name) in enumerate(zip(pages, self._documents.names, strict=True)):
            changed = CHANGED if page.session.is_modified else ""
            news = NEWS if page.has_news else ""
            self.setTabText(index, f"{news}{name.replace('&', '&&')}{changed}")
            path = page.session.path
            said = [str(path) if path is not None else name]
            said += [tr("Changes are not saved")] if changed else []
            said += [tr("There is a new result")] if news else []
            self.setTabToolTip(index, "\n".join(said))
            self.setAccessibleTabName(index, ", ".join([name, *said[1:]]))
        if self._documents.current in pages:
            self.setCurrentIndex(pages.index(self._documents.current))
        self._filling = False

    def tabSizeHint(self, index: int) -> QSize:
        """Return the size of a tab; a long name is elided to leave room for others."""
        size = super().tabSizeHint(index)
        return size.boundedTo(QSize(MOST_WIDTH, size.height()))

    def _add_button(self, index: int) -> None:
        button: QToolButton = icon_button(self._holder, "ph.x", tr("Close the document"))
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.clicked.connect(lambda _=False, one=button: self._on_button(one))
        self.setTabButton(index, QTabBar.ButtonPosition.RightSide, button)

    def _on_button(self, button: QToolButton) -> None:
        side = QTabBar.ButtonPosition.RightSide
        found = [i for i in range(self.count()) if self.tabButton(i, side) is button]
        if found:
            self.close_asked.emit([self._documents.open_pages[found[0]]])

    def _on_current(self, index: int) -> None:
        pages = self._documents.open_pages
        if not self._filling and 0 <= index < len(pages):
            self._documents.show(pages[index])

    def _on_moved(self, start: int, end: int) -> None:
        pages = self._documents.pages
        pages.insert(end, pages.pop(start))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Close a document on a middle click."""
        index = self.tabAt(event.position().toPoint())
        if event.button() is Qt.MouseButton.MiddleButton and index >= 0:
            self.close_asked.emit([self._documents.open_pages[index]])
            return
        super().mouseReleaseEvent(event)

    def _menu(self, point: QPoint) -> None:
        index = self.tabAt(point)
        if index < 0:
            return
        page = self._documents.open_pages[index]
        menu = QMenu(self)
        menu.addAction(tr("Close")).triggered.connect(lambda: self.close_asked.emit([page]))
        others = menu.addAction(tr("Close the others"))
        others.setEnabled(self.count() > 1)
        others.triggered.connect(lambda: self._close_others(page))
        menu.exec(self.mapToGlobal(point))
        menu.deleteLater()

    def _close_others(self, page: DocumentPage) -> None:
        self.close_asked.emit([one for one in self._documents.open_pages if one is not page])
