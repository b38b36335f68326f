"""The counter agrees with the tokenizer that the engine uses."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from studio.catalog.tokens import TokenCounter
from studio.core.errors import StudioError
from studio.core.paths import resource

PROMPTS = [
    "a teddy bear",
    "  un osito   de peluche\nrojo, en la niebla!!  ",
    "don't panic: 42 cafés & naïve piñatas — 猫 🎨",
    "",
]


@pytest.fixture(params=["tokenizer.json", "vocab.json and merges.txt"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A model folder with the starter's tokenizer in one of the two layouts."""
    shutil.copytree(resource("starter") / "tokenizer", tmp_path / "tokenizer")
    if request.param != "tokenizer.json":
        (tmp_path / "tokenizer" / "tokenizer.json").unlink(missing_ok=True)
    return tmp_path


@pytest.mark.xdist_group("engine")
def test_it_counts_as_transformers_does(folder: Path) -> None:
    from transformers import CLIPTokenizer

    counter = TokenCounter.load(folder)
    theirs = CLIPTokenizer.from_pretrained(folder / "tokenizer", local_files_only=True)
    for prompt in PROMPTS:
        ids = theirs(prompt)["input_ids"]
        assert counter.count(prompt) == len(ids) - 2, prompt
    assert counter.limit == theirs.model_max_length - 2


def test_a_long_prompt_is_cut_at_a_word_and_nothing_is_lost(folder: Path) -> None:
    counter = TokenCounter.load(folder)
    words = [f"wörd{'x' * (i % 7)}" for i in range(200)]
    prompt = " ".join(words)
    split = counter.split(prompt)
    assert counter.count(split.kept) <= counter.limit < split.count
    assert f"{split.kept} {split.dropped}" == prompt
    assert split.kept.split(" ")[-1] in words
    # One word more would not have fitted.
    more = f"{split.kept} {split.dropped.split(' ')[0]}"
    assert counter.count(more) > counter.limit


def test_a_short_prompt_is_kept_as_it_is(folder: Path) -> None:
    counter = TokenCounter.load(folder)
    for prompt in PROMPTS:
        split = counter.split(prompt)
        assert (split.kept, split.dropped) == (prompt, "")


def test_one_endless_word_is_cut_inside(folder: Path) -> None:
    counter = TokenCounter.load(folder)
    split = counter.split("7" * 300)
    assert split.kept and split.dropped
    assert counter.count(split.kept) <= counter.limit


def test_a_broken_tokenizer_is_named(folder: Path) -> None:
    for name in ("tokenizer.json", "vocab.json"):
        (folder / "tokenizer" / name).write_text("{")
    with pytest.raises(StudioError, match="tokenizer"):
        TokenCounter.load(folder)


def test_added_words_count_their_tokens_and_are_never_cut_in_half(folder: Path) -> None:
    plain = TokenCounter.load(folder)
    counter = plain.with_tokens({"<luna>": 3}).with_tokens({"bad-artist": 2})
    assert counter.limit == plain.limit
    assert counter.count("a <luna> and <LUNA>") == plain.count("a and") + 6
    assert counter.count("bad-artist") == 2
    assert counter.count("bad-artists") == plain.count("bad-artists")
    for room in range(4):
        digits = "7" * (plain.limit - room)
        for gap in ("", " "):
            split = counter.split(f"{digits}{gap}<luna> b")
            if room < 3:
                assert (split.kept, split.dropped) == (digits, "<luna> b")
            else:
                assert (split.kept, split.dropped) == (f"{digits}{gap}<luna>", "b")
    assert plain.words == {} and counter.words == {"<luna>": 3, "bad-artist": 2}
