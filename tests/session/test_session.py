from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from studio.core.errors import StudioError
from studio.core.geometry import Rect
from studio.core.notices import Notice
from studio.core.settings import Settings
from studio.document.document import Document
from studio.document.layer import ControlLayer, GenerativeLayer, RasterLayer
from studio.document.raster import Raster
from studio.document.render.compositor import composite
from studio.edit.annotate import AnnotateRequest, AnnotateResult
from studio.edit.prepare import recipe_of
from studio.edit.request import EditResult, Sampling, Task
from studio.edit.settings import EditSettings, settings_of
from studio.edit.steering import Reference
from studio.session.jobs import Job, Listener
from studio.session.session import Session


class Painter:
    """Answers each job at once with pictures that follow from the seed."""

    def __init__(self) -> None:
        self.jobs: list[Job] = []
        self.error: BaseException | None = None

    def start(self, job: Job, listener: Listener) -> None:
        self.jobs.append(job)
        if self.error is not None:
            listener.on_failed(job, self.error)
            return
        request = job.request
        first = max(request.sampling.seed, 0)
        seeds = tuple(first + i for i in range(request.sampling.variations))
        shape = (request.region.height, request.region.width, 3)
        images = tuple(
            np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8) for seed in seeds
        )
        listener.on_done(job, EditResult(request=request, images=images, seeds=seeds))


@pytest.fixture
def painter() -> Painter:
    return Painter()


@pytest.fixture
def session(painter: Painter, tmp_path: Path) -> Iterator[Session]:
    session = Session(painter, Settings(tmp_path / "settings.json"), tmp_path / "journal")
    session.new(300, 200)
    pixels = np.full((200, 300, 4), (10, 200, 30, 255), np.uint8)
    photo = RasterLayer(name="Photo", raster=Raster.from_array(pixels))
    session.edit("Add", lambda old: old.insert(photo))
    mask = Raster.from_array(np.full((60, 60), 255, np.uint8), 100, 80)
    session.edit("Mask", lambda old: old.replace(mask=mask))
    sampling = Sampling(seed=3, variations=4)
    session.edit_settings = EditSettings(prompt="a cat", sampling=sampling)
    yield session
    session.close()


def pixels(document: Document) -> np.ndarray:
    return composite(document, document.rect)


def test_four_variations_preview_apply_undo_redo(session: Session) -> None:
    before, entries = session.document, len(session.history.entries)
    session.submit(Task.FILL)
    assert len(session.tray.items) == 4 and session.document.layers is before.layers
    assert (pixels(session.shown) != pixels(before)).any()
    second = session.tray.items[1]
    session.tray.select(second.id)
    previewed = pixels(session.shown)
    session.apply(second.id)
    assert (pixels(session.document) == previewed).all()
    assert len(session.history.entries) == entries + 1 and len(session.tray.items) == 4
    layer = session.document.active_layer()
    assert isinstance(layer, GenerativeLayer)
    sampling = layer.recipe["sampling"]
    assert isinstance(sampling, dict) and sampling["seed"] == 4
    session.undo()
    assert session.document.layers is before.layers
    session.redo()
    assert (pixels(session.document) == previewed).all()


def test_hold_shows_the_picture_before(session: Session) -> None:
    session.submit(Task.FILL)
    session.hold_before(True)
    assert session.shown is session.document
    session.hold_before(False)
    assert session.shown is not session.document


def test_discard_goes_to_the_neighbour_and_then_to_nothing(session: Session) -> None:
    session.submit(Task.FILL)
    items = session.tray.items
    session.tray.discard(items[0].id)
    assert session.tray.selected is items[1]
    for item in items[1:]:
        session.tray.discard(item.id)
    assert session.tray.selected is None and session.shown is session.document


def test_a_result_lands_on_the_document_as_it_is_now(session: Session) -> None:
    session.submit(Task.FILL)
    item = session.tray.items[0]
    other = RasterLayer(name="later")
    session.edit("Add", lambda old: old.insert(other))
    session.apply(item.id)
    names = [layer.name for layer in session.document.layers]
    assert names == ["Photo", "later", "a cat"]


def test_more_like_this_goes_on_with_the_next_seeds(session: Session) -> None:
    session.submit(Task.FILL)
    item = session.tray.items[0]
    session.more_like(item)
    seeds = [one.seed for one in session.tray.items]
    assert seeds == [4, 5, 6, 7, 3, 4, 5, 6]
    assert (session.tray.items[0].image == session.tray.items[5].image).all()


def test_rerun_of_a_layer_with_its_seed_makes_the_same_bytes_and_replaces_it(
    session: Session,
) -> None:
    session.submit(Task.FILL)
    session.apply(session.tray.items[2].id)
    made = session.document.active_layer()
    assert isinstance(made, GenerativeLayer)
    before = pixels(session.document)
    session.rerun(made.id, settings_of(recipe_of(made), "", made.x, made.y))
    session.apply(session.tray.items[0].id)
    again = session.document.active_layer()
    assert isinstance(again, GenerativeLayer) and again.id == made.id
    assert (pixels(session.document) == before).all()
    changed = EditSettings(prompt="a dog", sampling=Sampling(seed=99))
    session.rerun(made.id, changed)
    session.apply(session.tray.items[0].id)
    last = session.document.active_layer()
    assert isinstance(last, GenerativeLayer) and last.recipe["prompt"] == "a dog"
    assert len(session.document.layers) == 2
    with pytest.raises(StudioError, match="Only a generative layer"):
        session.rerun(session.document.layers[0].id)


def test_rerun_takes_the_references_of_the_settings_that_it_is_given(
    session: Session, painter: Painter
) -> None:
    kept, other = (Reference(np.full((8, 8, 3), n, np.uint8), str(n)) for n in (1, 2))
    session.edit_settings = replace(session.edit_settings, references=(kept,))
    session.submit(Task.FILL)
    session.apply(session.tray.items[0].id)
    made = session.document.active_layer()
    assert isinstance(made, GenerativeLayer)
    session.edit_settings = replace(session.edit_settings, references=())
    session.rerun(made.id)
    assert [int(use.image[0, 0, 0]) for use in painter.jobs[-1].request.references] == [1]
    half = Raster.from_array(np.full((200, 130), 255, np.uint8))
    there = replace(other, where=half, weight=0.5)
    session.rerun(made.id, replace(session.edit_settings, references=(there,)))
    request = painter.jobs[-1].request
    (use,) = request.references
    assert int(use.image[0, 0, 0]) == 2 and use.weight == 0.5 and use.mask is not None
    x = 130 - request.region.x
    assert use.mask[:, :x].all() and not use.mask[:, x:].any()
    session.rerun(made.id, session.edit_settings)
    assert painter.jobs[-1].request.references == ()


def test_a_failed_job_is_told_and_changes_nothing(session: Session, painter: Painter) -> None:
    heard: list[StudioError] = []
    session.failed.connect(heard.append)
    before = session.document
    painter.error = StudioError("Out of memory.", "Close something.")
    session.submit(Task.FILL)
    assert [str(error) for error in heard] == ["Out of memory. Close something."]
    assert session.document is before and session.queue.is_idle and not session.tray.items


def test_prompts_are_remembered_newest_first_and_once(session: Session) -> None:
    for prompt in ("a cat", "a dog", "a cat"):
        session.edit_settings = EditSettings(prompt=prompt)
        session.submit(Task.FILL)
    assert session.shared.prompt_history() == ["a cat", "a dog"]
    settings = session.settings
    assert settings.get("prompt_history", []) == ["a cat", "a dog"]


def test_save_open_and_modified(session: Session, tmp_path: Path) -> None:
    session.submit(Task.FILL)
    session.apply(session.tray.items[0].id)
    assert session.is_modified
    path = tmp_path / "ünï.ora"
    session.save(path)
    assert not session.is_modified and session.title == "ünï.ora"
    before = pixels(session.document)
    session.edit("Hide", lambda old: old.update(old.layers[-1].replace(visible=False)))
    assert session.is_modified
    session.open(path)
    assert (pixels(session.document) == before).all() and not session.is_modified
    assert isinstance(session.document.layers[-1], GenerativeLayer)


def test_a_file_that_cannot_be_read_leaves_everything(session: Session, tmp_path: Path) -> None:
    bad = tmp_path / "bad.png"
    bad.write_bytes(b"\x89PNG\r\n\x1a\n garbage")
    before, history = session.document, session.history
    with pytest.raises(StudioError):
        session.open(bad)
    assert session.document is before and session.history is history


def test_a_save_that_fails_leaves_file_and_state(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "no-folder" / "a.ora"
    with pytest.raises(StudioError):
        session.save(path)
    assert session.is_modified and session.path is None and not path.parent.exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has /dev/full")
def test_a_journal_on_a_full_disk_is_told_and_work_goes_on(session: Session) -> None:
    heard: list[StudioError] = []
    session.failed.connect(heard.append)
    assert session._journal is not None
    with session._journal._lock:  # the thread that syncs must not meet a closed file
        session._journal._steps.close()
        session._journal._steps = Path("/dev/full").open("ab", buffering=0)  # noqa: SIM115
    session.edit("Clear", lambda old: old.replace(mask=None))
    assert heard and "journal" in str(heard[0])
    assert session.document.mask is None and session.history.can_undo


def test_closing_clean_leaves_no_journal(session: Session, tmp_path: Path) -> None:
    assert list((tmp_path / "journal").iterdir())
    session.close()
    assert list((tmp_path / "journal").iterdir()) == []


def test_extend_goes_into_the_empty_part(session: Session, painter: Painter) -> None:
    session.edit("Grow", lambda old: old.replace(width=400))
    before = pixels(session.document)
    session.submit(Task.EXTEND)
    session.apply(session.tray.items[0].id)
    after = pixels(session.document)
    assert (after[:, 300:, 3] > 0).all()
    assert (after[:, :280] == before[:, :280]).all()
    assert painter.jobs[0].request.region.contains(Rect(300, 0, 100, 200))


def test_notices_read_as_sentences() -> None:
    assert str(Notice("{name} was converted.", {"name": "a.psd"})) == "a.psd was converted."


class Slow(Painter):
    """Keeps a job until it is told to answer with edges."""

    def start(self, job: Job, listener: Listener) -> None:
        self.jobs.append(job)

    def answer(self, session: Session) -> None:
        job = self.jobs.pop(0)
        assert isinstance(job.request, AnnotateRequest)
        picture = job.request.picture()
        session.queue.on_done(job, AnnotateResult(job.request, picture))


@pytest.fixture
def slow(tmp_path: Path) -> tuple[Session, Slow]:
    runner = Slow()
    session = Session(runner, Settings(tmp_path / "settings.json"), None)
    session.new(60, 40)
    return session, runner


def controls(session: Session) -> list[str]:
    return [one.name for one in session.document.walk() if isinstance(one, ControlLayer)]


def test_a_control_that_is_done_during_a_drag_lands_after_it_and_the_queue_goes_on(
    slow: tuple[Session, Slow],
) -> None:
    session, runner = slow
    session.annotate("canny", "canny", name="first")
    session.annotate("canny", "canny", name="second")
    with session.history.edit("Stroke") as edit:
        runner.answer(session)
        assert len(runner.jobs) == 1  # The next one runs by now.
        assert controls(session) == []
        edit.document = edit.document.replace(mask=Raster.from_array(np.ones((3, 3), np.uint8)))
    assert controls(session) == ["first"] and session.document.mask is not None
    with pytest.raises(ZeroDivisionError), session.history.edit("Stroke"):
        runner.answer(session)
        raise ZeroDivisionError
    assert controls(session) == ["first", "second"]


def test_a_control_of_another_picture_or_of_another_canvas_does_not_land(
    slow: tuple[Session, Slow],
) -> None:
    session, runner = slow
    said: list[StudioError] = []
    session.failed.connect(said.append)
    session.annotate("canny", "canny")
    session.new(60, 40)
    runner.answer(session)
    assert controls(session) == [] and not said
    session.annotate("canny", "canny")
    session.edit("Canvas", lambda old: old.replace(width=70))
    runner.answer(session)
    assert controls(session) == [] and len(said) == 1
