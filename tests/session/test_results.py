"""What the models made is not lost: results in the tray, the journal and the saved file."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from painter import Painter, painted_session

from studio.core.errors import StudioError
from studio.core.geometry import Rect
from studio.core.notices import Notice
from studio.core.paths import resource
from studio.document import results as results_module
from studio.document.canvas import crop_canvas
from studio.document.compositor import composite
from studio.document.document import Document
from studio.document.io import formats
from studio.document.layer import GenerativeLayer, RasterLayer
from studio.document.operations import moved
from studio.document.raster import Raster
from studio.edit.request import AdapterUse, EditRequest, EditResult, Task
from studio.edit.steering import Reference, Region
from studio.session import journal as journal_module
from studio.session import kept_files
from studio.session.journal import recoverable
from studio.session.session import Session
from studio.session.tray import Tray, TrayItem
from studio.tools.context import Gesture, Pointer, ToolContext, ToolOptions
from studio.tools.registry import spec


@pytest.fixture
def painter() -> Painter:
    return Painter()


@pytest.fixture
def session(painter: Painter, tmp_path: Path) -> Iterator[Session]:
    session = painted_session(painter, tmp_path / "journal")
    yield session
    session.close()


@pytest.fixture
def heard(session: Session) -> list[Notice]:
    heard: list[Notice] = []
    session.noticed.connect(heard.append)
    return heard


@pytest.fixture
def dead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_module, "_is_alive", lambda folder: False)


def pixels(document: Document) -> np.ndarray:
    return composite(document, document.rect)


def marks(tray: Tray) -> list[bool]:
    return [tray.is_applied(item) for item in tray.items]


def assert_same_items(one: tuple[TrayItem, ...], other: tuple[TrayItem, ...]) -> None:
    assert [(a.id, a.seed, a.target) for a in one] == [(b.id, b.seed, b.target) for b in other]
    for a, b in zip(one, other, strict=True):
        assert np.array_equal(a.image, b.image)
        assert a.request.to_recipe() == b.request.to_recipe()
        for name in ("image", "mask"):
            assert np.array_equal(getattr(a.request, name), getattr(b.request, name))
        pairs = zip(a.request.recipe_pictures(), b.request.recipe_pictures(), strict=True)
        assert all(np.array_equal(first, second) for first, second in pairs)


# Applying and discarding


def test_applying_keeps_the_other_variations_and_undo_takes_the_mark_away(session: Session) -> None:
    session.submit(Task.FILL)
    items = session.tray.items
    session.apply(items[1].id)
    assert session.tray.items == items and marks(session.tray) == [False, True, False, False]
    assert session.tray.selected is None and session.shown is session.document
    session.undo()
    assert session.tray.items == items and not any(marks(session.tray))
    session.redo()
    assert marks(session.tray) == [False, True, False, False]


def test_a_result_can_be_applied_again(session: Session) -> None:
    session.submit(Task.FILL)
    item = session.tray.items[0]
    session.apply(item.id)
    session.tray.select(item.id)
    assert len(session.shown.layers) == 3
    session.apply(item.id)
    first, second = session.document.layers[1:]
    assert first.id != second.id
    assert isinstance(first, GenerativeLayer) and isinstance(second, GenerativeLayer)
    assert first.recipe == second.recipe
    assert marks(session.tray) == [True, False, False, False]


def test_results_land_without_a_step_and_redo_stays_possible(session: Session) -> None:
    session.edit("Add", lambda old: old.insert(RasterLayer(name="later")))
    session.undo()
    entries = len(session.history.entries)
    session.submit(Task.FILL)
    assert len(session.history.entries) == entries and session.history.can_redo
    session.redo()
    assert len(session.tray.items) == 4
    for _ in range(entries):
        session.undo()
    assert len(session.tray.items) == 4


def test_discarding_is_undone(session: Session) -> None:
    session.submit(Task.FILL)
    items = session.tray.items
    session.apply(items[2].id)
    session.tray.discard(items[2].id)
    assert [item.seed for item in session.tray.items] == [3, 4, 6]
    session.tray.clear()
    assert session.tray.items == ()
    session.undo()
    assert [item.seed for item in session.tray.items] == [3, 4, 6]
    session.undo()
    assert_same_items(session.tray.items, items)
    assert marks(session.tray) == [False, False, True, False]


def test_a_new_document_has_an_empty_tray(session: Session) -> None:
    session.submit(Task.FILL)
    session.new(20, 20)
    assert session.tray.items == () and session.tray.selected is None


def test_results_that_no_file_holds_can_be_lost(session: Session, tmp_path: Path) -> None:
    session.new(64, 64)
    assert not session.can_lose
    session.submit(Task.GENERATE)
    assert session.document.layers == () and session.can_lose
    session.save(tmp_path / "a.ora")
    assert not session.can_lose
    session.submit(Task.GENERATE)
    assert session.can_lose


def test_the_oldest_results_go_first_and_the_artist_is_told(
    session: Session, heard: list[Notice], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(results_module, "MAX_COUNT", 6)
    mask = session.document.mask
    session.submit(Task.FILL)
    session.apply(session.tray.items[3].id)
    assert not heard
    session.edit("Mask", lambda old: old.replace(mask=mask))
    session.submit(Task.FILL)
    assert len(session.tray.items) == 6 and not any(marks(session.tray))
    assert [str(one) for one in heard] == [
        "The tray is full, so its oldest results were let go (1)."
    ]


def test_too_many_bytes_go_as_well_but_never_the_newest(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    session.submit(Task.FILL)
    monkeypatch.setattr(results_module, "MAX_BYTES", 10)
    session.submit(Task.FILL)
    assert [item.seed for item in session.tray.items] == [3, 4, 5, 6]


def test_a_cropped_canvas_takes_the_results_along(session: Session, painter: Painter) -> None:
    session.submit(Task.FILL)
    item = session.tray.items[0]
    whole = pixels(item.placed(session.document))
    session.edit("Crop", lambda old: crop_canvas(old, Rect(60, 50, 200, 140)))
    session.tray.select(item.id)
    assert np.array_equal(pixels(session.shown), whole[50:190, 60:260])
    session.apply(item.id)
    assert np.array_equal(pixels(session.document), whole[50:190, 60:260])
    session.more_like(item)
    before, after = (job.request.region for job in painter.jobs[-2:])
    assert (after.x, after.y) == (before.x - 60, before.y - 50)
    layer = session.document.active_layer()
    assert layer is not None
    where = layer.bounds()
    session.rerun(layer.id)
    session.apply(session.tray.items[0].id)
    again = session.document.find(layer.id)
    assert again is not None and again.bounds() == where


# What changes the document takes the preview away first


def stroke(session: Session) -> None:
    context = ToolContext(session, ToolOptions(color=(255, 0, 0)))
    gesture = Gesture(spec("brush").create(), context)
    gesture.press(Pointer(120, 100))
    assert session.shown is session.document
    gesture.move(Pointer(140, 110))
    gesture.release(Pointer(140, 110))


CHANGES: dict[str, Callable[[Session], object]] = {
    "stroke": stroke,
    "layer": lambda s: s.edit("Add", lambda old: old.insert(RasterLayer(name="new"))),
    "opacity": lambda s: s.edit("Fade", lambda d: d.update(d.layers[0].replace(opacity=0.5))),
    "move": lambda s: s.edit("Move", lambda d: d.update(moved(d.layers[0], 5, 5))),
    "mask": lambda s: s.edit("Clear", lambda old: old.replace(mask=None)),
    "crop": lambda s: s.edit("Crop", lambda old: crop_canvas(old, Rect(0, 0, 100, 100))),
    "undo": Session.undo,
    "history": lambda s: s.history.go_to(0),
}


@pytest.mark.parametrize("name", CHANGES)
def test_whatever_changes_the_document_takes_the_preview_away(session: Session, name: str) -> None:
    session.submit(Task.FILL)
    assert session.previewed is session.tray.items[0]
    CHANGES[name](session)
    assert session.tray.selected is None and session.shown is session.document
    assert len(session.tray.items) == 4


def test_discarding_one_result_previews_the_next(session: Session) -> None:
    session.submit(Task.FILL)
    first, second = session.tray.items[:2]
    session.tray.discard(first.id)
    assert session.previewed is second


def test_what_lands_during_a_stroke_waits_and_hides_nothing(session: Session) -> None:
    with session.history.edit("Stroke") as edit:
        session.submit(Task.FILL)
        assert session.tray.items == ()
        edit.document = edit.document.insert(RasterLayer(name="stroke"))
    assert len(session.tray.items) == 4 and session.tray.selected is None
    assert session.shown is session.document and session.document.layers[-1].name == "stroke"


def test_nothing_is_applied_or_discarded_during_a_stroke(session: Session) -> None:
    session.submit(Task.FILL)
    item = session.tray.items[0]
    with session.history.edit("Stroke"):
        session.apply(item.id)
        session.tray.discard(item.id)
        session.tray.clear()
    assert len(session.tray.items) == 4 and not any(marks(session.tray))


# The saved file


def steer(session: Session) -> None:
    """Ask with a reference, a region prompt and the path of a LoRA."""
    half = Raster.from_array(np.full((200, 150), 255, np.uint8))
    picture = np.random.default_rng(1).integers(0, 256, (40, 30, 3), dtype=np.uint8)
    session.edit_settings = replace(
        session.edit_settings,
        references=(Reference(picture, "leaf", where=half),),
        regions=(Region("moss", half),),
        adapters=(AdapterUse("lora", "/home/artist/loras/ink.safetensors"),),
    )


def test_a_saved_file_brings_the_results_back(session: Session, tmp_path: Path) -> None:
    steer(session)
    session.edit_settings = replace(session.edit_settings, adapters=())
    session.submit(Task.FILL)
    session.submit(Task.FILL)
    session.apply(session.tray.items[1].id)
    items, shown = session.tray.items, pixels(session.document)
    session.save(tmp_path / "a.ora")
    session.new(10, 10)
    session.open(tmp_path / "a.ora")
    assert not session.is_modified and session.tray.selected is None
    assert np.array_equal(pixels(session.document), shown)
    assert_same_items(session.tray.items, items)
    assert marks(session.tray) == [False, True, *[False] * 6]
    session.apply(session.tray.items[0].id)
    layer = session.document.active_layer()
    assert isinstance(layer, GenerativeLayer) and layer.recipe == items[0].layer().recipe
    assert np.array_equal(
        layer.raster.read(layer.raster.bounds()),
        items[0].layer().raster.read(layer.raster.bounds()),
    )


def test_a_cropped_and_saved_file_has_its_results_in_their_places(
    session: Session, tmp_path: Path
) -> None:
    session.submit(Task.FILL)
    session.edit("Crop", lambda old: crop_canvas(old, Rect(60, 50, 200, 140)))
    expected = pixels(session.tray.items[0].placed(session.document))
    session.save(tmp_path / "a.ora")
    session.open(tmp_path / "a.ora")
    assert np.array_equal(pixels(session.tray.items[0].placed(session.document)), expected)


def test_a_saved_file_holds_no_path_of_the_machine(session: Session, tmp_path: Path) -> None:
    steer(session)
    session.edit_settings = replace(session.edit_settings, model=r"C:\Users\artist\models\ink")
    session.tray.add(
        _result(session.request(Task.FILL)),
        origin=session.document.origin,
    )
    session.save(tmp_path / "a.ora")
    with zipfile.ZipFile(tmp_path / "a.ora") as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    assert not [name for name, data in entries.items() if b"artist" in data]
    content = json.loads(entries["lienzo/results.json"])
    recipe = content["requests"][0]["recipe"]
    assert recipe["adapters"][0]["path"] == "ink.safetensors" and recipe["model"] == "ink"


def test_models_of_a_saved_result_are_found_again_or_named(
    session: Session, painter: Painter, tmp_path: Path
) -> None:
    folder = tmp_path / "models"
    folder.mkdir()
    shutil.copytree(resource("starter"), folder / "ink", copy_function=os.symlink)
    (folder / "loras").mkdir()
    (folder / "loras" / "wash.safetensors").write_bytes(b"")
    model, lora = str(folder / "ink"), str(folder / "loras" / "wash.safetensors")
    session.edit_settings = replace(
        session.edit_settings, model=model, adapters=(AdapterUse("lora", lora),)
    )
    session.submit(Task.FILL)
    session.save(tmp_path / "a.ora")
    session.open(tmp_path / "a.ora")
    item = session.tray.items[0]
    assert item.request.model == "ink"
    with pytest.raises(StudioError, match=r"ink, which this result .* model folders"):
        session.more_like(item)
    session.settings.set("model_folders", [str(folder)])
    session.more_like(item)
    request = painter.jobs[-1].request
    assert isinstance(request, EditRequest)
    assert Path(request.model) == (folder / "ink").resolve()
    assert [use.path for use in request.adapters] == [lora]


def _result(request: EditRequest) -> EditResult:
    image = np.zeros((request.region.height, request.region.width, 3), np.uint8)
    return EditResult(request=request, images=(image,), seeds=(1,))


def test_other_formats_leave_results_out(session: Session, tmp_path: Path) -> None:
    session.submit(Task.FILL)
    for name in ("a.psd", "a.png"):
        session.export(tmp_path / name)
        assert formats.open_document(tmp_path / name).document.results == ()


def rewritten(path: Path, change: Callable[[str, bytes], bytes | None]) -> Path:
    """Return a copy of an ORA whose entries were changed; None leaves one out."""
    other = path.with_name("other.ora")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(other, "w") as new:
        for name in old.namelist():
            data = change(name, old.read(name))
            if data is not None:
                new.writestr(name, data)
    return other


DAMAGES: dict[str, tuple[Callable[[str, bytes], bytes | None], int, str]] = {
    "a picture is torn": (
        lambda n, d: d[:50] if n == "lienzo/results/01.png" else d,
        3,
        "Damaged results of other.ora were left out (1).",
    ),
    "a picture is gone": (
        lambda n, d: None if n == "lienzo/results/02.png" else d,
        3,
        "Damaged results of other.ora were left out (1).",
    ),
    "the request's picture is gone": (
        lambda n, d: None if n == "lienzo/results/request00.png" else d,
        0,
        "Damaged results of other.ora were left out (4).",
    ),
    "the list is torn": (
        lambda n, d: d[:90] if n == "lienzo/results.json" else d,
        0,
        "The results of other.ora are damaged and were left out.",
    ),
    "the list is of a later version": (
        lambda n, d: d.replace(b'"version": 1', b'"version": 2', 1) if "results.j" in n else d,
        0,
        "The results of other.ora are damaged and were left out.",
    ),
    "the ids name files elsewhere": (
        lambda n, d: d.replace(b'"id": "', b'"id": "../../') if "results.j" in n else d,
        0,
        "Damaged results of other.ora were left out (4).",
    ),
    "the recipe has another size": (
        lambda n, d: d.replace(b'"region": [', b'"region": [0,') if "results.j" in n else d,
        0,
        "Damaged results of other.ora were left out (4).",
    ),
    "the recipe cannot be read": (
        lambda n, d: d.replace(b'"task": "fill"', b'"task": "knit"') if "results.j" in n else d,
        0,
        "Results that cannot be read were left out (4).",
    ),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_damaged_results_are_left_out_and_the_document_opens(
    session: Session, heard: list[Notice], tmp_path: Path, name: str
) -> None:
    change, left, said = DAMAGES[name]
    session.submit(Task.FILL)
    session.save(tmp_path / "a.ora")
    shown = pixels(session.document)
    session.open(rewritten(tmp_path / "a.ora", change))
    assert np.array_equal(pixels(session.document), shown)
    assert len(session.tray.items) == left
    assert [str(one) for one in heard] == [said]


# The journal


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system kills in another way")
def test_a_killed_process_loses_no_result(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command = [sys.executable, str(Path(__file__).with_name("painter.py")), str(tmp_path)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as process:
        assert process.stdout is not None
        try:
            assert process.stdout.readline() == b"landed\n"
        finally:
            process.send_signal(signal.SIGKILL)
    painter = Painter()
    expected = painted_session(painter, None)
    expected.submit(Task.FILL)
    session = Session(painter, expected.settings, tmp_path)
    (found,) = session.recoverable()
    session.recover(found)
    assert [(one.seed, one.prompt) for one in session.tray.items] == [
        (n, "a cat") for n in range(3, 7)
    ]
    for one, other in zip(session.tray.items, expected.tray.items, strict=True):
        assert np.array_equal(one.image, other.image)
    assert marks(session.tray) == [False, True, False, False]
    assert len(session.document.layers) == 2 and session.can_lose
    assert not found.folder.exists()
    # What was taken over is in the new journal: the next crash loses nothing either.
    assert session._journal is not None
    session._journal.close(keep=True)
    session._journal = None
    monkeypatch.setattr(journal_module, "_is_alive", lambda folder: False)
    (again,) = recoverable(tmp_path)
    assert [one.id for one in again.document.results] == [one.id for one in session.tray.items]


@pytest.mark.usefixtures("dead")
def test_the_journal_forgets_what_was_discarded_and_undo_brings_it_back(
    session: Session, tmp_path: Path
) -> None:
    session.submit(Task.FILL)
    assert session._journal is not None and session._journal.flush()
    folder = session._journal.folder / kept_files.FOLDER
    assert len(list(folder.iterdir())) == 5
    session.tray.clear()
    assert session._journal.flush() and list(folder.iterdir()) == []
    session.undo()
    assert session._journal.flush()
    (found,) = recoverable(tmp_path / "journal")
    assert [one.seed for one in found.document.results] == [3, 4, 5, 6] and found.lost == 0


@pytest.mark.usefixtures("dead")
def test_a_damaged_result_of_the_journal_costs_only_itself(
    session: Session, heard: list[Notice], tmp_path: Path
) -> None:
    session.submit(Task.FILL)
    assert session._journal is not None and session._journal.flush()
    folder = session._journal.folder / kept_files.FOLDER
    name = f"{session.tray.items[2].id}.result"
    (folder / name).write_bytes((folder / name).read_bytes()[:-400])
    session._journal.close(keep=True)
    session._journal = None
    (found,) = recoverable(tmp_path / "journal")
    assert found.lost == 1
    session.recover(found)
    assert [item.seed for item in session.tray.items] == [3, 4, 6]
    assert [str(one) for one in heard] == ["Results that cannot be read were left out (1)."]


@pytest.mark.usefixtures("dead")
def test_a_journal_that_begins_afresh_takes_the_results_along(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session.submit(Task.FILL)
    assert session._journal is not None and session._journal.flush()
    before = session._journal.folder
    monkeypatch.setattr(session._journal, "_is_wasteful", lambda document: True)
    session.edit("Clear", lambda old: old.replace(mask=None))
    assert session._journal.folder != before and not before.exists()
    (found,) = recoverable(tmp_path / "journal")
    assert [one.seed for one in found.document.results] == [3, 4, 5, 6]


def test_results_are_written_on_the_thread_of_the_journal(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, threads = kept_files._save, []

    def save(path: Path, parts: results_module.Parts) -> None:
        threads.append(threading.current_thread().name)
        write(path, parts)

    monkeypatch.setattr(kept_files, "_save", save)
    session.submit(Task.FILL)
    assert session._journal is not None and session._journal.flush()
    assert threads == ["journal"] * 5


def test_results_that_cannot_be_written_are_told_and_tried_again(session: Session) -> None:
    failed: list[StudioError] = []
    session.failed.connect(failed.append)
    assert session._journal is not None
    place = session._journal.folder / kept_files.FOLDER
    place.write_bytes(b"no folder")
    session.submit(Task.FILL)
    assert not session._journal.flush()
    place.unlink()
    session.edit("Clear", lambda old: old.replace(mask=None))
    assert "journal" in str(failed[0]) and session.document.mask is None
    assert session._journal.flush() and len(list(place.iterdir())) == 5
