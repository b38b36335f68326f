"""Work without torch that takes longer than a frame, on a small thread pool."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal, Slot

from studio.core.errors import Cancelled, StudioError
from studio.core.progress import Progress, ProgressEvent

LOG = logging.getLogger(__name__)


class _Signals(QObject):
    progressed = Signal(object)
    ended = Signal(object, object)


class _Runnable(QRunnable):
    def __init__(self, work: Callable[[Progress], Any], signals: _Signals, progress: Progress):
        super().__init__()
        self._work, self._signals, self._progress = work, signals, progress

    def run(self) -> None:
        """Do the work on a thread of the pool."""
        try:
            value = self._work(self._progress)
        except (StudioError, Cancelled) as error:
            self._signals.ended.emit(None, error)
        except Exception as error:
            LOG.exception("background work failed")
            self._signals.ended.emit(None, error)
        else:
            self._signals.ended.emit(value, None)


class Task(QObject):
    """One piece of work; its callbacks come in the main thread."""

    def __init__(
        self,
        parent: QObject,
        work: Callable[[Progress], Any],
        done: Callable[[Any], None],
        failed: Callable[[BaseException], None],
        progressed: Callable[[ProgressEvent], None] | None = None,
    ) -> None:
        super().__init__(parent)
        self._done, self._failed, self._progressed = done, failed, progressed
        self._cancelled = threading.Event()
        self._signals = _Signals()
        self._signals.progressed.connect(self._on_progressed)
        self._signals.ended.connect(self._on_ended)
        self._work = work
        self.is_over = False

    def start(self, pool: QThreadPool) -> None:
        """Begin on a pool."""
        progress = Progress(self._signals.progressed.emit, self._cancelled)
        pool.start(_Runnable(self._work, self._signals, progress))

    def cancel(self) -> None:
        """Ask the work to stop; ``failed`` gets ``Cancelled``."""
        self._cancelled.set()

    @Slot(object)
    def _on_progressed(self, event: ProgressEvent) -> None:
        if self._progressed is not None and not self.is_over:
            self._progressed(event)

    @Slot(object, object)
    def _on_ended(self, value: Any, error: BaseException | None) -> None:
        self.is_over = True
        self.deleteLater()
        if error is not None:
            self._failed(error)
        else:
            self._done(value)


class Background(QObject):
    """Starts tasks and waits for them at the end."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(2)
        self._tasks: list[Task] = []

    def run(
        self,
        work: Callable[[Progress], Any],
        done: Callable[[Any], None],
        failed: Callable[[BaseException], None],
        progressed: Callable[[ProgressEvent], None] | None = None,
    ) -> Task:
        """Begin ``work``; the callbacks come in the main thread."""
        self._tasks = [task for task in self._tasks if not task.is_over]
        task = Task(self, work, done, failed, progressed)
        self._tasks.append(task)
        task.start(self._pool)
        return task

    @property
    def is_busy(self) -> bool:
        """Whether a task runs."""
        return any(not task.is_over for task in self._tasks)

    def stop(self, timeout: float) -> bool:
        """Cancel everything and wait; False if something still runs."""
        for task in self._tasks:
            if not task.is_over:
                task.cancel()
        return self._pool.waitForDone(int(timeout * 1000))
