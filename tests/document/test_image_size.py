"""Image size: the layers, masks, selection, recipes and skeletons of a picture scale together."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from studio.core.errors import Cancelled, StudioError
from studio.core.geometry import Rect
from studio.core.progress import Progress
from studio.document.control import control_layer, people_of, pose_layer
from studio.document.document import Document
from studio.document.image_size import scale_document, scale_layer
from studio.document.layer import ControlLayer, GenerativeLayer, GroupLayer, LayerMask, RasterLayer
from studio.document.raster import Raster
from studio.document.render.compositor import composite
from studio.document.selection import select_rect
from studio.edit.prepare import recipe_of
from studio.edit.request import ControlUse, EditRequest, Task
from studio.retouch.resampling import LANCZOS, NEAREST, resample


def photo(width: int = 120, height: int = 80) -> np.ndarray:
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    waves = [128 + 100 * np.sin(x / a + y / b) for a, b in ((9, 14), (17, 6), (30, 11))]
    return np.dstack([*waves, np.full((height, width), 255)]).astype(np.uint8)


def background(width: int = 120, height: int = 80) -> RasterLayer:
    return RasterLayer(id="ground", raster=Raster.from_array(photo(width, height)))


def test_the_picture_equals_the_resampled_one() -> None:
    document = Document(width=120, height=80).insert(background())
    for size in ((240, 160), (61, 37)):
        made = scale_document(document, *size)
        assert (made.width, made.height) == size
        seen = composite(made, made.rect)
        wanted = resample(photo(), *size)
        assert np.abs(seen.astype(int) - wanted).max() <= 1
        assert seen[:, :, 3].min() == 255


def test_the_same_size_changes_nothing() -> None:
    document = Document(width=120, height=80).insert(background())
    assert scale_document(document, 120, 80) is document


def test_a_moved_layer_its_mask_and_its_group_stay_over_each_other() -> None:
    shape = Raster.filled(Rect(-10, -10, 20, 20), 255)
    red = Raster.filled(Rect(-15, -15, 30, 30), (255, 0, 0, 255), 4)
    layer = RasterLayer(id="red", raster=red, x=40, y=30, mask=LayerMask(shape))
    group = GroupLayer(id="group", children=(layer,), x=7, y=3)
    document = Document(width=120, height=80).insert(background()).insert(group)
    document = select_rect(document, Rect(30, 20, 20, 20))
    made = scale_document(document, 360, 240)
    seen = composite(made, made.rect)
    selection = made.selection
    assert selection is not None
    middle = selection.read(Rect(80, 50, 80, 80))[:, :, 0] > 127
    assert np.flatnonzero(middle.any(0)).tolist() == list(range(10, 70))
    assert np.flatnonzero(middle.any(1)).tolist() == list(range(10, 70))
    inside = (slice(64, 116), slice(94, 146))
    assert (seen[inside] == (255, 0, 0, 255)).all()
    assert not (seen[:56, :, :3] == (255, 0, 0)).all(axis=2).any()
    assert (made.find("group").x, made.find("group").y) == (21, 9)


def recipe_layer() -> GenerativeLayer:
    region = Rect(4, 6, 64, 48)
    control = np.zeros((48, 64, 3), np.uint8)
    control[10, :] = 255
    request = EditRequest(
        task=Task.FILL,
        prompt="a hat",
        region=region,
        controls=(ControlUse("canny", control),),
        mask_blur=6,
        padding=32,
    )
    opaque = np.dstack([control, np.full((48, 64), 255, np.uint8)])
    return GenerativeLayer(
        id="made",
        x=11,
        y=-3,
        raster=Raster.from_array(photo(64, 48), 4, 6),
        recipe=request.to_recipe(),
        recipe_mask=Raster.filled(Rect(20, 20, 10, 10), 255),
        recipe_pictures=(Raster.from_array(opaque),),
    )


def test_a_recipe_scales_with_its_layer() -> None:
    document = Document(width=120, height=80).insert(recipe_layer())
    made = scale_document(document, 300, 200).find("made")
    assert isinstance(made, GenerativeLayer)
    recipe = recipe_of(made)
    region = recipe.region.shift(made.x, made.y)
    # 4 + 11 = 15 and 6 - 3 = 3 on the canvas, 2.5 times as far from its corner.
    assert abs(region.x - 37.5) <= 1 and abs(region.y - 7.5) <= 1
    assert abs(region.width - 160) <= 1 and abs(region.height - 120) <= 1
    assert recipe.controls[0].image.shape == (region.height, region.width, 3)
    assert made.recipe_mask is not None
    mask = made.recipe_mask.shifted(made.x, made.y)
    assert mask.read(Rect(90, 55, 1, 1))[0, 0, 0] == 255
    assert (recipe.mask_blur, recipe.padding) == (15, 80)


def test_a_broken_recipe_is_kept_as_it_is() -> None:
    layer = recipe_layer().replace(recipe={"region": "nonsense"})
    made = scale_document(Document(width=120, height=80).insert(layer), 240, 160).find("made")
    assert isinstance(made, GenerativeLayer)
    assert made.recipe == {"region": "nonsense"}


def test_skeletons_scale_and_are_drawn_again() -> None:
    person = np.zeros((18, 3), np.float32)
    person[:2] = (30, 20, 1), (50, 60, 1)
    pose = pose_layer([person], Rect(0, 0, 120, 80), "Pose").replace(x=5)
    document = Document(width=120, height=80).insert(pose)
    made = scale_document(document, 240, 160).active_layer()
    assert isinstance(made, ControlLayer)
    places = people_of(made)[0][:2, :2] + (made.x, made.y)
    assert np.allclose(places, ((70, 40), (110, 120)), atol=0.02)
    assert made.raster.read(Rect(int(70 - made.x), 40, 1, 1))[0, 0, 3] == 255


def test_the_colours_of_a_segmentation_are_not_mixed() -> None:
    classes = np.zeros((80, 120, 3), np.uint8)
    classes[:, :60], classes[:, 60:] = (120, 120, 120), (4, 250, 7)
    layer = control_layer("segmentation", classes, "Regions")
    made = scale_document(Document(width=120, height=80).insert(layer), 241, 163).active_layer()
    assert isinstance(made, ControlLayer)
    found = {tuple(one) for one in made.raster.read(Rect(0, 0, 241, 163)).reshape(-1, 4).tolist()}
    assert found == {(120, 120, 120, 255), (4, 250, 7, 255)}


def test_ready_pixels_are_taken_as_they_are() -> None:
    layer = background().replace(x=10, y=-4)
    ready = Raster.from_array(photo(240, 160), 20, -8)
    document = Document(width=120, height=80).insert(layer)
    made = scale_document(document, 240, 160, made={"ground": ready})
    seen = composite(made, made.rect)
    assert np.array_equal(seen[:152, 20:], photo(240, 160)[8:, :220])


def test_a_layer_is_scaled_around_its_middle() -> None:
    red = Raster.filled(Rect(0, 0, 20, 10), (255, 0, 0, 255), 4)
    mask = LayerMask(Raster.filled(Rect(0, 0, 10, 10), 255))
    layer = RasterLayer(id="red", raster=red, x=50, y=30, mask=mask)
    document = Document(width=120, height=80).insert(background()).insert(layer)
    made = scale_layer(document, "red", 40, 20, NEAREST)
    assert (made.width, made.height) == (120, 80)
    assert made.find("red").bounds() == Rect(40, 25, 40, 20)
    seen = composite(made, made.rect)
    assert (seen[25:45, 40:60] == (255, 0, 0, 255)).all()
    assert np.array_equal(seen[25:45, 62:], photo()[25:45, 62:])
    assert made.find("ground") is document.find("ground")


def test_sizes_and_layers_that_cannot_be() -> None:
    document = Document(width=120, height=80).insert(background())
    for size in ((0, 80), (300_001, 1), (20_000, 20_000)):
        with pytest.raises(StudioError, match="does not fit"):
            scale_document(document, *size)
    with pytest.raises(StudioError, match="empty"):
        scale_layer(document.insert(RasterLayer(id="none")), "none", 10, 10)
    locked = document.update(background().replace(locked=True))
    with pytest.raises(StudioError, match="locked"):
        scale_layer(locked, "ground", 10, 10)


def test_one_pixel_grows_and_a_picture_shrinks_to_one() -> None:
    one = Document(width=1, height=1).insert(background(1, 1))
    grown = scale_document(one, 300, 200, LANCZOS)
    assert (composite(grown, grown.rect) == photo(1, 1)[0, 0]).all()
    small = scale_document(Document(width=120, height=80).insert(background()), 1, 1)
    assert composite(small, small.rect).shape == (1, 1, 4)


def test_cancelling_stops_before_the_end() -> None:
    stop = threading.Event()
    seen: list[float] = []

    def listen(event: object) -> None:
        seen.append(event.fraction)  # type: ignore[attr-defined]
        stop.set()

    document = Document(width=120, height=80).insert(background())
    with pytest.raises(Cancelled):
        scale_document(document, 240, 160, progress=Progress(listen, stop))
    assert len(seen) == 1
