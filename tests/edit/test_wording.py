from __future__ import annotations

import pytest

from studio.edit.wording import Fate, compare_words, differs, has_words, words_in


def fates(source: str, target: str) -> list[tuple[str, str]]:
    return [(fate.value, word.text) for fate, word in compare_words(source, target)]


def test_words_know_their_places() -> None:
    text = "A red apple, on a  table."
    words = words_in(text)
    assert [word.text for word in words] == ["A", "red", "apple", "on", "a", "table"]
    assert all(text[word.start : word.end] == word.text for word in words)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<luna> sits", ["<luna>", "sits"]),
        ("a well-known dog's bone", ["a", "well-known", "dog's", "bone"]),
        ("don\u2019t", ["don\u2019t"]),
        ("una niña, ¡sí!", ["una", "niña", "sí"]),
        ("", []),
        (" ,.- ", []),
    ],
)
def test_what_a_word_is(text: str, words: list[str]) -> None:
    assert [word.text for word in words_in(text)] == words


def test_a_swapped_word_goes_and_comes_in_one_place() -> None:
    assert fates("a red apple", "a green apple") == [
        ("same", "a"),
        ("gone", "red"),
        ("new", "green"),
        ("same", "apple"),
    ]


def test_every_word_of_both_texts_is_there_once_and_in_order() -> None:
    source, target = "the cat on the mat sleeps", "the old dog sleeps on the red mat"
    found = compare_words(source, target)
    new = [word.text for fate, word in found if fate is not Fate.GONE]
    old = [word.text for fate, word in found if fate is not Fate.NEW]
    assert new == target.split() and sorted(old) == sorted(source.split())


def test_capitals_are_no_difference() -> None:
    assert [fate for fate, _ in fates("A Red apple", "a red apple")] == ["same"] * 3


@pytest.mark.parametrize(
    ("target", "weights", "changes"),
    [
        ("a red apple", {}, False),
        ("A  red apple ", {}, False),
        ("a red apple.", {}, True),
        ("a green apple", {}, True),
        ("a red apple", {"red": 2.0}, True),
        ("a red apple", {"Red": 2.0}, True),
        ("a red apple", {"red": 1.0}, False),
        ("a red apple", {"pear": 2.0}, False),
    ],
)
def test_whether_an_edit_would_change_anything(
    target: str, weights: dict[str, float], changes: bool
) -> None:
    assert differs("a red apple", target, weights) is changes


@pytest.mark.parametrize(
    ("phrase", "there"),
    [("Red apple", True), ("apple", True), ("apple red", False), ("app", False), ("...", True)],
)
def test_whether_words_stand_in_a_text(phrase: str, there: bool) -> None:
    assert has_words("a red apple, on a table", phrase) is there
