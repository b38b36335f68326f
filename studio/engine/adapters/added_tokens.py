"""Temporarily adds tokens to text encoders: tokenizer entries with an embedding row for each."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any, TypeVar

import torch
from torch import Tensor

from studio.catalog.recognise.lora_keys import Part
from studio.catalog.tokens import with_words
from studio.core.errors import StudioError
from studio.engine.latent_diffusion.model import UNetModel

M = TypeVar("M", bound=UNetModel)

TOKENIZERS: Mapping[Part, str] = {"text_encoder": "tokenizer", "text_encoder_2": "tokenizer_2"}
"""A text encoder of a model -> its tokenizer."""


class GrownEmbedding(torch.nn.Module):
    """A token embedding with additional rows; the old embedding remains the same object.

    ``rows`` (n, width) are those of the token ids ``ids`` (n,). The old table, which may have
    150 MB, is not copied.
    """

    def __init__(self, old: torch.nn.Module, ids: Tensor, rows: Tensor) -> None:
        super().__init__()
        self.old = old
        self.ids = torch.nn.Buffer(ids, persistent=False)
        self.rows = torch.nn.Buffer(rows, persistent=False)

    @property
    def weight(self) -> Any:
        """The old table, which determines width, dtype and device."""
        return self.old.weight

    def forward(self, ids: Tensor) -> Tensor:
        """Return the rows (..., width) of token ids (...)."""
        hits: Tensor = torch.eq(ids[..., None], self.ids)
        new = hits.any(-1)
        known: Tensor = self.old(ids.masked_fill(new, 0))
        added: Tensor = self.rows[hits.int().argmax(-1)]
        return torch.where(new[..., None], added.to(known.dtype), known)


@contextmanager
def add_tokens(loaded: M, words: Mapping[str, Mapping[Part, Tensor]]) -> Iterator[M]:
    """Add tokens to a model, each with vectors (n, width) for each text encoder.

    Yields the model with copies of its tokenizers and token counter that include them. On exit the
    text encoders get back their original embedding objects. StudioError, with nothing changed, for
    a word that cannot be a token and for vectors that do not fit.
    """
    networks = loaded.networks
    encoders = {part: getattr(networks, part) for part in TOKENIZERS if hasattr(networks, part)}
    _check(loaded, encoders, words)
    sizes = {word: len(next(iter(vectors.values()))) for word, vectors in words.items()}
    key = (tuple(loaded.tokens.words.items()), tuple(sizes.items()))
    kept = loaded.extras.tokenizers
    if key not in kept:
        # Copying a large tokenizer takes a third of a second, and consecutive runs mostly use the
        # same tokens.
        kept.clear()
        grown = {part: _grown(getattr(networks, TOKENIZERS[part]), sizes) for part in encoders}
        kept[key] = (grown, loaded.tokens.with_tokens(sizes))
    grown, tokens = kept[key]
    with ExitStack() as stack:
        for part, encoder in encoders.items():
            ids = [number for word in words for number in grown[part][1][word]]
            _grow(stack, encoder, ids, [vectors[part] for vectors in words.values()])
        changes = {TOKENIZERS[part]: tokenizer for part, (tokenizer, _) in grown.items()}
        yield dataclasses.replace(
            loaded, networks=dataclasses.replace(networks, **changes), tokens=tokens
        )


def _grow(stack: ExitStack, encoder: Any, ids: list[int], vectors: Sequence[Tensor]) -> None:
    """Add embedding rows to a text encoder until the stack is closed."""
    old = encoder.get_input_embeddings()
    rows = torch.cat(list(vectors)).to(old.weight.device, old.weight.dtype)
    stack.callback(encoder.set_input_embeddings, old)
    encoder.set_input_embeddings(GrownEmbedding(old, torch.tensor(ids).to(rows.device), rows))


def _grown(tokenizer: Any, sizes: Mapping[str, int]) -> tuple[Any, Mapping[str, tuple[int, ...]]]:
    """Return a copy of a transformers tokenizer with additional words, and their ids."""
    grown = copy.copy(tokenizer)
    # The copy shares everything but the underlying tokenizer, which transformers keeps here.
    grown._tokenizer, ids = with_words(tokenizer.backend_tokenizer, sizes)
    return grown, ids


def _check(
    loaded: UNetModel,
    encoders: Mapping[Part, Any],
    words: Mapping[str, Mapping[Part, Tensor]],
) -> None:
    special = {token.content for token in loaded.networks.tokenizer.added_tokens_decoder.values()}
    for word, vectors in words.items():
        if not word.strip() or word.strip() != word or word in special:
            raise StudioError(
                "“{word}” cannot be the name of an embedding.",
                "Give it another one, such as <luna>.",
                word=word,
            )
        if word in loaded.tokens.words:
            raise StudioError(
                "Two files define the word {word}.", "Give one of them another name.", word=word
            )
        _check_vectors(word, encoders, vectors)
        count = len(next(iter(vectors.values())))
        if count > loaded.tokens.limit:
            raise StudioError(
                "The word {word} has {count} tokens, and the model reads {limit}.",
                "Choose an embedding with fewer vectors.",
                word=word,
                count=count,
                limit=loaded.tokens.limit,
            )


def _check_vectors(word: str, encoders: Mapping[Part, Any], vectors: Mapping[Part, Tensor]) -> None:
    """Raise StudioError unless each text encoder has the same number of vectors, of its width."""
    widths = {
        part: int(encoder.get_input_embeddings().weight.shape[-1])
        for part, encoder in encoders.items()
    }
    found = {part: tuple(one.shape) for part, one in vectors.items()}
    counts = {shape[0] for shape in found.values() if len(shape) == 2}
    if (
        len(counts) != 1
        or 0 in counts
        or {part: shape[-1] for part, shape in found.items()} != widths
        or any(len(shape) != 2 for shape in found.values())
    ):
        raise StudioError(
            "The vectors of {word} ({found}) do not fit the text encoder ({width}).",
            "They were made for another base model.",
            word=word,
            found=", ".join(" x ".join(map(str, shape)) for shape in found.values()),
            width=", ".join(map(str, widths.values())),
        )
