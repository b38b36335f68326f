"""The command rewrite edits a photo by its words and says how faithful it is."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from test_cli import failure, mask, photo

from studio.cli import main as cli


def rewrite(tmp_path: Path, *more: str, out: str = "out.png") -> int:
    return cli.main(
        [
            *("rewrite", str(photo(tmp_path / "photo.png")), "--from", "a lemon", "--to"),
            *("a red apple", "--steps", "2", "--method", "ddim", "--out", str(tmp_path / out)),
            *more,
        ]
    )


def test_it_changes_the_mask_only_and_says_how_near_it_comes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert rewrite(tmp_path, "--mask", str(mask(tmp_path / "m.png")), "--everywhere") == 0
    said = capsys.readouterr().out
    assert "painted again:" in said and "the autoencoder alone:" in said and "dB" in said
    before = np.asarray(Image.open(tmp_path / "photo.png"))
    after = np.asarray(Image.open(tmp_path / "out.png").convert("RGB"))
    outside = np.asarray(Image.open(tmp_path / "m.png")) == 0
    assert (before[outside] == after[outside]).all()
    assert (before[~outside] != after[~outside]).mean() > 0.5


def test_the_layer_keeps_words_weights_and_a_mask(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ("--weight", "red=2", "--weight", "red apple=1.5", "--blend", "apple")
    assert rewrite(tmp_path, *arguments, "--cross", "0.5", out="out.ora") == 0
    capsys.readouterr()
    assert cli.main(["info", str(tmp_path / "out.ora"), "--json"]) == 0
    layer = json.loads(capsys.readouterr().out)["layers"][0]
    recipe = layer["recipe"]
    assert recipe["task"] == "rewrite" and recipe["prompt"] == "a red apple"
    assert recipe["sampling"]["sampler"] == "ddim" and recipe["sampling"]["steps"] == 2
    use = recipe["rewrite"]
    assert (use["source"], use["method"], use["cross"]) == ("a lemon", "ddim", 0.5)
    assert use["weights"] == {"red": 2.0, "red apple": 1.5} and use["blend"] == ["apple"]
    assert layer["mask"]


def test_what_cannot_be_done_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, out = str(photo(tmp_path / "photo.png")), str(tmp_path / "out.png")
    common = ["rewrite", source, "--out", out]
    assert "description" in failure(capsys, [*common, "--from", " ", "--to", "a cat"])
    assert "prompt is empty" in failure(capsys, [*common, "--from", "a cat", "--to", " "])
    words = ["--from", "a cat", "--to", "a dog"]
    assert "not a valid weight" in failure(capsys, [*common, *words, "--weight", "dog=99"])
    for wrong in (["--weight", "dog"], ["--weight", "=2"], ["--cross", "2"], ["--method", "x"]):
        assert cli.main([*common, *words, *wrong]) == 2
        assert "usage" in capsys.readouterr().err
    assert "does not appear" in failure(capsys, [*common, *words, "--weight", "zebra=2"])
    assert "does not appear" in failure(capsys, [*common, *words, "--blend", "zebra"])
    assert "are the same" in failure(capsys, [*common, "--from", "a cat", "--to", "A  cat"])
    elsewhere = ["rewrite", source, "--out", str(tmp_path / "none" / "out.png"), *words]
    assert "no folder" in failure(capsys, elsewhere)
    assert not Path(out).exists()
