"""Checks prompts against a model's vocabulary, subjects, LoRAs and tokenizer limit."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from html import escape
from typing import Protocol

from studio.catalog.subjects import Subject
from studio.catalog.vocabulary import Vocabulary, replace_word
from studio.core.notices import Notice
from studio.edit.networks import missing_lora, word_pattern
from studio.edit.prompt_syntax import blank_syntax, parse_prompt, plain_text
from studio.edit.subjects import TAG, tags_in
from studio.ui.widgets.translation import message, tr


class Split(Protocol):
    """The result of a token counter for a prompt."""

    @property
    def dropped(self) -> str:
        """The part of the prompt beyond the first chunk of the tokenizer."""


class PromptCheck:
    """Holds a model's vocabulary, the subjects, and the names of LoRAs and embeddings."""

    def __init__(self) -> None:
        self.vocabulary = Vocabulary({}, {})
        self.split: Callable[[str], Split] | None = None
        self.language = "en"
        self.networks: tuple[str, ...] = ()
        self.added_words: tuple[str, ...] = ()
        self._subjects: dict[str, Subject] = {}

    def set_subjects(self, subjects: Sequence[Subject]) -> None:
        """Recognise other subjects, such as <luna>."""
        self._subjects = {subject.name.lower(): subject for subject in subjects}

    def findings(self, texts: Sequence[str]) -> list[str]:
        """Return remarks on the prompt and on region prompts, as lines of rich text.

        Links are words with a suggested replacement, see ``replacement``.
        """
        # A comma keeps the end of one text from being joined with the start of the next.
        prompt = ", ".join(blank_syntax(text) for text in texts if text.strip())
        for word in self.added_words:
            prompt = word_pattern(word).sub(" ", prompt)
        lines = [escape(message(note.message, note.values)) for note in self._missing(texts)]
        suggestions = self.vocabulary.suggestions(TAG.sub(" ", prompt), self.language)
        suggestions |= self._unknown_subjects(prompt)
        if suggestions:
            words = escape(", ".join(suggestions))
            lines.append(tr("This model does not know: {words}", words=words))
        offers = [
            f'<a href="{escape(word)}">{escape(other)}</a>'
            for word, other in suggestions.items()
            if other
        ]
        if offers:
            lines.append(tr("Did you mean {words}?", words=", ".join(offers)))
        split = self.split if not self.vocabulary.is_empty else None
        read = [TAG.sub(self._read_as, plain_text(text)) for text in texts]
        if split is not None and any(split(text).dropped for text in read):
            lines.append(
                tr(
                    "Long prompt: this model was trained on short ones and may not "
                    "combine all of it"
                )
            )
        return lines

    def replacement(self, word: str) -> Callable[[str], str] | None:
        """Return a function that replaces an unknown word with the suggested one, None without one.

        ``word`` is the address of a link of ``findings``.
        """
        if TAG.fullmatch(word) is None:
            near = self.vocabulary.nearest(word, self.language)
            return (lambda text: replace_word(text, word, near)) if near else None
        tag = self._unknown_subjects(word).get(word, "")
        if not tag:
            return None
        return lambda text: TAG.sub(lambda one: tag if one[0].lower() == word else one[0], text)

    def _missing(self, texts: Sequence[str]) -> list[Notice]:
        """Return a notice for each LoRA that texts name and that is in none of the folders."""
        known = {name.casefold() for name in self.networks}
        named = [one for text in texts for one in parse_prompt(text).networks if one.is_lora]
        names = dict.fromkeys(one.name for one in named if one.name.casefold() not in known)
        return [missing_lora(name) for name in names]

    def _unknown_subjects(self, prompt: str) -> dict[str, str]:
        """Return each <name> that is no subject with the nearest one, "" if none is near."""
        found = {}
        for name in tags_in([prompt]):
            if name not in self._subjects:
                near = get_close_matches(name, self._subjects, n=1)
                found[f"<{name}>"] = self._subjects[near[0]].tag if near else ""
        return found

    def _read_as(self, found: re.Match[str]) -> str:
        """Return the text that the tokenizer receives for a subject."""
        subject = self._subjects.get(found[1].lower())
        return subject.word if subject is not None else found[0]
