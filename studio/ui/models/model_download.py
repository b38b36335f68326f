"""The download of a first model, which outlives the dialog that began it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QObject, Signal

from studio.catalog.first_fetch import Consent, discard, fetch, known, models_folder, plan
from studio.core.download.http_get import STALLED
from studio.core.download.resumable import Rate
from studio.core.errors import Cancelled, StudioError
from studio.core.progress import Progress, ProgressEvent
from studio.ui.threads.background import Background, Task


class Stage(Enum):
    """How far the download is."""

    NONE = "none"
    RUNNING = "running"
    PAUSED = "paused"
    FAILED = "failed"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Shown:
    """What a running download shows: the share done in 0..1, the file's name, and its numbers.

    ``waiting`` is why the connection is tried again, None while bytes arrive.
    """

    fraction: float = 0.0
    name: str = ""
    rate: Rate | None = None
    text: str = ""
    waiting: StudioError | None = None


class ModelDownload(QObject):
    """One download at a time, on a thread of its own: that of the window's work stays free.

    Nothing is sent before ``start``. The files that it leaves are continued by the next start.
    """

    changed = Signal()
    crashed = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.consent = Consent()
        self.id = ""
        self.stage = Stage.NONE
        self.shown = Shown()
        self.error: StudioError | None = None
        self.stalled = STALLED
        """Seconds without a byte after which a connection is given up."""
        self._background = Background(self)
        self._task: Task | None = None
        self._discards = False

    @property
    def is_running(self) -> bool:
        """Whether it runs, also while it is ending."""
        return self._task is not None

    def start(self, id: str) -> None:
        """Download a model with all it needs, or continue; its licences have to be accepted."""
        if self.is_running:
            return
        self.id, self.stage, self.error, self.shown = id, Stage.RUNNING, None, Shown()
        self._discards = False
        self._task = self._background.run(
            lambda progress: self._fetch(id, progress),
            self._done,
            self._failed,
            self._progressed,
            owner=self,
        )
        self.changed.emit()

    def _fetch(self, id: str, progress: Progress) -> None:
        fetch(id, self.consent, progress, stalled=self.stalled)

    def pause(self) -> None:
        """Stop within a second, and keep what is there."""
        if self._task is not None:
            self._task.cancel()

    def discard(self, id: str) -> None:
        """Stop, and remove the unfinished files of a model."""
        self._discards = True
        if self._task is not None:
            self._task.cancel()
        else:
            self.id = id
            self._end(Stage.NONE)

    def stop(self, timeout: float) -> bool:
        """Stop for good at the end of the program; False if it still runs after ``timeout``."""
        ended = self._background.stop(timeout)
        self._task = None
        return ended

    def begun(self, id: str) -> int:
        """Return the bytes that an earlier download left."""
        try:
            return plan(known(id).id, self.consent, models_folder()).begun
        except StudioError:
            return 0

    def _progressed(self, event: ProgressEvent) -> None:
        found = event.details
        name = found if isinstance(found, str) else self.shown.name
        rate = found if isinstance(found, Rate) else self.shown.rate
        if isinstance(found, str):
            rate = None
        waiting = found if isinstance(found, StudioError) else None
        self.shown = Shown(event.fraction, name, rate, event.text, waiting)
        self.changed.emit()

    def _done(self, _: object) -> None:
        self._end(Stage.DONE)

    def _failed(self, error: BaseException) -> None:
        if isinstance(error, Cancelled):
            self._end(Stage.NONE if self._discards else Stage.PAUSED)
        elif isinstance(error, StudioError):
            self.error = error
            self._end(Stage.NONE if self._discards else Stage.FAILED)
        else:
            self._end(Stage.PAUSED)
            self.crashed.emit(error)

    def _end(self, stage: Stage) -> None:
        self._task = None
        self.stage = stage
        if self._discards:
            discard(self.id)
            self._discards = False
        self.changed.emit()
