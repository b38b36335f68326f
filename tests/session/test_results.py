"""What the models made is not lost: results in the tray."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from kept import assert_same_items, marks, pixels
from painter import Painter, painted_session

from studio.core.geometry import Rect
from studio.core.notices import Notice
from studio.document import results as results_module
from studio.document.canvas import crop_canvas
from studio.document.layer import GenerativeLayer, RasterLayer
from studio.document.operations import shift_layer
from studio.edit.request import Task
from studio.session.session import Session
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
        "The tray is full, so its oldest results were dropped (1)."
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
    "move": lambda s: s.edit("Move", lambda d: d.update(shift_layer(d.layers[0], 5, 5))),
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
