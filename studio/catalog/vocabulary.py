"""A model's vocabulary: completion while typing, and detection of unknown words."""

from __future__ import annotations

import difflib
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import Path

from studio.catalog.model_spec import BUILT_IN, STARTER, model_folder
from studio.core.errors import StudioError

WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")

WORD_LIST = "vocabulary.json"

FUNCTION_WORD_LIST = """
a an and as at by for from in into is it its no not of off on one or over some the their to two
three four under up very with without near next behind between beside above below al como con de
del el en entre es la las lo los mas muy ni no o para pero por que se sin sobre su sus tras un una
unas uno unos dos tres cuatro y e u junto bajo ante desde hasta cerca detras encima debajo
"""

NEAR = 0.72
"""Minimum similarity of two words for one to be suggested for the other, 0 to 1."""

FUNCTION_WORDS = frozenset(FUNCTION_WORD_LIST.split())
"""Words without a visual meaning, never reported as unknown."""


def has_word_list(folder: Path) -> bool:
    """Whether the model in a folder lists its vocabulary, so that other words are unknown to it."""
    return (folder / WORD_LIST).is_file()


class Vocabulary:
    """Concepts and words of a model by language code; empty if the model lists none."""

    def __init__(
        self, concepts: Mapping[str, Iterable[str]], words: Mapping[str, Iterable[str]]
    ) -> None:
        self._concepts = {code: tuple(dict.fromkeys(names)) for code, names in concepts.items()}
        self._folded = {
            code: tuple((fold(name), name) for name in names)
            for code, names in self._concepts.items()
        }
        every = [*self._concepts.values(), *(tuple(names) for names in words.values())]
        self._known = {
            fold(word) for names in every for name in names for word in WORD.findall(name)
        }
        self._whole = {
            code: {fold(one) for one in (*self._concepts.get(code, ()), *words.get(code, ()))}
            for code in dict.fromkeys((*self._concepts, *words))
        }
        self._spoken = {
            code: _words((*self._concepts.get(code, ()), *words.get(code, ())))
            for code in dict.fromkeys((*self._concepts, *words))
        }

    @classmethod
    def load(cls, model: Path | str) -> Vocabulary:
        """Read vocabulary.json of a model folder or a built-in model; empty if there is none.

        The built-in models that have none of their own share the starter's text encoder.
        """
        file = model_folder(str(model)) / WORD_LIST
        if str(model) in BUILT_IN and not file.is_file():
            file = model_folder(STARTER) / WORD_LIST
        if not file.is_file():
            return cls({}, {})
        try:
            data = json.loads(file.read_text(encoding="utf-8"))
            concepts = {code: [str(n) for n in part["concepts"]] for code, part in data.items()}
            words = {code: [str(n) for n in part["words"]] for code, part in data.items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise StudioError(
                "The word list {path} cannot be read ({reason}).",
                "Copy the model folder again from where you got it.",
                path=str(file),
                reason=str(error),
            ) from error
        return cls(concepts, words)

    @property
    def is_empty(self) -> bool:
        """Whether the model lists no words, so that none is reported as unknown."""
        return not self._known

    @property
    def known(self) -> frozenset[str]:
        """All words of the vocabulary, in lower case and without accents."""
        return frozenset(self._known)

    @property
    def languages(self) -> tuple[str, ...]:
        """The codes of the languages of the model's concepts."""
        return tuple(code for code, names in self._concepts.items() if names)

    def concepts(self, language: str = "en") -> tuple[str, ...]:
        """Return the concepts that the model can draw, in one language."""
        return self._concepts.get(language, ())

    def complete(self, prefix: str, limit: int = 8, language: str = "") -> tuple[str, ...]:
        """Return up to ``limit`` concepts that begin with ``prefix``, or else have a word doing so.

        Case and accents are ignored. Only concepts in ``language`` are returned if the model has
        any, else those of all languages. A concept that equals ``prefix`` comes first.
        """
        start = fold(prefix.strip())
        if not start or limit <= 0:
            return ()
        order = [language] if self._folded.get(language) else list(self._folded)
        heads: list[str] = []
        inner: list[str] = []
        for code in order:
            matches = self._folded[code]
            heads += sorted((name for key, name in matches if key.startswith(start)), key=_shortest)
            inner += sorted((name for key, name in matches if f" {start}" in key), key=_shortest)
        return tuple(dict.fromkeys(heads + inner))[:limit]

    def complete_at(
        self, text: str, cursor: int, limit: int = 8, language: str = ""
    ) -> tuple[int, tuple[str, ...]]:
        """Return the start of the completable words before ``cursor``, and their completions.

        Tries up to four words back, the longest first, so that "a teddy b" completes to
        "teddy bear" and not to "bear".
        """
        before = text[:cursor]
        starts = [match.start() for match in re.finditer(r"(?<!\S)\S|(?<=[,;.(])\S", before)]
        for start in starts[-4:]:
            fragment = before[start:].lstrip(" ,;.(")
            if " " in fragment.strip():
                # Several words: only a concept that begins with all of them matches.
                key = fold(fragment)
                found = self.complete(fragment, limit, language)
                found = tuple(name for name in found if fold(name).startswith(key))
            else:
                found = self.complete(fragment, limit, language)
            if found:
                return cursor - len(fragment), found
        return cursor, ()

    def is_whole(self, text: str, language: str = "") -> bool:
        """Return whether a whole text is a concept or a word of the model.

        Parts of a concept's name do not count: "hot" alone does not mean "hot dog".
        """
        codes = [language] if self._whole.get(language) else list(self._whole)
        return any(fold(text.strip()) in self._whole[code] for code in codes)

    def unknown_words(self, prompt: str) -> tuple[str, ...]:
        """Return the words of ``prompt`` that the model never learned, each once, in order.

        Case, accents and plurals of English and Spanish are ignored.
        """
        if self.is_empty:
            return ()
        words = dict.fromkeys(WORD.findall(prompt))
        return tuple(word for word in words if not self._knows(fold(word)))

    def nearest(self, word: str, language: str = "") -> str:
        """Return the known word whose spelling is most similar to ``word``, "" if none is close.

        Case and accents are ignored (difflib's ratio, at least NEAR). Words of ``language`` come
        first; those of another are suggested only if it has none.
        """
        key = fold(word)
        for code in sorted(self._spoken, key=lambda code: code != language):
            spoken = self._spoken[code]
            for match in difflib.get_close_matches(key, spoken, n=1, cutoff=NEAR):
                return spoken[match]
        return ""

    def suggestions(self, prompt: str, language: str = "") -> dict[str, str]:
        """Return each unknown word of ``prompt`` with the nearest known one, "" if too far."""
        return {word: self.nearest(word, language) for word in self.unknown_words(prompt)}

    def _knows(self, word: str) -> bool:
        if word in FUNCTION_WORDS or len(word) < 2:
            return True
        parts = [part for part in re.split(r"['\u2019-]", word) if len(part) > 1]
        if len(parts) > 1 and all(self._knows(part) for part in parts):
            return True
        return any(form in self._known for form in _forms(word)) or any(
            f"{form}{end}" in self._known for form in (word,) for end in ("s", "es")
        )


def fold(text: str) -> str:
    """Return ``text`` in lower case without accents, including the tilde of ñ."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def _words(names: Iterable[str]) -> dict[str, str]:
    """Return the words of names in their original spelling, by folded form."""
    found = (word for name in names for word in WORD.findall(name))
    return {fold(word): word for word in found if len(word) > 2}


def replace_word(prompt: str, word: str, other: str) -> str:
    """Return ``prompt`` with every whole ``word`` replaced by ``other``."""
    return re.sub(rf"(?<![^\W_]){re.escape(word)}(?![^\W_])", lambda _: other, prompt)


def _forms(word: str) -> Iterable[str]:
    yield word
    for ending, singular in (
        ("ies", "y"),
        ("ces", "z"),
        ("ves", "f"),
        ("ves", "fe"),
        ("es", ""),
        ("s", ""),
        ("'s", ""),
        # Spanish adjectives and nouns inflect by gender; the lists contain one form.
        ("a", "o"),
        ("o", "a"),
        ("as", "o"),
        ("os", "a"),
    ):
        if word.endswith(ending) and len(word) - len(ending) >= 2:
            yield word[: len(word) - len(ending)] + singular


def _shortest(name: str) -> tuple[int, str]:
    return len(name), name
