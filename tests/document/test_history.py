"""Undo, redo, roll back, budget."""

from __future__ import annotations

from collections.abc import Generator

import numpy as np
import pytest

from studio.document.document import Document, unique_tiles
from studio.document.history import Entry, History
from studio.document.layer import RasterLayer
from studio.document.raster import TILE, Raster

TILE_BYTES = TILE * TILE * 4


def start(tiles: int = 4) -> Document:
    pixels = np.full((TILE, TILE * tiles, 4), 7, np.uint8)
    layer = RasterLayer(raster=Raster.from_array(pixels))
    return Document(width=TILE * tiles, height=TILE, layers=(layer,), active=layer.id)


def painted(document: Document, value: int, column: int = 0) -> Document:
    layer = document.layers[0]
    assert isinstance(layer, RasterLayer)
    dab = np.full((5, 5, 4), value, np.uint8)
    return document.update(layer.replace(raster=layer.raster.write(column * TILE, 0, dab)))


def paint(history: History, value: int, column: int = 0) -> None:
    with history.edit(f"Paint {value}") as edit:
        edit.document = painted(edit.document, value, column)


def counted(history: History) -> int:
    tiles = {}
    for entry in history.entries:
        tiles.update({key: data.nbytes for key, data in unique_tiles(entry.document).items()})
    return sum(tiles.values())


def test_an_edit_is_one_entry_and_shares_tiles() -> None:
    history = History(start())
    before = history.document
    with history.edit("Stroke") as edit:
        for value in (1, 2, 3):
            edit.document = painted(edit.document, value)
            assert history.document is edit.document
    assert [entry.label for entry in history.entries] == ["Open", "Stroke"]
    assert history.position == 1
    assert history.nbytes() == 5 * TILE_BYTES
    old, new = before.layers[0], history.document.layers[0]
    assert isinstance(old, RasterLayer) and isinstance(new, RasterLayer)
    assert new.raster.changed_tiles(old.raster) == {(0, 0)}
    assert all(new.raster.tile((x, 0)) is old.raster.tile((x, 0)) for x in (1, 2, 3))


def test_undo_and_redo_return_the_same_objects() -> None:
    history = History(start())
    documents = [history.document]
    for value in (1, 2, 3):
        paint(history, value)
        documents.append(history.document)
    for document in documents[-2::-1]:
        assert history.can_undo
        history.undo()
        assert history.document is document
    assert not history.can_undo
    history.undo()
    assert history.position == 0
    history.go_to(3)
    assert history.document is documents[3]
    assert not history.can_redo
    history.go_to(99)
    history.go_to(-1)
    assert history.position == 3


def test_a_commit_after_undo_forgets_what_redo_would_bring() -> None:
    history = History(start())
    paint(history, 1)
    paint(history, 2)
    history.go_to(1)
    paint(history, 3)
    assert [entry.label for entry in history.entries] == ["Open", "Paint 1", "Paint 3"]
    assert not history.can_redo
    assert history.nbytes() == counted(history)


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_an_error_rolls_back(error: type[BaseException]) -> None:
    history = History(start())
    before = history.document
    shown: list[Document] = []
    history.changed.connect(lambda new, old: shown.append(new))
    with pytest.raises(error), history.edit("Broken") as edit:
        edit.document = painted(edit.document, 1)
        raise error
    assert history.document is before
    assert shown[-1] is before
    assert len(history.entries) == 1
    assert not history.is_editing
    paint(history, 2)
    assert len(history.entries) == 2


def test_closing_a_generator_rolls_back() -> None:
    history = History(start())
    before = history.document

    def drag() -> Generator[None, None, None]:
        with history.edit("Stroke") as edit:
            while True:
                edit.document = painted(edit.document, 9)
                yield

    stroke = drag()
    next(stroke)
    next(stroke)
    assert history.document is not before
    stroke.close()
    assert history.document is before
    assert len(history.entries) == 1


def test_an_edit_that_changes_nothing_adds_nothing() -> None:
    history = History(start())
    before = history.document
    with history.edit("Nothing"):
        pass
    with history.edit("Same pixels") as edit:
        edit.document = painted(edit.document, 7)
    with history.edit("There and back") as edit:
        edit.document = painted(edit.document, 1)
        edit.document = before
    assert len(history.entries) == 1
    assert history.document is before


def test_edits_do_not_nest_and_end() -> None:
    history = History(start())
    with history.edit("Outer") as edit:
        with pytest.raises(RuntimeError), history.edit("Inner"):
            pass
        history.undo()
        edit.document = painted(edit.document, 1)
    assert len(history.entries) == 2
    with pytest.raises(RuntimeError):
        edit.document = start()


def test_events_tell_what_is_shown_and_what_is_committed() -> None:
    history = History(start())
    changed: list[tuple[Document, Document]] = []
    committed: list[Entry] = []
    history.changed.connect(lambda new, old: changed.append((new, old)))
    history.committed.connect(committed.append)
    first = history.document
    paint(history, 1)
    second = history.document
    assert changed == [(second, first)]
    assert [entry.document for entry in committed] == [second]
    history.undo()
    assert changed[-1] == (first, second)
    assert committed[-1] is history.entries[0]


def test_the_budget_drops_the_oldest_and_never_the_current() -> None:
    history = History(start(), budget=2 * TILE_BYTES)
    for value in range(10, 20):
        paint(history, value)
        assert history.undo_nbytes() <= history.budget
        assert history.nbytes() == counted(history)
    # Each entry's own tile beyond the current one: two fit.
    assert [entry.label for entry in history.entries] == ["Paint 17", "Paint 18", "Paint 19"]
    assert history.position == 2
    tight = History(start(), budget=0)
    paint(tight, 1)
    assert tight.position == 0
    assert tight.entries[0].label == "Paint 1"


def test_a_picture_larger_than_the_budget_keeps_its_undo() -> None:
    history = History(start(tiles=8), budget=3 * TILE_BYTES)
    before = history.document
    paint(history, 1)
    paint(history, 2)
    history.go_to(0)
    assert history.document is before


def test_the_tally_follows_random_steps() -> None:
    rng = np.random.default_rng(0)
    history = History(start(), budget=6 * TILE_BYTES)
    for _ in range(60):
        step = int(rng.integers(4))
        if step == 0:
            history.undo()
        elif step == 1:
            history.go_to(int(rng.integers(len(history.entries))))
        else:
            paint(history, int(rng.integers(8, 250)), int(rng.integers(4)))
        assert history.nbytes() == counted(history)
        current = sum(data.nbytes for data in unique_tiles(history.document).values())
        assert history.undo_nbytes() == history.nbytes() - current


def test_amend_changes_the_current_entry_without_a_new_one() -> None:
    history = History(start())
    paint(history, 1)
    history.amend(history.document.replace(active=None))
    assert len(history.entries) == 2
    assert history.document.active is None
    history.undo()
    assert history.document.active is not None
    assert history.nbytes() == counted(history)
    before = history.document
    with history.edit("Stroke"):
        history.amend(before.replace(active=None))
    assert history.document is before


def paint_merged(history: History, value: int, merge: object, within: float) -> None:
    with history.edit("Nudge", merge=merge, within=within) as edit:
        edit.document = painted(edit.document, value)


def test_edits_of_one_kind_that_follow_at_once_are_one_entry() -> None:
    history = History(start())
    paint(history, 1)
    before = history.document
    for value in (2, 3, 4):
        paint_merged(history, value, "a", 1000.0)
        assert len(history.entries) == 3 and history.position == 2
        assert history.nbytes() == counted(history)
        assert history.undo_nbytes() == 2 * TILE_BYTES
    last = history.document
    history.undo()
    assert history.document is before
    history.redo()
    assert history.document is last


def test_what_comes_between_keeps_edits_apart() -> None:
    history = History(start())
    paint_merged(history, 1, "a", 1000.0)
    paint_merged(history, 2, "b", 1000.0)
    paint_merged(history, 3, "b", 0.0)
    paint(history, 4)
    paint_merged(history, 5, "b", 1000.0)
    assert len(history.entries) == 6
    history.undo()
    history.redo()
    paint_merged(history, 6, "b", 1000.0)
    assert len(history.entries) == 7
    history.amend(history.document.replace(active=None))
    paint_merged(history, 7, "b", 1000.0)
    assert len(history.entries) == 8
    paint_merged(history, 8, None, 1000.0)
    paint_merged(history, 9, None, 1000.0)
    assert len(history.entries) == 10


def test_an_error_in_a_merged_edit_rolls_back_that_edit_alone() -> None:
    history = History(start())
    paint_merged(history, 1, "a", 1000.0)
    kept = history.document
    with pytest.raises(ValueError), history.edit("Nudge", merge="a", within=1000.0) as edit:
        edit.document = painted(edit.document, 2)
        raise ValueError
    assert history.document is kept and len(history.entries) == 2
    paint_merged(history, 3, "a", 1000.0)
    assert len(history.entries) == 2
