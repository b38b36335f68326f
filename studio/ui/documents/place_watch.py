"""Keeps the outline of the place that Generate would change up to date on a canvas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer

from studio.core.errors import StudioError
from studio.core.geometry import Rect
from studio.core.progress import Progress
from studio.document.document import Document
from studio.document.layer import GenerativeLayer
from studio.edit.reach import Reach, reach_of
from studio.edit.request import Task
from studio.ui.widgets.listening import listen

if TYPE_CHECKING:
    from studio.session.session import Session
    from studio.ui.canvas.canvas_view import CanvasView
    from studio.ui.prompt.prompt_panel import PromptPanel
    from studio.ui.threads.background import Background
    from studio.ui.threads.background import Task as Work

SLOW = (Task.EXTEND,)
"""Tasks whose place depends on the pixels of all layers and is found on the thread pool."""


class PlaceWatch(QObject):
    """Updates the outline on a canvas from its document and prompt panel."""

    def __init__(
        self, session: Session, prompt: PromptPanel, canvas: CanvasView, background: Background
    ) -> None:
        super().__init__(canvas)
        self._session, self._prompt, self._canvas = session, prompt, canvas
        self._background = background
        self._work: Work | None = None
        self._seen: tuple[object, ...] = ()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self.update)
        for event in (session.opened, session.committed):
            listen(self, event, self._soon.start)
        listen(self, session.edit_state.changed, lambda _: self._soon.start())
        listen(self, session.edit_state.layer_changed, lambda _: self._soon.start())
        prompt.generate.installEventFilter(self)
        self._soon.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Emphasise the outline while the pointer or the focus is on Generate."""
        kind = event.type()
        if kind in (QEvent.Type.Enter, QEvent.Type.FocusIn):
            self._canvas.stress_place(True)
        elif kind in (QEvent.Type.Leave, QEvent.Type.FocusOut):
            self._canvas.stress_place(self._prompt.generate.underMouse())
        return False

    def update(self) -> None:
        """Find the place of the next request again if anything that determines it has changed."""
        document, prompt = self._session.document, self._prompt
        found = document.find(prompt.recipe.layer_id)
        layer = found if isinstance(found, GenerativeLayer) else None
        task, padding = prompt.task, prompt.settings.padding
        layers = document.layers if task in SLOW else None
        seen = (document.mask, document.selection, document.rect, layers, task, padding, layer)
        if len(seen) == len(self._seen) and all(map(_same, seen, self._seen)):
            return
        self._seen = seen
        if self._work is not None:
            self._work.drop()
            self._work = None
        if task in SLOW and layer is None:
            self._canvas.show_reach(None)
            self._work = self._background.run(
                lambda progress: _look(document, task, padding, progress),
                self._canvas.show_reach,
                self._failed,
                owner=self,
            )
            return
        try:
            self._canvas.show_reach(reach_of(document, task, padding, layer))
        except StudioError:
            # Generate reports errors of the recipe.
            self._canvas.show_reach(None)

    def _failed(self, error: BaseException) -> None:
        self._canvas.show_reach(None)


def _look(document: Document, task: Task, padding: int, progress: Progress) -> Reach | None:
    progress.check()
    return reach_of(document, task, padding)


def _same(one: object, other: object) -> bool:
    return one is other or (isinstance(one, int | Rect | Task | tuple) and one == other)
