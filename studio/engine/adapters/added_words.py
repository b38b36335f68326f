"""Words that a text encoder learns for a while: further tokens, and a row for each."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

import torch
from torch import Tensor

from studio.catalog.tokens import with_words
from studio.core.errors import StudioError
from studio.engine.latent_diffusion.model import UNetModel

M = TypeVar("M", bound=UNetModel)


class GrownEmbedding(torch.nn.Module):
    """A token embedding with further rows beside the old ones, which stay the very same object.

    ``rows`` (n, width) are those of the token ids ``ids`` (n,). Nothing of the old table, which
    may be 150 MB, is copied.
    """

    def __init__(self, old: torch.nn.Module, ids: Tensor, rows: Tensor) -> None:
        super().__init__()
        self.old = old
        self.ids = torch.nn.Buffer(ids, persistent=False)
        self.rows = torch.nn.Buffer(rows, persistent=False)

    @property
    def weight(self) -> Any:
        """The old table, for whoever asks for its size or type."""
        return self.old.weight

    def forward(self, ids: Tensor) -> Tensor:
        """Return the rows (..., width) of token ids (...)."""
        hits: Tensor = torch.eq(ids[..., None], self.ids)
        new = hits.any(-1)
        known: Tensor = self.old(ids.masked_fill(new, 0))
        added: Tensor = self.rows[hits.int().argmax(-1)]
        return torch.where(new[..., None], added.to(known.dtype), known)


@contextmanager
def added_words(loaded: M, words: Mapping[str, Tensor]) -> Iterator[M]:
    """Let a model know further words, each by its vectors (n, width), one for a token.

    Yields the model with a tokenizer and a counter that know them, both copies. On exit the text
    encoder has the very token embedding that it had before. StudioError, with nothing changed, for
    a word that cannot be one and for vectors that do not fit.
    """
    _check(loaded, words)
    sizes = {word: len(vectors) for word, vectors in words.items()}
    key = (tuple(loaded.tokens.words.items()), tuple(sizes.items()))
    kept = loaded.extras.tokenizers
    if key not in kept:
        # A large tokenizer takes a third of a second to copy; the words of the next run are
        # mostly those of the last.
        kept.clear()
        kept[key] = (*_grown(loaded.networks.tokenizer, sizes), loaded.tokens.with_tokens(sizes))
    tokenizer, ids, tokens = kept[key]
    encoder = loaded.networks.text_encoder
    old = encoder.get_input_embeddings()
    numbers = torch.tensor([number for word in words for number in ids[word]])
    rows = torch.cat(list(words.values())).to(old.weight.device, old.weight.dtype)
    encoder.set_input_embeddings(GrownEmbedding(old, numbers.to(rows.device), rows))
    try:
        networks = dataclasses.replace(loaded.networks, tokenizer=tokenizer)
        yield dataclasses.replace(loaded, networks=networks, tokens=tokens)
    finally:
        encoder.set_input_embeddings(old)


def _grown(tokenizer: Any, sizes: Mapping[str, int]) -> tuple[Any, Mapping[str, tuple[int, ...]]]:
    """Return a copy of a transformers tokenizer with further words, and their ids."""
    grown = copy.copy(tokenizer)
    # The copy shares everything but the tokenizer proper, which transformers keeps here.
    grown._tokenizer, ids = with_words(tokenizer.backend_tokenizer, sizes)
    return grown, ids


def _check(loaded: UNetModel, words: Mapping[str, Tensor]) -> None:
    special = {token.content for token in loaded.networks.tokenizer.added_tokens_decoder.values()}
    width = loaded.networks.text_encoder.get_input_embeddings().weight.shape[-1]
    for word, vectors in words.items():
        if not word.strip() or word.strip() != word or word in special:
            raise StudioError(
                "“{word}” cannot be the word of an embedding.",
                "Give it another one, such as <luna>.",
                word=word,
            )
        if word in loaded.tokens.words:
            raise StudioError(
                "Two files bring the word {word}.", "Give one of them another word.", word=word
            )
        if vectors.ndim != 2 or vectors.shape[1] != width or not len(vectors):
            raise StudioError(
                "The vectors of {word} ({found}) do not fit the text encoder ({width}).",
                "They were made for another base model.",
                word=word,
                found=" x ".join(map(str, vectors.shape)),
                width=width,
            )
        if len(vectors) > loaded.tokens.limit:
            raise StudioError(
                "The word {word} has {count} tokens, and the model reads {limit}.",
                "Choose an embedding with fewer vectors.",
                word=word,
                count=len(vectors),
                limit=loaded.tokens.limit,
            )
