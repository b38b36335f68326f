"""Pixels per inch: stored and taken up by each format, bounded, never a reason to refuse a file."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from io_samples import RECIPE
from PIL import ExifTags, Image

from studio.core.errors import StudioError
from studio.document.document import DPI, Document
from studio.document.io.common import SaveOptions
from studio.document.io.formats import FORMATS, document_from_array, open_document, save_document
from studio.document.layer import GenerativeLayer, RasterLayer
from studio.document.metadata import Keep

WRITTEN = [spec.extensions[0] for spec in FORMATS if spec.can_write]


def picture(dpi: float = DPI) -> Document:
    pixels = np.full((20, 30, 4), 200, np.uint8)
    pixels[:, :, 3] = 255
    return document_from_array(pixels, "a").replace(dpi=dpi)


def flat(path: Path, **options: Any) -> Path:
    Image.new("RGB", (12, 9), (40, 90, 160)).save(path, **options)
    return path


@pytest.mark.parametrize("extension", WRITTEN)
@pytest.mark.parametrize("dpi", [1.0, 72.0, 96.0, 300.0, 1200.0, 9999.0])
def test_every_format_keeps_whole_pixels_per_inch(
    tmp_path: Path, extension: str, dpi: float
) -> None:
    path = tmp_path / f"a{extension}"
    save_document(picture(dpi), path)
    opened = open_document(path)
    assert opened.document.dpi == dpi
    assert not opened.notices


@pytest.mark.parametrize("extension", [one for one in WRITTEN if one != ".jpg"])
def test_fractions_are_kept_but_in_jpeg(tmp_path: Path, extension: str) -> None:
    path = tmp_path / f"a{extension}"
    save_document(picture(118.11), path)
    assert open_document(path).document.dpi == pytest.approx(118.11, abs=0.013)


@pytest.mark.parametrize("metadata", [True, False])
@pytest.mark.parametrize("extension", WRITTEN)
def test_density_is_no_private_data(tmp_path: Path, extension: str, metadata: bool) -> None:
    path = tmp_path / f"a{extension}"
    save_document(picture(300.0), path, SaveOptions(metadata=Keep.ALL if metadata else Keep.NONE))
    assert open_document(path).document.dpi == 300.0


def test_files_state_it_the_way_that_others_read(tmp_path: Path) -> None:
    for extension in WRITTEN:
        save_document(picture(300.0), tmp_path / f"a{extension}")
    # PNG: whole pixels per metre, unit 1 (RFC 2083, 4.2.4.2).
    png = (tmp_path / "a.png").read_bytes()
    at = png.index(b"pHYs")
    assert struct.unpack(">IIB", png[at + 4 : at + 13]) == (11811, 11811, 1)
    # JPEG: JFIF 1.02, unit 1 is per inch.
    jpeg = (tmp_path / "a.jpg").read_bytes()
    at = jpeg.index(b"JFIF\0")
    assert struct.unpack(">BHH", jpeg[at + 7 : at + 12]) == (1, 300, 300)
    with zipfile.ZipFile(tmp_path / "a.ora") as archive:
        assert b'xres="300" yres="300"' in archive.read("stack.xml")
    # PSD: image resource 1005 in 16.16 fixed point, unit 1 is per inch.
    psd = (tmp_path / "a.psd").read_bytes()
    at = psd.index(b"8BIM" + struct.pack(">H", 1005))
    found = struct.unpack(">I2HI2H", psd[at + 12 : at + 28])
    assert found[:2] == (300 << 16, 1)
    assert found[3:5] == (300 << 16, 1)
    with Image.open(tmp_path / "a.webp") as image:
        exif = image.getexif()
    base = ExifTags.Base
    found_exif = [exif[tag] for tag in (base.XResolution, base.YResolution, base.ResolutionUnit)]
    assert found_exif == [300, 300, 2]


def test_the_a1111_text_and_the_density_share_the_exif_block(tmp_path: Path) -> None:
    document = picture(300.0)
    layer = document.layers[0]
    assert isinstance(layer, RasterLayer)
    recipe = dict(RECIPE, prompt="a lake", task="generate")
    made = GenerativeLayer(raster=layer.raster, recipe=recipe, name="lake")
    document = document.replace(layers=(made,), active=made.id)
    for extension in (".jpg", ".webp"):
        save_document(document, tmp_path / f"a{extension}")
        opened = open_document(tmp_path / f"a{extension}")
        assert opened.document.dpi == 300.0
        assert "a lake" in str(opened.metadata["parameters"])


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("a.tif", {"dpi": (240, 240)}),
        ("a.bmp", {"dpi": (240, 240)}),
        ("a.png", {"dpi": (240, 240)}),
        ("a.jpg", {"dpi": (240, 240)}),
    ],
)
def test_other_programs_files_are_taken_up(
    tmp_path: Path, name: str, options: dict[str, Any]
) -> None:
    assert open_document(flat(tmp_path / name, **options)).document.dpi == 240.0


@pytest.mark.parametrize(("unit", "expected"), [(2, 150.0), (3, 381.0), (1, DPI)])
def test_exif_units_count(tmp_path: Path, unit: int, expected: float) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.XResolution] = 150.0
    exif[ExifTags.Base.YResolution] = 150.0
    exif[ExifTags.Base.ResolutionUnit] = unit
    path = flat(tmp_path / "a.webp", exif=exif, lossless=True)
    assert open_document(path).document.dpi == expected


@pytest.mark.parametrize("name", ["a.png", "a.gif", "a.webp", "a.bmp"])
def test_a_file_without_one_has_the_usual(tmp_path: Path, name: str) -> None:
    opened = open_document(flat(tmp_path / name))
    assert opened.document.dpi == DPI
    assert not opened.notices


@pytest.mark.parametrize("dpi", [0.3, 40_000.0])
def test_an_impossible_density_is_named_and_the_picture_opens(tmp_path: Path, dpi: float) -> None:
    path = flat(tmp_path / "a.png", dpi=(dpi, dpi))
    opened = open_document(path)
    assert opened.document.dpi == DPI
    assert len(opened.notices) == 1
    assert "pixels per inch" in str(opened.notices[0])


def test_pixels_that_are_not_square_are_named(tmp_path: Path) -> None:
    opened = open_document(flat(tmp_path / "a.png", dpi=(300, 150)))
    assert opened.document.dpi == 300.0
    assert "300 pixels per inch across and 150 down" in str(opened.notices[0])


@pytest.mark.parametrize("value", ["", "many", "nan", "-5", "1e400"])
def test_a_damaged_density_in_ora_opens(tmp_path: Path, value: str) -> None:
    path = tmp_path / "a.ora"
    save_document(picture(), path)
    rewrite(path, value, value)
    assert open_document(path).document.dpi == DPI


def test_the_density_that_another_program_wrote_into_ora_counts(tmp_path: Path) -> None:
    path = tmp_path / "a.ora"
    save_document(picture(118.11), path)
    assert open_document(path).document.dpi == 118.11
    rewrite(path, "200", "200")
    assert open_document(path).document.dpi == 200.0


def test_a_layers_own_density_says_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.ora"
    save_document(picture(), path)
    odd = io.BytesIO()
    Image.new("RGBA", (30, 20), (9, 9, 9, 255)).save(odd, "PNG", dpi=(300, 150))
    parts = read_parts(path)
    name = next(one for one in parts if one.startswith("data/"))
    write_parts(path, {**parts, name: odd.getvalue()})
    assert not [one for one in open_document(path).notices if "pixels per inch" in str(one)]


@pytest.mark.parametrize("dpi", [0.0, -1.0, 0.5, 10_000.0, float("nan"), float("inf")])
def test_a_document_refuses_what_no_file_can_hold(dpi: float) -> None:
    with pytest.raises(StudioError, match="Pixels per inch cannot be"):
        Document(width=4, height=4, dpi=dpi)


def read_parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def write_parts(path: Path, parts: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)


def rewrite(path: Path, across: str, down: str) -> None:
    parts = read_parts(path)
    xml = parts["stack.xml"].decode()
    xml = re.sub(r'xres="[^"]*" yres="[^"]*"', f'xres="{across}" yres="{down}"', xml)
    write_parts(path, {**parts, "stack.xml": xml.encode()})


@pytest.mark.parametrize("extension", [".jpg", ".webp", ".png"])
def test_camera_data_that_is_kept_states_the_density_of_now(tmp_path: Path, extension: str) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Model] = "Camera"
    exif[ExifTags.Base.XResolution] = exif[ExifTags.Base.YResolution] = 180.0
    exif[ExifTags.Base.ResolutionUnit] = 3
    document = open_document(flat(tmp_path / "photo.webp", exif=exif, lossless=True)).document
    assert document.dpi == 457.2
    out = tmp_path / f"out{extension}"
    save_document(document.replace(dpi=300.0), out)
    assert open_document(out).document.dpi == 300.0
    with Image.open(out) as image:
        kept = image.getexif()
    assert kept.get(ExifTags.Base.Model) == "Camera"
    base = ExifTags.Base
    assert kept.get(base.XResolution, 300) == kept.get(base.YResolution, 300) == 300
    assert kept.get(base.ResolutionUnit, 2) == 2
