"""Photoshop documents look as they did: blend modes, adjustments, effects, clipping, artboards."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from io_samples import noise, picture
from PIL import Image
from psd_tools import PSDImage
from psd_tools.constants import BlendMode as PsdBlend
from psd_tools.constants import ColorMode, EffectOSType, Tag
from psd_tools.psd.base import ByteElement
from psd_tools.psd.color import Color
from psd_tools.psd.descriptor import (
    Bool,
    Descriptor,
    DescriptorBlock,
    DescriptorBlock2,
    Double,
    Enumerated,
    Integer,
    UnitFloat,
)
from psd_tools.psd.effects_layer import EffectsLayer, ShadowInfo, SolidFillInfo
from psd_tools.psd.layer_and_mask import MaskFlags, MaskParameters
from psd_tools.psd.vector import Path as PathRecords
from psd_tools.psd.vector import VectorMaskSetting
from psd_tools.terminology import Unit

from studio.core.notices import Listed
from studio.document.blend import BlendMode
from studio.document.io import psd_bake
from studio.document.io.formats import Opened, open_document
from studio.document.io.psd_bake import grey_space
from studio.document.io.psd_layer import array_to_image
from studio.document.layer import GroupLayer, Layer, RasterLayer

SIZE = (40, 30)


def opened(tmp_path: Path, psd: PSDImage) -> Opened:
    path = tmp_path / "a.psd"
    psd.save(path)
    return open_document(path)


def ground() -> np.ndarray:
    pixels = noise(30, 40, seed=1)
    pixels[:, :, 3] = 255
    return pixels


def document(*layers: np.ndarray, **options: Any) -> PSDImage:
    """Return a document of an opaque ground and further layers, the last with ``options``."""
    psd = PSDImage.new("RGBA", SIZE)
    psd.create_pixel_layer(Image.fromarray(ground()), name="ground")
    for number, pixels in enumerate(layers):
        last = options if number == len(layers) - 1 else {}
        psd.create_pixel_layer(Image.fromarray(pixels), name=f"layer {number}", **last)
    return psd


def texts(found: Opened) -> str:
    return " / ".join(str(one) for one in found.notices)


def layer(found: Opened, name: str) -> Layer:
    return next(one for one in found.document.walk() if one.name == name)


def mixed(blended: np.ndarray, opacity: np.ndarray | float = 1.0) -> np.ndarray:
    below = ground()[:, :, :3].astype(float)
    return below + (blended - below) * opacity


def test_a_fill_opacity_in_the_mode_is_named(tmp_path: Path) -> None:
    psd = document(ground()[::-1].copy(), blend_mode=PsdBlend.LINEAR_LIGHT)
    psd[1].tagged_blocks.set_data(Tag.BLEND_FILL_OPACITY, 51)
    found = opened(tmp_path, psd)
    assert "Linear light" in texts(found) and "fill opacity" in texts(found)
    assert layer(found, "layer 0").blend is BlendMode.NORMAL
    psd[1].tagged_blocks.set_data(Tag.BLEND_FILL_OPACITY, 255)
    found = opened(tmp_path, psd)
    assert layer(found, "layer 0").blend is BlendMode.LINEAR_LIGHT and texts(found) == ""


def test_fill_goes_into_eight_of_the_modes(tmp_path: Path) -> None:
    top = ground()[::-1].copy()
    psd = document(top, blend_mode=PsdBlend.LINEAR_LIGHT)
    psd[1].tagged_blocks.set_data(Tag.BLEND_FILL_OPACITY, 51)
    b, s = ground()[:, :, :3] / 255, 0.5 + (top[:, :, :3] / 255 - 0.5) * 0.2
    expected = np.clip(b + 2 * s - 1, 0, 1) * 255
    shown = picture(opened(tmp_path, psd).document)[:, :, :3]
    assert np.abs(shown - expected).max() <= 1.5


def test_a_hidden_layer_keeps_its_mode(tmp_path: Path) -> None:
    top = noise(30, 40, seed=2)
    psd = document(top, blend_mode=PsdBlend.DARKEN)
    psd[1].visible = False
    found = opened(tmp_path, psd)
    kept = layer(found, "layer 0")
    assert isinstance(kept, RasterLayer)
    assert np.array_equal(kept.raster.read(found.document.rect), top)
    assert kept.blend is BlendMode.DARKEN and texts(found) == ""


@pytest.mark.parametrize("mode", [PsdBlend.MULTIPLY, PsdBlend.DIFFERENCE])
def test_layers_blend_through_a_faded_group(tmp_path: Path, mode: PsdBlend) -> None:
    top = ground()[::-1].copy()
    psd = document()
    group = psd.create_group(name="g", blend_mode=PsdBlend.PASS_THROUGH, opacity=128)
    group.create_pixel_layer(Image.fromarray(top), name="a", blend_mode=mode)
    b, s = ground()[:, :, :3] / 255, top[:, :, :3] / 255
    blended = b * s if mode is PsdBlend.MULTIPLY else np.abs(b - s)
    shown = picture(opened(tmp_path, psd).document)[:, :, :3]
    assert np.abs(shown - mixed(blended * 255, 128 / 255)).max() <= 1.5


def test_adjustments_keep_how_they_looked(tmp_path: Path) -> None:
    psd = document()
    half = np.zeros((30, 40), np.uint8)
    half[:, 20:] = 255
    adjustment = psd.create_pixel_layer(Image.new("RGBA", (1, 1)), name="inv", opacity=128)
    adjustment.create_mask(Image.fromarray(half))
    adjustment.tagged_blocks.set_data(Tag.INVERT)
    found = opened(tmp_path, psd)
    shown = picture(found.document)[:, :, :3]
    assert np.array_equal(shown[:, :20], ground()[:, :20, :3])
    expected = mixed(255.0 - ground()[:, :, :3], 128 / 255)
    assert np.abs(shown[:, 20:] - expected[:, 20:]).max() <= 1.5
    assert layer(found, "ground").visible
    assert "adjustments are pixels" in texts(found)


@pytest.mark.parametrize(("brightness", "contrast"), [(-23, -26), (20, 57)])
def test_the_old_brightness_is_an_adjustment(
    tmp_path: Path, brightness: int, contrast: int
) -> None:
    psd = document()
    old = psd.create_pixel_layer(Image.new("RGBA", (1, 1)), name="old")
    data = (brightness & 0xFFFF, contrast & 0xFFFF, 127, 0)
    old.tagged_blocks.set_data(Tag.BRIGHTNESS_AND_CONTRAST, *data)
    for channel in old._channels:  # As Photoshop writes it: without pixels.
        channel.data = b""
    record = old._record
    record.top = record.left = record.bottom = record.right = 0
    shown = picture(opened(tmp_path, psd).document)[:, :, :3]
    values = ground()[:, :, :3].astype(float)
    if contrast < 0:  # Levels that Photoshop made of a ramp with these numbers.
        expected = (values - 127) * 0.74 + 127 - 23
    else:
        expected = (values + 20 - 127) / 0.43 + 127
    assert np.abs(shown - expected.clip(0, 255)).max() <= 1.5


def test_an_adjustment_nobody_knows_is_named(tmp_path: Path) -> None:
    psd = document()
    other = psd.create_pixel_layer(Image.new("RGBA", (1, 1)), name="vib")
    other.tagged_blocks.set_data(Tag.VIBRANCE, DescriptorBlock(classID=b"null"))
    found = opened(tmp_path, psd)
    assert '"vib" (vibrance)' in texts(found) and "left out" in texts(found)


def test_an_adjustment_with_damaged_values_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged(*_: object) -> None:
        raise ValueError("`x` must be strictly increasing")

    monkeypatch.setitem(psd_bake.ADJUSTMENT_FUNC, "invert", damaged)
    psd = document()
    psd.create_pixel_layer(Image.new("RGBA", (1, 1)), name="inv").tagged_blocks.set_data(Tag.INVERT)
    found = opened(tmp_path, psd)
    assert '"inv" (invert)' in texts(found)
    assert np.array_equal(picture(found.document), ground())


def color(red: float, green: float, blue: float) -> Descriptor:
    keys = zip((b"Rd  ", b"Grn ", b"Bl  "), (red, green, blue), strict=True)
    return described(b"RGBC", {key: Double(value) for key, value in keys})


def described(kind: bytes, items: dict[bytes, Any]) -> Descriptor:
    made = Descriptor(classID=kind)
    for key, value in items.items():
        made[key] = value
    return made


def effects(
    psd_layer: Any,
    *found: tuple[bytes, bytes, dict[bytes, Any]],
    present: bool = True,
    shown: bool = True,
) -> None:
    """Give a layer effects: key in the list, class and values of each."""
    block = DescriptorBlock2(version=0, classID=b"null", data_version=16)
    block[b"Scl "] = UnitFloat(unit=Unit.Percent, value=100.0)
    block[b"masterFXSwitch"] = Bool(shown)
    for key, kind, items in found:
        common = {
            b"enab": Bool(True),
            **({b"present": Bool(True)} if present else {}),
            b"Md  ": Enumerated(typeID=b"BlnM", enum=b"Nrml"),
            b"Opct": UnitFloat(unit=Unit.Percent, value=100.0),
        }
        block[key] = described(kind, common | items)
    psd_layer.tagged_blocks.set_data(Tag.OBJECT_BASED_EFFECTS_LAYER_INFO, block)


def square(x: int = 10, y: int = 10, side: int = 10) -> np.ndarray:
    pixels = np.zeros((30, 40, 4), np.uint8)
    pixels[y : y + side, x : x + side] = (0, 0, 255, 255)
    return pixels


def pixels_of(value: float) -> UnitFloat:
    return UnitFloat(unit=Unit.Pixels, value=value)


@pytest.mark.parametrize("present", [True, False])
def test_an_overlay_is_not_faded_by_the_fill(tmp_path: Path, present: bool) -> None:
    psd = document(square())
    overlay = (b"SoFi", b"SoFi", {b"Clr ": color(255, 0, 0)})
    effects(psd[1], overlay, present=present)  # Older files do not say that they are.
    psd[1].tagged_blocks.set_data(Tag.BLEND_FILL_OPACITY, 0)
    found = opened(tmp_path, psd)
    shown = picture(found.document)
    assert shown[15, 15, :3].tolist() == [255, 0, 0]
    assert np.array_equal(shown[5, 5, :3], ground()[5, 5, :3])
    assert "effects of these layers are pixels" in texts(found)


def test_effects_that_are_switched_off_are_not_drawn(tmp_path: Path) -> None:
    psd = document(square())
    effects(psd[1], (b"SoFi", b"SoFi", {b"Clr ": color(255, 0, 0)}), shown=False)
    old = EffectsLayer(version=0)
    old[EffectOSType.SOLID_FILL] = SolidFillInfo(enabled=1, native_color=Color())
    psd[1].tagged_blocks.set_data(Tag.EFFECTS_LAYER)
    psd[1].tagged_blocks[Tag.EFFECTS_LAYER].data = old
    found = opened(tmp_path, psd)
    assert picture(found.document)[15, 15, :3].tolist() == [0, 0, 255]
    assert "effects" not in texts(found)


def test_a_stroke_lies_beside_its_layer(tmp_path: Path) -> None:
    psd = document(square())
    stroke = {
        b"Styl": Enumerated(typeID=b"FStl", enum=b"OutF"),
        b"PntT": Enumerated(typeID=b"FrFl", enum=b"SClr"),
        b"Sz  ": pixels_of(3),
        b"Clr ": color(0, 255, 0),
    }
    effects(psd[1], (b"FrFX", b"FrFX", stroke))
    shown = picture(opened(tmp_path, psd).document)
    assert shown[15, 8, :3].tolist() == [0, 255, 0]
    assert shown[15, 15, :3].tolist() == [0, 0, 255]
    assert np.array_equal(shown[15, 4, :3], ground()[15, 4, :3])


def test_a_shadow_is_a_layer_below(tmp_path: Path) -> None:
    psd = document(square())
    shadow = {
        b"Md  ": Enumerated(typeID=b"BlnM", enum=b"Mltp"),
        b"Opct": UnitFloat(unit=Unit.Percent, value=50.0),
        b"Clr ": color(0, 0, 0),
        b"uglg": Bool(False),
        b"lagl": UnitFloat(unit=Unit.Angle, value=180.0),
        b"Dstn": pixels_of(6),
        b"Ckmt": pixels_of(0),
        b"blur": pixels_of(0),
        b"layerConceals": Bool(True),
    }
    effects(psd[1], (b"DrSh", b"DrSh", shadow))
    found = opened(tmp_path, psd)
    below, above = [one for one in found.document.layers if one.visible][1:]
    assert below.name == "layer 0: drop shadow" and above.name == "layer 0"
    assert below.blend is BlendMode.MULTIPLY and below.opacity == 0.5
    shown = picture(found.document)
    # Light from the left: the shadow falls 6 px to the right.
    assert np.abs(shown[15, 23, :3] - ground()[15, 23, :3] * 0.5).max() <= 1.5
    assert shown[15, 15, :3].tolist() == [0, 0, 255]
    assert np.array_equal(shown[15, 28, :3], ground()[15, 28, :3])


def test_effects_that_cannot_be_drawn_are_named(tmp_path: Path) -> None:
    psd = document(square())
    effects(psd[1], (b"ebbl", b"ebbl", {}), (b"ChFX", b"ChFX", {}))
    text = texts(opened(tmp_path, psd))
    assert '"layer 0" (bevel)' in text and '"layer 0" (satin)' in text


@pytest.mark.parametrize("grouped", [True, False])
def test_effects_of_a_base_and_what_is_clipped_to_it(tmp_path: Path, grouped: bool) -> None:
    psd = document(square(), square(15, 10))
    overlay = {b"Clr ": color(255, 0, 0), b"Opct": UnitFloat(unit=Unit.Percent, value=100.0)}
    effects(psd[1], (b"SoFi", b"SoFi", overlay))
    psd[1].tagged_blocks.set_data(Tag.BLEND_CLIPPING_ELEMENTS, ByteElement(int(grouped)))
    psd[2].clipping = True
    shown = picture(opened(tmp_path, psd).document)
    # Grouped, the effects lie over all; else what is clipped lies over the effects.
    assert shown[12, 17, :3].tolist() == ([255, 0, 0] if grouped else [0, 0, 255])
    assert shown[12, 12, :3].tolist() == [255, 0, 0]
    assert np.array_equal(shown[12, 23, :3], ground()[12, 23, :3])


@pytest.mark.parametrize(
    ("kind", "seen"), [(1, [255, 255, 255, 255]), (2, [0, 0, 0, 255]), (3, [0, 0, 0, 0])]
)
def test_artboards_have_their_background(tmp_path: Path, kind: int, seen: list[int]) -> None:
    psd = PSDImage.new("RGBA", SIZE)
    board = psd.create_group(name="board")
    board.create_pixel_layer(Image.fromarray(square(30, 10)), name="a")
    edges = dict(zip((b"Top ", b"Left", b"Btom", b"Rght"), (0.0, 5.0, 30.0, 35.0), strict=True))
    rect = described(b"classFloatRect", {key: Double(value) for key, value in edges.items()})
    data = DescriptorBlock(version=16, classID=b"artboard")
    data[b"artboardRect"] = rect
    data[b"artboardBackgroundType"] = Integer(kind)
    board.tagged_blocks.set_data(Tag.ARTBOARD_DATA1, data)
    found = opened(tmp_path, psd)
    shown = picture(found.document)
    assert isinstance(found.document.layers[0], GroupLayer)
    assert shown[5, 20].tolist() == seen and shown[5, 2, 3] == 0
    assert shown[15, 32].tolist() == [0, 0, 255, 255] and shown[15, 37, 3] == 0


def test_no_false_alarm_without_transparency_in_the_merged_picture(tmp_path: Path) -> None:
    psd = PSDImage.new("RGBA", SIZE)
    psd.create_pixel_layer(Image.fromarray(noise(30, 40)), name="a")
    assert opened(tmp_path, psd).notices == ()


def test_effects_of_an_old_kind_are_drawn(tmp_path: Path) -> None:
    psd = document(square())
    old = EffectsLayer(version=0)
    colour = Color(0, [65535, 0, 0, 0])
    old[EffectOSType.SOLID_FILL] = SolidFillInfo(
        enabled=1, color=colour, opacity=255, blend_mode=PsdBlend.NORMAL, native_color=colour
    )
    old[EffectOSType.DROP_SHADOW] = ShadowInfo(
        enabled=1,
        color=Color(0, [0, 0, 0, 0]),
        native_color=Color(0, [0, 0, 0, 0]),
        blend_mode=PsdBlend.MULTIPLY,
        opacity=255,
        angle=180 << 16,
        distance=6 << 16,
    )
    psd[1].tagged_blocks.set_data(Tag.EFFECTS_LAYER)
    psd[1].tagged_blocks[Tag.EFFECTS_LAYER].data = old
    shown = picture(opened(tmp_path, psd).document)
    assert shown[15, 15, :3].tolist() == [255, 0, 0]
    assert shown[15, 23, :3].tolist() == [0, 0, 0]
    assert np.array_equal(shown[15, 28, :3], ground()[15, 28, :3])


def test_fills_of_thirty_two_bits_are_linear_light() -> None:
    linear = SimpleNamespace(depth=32, color_mode=ColorMode.RGB)
    image = array_to_image(linear, np.full((1, 1, 3), (0.61, 0.4, 0.15), np.float32))  # type: ignore[arg-type]
    assert image.getpixel((0, 0)) == (205, 170, 108)
    usual = SimpleNamespace(depth=8, color_mode=ColorMode.RGB)
    image = array_to_image(usual, np.full((1, 1, 3), (0.61, 0.4, 0.15), np.float32))  # type: ignore[arg-type]
    assert image.getpixel((0, 0)) == (156, 102, 38)


def test_many_layers_make_one_notice(tmp_path: Path) -> None:
    tops = [square(x, 10) for x in range(0, 24, 4)]
    psd = document(*tops)
    for one in list(psd)[1:]:
        one.blend_mode = PsdBlend.VIVID_LIGHT
        one.fill_opacity = 100
    found = opened(tmp_path, psd)
    (told,) = [one for one in found.notices if "fill opacity" in str(one)]
    assert str(told).count("(Vivid light)") == 3 and "+ 3" in str(told)


def test_lists_are_translated_term_by_term() -> None:
    listed = Listed((("Sky", "drop shadow"), ("", "layer effects")), 2)
    assert str(listed) == '"Sky" (drop shadow), layer effects + 2'
    assert listed.text(str.upper) == '"Sky" (DROP SHADOW), LAYER EFFECTS + 2'


def test_opened_flattened_it_has_the_look_of_the_file(tmp_path: Path) -> None:
    psd = document(square())
    effects(psd[1], (b"ebbl", b"ebbl", {}))
    path = tmp_path / "a.psd"
    psd.save(path)
    data = bytearray(path.read_bytes())
    data[-30 * 40 * 4 - 2 :] = b"\0\0" + bytes((90, 160, 30, 255)[i // 1200] for i in range(4800))
    path.write_bytes(data)
    assert "looks different" in texts(open_document(path))
    flat = open_document(path, flat=True)
    assert len(flat.document.layers) == 1 and flat.notices == ()
    assert (picture(flat.document)[:, :, :3] == (90, 160, 30)).all()


def test_what_looks_the_same_is_merged_when_opened_flattened(tmp_path: Path) -> None:
    path = tmp_path / "a.psd"
    document(noise(30, 40, seed=3)).save(path)
    layered, flat = open_document(path), open_document(path, flat=True)
    assert len(layered.document.layers) > 1 and len(flat.document.layers) == 1
    assert np.array_equal(picture(flat.document), picture(layered.document))


def test_a_vector_mask_drawn_by_photoshop_keeps_its_density(tmp_path: Path) -> None:
    psd = document(square(0, 0, 30))
    mask = np.zeros((30, 40), np.uint8)
    mask[:, :15] = 255
    psd[1].create_mask(Image.fromarray(mask))
    path = VectorMaskSetting(version=3, flags=0, path=PathRecords())
    psd[1].tagged_blocks.set_data(Tag.VECTOR_MASK_SETTING1)
    psd[1].tagged_blocks[Tag.VECTOR_MASK_SETTING1].data = path
    data = psd[1]._record.mask_data
    assert data is not None
    data.flags = MaskFlags(user_mask_from_render=True, parameters_applied=True)
    data.parameters = MaskParameters(vector_mask_density=128)
    shown = picture(opened(tmp_path, psd).document)[:, :, :3]
    assert shown[10, 10].tolist() == [0, 0, 255]
    expected = mixed(np.array([0.0, 0.0, 255.0]), 127 / 255)
    assert np.abs(shown[:, 16:29] - expected[:, 16:29]).max() <= 2


def test_grey_documents_are_adjusted_in_their_own_levels() -> None:
    levels = (np.arange(256) / 255) ** (1 / 2.2) * 255
    space = grey_space(levels.round().astype(np.uint8))
    shown = np.repeat(levels.round().reshape(1, 256, 1) / 255, 3, axis=2)
    assert np.abs(space.leave(space.enter(shown)) - shown).max() < 1.5 / 255
    inverted = space.leave(1 - space.enter(shown))
    # Near white several levels look the same: which one it was is not known there.
    assert np.abs(inverted[0, 64:240, 0] - shown[0, ::-1, 0][64:240]).max() < 3 / 255


@pytest.mark.parametrize("mode", [PsdBlend.NORMAL, PsdBlend.MULTIPLY, PsdBlend.DIFFERENCE])
def test_what_is_clipped_follows_the_opacity_and_mode_of_its_base(
    tmp_path: Path, mode: PsdBlend
) -> None:
    red = square(15, 10)
    red[red[:, :, 3] > 0] = (200, 30, 60, 255)
    psd = document(square(), red)
    psd[1].blend_mode, psd[1].opacity, psd[2].clipping = mode, 128, True
    shown = picture(opened(tmp_path, psd).document)[:, :, :3]
    b = ground()[:, :, :3] / 255
    s = np.full_like(b, 0.0)
    s[:, :] = (0, 0, 1)
    s[10:20, 15:25] = np.array((200, 30, 60)) / 255
    blended = {PsdBlend.NORMAL: s, PsdBlend.MULTIPLY: b * s}.get(mode, np.abs(b - s))
    expected = mixed(blended * 255, 128 / 255)
    assert np.abs(shown[10:20, 10:20] - expected[10:20, 10:20]).max() <= 1.5
    assert np.array_equal(shown[10:20, 20:25], ground()[10:20, 20:25, :3])
