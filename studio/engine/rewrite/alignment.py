"""Aligns the tokens of two prompts: which new token takes over which old token's attention."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from studio.catalog.vocabulary import FUNCTION_WORDS

WORD_END = "</w>"
"""The suffix with which CLIP's tokenizer marks the last token of a word."""


@dataclass(frozen=True, slots=True)
class Word:
    """The tokens of one word and the position of the first in the whole text."""

    tokens: tuple[str, ...]
    start: int

    @property
    def positions(self) -> range:
        """The positions of its tokens."""
        return range(self.start, self.start + len(self.tokens))


@dataclass(frozen=True, slots=True, eq=False)
class Alignment:
    """The mapping of attention from the tokens of an old text to those of a new one.

    ``matrix`` (old tokens, new tokens) float32: column j holds the shares of the old tokens whose
    attention new token j takes. ``own`` (new tokens) bool: tokens that keep their own attention
    because the old text has no counterpart. ``before`` and ``after`` are the positions that differ.
    """

    matrix: NDArray[np.float32]
    own: NDArray[np.bool_]
    before: tuple[int, ...]
    after: tuple[int, ...]


def words_of(tokens: Sequence[str], start: int = 1) -> tuple[Word, ...]:
    """Return the words of a text from its tokens; position 0 is the start token."""
    words: list[Word] = []
    current: list[str] = []
    for token in tokens:
        current.append(token)
        if token.endswith(WORD_END) or _is_added(token):
            words.append(Word(tuple(current), start))
            start += len(current)
            current = []
    return (*words, Word(tuple(current), start)) if current else tuple(words)


def _is_added(token: str) -> bool:
    """Whether an adapter added this token: a tag, or private-use characters."""
    tag = token.startswith("<") and token.endswith(">") and len(token) > 2
    return tag or all(unicodedata.category(letter) == "Co" for letter in token)


def find(tokens: Sequence[str], phrase: Sequence[str], start: int = 1) -> tuple[int, ...]:
    """Return the positions of every occurrence of ``phrase`` in ``tokens``, () for none."""
    length = len(phrase)
    if not length:
        return ()
    places = [
        at
        for at in range(len(tokens) - length + 1)
        if tuple(tokens[at : at + length]) == tuple(phrase)
    ]
    return tuple(sorted({start + at + i for at in places for i in range(length)}))


def align(source: Sequence[str], target: Sequence[str], length: int) -> Alignment:
    """Return the alignment of two texts by their tokens, each padded to ``length``.

    Words common to both keep their attention (Hertz et al. 2022, section 3.2, refinement). A word
    that replaces another takes over its attention (word swap), spread evenly over its tokens;
    added words keep their own (refinement); fewer words share the attention of those replaced.
    """
    matrix = np.zeros((length, length), np.float32)
    own = np.zeros(length, np.bool_)
    before: list[int] = []
    after: list[int] = []
    for old, new in _blocks(words_of(source), words_of(target)):
        olds, news = _positions(old), _positions(new)
        if [word.tokens for word in old] == [word.tokens for word in new]:
            matrix[olds, news] = 1
            continue
        before += olds
        after += news
        for part, whole in _pairs(old, new):
            took, takes = _positions(part), _positions(whole)
            if len(took) == len(takes):
                matrix[took, takes] = 1
            elif took and takes:
                matrix[np.ix_(took, takes)] = 1 / len(takes)
            else:
                own[takes] = True
    _frame(matrix, own, len(source), len(target))
    return Alignment(matrix, own, tuple(before), tuple(after))


def _frame(matrix: NDArray[np.float32], own: NDArray[np.bool_], source: int, target: int) -> None:
    """Align the start and end tokens and the padding after them."""
    length = len(own)
    matrix[0, 0] = 1
    both = length - 1 - max(source, target)
    matrix[range(source + 1, source + 1 + both), range(target + 1, target + 1 + both)] = 1
    own[target + 1 + both :] = True


def _positions(words: Sequence[Word]) -> list[int]:
    return [position for word in words for position in word.positions]


def _pairs(
    old: Sequence[Word], new: Sequence[Word]
) -> Iterator[tuple[Sequence[Word], Sequence[Word]]]:
    """Pair the old words of a block with the new ones, one to one if their counts match.

    Words after a function word such as "with" are new: if "a cat" becomes "a dog with a hat", the
    dog replaces the cat. In "a big dog" it is ambiguous which word does, so both are new.
    """
    if len(old) > len(new):
        yield old, new
        return
    ends = (n for n, word in enumerate(new) if n and _letters(word) in FUNCTION_WORDS)
    first = next(ends, len(new))
    count = len(old) if len(old) in (first, len(new)) else 0
    for number, word in enumerate(new):
        yield old[number : number + 1] if number < count else (), (word,)


def _letters(word: Word) -> str:
    return "".join(word.tokens).removesuffix(WORD_END)


def _blocks(
    source: Sequence[Word], target: Sequence[Word]
) -> Iterator[tuple[Sequence[Word], Sequence[Word]]]:
    """Yield in order the words that both texts share, one by one, and the runs between them."""
    i = j = 0
    for a, b in _common(source, target):
        if (i, j) != (a, b):
            yield source[i:a], target[j:b]
        yield source[a : a + 1], target[b : b + 1]
        i, j = a + 1, b + 1
    if i < len(source) or j < len(target):
        yield source[i:], target[j:]


def _common(source: Sequence[Word], target: Sequence[Word]) -> list[tuple[int, int]]:
    """Return the indices (old, new) of the longest common subsequence of words."""
    rows, columns = len(source), len(target)
    best = np.zeros((rows + 1, columns + 1), np.int32)
    for i in reversed(range(rows)):
        for j in reversed(range(columns)):
            same = source[i].tokens == target[j].tokens
            best[i, j] = 1 + best[i + 1, j + 1] if same else max(best[i + 1, j], best[i, j + 1])
    found = []
    i = j = 0
    while i < rows and j < columns:
        if source[i].tokens == target[j].tokens:
            found.append((i, j))
            i, j = i + 1, j + 1
        elif best[i + 1, j] >= best[i, j + 1]:
            i += 1
        else:
            j += 1
    return found
