"""Runs a recipe on one photo after the other, in the queue of the window."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from studio.core.errors import Cancelled, StudioError
from studio.core.progress import Progress
from studio.document.io import formats
from studio.session.batch import Step, finish_step, queue_step
from studio.session.jobs import Job, JobQueue, Result
from studio.session.session import Session
from studio.ui.threads.background import Background, Task
from studio.ui.widgets.listening import listen

OPENING, RUNNING, SAVING = range(3)
"""What is done to a photo."""
SHARES = (0.05, 0.85, 0.1)
"""The share of each in the progress of a photo."""


class BatchWork(QObject):
    """Each photo is opened in a session that is not shown; files are read on the thread pool.

    A photo that fails is reported and the next one begins. Stopping one of its jobs stops all.
    """

    begun = Signal(int)
    done = Signal(int, float)
    """A result was written, after so many seconds."""
    failed = Signal(int, object)
    ended = Signal(bool)
    """Nothing more is done; whether all photos had their turn."""

    def __init__(
        self,
        make_session: Callable[[], Session],
        queue: JobQueue,
        background: Background,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._make, self._background = make_session, background
        self._steps: tuple[Step, ...] = ()
        self._pairs: Sequence[tuple[int, Path, Path]] = ()
        self._place = self._step = 0
        self._phase = OPENING
        self._session: Session | None = None
        self._errors: list[BaseException] = []
        self._task: Task | None = None
        self._begun_at = self._started_at = 0.0
        self.is_running = False
        listen(self, queue.finished, self._on_job_done)
        listen(self, queue.failed, self._on_job_failed)

    def start(self, steps: tuple[Step, ...], pairs: Sequence[tuple[int, Path, Path]]) -> None:
        """Run the steps on photos, each with the number of its line and its result's path."""
        self._steps, self._pairs = steps, pairs
        self._place, self.is_running = -1, True
        self._started_at = time.monotonic()
        self._next_photo()

    def cancel(self) -> None:
        """Stop within one step of the running job; what is written stays."""
        if not self.is_running:
            return
        self.is_running = False
        if self._task is not None:
            self._task.drop()
            self._task = None
        self._close()
        self.ended.emit(False)

    @property
    def fraction(self) -> float:
        """The share of the work that is done."""
        if not self._pairs or self._place < 0:
            return 0.0
        inner = sum(SHARES[: self._phase])
        if self._phase == RUNNING and self._session is not None:
            jobs = self._session.queue.of(self._session)
            part = self._step + (jobs[0].fraction if jobs else 0.0)
            inner += SHARES[RUNNING] * part / max(len(self._steps), 1)
        return min((self._place + inner) / len(self._pairs), 1.0)

    def time_left(self) -> float | None:
        """Return the seconds left at the pace so far; None while it is unknown."""
        done = self.fraction
        if not self.is_running or done < 0.03:
            return None
        return (time.monotonic() - self._started_at) * (1 - done) / done

    # One photo

    def _next_photo(self) -> None:
        self._close()
        self._place += 1
        if self._place >= len(self._pairs):
            self.is_running = False
            self.ended.emit(True)
            return
        number, photo, _ = self._pairs[self._place]
        self._phase, self._step, self._begun_at = OPENING, 0, time.monotonic()
        self.begun.emit(number)
        self._later(partial(_opened, photo), self._on_opened)

    def _later(self, work: Callable[[Progress], Any], done: Callable[[Any], None]) -> None:
        self._task = self._background.run(work, done, self._fail, owner=self)

    def _on_opened(self, opened: formats.Opened) -> None:
        self._task = None
        session = self._session = self._make()
        self._errors = []
        session.failed.connect(self._errors.append)
        session.adopt(opened, self._pairs[self._place][1])
        self._phase = RUNNING
        self._next_step()

    def _next_step(self) -> None:
        session = self._session
        if session is None:
            return
        if self._step >= len(self._steps):
            self._save(session)
            return
        try:
            queue_step(session, self._steps[self._step])
        except StudioError as error:
            self._fail(error)
            return
        if not session.queue.of(session):
            self._soon()

    def _soon(self) -> None:
        """Go on once the session has landed the result."""
        QTimer.singleShot(0, self, partial(self._after_step, self._session))

    def _after_step(self, session: Session | None) -> None:
        if session is None or session is not self._session:
            return
        if not self._errors:
            finish_step(session)
        if self._errors:
            self._fail(self._errors[0])
            return
        self._step += 1
        self._next_step()

    def _save(self, session: Session) -> None:
        self._phase = SAVING
        number, _, target = self._pairs[self._place]
        document = session.document

        def write(progress: Progress) -> None:
            target.parent.mkdir(parents=True, exist_ok=True)
            formats.save_document(document, target, formats.SaveOptions(), progress)

        def written(_: object) -> None:
            self._task = None
            self.done.emit(number, time.monotonic() - self._begun_at)
            self._next_photo()

        self._later(write, written)

    def _on_job_done(self, job: Job, result: Result) -> None:
        if self._session is not None and job.owner is self._session:
            self._soon()

    def _on_job_failed(self, job: Job, error: BaseException) -> None:
        if self._session is None or job.owner is not self._session:
            return
        if isinstance(error, Cancelled):
            self.cancel()
        else:
            self._fail(error)

    def _fail(self, error: BaseException) -> None:
        self._task = None
        if isinstance(error, Cancelled):
            self.cancel()
            return
        self.failed.emit(self._pairs[self._place][0], error)
        self._next_photo()

    def _close(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            session.close()


def _opened(photo: Path, progress: Progress) -> formats.Opened:
    return formats.open_document(photo, progress)
