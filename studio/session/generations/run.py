"""Runs one prompt through several models in the engine's queue, one picture at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import Enum

from studio.core.errors import Cancelled, StudioError
from studio.core.events import Event
from studio.core.progress import ProgressEvent
from studio.edit.judging import JudgeRequest, JudgeResult
from studio.edit.request import EditResult, Pixels
from studio.session.generations.figures import Figures, measure
from studio.session.generations.systems import System
from studio.session.jobs import Job, JobQueue, JobState, Result

ROWS = (1, 2, 3, 4)
"""The numbers of seeds that can be compared."""


class State(Enum):
    """The state of a picture or of a column."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"


@dataclass(eq=False)
class Cell:
    """The picture of one system for one seed; ``preview`` (h, w, 3) uint8 is its newest step."""

    seed: int
    state: State = State.WAITING
    fraction: float = 0.0
    text: str = ""
    preview: Pixels | None = None
    result: EditResult | None = None

    @property
    def picture(self) -> Pixels | None:
        """The picture (h, w, 3) uint8, or the preview while there is none."""
        return self.result.images[0] if self.result is not None else self.preview


@dataclass(eq=False)
class Column:
    """One system with a cell for each seed.

    ``error`` is why it made no picture, ``unjudged`` why its quality is not known.
    """

    system: System
    cells: tuple[Cell, ...]
    error: StudioError | None = None
    unjudged: StudioError | None = None
    judged: JudgeResult | None = field(default=None, repr=False)
    is_judging: bool = False

    @property
    def results(self) -> tuple[EditResult, ...]:
        """The results of the pictures that are there."""
        return tuple(cell.result for cell in self.cells if cell.result is not None)

    @property
    def state(self) -> State:
        """The state of the whole column."""
        if self.error is not None:
            return State.FAILED
        states = [cell.state for cell in self.cells]
        if State.RUNNING in states or self.is_judging:
            return State.RUNNING
        if State.WAITING in states:
            return State.WAITING
        return State.STOPPED if State.STOPPED in states else State.DONE

    @property
    def figures(self) -> Figures:
        """The measurements of the pictures that are there."""
        spec = self.system.spec
        return measure(self.results, spec.parameters if spec is not None else 0, self.judged)


class Comparison:
    """One prompt through several systems, one job at a time; methods belong to the queue's thread.

    Its jobs are patient: an edit of the artist stops the running one, which begins anew afterwards.
    A system that fails keeps its sentence, and the next one has its turn. Stopping one of its jobs
    in the queue stops all of it.
    """

    def __init__(self, queue: JobQueue) -> None:
        self._queue = queue
        self.prompt = ""
        self.columns: tuple[Column, ...] = ()
        self._job: Job | None = None
        self._column: Column | None = None
        self._cell: Cell | None = None
        self.is_running = False
        self.changed: Event[[Column]] = Event()
        """A column has another picture, state or measurement."""
        self.ended: Event[[]] = Event()
        """Nothing more is done."""
        queue.progressed.connect(self._on_progressed)
        queue.finished.connect(self._on_finished)
        queue.failed.connect(self._on_failed)
        queue.changed.connect(self._on_queue)

    def close(self) -> None:
        """Stop, and listen to the queue no more."""
        self.stop()
        self._queue.progressed.disconnect(self._on_progressed)
        self._queue.finished.disconnect(self._on_finished)
        self._queue.failed.disconnect(self._on_failed)
        self._queue.changed.disconnect(self._on_queue)

    def start(self, prompt: str, systems: Sequence[System], rows: int, seed: int) -> None:
        """Compare systems with the seeds from ``seed`` on; StudioError if nothing can be compared.

        A running comparison is stopped first.
        """
        if not systems:
            raise StudioError("No system is chosen.", "Choose at least one of the list.")
        if seed < 0:
            raise StudioError(
                "A comparison cannot begin at the seed {seed}.",
                "Give one from 0 on, so that all systems get the same.",
                seed=seed,
            )
        # The first that can run shows whether prompt and seeds are valid, else why none can.
        checked = next((one for one in systems if one.can_run), systems[0])
        for number in (seed, seed + rows - 1):
            checked.request(prompt, number)
        self.stop()
        self.prompt = prompt
        self.columns = tuple(
            Column(
                one,
                tuple(
                    Cell(seed + row, State.WAITING if one.can_run else State.FAILED)
                    for row in range(rows)
                ),
                one.error,
            )
            for one in systems
        )
        self.is_running = True
        for column in self.columns:
            self.changed.emit(column)
        self._next()

    def stop(self) -> None:
        """Stop everything at once; the pictures that are there stay."""
        if not self.is_running:
            return
        self.is_running = False
        job, self._job = self._job, None
        self._column = self._cell = None
        for column in self.columns:
            self._end(column)
        if job is not None:
            self._queue.cancel(job.id)
        self.ended.emit()

    def stop_column(self, column: Column) -> None:
        """Stop one column; the others go on."""
        self._end(column)
        if self._column is column and self._job is not None:
            job, self._job = self._job, None
            self._column = self._cell = None
            self._queue.cancel(job.id)
            self._next()

    def again(self, column: Column) -> None:
        """Make the missing pictures of a column that was stopped or failed."""
        if not column.system.can_run:
            return
        column.error = column.unjudged = None
        for cell in column.cells:
            if cell.result is None:
                cell.state, cell.fraction, cell.preview = State.WAITING, 0.0, None
        self.changed.emit(column)
        self.is_running = True
        if self._job is None:
            self._next()

    def _end(self, column: Column) -> None:
        for cell in column.cells:
            if cell.state in (State.WAITING, State.RUNNING):
                cell.state, cell.preview = State.STOPPED, None
        column.is_judging = False
        self.changed.emit(column)

    # One job after the other

    def _next(self) -> None:
        """Queue the next picture, or the judge of a column whose pictures are there."""
        if not self.is_running or self._job is not None:
            return
        for column in self.columns:
            if column.error is not None:
                continue
            for cell in column.cells:
                if cell.state is State.WAITING:
                    self._make(column, cell)
                    return
            if column.results and column.judged is None and column.unjudged is None:
                self._judge(column)
                return
        self.is_running = False
        self.ended.emit()

    def _make(self, column: Column, cell: Cell) -> None:
        try:
            request = column.system.request(self.prompt, cell.seed)
        except StudioError as error:
            self._fail(column, error)
            self._next()
            return
        self._column, self._cell = column, cell
        cell.state = State.RUNNING
        self._add(Job(request, column.system.name, owner=self, is_patient=True))
        self.changed.emit(column)

    def _judge(self, column: Column) -> None:
        pictures = tuple(image for one in column.results for image in one.images)
        self._column, self._cell = column, None
        column.is_judging = True
        request = JudgeRequest(prompt=self.prompt, pictures=pictures)
        self._add(Job(request, column.system.name, owner=self, is_patient=True))
        self.changed.emit(column)

    def _add(self, job: Job) -> None:
        # A runner in this thread ends the job before ``add`` returns.
        self._job = job
        self._queue.add(job)

    def _on_progressed(self, job: Job, event: ProgressEvent) -> None:
        cell, column = self._cell, self._column
        if job is not self._job or cell is None or column is None:
            return
        cell.fraction, cell.text = event.fraction, event.text or cell.text
        if event.preview is not None and len(event.preview):
            cell.preview = event.preview[0]
        self.changed.emit(column)

    def _on_finished(self, job: Job, result: Result) -> None:
        column, cell = self._column, self._cell
        if job is not self._job or column is None:
            return
        self._job = self._column = self._cell = None
        if isinstance(result, EditResult) and cell is not None:
            cell.result, cell.state, cell.fraction, cell.preview = result, State.DONE, 1.0, None
            column.judged = column.unjudged = None
        elif isinstance(result, JudgeResult):
            column.judged, column.is_judging = result, False
            column.unjudged = None if result.quality else unknown_thing()
        self.changed.emit(column)
        self._next()

    def _on_failed(self, job: Job, error: BaseException) -> None:
        column, cell = self._column, self._cell
        if job is not self._job or column is None:
            return
        self._job = self._column = self._cell = None
        if isinstance(error, Cancelled):
            self.stop()
            return
        said = error if isinstance(error, StudioError) else unexpected(error)
        if cell is None:
            column.unjudged, column.is_judging = said, False
            self.changed.emit(column)
        else:
            self._fail(column, said)
        self._next()

    def _fail(self, column: Column, error: StudioError) -> None:
        column.error = error
        for cell in column.cells:
            if cell.state in (State.WAITING, State.RUNNING):
                cell.state, cell.preview = State.FAILED, None
        self.changed.emit(column)

    def _on_queue(self) -> None:
        """Stop if the artist emptied the queue while the job waited."""
        job = self._job
        if job is not None and job.state is JobState.CANCELLED and job is not self._queue.running:
            self._job = None
            self.stop()
            return
        cell, column = self._cell, self._column
        is_put_back = job is not None and job.state is JobState.WAITING
        if is_put_back and cell is not None and column is not None and cell.fraction > 0:
            # It gave way to an edit and begins anew.
            cell.fraction, cell.text, cell.preview = 0.0, "", None
            self.changed.emit(column)


def unexpected(error: BaseException) -> StudioError:
    """Return the sentence for a bug in one system, so that the others can have their turn."""
    reason = f"{type(error).__name__}: {error}".splitlines()[0]
    return StudioError(
        "An unexpected error ended the work of this system ({reason}).",
        "The log has the details.",
        reason=reason,
    )


def unknown_thing() -> StudioError:
    """Return the sentence for a prompt that names nothing the judge knows."""
    return StudioError(
        "The judge knows nothing that this prompt names, so the quality is not measured.",
        "Name a thing that the starter knows, such as a red car.",
    )


def single(cell: Cell) -> EditResult | None:
    """Return the result of a cell with its own seed, to be kept as a layer or in the tray."""
    result = cell.result
    if result is None:
        return None
    sampling = replace(result.request.sampling, seed=cell.seed, variations=1)
    return replace(result, request=result.request.replace(sampling=sampling))
