"""The commands cutout and lift: what they write, and what they refuse."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from studio.cli.arguments import with_negative_places
from studio.cli.main import main
from studio.core.paths import resource
from studio.document.io.formats import document_from_array, open_document, save_document
from studio.document.layer import GenerativeLayer
from studio.document.render.compositor import composite

PHOTO = resource("samples", "sample-coffee.jpg")


def mask_file(folder: Path) -> Path:
    """Write a mask of the photo's size, white on a disc."""
    document = open_document(PHOTO).document
    y, x = np.mgrid[0 : document.height, 0 : document.width]
    white = np.hypot(x - document.width * 0.6, y - document.height * 0.68) < 45
    path = folder / "mask.png"
    grey = np.where(white, 255, 0).astype(np.uint8)
    save_document(document_from_array(np.dstack([grey] * 3), "Mask"), path)
    return path


def test_jpeg_cannot_be_without_its_background(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["cutout", str(PHOTO), "--out", str(tmp_path / "cut.jpg")]) == 1
    assert "no transparency" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("command", ["cutout", "lift"])
def test_without_the_networks_it_says_how_to_fetch_them(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command, str(PHOTO), "--out", str(tmp_path / "out.ora")]) == 1
    assert "assets fetch u2netp" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_a_point_outside_and_a_crooked_one_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = str(tmp_path / "out.ora")
    assert main(["lift", str(PHOTO), "--point", "90000,5", "--out", out]) == 1
    assert "outside the picture" in capsys.readouterr().err
    assert main(["lift", str(PHOTO), "--point", "here", "--out", out]) == 2
    assert "two whole numbers" in capsys.readouterr().err


def test_a_thing_can_be_moved_to_the_left(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    move = ["--move", "-60,-5.5"]
    assert main(["lift", str(PHOTO), *move, "--out", str(tmp_path / "out.ora")]) == 2
    # It was read as a distance, not as an option of its own.
    assert "two whole numbers" in capsys.readouterr().err
    assert with_negative_places(["lift", "a", "--move", "-60,0", "-q"]) == [
        "lift", "a", "--move=-60,0", "-q",
    ]  # fmt: skip
    assert with_negative_places(["b", "-1,-2"]) == ["b", "-1,-2"]


@pytest.mark.needs_asset("u2netp")
def test_the_background_becomes_transparent(tmp_path: Path) -> None:
    out = tmp_path / "cut.png"
    assert main(["cutout", str(PHOTO), "--out", str(out)]) == 0
    document = open_document(out).document
    alpha = composite(document, document.rect)[..., 3]
    assert alpha[0, 0] == 0 and alpha[document.height // 2, document.width // 2] == 255


@pytest.mark.needs_asset("migan")
def test_a_lifted_thing_is_moved_and_the_photo_is_kept(tmp_path: Path) -> None:
    out = tmp_path / "lifted.ora"
    arguments = ["--mask", str(mask_file(tmp_path)), "--move", "30,-20", "--out", str(out)]
    assert main(["lift", str(PHOTO), *arguments]) == 0
    photo, behind, thing = open_document(out).document.layers
    before = open_document(PHOTO).document
    assert np.array_equal(
        composite(before, before.rect), composite(before.replace(layers=(photo,)), before.rect)
    )
    assert isinstance(behind, GenerativeLayer) and behind.recipe["task"] == "remove"
    x, y, _, _ = (getattr(thing.bounds(), name) for name in ("x", "y", "width", "height"))
    place = behind.bounds()
    assert x > place.x + 20 and y < place.y
