"""`lienzo new`: each format, each kind of size, and each refusal in words."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from studio.cli import main as cli
from studio.document.io import formats


def new(out: Path, *arguments: str) -> int:
    return cli.main(["new", "--out", str(out), *arguments])


@pytest.mark.parametrize("extension", [".ora", ".psd", ".png", ".jpg", ".webp"])
def test_every_format_begins_with_size_density_and_colour(
    tmp_path: Path, extension: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / f"a{extension}"
    assert new(out, "--size", "a5", "--dpi", "72", "--background", "#3366cc") == 0
    assert "420 x 595 pixels, 72 pixels per inch" in capsys.readouterr().out
    document = formats.open_document(out).document
    assert (document.width, document.height, document.dpi) == (420, 595, 72.0)
    assert len(document.layers) == 1
    if extension in (".ora", ".psd"):
        assert document.layers[0].name == "Background"
        assert document.layers[0].bounds() == document.rect
    png = tmp_path / "flat.png"
    formats.save_document(document, png)
    colour = np.asarray(Image.open(png).convert("RGB"), np.int16)[300, 200]
    assert np.abs(colour - (0x33, 0x66, 0xCC)).max() <= 3


def test_paper_is_printed_finely_and_screens_are_not(tmp_path: Path) -> None:
    for size, extra, expected in (
        ("a4", (), (2480, 3508, 300.0)),
        ("a4", ("--landscape",), (3508, 2480, 300.0)),
        ("letter", ("--dpi", "100"), (850, 1100, 100.0)),
        ("full-hd", (), (1920, 1080, 96.0)),
        ("64x32", ("--dpi", "118.11"), (64, 32, 118.11)),
    ):
        out = tmp_path / "a.ora"
        assert new(out, "--size", size, "--replace", *extra) == 0
        document = formats.open_document(out).document
        assert (document.width, document.height, document.dpi) == expected


def test_transparent_is_transparent(tmp_path: Path) -> None:
    assert new(tmp_path / "a.ora", "--size", "64x32", "--background", "transparent") == 0
    document = formats.open_document(tmp_path / "a.ora").document
    assert [layer.name for layer in document.layers] == ["Layer 1"]
    assert document.layers[0].bounds().is_empty
    assert new(tmp_path / "a.png", "--size", "64x32", "--background", "transparent") == 0
    assert np.asarray(Image.open(tmp_path / "a.png").convert("RGBA"))[:, :, 3].max() == 0


@pytest.mark.parametrize(
    ("name", "arguments", "said"),
    [
        ("a.ora", ("--size", "huge"), "Give pixels as 1920x1080"),
        ("a.ora", ("--size", "0x32"), "does not fit"),
        ("a.ora", ("--size", "300001x1"), "300000"),
        ("a.ora", ("--size", "30000x30000"), "268 megapixels"),
        ("a.ora", ("--size", "a4", "--dpi", "9999"), "268 megapixels"),
        ("a.ora", ("--size", "a4", "--background", "blue"), "such as #3366cc"),
        ("a.jpg", ("--size", "64x32", "--background", "transparent"), "--background white"),
        ("a.webp", ("--size", "20000x32"), "16383"),
        ("a.tiff", ("--size", "64x32"), ".ora"),
        ("a", ("--size", "64x32"), ".ora"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_written(
    tmp_path: Path,
    name: str,
    arguments: tuple[str, ...],
    said: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert new(tmp_path / name, *arguments) == 1
    assert said in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_a_density_out_of_range_is_wrong_usage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert new(tmp_path / "a.ora", "--size", "64x32", "--dpi", "0") == 2
    assert "1 to 9999" in capsys.readouterr().err


def test_a_file_that_is_there_is_kept_unless_it_is_to_be_replaced(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "work.ora"
    out.write_bytes(b"years of work")
    assert new(out, "--size", "64x32") == 1
    assert "--replace" in capsys.readouterr().err
    assert out.read_bytes() == b"years of work"
    assert new(out, "--size", "64x32", "--replace") == 0
    assert formats.open_document(out).document.width == 64
