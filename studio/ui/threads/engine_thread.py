"""The window's only access to the models: a thread that owns the engine's process.

torch is imported in that process, so that neither its loading nor a crash affects the window.
Cancelling sets the job's event directly, since a queued slot would not fire while the worker waits
for the process.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Protocol

import shiboken6
from PySide6.QtCore import QCoreApplication, QObject, Qt, QThread, Signal, Slot

from studio.core.errors import Cancelled, StudioError
from studio.core.progress import Progress, ProgressEvent
from studio.engine.process.process_engine import ProcessEngine
from studio.session.jobs import Job, Listener, Request, Result

LOG = logging.getLogger(__name__)
KILLED = 5.0
"""Seconds for the thread to end after the engine's process was killed."""


class WindowEngine(Protocol):
    """Protocol of an engine for the thread, in this process or in another."""

    def run(self, request: Request, progress: Progress) -> Result:
        """Run one request."""

    def warm_up(self, model: str, progress: Progress) -> None:
        """Load a model in advance of the first request."""

    def build_info(self) -> object:
        """Return the versions and the device for the About box, as an object with ``str``."""


class Latest:
    """Holds the newest progress event of a job until the window reads it; drops older ones."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._event: ProgressEvent | None = None

    def put(self, event: ProgressEvent) -> bool:
        """Store an event; True if the window must be notified of it."""
        with self._lock:
            first = self._event is None
            if self._event is not None:
                old = self._event
                preview = old.preview if event.preview is None else event.preview
                details = old.details if event.details is None else event.details
                can_finish = event.can_finish or old.can_finish
                text = event.text or old.text
                event = ProgressEvent(event.fraction, text, preview, details, can_finish)
            self._event = event
            return first

    def take(self) -> ProgressEvent | None:
        """Return the newest event once, then None."""
        with self._lock:
            event, self._event = self._event, None
            return event


class Worker(QObject):
    """Lives on the engine's thread; its slots are called by queued signals only."""

    progressed = Signal(object)
    done = Signal(object, object)
    failed = Signal(object, object)
    warmed = Signal(object)

    def __init__(self, make_engine: Callable[[], WindowEngine]) -> None:
        super().__init__()
        self.latest = Latest()
        self.stopping = threading.Event()
        self._make = make_engine
        self._engine: WindowEngine | None = None

    def _make_engine(self) -> WindowEngine:
        if self._engine is None:
            self._engine = self._make()
        return self._engine

    def end(self) -> None:
        """Shut down the engine's process, if any; called on this thread, after its work."""
        if isinstance(self._engine, ProcessEngine):
            self._engine.close()

    @property
    def is_apart(self) -> bool:
        """Whether the engine runs in its own process."""
        return isinstance(self._engine, ProcessEngine)

    @property
    def pid(self) -> int | None:
        """The process id of the engine, None without its own process."""
        return self._engine.pid if isinstance(self._engine, ProcessEngine) else None

    def kill(self) -> None:
        """Kill the engine's process; called on the main thread."""
        if isinstance(self._engine, ProcessEngine):
            self._engine.kill()

    @Slot(str)
    def warm_up(self, model: str) -> None:
        """Start the engine and load a model in advance of the first edit."""
        if self.stopping.is_set():
            return
        try:
            engine = self._make_engine()
            engine.warm_up(model, Progress(None, self.stopping))
            self.warmed.emit(str(engine.build_info()))
        except Cancelled:
            return
        except StudioError as error:
            self.warmed.emit(error)
        except Exception as error:
            LOG.exception("warming up failed")
            self.warmed.emit(error)

    @Slot(object)
    def run(self, job: Job) -> None:
        """Run one job to its end; the window is notified of every outcome."""

        def report(event: ProgressEvent) -> None:
            if self.latest.put(event):
                self.progressed.emit(job)

        self.latest.take()
        try:
            progress = Progress(report, job.cancelled, job.wanted)
            progress.report(0.0, "Loading")
            result: Result = self._make_engine().run(job.request, progress)
        except (StudioError, Cancelled) as error:
            self.failed.emit(job, error)
        except Exception as error:
            LOG.exception("job %s failed", job.id)
            self.failed.emit(job, error)
        else:
            self.done.emit(job, result)


class WorkerThread(QThread):
    """A QThread with its worker, owned by the application, since it may outlive the window.

    Qt aborts the process if a running thread is destroyed, so that this one deletes itself once
    its work is done.
    """

    def __init__(self, make_engine: Callable[[], WindowEngine]) -> None:
        super().__init__(QCoreApplication.instance())
        self.setObjectName("engine")
        self.worker = Worker(make_engine)
        self.worker.moveToThread(self)
        self.finished.connect(self.deleteLater)

    def run(self) -> None:
        """Process events until ``end``, then shut down the engine's process."""
        self.exec()
        self.worker.end()

    def end(self, timeout: float) -> bool:
        """Wait at most ``timeout`` seconds for its work; False if it is still running.

        A process that has not ended by then is killed.
        """
        if not self.isRunning():
            self.deleteLater()
            return True
        self.quit()
        if self.wait(int(timeout * 1000)):
            return True
        self.worker.kill()
        return self.wait(int(KILLED * 1000)) if self.worker.is_apart else False


class EngineThread(QObject):
    """Implements ``session.jobs.Runner``; lives on the main thread.

    ``make_engine`` creates the engine on the thread on first use.
    """

    warmed = Signal(object)
    """Text about the running build, or the error that prevented the model from loading."""
    _run = Signal(object)
    _warm = Signal(str)

    def __init__(
        self,
        parent: QObject | None = None,
        make_engine: Callable[[], WindowEngine] = ProcessEngine,
    ) -> None:
        super().__init__(parent)
        self._thread = WorkerThread(make_engine)
        self._worker = self._thread.worker
        queued = Qt.ConnectionType.QueuedConnection
        self._run.connect(self._worker.run, queued)
        self._warm.connect(self._worker.warm_up, queued)
        self._worker.progressed.connect(self._on_progressed, queued)
        self._worker.done.connect(self._on_done, queued)
        self._worker.failed.connect(self._on_failed, queued)
        self._worker.warmed.connect(self._on_warmed, queued)
        self._job: Job | None = None
        self._listener: Listener | None = None
        self.build_info = ""
        self.is_warm = False
        """Whether the engine has been loaded, even if its model cannot be."""

    def start(self, job: Job, listener: Listener) -> None:
        """Pass a job to the worker and return at once."""
        self._job, self._listener = job, listener
        self._ensure_thread()
        self._run.emit(job)

    def warm_up(self, model: str) -> None:
        """Start the engine and load ``model`` in advance of the first job."""
        self._ensure_thread()
        self._warm.emit(model)

    def stop(self, timeout: float) -> bool:
        """Cancel the running job and wait at most ``timeout`` seconds; False if it still runs."""
        self._worker.stopping.set()
        if self._job is not None:
            self._job.cancelled.set()
        self._listener = None
        return not shiboken6.isValid(self._thread) or self._thread.end(timeout)

    @property
    def is_running(self) -> bool:
        """Whether the thread exists, from the first job until it is stopped."""
        return shiboken6.isValid(self._thread) and self._thread.isRunning()

    def engine_pid(self) -> int | None:
        """Return the process id of the engine, None without its own process."""
        return self._worker.pid

    def _ensure_thread(self) -> None:
        if not self._worker.stopping.is_set() and not self.is_running:
            self._thread.start(QThread.Priority.LowPriority)

    @Slot(object)
    def _on_progressed(self, job: Job) -> None:
        event = self._worker.latest.take()
        if event is not None and self._listener is not None and job is self._job:
            self._listener.on_progress(job, event)

    @Slot(object, object)
    def _on_done(self, job: Job, result: Result) -> None:
        listener, self._job = self._listener, None
        self.is_warm = True
        if listener is not None:
            listener.on_done(job, result)

    @Slot(object, object)
    def _on_failed(self, job: Job, error: BaseException) -> None:
        listener, self._job = self._listener, None
        if listener is not None:
            listener.on_failed(job, error)

    @Slot(object)
    def _on_warmed(self, outcome: object) -> None:
        self.is_warm = self.is_warm or isinstance(outcome, str | StudioError)
        if isinstance(outcome, str):
            self.build_info = outcome
        self.warmed.emit(outcome)
