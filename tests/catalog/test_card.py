"""A model's card in the artist's language."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from studio.catalog.card import load_card
from studio.catalog.models import STARTER, ModelSpec, identify, model_folder
from studio.cli import main as cli
from studio.core.errors import StudioError


@pytest.fixture
def copied(tmp_path: Path) -> ModelSpec:
    """The starter's folder copied, so that a test may change it."""
    shutil.copytree(model_folder(STARTER), tmp_path / "model")
    return identify(tmp_path / "model")


def test_the_starter_has_a_card_in_both_languages() -> None:
    spec = identify(STARTER)
    english, spanish = load_card(spec, "en"), load_card(spec, "es")
    assert english.languages == ("en", "es")
    assert "teddy bear" in english.things and "oso de peluche" in spanish.things
    assert english.things.index("teddy bear") == spanish.things.index("oso de peluche")
    for card in (english, spanish):
        assert card.summary and card.styles and card.limits
        assert card.gallery is not None and card.gallery.path.is_file()
        assert card.licences is not None and "MIT" in card.licences.read_text("utf-8")
    assert english.summary != spanish.summary
    assert load_card(spec, "fr").summary == english.summary


def test_a_model_without_a_card_has_an_empty_one(copied: ModelSpec) -> None:
    for name in ("card.json", "vocabulary.json", "LICENSES.md", "gallery.webp"):
        (copied.path / name).unlink()
    card = load_card(copied, "en")
    assert (card.summary, card.things, card.gallery, card.licences) == ("", (), None, None)


@pytest.mark.parametrize(
    "content",
    [
        "{",
        "[]",
        '{"texts": []}',
        '{"texts": {"en": []}}',
        '{"gallery": {"file": "gallery.webp"}}',
        '{"gallery": {"file": "gallery.webp", "tile": "x", "columns": 2}}',
    ],
)
def test_a_broken_card_is_a_sentence(copied: ModelSpec, content: str) -> None:
    (copied.path / "card.json").write_text(content, encoding="utf-8")
    with pytest.raises(StudioError, match="cannot be read"):
        load_card(copied, "en")


def test_a_gallery_outside_the_folder_is_not_read(copied: ModelSpec) -> None:
    entry = {"gallery": {"file": "../../secret.webp", "tile": 64, "columns": 2}}
    (copied.path.parent / "secret.webp").write_bytes(b"x")
    (copied.path / "card.json").write_text(json.dumps(entry), encoding="utf-8")
    assert load_card(copied, "en").gallery is None


def test_models_are_listed_with_what_they_know(
    copied: ModelSpec, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["models", str(copied.path)]) == 0
    text = capsys.readouterr().out
    assert "Lienzo Starter" in text and str(copied.path) in text
    assert "things, in en, es" in text
    assert cli.main(["models", "--words", "TEDDY"]) == 0
    assert capsys.readouterr().out == "en  teddy bear\n"
    assert cli.main(["models", "--words"]) == 0
    assert len(capsys.readouterr().out.splitlines()) >= 500
