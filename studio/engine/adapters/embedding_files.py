"""Reads textual inversion files (Gal et al. 2022, https://arxiv.org/abs/2208.01618)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from studio.catalog.recognise.lora_keys import ENCODERS, Part
from studio.core.errors import StudioError
from studio.engine.adapters.weights_file import check_finite, read_file

A1111_KEY = "emb_params"
FIRST: Part = "text_encoder"

Vectors = Mapping[Part, Tensor]
"""The vectors (n, width) of one token, float32, for each text encoder that has it."""


@dataclass(frozen=True, slots=True, eq=False)
class Embedding:
    """Trained tokens and their vectors.

    ``layout`` is "a1111" or "diffusers". ``named``: whether the file itself contains the token; in
    A1111 the token is the file's name.
    """

    words: Mapping[str, Vectors]
    layout: str
    named: bool


def read_embedding(path: Path) -> Embedding:
    """Return the tokens of a file: A1111's (.pt or safetensors) or diffusers' ({token: vectors}).

    A file for two text encoders has "clip_l" and "clip_g". StudioError if it cannot be read,
    contains code or NaN, or is not an embedding.
    """
    content, metadata = read_file(path)
    stored = content.get("string_to_param")
    if isinstance(stored, Mapping) and len(stored) == 1:
        vectors = _vectors(path, {FIRST: next(iter(stored.values()))})
        found = {path.stem: vectors}
        said = content.get("name")
        if isinstance(said, str) and said.strip():
            # A1111 uses the file's name, its author the one inside. Both are accepted.
            found[said.strip()] = vectors
        return Embedding(found, "a1111", named=False)
    both = {ENCODERS[key]: value for key, value in content.items() if key in ENCODERS}
    if A1111_KEY in content:
        both = {FIRST: content[A1111_KEY]}
    if both:
        word = metadata.get("token", "").strip()
        return Embedding({word or path.stem: _vectors(path, both)}, "a1111", named=bool(word))
    if not content or not all(isinstance(value, Tensor) for value in content.values()):
        raise _no_embedding(path)
    words = {word: _vectors(path, {FIRST: one}) for word, one in content.items()}
    return Embedding(words, "diffusers", named=True)


def _vectors(path: Path, content: Mapping[Part, Any]) -> Vectors:
    found = {}
    for part, vectors in content.items():
        if not isinstance(vectors, Tensor) or vectors.ndim not in (1, 2) or 0 in vectors.shape:
            raise _no_embedding(path)
        found[part] = torch.atleast_2d(check_finite(path, part, vectors.detach()))
    if len({len(vectors) for vectors in found.values()}) > 1:
        raise _no_embedding(path)
    return found


def _no_embedding(path: Path) -> StudioError:
    return StudioError(
        "{path} is not a textual-inversion embedding.",
        "Choose a file of A1111 or diffusers that holds one.",
        path=str(path),
    )
