"""Folding of the results and the queue, which take space only while they have content."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QDockWidget, QWidget
from shiboken6 import isValid

from studio.session.session import Session
from studio.ui.documents.current_page import CurrentPage
from studio.ui.widgets.listening import listen

HEIGHT = 176
"""Initial height of the unfolded row in logical pixels."""
LEAST = 110
MOST_SHARE = 0.4
"""Largest fraction of the window's height."""
EMPTY_MS = 400
"""Delay before folding: a finished job may be followed by its result or the next job."""
UNLIMITED = 16777215
"""Qt's QWIDGETSIZE_MAX."""


class Folding(QObject):
    """Collapses the docks of one row to their titles as long as all of them are empty.

    They fold in their initial place, in a row of their own at the bottom or the top. An artist
    who moves them, floats them or docks another panel beside them gets them unfolded.
    """

    def __init__(self, window: CurrentPage, docks: Sequence[QDockWidget]) -> None:
        super().__init__(window)
        self._window = window
        self._docks = tuple(docks)
        self._pages: list[tuple[QObject, Session]] = []
        self._is_folded = False
        kept = window.settings.get("window_results_height", HEIGHT)
        self._height = max(LEAST, kept) if isinstance(kept, int) else HEIGHT
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self.update)
        self._emptied = QTimer(self)
        self._emptied.setSingleShot(True)
        self._emptied.setInterval(EMPTY_MS)
        self._emptied.timeout.connect(self.update)
        for dock in window.docks.values():
            dock.dockLocationChanged.connect(self._soon.start)
            dock.topLevelChanged.connect(self._soon.start)
            dock.visibilityChanged.connect(partial(self._show_panel, dock))

    @property
    def is_folded(self) -> bool:
        """Whether only the titles are visible."""
        return self._is_folded

    @property
    def is_waiting(self) -> bool:
        """Whether the docks are about to fold or unfold."""
        return self._soon.isActive() or self._emptied.isActive()

    @property
    def height(self) -> int:
        """Height of the unfolded row."""
        if not self._is_folded and self._is_row:
            self._height = max(LEAST, self._docks[0].height())
        return self._height

    def watch(self, page: QObject, session: Session) -> None:
        """Follow the results of a document and the queue, for as long as its page exists."""
        self._pages.append((page, session))
        listen(page, session.tray.changed, self._on_changed)
        listen(page, session.queue.changed, self._on_changed)
        page.destroyed.connect(self._on_page_gone)
        self._on_changed()

    def _on_page_gone(self) -> None:
        if isValid(self._emptied):
            self._on_changed()

    def forget(self) -> None:
        """Reset to the initial height."""
        self._height = HEIGHT

    @property
    def is_full(self) -> bool:
        """Whether there is a result, or a running or waiting job that was asked for here.

        Patient work has a window of its own, which shows how far it is.
        """
        self._pages = [(page, session) for page, session in self._pages if isValid(page)]
        sessions = [session for _, session in self._pages]
        jobs = [job for one in sessions for job in one.queue.jobs]
        asked = any(not job.is_quiet and not job.is_patient for job in jobs)
        return asked or any(one.tray.items for one in sessions)

    @property
    def _is_row(self) -> bool:
        """Whether the docks are alone in a row at the bottom or the top."""
        area, window = Qt.DockWidgetArea, self._window
        places = {window.dockWidgetArea(dock) for dock in self._docks if not dock.isHidden()}
        if len(places) != 1 or not places <= {area.BottomDockWidgetArea, area.TopDockWidgetArea}:
            return False
        here = [
            dock
            for dock in window.docks.values()
            if window.dockWidgetArea(dock) in places and not dock.isHidden()
        ]
        floats = any(dock.isFloating() for dock in self._docks)
        return not floats and all(dock in self._docks for dock in here)

    def _on_changed(self) -> None:
        if self.is_full:
            self._emptied.stop()
            self.update()
        else:
            self._emptied.start()

    def update(self) -> None:
        """Fold or unfold according to the content."""
        if self._is_row and not self.is_full:
            self.fold()
        else:
            self.unfold()

    def fold(self) -> None:
        """Collapse the docks to their titles."""
        if self._is_folded:
            return
        self._height = self.height
        self._is_folded = True
        for dock in self._docks:
            dock.widget().setMaximumHeight(0)
            self._show_panel(dock, False)

    def unfold(self) -> None:
        """Show the panels at their last height."""
        if not self._is_folded:
            return
        self._is_folded = False
        for dock in self._docks:
            dock.widget().setMaximumHeight(UNLIMITED)
            self._show_panel(dock, not dock.visibleRegion().isEmpty())
        self.apply_height()

    def apply_height(self) -> None:
        """Restore the height of the unfolded row as far as the window has room."""
        if not self._is_folded and self._is_row:
            most = int(self._window.height() * MOST_SHARE)
            heights = [max(LEAST, min(self._height, most))] * len(self._docks)
            self._window.resizeDocks(list(self._docks), heights, Qt.Orientation.Vertical)

    def _show_panel(self, dock: QDockWidget, is_seen: bool) -> None:
        """Hide a panel that is folded or whose dock is behind a tab.

        Qt only moves such a dock off screen, so that Tab would reach invisible fields.
        """
        panel = dock.widget()
        if panel is not None:
            folded = self._is_folded and dock in self._docks
            panel.setVisible((is_seen or dock.isFloating()) and not folded)


def keeps_size(panel: QWidget) -> None:
    """Let a panel keep its space in a dock while it is hidden."""
    policy = panel.sizePolicy()
    policy.setRetainSizeWhenHidden(True)
    panel.setSizePolicy(policy)
