"""A recipe for a folder from the command line, with the model in the box."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from studio.cli.main import main
from studio.document.io import formats
from studio.edit.prepare import visible_rgb

RECIPE = 'edit prompt="a red barn" steps=1 denoise=0.5'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "photos"
    made.mkdir()
    for name, grey in (("one", 60), ("two", 190)):
        pixels = np.full((64, 64, 3), grey, np.uint8)
        formats.save_document(formats.document_from_array(pixels, name), made / f"{name}.png")
    return made


def test_every_photo_has_its_result_and_a_line(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "broken.png").write_bytes(b"no picture")
    out = tmp_path / "out"
    assert main(["batch", RECIPE, str(folder), "--out", str(out)]) == 1
    said = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in said[:3]] == ["broken.png", "one.png", "two.png"]
    assert said[-1] == "2 made, 0 already there, 1 failed"
    assert sorted(path.name for path in out.iterdir()) == ["one.png", "two.png"]
    made = formats.open_document(out / "one.png").document
    assert (made.width, made.height) == (64, 64)
    assert visible_rgb(made, made.rect).std() > 0

    # A second start makes only what is missing, and --again everything.
    (folder / "broken.png").unlink()
    (out / "two.png").unlink()
    before = (out / "one.png").stat().st_mtime_ns
    assert main(["batch", RECIPE, str(folder), "--out", str(out)]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "1 made, 1 already there, 0 failed"
    assert (out / "one.png").stat().st_mtime_ns == before and (out / "two.png").exists()
    assert main(["batch", RECIPE, str(folder), "--out", str(out), "--again"]) == 0
    assert (out / "one.png").stat().st_mtime_ns != before


def test_photos_are_made_in_processes_side_by_side(
    folder: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    arguments = ["batch", RECIPE, str(folder), "--out", str(out), "--workers", "2"]
    assert main([*arguments, "--format", "jpg"]) == 0
    assert sorted(path.name for path in out.iterdir()) == ["one.jpg", "two.jpg"]
    assert "2 made" in capfd.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [
        ["batch", "paint", "FOLDER", "--out", "OUT"],
        ["batch", RECIPE, "FOLDER"],
        ["batch", RECIPE, "FOLDER", "--out", "FOLDER"],
        ["batch", RECIPE, "OUT", "--out", "FOLDER"],
        ["batch", RECIPE, "FOLDER", "--out", "OUT", "--format", "xyz"],
    ],
)
def test_a_wrong_command_is_one_sentence_and_writes_nothing(
    arguments: list[str], folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    places = {"FOLDER": str(folder), "OUT": str(tmp_path / "out")}
    assert main([places.get(part, part) for part in arguments]) == 1
    error = capsys.readouterr().err
    assert error.startswith("lienzo: ") and "Traceback" not in error
    assert not (tmp_path / "out").exists() and len(list(folder.iterdir())) == 2


def test_the_tools_of_a_recipe_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["batch", "list"]) == 0
    said = capsys.readouterr().out
    assert all(f"{name}: " in said for name in ("edit", "clean", "restyle", "enlarge", "cutout"))
