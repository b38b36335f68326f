"""Control layers are seen over the picture, are no part of it, and come back from a file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from io_samples import assert_layers, noise, picture, rich_document

from studio.control_maps.pose import draw_pose
from studio.control_maps.pose_edit import moved_joint, preset
from studio.core.errors import StudioError
from studio.core.geometry import Rect
from studio.document import canvas, merge
from studio.document.changes import is_same
from studio.document.control import (
    as_control,
    control_layer,
    control_picture,
    people_of,
    pose_layer,
    read_control,
    with_people,
)
from studio.document.document import Document
from studio.document.io.formats import open_document, save_document
from studio.document.layer import Control, ControlLayer, GroupLayer, LayerMask, RasterLayer
from studio.document.operations import move_layer
from studio.document.raster import Raster
from studio.document.render.compositor import Compositor

CANVAS = Rect(0, 0, 400, 300)


def two_kinds() -> tuple[ControlLayer, ControlLayer]:
    person = preset("waving", 100, 20, 250)
    person[4, 2] = 0
    pose = pose_layer([person], CANVAS, "pose")
    settings = Control(
        kind="depth", strength=0.6, start=0.1, end=0.8, mode="control", model="m", used=False
    )
    depth = control_layer("depth", noise(300, 400)[:, :, :3], "depth")
    return pose, depth.replace(control=settings, visible=False, x=3)


def with_controls() -> Document:
    document = rich_document()
    pose, depth = two_kinds()
    group = GroupLayer(name="controls", children=(depth,))
    return document.replace(layers=(*document.layers, pose, group), active=pose.id)


def test_the_picture_is_without_them_and_the_view_with_them() -> None:
    document = with_controls()
    assert np.array_equal(picture(document), picture(rich_document()))
    view, plain = Compositor(), Compositor()
    view.update(document)
    plain.update(rich_document())
    shown, bare = view.tile((0, 0)), plain.tile((0, 0))
    drawn = two_kinds()[0].raster.read(Rect(0, 0, 256, 256))[:, :, 3] > 0
    assert (shown[drawn] != bare[drawn]).any(axis=1).mean() > 0.9
    assert np.array_equal(shown[~drawn], bare[~drawn])


def test_they_come_back_from_a_file_and_other_programs_see_them_hidden(tmp_path: Path) -> None:
    document = with_controls()
    path = tmp_path / "a.ora"
    save_document(document, path)
    opened = open_document(path)
    assert not opened.notices
    for one, other in zip(opened.document.layers, document.layers, strict=True):
        assert_layers(one, other)
    import zipfile

    xml = zipfile.ZipFile(path).read("stack.xml").decode()
    assert 'name="pose"' in xml
    assert all('visibility="hidden"' in n for n in xml.split("<layer") if 'name="pose"' in n)


def test_a_psd_and_a_flat_picture_do_not_show_them(tmp_path: Path) -> None:
    plain = rich_document()
    for name in ("a.psd", "a.png"):
        save_document(with_controls(), tmp_path / name)
        save_document(plain, tmp_path / f"plain-{name}")
        shown, bare = (
            picture(open_document(tmp_path / n).document) for n in (name, f"plain-{name}")
        )
        assert np.array_equal(shown, bare)


def test_what_it_says_about_a_region_moves_with_the_layer_and_ends_where_it_is_empty() -> None:
    pixels = noise(60, 80)[:, :, :3]
    layer = control_layer("canny", pixels, "edges")
    document = Document(width=200, height=200, layers=(layer,), active=layer.id)
    moved = move_layer(document, layer.id, 30, 10).find(layer.id)
    assert isinstance(moved, ControlLayer)
    found = control_picture(moved, Rect(20, 0, 100, 90))
    assert found is not None
    assert found.shape == (90, 100, 3)
    assert np.array_equal(found[10:70, 10:90], pixels)
    assert not found[:10].any() and not found[:, :10].any()
    assert control_picture(moved, Rect(150, 150, 50, 50)) is None


def test_a_pose_is_drawn_for_the_region_as_a_picture_of_that_size() -> None:
    person = preset("standing", 50, 30, 200)
    layer = pose_layer([person], CANVAS, "pose").replace(x=10, y=-5)
    region = Rect(60, 20, 150, 240)
    found = control_picture(layer, region)
    expected = person + np.array((10 - 60, -5 - 20, 0), np.float32)
    assert found is not None
    assert np.array_equal(found, draw_pose([expected.round(2)], 150, 240))


def test_a_dragged_joint_is_drawn_anew_and_its_old_place_is_clean() -> None:
    layer = pose_layer([preset("standing", 50, 30, 200)], CANVAS, "pose")
    (person,) = people_of(layer)
    lifted = with_people(layer, [moved_joint(person, 4, 20, 20)], CANVAS)
    fresh = pose_layer([moved_joint(person, 4, 20, 20)], CANVAS, "pose")
    assert np.array_equal(lifted.raster.read(CANVAS), fresh.raster.read(CANVAS))
    assert people_of(lifted)[0][4].tolist() == [20, 20, 1]
    assert lifted.id == layer.id and lifted.control.kind == "pose"


def test_any_raster_layer_becomes_one_and_keeps_its_pixels() -> None:
    raster = RasterLayer(name="sketch", raster=Raster.from_array(noise(50, 50)), x=7, locked=True)
    made = as_control(raster, "scribble")
    assert made.id == raster.id and made.raster is raster.raster and made.x == 7 and made.locked


def test_merging_is_refused_and_flattening_leaves_them_beside() -> None:
    document = with_controls()
    pose = next(one for one in document.walk() if one.name == "pose")
    with pytest.raises(StudioError, match="control layer"):
        merge.merge_down(document, pose.id)
    assert merge.rasterize(document, pose.id).find(pose.id) is pose
    flat = merge.flatten(document)
    kinds = [type(layer) for layer in flat.layers]
    assert kinds == [RasterLayer, ControlLayer, ControlLayer]
    assert np.array_equal(picture(flat), picture(document))


@pytest.mark.parametrize(
    "damage",
    [
        {"strength": float("nan")},
        {"strength": "much"},
        {"people": [[[0, 0, 1]] * 17]},
        {"people": [[[0, 0, float("inf")]] * 18]},
        {"people": 4},
    ],
)
def test_settings_that_cannot_be_are_refused(damage: dict[str, object]) -> None:
    stored = {"kind": "pose", "strength": 1, "start": 0, "end": 1, "people": []}
    assert read_control(stored).kind == "pose"
    with pytest.raises((ValueError, TypeError)):
        read_control({**stored, **damage})


def test_documents_that_differ_in_a_control_only_are_told_apart() -> None:
    document = with_controls()
    pose = next(one for one in document.walk() if one.name == "pose")
    assert isinstance(pose, ControlLayer)
    other = document.update(pose.replace(control=pose.control.replace(strength=0.3)))
    assert is_same(document, document) and not is_same(other, document)


def test_a_pose_is_drawn_by_tiles_as_it_is_drawn_whole_and_shares_what_stays() -> None:
    rng = np.random.default_rng(3)
    people = np.ones((3, 18, 3), np.float32)
    people[:, :, :2] = rng.uniform(-200, 900, (3, 18, 2)).round(2)
    people[rng.random((3, 18)) < 0.2, 2] = 0
    canvas = Rect(0, 0, 700, 500)
    layer = pose_layer(people, canvas, "pose")
    drawn = draw_pose(people_of(layer), 700, 500)
    read = layer.raster.read(canvas)
    assert np.array_equal(read[:, :, :3], drawn)
    assert np.array_equal(read[:, :, 3] > 0, drawn.any(axis=2))
    again = with_people(layer, people, canvas)
    assert not again.raster.changed_tiles(layer.raster)
    person = preset("standing", 0, 0, 480)
    one = pose_layer([person], canvas, "pose")
    other = with_people(one, [moved_joint(person, 4, 60, 200)], canvas)
    assert 0 < len(other.raster.changed_tiles(one.raster)) < len(one.raster.tiles)


def test_a_group_that_holds_one_is_not_merged() -> None:
    document = with_controls()
    group = next(one for one in document.walk() if one.name == "controls")
    with pytest.raises(StudioError, match="control layer"):
        merge.merge_down(document, group.id)


def test_a_figure_beyond_the_canvas_counts_once_there_is_room_for_it() -> None:
    pose = pose_layer([preset("standing", 350, 20, 250)], CANVAS, "pose")
    document = Document(width=400, height=300, layers=(pose,), active=pose.id)
    beyond = Rect(420, 0, 200, 300)
    assert control_picture(pose, beyond) is not None
    grown = canvas.extend_canvas(document, left=10, right=300).find(pose.id)
    assert isinstance(grown, ControlLayer)
    assert grown.raster.read(beyond)[:, :, 3].any()
    assert control_picture(grown, Rect(0, 0, 100, 100)) is None


def test_a_layer_mask_hides_a_part_of_what_it_says_in_proportion() -> None:
    cover = np.full((300, 400), 255, np.uint8)
    cover[:, :200] = 0
    cover[:, 200:300] = 51
    mask = LayerMask(Raster.from_array(cover, default=255))
    white = control_layer("depth", np.full((300, 400, 3), 250, np.uint8), "depth")
    found = control_picture(white.replace(mask=mask), CANVAS)
    assert found is not None
    assert [found[9, x, 0] for x in (100, 250, 350)] == [0, 50, 250]
    pose = pose_layer([preset("standing", 80, 20, 250)], CANVAS, "pose")
    shown, half = control_picture(pose, CANVAS), control_picture(pose.replace(mask=mask), CANVAS)
    assert shown is not None and half is not None
    assert not half[:, :200].any() and np.array_equal(half[:, 300:], shown[:, 300:])


def test_joints_stay_within_reach_and_a_file_names_no_folder_of_the_network() -> None:
    person = preset("standing", 0, 0, 100) * np.array((1e9, -1e9, 1), np.float32)
    layer = pose_layer([person], CANVAS, "pose")
    assert np.abs(people_of(layer)[0]).max() <= 100_000
    stored = {"kind": "pose", "strength": 1, "start": 0, "end": 1, "people": []}
    for folder in ("\\\\host\\share", "//host/share", "smb://host/share", "https://host/x"):
        assert read_control({**stored, "model": folder}).model == ""
    assert read_control({**stored, "model": "/models/pose"}).model == "/models/pose"
