"""Prompts as a text encoder reads them: weights of words, and chunks of long texts."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import torch

from studio.catalog.vocabulary import has_word_list
from studio.core.notices import Notice, notice
from studio.edit.prompt_syntax import Piece, Prompt, parse_prompt, unique, without_signs
from studio.engine.families.stable_diffusion.loaded import LoadedStableDiffusion

COMMA = ",</w>"
BACKTRACK = 20
"""Tokens behind the last comma that go to the next chunk with what does not fit, as in A1111."""


@dataclass(frozen=True, slots=True)
class _Unit:
    """The tokens of one word, which are not torn apart, and their weight."""

    ids: tuple[int, ...]
    weight: float
    is_comma: bool = False


def read_prompt(loaded: LoadedStableDiffusion, text: str, notes: list[Notice]) -> Prompt:
    """Return a prompt without its marks; ``notes`` gets which of them count for nothing."""
    parsed = parse_prompt(text)
    if has_word_list(loaded.spec.path):
        parsed = without_signs(parsed, loaded.tokens.words)
    known = {word.casefold() for word in loaded.tokens.words}
    missing = [
        notice("There is no embedding called {name} in your model folders.", name=name)
        for name in parsed.embeddings
        if name.casefold() not in known
    ]
    notes[:] = unique((*notes, *parsed.notes, *missing))
    return parsed


def encode_text(loaded: LoadedStableDiffusion, text: str, notes: list[Notice]) -> torch.Tensor:
    """Return the embeddings (1, n, width) of a prompt; n is a multiple of what a model reads.

    A text that is longer than the model reads, or that has BREAK in it, is encoded in chunks of
    as many tokens, each with its marks of beginning and end, one behind the other
    (AUTOMATIC1111/stable-diffusion-webui, modules/sd_hijack_clip.py).

    Weights act as in compel (https://github.com/damian0815/compel, ``EmbeddingsProvider``), which
    Invoke uses: above 1 the state z of a token moves away from that of the empty prompt in the
    same place, e + w (z - e); below 1 all states move towards those of the prompt in which the
    words are hidden, w z + (1 - w) z', so that 0 means without them. A1111 multiplies z and
    restores the mean of all states, which is so near to 0 with the starter that it cannot.

    What is plain is bit for bit what ``encode_prompt`` of diffusers gives.
    """
    chunks = _chunks(loaded, read_prompt(loaded, text, notes))
    if len(chunks) > 1 and has_word_list(loaded.spec.path):
        notes.append(
            notice(
                "This model learned from short texts; the prompt is read in {count} parts, which"
                " it may not bring together.",
                count=len(chunks),
            )
        )
    return torch.cat([_encoded(loaded, chunk) for chunk in chunks], dim=1)


def encode_pair(
    loaded: LoadedStableDiffusion, texts: tuple[str, str], guided: bool, notes: list[Notice]
) -> tuple[torch.Tensor, torch.Tensor | None]:
    """Return the embeddings of a prompt and, where it counts, of the negative one.

    Both are of one length: the shorter is filled up with empty chunks.
    """
    positive = encode_text(loaded, texts[0], notes)
    if not guided:
        return positive, None
    negative = encode_text(loaded, texts[1], notes)
    longest = max(positive.shape[1], negative.shape[1])
    return _filled(loaded, positive, longest), _filled(loaded, negative, longest)


def _filled(loaded: LoadedStableDiffusion, states: torch.Tensor, length: int) -> torch.Tensor:
    missing = (length - states.shape[1]) // (loaded.tokens.limit + 2)
    return torch.cat([states, *[_encoded(loaded, ())] * missing], dim=1) if missing else states


def _chunks(loaded: LoadedStableDiffusion, prompt: Prompt) -> list[tuple[_Unit, ...]]:
    """Return the words of a prompt in chunks that the model can read, at least one."""
    limit = loaded.tokens.limit
    found: list[tuple[_Unit, ...]] = []
    for pieces in prompt.chunks:
        found += _split([unit for piece in pieces for unit in _units(loaded, piece)], limit)
    return found or [()]


def _split(units: Sequence[_Unit], limit: int) -> Iterator[tuple[_Unit, ...]]:
    """Yield runs of at most ``limit`` tokens; a run ends behind a comma if one is near."""
    chunk: list[_Unit] = []
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


def _length(units: Iterable[_Unit]) -> int:
    return sum(len(unit.ids) for unit in units)


def _units(loaded: LoadedStableDiffusion, piece: Piece) -> Iterator[_Unit]:
    """Yield the words of a piece; one of an adapter is one word, whatever its number of tokens."""
    tokenizer, limit = loaded.networks.tokenizer, loaded.tokens.limit
    ids = tokenizer(piece.text, add_special_tokens=False, verbose=False)["input_ids"]
    tokens = tokenizer.convert_ids_to_tokens(ids)
    current: list[int] = []
    for token, number in zip(tokens, ids, strict=True):
        current.append(number)
        added = loaded.tokens.marks.get(token)
        ends = token.endswith("</w>") if added is None else len(current) == added
        if ends or len(current) == limit:
            yield _Unit(tuple(current), piece.weight, token == COMMA)
            current = []
    if current:
        yield _Unit(tuple(current), piece.weight)


def _encoded(loaded: LoadedStableDiffusion, units: Sequence[_Unit]) -> torch.Tensor:
    """Return the states (1, tokens, width) of one chunk, weighted."""
    ids = [number for unit in units for number in unit.ids]
    weights = [unit.weight for unit in units for _ in unit.ids]
    states = _states(loaded, ids)
    if all(weight == 1 for weight in weights):
        return states
    rest = states.shape[1] - len(weights) - 1
    factors = states.new_tensor([1.0, *weights, *[1.0] * rest])[None, :, None]
    empty = _states(loaded, [])
    # Where the weight is 1 the states stay bit for bit what they are.
    found = torch.where(factors > 1, empty + factors * (states - empty), states)
    for weight, places in _weakened(weights):
        found = found + (1 - weight) * (_states(loaded, ids, places) - states)
    return found


def _weakened(weights: Sequence[float]) -> Iterator[tuple[float, range]]:
    """Yield the runs of one weight below 1 and which tokens they are, the first of a text 0."""
    place = 0
    for weight, run in itertools.groupby(weights):
        length = len(list(run))
        if weight < 1:
            yield weight, range(place, place + length)
        place += length


def _states(
    loaded: LoadedStableDiffusion, ids: Sequence[int], hidden: Sequence[int] = ()
) -> torch.Tensor:
    """Return what the text encoder makes of at most as many tokens as it reads.

    The tokens at the places ``hidden`` are seen by no other one.
    """
    tokenizer, encoder = loaded.networks.tokenizer, loaded.networks.text_encoder
    whole = [tokenizer.bos_token_id, *ids, tokenizer.eos_token_id]
    missing = loaded.tokens.limit + 2 - len(whole)
    padded = bool(getattr(encoder.config, "use_attention_mask", False))
    seen = [1] * len(whole) + [0 if padded else 1] * missing
    for place in hidden:
        seen[place + 1] = 0
    whole += [tokenizer.pad_token_id] * missing
    device = loaded.device.torch
    mask = torch.tensor([seen], device=device) if padded or hidden else None
    found: torch.Tensor = encoder(torch.tensor([whole], device=device), attention_mask=mask)[0]
    return found
