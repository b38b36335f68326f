"""Select subject, Remove background, Refine edge and Lift in a session: what lands and stays."""

from __future__ import annotations

import numpy as np
import pytest
from kept import pixels

from studio.catalog.photo_tools import PHOTO_TOOLS
from studio.core.errors import StudioError
from studio.core.geometry import Rect
from studio.core.settings import Settings
from studio.document.document import Document
from studio.document.layer import GenerativeLayer, GroupLayer, RasterLayer
from studio.document.raster import Raster
from studio.edit.objects import Clicks, EncodedPicture, FoundObjects
from studio.edit.photo_tools import PhotoRequest, PhotoResult
from studio.session.jobs import Job, Listener
from studio.session.photo.lift import lift
from studio.session.photo.matte import refine_edge
from studio.session.photo.subject import remove_background, select_subject
from studio.session.session import Session
from studio.tools.object_finder import ObjectFinder

WIDTH, HEIGHT = 300, 200
THING = Rect(100, 60, 80, 70)


class Cutter:
    """Answers as the engine does, with a rectangle as the thing, and keeps the requests."""

    def __init__(self) -> None:
        self.requests: list[PhotoRequest] = []

    def start(self, job: Job, listener: Listener) -> None:
        request = job.request
        assert isinstance(request, PhotoRequest)
        self.requests.append(request)
        region, picture = request.region, request.picture()
        mask = np.zeros((region.height, region.width), np.uint8)
        inner = THING.shift(-region.x, -region.y)
        mask[max(0, inner.y) : inner.bottom, max(0, inner.x) : inner.right] = 200
        if request.kind != "lift":
            clean = np.full_like(picture[:, :, :3], 77) if request.settings.get("colours") else None
            listener.on_done(job, PhotoResult(request=request, mask=mask, image=clean))
            return
        thing = np.full((THING.height, THING.width, 4), (1, 2, 3, 200), np.uint8)
        arrays = {
            "thing": np.array((THING.x, THING.y, THING.width, THING.height)),
            "place": np.array((region.x, region.y, region.width, region.height)),
            "picture": np.ascontiguousarray(picture[:, :, :3]),
            "fill": np.full_like(picture[:, :, :3], 9),
            "hole": np.where(mask > 0, 255, 0).astype(np.uint8),
        }
        listener.on_done(job, PhotoResult(request=request, image=thing, arrays=arrays))


def photo_session(cutter: Cutter | None = None, **layer: object) -> tuple[Session, Cutter]:
    cutter = cutter or Cutter()
    session = Session(cutter, Settings(None))
    session.new(WIDTH, HEIGHT)
    rng = np.random.default_rng(2)
    rgba = rng.integers(0, 256, (HEIGHT, WIDTH, 4), np.uint8)
    rgba[..., 3] = 255
    photo = RasterLayer(name="Photo", raster=Raster.from_array(rgba), **layer)  # type: ignore[arg-type]
    session.edit("Add", lambda old: old.insert(photo))
    return session, cutter


def selection() -> Raster:
    return Raster.filled(THING, 255)


def test_a_lifted_thing_is_a_layer_over_its_filled_place_over_the_untouched_photo() -> None:
    session, _ = photo_session()
    photo, count = session.document.layers[0], len(session.history.entries)
    heard: list[str] = []
    session.photo.landed.connect(heard.append)
    lift(session, selection())
    below, behind, thing = session.document.layers
    assert below is photo
    assert isinstance(behind, GenerativeLayer) and type(thing) is RasterLayer
    assert session.document.active == thing.id and thing.bounds() == THING
    assert behind.bounds() == THING and behind.raster.read(THING)[0, 0].tolist() == [9, 9, 9, 255]
    assert len(session.history.entries) == count + 1 and heard == ["lift"]
    session.undo()
    assert session.document.layers == (photo,)


def test_the_place_behind_can_be_filled_again_by_its_recipe() -> None:
    session, _ = photo_session()
    lift(session, selection())
    behind = session.document.layers[1]
    assert isinstance(behind, GenerativeLayer)
    assert behind.recipe["task"] == "remove" and behind.recipe["model"] == PHOTO_TOOLS
    assert behind.recipe_mask is not None and behind.recipe_mask.bounds() == THING


def test_only_the_surroundings_of_the_thing_go_to_the_engine() -> None:
    session, cutter = photo_session()
    small = Raster.filled(Rect(140, 90, 10, 10), 255)
    lift(session, small)
    region = cutter.requests[0].region
    assert region.contains(Rect(140, 90, 10, 10)) and region.area < session.document.rect.area
    assert cutter.requests[0].mask is not None


def test_the_selection_is_lifted_and_then_cleared() -> None:
    session, cutter = photo_session()
    session.edit("Select", lambda old: old.replace(selection=selection()))
    lift(session)
    assert cutter.requests[0].mask is not None and cutter.requests[0].mask.max() == 255
    assert session.document.selection is None


def test_without_a_selection_the_engine_looks_for_the_subject() -> None:
    session, cutter = photo_session()
    lift(session)
    assert cutter.requests[0].mask is None and cutter.requests[0].region == session.document.rect


def test_emptiness_cannot_be_lifted() -> None:
    session, cutter = photo_session()
    with pytest.raises(StudioError, match="Nothing is selected"):
        lift(session, Raster.filled(Rect(900, 900, 10, 10), 255))
    empty = Session(cutter, Settings(None))
    empty.new(20, 20)
    with pytest.raises(StudioError, match="no picture"):
        lift(empty)
    assert not cutter.requests


def test_a_result_for_a_canvas_that_has_moved_is_refused() -> None:
    session, _ = photo_session()
    failed: list[StudioError] = []
    session.failed.connect(failed.append)
    with session.history.edit("Crop") as edit:
        lift(session, selection())
        edit.document = edit.document.replace(origin=(5, 5))
    assert "canvas changed" in str(failed[0]) and len(session.document.layers) == 1


def test_the_subject_is_selected_and_can_be_added() -> None:
    session, _ = photo_session()
    select_subject(session)
    chosen = session.document.selection
    assert chosen is not None and chosen.bounds() == THING and chosen.read(THING).max() == 200
    corner = Raster.filled(Rect(0, 0, 10, 10), 255)
    session.edit("Select", lambda old: old.replace(selection=corner))
    select_subject(session, "add")
    both = session.document.selection
    assert both is not None and both.bounds() == Rect(0, 0, THING.right, THING.bottom)


def test_the_background_is_hidden_by_a_mask_and_the_pixels_stay() -> None:
    session, _ = photo_session(x=7, y=-3)
    photo = session.document.layers[0]
    assert isinstance(photo, RasterLayer)
    remove_background(session)
    layer = session.document.layers[0]
    assert isinstance(layer, RasterLayer) and layer.raster is photo.raster
    assert layer.mask is not None
    assert layer.mask.raster.bounds().shift(layer.x, layer.y) == THING
    alpha = pixels(session.document)[..., 3]
    assert alpha[90, 140] == 200 and alpha[5, 5] == 0


def test_what_a_mask_hid_stays_hidden() -> None:
    session, _ = photo_session()
    half = Raster.filled(Rect(0, 0, 140, HEIGHT), 255)
    layer = session.document.layers[0]

    def masked(old: Document) -> Document:
        from studio.document.layer import LayerMask

        return old.update(layer.replace(mask=LayerMask(half)))

    session.edit("Mask", masked)
    remove_background(session)
    mask = session.document.layers[0].mask
    assert mask is not None and mask.raster.bounds() == Rect(100, 60, 40, 70)


def test_clean_colours_come_on_a_copy_over_the_hidden_photo() -> None:
    session, _ = photo_session()
    photo = session.document.layers[0]
    assert isinstance(photo, RasterLayer)
    remove_background(session, colours=True)
    below, copy = session.document.layers
    assert isinstance(below, RasterLayer) and isinstance(copy, RasterLayer)
    assert below.raster is photo.raster and not below.visible and below.mask is None
    assert copy.mask is not None and copy.raster.read(THING)[0, 0].tolist() == [77, 77, 77, 255]
    assert session.document.active == copy.id


def test_a_group_or_a_locked_layer_keeps_its_background() -> None:
    session, cutter = photo_session(locked=True)
    with pytest.raises(StudioError, match="locked"):
        remove_background(session)
    session.edit("Group", lambda old: old.insert(GroupLayer(name="Group")))
    with pytest.raises(StudioError, match="no photo"):
        remove_background(session)
    assert not cutter.requests


def test_only_the_painted_part_of_an_edge_is_estimated_again() -> None:
    session, cutter = photo_session()
    session.edit("Select", lambda old: old.replace(selection=selection()))
    refine_edge(session, Raster.filled(Rect(95, 60, 10, 20), 255))
    request = cutter.requests[0]
    assert request.region.area < session.document.rect.area
    unknown = request.extras["unknown"]
    assert int((unknown > 0).sum()) == 200 and request.mask is not None
    chosen = session.document.selection
    assert chosen is not None and chosen.read(Rect(110, 70, 1, 1))[0, 0, 0] == 200


def test_the_edge_of_a_layer_mask_is_refined_without_a_selection() -> None:
    session, cutter = photo_session(x=4, y=4)
    with pytest.raises(StudioError, match="neither a selection nor a layer mask"):
        refine_edge(session)
    remove_background(session)
    before = session.document.layers[0].mask
    refine_edge(session)
    after = session.document.layers[0].mask
    assert before is not None and after is not None
    assert after.raster.bounds() == before.raster.bounds()
    asked = cutter.requests[-1]
    assert asked.kind == "matte" and asked.mask is not None
    # The mask goes out in document pixels, whatever the offset of the layer.
    assert Raster.from_array(asked.mask, asked.region.x, asked.region.y).bounds() == THING


def test_the_object_tool_lifts_what_it_found() -> None:
    session, cutter = photo_session()
    finder = ObjectFinder(session)
    frame = EncodedPicture(session.document.rect, None)  # type: ignore[arg-type]
    logits = np.full((256, 256), -9, np.float32)
    logits[60:110, 90:150] = 9
    found = FoundObjects(frame, Clicks(), (logits,), (0.9,), 0)
    failed: list[BaseException] = []
    finder.failed.connect(failed.append)
    finder._put((found, "replace", None), "replace", "lift", session.document)
    assert not failed and len(session.document.layers) == 3
    assert cutter.requests[0].kind == "lift" and cutter.requests[0].mask is not None
