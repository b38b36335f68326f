"""Completion and unknown words, in two languages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from studio.catalog.vocabulary import Vocabulary, fold, replace_word
from studio.core.errors import StudioError


@pytest.fixture
def vocabulary() -> Vocabulary:
    return Vocabulary(
        {
            "en": ["teddy bear", "bear", "polar bear", "tennis racket", "cherry", "wolf", "teapot"],
            "es": ["osito de peluche", "oso", "lápiz", "árbol de Navidad", "niño"],
        },
        {"en": ["red", "happy"], "es": ["rojo", "pequeño"]},
    )


def test_a_prefix_completes_to_concepts_that_begin_with_it_first(vocabulary: Vocabulary) -> None:
    assert vocabulary.complete("te") == ("teapot", "teddy bear", "tennis racket")
    assert vocabulary.complete("bea")[0] == "bear"
    assert set(vocabulary.complete("bea")) == {"bear", "teddy bear", "polar bear"}
    assert vocabulary.complete("te", limit=1) == ("teapot",)
    assert vocabulary.complete("") == vocabulary.complete("  ") == vocabulary.complete("zz") == ()


def test_accents_and_case_do_not_count(vocabulary: Vocabulary) -> None:
    assert vocabulary.complete("LAPI") == ("lápiz",)
    assert vocabulary.complete("arbol de na") == ("árbol de Navidad",)
    assert fold("Ñandú") == "nandu"


def test_the_language_of_the_window_comes_first(vocabulary: Vocabulary) -> None:
    both = Vocabulary({"en": ["pan"], "es": ["panda"]}, {})
    assert both.complete("pan", language="es")[0] == "panda"
    assert both.complete("pan", language="en")[0] == "pan"


def test_several_words_complete_together(vocabulary: Vocabulary) -> None:
    text = "a teddy b"
    start, found = vocabulary.complete_at(text, len(text))
    assert (text[start:], found) == ("teddy b", ("teddy bear",))
    text = "a red car, che"
    start, found = vocabulary.complete_at(text, len(text))
    assert (text[start:], found) == ("che", ("cherry",))
    assert vocabulary.complete_at("a xyz", 5)[1] == ()
    assert vocabulary.complete_at("teapot", 0)[1] == ()


def test_unknown_words_are_named_once_and_in_order(vocabulary: Vocabulary) -> None:
    assert vocabulary.unknown_words("a Red bear and a gryphon, GRYPHON gizmo") == (
        "gryphon",
        "GRYPHON",
        "gizmo",
    )
    assert vocabulary.unknown_words("") == ()


@pytest.mark.parametrize(
    "prompt",
    ["two bears", "cherries", "wolves", "unos lapices", "niñas pequeñas", "ositos", "3 teapots!"],
)
def test_plurals_genders_and_numbers_are_known(vocabulary: Vocabulary, prompt: str) -> None:
    assert vocabulary.unknown_words(prompt) == ()


def test_a_model_without_a_word_list_calls_nothing_unknown(tmp_path: Path) -> None:
    vocabulary = Vocabulary.load(tmp_path)
    assert vocabulary.is_empty
    assert vocabulary.unknown_words("xyzzy") == ()
    assert vocabulary.complete("xy") == ()


def test_a_word_list_is_read_from_the_model_folder(tmp_path: Path) -> None:
    file = tmp_path / "vocabulary.json"
    file.write_text(json.dumps({"en": {"concepts": ["tin can"], "words": ["shiny"]}}))
    vocabulary = Vocabulary.load(tmp_path)
    assert vocabulary.concepts("en") == ("tin can",)
    assert vocabulary.unknown_words("a shiny can of worms") == ("worms",)
    for broken in ("{", "[]", '{"en": {}}', '{"en": 3}'):
        file.write_text(broken)
        with pytest.raises(StudioError, match=r"vocabulary\.json"):
            Vocabulary.load(tmp_path)


def test_the_nearest_known_word_is_offered(vocabulary: Vocabulary) -> None:
    assert vocabulary.nearest("teapott") == "teapot"
    assert vocabulary.nearest("arbl", "es") == "árbol"
    assert vocabulary.nearest("NIÑOO", "es") == "niño"
    assert vocabulary.nearest("qwrtzpl") == ""
    assert vocabulary.suggestions("a teapott and a wolf, qwrtzpl") == {
        "teapott": "teapot",
        "qwrtzpl": "",
    }
    assert Vocabulary({}, {}).suggestions("anything") == {}


def test_the_nearest_word_is_of_the_language_of_the_window_where_it_has_one() -> None:
    both = Vocabulary({"en": ["elephant"], "es": ["elefante", "silla"]}, {})
    assert both.nearest("elefant", "en") == "elephant"
    assert both.nearest("elefant", "es") == "elefante"
    assert both.nearest("sila", "en") == "silla"


def test_a_word_is_replaced_as_a_whole_only() -> None:
    assert replace_word("a bot in a robot, Bot", "bot", "boat") == "a boat in a robot, Bot"


def test_built_in_models_know_the_words_of_the_encoder_that_they_share() -> None:
    assert Vocabulary.load("dall-e").known == Vocabulary.load("starter").known != frozenset()
