"""lienzo remove: a photo, a mask or a point, a file; and what is refused before the work."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from studio.cli.main import main


def write(path: Path, pixels: np.ndarray) -> Path:
    cv2.imwrite(str(path), pixels)
    return path


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    y, x = np.mgrid[:120, :160]
    ground = np.dstack([x, y + 60, 200 - x // 2]).astype(np.uint8)
    cv2.circle(ground, (80, 60), 14, (0, 0, 255), -1)
    return write(tmp_path / "photo.png", ground)


@pytest.fixture
def mask(tmp_path: Path) -> Path:
    pixels = np.zeros((120, 160), np.uint8)
    cv2.circle(pixels, (80, 60), 17, 255, -1)
    return write(tmp_path / "mask.png", pixels)


def test_the_thing_is_gone_and_nothing_else_changes(
    photo: Path, mask: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.png"
    code = main(
        ["remove", str(photo), "--mask", str(mask), "--out", str(out), "--method", "patches"]
    )
    assert code == 0
    before, after = cv2.imread(str(photo)), cv2.imread(str(out))
    changed = (before != after).any(axis=2)
    near = cv2.dilate(cv2.imread(str(mask), 0), np.ones((13, 13), np.uint8)) > 0
    assert changed[60, 80] and not changed[~near].any()
    red = (after[:, :, 2].astype(int) - after[:, :, 1] > 150).sum()
    assert red == 0


@pytest.mark.needs_asset("migan")
def test_variations_are_layers(photo: Path, mask: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.ora"
    arguments = ["remove", str(photo), "--mask", str(mask), "--variations", "2"]
    assert main([*arguments, "--out", str(out)]) == 0
    from studio.document.io.formats import open_document

    layers = open_document(out).document.layers
    assert len(layers) == 3 and [one.visible for one in layers] == [True, True, False]


@pytest.mark.parametrize(
    "arguments",
    [
        ["--mask", "MASK", "--out", "nowhere/out.png"],
        ["--mask", "missing.png", "--out", "out.png"],
        ["--mask", "MASK", "--out", "out.png", "--variations", "0"],
        ["--mask", "MASK", "--out", "out.png", "--margin", "-7"],
        ["--mask", "PHOTO", "--out", "out.xyz"],
    ],
)
def test_bad_arguments_are_refused_in_a_sentence(
    arguments: list[str],
    photo: Path,
    mask: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    named = {"MASK": str(mask), "PHOTO": str(photo)}
    assert main(["remove", str(photo), *(named.get(one, one) for one in arguments)]) == 1
    assert capsys.readouterr().err.startswith("lienzo: ")
    assert not (tmp_path / "out.png").exists()


def test_a_mask_over_everything_or_nothing_is_refused(
    photo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for value, said in ((255, "whole picture"), (0, "mask")):
        full = write(tmp_path / f"{value}.png", np.full((120, 160), value, np.uint8))
        out = tmp_path / "out.png"
        code = main(
            ["remove", str(photo), "--mask", str(full), "--out", str(out), "--method", "patches"]
        )
        assert code == 1 and said in capsys.readouterr().err and not out.exists()


@pytest.mark.parametrize("text", ["12", "a,b", "1,2,3"])
def test_a_point_needs_two_numbers(text: str, photo: Path, tmp_path: Path) -> None:
    out = str(tmp_path / "out.png")
    assert main(["remove", str(photo), "--point", text, "--out", out]) == 2
