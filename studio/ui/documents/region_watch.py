"""Finds the segments for the fill tool on another thread before they are needed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal

from studio.session.session import Session
from studio.tools.control_layers import PAINTED, find_control
from studio.tools.regions import RegionFinder
from studio.tools.registry import ToolSpec
from studio.ui.canvas.canvas_view import CanvasView
from studio.ui.threads.background import Background
from studio.ui.widgets.listening import listen
from studio.ui.widgets.translation import tr

FILL = "control_fill"


class RegionWatch(QObject):
    """Starts the search as soon as the fill tool is chosen and whenever the picture changes.

    ``is_in_front`` returns whether the page of the canvas is in front; others are not searched.
    """

    told = Signal(str)
    """Text for the status line while the page is in front, "" without a search."""
    crashed = Signal(object)
    """The search raised an exception."""

    def __init__(
        self,
        session: Session,
        canvas: CanvasView,
        background: Background,
        is_in_front: Callable[[], bool],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._session, self._canvas, self._is_in_front = session, canvas, is_in_front
        self._tool = ""
        self._finder = RegionFinder(partial(background.run, owner=self))
        canvas.context.regions = self._finder
        listen(self, self._finder.changed, self.show)
        listen(self, self._finder.failed, self.crashed.emit)
        listen(self, session.committed, self._look)
        listen(self, session.opened, self._on_opened)

    def use_tool(self, tool: ToolSpec) -> None:
        """Start the search for the fill tool; for another tool, free the segments."""
        self._tool = tool.id
        if tool.id == FILL:
            self._look()
        else:
            # They are large, and keep a reference to their picture.
            self._finder.forget()

    def _on_opened(self) -> None:
        self._finder.forget()
        self._look()

    def _look(self) -> None:
        document = self._session.document
        wanted = self._tool == FILL and self._is_in_front()
        if wanted and find_control(document, PAINTED) is not None:
            self._finder.get(document)

    def show(self) -> None:
        """Show by the cursor, and in the status line if in front, that a search is running."""
        busy = self._finder.is_busy
        self._canvas.input.set_waiting(busy)
        if self._is_in_front():
            self.told.emit(tr("Finding the regions of the picture…") if busy else "")

    def come_to_front(self) -> None:
        """Start the search that is needed now that the page is in front."""
        self._look()
        self.show()
