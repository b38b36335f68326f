"""Several open documents: one queue, and each result lands where it was asked for."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path

import numpy as np
import pytest
from painter import Painter, painted_session

from studio.core.errors import Cancelled, StudioError
from studio.document.layer import RasterLayer
from studio.document.raster import Raster
from studio.edit.request import Sampling, Task
from studio.edit.settings import EditSettings
from studio.edit.training import TrainRequest, TrainResult
from studio.session.jobs import Job, JobState, Listener
from studio.session.journal import recoverable
from studio.session.session import Session


class Slow(Painter):
    """Answers the job that runs when it is told to."""

    def start(self, job: Job, listener: Listener) -> None:
        self.jobs.append(job)
        self.listener = listener

    def answer(self) -> None:
        super().start(self.jobs[-1], self.listener)

    def stop(self) -> None:
        """End the job that was asked to stop."""
        assert self.jobs[-1].cancelled.is_set()
        self.listener.on_failed(self.jobs[-1], Cancelled())


def beside(session: Session, prompt: str = "a dog") -> Session:
    """Open a second document of another size."""
    other = session.another()
    other.new(80, 60)
    photo = RasterLayer(raster=Raster.from_array(np.full((60, 80, 4), 255, np.uint8)))
    other.edit("Add", lambda old: old.insert(photo))
    mask = Raster.from_array(np.full((20, 20), 255, np.uint8), 10, 10)
    other.edit("Mask", lambda old: old.replace(mask=mask))
    other.edit_settings = EditSettings(prompt=prompt, sampling=Sampling(seed=3, variations=2))
    return other


@pytest.fixture
def slow() -> Slow:
    return Slow()


@pytest.fixture
def first(slow: Slow) -> Session:
    return painted_session(slow, None)


def training(folder: Path) -> Job:
    return Job(TrainRequest(name="luna", kind="dog", photos=(), folder=str(folder)), "luna")


def test_results_land_in_the_document_that_asked(first: Session, slow: Slow) -> None:
    second = beside(first)
    assert second.queue is first.queue and second.subjects is first.subjects
    first.submit(Task.FILL)
    second.submit(Task.FILL)
    assert [job.owner for job in first.queue.jobs] == [first, second]
    assert first.running is not None and second.running is None
    slow.answer()
    assert (len(first.tray.items), len(second.tray.items)) == (4, 0)
    slow.answer()
    assert (len(first.tray.items), len(second.tray.items)) == (4, 2)
    assert {item.prompt for item in second.tray.items} == {"a dog"}


def test_an_error_is_told_by_the_document_that_asked(first: Session, slow: Slow) -> None:
    second, told = beside(first), []
    first.failed.connect(lambda error: told.append(("first", str(error))))
    second.failed.connect(lambda error: told.append(("second", str(error))))
    second.submit(Task.FILL)
    slow.listener.on_failed(slow.jobs[-1], StudioError("No."))
    assert told == [("second", "No.")]


def test_closing_a_document_stops_its_own_jobs_alone(
    first: Session, slow: Slow, tmp_path: Path
) -> None:
    second = beside(first)
    queue, teaching = first.queue, training(tmp_path)
    first.submit(Task.FILL)
    waiting, kept = first.submit(Task.FILL), second.submit(Task.FILL)
    queue.add(teaching)
    first.close()
    assert slow.jobs[-1].cancelled.is_set() and waiting.state is JobState.CANCELLED
    slow.stop()
    assert queue.jobs == (kept, teaching) and not kept.cancelled.is_set()
    slow.answer()
    assert len(second.tray.items) == 2 and queue.running is teaching


def test_another_document_in_the_same_place_stops_its_own_jobs_alone(
    first: Session, slow: Slow
) -> None:
    second = beside(first)
    first.submit(Task.FILL)
    kept = second.submit(Task.FILL)
    first.new(30, 30)
    # It was done before it heard that it was to stop.
    slow.answer()
    assert first.tray.items == () and first.queue.running is kept


def test_what_is_learned_is_told_once_and_outlives_every_document(
    first: Session, slow: Slow, tmp_path: Path
) -> None:
    second, told = beside(first), []
    shared = first.shared
    shared.taught.connect(told.append)
    job = first.queue.add(training(tmp_path))
    first.close()
    second.close()
    assert not job.cancelled.is_set()
    assert isinstance(job.request, TrainRequest)
    slow.listener.on_done(job, TrainResult(job.request, 6, 6, False, (), (), 1.0))
    assert len(told) == 1


def test_a_closed_document_is_freed(first: Session, slow: Slow) -> None:
    second = beside(first)
    second.submit(Task.FILL)
    history, session = weakref.ref(second.history), weakref.ref(second)
    second.close()
    slow.stop()
    slow.jobs.clear()
    del second
    gc.collect()
    assert session() is None and history() is None


def test_each_document_has_a_journal(slow: Slow, tmp_path: Path) -> None:
    first = painted_session(slow, tmp_path)
    second = beside(first)
    folders = [one for one in tmp_path.iterdir() if one.is_dir()]
    assert len(folders) == 2
    second.close()
    assert [one for one in tmp_path.iterdir() if one.is_dir()] == [first._journal.folder]
    for folder in tmp_path.iterdir():
        (folder / "owner").write_text('{"pid": 999999999, "started": 0}')
    assert [one.document.width for one in recoverable(tmp_path)] == [300]
    first.close()
