"""OpenRaster: everything comes back, other editors see the same picture, stale parts go."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from io_samples import (
    RECIPE,
    assert_layers,
    assert_rasters,
    noise,
    picture,
    rich_document,
)
from PIL import Image

from studio.core.errors import Cancelled
from studio.core.progress import Progress, ProgressEvent
from studio.document.blend import BlendMode
from studio.document.document import Document
from studio.document.io.formats import open_document, save_document
from studio.document.layer import GenerativeLayer, GroupLayer, Layer, RasterLayer
from studio.document.raster import Raster


def rewrite(path: Path, change: Callable[[dict[str, bytes]], None]) -> None:
    """Let ``change`` edit the entries of a zip file, as another program would."""
    with zipfile.ZipFile(path) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    change(entries)
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in entries.items():
            archive.writestr(name, data)


def png(pixels: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


def saved(tmp_path: Path, document: Document | None = None) -> Path:
    path = tmp_path / "a.ora"
    save_document(document or rich_document(), path)
    return path


def by_name(document: Document, name: str) -> RasterLayer:
    found = next(layer for layer in document.walk() if layer.name == name)
    assert isinstance(found, RasterLayer)
    return found


def test_everything_comes_back(tmp_path: Path) -> None:
    document = rich_document()
    opened = open_document(saved(tmp_path, document))
    assert opened.format == "ora" and opened.notices == ()
    again = opened.document
    assert again.rect == document.rect and again.active == document.active
    assert_rasters(again.selection, document.selection)
    assert_rasters(again.mask, document.mask)
    for a, b in zip(document.layers, again.layers, strict=True):
        assert_layers(a, b)
    assert np.array_equal(picture(document), picture(again))


def test_recipe_comes_back_exactly(tmp_path: Path) -> None:
    layer = by_name(open_document(saved(tmp_path)).document, "a teddy bear")
    assert isinstance(layer, GenerativeLayer)
    assert layer.recipe == RECIPE


def test_profile_comes_back(tmp_path: Path) -> None:
    document = rich_document().replace(profile=b"some profile")
    # Only the bytes matter here; the merged picture carries them too.
    assert open_document(saved(tmp_path, document)).document.profile == b"some profile"


def test_same_document_same_bytes(tmp_path: Path) -> None:
    document = rich_document()
    save_document(document, tmp_path / "a.ora")
    save_document(document, tmp_path / "b.ora")
    assert (tmp_path / "a.ora").read_bytes() == (tmp_path / "b.ora").read_bytes()


def test_layout_is_openraster(tmp_path: Path) -> None:
    document = rich_document()
    with zipfile.ZipFile(saved(tmp_path, document)) as archive:
        first = archive.infolist()[0]
        assert first.filename == "mimetype" and first.compress_type == zipfile.ZIP_STORED
        assert archive.read("mimetype") == b"image/openraster"
        merged = np.asarray(Image.open(io.BytesIO(archive.read("mergedimage.png"))))
        assert np.array_equal(merged, picture(document))
        thumbnail = Image.open(io.BytesIO(archive.read("Thumbnails/thumbnail.png")))
        assert max(thumbnail.size) <= 256
        root = ElementTree.fromstring(archive.read("stack.xml"))
        names = [node.get("name") for node in root.iter() if node.get("name") is not None]
        assert names == [
            "outer",
            "hidden",
            "inner",
            "empty",
            "overlay",
            "a teddy bear",
            "毛 ñ 😀",
            "Foto",
        ]
        modes = {node.get("name"): node.get("composite-op") for node in root.iter()}
        assert modes["毛 ñ 😀"] == "svg:multiply" and modes["Foto"] == "svg:src-over"
        groups = [node for node in root.iter("stack") if node.get("name")]
        assert all(node.get("isolation") == "isolate" for node in groups)
        for node in root.iter("layer"):
            assert node.get("src") in archive.namelist()


def test_without_the_added_folder_the_picture_is_the_same(tmp_path: Path) -> None:
    """What another editor shows: masks are worked into the pictures of the layers."""
    document = rich_document()
    path = saved(tmp_path, document)

    def strip(entries: dict[str, bytes]) -> None:
        for name in [name for name in entries if name.startswith("lienzo/")]:
            del entries[name]

    rewrite(path, strip)
    again = open_document(path)
    assert all(layer.mask is None for layer in again.document.walk())
    difference = np.abs(picture(document).astype(int) - picture(again.document))
    # Each mask rounds once more; a group's mask lies on each of its layers.
    assert difference.mean() < 1 and np.percentile(difference, 99) <= 3


def test_layer_that_was_moved_elsewhere_keeps_mask_and_recipe(tmp_path: Path) -> None:
    document = rich_document()
    path = saved(tmp_path, document)

    def move(entries: dict[str, bytes]) -> None:
        root = ElementTree.fromstring(entries["stack.xml"])
        node = next(node for node in root.iter("layer") if node.get("name") == "a teddy bear")
        node.set("x", str(int(node.get("x", "0")) + 10))
        node.set("name", "bear")
        entries["stack.xml"] = ElementTree.tostring(root)

    rewrite(path, move)
    before, after = by_name(document, "a teddy bear"), by_name(open_document(path).document, "bear")
    assert isinstance(after, GenerativeLayer) and after.recipe == RECIPE
    assert_rasters(after.raster, before.raster)
    assert (after.x, after.y) == (before.x + 10, before.y)
    assert after.mask is not None


def test_layer_that_was_painted_elsewhere_loses_only_its_mask(tmp_path: Path) -> None:
    path = saved(tmp_path)
    painted = noise(96, 128, seed=77)

    def paint(entries: dict[str, bytes]) -> None:
        extra = json.loads(entries["lienzo/document.json"])
        source = next(one for one in extra["layers"] if one["kind"] == "generative")["data"]
        entries[source] = png(painted)

    rewrite(path, paint)
    opened = open_document(path)
    layer = by_name(opened.document, "a teddy bear")
    assert np.array_equal(layer.raster.read(layer.raster.bounds()), painted)
    assert layer.mask is None and isinstance(layer, GenerativeLayer)
    assert any("a teddy bear" in str(one) for one in opened.notices)
    assert by_name(opened.document, "hidden").mask is not None


def test_group_with_a_layer_painted_elsewhere_shows_what_the_editor_showed(tmp_path: Path) -> None:
    path = saved(tmp_path)

    def paint(entries: dict[str, bytes]) -> None:
        root = ElementTree.fromstring(entries["stack.xml"])
        node = next(node for node in root.iter("layer") if node.get("name") == "overlay")
        entries[node.get("src", "")] = png(np.full((100, 100, 4), 200, np.uint8))

    rewrite(path, paint)
    opened = open_document(path)
    group = next(layer for layer in opened.document.walk() if layer.name == "outer")
    assert isinstance(group, GroupLayer) and group.mask is None
    assert any("outer" in str(one) for one in opened.notices)
    overlay = by_name(opened.document, "overlay")
    box = overlay.raster.bounds()
    assert (overlay.raster.read(box) == 200).all() and (box.width, box.height) == (100, 100)


@pytest.mark.parametrize("victim", ["mask", "pixels"])
def test_missing_part_of_the_added_folder_never_shows_what_was_masked(
    tmp_path: Path, victim: str
) -> None:
    document = rich_document()
    path = saved(tmp_path, document)

    def remove(entries: dict[str, bytes]) -> None:
        for name in [name for name in entries if name.startswith(f"lienzo/{victim}")]:
            del entries[name]

    rewrite(path, remove)
    opened = open_document(path)
    assert opened.notices
    difference = np.abs(picture(document).astype(int) - picture(opened.document))
    assert difference.mean() < 1


def test_damaged_added_folder_opens_the_layers(tmp_path: Path) -> None:
    for broken in (b"{", b"[]", b'{"version": 9}', b'{"version": 1, "layers": [{}]}'):
        path = saved(tmp_path)
        rewrite(path, lambda entries, data=broken: entries.update({"lienzo/document.json": data}))
        opened = open_document(path)
        assert len(opened.document.layers) == 4
        assert any("masks and recipes" in str(one) for one in opened.notices)


def stack(body: str) -> bytes:
    return f'<image version="0.0.3" w="64" h="48"><stack>{body}</stack></image>'.encode()


def foreign(tmp_path: Path, body: str, **files: bytes) -> Path:
    """An ORA as another program writes it."""
    path = tmp_path / "foreign.ora"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "image/openraster")
        archive.writestr("stack.xml", stack(body))
        for name, data in files.items():
            archive.writestr(f"data/{name}.png", data)
    return path


def test_foreign_file_with_defaults(tmp_path: Path) -> None:
    body = '<layer src="data/b.png" x="4" y="-3" opacity="0.25"/><layer src="data/a.png"/>'
    path = foreign(tmp_path, body, a=png(noise(48, 64)), b=png(noise(20, 20, 3)))
    bottom, top = open_document(path).document.layers
    assert isinstance(top, RasterLayer) and isinstance(bottom, RasterLayer)
    assert (top.x, top.y, top.opacity, top.visible) == (4, -3, 0.25, True)
    assert (bottom.x, bottom.y, bottom.opacity) == (0, 0, 1.0)


@pytest.mark.parametrize(
    ("operation", "mode"),
    [
        ("svg:color-dodge", BlendMode.COLOUR_DODGE),
        ("svg:plus", BlendMode.LINEAR_DODGE),
        ("krita:linear light", BlendMode.LINEAR_LIGHT),
        ("krita:luminize", BlendMode.LUMINOSITY),
        ("gimp:luma-darken-only", BlendMode.DARKER_COLOUR),
        ("svg:src-over", BlendMode.NORMAL),
    ],
)
def test_modes_of_other_programs(tmp_path: Path, operation: str, mode: BlendMode) -> None:
    body = f'<layer name="glow" src="data/a.png" composite-op="{operation}"/>'
    opened = open_document(foreign(tmp_path, body, a=png(noise(48, 64))))
    assert opened.document.layers[0].blend is mode and opened.notices == ()


def test_groups_and_layers_of_other_programs_blend(tmp_path: Path) -> None:
    bottom, top = noise(48, 64, 3, seed=1), noise(48, 64, 3, seed=2)
    body = (
        '<stack name="g" isolation="isolate" composite-op="svg:difference">'
        '<layer name="glow" src="data/b.png" composite-op="svg:lighten"/>'
        '<layer src="data/b.png"/></stack><layer src="data/a.png"/>'
    )
    opened = open_document(foreign(tmp_path, body, a=png(bottom), b=png(top)))
    shown = picture(opened.document)[:, :, :3].astype(int)
    assert np.abs(shown - np.abs(bottom.astype(int) - top)).max() <= 1
    assert opened.notices == ()


@pytest.mark.parametrize(
    ("attributes", "passes"),
    [
        ("", True),
        ('isolation="auto"', True),
        ('isolation="isolate"', False),
        ('opacity="0.5"', False),
        ('composite-op="svg:screen"', False),
    ],
)
def test_a_group_is_isolated_as_the_standard_says(
    tmp_path: Path, attributes: str, passes: bool
) -> None:
    body = f'<stack {attributes}><layer src="data/a.png" composite-op="svg:multiply"/></stack>'
    (group,) = open_document(foreign(tmp_path, body, a=png(noise(48, 64)))).document.layers
    assert (group.blend is BlendMode.PASS_THROUGH) == passes


@pytest.mark.parametrize("mode", BlendMode, ids=lambda mode: mode.value.id)
def test_each_mode_comes_back(tmp_path: Path, mode: BlendMode) -> None:
    pixels = Raster.from_array(noise(20, 30))
    layers: tuple[Layer, ...] = (RasterLayer(raster=pixels),)
    if mode.value.only_groups:
        layers += (GroupLayer(children=layers, blend=mode, opacity=0.4),)
    else:
        layers += (RasterLayer(raster=pixels, blend=mode, opacity=0.4),)
        layers += (GroupLayer(children=layers, blend=mode),)
    document = Document(width=30, height=20, layers=layers)
    path = tmp_path / "a.ora"
    save_document(document, path)
    found = open_document(path)
    assert [one.blend for one in found.document.layers] == [one.blend for one in layers]
    assert np.array_equal(picture(found.document), picture(document)) and found.notices == ()


def test_a_mode_that_nobody_knows_is_normal_with_a_notice(tmp_path: Path) -> None:
    body = '<layer name="x" src="data/a.png" composite-op="other:strange"/>'
    opened = open_document(foreign(tmp_path, body, a=png(noise(48, 64))))
    assert "other:strange" in str(opened.notices[0])


@pytest.mark.parametrize("value", ["nan", "inf", "-3", "7", "x", ""])
def test_odd_numbers_do_no_harm(tmp_path: Path, value: str) -> None:
    body = f'<layer src="data/a.png" opacity="{value}" x="{value}" y="1e99"/>'
    layer = open_document(foreign(tmp_path, body, a=png(noise(8, 8)))).document.layers[0]
    assert 0.0 <= layer.opacity <= 1.0


def test_saving_reports_progress_and_can_be_cancelled(tmp_path: Path) -> None:
    seen: list[ProgressEvent] = []
    path = tmp_path / "a.ora"
    save_document(rich_document(), path, progress=Progress(seen.append))
    fractions = [event.fraction for event in seen]
    assert fractions == sorted(fractions) and fractions[-1] == 1.0 and len(set(fractions)) > 8
    before = path.read_bytes()

    progress = Progress(lambda event: progress.cancel() if event.fraction > 0.3 else None)
    with pytest.raises(Cancelled):
        save_document(rich_document(), path, progress=progress)
    assert path.read_bytes() == before and [one.name for one in tmp_path.iterdir()] == ["a.ora"]


def test_opening_can_be_cancelled(tmp_path: Path) -> None:
    path = saved(tmp_path)
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        open_document(path, progress)


def test_name_with_characters_that_xml_forbids(tmp_path: Path) -> None:
    document = Document(width=8, height=8, layers=(RasterLayer(name='a\x00<b>&"\ud800'),))
    path = saved(tmp_path, document)
    assert open_document(path).document.layers[0].name == 'a\ufffd<b>&"\ufffd'
