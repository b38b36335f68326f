"""`lienzo generations`: the sheet and the figures of real pictures, and what cannot be compared."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from studio.catalog.generations import BUILT_IN_NAMES
from studio.cli.main import main


def test_a_prompt_becomes_a_sheet_and_figures(
    tmp_path: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet, figures = tmp_path / "sheet.png", tmp_path / "figures.json"
    asked = ["generations", "a red car", "--models", "starter", "--out", str(sheet)]
    assert main([*asked, "--json", str(figures)]) == 0
    said = capsys.readouterr()
    assert said.out.splitlines() == [str(sheet), str(figures)]
    assert "Lienzo Starter: quality" in said.err and "s a picture" in said.err
    with Image.open(sheet) as read:
        assert read.width > 300 and read.height > 700
    found = json.loads(figures.read_text("utf-8"))
    assert found["prompt"] == "a red car"
    (one,) = found["systems"]
    assert one["seeds"] == [1, 2] and one["error"] is None and len(one["seen"]) == 2
    assert 0 <= one["quality"] <= 1 and one["seconds"] > 0 and one["variety"] > 0
    assert one["parameters"] > 1e6 and one["peak_bytes"] > 1e6
    assert one["paper"]["year"] == 2021


def test_systems_are_listed_with_papers_and_reasons(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["generations", "--list"]) == 0
    said = capsys.readouterr().out
    for name in BUILT_IN_NAMES:
        assert f"{name}: " in said
    assert "Kingma and Welling" in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["a car"], "nowhere to write"),
        (["a car", "--out", "a.ora"], "cannot be written as"),
        (["--out", "a.png"], "prompt is empty"),
        (["a car", "--out", "a.png", "--models", "no such"], "no such"),
        (["a car", "--out", "a.png", "--seed", "-1"], "cannot begin at the seed"),
        (["a car", "--out", "no/a.png"], "no folder"),
    ],
)
def test_what_cannot_be_compared_is_a_sentence(
    arguments: list[str], said: str, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["generations", *arguments]) == 1
    found = capsys.readouterr().err
    assert said in found and "Traceback" not in found
    assert not Path("a.png").exists()
