"""Previews of files: right sizes and colours, turned as a camera says, and no crash on damage."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import ExifTags, Image

from studio.core.errors import StudioError
from studio.document.document import Document
from studio.document.io import formats
from studio.document.io.preview import read_preview

WRITTEN = [spec for spec in formats.FORMATS if spec.can_write]


def document(width: int, height: int) -> Document:
    y, x = np.mgrid[0:height, 0:width]
    pixels = np.dstack([x * 255 // width, y * 255 // height, x * 0 + 90]).astype(np.uint8)
    return formats.document_from_array(pixels, "Photo")


@pytest.mark.parametrize("spec", WRITTEN, ids=[spec.name for spec in WRITTEN])
def test_every_format_has_a_preview(tmp_path: Path, spec: formats.FormatSpec) -> None:
    path = tmp_path / f"picture{spec.extensions[0]}"
    formats.save_document(document(600, 300), path)
    preview = read_preview(path, 100)
    assert (preview.width, preview.height, preview.label) == (600, 300, spec.label)
    assert preview.pixels.shape == (50, 100, 4)
    red, green, blue, alpha = (int(value) for value in preview.pixels[25, 75])
    assert abs(red - 191) < 12 and abs(green - 127) < 12 and abs(blue - 90) < 12 and alpha == 255


def test_a_photo_is_upright(tmp_path: Path) -> None:
    image = Image.new("RGB", (400, 200), (200, 10, 10))
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    path = tmp_path / "photo.jpg"
    image.save(path, exif=exif)
    preview = read_preview(path, 100)
    assert (preview.width, preview.height) == (200, 400)
    assert preview.pixels.shape[:2] == (100, 50)


def test_the_thumbnail_inside_a_psd_is_used(tmp_path: Path) -> None:
    path = tmp_path / "picture.psd"
    formats.save_document(document(64, 64), path)
    thumbnail = tmp_path / "small.jpg"
    Image.new("RGB", (32, 32), (0, 200, 0)).save(thumbnail)
    jpeg = thumbnail.read_bytes()
    body = struct.pack(">IIIIIIHH", 1, 32, 32, 96, 3072, len(jpeg), 24, 1) + jpeg
    block = b"8BIM" + struct.pack(">H", 1036) + b"\0\0" + struct.pack(">I", len(body)) + body
    block += b"\0" * (len(body) % 2)
    data = path.read_bytes()
    (colours,) = struct.unpack(">I", data[26:30])
    at = 30 + colours
    (length,) = struct.unpack(">I", data[at : at + 4])
    old = data[at + 4 : at + 4 + length]
    rest = data[at + 4 + length :]
    path.write_bytes(data[:at] + struct.pack(">I", length + len(block)) + block + old + rest)
    assert tuple(read_preview(path, 64).pixels[16, 16][:3])[1] > 190


@pytest.mark.parametrize("spec", WRITTEN, ids=[spec.name for spec in WRITTEN])
def test_damage_is_a_sentence(tmp_path: Path, spec: formats.FormatSpec) -> None:
    path = tmp_path / f"picture{spec.extensions[0]}"
    formats.save_document(document(120, 80), path)
    whole = path.read_bytes()
    for end in (0, 4, 20, 60, len(whole) // 2):
        path.write_bytes(whole[:end])
        try:
            preview = read_preview(path, 64)
        except StudioError:
            continue
        assert max(preview.pixels.shape[:2]) <= 64


def test_an_archive_that_lies_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "picture.ora"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "image/openraster")
        archive.writestr("stack.xml", "<image w='9999999' h='10'/>")
    with pytest.raises(StudioError):
        read_preview(path, 64)
    with pytest.raises(StudioError):
        read_preview(tmp_path / "gone.png", 64)


def test_what_opens_damaged_has_a_preview(tmp_path: Path) -> None:
    for name in ("a.ora", "a.png", "a.jpg"):
        path = tmp_path / name
        formats.save_document(document(600, 300), path)
        data = path.read_bytes()
        path.write_bytes(data[: len(data) - 40])
        preview = read_preview(path, 100)
        assert (preview.width, preview.height) == (600, 300)
        assert preview.pixels[..., :3].std() > 10


def test_what_cannot_be_opened_has_none(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"junk" * 20)
    with pytest.raises(StudioError, match="damaged"):
        read_preview(path, 100)
