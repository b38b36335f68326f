"""The engine on a thread of its own; the only way from the window to the models.

torch is imported inside the worker, after the first paint. Cancelling sets the job's event
directly, since a queued slot would not fire while the worker is busy.
"""

from __future__ import annotations

import logging
import threading
from typing import Any

import shiboken6
from PySide6.QtCore import QCoreApplication, QObject, Qt, QThread, Signal, Slot

from studio.core.errors import Cancelled, StudioError
from studio.core.progress import Progress, ProgressEvent
from studio.session.jobs import Job, Listener, Result

LOG = logging.getLogger(__name__)


class Latest:
    """Holds the newest report of a job until the window has time for it; older ones are lost."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._event: ProgressEvent | None = None

    def put(self, event: ProgressEvent) -> bool:
        """Keep a report; True when the window has to be told that there is one."""
        with self._lock:
            first = self._event is None
            if self._event is not None:
                old = self._event
                preview = old.preview if event.preview is None else event.preview
                details = old.details if event.details is None else event.details
                event = ProgressEvent(event.fraction, event.text or old.text, preview, details)
            self._event = event
            return first

    def take(self) -> ProgressEvent | None:
        """Return the newest report, once."""
        with self._lock:
            event, self._event = self._event, None
            return event


class Worker(QObject):
    """Lives on the engine's thread; its slots are reached by queued signals only."""

    progressed = Signal(object)
    done = Signal(object, object)
    failed = Signal(object, object)
    warmed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.latest = Latest()
        self.stopping = threading.Event()
        self._engine: Any = None

    def _make_engine(self) -> Any:
        if self._engine is None:
            from studio.catalog.hashes import kept_hashes
            from studio.engine.engine import Engine

            self._engine = Engine(hashes=kept_hashes())
        return self._engine

    @Slot(str)
    def warm_up(self, model: str) -> None:
        """Import torch and load a model, so that the first edit need not wait for it."""
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
        """Run one job to its end; whatever happens, the window hears of it."""

        def report(event: ProgressEvent) -> None:
            if self.latest.put(event):
                self.progressed.emit(job)

        self.latest.take()
        try:
            progress = Progress(report, job.cancelled)
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
    """Qt's thread with its worker; belongs to the application, since it may outlive the window.

    Importing torch and loading a model cannot be cancelled. Qt aborts the process when a running
    thread is destroyed, so that this one goes by itself once its work has ended.
    """

    def __init__(self) -> None:
        super().__init__(QCoreApplication.instance())
        self.setObjectName("engine")
        self.worker = Worker()
        self.worker.moveToThread(self)
        self.finished.connect(self.deleteLater)

    def end(self, timeout: float) -> bool:
        """Wait at most ``timeout`` seconds for its work; False if it still runs."""
        if not self.isRunning():
            self.deleteLater()
            return True
        self.quit()
        return self.wait(int(timeout * 1000))


class EngineThread(QObject):
    """Implements ``session.jobs.Runner``; belongs to the main thread."""

    warmed = Signal(object)
    """Which build runs, in words, or the error that kept the model from loading."""
    _run = Signal(object)
    _warm = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread = WorkerThread()
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

    def start(self, job: Job, listener: Listener) -> None:
        """Hand a job to the worker; returns at once."""
        self._job, self._listener = job, listener
        self._ensure_thread()
        self._run.emit(job)

    def warm_up(self, model: str) -> None:
        """Import torch and load ``model`` on the worker."""
        self._ensure_thread()
        self._warm.emit(model)

    def stop(self, timeout: float) -> bool:
        """Cancel what runs and wait at most ``timeout`` seconds; False if it still runs."""
        self._worker.stopping.set()
        if self._job is not None:
            self._job.cancelled.set()
        self._listener = None
        return not shiboken6.isValid(self._thread) or self._thread.end(timeout)

    @property
    def is_running(self) -> bool:
        """Whether the thread is there: from the first job until it was stopped."""
        return shiboken6.isValid(self._thread) and self._thread.isRunning()

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
        if listener is not None:
            listener.on_done(job, result)

    @Slot(object, object)
    def _on_failed(self, job: Job, error: BaseException) -> None:
        listener, self._job = self._listener, None
        if listener is not None:
            listener.on_failed(job, error)

    @Slot(object)
    def _on_warmed(self, outcome: object) -> None:
        if isinstance(outcome, str):
            self.build_info = outcome
        self.warmed.emit(outcome)
