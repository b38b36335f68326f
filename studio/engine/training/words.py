"""The word by which a model knows a subject: a rare token, or rows to begin new ones from."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

import torch

from studio.catalog.vocabulary import FUNCTION_WORDS
from studio.core.errors import StudioError

USUAL = ("sks", "ohwx", "zwx")
"""Identifiers that artists know from DreamBooth scripts; the first that is one token is taken."""

SHORT = re.compile(r"[a-z]{2,4}")
END = "</w>"


def rare_word(tokenizer: Any, taken: Collection[str] = ()) -> str:
    """Return a word that is one token of ``tokenizer`` and has no meaning for the model.

    DreamBooth (Ruiz et al. 2022, section 3.2) asks for a rare token with few letters: the later a
    token of byte pair encoding was merged, the rarer it is. ``taken`` are words that mean
    something: the model's vocabulary and other subjects. A token that is a part of one of them
    means something as well, as "munk" does in "chipmunk". StudioError where none is left.
    """
    table: dict[str, int] = tokenizer.get_vocab()
    known = {word.lower() for word in taken} | FUNCTION_WORDS
    parts = {i for ids in tokenizer(sorted(known)).input_ids for i in ids}
    for word in USUAL:
        if f"{word}{END}" in table and word not in known:
            return word
    found = [
        (number, token[: -len(END)])
        for token, number in table.items()
        if token.endswith(END) and SHORT.fullmatch(token[: -len(END)]) and number not in parts
    ]
    for _, word in sorted(found, reverse=True):
        if word not in known:
            return word
    raise StudioError(
        "The text model has no rare word left that could stand for the subject.",
        "Delete a subject, or use textual inversion, which brings its own word.",
    )


def first_rows(text_encoder: Any, tokenizer: Any, word: str, count: int) -> torch.Tensor:
    """Return (count, width) float32 rows to begin from: those of a word that is near."""
    ids = tokenizer(word, add_special_tokens=False).input_ids or [tokenizer.unk_token_id]
    table: torch.Tensor = text_encoder.get_input_embeddings().weight
    rows: torch.Tensor = table[
        torch.tensor([ids[i % len(ids)] for i in range(count)], device=table.device)
    ]
    return rows.detach().clone().float()
