"""Encodes an opened picture for the object tool while the artist and the engine are idle."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from studio.core.assets import missing_asset
from studio.edit.objects import ASSET
from studio.session.session import Session
from studio.tools.object_pictures import ObjectPictures
from studio.ui.canvas.canvas_view import CanvasView
from studio.ui.widgets.listening import listen

REST = 1500
"""Milliseconds without a change of the picture or of the view after which it begins."""


class EncodeAhead(QObject):
    """Asks for the encoding once for each opened picture, so that the tool can be used at once.

    Its job is stopped by any other and then tried again. ``is_calm`` returns whether this page is
    in front and neither the engine nor the threads of the window have anything to do.
    """

    def __init__(
        self,
        session: Session,
        canvas: CanvasView,
        pictures: ObjectPictures,
        is_calm: Callable[[], bool],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._session, self._canvas, self._pictures = session, canvas, pictures
        self._is_calm = is_calm
        self._is_wanted = True
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(REST)
        self._timer.timeout.connect(self._try)
        listen(self, session.opened, self._on_opened)
        listen(self, session.committed, self.rest)
        listen(self, session.queue.changed, self.rest)
        listen(self, pictures.left, self._on_left)
        canvas.viewed.connect(self.rest)

    def rest(self) -> None:
        """Wait until nothing happens for a while."""
        if self._is_wanted:
            self._timer.start()

    def _on_opened(self) -> None:
        self._is_wanted = True
        self.rest()

    def _on_left(self, again: bool) -> None:
        self._is_wanted = again
        self.rest()

    def _try(self) -> None:
        session = self._session
        if session.is_blank or not session.document.layers or missing_asset(ASSET) is not None:
            return
        is_idle = session.queue.is_idle and not session.history.is_editing
        if self._canvas.input.is_dragging or not (is_idle and self._is_calm()):
            self._timer.start()
            return
        self._is_wanted = False
        if not (self._pictures.is_ready or self._pictures.is_busy):
            self._pictures.prepare(ahead=True)
