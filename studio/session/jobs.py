"""Jobs for the engine: one runs, the rest wait in an order that the artist can change."""

from __future__ import annotations

import itertools
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from types import FrameType
from typing import Protocol

from studio.catalog.photo_tools import PHOTO_KINDS
from studio.core.errors import Cancelled, StudioError
from studio.core.events import Event
from studio.core.progress import Progress, ProgressEvent
from studio.edit.annotate import AnnotateRequest, AnnotateResult
from studio.edit.exchange import ExchangeResult, ExportRequest, ImportRequest
from studio.edit.judging import JudgeRequest, JudgeResult
from studio.edit.photo_tools import PhotoRequest, PhotoResult
from studio.edit.request import EditRequest, EditResult
from studio.edit.training import TrainRequest, TrainResult, TrainStatus

Request = (
    EditRequest
    | AnnotateRequest
    | PhotoRequest
    | TrainRequest
    | ExportRequest
    | ImportRequest
    | JudgeRequest
)
Result = EditResult | AnnotateResult | PhotoResult | TrainResult | ExchangeResult | JudgeResult


class JobState(Enum):
    """The state of a job."""

    WAITING = "waiting"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


_numbers = itertools.count(1)


@dataclass(eq=False)
class Job:
    """One queued or running request; ``target`` is the layer that the result replaces, if any.

    ``origin`` and ``scale`` are those of the document at the time of the request, ``owner`` the
    session that gets the result: None for work without a document. ``left`` is the remaining time
    in seconds if the work itself reports it. ``gives_way`` is set while a training stops to let
    other work go first, ``is_held`` while the artist has paused it. A job ``is_ahead`` if nobody
    needs its result yet: any other job stops it, and its errors are not shown. One that
    ``is_patient`` lets every edit go first and begins anew afterwards. One that ``can_finish`` ends
    early with the state that it has if ``wanted`` is set; its work reports that.
    """

    request: Request
    label: str
    target: str | None = None
    origin: tuple[int, int] = (0, 0)
    owner: object = None
    scale: tuple[float, float] = (1.0, 1.0)
    id: int = field(default_factory=lambda: next(_numbers))
    state: JobState = JobState.WAITING
    cancelled: threading.Event = field(default_factory=threading.Event)
    wanted: threading.Event = field(default_factory=threading.Event)
    can_finish: bool = False
    fraction: float = 0.0
    text: str = ""
    started: float | None = None
    left: float | None = None
    gives_way: bool = False
    is_held: bool = False
    is_ahead: bool = False
    is_patient: bool = False

    @property
    def about(self) -> tuple[str, object]:
        """Purpose and owner: the success of a job with the same pair settles this job's error."""
        request = self.request
        if isinstance(request, EditRequest):
            return f"edit {request.task.value}", self.owner
        if isinstance(request, AnnotateRequest):
            return f"annotate {request.annotator}", self.owner
        if isinstance(request, PhotoRequest):
            return f"photo {request.kind}", self.owner
        return f"{type(request).__name__} {self.label}", self.owner

    @property
    def is_quiet(self) -> bool:
        """Whether it runs without having been asked for."""
        request = self.request
        return isinstance(request, PhotoRequest) and PHOTO_KINDS[request.kind].quiet

    @property
    def can_pause(self) -> bool:
        """Whether it resumes where it stopped: a training keeps checkpoints."""
        return isinstance(self.request, TrainRequest)

    @property
    def rank(self) -> int:
        """The order in which jobs have their turn: edits, patient work, trainings."""
        return 2 if self.can_pause else int(self.is_patient)

    def time_left(self) -> float | None:
        """Return the remaining seconds, estimated from the pace so far; None while unknown."""
        if self.left is not None or self.can_pause:
            return self.left
        if self.started is None or self.fraction < 0.02:
            return None
        elapsed = time.monotonic() - self.started
        return elapsed * (1.0 - self.fraction) / self.fraction


class Listener(Protocol):
    """Callbacks of a runner, each called in the thread that owns the queue."""

    def on_progress(self, job: Job, event: ProgressEvent) -> None:
        """Handle one report."""

    def on_done(self, job: Job, result: Result) -> None:
        """Handle the end of a job."""

    def on_failed(self, job: Job, error: BaseException) -> None:
        """Handle an error; ``Cancelled`` means that the artist stopped the job."""


class Runner(Protocol):
    """Runs one job at a time, on a thread of its own or in the caller's."""

    def start(self, job: Job, listener: Listener) -> None:
        """Begin the job; returns at once if the runner has a thread."""


class RequestEngine(Protocol):
    """The part of the engine that a runner needs."""

    def run(self, request: Request, progress: Progress) -> Result:
        """Run one request."""


class InlineRunner:
    """Runs a job in the caller's thread, for the command line."""

    def __init__(self, engine: RequestEngine) -> None:
        self._engine = engine

    def start(self, job: Job, listener: Listener) -> None:
        """Run the job to its end; a bug in the engine is raised after the listener was called."""
        progress = Progress(
            lambda event: listener.on_progress(job, event), job.cancelled, job.wanted
        )
        try:
            with _interrupt_stops(job):
                result = self._engine.run(job.request, progress)
        except (StudioError, Cancelled, KeyboardInterrupt) as error:
            stopped = Cancelled() if isinstance(error, KeyboardInterrupt) else error
            listener.on_failed(job, stopped)
            return
        listener.on_done(job, result)


@contextmanager
def _interrupt_stops(job: Job) -> Iterator[None]:
    """Let the first Ctrl+C cancel the work like the Stop button, and the second one end it at once.

    For a job that can end early, one more comes before: it ends with the state that it has. Only
    the main thread receives signals; on others nothing changes.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def handle(number: int, frame: FrameType | None) -> None:
        if job.can_finish and not job.wanted.is_set():
            job.wanted.set()
            return
        job.cancelled.set()
        signal.signal(signal.SIGINT, signal.default_int_handler)

    before = signal.signal(signal.SIGINT, handle)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


class JobQueue:
    """The jobs of all open documents; methods may be called in the sessions' thread only."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        self._waiting: list[Job] = []
        self.running: Job | None = None
        self.changed: Event[[]] = Event()
        self.progressed: Event[[Job, ProgressEvent]] = Event()
        self.finished: Event[[Job, Result]] = Event()
        self.failed: Event[[Job, BaseException]] = Event()

    @property
    def jobs(self) -> tuple[Job, ...]:
        """The running job, then those that wait."""
        return (*((self.running,) if self.running else ()), *self._waiting)

    def of(self, owner: object) -> tuple[Job, ...]:
        """Return the jobs of one session, except those that nobody asked for."""
        return tuple(job for job in self.jobs if job.owner is owner and not job.is_quiet)

    @property
    def is_idle(self) -> bool:
        """Whether nothing runs or waits."""
        return self.running is None and not self._waiting

    def add(self, job: Job) -> Job:
        """Queue a job; it starts at once if nothing runs.

        Jobs of a lower ``rank`` go first: a running job of a higher one stops within a step and has
        its turn later, for which a training resumes. A running job that nobody needs yet is
        stopped.
        """
        index = len(self._waiting)
        if not job.is_ahead:
            while index > 0 and self._waiting[index - 1].rank > job.rank:
                index -= 1
        self._waiting.insert(index, job)
        running = self.running
        if running is not None and running.is_ahead and not job.is_ahead:
            self.cancel_running()
        elif running is not None and running.rank > job.rank and not job.is_ahead:
            # A job that is being cancelled stays cancelled.
            running.gives_way = running.gives_way or not running.cancelled.is_set()
            running.cancelled.set()
        self.changed.emit()
        self._next()
        return job

    def pause(self, job_id: int) -> None:
        """Stop a training within a step and keep it in the queue until ``resume``."""
        if self.running is not None and self.running.id == job_id and self.running.can_pause:
            self.running.gives_way = True
            self.running.is_held = True
            self.running.cancelled.set()
            return
        for job in self._waiting:
            if job.id == job_id and job.can_pause:
                job.is_held, job.state = True, JobState.PAUSED
                self.changed.emit()

    def resume(self, job_id: int) -> None:
        """Let a paused training resume when its turn comes."""
        for job in self._waiting:
            if job.id == job_id and job.is_held:
                job.is_held, job.state = False, JobState.WAITING
                self.changed.emit()
        self._next()

    def move(self, job_id: int, index: int) -> None:
        """Move a waiting job to an index in the queue."""
        for job in self._waiting:
            if job.id == job_id:
                self._waiting.remove(job)
                self._waiting.insert(max(0, index), job)
                self.changed.emit()
                return

    def cancel(self, job_id: int) -> None:
        """Stop a job: a waiting one is removed at once, the running one within a step."""
        if self.running is not None and self.running.id == job_id:
            self.cancel_running()
            return
        for job in self._waiting:
            if job.id == job_id:
                self._waiting.remove(job)
                job.state = JobState.CANCELLED
                self.changed.emit()
                return

    def cancel_running(self) -> None:
        """Stop the running job within a step."""
        if self.running is not None:
            self.running.gives_way = self.running.is_held = False
            self.running.cancelled.set()

    def finish_running(self) -> None:
        """Let the running job end early with the state that it has, if it can."""
        if self.running is not None and self.running.can_finish:
            self.running.wanted.set()
            self.changed.emit()

    def clear(self, *, trainings: bool = True) -> None:
        """Stop the running and the waiting jobs, except trainings if ``trainings`` is false."""
        for job in [one for one in self._waiting if trainings or not one.can_pause]:
            job.state = JobState.CANCELLED
            self._waiting.remove(job)
        if self.running is not None and (trainings or not self.running.can_pause):
            self.cancel_running()
        self.changed.emit()

    def disown(self, owner: object) -> None:
        """Stop the jobs of a session whose document is closed; late results are discarded."""
        for job in [one for one in self._waiting if one.owner is owner]:
            job.state = JobState.CANCELLED
            self._waiting.remove(job)
        if self.running is not None and self.running.owner is owner:
            self.running.owner = None
            self.cancel_running()
        self.changed.emit()

    def on_progress(self, job: Job, event: ProgressEvent) -> None:
        """Handle a progress report of the runner."""
        job.fraction, job.text = event.fraction, event.text or job.text
        if event.can_finish and not job.can_finish:
            job.can_finish = True
            self.changed.emit()
        if isinstance(event.details, TrainStatus):
            job.left = event.details.seconds_left
        self.progressed.emit(job, event)

    def on_done(self, job: Job, result: Result) -> None:
        """Handle a result of the runner and start the next job."""
        job.state = JobState.DONE
        job.fraction = 1.0
        self.running = None
        try:
            self.finished.emit(job, result)
        finally:
            self._next()

    def on_failed(self, job: Job, error: BaseException) -> None:
        """Handle an error of the runner and start the next job regardless."""
        if isinstance(error, Cancelled) and job.gives_way:
            self._put_back(job)
            return
        job.state = JobState.CANCELLED if isinstance(error, Cancelled) else JobState.FAILED
        self.running = None
        try:
            self.failed.emit(job, error)
        finally:
            self._next()

    def _put_back(self, job: Job) -> None:
        """Queue a job behind the work for which it gave way."""
        job.gives_way = False
        job.cancelled, job.wanted = threading.Event(), threading.Event()
        job.can_finish = False
        job.state = JobState.PAUSED if job.is_held else JobState.WAITING
        later = (i for i, one in enumerate(self._waiting) if one.rank >= job.rank)
        index = next(later, None)
        self._waiting.insert(len(self._waiting) if index is None else index, job)
        self.running = None
        self._next()

    def _next(self) -> None:
        job = next((one for one in self._waiting if not one.is_held), None)
        if self.running is None and job is not None:
            self._waiting.remove(job)
            job.state = JobState.RUNNING
            job.started = time.monotonic()
            self.running = job
            self.changed.emit()
            self._runner.start(job, self)
        else:
            self.changed.emit()
