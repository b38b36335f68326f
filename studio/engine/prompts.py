"""Encodes prompts with a text encoder, handling weights and long prompts; for all families."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from studio.catalog.tokens import TokenCounter
from studio.catalog.vocabulary import has_word_list
from studio.core.notices import Notice, notice
from studio.edit.prompt_syntax import Piece, Prompt, parse_prompt, unique, without_signs

COMMA = ",</w>"
BACKTRACK = 20
"""Maximum number of tokens after the last comma that are moved to the next chunk, as in A1111."""
LAST = -1
"""The last layer of a text encoder, the only one whose states are normalized."""


@dataclass(frozen=True, slots=True, eq=False)
class TextReader:
    """A text encoder with its tokenizer.

    ``tokens`` has the token limit and the added embeddings. ``device`` is the one on which the
    encoder runs, which may differ from that of its weights. ``layer`` is the hidden layer whose
    states are the conditioning: ``LAST``, or -2 for the penultimate one. ``skip`` more layers are
    left out before it.
    """

    encoder: Any
    tokenizer: Any
    tokens: TokenCounter
    device: torch.device
    layer: int = LAST
    skip: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Encoded:
    """The states (1, n, width) of a prompt, and the pooled state (1, width) of its first chunk.

    ``pooled`` is None for an encoder without a text projection. Weights in a prompt act only on the
    states.
    """

    states: torch.Tensor
    pooled: torch.Tensor | None


@dataclass(frozen=True, slots=True)
class Unit:
    """The tokens of one word, which are kept together, and their weight."""

    ids: tuple[int, ...]
    weight: float
    is_comma: bool = False


def read_prompt(folder: Path, tokens: TokenCounter, text: str, notes: list[Notice]) -> Prompt:
    """Parse a prompt; notices about syntax without effect are appended to ``notes``.

    ``folder`` is that of the model.
    """
    parsed = parse_prompt(text)
    if has_word_list(folder):
        parsed = without_signs(parsed, tokens.words)
    known = {word.casefold() for word in tokens.words}
    missing = [
        notice("There is no embedding called {name} in your model folders.", name=name)
        for name in parsed.embeddings
        if name.casefold() not in known
    ]
    notes[:] = unique((*notes, *parsed.notes, *missing))
    return parsed


def kept_words(tokens: TokenCounter, text: str, notes: list[Notice]) -> str:
    """Return the part of a prompt within the token limit; ``notes`` gets a notice of the rest."""
    split = tokens.split(text)
    if split.dropped:
        notes.append(
            notice(
                "The prompt is longer than the model reads ({count} of {limit} tokens); "
                "this was left out: {dropped}",
                count=split.count,
                limit=split.limit,
                dropped=split.dropped,
            )
        )
    return split.kept


def encode_prompt(reader: TextReader, prompt: Prompt) -> Encoded:
    """Return the states of a prompt; their number is a multiple of the encoder's context length.

    A prompt that is longer than the context, or that contains BREAK, is encoded in chunks of that
    length, each with its start and end tokens, which are concatenated
    (AUTOMATIC1111/stable-diffusion-webui, modules/sd_hijack_clip.py).

    Weights act as in compel (https://github.com/damian0815/compel, ``EmbeddingsProvider``), which
    Invoke uses: above 1 the state z of a token moves away from that of the empty prompt at the
    same position, e + w (z - e); below 1 all states move towards those of the prompt in which the
    weighted tokens are masked, w z + (1 - w) z', so that 0 removes them. A1111 multiplies z and
    restores the mean of all states, which fails with the starter, whose mean is close to 0.

    A prompt without weights is bit for bit what ``encode_prompt`` of diffusers returns.
    """
    parts = [_encode_chunk(reader, chunk) for chunk in split_prompt(reader, prompt)]
    return Encoded(torch.cat([part.states for part in parts], dim=1), parts[0].pooled)


def pad_states(reader: TextReader, states: torch.Tensor, length: int) -> torch.Tensor:
    """Return states (1, n, width) padded with empty chunks to (1, length, width)."""
    missing = (length - states.shape[1]) // (reader.tokens.limit + 2)
    empty = [_encode_chunk(reader, ()).states] * missing
    return torch.cat([states, *empty], dim=1) if missing else states


def split_prompt(reader: TextReader, prompt: Prompt) -> list[tuple[Unit, ...]]:
    """Split the words of a prompt into chunks that fit the context, at least one."""
    limit = reader.tokens.limit
    found: list[tuple[Unit, ...]] = []
    for pieces in prompt.chunks:
        found += _split([unit for piece in pieces for unit in _units(reader, piece)], limit)
    return found or [()]


def _split(units: Sequence[Unit], limit: int) -> Iterator[tuple[Unit, ...]]:
    """Yield chunks of at most ``limit`` tokens; a chunk ends after a comma if one is close."""
    chunk: list[Unit] = []
    for unit in units:
        if _length(chunk) + len(unit.ids) > limit:
            commas = [place for place, one in enumerate(chunk) if one.is_comma]
            cut = commas[-1] + 1 if commas else 0
            if not cut or _length(chunk[cut:]) > BACKTRACK:
                cut = len(chunk)
            yield tuple(chunk[:cut])
            chunk = chunk[cut:]
        chunk.append(unit)
    if chunk:
        yield tuple(chunk)


def _length(units: Iterable[Unit]) -> int:
    return sum(len(unit.ids) for unit in units)


def _units(reader: TextReader, piece: Piece) -> Iterator[Unit]:
    """Yield the words of a piece; an embedding is one word regardless of its number of tokens."""
    tokenizer, limit = reader.tokenizer, reader.tokens.limit
    ids = tokenizer(piece.text, add_special_tokens=False, verbose=False)["input_ids"]
    tokens = tokenizer.convert_ids_to_tokens(ids)
    current: list[int] = []
    for token, number in zip(tokens, ids, strict=True):
        current.append(number)
        added = reader.tokens.marks.get(token)
        ends = token.endswith("</w>") if added is None else len(current) == added
        if ends or len(current) == limit:
            yield Unit(tuple(current), piece.weight, token == COMMA)
            current = []
    if current:
        yield Unit(tuple(current), piece.weight)


def _encode_chunk(reader: TextReader, units: Sequence[Unit]) -> Encoded:
    """Return the weighted states (1, tokens, width) of one chunk, and its pooled state."""
    ids = [number for unit in units for number in unit.ids]
    weights = [unit.weight for unit in units for _ in unit.ids]
    plain = _encode_ids(reader, ids)
    if all(weight == 1 for weight in weights):
        return plain
    states = plain.states
    rest = states.shape[1] - len(weights) - 1
    factors = states.new_tensor([1.0, *weights, *[1.0] * rest])[None, :, None]
    empty = _encode_ids(reader, []).states
    # If the weight is 1 the states are unchanged bit for bit.
    found = torch.where(factors > 1, empty + factors * (states - empty), states)
    for weight, places in _weakened(weights):
        found = found + (1 - weight) * (_encode_ids(reader, ids, places).states - states)
    return Encoded(found, plain.pooled)


def _weakened(weights: Sequence[float]) -> Iterator[tuple[float, range]]:
    """Yield each run of equal weights below 1 with its token positions, counted from 0."""
    place = 0
    for weight, run in itertools.groupby(weights):
        length = len(list(run))
        if weight < 1:
            yield weight, range(place, place + length)
        place += length


def _encode_ids(reader: TextReader, ids: Sequence[int], hidden: Sequence[int] = ()) -> Encoded:
    """Return the encoder's output for tokens that fit its context.

    The tokens at the positions ``hidden`` are masked: no other token attends to them.
    """
    tokenizer, encoder = reader.tokenizer, reader.encoder
    whole = [tokenizer.bos_token_id, *ids, tokenizer.eos_token_id]
    missing = reader.tokens.limit + 2 - len(whole)
    padded = bool(getattr(encoder.config, "use_attention_mask", False))
    seen = [1] * len(whole) + [0 if padded else 1] * missing
    for place in hidden:
        seen[place + 1] = 0
    whole += [tokenizer.pad_token_id] * missing
    device = reader.device
    mask = torch.tensor([seen], device=device) if padded or hidden else None
    output = encoder(
        torch.tensor([whole], device=device),
        attention_mask=mask,
        output_hidden_states=reader.layer != LAST or reader.skip > 0,
    )
    return Encoded(_states(reader, output), getattr(output, "text_embeds", None))


def _states(reader: TextReader, output: Any) -> torch.Tensor:
    """Return the states of the layer that a reader takes; as ``clip_skip`` in diffusers."""
    if reader.layer == LAST and not reader.skip:
        last: torch.Tensor = output.last_hidden_state
        return last
    states: torch.Tensor = output.hidden_states[reader.layer - reader.skip]
    if reader.layer != LAST:
        return states
    # The encoder normalizes its last layer only.
    inner = getattr(reader.encoder, "text_model", reader.encoder)
    norm = inner.final_layer_norm
    weight, bias = norm.weight.to(states.device), norm.bias.to(states.device)
    return torch.nn.functional.layer_norm(states, norm.normalized_shape, weight, bias, norm.eps)
