"""PNG, JPEG and WebP: orientation, profiles, modes, prompts."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest
from io_samples import RECIPE, noise, photo, picture, rich_document
from PIL import ExifTags, Image, ImageCms

from studio.document.document import Document
from studio.document.io.colour import srgb_profile
from studio.document.io.describe import describe
from studio.document.io.formats import (
    SaveOptions,
    document_from_array,
    document_from_bytes,
    open_document,
    open_layer,
    save_document,
)
from studio.document.io.parameters import format_parameters
from studio.document.io.pictures import on_white
from studio.document.layer import GroupLayer, RasterLayer
from studio.document.metadata import Keep

FLAT = [".png", ".jpg", ".webp"]


def wide_profile() -> bytes:
    """An RGB profile that is clearly not sRGB: its red and blue are exchanged."""
    data = bytearray(srgb_profile())
    red, blue = data.find(b"rXYZ"), data.find(b"bXYZ")
    data[red : red + 4], data[blue : blue + 4] = b"bXYZ", b"rXYZ"
    return bytes(data)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation(tmp_path: Path, orientation: int) -> None:
    upright = photo(60, 90)[:, :, :3]
    # What a camera stores: the inverse of the turn that EXIF 2.32 (4.6.4 A) asks for.
    stored = {
        1: upright,
        2: upright[:, ::-1],
        3: upright[::-1, ::-1],
        4: upright[::-1],
        5: upright.transpose(1, 0, 2),
        6: np.rot90(upright, 1),
        7: np.rot90(upright, 2).transpose(1, 0, 2),
        8: np.rot90(upright, -1),
    }[orientation]
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.Base.Model] = "Camera"
    Image.fromarray(np.ascontiguousarray(stored)).save(tmp_path / "a.png", exif=exif)
    opened = open_document(tmp_path / "a.png")
    assert np.array_equal(picture(opened.document)[:, :, :3], upright)
    assert opened.metadata["exif"] == {"Model": "Camera"}


def test_foreign_profile_is_converted_with_a_notice(tmp_path: Path) -> None:
    pixels = photo()
    Image.fromarray(pixels).save(tmp_path / "a.png", icc_profile=wide_profile())
    opened = open_document(tmp_path / "a.png")
    shown = picture(opened.document).astype(int)
    assert np.abs(shown[:, :, :3] - pixels[:, :, 2::-1]).max() <= 2
    assert len(opened.notices) == 1 and "sRGB" in str(opened.notices[0])


def test_srgb_profile_leaves_every_byte(tmp_path: Path) -> None:
    Image.fromarray(noise(40, 50)).save(tmp_path / "a.png", icc_profile=srgb_profile())
    opened = open_document(tmp_path / "a.png")
    layer = opened.document.layers[0]
    assert isinstance(layer, RasterLayer) and not opened.notices
    assert np.array_equal(layer.raster.read(opened.document.rect), noise(40, 50))


@pytest.mark.parametrize("profile", [b"garbage", b""])
def test_damaged_profile_is_ignored(tmp_path: Path, profile: bytes) -> None:
    Image.fromarray(photo()).save(tmp_path / "a.png", icc_profile=profile)
    opened = open_document(tmp_path / "a.png")
    assert np.array_equal(picture(opened.document), photo())
    assert len(opened.notices) == (1 if profile else 0)


@pytest.mark.parametrize("extension", FLAT)
def test_profile_is_embedded_on_export(tmp_path: Path, extension: str) -> None:
    path = tmp_path / f"a{extension}"
    save_document(rich_document(), path)
    with Image.open(path) as image:
        assert image.info["icc_profile"] == srgb_profile()
    assert not open_document(path).notices


def test_cmyk_jpeg_with_a_notice(tmp_path: Path) -> None:
    Image.new("CMYK", (64, 64), (255, 0, 0, 0)).save(tmp_path / "a.jpg", quality=95)
    opened = open_document(tmp_path / "a.jpg")
    red, green, blue, alpha = picture(opened.document)[30, 30].astype(int)
    assert red < 40 and green > 150 and blue > 200 and alpha == 255
    assert "CMYK" in str(opened.notices[0])


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_png_modes(tmp_path: Path, mode: str) -> None:
    source = Image.fromarray(photo())
    if mode == "I;16":
        image = Image.fromarray(noise(90, 130, 1).astype(np.uint16) * 257)
        expected = np.repeat(noise(90, 130, 1)[:, :, None], 3, axis=2)
    else:
        image = source.convert(mode)
        expected = np.asarray(image.convert("RGB"))
    image.save(tmp_path / "a.png")
    opened = open_document(tmp_path / "a.png")
    assert np.array_equal(picture(opened.document)[:, :, :3], expected)
    assert any("16 bits" in str(one) for one in opened.notices) == (mode == "I;16")


def test_palette_with_transparency(tmp_path: Path) -> None:
    image = Image.fromarray(photo()[:, :, :3]).quantize(8)
    image.info["transparency"] = 3
    image.save(tmp_path / "a.png", transparency=3)
    shown = picture(open_document(tmp_path / "a.png").document)
    assert np.array_equal(shown[:, :, 3] == 0, np.asarray(image) == 3)


def test_animation_opens_its_first_picture(tmp_path: Path) -> None:
    frames = [Image.fromarray(photo()), Image.fromarray(noise(90, 130))]
    frames[0].save(tmp_path / "a.webp", save_all=True, append_images=frames[1:], lossless=True)
    opened = open_document(tmp_path / "a.webp")
    assert np.array_equal(picture(opened.document), photo())
    assert "2 pictures" in str(opened.notices[0])


def test_png_is_exact(tmp_path: Path) -> None:
    document = rich_document()
    for candidate in (document, document.replace(layers=document.layers[1:])):
        save_document(candidate, tmp_path / "a.png")
        assert np.array_equal(
            picture(open_document(tmp_path / "a.png").document), picture(candidate)
        )


def test_webp_lossless_is_exact(tmp_path: Path) -> None:
    document = rich_document().replace(layers=rich_document().layers[1:])
    save_document(document, tmp_path / "a.webp", SaveOptions(lossless=True))
    assert np.array_equal(picture(open_document(tmp_path / "a.webp").document), picture(document))


@pytest.mark.parametrize("extension", [".jpg", ".webp"])
def test_quality_counts(tmp_path: Path, extension: str) -> None:
    document = document_from_array(photo(200, 300), "a")
    sizes = []
    for quality in (1, 50, 98):
        path = tmp_path / f"{quality}{extension}"
        save_document(document, path, SaveOptions(quality=quality))
        sizes.append(path.stat().st_size)
    assert sizes == sorted(sizes) and sizes[0] < sizes[2]
    error = picture(open_document(path).document).astype(int) - photo(200, 300)
    assert np.abs(error).mean() < 2


def test_jpeg_lies_on_white(tmp_path: Path) -> None:
    pixels = np.zeros((32, 32, 4), np.uint8)
    pixels[:, 16:] = (200, 20, 20, 255)
    save_document(document_from_array(pixels, "a"), tmp_path / "a.jpg", SaveOptions(quality=100))
    shown = picture(open_document(tmp_path / "a.jpg").document).astype(int)
    assert (shown[:, :8, :3] > 250).all() and (shown[:, :, 3] == 255).all()
    assert np.abs(shown[:, 24:, :3] - (200, 20, 20)).max() < 6


def test_on_white_is_the_rounded_formula() -> None:
    pixels = noise(300, 20)
    colour, alpha = pixels[:, :, :3].astype(float), pixels[:, :, 3:] / 255
    assert np.array_equal(on_white(pixels), np.round(colour * alpha + 255 * (1 - alpha)))


@pytest.mark.parametrize("extension", FLAT)
def test_prompt_is_written_and_read_back(tmp_path: Path, extension: str) -> None:
    path = tmp_path / f"a{extension}"
    save_document(rich_document(), path)
    found = describe(path)
    assert found["metadata"]["parameters"] == format_parameters(RECIPE)
    assert found["metadata"]["settings"]["Prompt"] == RECIPE["prompt"]
    assert found["metadata"]["settings"]["Seed"] == "42"


@pytest.mark.parametrize("extension", FLAT)
def test_switch_strips_the_prompt(tmp_path: Path, extension: str) -> None:
    path = tmp_path / f"a{extension}"
    save_document(rich_document(), path, SaveOptions(metadata=Keep.NONE))
    assert "parameters" not in open_document(path).metadata
    data = path.read_bytes()
    for trace in (b"teddy", "teddy".encode("utf-16-be"), b"Lienzo", b"parameters"):
        assert trace not in data


def test_png_chunk_is_what_other_tools_look_for(tmp_path: Path) -> None:
    document = rich_document()
    save_document(document, tmp_path / "a.png")
    with Image.open(tmp_path / "a.png") as image:
        image.load()
        assert image.text["parameters"] == format_parameters(RECIPE)  # type: ignore[attr-defined]
        assert json.loads(image.text["lienzo-recipes"]) == [RECIPE]  # type: ignore[attr-defined]
    plain = dict(RECIPE, prompt="a café")
    layers = tuple(
        one.replace(recipe=plain) if one.name == "a teddy bear" else one for one in document.layers
    )
    save_document(document.replace(layers=layers), tmp_path / "b.png")
    # Latin-1 goes into tEXt, which everything reads; only other text needs iTXt.
    assert b"tEXtparameters\0a caf\xe9" in (tmp_path / "b.png").read_bytes()
    assert b"iTXtparameters" in (tmp_path / "a.png").read_bytes()


@pytest.mark.parametrize("extension", [".jpg", ".webp"])
def test_user_comment_is_unicode(tmp_path: Path, extension: str) -> None:
    path = tmp_path / f"a{extension}"
    save_document(rich_document(), path)
    with Image.open(path) as image:
        comment = image.getexif().get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.UserComment]
    assert comment == b"UNICODE\0" + format_parameters(RECIPE).encode("utf-16-be")


def test_a_picture_without_recipes_carries_no_text(tmp_path: Path) -> None:
    save_document(document_from_array(photo(), "a"), tmp_path / "a.png")
    assert "parameters" not in open_document(tmp_path / "a.png").metadata


def test_opened_photo_is_one_layer_named_after_the_file(tmp_path: Path) -> None:
    Image.fromarray(photo()).save(tmp_path / "mi foto.v2.png")
    document = open_document(tmp_path / "mi foto.v2.png").document
    assert [layer.name for layer in document.layers] == ["mi foto.v2"]
    assert document.active == document.layers[0].id
    assert document.rect.width == 130 and document.rect.height == 90


def test_from_memory() -> None:
    buffer = io.BytesIO()
    Image.fromarray(photo()).save(buffer, "PNG")
    opened = document_from_bytes(buffer.getvalue(), "Pasted")
    assert opened.format == "png" and opened.document.layers[0].name == "Pasted"
    assert np.array_equal(picture(opened.document), photo())


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_from_array(channels: int) -> None:
    pixels = noise(9, 7, channels)
    shown = picture(document_from_array(pixels, "a"))
    assert shown.shape == (9, 7, 4)
    if channels == 3:
        assert np.array_equal(shown[:, :, :3], pixels)


def test_place_a_picture_and_a_layered_file(tmp_path: Path) -> None:
    Image.fromarray(photo()).save(tmp_path / "a.png")
    placed = open_layer(tmp_path / "a.png")
    assert isinstance(placed.layer, RasterLayer) and placed.layer.name == "a"
    assert (placed.width, placed.height) == (130, 90)
    document = rich_document()
    save_document(document, tmp_path / "b.ora")
    group = open_layer(tmp_path / "b.ora").layer
    assert isinstance(group, GroupLayer) and group.name == "b"
    # Placed beside the original, no id may appear twice.
    both = Document(width=400, height=300, layers=(*document.layers, group))
    ids = [layer.id for layer in both.walk()]
    assert len(ids) == len(set(ids))
    alone = Document(width=400, height=300, layers=(group,))
    assert np.array_equal(picture(alone), picture(document))


def test_icc_of_the_document_wins_on_export(tmp_path: Path) -> None:
    profile = ImageCms.ImageCmsProfile(io.BytesIO(wide_profile())).tobytes()
    save_document(rich_document().replace(profile=profile), tmp_path / "a.png")
    with Image.open(tmp_path / "a.png") as image:
        assert image.info["icc_profile"] == profile
