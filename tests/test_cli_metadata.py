"""--metadata keep, private and strip of the command line, on files as others write them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import ExifTags, Image
from PIL.PngImagePlugin import PngInfo

from studio.cli import main as cli
from studio.document.io.formats import open_document

BASE, IFD = ExifTags.Base, ExifTags.IFD


@pytest.fixture
def camera(tmp_path: Path) -> Path:
    """A JPEG as a camera writes it: 300 pixels per inch, maker, time, place."""
    exif = Image.Exif()
    exif[BASE.Make], exif[BASE.Copyright], exif[BASE.Orientation] = "Test maker", "(c) nobody", 1
    exif[BASE.XResolution] = exif[BASE.YResolution] = 300.0
    exif[BASE.ResolutionUnit] = 2
    exif.get_ifd(IFD.Exif)[BASE.DateTimeOriginal] = "2024:01:02 03:04:05"
    exif.get_ifd(IFD.GPSInfo).update({1: "N", 2: (1.0, 2.0, 3.0), 3: "E", 4: (4.0, 5.0, 6.0)})
    path = tmp_path / "camera.jpg"
    pixels = np.random.default_rng(0).integers(90, 160, (15, 20, 3), dtype=np.uint8)
    image = Image.fromarray(pixels).resize((200, 150), Image.Resampling.BICUBIC)
    image.save(path, exif=exif, dpi=(300, 300), quality=92)
    return path


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """A PNG with the settings that it was made with, as other programs write them."""
    info = PngInfo()
    info.add_text("parameters", "a cat\nNegative prompt: blurry\nSteps: 20, CFG scale: 7, Seed: 5")
    info.add_itxt("workflow", '{"nodes": ["ñ", "熊"]}')
    path = tmp_path / "made.png"
    Image.new("RGB", (64, 48), (90, 120, 150)).save(path, pnginfo=info)
    return path


def convert(source: Path, out: Path, *more: str) -> Image.Image:
    assert cli.main(["convert", str(source), str(out), *more]) == 0
    with Image.open(out) as image:
        image.load()
        return image


@pytest.mark.parametrize("extension", ["jpg", "png", "webp"])
def test_a_camera_photo_keeps_its_data_and_density(
    camera: Path, tmp_path: Path, extension: str
) -> None:
    exif = convert(camera, tmp_path / f"a.{extension}").getexif()
    assert exif[BASE.Make] == "Test maker" and exif[BASE.Copyright] == "(c) nobody"
    assert exif[BASE.Orientation] == 1 and exif[BASE.XResolution] == 300
    assert exif.get_ifd(IFD.Exif)[BASE.DateTimeOriginal] == "2024:01:02 03:04:05"
    assert exif.get_ifd(IFD.GPSInfo)[2] == (1.0, 2.0, 3.0)
    assert open_document(tmp_path / f"a.{extension}").document.dpi == 300
    private = convert(camera, tmp_path / f"b.{extension}", "--metadata", "private").getexif()
    assert private[BASE.Make] == "Test maker" and not private.get_ifd(IFD.GPSInfo)
    for flags in (("--metadata", "strip"), ("--no-metadata",)):
        stripped = convert(camera, tmp_path / f"c.{extension}", *flags).getexif()
        assert BASE.Make not in stripped and not stripped.get_ifd(IFD.GPSInfo)
        assert open_document(tmp_path / f"c.{extension}").document.dpi == 300


@pytest.mark.parametrize("extension", ["jpg", "png", "webp", "psd", "ora"])
def test_a_generated_picture_keeps_its_texts(made: Path, tmp_path: Path, extension: str) -> None:
    before = open_document(made).document.metadata.texts
    assert {"parameters"} <= set(before)
    out = tmp_path / f"a.{extension}"
    assert cli.main(["convert", str(made), str(out)]) == 0
    assert dict(open_document(out).document.metadata.texts) == dict(before)
    assert cli.main(["convert", str(made), str(out), "--no-metadata"]) == 0
    assert not open_document(out).document.metadata.texts
    assert "parameters" not in open_document(out).metadata


def test_an_edit_keeps_the_camera_data(
    camera: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    photo = open_document(camera).document
    mask = np.zeros((photo.height, photo.width), np.uint8)
    mask[40:100, 40:100] = 255
    Image.fromarray(mask).save(tmp_path / "m.png")
    out = tmp_path / "out.jpg"
    command = ["edit", str(camera), "--mask", str(tmp_path / "m.png"), "--prompt", "a cat"]
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
