"""Encodes the picture for the object selection tool, and shows the object under the pointer."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from studio.core.assets import missing_asset
from studio.core.errors import StudioError
from studio.core.geometry import Rect
from studio.edit.objects import ASSET, Clicks, FoundObjects
from studio.session.session import Session
from studio.tools.object_finder import ObjectFinder
from studio.tools.registry import ToolSpec
from studio.ui.canvas.canvas_view import CanvasView
from studio.ui.threads.background import Background
from studio.ui.widgets.listening import listen
from studio.ui.widgets.translation import tr

TOOL = "select_object"
REST = 300
"""Milliseconds for which the view rests before its part of a large picture is encoded."""


class ObjectWatch(QObject):
    """Starts the encoding when the tool is chosen and whenever the picture changes.

    ``is_in_front`` returns whether the page of the canvas is in front; others are not encoded.
    """

    told = Signal(str)
    """Text for the status line while the page is in front, "" without a search."""
    refused = Signal(object)
    """A StudioError of the search."""
    crashed = Signal(object)
    """The search raised another exception."""

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
        self.finder = ObjectFinder(session, partial(background.run, owner=self))
        canvas.context.objects = self.finder
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST)
        self._rest.timeout.connect(self._look)
        listen(self, self.finder.changed, self.show)
        listen(self, self.finder.hovered, self._on_hovered)
        listen(self, self.finder.failed, self._on_failed)
        listen(self, self.finder.noticed, session.noticed.emit)
        listen(self, session.queue.failed, lambda *_: self.finder.check_jobs())
        listen(self, session.queue.changed, self.finder.check_jobs)
        listen(self, session.committed, self._soon)
        listen(self, session.opened, self._on_opened)
        canvas.viewed.connect(self._soon)
        canvas.pointed.connect(self._on_pointed)

    @property
    def is_used(self) -> bool:
        """Whether the tool is chosen and the page in front."""
        return self._tool == TOOL and self._is_in_front()

    def use_tool(self, tool: ToolSpec) -> None:
        """Start to encode for the tool; for another tool, hide the object under the pointer."""
        before, self._tool = self._tool, tool.id
        if tool.id == TOOL:
            self._look(asked=True)
        else:
            self.finder.leave()
        if TOOL in (before, tool.id):
            self.show()

    def select_middle(self) -> None:
        """Select the object in the middle of the view; for the keyboard."""
        area = self._visible()
        x, y = area.x + area.width / 2, area.y + area.height / 2
        context = self._canvas.context
        options = context.options
        self.finder.select(
            Clicks(((x, y, True),)), options.selection_mode, options.object_target, context.reach
        )

    def come_to_front(self) -> None:
        """Start the encoding that is needed now that the page is in front."""
        self._look()
        self.show()

    def _on_opened(self) -> None:
        self.finder.forget()
        self._look()

    def _soon(self) -> None:
        if self.is_used:
            self._rest.start()

    def _look(self, *, asked: bool = False) -> None:
        """Ask for the encoding; without its network that is refused only if the artist asked."""
        is_useful = asked or missing_asset(ASSET) is None
        if self.is_used and self._session.document.layers and is_useful:
            self.finder.prepare(self._visible())

    def _visible(self) -> Rect:
        canvas = self._canvas
        width, height = canvas.device_size
        return canvas.view.visible(width, height, self._session.document.rect)

    def _on_pointed(self, point: tuple[float, float] | None) -> None:
        if not self.is_used:
            return
        if point is None or self._canvas.input.is_dragging:
            self.finder.leave()
        else:
            self.finder.hover(*point)

    def _on_hovered(self, found: FoundObjects | None) -> None:
        self._canvas.show_object(found if self.is_used else None)

    def _on_failed(self, error: BaseException) -> None:
        (self.refused if isinstance(error, StudioError) else self.crashed).emit(error)

    def show(self) -> None:
        """Show in the status line, if in front, that the picture is being encoded."""
        if not self._is_in_front():
            return
        waits = self.is_used and self.finder.is_busy and not self.finder.is_ready
        if not waits:
            self.told.emit("")
        elif self._waits_for_others():
            self.told.emit(tr("Objects are found after the running job…"))
        else:
            self.told.emit(tr("Finding the objects of the picture…"))

    def _waits_for_others(self) -> bool:
        queue = self._session.queue
        return queue.running is not None and not self.finder.owns(queue.running)
