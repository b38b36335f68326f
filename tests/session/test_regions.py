"""Words for places on their way: into a request, a recipe, a file, and back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from test_session import Painter

from studio.core.errors import StudioError
from studio.core.geometry import Rect
from studio.core.settings import Settings
from studio.document.canvas import crop_canvas, extend_canvas
from studio.document.io.formats import open_document
from studio.document.layer import GenerativeLayer, RasterLayer
from studio.document.operations import move_layer
from studio.document.raster import Raster
from studio.edit.request import EditRequest, RegionUse, Sampling, Task
from studio.edit.settings import EditSettings
from studio.edit.steering import Reference, Region, recut
from studio.session.session import Session
from studio.session.sources import parse_region, parse_region_reference

LOOK = Reference(np.full((9, 7, 3), 40, np.uint8), "look", weight=0.6)


def place(x: int, y: int, width: int, height: int, value: int = 255) -> Raster:
    return Raster.from_array(np.full((height, width), value, np.uint8), x, y)


@pytest.fixture
def painter() -> Painter:
    return Painter()


@pytest.fixture
def session(painter: Painter) -> Iterator[Session]:
    """A photo of 300 x 200 with a mask in its middle, and words for two places."""
    made = Session(painter, Settings(None))
    made.new(300, 200)
    pixels = np.full((200, 300, 4), (10, 200, 30, 255), np.uint8)
    photo = RasterLayer(name="Photo", raster=Raster.from_array(pixels))
    made.edit("Add", lambda old: old.insert(photo).replace(mask=place(100, 60, 80, 80)))
    regions = (
        Region("a red apple", place(100, 60, 40, 80), 0.8, reference=LOOK),
        Region("a banana", place(140, 60, 40, 80, 200), number=1),
        Region("elsewhere", place(5, 5, 10, 10), number=2),
        Region("nowhere", None, number=3),
        Region("switched off", place(100, 60, 80, 80), number=4, used=False),
        Region("  ", place(100, 60, 80, 80), number=5),
    )
    made.edit_settings = EditSettings("fruit", sampling=Sampling(seed=3), regions=regions)
    yield made
    made.close()


def applied(session: Session) -> GenerativeLayer:
    session.submit(Task.FILL)
    session.apply(session.tray.items[0].id)
    layer = session.document.active_layer()
    assert isinstance(layer, GenerativeLayer)
    return layer


def same(request: EditRequest, regions: tuple[RegionUse, ...]) -> None:
    for one, other in zip(request.regions, regions, strict=True):
        assert (one.prompt, one.weight) == (other.prompt, other.weight)
        assert np.array_equal(one.mask, other.mask)


def test_regions_are_cut_to_the_place_of_the_edit(session: Session) -> None:
    request = session.request(Task.FILL)
    apple, banana = request.regions
    assert (apple.prompt, apple.weight, banana.weight) == ("a red apple", 0.8, 1.0)
    x, y = 100 - request.region.x, 60 - request.region.y
    expected = np.zeros((request.region.height, request.region.width), np.uint8)
    expected[y : y + 80, x : x + 40] = 255
    assert np.array_equal(apple.mask, expected)
    assert banana.mask.max() == 200
    (look,) = request.references
    assert look.weight == 0.6 and look.mask is not None and np.array_equal(look.mask, expected)
    whole = session.request(Task.GENERATE)
    assert [use.prompt for use in whole.regions] == ["a red apple", "a banana", "elsewhere"]


def test_a_recipe_keeps_them_through_a_file_and_a_move(
    session: Session, painter: Painter, tmp_path: Path
) -> None:
    layer = applied(session)
    made = painter.jobs[-1].request
    session.save(tmp_path / "picture.ora")
    session.edit_settings = EditSettings("other")
    session.open(tmp_path / "picture.ora")
    session.edit("Move", lambda old: move_layer(old, layer.id, 7, -3))
    session.rerun(layer.id)
    again = painter.jobs[-1].request
    assert again.region == made.region.shift(7, -3)
    same(again, made.regions)
    # With other settings those of the settings count.
    there = Region("a pear", place(110, 60, 50, 50))
    session.rerun(layer.id, EditSettings("other", regions=(replace(there, reference=LOOK),)))
    last = painter.jobs[-1].request
    assert [use.prompt for use in last.regions] == ["a pear"] and len(last.references) == 1
    stored = open_document(tmp_path / "picture.ora").document.find(layer.id)
    assert isinstance(stored, GenerativeLayer) and len(stored.recipe_pictures) == 4


def test_another_region_of_the_edit_cuts_them_anew(session: Session) -> None:
    request = session.request(Task.FILL)
    old, new = request.region, Rect(request.region.x + 30, request.region.y - 9, 77, 66)
    moved = recut(request.replace(region=new), old)
    for before, after in zip(request.regions, moved.regions, strict=True):
        raster = Raster.from_array(before.mask, old.x, old.y)
        assert np.array_equal(after.mask, raster.read(new)[:, :, 0])


def test_places_follow_the_canvas_through_undo_and_redo(session: Session) -> None:
    where = place(20, 30, 10, 10)
    references = (replace(LOOK, where=where), LOOK)
    session.edit_settings = replace(session.edit_settings, references=references)
    told: list[int] = []
    session.edit_state.regions_changed.connect(lambda _: told.append(1))

    def corners() -> list[tuple[int, int] | None]:
        settings = session.edit_settings
        found = [one.where for one in (*settings.references, settings.regions[0])]
        return [None if one is None else (one.bounds().x, one.bounds().y) for one in found]

    session.edit("Extend", lambda old: extend_canvas(old, 300, 4))
    assert corners() == [(320, 34), None, (400, 64)]
    session.edit("Crop", lambda old: crop_canvas(old, Rect(310, 14, 100, 100)))
    assert corners() == [(10, 20), None, (90, 50)]
    session.undo()
    session.undo()
    assert corners() == [(20, 30), None, (100, 60)]
    session.redo()
    assert corners() == [(320, 34), None, (400, 64)] and len(told) == 5
    with pytest.raises(ZeroDivisionError):
        session.edit("Fails", lambda old: extend_canvas(old, 1 // 0))
    session.edit("Paint", lambda old: old.replace(mask=None))
    assert len(told) == 5
    session.edit("Wider", lambda old: extend_canvas(old, 0, 0, 50, 50))
    assert len(told) == 5, "the corner stays"


def test_words_for_a_place_alone_are_a_prompt(session: Session) -> None:
    session.edit_settings = replace(session.edit_settings, prompt=" ")
    assert session.request(Task.GENERATE).regions
    session.edit_settings = replace(
        session.edit_settings, regions=session.edit_settings.regions[3:]
    )
    with pytest.raises(StudioError, match="prompt is empty"):
        session.request(Task.GENERATE)


def test_the_texts_of_the_command_line() -> None:
    region = parse_region("masks/left.png=a clock: 12:30 = noon")
    assert (region.path, region.number, region.word) == (
        Path("masks/left.png"), 1.0, "a clock: 12:30 = noon",
    )  # fmt: skip
    assert parse_region("a.png:0.7=a cat").number == 0.7
    assert parse_region("C:\\me\\a.png=a cat").path == Path("C:\\me\\a.png")
    for wrong in ("a.png", "a.png=", "a.png= ", "=a cat", "a.png:1.5=a cat", "a.png:9=a cat"):
        with pytest.raises(StudioError):
            parse_region(wrong)
    mask, named = parse_region_reference("left.png=look.png:0.5:subject")
    assert (mask, named.path, named.number) == (Path("left.png"), Path("look.png"), 0.5)
    assert named.word == "subject"
    for wrong in ("left.png", "=look.png", "left.png="):
        with pytest.raises(StudioError):
            parse_region_reference(wrong)
