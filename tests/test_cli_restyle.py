"""The command restyle: presets, paintings, recipes, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from studio.cli.main import main
from studio.core.paths import resource
from studio.document.io.formats import document_from_array, open_document, save_document
from studio.document.layer import GenerativeLayer
from studio.document.render.compositor import composite
from studio.edit.prepare import recipe_of

PHOTO = resource("samples", "sample-cat.jpg")
PAINTING = resource("samples", "sample-coffee.jpg")


def restyle(*arguments: object) -> int:
    return main(["restyle", *map(str, arguments)])


@pytest.mark.parametrize(
    ("style", "message"), [("nonsense", "no style"), ("folder/none.jpg", "no style")]
)
def test_an_unknown_style_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], style: str, message: str
) -> None:
    assert restyle(PHOTO, "--style", style, "--out", tmp_path / "a.png") == 1
    assert message in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_a_painting_that_is_no_picture_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = tmp_path / "words.jpg"
    words.write_text("not a picture")
    assert restyle(PHOTO, "--style", words, "--out", tmp_path / "a.png") == 1
    assert "not a picture" in capsys.readouterr().err
    assert not (tmp_path / "a.png").exists()


@pytest.mark.parametrize("amount", ["-0.1", "2", "nan"])
def test_an_impossible_amount_is_refused(tmp_path: Path, amount: str) -> None:
    out = tmp_path / "a.png"
    assert restyle(PHOTO, "--style", "mosaic", "--amount=" + amount, "--out", out) == 1
    assert not out.exists()


def test_without_the_networks_it_says_how_to_fetch_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert restyle(PHOTO, "--style", "mosaic", "--out", tmp_path / "a.png") == 1
    assert "assets fetch styles" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


@pytest.mark.needs_asset("styles")
def test_a_painting_is_kept_in_the_recipe_of_the_layer(tmp_path: Path) -> None:
    out = tmp_path / "a.ora"
    assert restyle(PHOTO, "--style", PAINTING, "--strokes", "broad", "--out", out) == 0
    document = open_document(out).document
    layer = document.layers[-1]
    assert isinstance(layer, GenerativeLayer) and layer.visible
    recipe = recipe_of(layer)
    assert recipe.sampling.extras["style"] == "painting"
    assert recipe.sampling.extras["strokes"] == "broad"
    assert max(recipe.references[0].image.shape) <= 512
    below = document.replace(layers=document.layers[:-1])
    assert not np.array_equal(composite(document, document.rect), composite(below, document.rect))


@pytest.mark.needs_asset("styles")
def test_grey_and_transparent_pictures_are_painted(tmp_path: Path) -> None:
    grey = np.full((40, 50, 4), 90, np.uint8)
    grey[:, 25:, 3] = 0
    photo, out = tmp_path / "grey.png", tmp_path / "a.png"
    save_document(document_from_array(grey, "Grey"), photo)
    assert restyle(photo, "--style", "copper", "--amount", "0.5", "--out", out) == 0
    made = open_document(out).document
    assert (made.width, made.height) == (50, 40)
