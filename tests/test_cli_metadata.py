"""--metadata keep, private and strip of the command line, on files from the wild."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import ExifTags, Image

from studio.cli import main as cli
from studio.document.io.formats import open_document

WILD = Path(__file__).parents[2] / "shared" / "data" / "wild"
shared = pytest.mark.skipif(not WILD.is_dir(), reason="../shared/data is not there")
BASE, IFD = ExifTags.Base, ExifTags.IFD
CAMERA, MADE = WILD / "jpeg-camera-exif-300dpi.jpg", WILD / "png-a1111-parameters.png"


def convert(source: Path, out: Path, *more: str) -> Image.Image:
    assert cli.main(["convert", str(source), str(out), *more]) == 0
    with Image.open(out) as image:
        image.load()
        return image


@shared
@pytest.mark.parametrize("extension", ["jpg", "png", "webp"])
def test_the_wild_camera_photo_keeps_its_data_and_density(tmp_path: Path, extension: str) -> None:
    exif = convert(CAMERA, tmp_path / f"a.{extension}").getexif()
    assert exif[BASE.Make] == "Test maker" and exif[BASE.Copyright] == "(c) nobody"
    assert exif[BASE.Orientation] == 1 and exif[BASE.XResolution] == 300
    assert exif.get_ifd(IFD.Exif)[BASE.DateTimeOriginal] == "2024:01:02 03:04:05"
    assert exif.get_ifd(IFD.GPSInfo)[2] == (1.0, 2.0, 3.0)
    assert open_document(tmp_path / f"a.{extension}").document.dpi == 300
    private = convert(CAMERA, tmp_path / f"b.{extension}", "--metadata", "private").getexif()
    assert private[BASE.Make] == "Test maker" and not private.get_ifd(IFD.GPSInfo)
    for flags in (("--metadata", "strip"), ("--no-metadata",)):
        stripped = convert(CAMERA, tmp_path / f"c.{extension}", *flags).getexif()
        assert BASE.Make not in stripped and not stripped.get_ifd(IFD.GPSInfo)
        assert open_document(tmp_path / f"c.{extension}").document.dpi == 300


@shared
@pytest.mark.parametrize("extension", ["jpg", "png", "webp", "psd", "ora"])
def test_the_wild_generated_picture_keeps_its_texts(tmp_path: Path, extension: str) -> None:
    before = open_document(MADE).document.metadata.texts
    assert {"parameters"} <= set(before)
    out = tmp_path / f"a.{extension}"
    assert cli.main(["convert", str(MADE), str(out)]) == 0
    assert dict(open_document(out).document.metadata.texts) == dict(before)
    assert cli.main(["convert", str(MADE), str(out), "--no-metadata"]) == 0
    assert not open_document(out).document.metadata.texts
    assert "parameters" not in open_document(out).metadata


@shared
def test_an_edit_keeps_the_camera_data(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    photo = open_document(CAMERA).document
    mask = np.zeros((photo.height, photo.width), np.uint8)
    mask[40:100, 40:100] = 255
    Image.fromarray(mask).save(tmp_path / "m.png")
    out = tmp_path / "out.jpg"
    command = ["edit", str(CAMERA), "--mask", str(tmp_path / "m.png"), "--prompt", "a cat"]
    assert cli.main([*command, "--steps", "1", "--seed", "3", "--out", str(out)]) == 0
    with Image.open(out) as image:
        exif = image.getexif()
        assert image.info["dpi"] == (300, 300)
    assert exif[BASE.Make] == "Test maker" and exif.get_ifd(IFD.GPSInfo)
    assert b"a\0 \0c\0a\0t" in exif.get_ifd(IFD.Exif)[BASE.UserComment] + b"\0"
    capsys.readouterr()
    assert cli.main(["info", str(out), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["metadata"]
    assert found["settings"]["Prompt"] == "a cat" and found["copyright"] == "(c) nobody"
    assert found["place"] == "in the file"


def test_a_wrong_word_is_refused_with_the_choices(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["convert", "a.png", "b.png", "--metadata", "some"]) == 2
    assert "private" in capsys.readouterr().err


def test_what_has_no_place_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from studio.document.io.outgoing import jpeg_segments

    caption = b"\x1c\x02\x50\x00\x03Ana"
    Image.new("RGB", (20, 10)).save(tmp_path / "a.jpg", extra=jpeg_segments(caption))
    convert(tmp_path / "a.jpg", tmp_path / "b.png")
    assert "PNG has no place for the IPTC captions." in capsys.readouterr().err
