"""Marks of other programs in prompts: what they mean, and what is said of the others."""

from __future__ import annotations

import pytest

from studio.edit.apply import layer_name
from studio.edit.prompt_syntax import blank_syntax, parse_prompt, plain_text, without_signs
from studio.edit.wording import differs, weights_in, words_in

Weighted = list[tuple[str, float]]


def weighted(text: str) -> Weighted:
    """Return the words of a prompt with their weights, without the spaces around them."""
    pieces = [piece for chunk in parse_prompt(text).chunks for piece in chunk]
    return [(piece.text.strip(), piece.weight) for piece in pieces if piece.text.strip()]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a red apple", [("a red apple", 1)]),
        ("(a red apple:1.3)", [("a red apple", 1.3)]),
        ("a (red:1.8) apple", [("a", 1), ("red", 1.8), ("apple", 1)]),
        ("(a)", [("a", 1.1)]),
        ("((a))", [("a", 1.21)]),
        ("[a]", [("a", 0.909091)]),
        ("([a])", [("a", 1)]),
        ("((a:1.2) b)", [("a", 1.32), ("b", 1.1)]),
        ("(a : 0.5 )", [("a", 0.5)]),
        ("(a:.5) (b:2.)", [("a", 0.5), ("b", 2)]),
        ("(a:-1)", [("a", -1)]),
        (r"\(a\) \[b\]", [("(a", 1), (") ", 1), ("[b", 1), ("]", 1)]),
        ("a:b 3:4", [("a:b 3:4", 1)]),
        ("cat++ dog-- bird+", [("cat", 1.21), ("dog", 0.81), ("bird", 1.1)]),
        ("(red hat)++ (x)-", [("red hat", 1.21), ("x", 0.9)]),
        ("long-haired, a - b, 5+5", [("long-haired, a - b, 5+5", 1)]),
        ("(<luna>:1.2)", [("<luna>", 1.2)]),
        ("(embedding:luna:1.2)", [("luna", 1.2)]),
        ("(one\ntwo:1.5)", [("one\ntwo", 1.5)]),
        ("", []),
    ],
)
def test_weights(text: str, found: Weighted) -> None:
    expected = [(word.strip(), weight) for word, weight in found]
    assert weighted(text) == expected and parse_prompt(text).notes == ()


@pytest.mark.parametrize(
    ("text", "words", "said"),
    [
        ("(a red apple", "a red apple", "Unmatched"),
        ("a red apple)", "a red apple", "Unmatched"),
        ("(a [red) apple]", "a red apple", "Unmatched"),
        ("[cat|dog]", "cat", "[cat|dog]"),
        ("{cat|dog}", "cat", "{cat|dog}"),
        ("[cat:dog:0.3] x", "dog x", "steps"),
        ("[cat:dog:0.7] x", "cat x", "steps"),
        ("[cat::0.2]", "cat", "steps"),
        ("[cat:5]", "cat", "steps"),
        ("[:cat:5]", "cat", "steps"),
        ("{cat}", "cat", "Curly"),
        ("a AND b", "a AND b", "AND"),
        ("a cat --ar 16:9 --v 5", "a cat", "--ar 16:9"),
        ("(a:100)", "a", "10"),
        ("(a:-1e9)", "a:-1e9", ""),
        ("a <lora:luna:0.8:0.2>", "a", ""),
        ("a <lora:luna:0.8:0.2:lbw=MIDD>", "a", "<lora:luna:0.8:0.2:lbw=MIDD>"),
        ("a <lora:luna:0.8:0.2:4>", "a", "0.8 and 0.2"),
        ("a <lora:luna:0.8:much>", "a", "0.8 and 0.8"),
        ("a <lora:luna:0.8:9>", "a", "range"),
        ("a <lora:luna:8>", "a", "range"),
    ],
)
def test_what_has_no_meaning_is_left_out_with_a_note(text: str, words: str, said: str) -> None:
    notes = " ".join(map(str, parse_prompt(text).notes))
    assert plain_text(text) == words and said in notes and bool(said) == bool(notes)


def test_a_bracket_that_the_end_of_the_prompt_closes_has_its_weight() -> None:
    assert weighted("a (red apple:1.3") == [("a", 1), ("red apple", 1.3)]


def test_break_separates_chunks_and_weights_go_on_behind_it() -> None:
    chunks = parse_prompt("a cat BREAK (a dog BREAK a hat:1.2) BREAK").chunks
    words = [[piece for piece in chunk if piece.text.strip()] for chunk in chunks]
    assert [(piece.text.strip(), piece.weight) for (piece,) in words] == [
        ("a cat", 1), ("a dog", 1.2), ("a hat", 1.2),
    ]  # fmt: skip
    assert parse_prompt("BREAKFAST").is_plain and parse_prompt("BREAK").text == ""


@pytest.mark.parametrize(
    ("tag", "text", "picture"),
    [
        ("<lora:luna>", 1.0, 1.0),
        ("<lora:luna:0.5>", 0.5, 0.5),
        ("<lora:luna:0.5:0.25>", 0.5, 0.25),
        ("<lora:luna:0:1>", 0.0, 1.0),
        ("<lora:luna:1:0>", 1.0, 0.0),
        ("<lora:luna:te=0.5>", 0.5, 0.5),
        ("<lora:luna:unet=0.5>", 1.0, 0.5),
        ("<lora:luna:0.8:unet=0.5:te=0.3>", 0.3, 0.5),
        ("<lora:luna:0.5:0.5>", 0.5, 0.5),
    ],
)
def test_the_weights_of_a_lora_are_those_of_a1111(tag: str, text: float, picture: float) -> None:
    (network,) = parse_prompt(tag).networks
    assert network.weight == picture
    assert network.text_weight == (None if text == picture else text)


def test_networks_are_taken_out_of_the_text() -> None:
    parsed = parse_prompt("a cat <lora:foo_v1.2:0.8> <LyCo:bar> <hypernet:x:1>")
    assert parsed.is_plain and parsed.text.strip() == "a cat"
    assert [(one.name, one.weight, one.is_lora) for one in parsed.networks] == [
        ("foo_v1.2", 0.8, True), ("bar", 1.0, True), ("x", 1.0, False),
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["a (cat:1.2), [a|b] <lora:x:1> c++ \\( (", "plain", "🍎 (a"])
def test_words_keep_their_positions(text: str) -> None:
    shown = blank_syntax(text)
    assert len(shown) == len(text)
    assert all(a in (b, " ") for a, b in zip(shown, text, strict=True))
    assert all(text[word.start : word.end] == word.text for word in words_in(text))


def test_words_of_an_edit_are_those_without_marks() -> None:
    assert [word.text for word in words_in("a (red:1.5) apple <lora:foo:1>")] == [
        "a", "red", "apple",
    ]  # fmt: skip
    assert weights_in("a (red:1.5) apple") == {"red": 1.5}
    assert differs("a red apple", "a (red:1.5) apple", {})
    assert not differs("a red apple", "a red apple <lora:foo:1>", {})


def test_a_layer_is_called_by_the_words() -> None:
    assert layer_name("(a red apple:1.3), <lora:foo:1> shiny") == "a red apple, shiny"
    assert layer_name("<lora:foo:1>") == "<lora:foo:1>"


@pytest.mark.parametrize(
    ("text", "words", "gone"),
    [
        ('"a red apple"', "a red apple", '"'),
        ("🍎️ a red apple 🍎", "a red apple", "🍎"),
        (",,, a red apple,,,,  ,", "a red apple,", ""),
        ("a red apple | a dog", "a red apple , a dog", "|"),
        ("don't, a well-known café, 3d. ", "don't, a well-known café, 3d. ", ""),
        ("cafe\u0301", "cafe\u0301", ""),
        ("a my_cat!", "a my_cat!", ""),
        ("«un gato»", "un gato", "« »"),
    ],
)
def test_signs_that_a_small_model_never_learned(text: str, words: str, gone: str) -> None:
    found = without_signs(parse_prompt(text), ["my_cat!"])
    assert found.text.strip() == words.strip()
    assert [note.values.get("signs") for note in found.notes] == ([gone] if gone else [])


def test_a_plain_prompt_is_the_very_same_text() -> None:
    text = "Un perro,  rojo.\n3d, don't"
    assert parse_prompt(text).text == text == without_signs(parse_prompt(text)).text


@pytest.mark.parametrize("text", ["(" * 500 + "a" + ")" * 500, "[a|" * 300, "a++" * 500, "\\"])
def test_any_prompt_can_be_read(text: str) -> None:
    assert len(blank_syntax(text)) == len(text) and parse_prompt(text).chunks
