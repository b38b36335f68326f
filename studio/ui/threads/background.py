"""A small thread pool for work without torch that takes longer than a frame."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal, Slot

from studio.core.errors import Cancelled, StudioError
from studio.core.progress import Progress, ProgressEvent

LOG = logging.getLogger(__name__)
THREADS = 2


class Task:
    """One piece of work; its callbacks run on the main thread while its owner exists."""

    def __init__(
        self,
        owner: QObject,
        done: Callable[[Any], None],
        failed: Callable[[BaseException], None],
        progressed: Callable[[ProgressEvent], None] | None,
    ) -> None:
        self.owner = owner
        self.done, self.failed, self.progressed = done, failed, progressed
        self.cancelled = threading.Event()
        self.is_over = False
        self.is_dropped = False
        self.watch: Any = None
        """Qt's connection to the end of the owner."""

    def cancel(self) -> None:
        """Ask the work to stop; ``failed`` gets ``Cancelled``."""
        self.cancelled.set()

    def drop(self) -> None:
        """Ask the work to stop, without any further callback."""
        self.is_dropped = True
        self.cancelled.set()

    @property
    def is_wanted(self) -> bool:
        """Whether its callbacks are still wanted."""
        return not self.is_dropped and shiboken6.isValid(self.owner)


class Background(QObject):
    """Starts tasks and waits for them on exit.

    Each task has an owner, usually the widget that shows its result. No callback of a task runs
    after its owner is destroyed, which also asks the work to stop: a dialog may be closed at any
    time.

    Its signals exist as long as it does: destroying a sender while a thread emits would crash.
    """

    _progressed = Signal(object, object)
    _ended = Signal(object, object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="background")
        self._tasks: dict[Task, Future[None]] = {}
        queued = Qt.ConnectionType.QueuedConnection
        self._progressed.connect(self._on_progressed, queued)
        self._ended.connect(self._on_ended, queued)

    def run(
        self,
        work: Callable[[Progress], Any],
        done: Callable[[Any], None],
        failed: Callable[[BaseException], None],
        progressed: Callable[[ProgressEvent], None] | None = None,
        *,
        owner: QObject,
    ) -> Task:
        """Start ``work``; the callbacks run on the main thread after this returns."""
        task = Task(owner, done, failed, progressed)
        task.watch = owner.destroyed.connect(task.drop)
        self._tasks[task] = self._pool.submit(self._work, task, work)
        return task

    @property
    def is_busy(self) -> bool:
        """Whether a task is running."""
        return bool(self._tasks)

    def stop(self, timeout: float) -> bool:
        """Cancel all tasks and wait; False if one is still running."""
        for task in self._tasks:
            task.cancel()
        left = wait(self._tasks.values(), timeout).not_done
        self._pool.shutdown(wait=not left, cancel_futures=True)
        self._tasks.clear()
        return not left

    def _work(self, task: Task, work: Callable[[Progress], Any]) -> None:
        progress = Progress(lambda event: self._progressed.emit(task, event), task.cancelled)
        try:
            progress.check()
            value = work(progress)
        except (StudioError, Cancelled) as error:
            self._ended.emit(task, None, error)
        except Exception as error:  # noqa: BLE001 - the window logs and shows it
            self._ended.emit(task, None, error)
        else:
            self._ended.emit(task, value, None)

    @Slot(object, object)
    def _on_progressed(self, task: Task, event: ProgressEvent) -> None:
        if task in self._tasks and task.progressed is not None and task.is_wanted:
            task.progressed(event)

    @Slot(object, object, object)
    def _on_ended(self, task: Task, value: Any, error: BaseException | None) -> None:
        if self._tasks.pop(task, None) is None:
            return
        task.is_over = True
        QObject.disconnect(task.watch)
        if not task.is_wanted:
            if error is not None and not isinstance(error, (StudioError, Cancelled)):
                LOG.error("work for a closed part of the window failed", exc_info=error)
            return
        if error is not None:
            task.failed(error)
        else:
            task.done(value)
