from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from studio.core.errors import Cancelled, StudioError
from studio.core.geometry import Rect
from studio.core.progress import Progress, ProgressEvent
from studio.edit.request import EditRequest, EditResult, Task
from studio.edit.training import TrainRequest
from studio.session.jobs import InlineRunner, Job, JobQueue, JobState, Listener


def request(prompt: str = "cat") -> EditRequest:
    return EditRequest(task=Task.GENERATE, prompt=prompt, region=Rect(0, 0, 8, 8))


def result(of: EditRequest) -> EditResult:
    return EditResult(request=of, images=(np.zeros((8, 8, 3), np.uint8),), seeds=(1,))


@dataclass
class HeldRunner:
    """Starts jobs and lets the test say how they end, as a thread would later."""

    started: list[Job] = field(default_factory=list)

    def start(self, job: Job, listener: Listener) -> None:
        self.started.append(job)


def test_one_runs_the_rest_wait_in_order() -> None:
    runner = HeldRunner()
    queue = JobQueue(runner)
    jobs = [queue.add(Job(request(), str(i))) for i in range(3)]
    assert queue.jobs == tuple(jobs) and runner.started == jobs[:1]
    queue.move(jobs[2].id, 0)
    queue.on_done(jobs[0], result(jobs[0].request))
    assert runner.started == [jobs[0], jobs[2]]
    queue.on_failed(jobs[2], StudioError("no"))
    assert runner.started[-1] is jobs[1] and jobs[2].state is JobState.FAILED


def test_cancel_of_a_waiting_job_leaves_the_running_one() -> None:
    runner = HeldRunner()
    queue = JobQueue(runner)
    first, second = queue.add(Job(request(), "1")), queue.add(Job(request(), "2"))
    queue.cancel(second.id)
    assert second.state is JobState.CANCELLED and not first.cancelled.is_set()
    assert queue.jobs == (first,)


def test_clear_stops_everything_and_a_late_end_is_taken() -> None:
    queue = JobQueue(HeldRunner())
    first, second = queue.add(Job(request(), "1")), queue.add(Job(request(), "2"))
    queue.clear()
    assert first.cancelled.is_set() and second.state is JobState.CANCELLED
    queue.on_failed(first, Cancelled())
    assert queue.is_idle and first.state is JobState.CANCELLED


class Engine:
    def run(self, request: EditRequest, progress: Progress) -> EditResult:
        if request.prompt == "bad":
            raise StudioError("It broke.")
        for step in range(4):
            progress.report(step / 4, "Denoising")
        return result(request)


def test_inline_runner_goes_through_all_and_survives_errors() -> None:
    queue = JobQueue(InlineRunner(Engine()))
    done: list[str] = []
    failed: list[str] = []
    queue.finished.connect(lambda job, _: done.append(job.label))
    queue.failed.connect(lambda job, error: failed.append(str(error)))
    for label in ("good", "bad", "fine"):
        queue.add(Job(request(label), label))
    assert done == ["good", "fine"] and failed == ["It broke."] and queue.is_idle


def test_cancel_stops_an_inline_job_at_its_next_report() -> None:
    queue = JobQueue(InlineRunner(Engine()))
    seen: list[float] = []

    def stop(job: Job, event: ProgressEvent) -> None:
        seen.append(event.fraction)
        queue.cancel(job.id)

    queue.progressed.connect(stop)
    job = queue.add(Job(request(), "x"))
    assert job.state is JobState.CANCELLED and len(seen) == 1


def test_time_left_follows_the_pace() -> None:
    job = Job(request(), "x")
    assert job.time_left() is None
    job.started, job.fraction = 0.0, 0.5
    left = job.time_left()
    assert left is not None and left > 0


def test_a_training_stops_for_an_edit_and_goes_on_after_it() -> None:
    runner = HeldRunner()
    queue = JobQueue(runner)
    training = queue.add(Job(TrainRequest(name="luna", kind="dog", photos=(), folder=""), "luna"))
    failed: list[str] = []
    queue.failed.connect(lambda job, error: failed.append(job.label))
    assert not training.cancelled.is_set()
    later = queue.add(Job(TrainRequest(name="rex", kind="dog", photos=(), folder="x"), "rex"))
    edit = queue.add(Job(request(), "edit"))
    assert queue.jobs == (training, edit, later), "before a training that waits, too"
    assert training.cancelled.is_set() and training.gives_way, "it is asked to stop at once"
    queue.on_failed(training, Cancelled())
    assert runner.started == [training, edit] and queue.running is edit
    assert queue.jobs == (edit, training, later) and not failed
    assert not training.cancelled.is_set() and not training.gives_way
    queue.on_done(edit, result(edit.request))
    assert runner.started == [training, edit, training] and queue.jobs == (training, later)


def test_a_training_that_is_being_stopped_does_not_come_back() -> None:
    """An edit that is asked for before it has stopped goes next, and that is all."""
    runner = HeldRunner()
    queue = JobQueue(runner)
    training = TrainRequest(name="luna", kind="dog", photos=(), folder="")
    first = queue.add(Job(training, "luna"))
    failed: list[str] = []
    queue.failed.connect(lambda job, error: failed.append(job.label))
    queue.cancel(first.id)
    edit = queue.add(Job(request(), "edit"))
    queue.on_failed(first, Cancelled())
    assert queue.jobs == (edit,) and failed == ["luna"]


def test_any_other_job_stops_one_that_nobody_needs_yet() -> None:
    runner = HeldRunner()
    queue = JobQueue(runner)
    ahead = queue.add(Job(request(), "ahead", is_ahead=True))
    later = queue.add(Job(request(), "also ahead", is_ahead=True))
    assert not ahead.cancelled.is_set()
    asked = queue.add(Job(request(), "asked"))
    assert ahead.cancelled.is_set()
    queue.cancel(later.id)
    queue.on_failed(ahead, Cancelled())
    assert runner.started == [ahead, asked] and ahead.state is JobState.CANCELLED


def test_a_training_does_not_give_way_to_a_job_that_nobody_needs_yet() -> None:
    queue = JobQueue(HeldRunner())
    training = queue.add(Job(TrainRequest(name="luna", kind="dog", photos=(), folder=""), "luna"))
    queue.add(Job(request(), "ahead", is_ahead=True))
    assert not training.cancelled.is_set()
