"""The command ``lienzo select``: a mask from points and boxes, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from studio.cli import main as cli


def _photo(path: Path) -> Path:
    rows, columns = np.mgrid[:120, :160]
    pixels = np.dstack([rows + 60, columns // 2 + 60, rows // 2 + 90]).astype(np.uint8)
    pixels[np.hypot(columns - 60, rows - 60) < 30] = (230, 190, 40)
    Image.fromarray(pixels).save(path)
    return path


@pytest.mark.parametrize(
    "place,code,words",
    [
        ([], 1, "--point"),
        (["--point", "3,4:-"], 1, "--point"),
        (["--point", "160,4"], 1, "outside"),
        (["--box", "100,100,100,100"], 1, "outside"),
        (["--point", "3"], 2, "2 numbers"),
        (["--point", "nan,1"], 2, "2 numbers"),
        (["--point", "3,4:x"], 2, "colon"),
        (["--box", "1,1,0,5"], 2, "empty"),
    ],
)
def test_a_wrong_place_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], place: list[str], code: int, words: str
) -> None:
    out = tmp_path / "mask.png"
    arguments = ["select", str(_photo(tmp_path / "p.png")), *place, "--out", str(out)]
    assert cli.main(arguments) == code
    assert words in capsys.readouterr().err and not out.exists()


def test_a_flat_picture_and_a_missing_network_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dot = tmp_path / "dot.png"
    Image.new("RGB", (1, 1), (9, 9, 9)).save(dot)
    out = str(tmp_path / "mask.png")
    assert cli.main(["select", str(dot), "--point", "0,0", "--out", out]) == 1
    assert "one colour" in capsys.readouterr().err
    photo = str(_photo(tmp_path / "p.png"))
    assert cli.main(["select", photo, "--point", "60,60", "--out", out]) == 1
    assert "assets fetch mobile-sam" in capsys.readouterr().err


@pytest.mark.needs_asset("mobile-sam")
def test_points_and_boxes_find_the_disc(tmp_path: Path) -> None:
    photo, out = _photo(tmp_path / "p.png"), tmp_path / "mask.png"
    rows, columns = np.mgrid[:120, :160]
    truth = np.hypot(columns - 60, rows - 60) < 30
    for place in (["--point", "60,60"], ["--box", "28,28,64,64"]):
        assert cli.main(["select", str(photo), *place, "--out", str(out)]) == 0
        mask = np.asarray(Image.open(out).convert("L")) >= 128
        assert mask.shape == truth.shape
        assert (mask & truth).sum() / (mask | truth).sum() > 0.93, place
