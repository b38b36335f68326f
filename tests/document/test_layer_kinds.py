"""Layer kinds are rows: a further one is composited, stored and exported by its row alone."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from blend_reference import blend
from invert_layer import ROW, InvertLayer
from PIL import Image
from psd_tools import PSDImage
from reference_compositor import noise

from studio.core.errors import StudioError
from studio.document import kinds, merge
from studio.document.blend import BlendMode
from studio.document.changes import changes
from studio.document.document import Document
from studio.document.io.describe import describe_layers
from studio.document.io.formats import lost_layers, open_document, save_document
from studio.document.kinds import LAYER_KINDS, kind_of
from studio.document.layer import (
    Control,
    ControlLayer,
    GroupLayer,
    Layer,
    LayerMask,
    RasterLayer,
)
from studio.document.raster import Raster
from studio.document.render.compositor import Compositor, composite
from studio.session import journal as journal_module
from studio.session.journal import Journal, recoverable


@pytest.fixture
def added(monkeypatch: pytest.MonkeyPatch) -> None:
    """Add the row; nothing else knows of the kind."""
    monkeypatch.setattr(kinds, "LAYER_KINDS", (*LAYER_KINDS, ROW))


def picture(seed: int, size: int = 80) -> RasterLayer:
    return RasterLayer(raster=Raster.from_array(noise(np.random.default_rng(seed), size, size)))


def document(*layers: Layer, size: int = 80) -> Document:
    return Document(width=size, height=size, layers=layers, active=layers[-1].id)


def seen(made: Document) -> np.ndarray:
    return composite(made, made.rect)


def test_every_layer_has_one_kind() -> None:
    assert len({kind.id for kind in LAYER_KINDS}) == len(LAYER_KINDS)
    assert len({kind.type for kind in LAYER_KINDS}) == len(LAYER_KINDS)
    with pytest.raises(TypeError, match="InvertLayer"):
        kind_of(InvertLayer())


@pytest.mark.usefixtures("added")
@pytest.mark.parametrize("mode", [BlendMode.NORMAL, BlendMode.MULTIPLY, BlendMode.LUMINOSITY])
def test_it_composites_with_mode_opacity_and_mask(mode: BlendMode) -> None:
    below = picture(1)
    shape = Raster.from_array(noise(np.random.default_rng(3), 80, 80, 1))
    layer = InvertLayer(amount=0.8, blend=mode, opacity=0.7, mask=LayerMask(shape))
    found = seen(document(below, layer)) / 255.0
    pixels = below.raster.read(document(below).rect) / 255.0
    changed = pixels.copy()
    changed[:, :, :3] += 0.8 * (1 - 2 * changed[:, :, :3])
    # By itself a pixel blends as if it were opaque, and keeps its alpha.
    solid = pixels.copy()
    solid[:, :, 3] = changed[:, :, 3] = 1.0
    share = 0.7 * shape.read(document(below).rect)[:, :, 0] / 255.0
    expected = blend(solid, changed, mode, share)
    expected[:, :, 3] = pixels[:, :, 3]
    shown = expected[:, :, 3] > 0
    assert np.array_equal(found[:, :, 3], pixels[:, :, 3])
    assert np.abs(found - expected)[shown].max() * 255 <= 1.01


@pytest.mark.usefixtures("added")
def test_a_group_keeps_it_inside_unless_it_passes_through() -> None:
    below, inside = picture(1), picture(2)
    group = GroupLayer(children=(inside, InvertLayer()))
    isolated = document(below, group)
    alone = document(inside, InvertLayer())
    over = document(below, RasterLayer(raster=Raster.from_array(seen(alone))))
    assert np.abs(seen(isolated).astype(int) - seen(over)).max() <= 2
    passing = document(below, group.replace(blend=BlendMode.PASS_THROUGH))
    assert np.array_equal(seen(passing), seen(document(below, inside, InvertLayer())))


@pytest.mark.usefixtures("added")
def test_a_view_follows_its_changes() -> None:
    below, layer = picture(1, 300), InvertLayer(amount=0.2)
    made = document(below, layer, size=300)
    view = Compositor()
    view.update(made)
    view.tile((0, 0))
    stronger = made.update(layer.replace(amount=1.0))
    assert changes(stronger, made)
    assert view.update(stronger)
    fresh = Compositor()
    fresh.update(stronger)
    assert np.array_equal(view.tile((0, 0)), fresh.tile((0, 0)))


@pytest.mark.usefixtures("added")
def test_it_comes_back_from_an_ora(tmp_path: Path) -> None:
    mask = LayerMask(Raster.from_array(noise(np.random.default_rng(3), 80, 80, 1)))
    layer = InvertLayer(name="neg", amount=0.4, opacity=0.5, x=3, mask=mask, locked=True)
    made = document(picture(1), layer)
    path = tmp_path / "a.ora"
    save_document(made, path)
    opened = open_document(path)
    found = opened.document.layers[1]
    assert opened.notices == () and isinstance(found, InvertLayer)
    assert (found.name, found.amount, found.opacity, found.x) == ("neg", 0.4, 0.5, 3)
    assert found.locked and found.id == layer.id
    assert np.array_equal(seen(opened.document), seen(made))


def _without_row(path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setattr(kinds, "LAYER_KINDS", LAYER_KINDS)
    opened = open_document(path)
    assert [type(one) for one in opened.document.layers] == [RasterLayer, RasterLayer]
    return [str(one) for one in opened.notices]


@pytest.mark.usefixtures("added")
def test_a_version_without_the_kind_opens_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.ora"
    save_document(document(picture(1), InvertLayer(name="neg")), path)
    (told,) = _without_row(path, monkeypatch)
    assert "neg" in told and "invert" in told


@pytest.mark.usefixtures("added")
@pytest.mark.parametrize("amount", ["much", None])
def test_settings_that_cannot_be_are_told(tmp_path: Path, amount: object) -> None:
    path = tmp_path / "a.ora"
    save_document(document(picture(1), InvertLayer(name="neg")), path)
    with zipfile.ZipFile(path) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    extra = json.loads(entries["lienzo/document.json"])
    extra["layers"][1]["amount"] = amount
    entries["lienzo/document.json"] = json.dumps(extra).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    opened = open_document(path)
    assert "neg" in str(opened.notices[0]) and type(opened.document.layers[1]) is RasterLayer


@pytest.mark.usefixtures("added")
def test_what_another_program_painted_there_is_pixels(tmp_path: Path) -> None:
    path = tmp_path / "a.ora"
    save_document(document(picture(1), InvertLayer(name="neg")), path)
    buffer = io.BytesIO()
    Image.new("RGBA", (5, 5), (1, 2, 3, 255)).save(buffer, "PNG")
    with zipfile.ZipFile(path) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    top = ElementTree.fromstring(entries["stack.xml"]).find("stack/layer")
    assert top is not None and top.get("name") == "neg"
    entries[str(top.get("src"))] = buffer.getvalue()
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    opened = open_document(path)
    painted = opened.document.layers[1]
    assert type(painted) is RasterLayer and painted.bounds().width == 5
    assert "neg" in str(opened.notices[0])


def test_a_pose_that_another_program_painted_on_has_no_skeletons(tmp_path: Path) -> None:
    person = tuple((float(i), float(i), 1.0) for i in range(18))
    pose = ControlLayer(raster=picture(2).raster, control=Control(kind="pose", people=(person,)))
    path = tmp_path / "a.ora"
    save_document(document(picture(1), pose), path)
    with zipfile.ZipFile(path) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    stack = ElementTree.fromstring(entries["stack.xml"])
    top, other = (str(node.get("src")) for node in stack.findall("stack/layer"))
    entries[top] = entries[other]
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    painted = open_document(path).document.layers[1]
    assert isinstance(painted, ControlLayer) and painted.control.people == ()


@pytest.mark.usefixtures("added")
def test_it_comes_back_from_the_journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_module, "_is_alive", lambda folder: False)
    made = document(picture(1), GroupLayer(children=(InvertLayer(amount=0.25),)))
    journal = Journal(tmp_path)
    journal.record(made, "Edit", None, clean=False)
    journal.close(keep=True)
    (found,) = recoverable(tmp_path)
    inside = found.document.layers[1]
    assert isinstance(inside, GroupLayer) and isinstance(inside.children[0], InvertLayer)
    assert inside.children[0].amount == 0.25


@pytest.mark.usefixtures("added")
@pytest.mark.parametrize("where", ["top", "group", "passing"])
def test_a_psd_has_a_picture_of_it_with_a_notice(tmp_path: Path, where: str) -> None:
    layers: tuple[Layer, ...] = (picture(1), InvertLayer(name="neg", amount=0.7), picture(2))
    if where != "top":
        mode = BlendMode.PASS_THROUGH if where == "passing" else BlendMode.NORMAL
        layers = (picture(4), GroupLayer(name="g", children=layers, blend=mode), picture(5))
    made = document(*layers)
    path = tmp_path / "a.psd"
    (told,) = lost_layers(made, path)
    assert "neg" in str(told) and "Inverted colours" in str(told)
    save_document(made, path)
    drawn = np.asarray(PSDImage.open(path).composite(force=True).convert("RGBA")) / 255.0
    ours = seen(made) / 255.0
    for one in (drawn, ours):
        one[:, :, :3] *= one[:, :, 3:]
    assert np.abs(drawn - ours).mean() * 255 < 1
    opened = open_document(path)
    assert np.abs(seen(opened.document).astype(int) - seen(made)).mean() < 1
    # What lies below stays in the file, hidden.
    assert any(not one.visible for one in opened.document.walk())
    assert lost_layers(document(picture(1)), path) == ()


@pytest.mark.usefixtures("added")
def test_it_merges_into_what_is_below_and_not_the_other_way() -> None:
    below, layer = picture(1), InvertLayer()
    made = document(below, layer)
    merged = merge.merge_down(made, layer.id)
    assert len(merged.layers) == 1
    assert np.array_equal(seen(merged), seen(made))
    turned = document(picture(2), layer, below)
    with pytest.raises(StudioError, match="no pixels"):
        merge.merge_down(turned, below.id)
    assert len(merge.flatten(made).layers) == 1


@pytest.mark.usefixtures("added")
def test_its_description_names_it() -> None:
    top, bottom = describe_layers(document(picture(1), InvertLayer()))
    assert (top["kind"], bottom["kind"]) == ("invert", "raster")
