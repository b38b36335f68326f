"""Chooses the token of a subject: a rare token, or the initial vectors of an embedding."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from typing import Any

import torch

from studio.catalog.vocabulary import FUNCTION_WORDS
from studio.core.errors import StudioError

USUAL = ("sks", "ohwx", "zwx")
"""Identifiers common in DreamBooth scripts; the first that is a single token is used."""

Influence = Callable[[Sequence[str]], Sequence[float]]

SHORT = re.compile(r"[a-z]{2,4}")
END = "</w>"


RAREST = 64
"""Number of rarest words whose influence is measured."""
LEAST_INFLUENCE = 1 / 3
"""A word whose influence is below this share of the largest is skipped."""


def rare_word(
    tokenizer: Any,
    taken: Collection[str] = (),
    influence: Influence = lambda words: [1.0] * len(words),
) -> str:
    """Return a word that is one token of ``tokenizer`` and has no meaning of its own.

    DreamBooth (Ruiz et al. 2022, section 3.2) needs a rare token with few letters: the later byte
    pair encoding merged a token, the rarer it is. ``taken`` are words with a meaning: the model's
    vocabulary and other subjects. In a small model rare tokens are hardly trained, and the UNet
    does not react to them, so tokens at the end of a single known word are preferred, such as
    "munk" of "chipmunk": trained on a doll, the starter reached a likeness to the photos of 0.85 to
    0.93 with them, and 0.80 with others. ``influence`` returns how much each word changes the
    encoded prompt. StudioError if none is left.
    """
    table: dict[str, int] = tokenizer.get_vocab()
    known = {word.lower() for word in taken} | FUNCTION_WORDS
    for word in USUAL:
        if f"{word}{END}" in table and word not in known:
            return word
    parts = Counter(i for ids in tokenizer(sorted(known)).input_ids for i in set(ids))
    found = [
        (parts[number] == 1, number, token[: -len(END)])
        for token, number in table.items()
        if token.endswith(END) and SHORT.fullmatch(token[: -len(END)])
    ]
    rarest = [word for *_, word in sorted(found, reverse=True) if word not in known][:RAREST]
    loud = influence(rarest) if rarest else []
    for word, how in zip(rarest, loud, strict=True):
        if how >= LEAST_INFLUENCE * max(loud):
            return word
    raise StudioError(
        "The tokenizer has no unused rare token left for the subject.",
        "Delete a subject, or use textual inversion, which adds its own token.",
    )


def influence_of(text_encoder: Any, tokenizer: Any, kind: str) -> Influence:
    """Return a function that measures how far a word before a kind moves the encoded prompt.

    That is the distance of the pooled states, relative to their norm without the word.
    """

    def pooled(texts: list[str]) -> torch.Tensor:
        length = text_encoder.config.max_position_embeddings
        ids = tokenizer(
            texts, padding="max_length", max_length=length, truncation=True, return_tensors="pt"
        ).input_ids
        states: torch.Tensor = text_encoder(ids.to(text_encoder.device)).pooler_output
        return states.float()

    def influence(words: Sequence[str]) -> list[float]:
        with torch.no_grad():
            plain = pooled([f"a photo of {kind}"])
            said = pooled([f"a photo of {word} {kind}" for word in words])
        return [float(n) for n in (said - plain).norm(dim=1) / plain.norm()]

    return influence


def first_rows(text_encoder: Any, tokenizer: Any, word: str, count: int) -> torch.Tensor:
    """Return (count, width) float32 initial rows, copied from the tokens of a related word."""
    ids = tokenizer(word, add_special_tokens=False).input_ids or [tokenizer.unk_token_id]
    table: torch.Tensor = text_encoder.get_input_embeddings().weight
    rows: torch.Tensor = table[
        torch.tensor([ids[i % len(ids)] for i in range(count)], device=table.device)
    ]
    return rows.detach().clone().float()
