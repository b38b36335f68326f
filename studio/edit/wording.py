"""Word-by-word comparison of a caption with a new text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import Enum

from studio.edit.prompt_syntax import blank_syntax, parse_prompt, plain_text

_WORD = re.compile(r"<[^<>\s]+>|[^\W_]+(?:['\u2019_-][^\W_]+)*")
"""A subject's tag, or letters and digits with the characters allowed between them."""


class Fate(Enum):
    """The change of a word from the caption to the new text."""

    SAME = "same"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Word:
    """A word and its position in its text, without punctuation."""

    text: str
    start: int
    end: int

    @property
    def name(self) -> str:
        """The normalized form for comparisons."""
        return self.text.casefold()


def words_in(text: str) -> tuple[Word, ...]:
    """Return the words of a text in order, without marks such as "(", ":1.3)"."""
    return tuple(Word(found[0], *found.span()) for found in _WORD.finditer(blank_syntax(text)))


def weights_in(text: str) -> dict[str, float]:
    """Return the weights that a text gives in brackets, by the words that have them."""
    pieces = [piece for chunk in parse_prompt(text).chunks for piece in chunk]
    return {
        piece.text.strip(" ,"): piece.weight
        for piece in pieces
        if piece.weight != 1 and piece.text.strip(" ,")
    }


def has_words(text: str, phrase: str) -> bool:
    """Whether the words of a phrase occur in a text side by side; true for an empty phrase."""
    names = [word.name for word in words_in(text)]
    wanted = [word.name for word in words_in(phrase)]
    places = range(len(names) - len(wanted) + 1)
    return any(names[at : at + len(wanted)] == wanted for at in places)


def compare_words(source: str, target: str) -> tuple[tuple[Fate, Word], ...]:
    """Return the words of both texts in one sequence, removed words before their replacements.

    A word in both is the one of ``target``.
    """
    old, new = words_in(source), words_in(target)
    names = [word.name for word in old], [word.name for word in new]
    found: list[tuple[Fate, Word]] = []
    for kind, i, i_end, j, j_end in SequenceMatcher(None, *names, autojunk=False).get_opcodes():
        if kind == "equal":
            found += [(Fate.SAME, word) for word in new[j:j_end]]
            continue
        found += [(Fate.GONE, word) for word in old[i:i_end]]
        found += [(Fate.NEW, word) for word in new[j:j_end]]
    return tuple(found)


def differs(source: str, target: str, weights: Mapping[str, float]) -> bool:
    """Whether a rewrite would change anything: another word, or one of another weight."""
    if weights_in(target):
        return True
    source, target = plain_text(source), plain_text(target)
    names = [word.name for word in words_in(target)]
    if any(factor != 1 and word.casefold() in names for word, factor in weights.items()):
        return True
    # Punctuation is encoded by a model, too.
    return " ".join(source.split()).casefold() != " ".join(target.split()).casefold()
