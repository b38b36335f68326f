"""Photoshop documents: what we write others read, what others write we read."""

from __future__ import annotations

import io
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from io_samples import assert_rasters, noise, photo, picture, rich_document
from PIL import Image, ImageCms
from psd_tools import PSDImage
from psd_tools.api.layers import Group
from psd_tools.constants import BlendMode as PsdBlend
from psd_tools.constants import ChannelID, ColorMode, Resource, Tag
from psd_tools.psd.image_resources import ImageResource
from psd_tools.psd.layer_and_mask import MaskFlags, MaskParameters

from studio.core.errors import StudioError
from studio.document.blend import BlendMode
from studio.document.document import Document
from studio.document.io.formats import Opened, open_document, save_document
from studio.document.io.pictures import on_white
from studio.document.layer import GroupLayer, Layer, LayerMask, RasterLayer
from studio.document.raster import Raster


def saved(tmp_path: Path, document: Document) -> Path:
    path = tmp_path / "a.psd"
    save_document(document, path)
    return path


def layer(document: Document, name: str) -> Layer:
    return next(one for one in document.walk() if one.name == name)


def compare(a: Layer, b: Layer) -> None:
    """Equal in the document's coordinates: a PSD knows no layer offset apart from its pixels."""
    assert (a.name, a.visible, a.blend, a.locked) == (b.name, b.visible, b.blend, b.locked)
    assert abs(a.opacity - b.opacity) <= 0.5 / 255 + 1e-9
    assert a.bounds() == b.bounds() or (a.bounds().is_empty and b.bounds().is_empty)
    assert (a.mask is None) == (b.mask is None)
    if a.mask is not None and b.mask is not None:
        assert a.mask.enabled == b.mask.enabled
        assert a.mask.raster.default == b.mask.raster.default
        box = a.mask.raster.bounds().shift(a.x, a.y).expand(20)
        first = a.mask.raster.read(box.shift(-a.x, -a.y))
        assert np.array_equal(first, b.mask.raster.read(box.shift(-b.x, -b.y)))
    if isinstance(a, RasterLayer):
        assert isinstance(b, RasterLayer)
        box = a.bounds()
        first = a.raster.read(box.shift(-a.x, -a.y))
        assert np.array_equal(first, b.raster.read(box.shift(-b.x, -b.y)))
    if isinstance(a, GroupLayer):
        assert isinstance(b, GroupLayer) and a.expanded == b.expanded
        for first_child, second_child in zip(a.children, b.children, strict=True):
            compare(first_child, second_child)


def test_layers_groups_masks_come_back(tmp_path: Path) -> None:
    document = rich_document()
    opened = open_document(saved(tmp_path, document))
    assert opened.format == "psd" and opened.notices == ()
    for a, b in zip(document.layers, opened.document.layers, strict=True):
        compare(a, b)
    # Opacity is a byte in a PSD: the pictures differ by that rounding only.
    assert np.abs(picture(document).astype(int) - picture(opened.document)).max() <= 1


def test_trap_alpha_is_no_layer_mask(tmp_path: Path) -> None:
    """psd-tools' RGB documents turn each layer's alpha into a mask; ours stay transparency."""
    one = RasterLayer(name="a", raster=Raster.from_array(noise(20, 30)))
    psd = PSDImage.open(saved(tmp_path, Document(width=30, height=20, layers=(one,))))
    assert not psd[0].has_mask()
    alpha = psd[0].topil(ChannelID.TRANSPARENCY_MASK)
    assert alpha is not None
    assert np.array_equal(np.asarray(alpha), one.raster.read(psd_rect(psd))[:, :, 3])


def psd_rect(psd: PSDImage) -> Any:
    return Document(width=psd.width, height=psd.height).rect


@pytest.mark.parametrize("name", ["猫の絵 ñ 😀", "ü", "", "x" * 300, "a\x00b", "\ud800"])
def test_trap_names_outside_macroman(tmp_path: Path, name: str) -> None:
    document = Document(
        width=8, height=8, layers=(GroupLayer(name=name, children=(RasterLayer(name=name),)),)
    )
    path = saved(tmp_path, document)
    expected = name.replace("\ud800", "?")
    assert [one.name for one in PSDImage.open(path).descendants()] == [expected, expected]
    assert [one.name for one in open_document(path).document.walk()] == [expected, expected]


def test_trap_groups_are_isolated(tmp_path: Path) -> None:
    psd = PSDImage.open(saved(tmp_path, rich_document()))
    groups = [one for one in psd.descendants() if isinstance(one, Group)]
    assert [(one.name, one.blend_mode) for one in groups] == [
        ("outer", PsdBlend.NORMAL),
        ("inner", PsdBlend.SCREEN),
    ]


@pytest.mark.parametrize("opaque", [True, False])
def test_merged_picture_is_ours(tmp_path: Path, opaque: bool) -> None:
    document = rich_document()
    if not opaque:
        document = document.replace(layers=document.layers[1:])
    path = saved(tmp_path, document)
    psd = PSDImage.open(path)
    planes = psd._record.image_data.get_data(psd._record.header)
    ours = picture(document)
    assert len(planes) == (3 if opaque else 4)
    merged = np.stack([np.frombuffer(p, np.uint8).reshape(300, 400) for p in planes[:3]], axis=-1)
    assert np.array_equal(merged, on_white(ours))
    assert psd.has_preview()
    if not opaque:
        assert np.array_equal(np.frombuffer(planes[3], np.uint8).reshape(300, 400), ours[:, :, 3])


def test_profile_is_embedded(tmp_path: Path) -> None:
    psd = PSDImage.open(saved(tmp_path, rich_document()))
    profile = psd.image_resources.get_data(Resource.ICC_PROFILE)
    assert "sRGB" in ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(profile)))


def test_layers_are_cropped_to_their_content(tmp_path: Path) -> None:
    spot = RasterLayer(name="spot", x=3000, raster=Raster.from_array(noise(10, 10), 0, 3500))
    path = saved(tmp_path, Document(width=4096, height=4096, layers=(spot,)))
    assert PSDImage.open(path)[0].bbox == (3000, 3500, 3010, 3510)


@pytest.mark.parametrize("default", [0, 90, 255])
def test_mask_defaults(tmp_path: Path, default: int) -> None:
    mask = LayerMask(Raster.from_array(noise(10, 10, 1), 5, 5, default=default))
    one = RasterLayer(name="a", raster=Raster.from_array(noise(40, 40)), mask=mask)
    document = Document(width=40, height=40, layers=(one,))
    assert np.array_equal(
        picture(document), picture(open_document(saved(tmp_path, document)).document)
    )


# Files of other programs, made with psd-tools' own writer


def foreign(tmp_path: Path, psd: PSDImage) -> Opened:
    path = tmp_path / "foreign.psd"
    psd.save(path)
    return open_document(path)


def rgba(pixels: np.ndarray) -> Image.Image:
    return Image.fromarray(pixels)


def test_pass_through_group_of_normal_layers_stays_a_group(tmp_path: Path) -> None:
    psd = PSDImage.new("RGBA", (40, 30))
    group = psd.create_group(name="g")
    group.create_pixel_layer(rgba(noise(30, 40)), name="a")
    opened = foreign(tmp_path, psd)
    assert isinstance(opened.document.layers[0], GroupLayer)
    assert not any("pass-through" in str(one) for one in opened.notices)


def test_pass_through_group_with_modes_keeps_the_look(tmp_path: Path) -> None:
    psd = PSDImage.new("RGBA", (40, 30))
    psd.create_pixel_layer(rgba(photo(30, 40)), name="base")
    group = psd.create_group(name="shadows")
    group.create_pixel_layer(rgba(noise(30, 40)), name="m", blend_mode=PsdBlend.MULTIPLY)
    opened = foreign(tmp_path, psd)
    _, group_ = opened.document.layers
    assert isinstance(group_, GroupLayer) and group_.blend is BlendMode.PASS_THROUGH
    assert group_.children[0].blend is BlendMode.MULTIPLY and opened.notices == ()
    # W3C compositing on an opaque backdrop: (1 - a) B + a (B x S).
    back, source = photo(30, 40)[:, :, :3] / 255, noise(30, 40) / 255
    alpha = source[:, :, 3:]
    expected = (1 - alpha) * back + alpha * back * source[:, :, :3]
    assert np.abs(picture(opened.document)[:, :, :3] - expected * 255).max() <= 1


def test_clipped_layer_becomes_a_masked_one(tmp_path: Path) -> None:
    psd = PSDImage.new("RGBA", (40, 30))
    base = np.full((30, 40, 4), 255, np.uint8)
    base[:, 20:, 3] = 0
    psd.create_pixel_layer(rgba(base), name="base")
    psd.create_pixel_layer(rgba(photo(30, 40)), name="clip").clipping = True
    opened = foreign(tmp_path, psd)
    shown = picture(opened.document)
    assert np.array_equal(shown[:, :20], photo(30, 40)[:, :20]) and not shown[:, 20:, 3].any()
    assert any("clip" in str(one) for one in opened.notices)


def test_fill_opacity_and_mask_density(tmp_path: Path) -> None:
    psd = PSDImage.new("RGBA", (40, 30))
    one = psd.create_pixel_layer(rgba(photo(30, 40)), name="a", opacity=128)
    one.fill_opacity = 64
    mask = one.create_mask(Image.new("L", (40, 30), 0))
    mask.data.flags = MaskFlags(parameters_applied=True)
    mask.data.parameters = MaskParameters(user_mask_density=55)
    opened = foreign(tmp_path, psd).document.layers[0]
    assert opened.opacity == pytest.approx(128 / 255 * 64 / 255)
    assert opened.mask is not None
    # 55/255 of the hiding is left: a black mask shows 200.
    assert (opened.mask.raster.read(opened.bounds()) == 200).all()


def test_adjustment_layer_is_pixels_with_a_notice(tmp_path: Path) -> None:
    psd = PSDImage.new("RGBA", (40, 30))
    psd.create_pixel_layer(rgba(noise(30, 40)), name="a")
    psd.create_pixel_layer(rgba(noise(30, 40)), name="inv").tagged_blocks.set_data(Tag.INVERT)
    opened = foreign(tmp_path, psd)
    # Over soft edges it is a picture of all below it, which is hidden then.
    assert [one.name for one in opened.document.layers if one.visible] == ["inv"]
    pixels, shown = noise(30, 40), picture(opened.document)
    seen = pixels[:, :, 3] > 0
    assert np.abs(255 - pixels[seen][:, :3].astype(int) - shown[seen][:, :3]).max() <= 1
    assert np.array_equal(shown[:, :, 3], pixels[:, :, 3])
    assert any("inv" in str(one) for one in opened.notices)


def test_sixteen_bits_are_reduced_with_a_notice(tmp_path: Path) -> None:
    pixels = noise(30, 40)
    psd = PSDImage.new("RGBA", (40, 30), depth=16)
    psd.create_pixel_layer_from_array(pixels, name="deep")
    opened = foreign(tmp_path, psd)
    one = opened.document.layers[0]
    assert isinstance(one, RasterLayer)
    assert_rasters(one.raster, Raster.from_array(pixels))
    assert any("16 bits" in str(each) for each in opened.notices)


def test_thirty_two_bits_are_linear_light(tmp_path: Path) -> None:
    psd = PSDImage.new("RGB", (4, 3), depth=32)
    values = np.full((3, 4, 3), 0.2140, np.float32)  # sRGB 0.5 in linear light.
    psd.create_pixel_layer_from_array(values, name="hdr")
    one = foreign(tmp_path, psd).document.layers[0]
    assert isinstance(one, RasterLayer)
    assert np.abs(one.raster.read(one.bounds())[:, :, :3].astype(int) - 128).max() <= 1


@pytest.mark.parametrize("layered", [True, False])
def test_cmyk_is_converted_with_a_notice(tmp_path: Path, layered: bool) -> None:
    cmyk = Image.new("CMYK", (20, 10), (255, 0, 0, 0))  # Only cyan ink.
    if layered:
        psd = PSDImage.new("CMYK", (20, 10), color=1.0)
        psd.create_pixel_layer(cmyk, name="ink")
    else:
        # psd-tools writes what it gets, Photoshop the ink that is left.
        psd = PSDImage.frompil(Image.eval(cmyk, lambda value: 255 - value))
    opened = foreign(tmp_path, psd)
    red, green, blue, alpha = picture(opened.document)[5, 5].astype(int)
    assert red < 40 and green > 150 and blue > 200 and alpha == 255
    assert [("CMYK" in str(one)) for one in opened.notices] == [True]


def test_grayscale_and_flat_documents(tmp_path: Path) -> None:
    gray = noise(30, 40, 1)
    psd = PSDImage.new("L", (40, 30))
    psd.create_pixel_layer(Image.fromarray(gray), name="gray")
    opened = foreign(tmp_path, psd)
    assert np.array_equal(picture(opened.document)[:, :, 1], gray)
    assert "grayscale" in str(opened.notices[0])
    flat = foreign(tmp_path, PSDImage.frompil(Image.fromarray(noise(30, 40, 3))))
    assert np.array_equal(picture(flat.document)[:, :, :3], noise(30, 40, 3))
    assert [one.name for one in flat.document.layers] == ["foreign"] and not flat.notices


def test_indexed_document(tmp_path: Path) -> None:
    image = Image.fromarray(photo(30, 40)[:, :, :3]).quantize(16)
    psd = PSDImage.new("RGB", (40, 30))
    header = psd._record.header
    header.color_mode, header.channels = ColorMode.INDEXED, 1
    palette = np.zeros((3, 256), np.uint8)
    flat = np.array(image.getpalette(), np.uint8).reshape(-1, 3)
    palette[:, : len(flat)] = flat.T
    psd._record.color_mode_data.value = palette.tobytes()
    psd._record.image_data.set_data([image.tobytes()], header)
    psd._updated = False
    opened = foreign(tmp_path, psd)
    assert np.array_equal(picture(opened.document)[:, :, :3], np.asarray(image.convert("RGB")))
    assert "indexed" in str(opened.notices[0])


def test_wide_gamut_profile_is_converted(tmp_path: Path) -> None:
    psd = PSDImage.new("RGBA", (40, 30))
    psd.create_pixel_layer(rgba(photo(30, 40)), name="a")
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    psd.image_resources[Resource.ICC_PROFILE] = ImageResource(key=Resource.ICC_PROFILE, data=lab)
    opened = foreign(tmp_path, psd)  # A profile of another colour space: named, not applied.
    assert any("profile" in str(one) for one in opened.notices)
    assert np.array_equal(picture(opened.document), photo(30, 40))


@pytest.mark.parametrize("keep", [1, 40, 2000])
def test_damaged_channel_opens_with_a_notice(tmp_path: Path, keep: int) -> None:
    document = rich_document()
    path = saved(tmp_path, document)
    psd = PSDImage.open(path)
    channel = psd[0]._channels[1]
    channel.data = channel.data[:keep]
    with open(path, "wb") as stream:
        psd._record.write(stream)
    opened = open_document(path)
    assert sum(one.visible for one in opened.document.layers) == len(document.layers)
    assert any("Foto" in str(one) for one in opened.notices)


def test_header_decides_before_anything_is_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.psd"
    path.write_bytes(struct.pack(">4sH6xHIIHH", b"8BPS", 1, 3, 300001, 20, 8, 3))
    with pytest.raises(StudioError, match="too large"):
        open_document(path)
