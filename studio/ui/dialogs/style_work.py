"""The engine's work for the Style window: one preview at a time, and the thumbnails."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal

from studio.catalog.settings import Value
from studio.core.errors import Cancelled
from studio.core.geometry import Rect
from studio.core.progress import ProgressEvent
from studio.document.raster import Pixels
from studio.edit.photo_tools import PhotoResult
from studio.session.jobs import Job, Result
from studio.session.photo import style, style_thumbnails
from studio.session.photo.style_source import StyleSource
from studio.session.session import Session
from studio.ui.widgets.listening import listen


class StyleWork(QObject):
    """Queues the jobs of a window and takes them back when it no longer needs them."""

    painted = Signal(object)
    """The preview, (h, w, 3) uint8: a quick one first, then the exact one."""
    thumbnails = Signal(object)
    """Those made so far, (n, h, w, 3) uint8."""
    failed = Signal(object)

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._preview: Job | None = None
        self._small: Job | None = None
        listen(self, session.queue.progressed, self._on_progressed)
        listen(self, session.queue.finished, self._on_finished)
        listen(self, session.queue.failed, self._on_failed)

    @property
    def is_busy(self) -> bool:
        """Whether a preview is being made."""
        return self._preview is not None

    def begin(self) -> None:
        """Show the thumbnails, and make them if there are none yet."""
        kept = style_thumbnails.kept_thumbnails()
        if kept is not None:
            self.thumbnails.emit(kept)
        else:
            self._small = style_thumbnails.submit(self._session)

    def ask(
        self,
        source: StyleSource,
        values: Mapping[str, Value],
        painting: Pixels | None,
        part: Rect,
    ) -> None:
        """Make the preview of a part, ahead of the thumbnails."""
        self.stop()
        waits = self._small is not None
        self._pause_small()
        self._preview = style.preview(self._session, source, values, painting, part)
        if waits:
            self._small = style_thumbnails.submit(self._session)

    def stop(self) -> None:
        """Give up the preview that is being made."""
        job, self._preview = self._preview, None
        if job is not None:
            self._session.queue.cancel(job.id)

    def end(self) -> None:
        """Give up everything; the window is closed."""
        self.stop()
        self._pause_small()

    def _pause_small(self) -> None:
        job, self._small = self._small, None
        if job is not None:
            self._session.queue.cancel(job.id)

    def _on_progressed(self, job: Job, event: ProgressEvent) -> None:
        if event.preview is None:
            return
        if job is self._preview:
            self.painted.emit(event.preview[0])
        elif job is self._small:
            self.thumbnails.emit(event.preview)

    def _on_finished(self, job: Job, result: Result) -> None:
        if not isinstance(result, PhotoResult):
            return
        if job is self._preview and result.image is not None:
            self._preview = None
            self.painted.emit(result.image)
        elif job is self._small:
            self._small = None
            made = result.arrays["thumbnails"]
            self.thumbnails.emit(made)
            style_thumbnails.keep_thumbnails(made)

    def _on_failed(self, job: Job, error: BaseException) -> None:
        if job is self._preview:
            self._preview = None
        elif job is self._small:
            self._small = None
        else:
            return
        if not isinstance(error, Cancelled):
            self.failed.emit(error)
