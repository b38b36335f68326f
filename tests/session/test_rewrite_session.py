"""Edits by words of a session, with the real engine: what is read once is kept and used again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from studio.core.errors import StudioError
from studio.core.notices import Notice
from studio.core.settings import Settings
from studio.document.attachments import add_attachment
from studio.document.document import Document
from studio.document.layer import GenerativeLayer, RasterLayer
from studio.document.raster import Raster
from studio.document.render.compositor import composite
from studio.edit.request import EditRequest, EditResult, Sampling
from studio.edit.rewrite import Inversion, RewriteUse
from studio.engine.engine import Engine
from studio.session import journal as journal_module
from studio.session import rewrites
from studio.session.jobs import InlineRunner, Job, Listener
from studio.session.journal import recoverable
from studio.session.session import Session

SAMPLING = Sampling(steps=2, cfg_scale=3.0, seed=1)
QUICK = RewriteUse("a red apple", method="negative_prompt")


class Runner:
    """The real engine; it waits with jobs while it is ``held``, ``results`` are what it made."""

    def __init__(self, engine: Engine) -> None:
        self._inline = InlineRunner(engine)
        self._waiting: list[tuple[Job, Listener]] = []
        self.held = False
        self.results: list[EditResult] = []

    def start(self, job: Job, listener: Listener) -> None:
        if self.held:
            self._waiting.append((job, listener))
        else:
            self._inline.start(job, listener)

    def release(self) -> None:
        self.held = False
        for job, listener in self._waiting:
            self._inline.start(job, listener)
        self._waiting.clear()


@pytest.fixture(scope="module")
def engine() -> Engine:
    made = Engine("cpu")
    made.warm_up()
    return made


@pytest.fixture
def runner(engine: Engine) -> Runner:
    return Runner(engine)


def open_session(runner: Runner, folder: Path) -> Session:
    made = Session(runner, Settings(folder / "settings.json"), folder / "journal")
    made.queue.finished.connect(lambda job, result: runner.results.append(result))
    made.failed.connect(lambda error: pytest.fail(str(error)))
    return made


@pytest.fixture
def session(runner: Runner, tmp_path: Path) -> Iterator[Session]:
    made = open_session(runner, tmp_path)
    made.new(128, 128)
    y, x = np.mgrid[0:128, 0:128]
    pixels = np.dstack([x * 2, y * 2, x + y, np.full_like(x, 255)]).astype(np.uint8)
    pixels[(x - 64) ** 2 + (y - 64) ** 2 < 900, :3] = (200, 30, 40)
    photo = RasterLayer(name="Photo", raster=Raster.from_array(pixels))
    made.edit("Add", lambda old: old.insert(photo))
    yield made
    made.close()


def keys(session: Session) -> list[str]:
    return list(session.document.attachments)


def brought(runner: Runner) -> list[bool]:
    """Whether each job was given an inversion."""
    uses = [result.request.rewrite for result in runner.results]
    return [use is not None and use.inversion is not None for use in uses]


def apply_first(session: Session) -> GenerativeLayer:
    session.apply(session.tray.items[0].id)
    layer = session.document.active_layer()
    assert isinstance(layer, GenerativeLayer)
    return layer


def stroke(document: Document) -> Document:
    dab = Raster.from_array(np.full((9, 9, 4), 255, np.uint8), 20, 20)
    return document.insert(RasterLayer(name="dab", raster=dab))


def test_the_second_edit_inverts_nothing(session: Session, runner: Runner) -> None:
    entries = session.history.entries
    session.rewrite("a green apple", QUICK, SAMPLING)
    (key,) = keys(session)
    assert [entry.label for entry in session.history.entries] == [e.label for e in entries]
    session.rewrite("a blue pear", replace(QUICK, weights={"blue": 2.0}), SAMPLING)
    assert keys(session) == [key] and brought(runner) == [False, True]
    first, second = (result.timings["invert"] for result in runner.results)
    assert second < first / 4
    assert [item.prompt for item in session.tray.items] == ["a blue pear", "a green apple"]
    kept = Inversion.from_bytes(session.document.attachments[key])
    assert kept.key == key and 0 < kept.psnr <= kept.ceiling + 3


def test_the_tray_holds_no_inversion(session: Session) -> None:
    session.rewrite("a green apple", QUICK, SAMPLING)
    session.rewrite("a blue apple", QUICK, SAMPLING)
    for item in session.tray.items:
        use = item.result.request.rewrite
        assert item.result.inversion is None and use is not None and use.inversion is None
        assert not item.can_vary


def test_reading_alone_makes_no_result_and_no_step(session: Session, runner: Runner) -> None:
    before, entries = session.document, session.history.entries
    told: list[Inversion] = []
    session.inverted.connect(told.append)
    use = replace(QUICK, weights={"apple": 2.0})
    session.invert(use, SAMPLING)
    assert not session.tray.items and len(session.history.entries) == len(entries)
    assert [made.key for made in told] == keys(session)
    assert session.document.layers is before.layers and session.history.can_undo
    session.rewrite("a green apple", use, SAMPLING)
    assert brought(runner) == [False, True] and len(session.tray.items) == 1


def test_undo_and_saving_go_on_as_before(session: Session, tmp_path: Path) -> None:
    session.edit("Stroke", stroke)
    session.save(tmp_path / "a.ora")
    session.undo()
    session.invert(QUICK, SAMPLING)
    (key,) = keys(session)
    assert session.is_modified
    session.redo()
    assert not session.is_modified and keys(session) == [key]
    session.undo()
    session.undo()
    assert session.document.layers == () and keys(session) == [key]


def test_save_open_continue(session: Session, runner: Runner, tmp_path: Path) -> None:
    session.rewrite("a green apple", QUICK, SAMPLING)
    session.tray.clear()
    session.rewrite("a blue apple", QUICK, SAMPLING)
    expected = session.tray.items[0].image
    path = tmp_path / "a.ora"
    session.save(path)
    session.open(path)
    assert not session.is_modified and len(session.tray.items) == 1
    session.rewrite("a blue apple", QUICK, SAMPLING)
    assert brought(runner) == [False, True, True]
    assert np.array_equal(session.tray.items[0].image, expected)


def test_a_changed_picture_is_read_again(session: Session, runner: Runner) -> None:
    session.rewrite("a green apple", QUICK, SAMPLING)
    words = session.wording("a blue apple", QUICK, SAMPLING)
    assert words.reading().inversion is not None
    session.edit("Stroke", stroke)
    changed = session.wording("a blue apple", QUICK, SAMPLING).reading()
    assert changed.inversion is None and changed.key not in keys(session)
    session.rewrite("a blue apple", QUICK, SAMPLING)
    assert brought(runner) == [False, False] and len(keys(session)) == 2
    session.undo()
    assert session.wording("a blue apple", QUICK, SAMPLING).reading().inversion is not None


@pytest.mark.parametrize(
    ("use", "sampling"),
    [
        (replace(QUICK, source="a red ball"), SAMPLING),
        (replace(QUICK, method="ddim"), SAMPLING),
        (QUICK, replace(SAMPLING, steps=4)),
        (QUICK, replace(SAMPLING, cfg_scale=5.0)),
    ],
)
def test_other_settings_need_another_inversion(
    session: Session, use: RewriteUse, sampling: Sampling
) -> None:
    key = session.wording("a", QUICK, SAMPLING).reading().key
    assert session.wording("a", use, sampling).reading().key != key
    same = replace(QUICK, weights={"a": 2.0}, cross=0.1, local=False, threshold=0.9)
    assert session.wording("other", same, replace(SAMPLING, seed=5)).reading().key == key


def test_a_layer_is_made_again_from_the_picture_under_it(session: Session, runner: Runner) -> None:
    session.rewrite("a green apple", QUICK, SAMPLING)
    layer = apply_first(session)
    assert layer.mask is not None and layer.recipe["task"] == "rewrite"
    photo = session.document.layers[0]
    session.rewrite("a blue apple", QUICK, SAMPLING, target=layer.id)
    assert brought(runner) == [False, True] and len(keys(session)) == 1
    again = apply_first(session)
    assert again.id == layer.id and again.recipe["prompt"] == "a blue apple"
    assert session.document.layers[0] is photo and len(session.document.layers) == 2
    # Over the changed picture it would be another one.
    assert session.wording("a blue apple", QUICK, SAMPLING).reading().inversion is None


def test_running_a_layer_again_uses_what_is_kept(session: Session, runner: Runner) -> None:
    session.rewrite("a green apple", QUICK, SAMPLING)
    session.tray.clear()
    session.rewrite("a green apple", QUICK, SAMPLING)
    made = session.tray.items[0].image
    layer = apply_first(session)
    session.rerun(layer.id)
    assert brought(runner) == [False, True, True]
    assert np.array_equal(session.tray.items[0].image, made)


def test_a_damaged_inversion_is_made_again_and_said(session: Session, runner: Runner) -> None:
    session.invert(QUICK, SAMPLING)
    (key,) = keys(session)
    good = session.document.attachments[key]
    session._attach(add_attachment({}, key, good[:200] + b"\xff" * (len(good) - 200)))
    said: list[Notice] = []
    session.noticed.connect(said.append)
    session.rewrite("a green apple", QUICK, SAMPLING)
    assert "damaged" in said[0].message and brought(runner) == [False, False]
    assert session.document.attachments == {key: good}


def test_one_under_a_wrong_name_is_not_used(session: Session, runner: Runner) -> None:
    session.invert(QUICK, SAMPLING)
    (data,) = session.document.attachments.values()
    words = session.wording("a green apple", replace(QUICK, source="a red ball"), SAMPLING)
    session._attach({words.reading().key: data})
    session.rewrite("a green ball", replace(QUICK, source="a red ball"), SAMPLING)
    assert brought(runner) == [False, False]


def test_a_job_that_waits_gets_what_the_first_one_read(session: Session, runner: Runner) -> None:
    runner.held = True
    session.invert(QUICK, SAMPLING)
    other = session.rewrite("a green ball", replace(QUICK, source="a red ball"), SAMPLING)
    session.rewrite("a green apple", QUICK, SAMPLING)
    runner.release()
    assert brought(runner) == [False, False, True]
    assert isinstance(other.request, EditRequest)


def test_nothing_is_put_into_a_running_drag(session: Session, runner: Runner) -> None:
    runner.held = True
    session.invert(QUICK, SAMPLING)
    with session.history.edit("Stroke") as edit:
        edit.document = stroke(edit.document)
        runner.release()
        assert keys(session) == []
    assert len(keys(session)) == 1
    assert [layer.name for layer in session.document.layers] == ["Photo", "dab"]


def test_a_killed_process_loses_no_inversion(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session.invert(QUICK, SAMPLING)
    (folder,) = (tmp_path / "journal").iterdir()
    size = (folder / "tiles").stat().st_size
    (data,) = session.document.attachments.values()
    assert (folder / "tiles").read_bytes().count(data) == 1
    session.edit("Rename", lambda old: old.update(old.layers[0].replace(name="P")))
    assert (folder / "tiles").stat().st_size == size
    monkeypatch.setattr(journal_module, "_is_alive", lambda folder: False)
    (found,) = recoverable(tmp_path / "journal")
    assert found.document.attachments == session.document.attachments
    assert found.label == "Rename"


def test_a_torn_inversion_in_the_journal_costs_only_itself(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session.invert(QUICK, SAMPLING)
    (folder,) = (tmp_path / "journal").iterdir()
    tiles = folder / "tiles"
    tiles.write_bytes(tiles.read_bytes()[:-5])
    monkeypatch.setattr(journal_module, "_is_alive", lambda folder: False)
    (found,) = recoverable(tmp_path / "journal")
    assert found.document.attachments == {}
    rect = session.document.rect
    assert np.array_equal(composite(found.document, rect), composite(session.document, rect))


def test_captions_are_proposed_by_what_made_the_layers(session: Session) -> None:
    assert rewrites.proposed_caption(session.document) == ""
    session.rewrite("a green apple", QUICK, SAMPLING)
    layer = apply_first(session)
    assert rewrites.proposed_caption(session.document) == "a green apple"
    photo = session.document.layers[0].id
    session.amend(session.document.replace(active=photo))
    assert rewrites.proposed_caption(session.document) == "a green apple"
    session.edit("Hide", lambda old: old.update(layer.replace(visible=False)))
    assert rewrites.proposed_caption(session.document) == "a red apple"


def test_a_model_that_only_fills_is_named(tmp_path: Path) -> None:
    assert rewrites.reason("starter") is None
    gone = rewrites.reason(str(tmp_path / "gone"))
    assert isinstance(gone, StudioError) and "gone" in str(gone)


def test_an_unknown_subject_is_said_before_anything_is_queued(session: Session) -> None:
    with pytest.raises(StudioError, match="luna"):
        session.rewrite("a <luna> apple", QUICK, SAMPLING)
    assert session.queue.is_idle and not session.tray.items
