"""Files of textual inversion (Gal et al. 2022, https://arxiv.org/abs/2208.01618) by layout."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from studio.core.errors import StudioError
from studio.engine.adapters.weights_file import checked, read_file

A1111_KEY = "emb_params"
SDXL_KEYS = ("clip_l", "clip_g")


@dataclass(frozen=True, slots=True, eq=False)
class Embedding:
    """Trained words, each with its vectors (n, width) float32.

    ``layout`` is "a1111" or "diffusers". ``named`` is whether the file itself says the words; one
    of A1111 is called like the file.
    """

    words: Mapping[str, Tensor]
    layout: str
    named: bool


def read_embedding(path: Path) -> Embedding:
    """Return the words of a file: A1111's (.pt or safetensors) or diffusers' ({word: vectors}).

    StudioError where it cannot be read, holds code or NaN, is none, or was made for Stable
    Diffusion XL.
    """
    content, metadata = read_file(path)
    if any(key in content for key in SDXL_KEYS):
        raise StudioError(
            "The embedding {path} was made for Stable Diffusion XL, which has two text encoders.",
            "Choose one that was made for a model like this one.",
            path=str(path),
        )
    stored = content.get("string_to_param")
    if isinstance(stored, Mapping) and len(stored) == 1:
        vectors = next(iter(stored.values()))
        said = content.get("name")
        found = _words(path, {path.stem: vectors})
        if isinstance(said, str) and said.strip():
            # A1111 goes by the file's name; its author by the one inside. Both are understood.
            found[said.strip()] = found[path.stem]
        return Embedding(found, "a1111", named=False)
    if A1111_KEY in content:
        word = metadata.get("token", "").strip()
        return Embedding(
            _words(path, {word or path.stem: content[A1111_KEY]}), "a1111", named=bool(word)
        )
    if not content or not all(isinstance(value, Tensor) for value in content.values()):
        raise _no_embedding(path)
    return Embedding(_words(path, content), "diffusers", named=True)


def _words(path: Path, content: Mapping[str, Any]) -> dict[str, Tensor]:
    found = {}
    for word, vectors in content.items():
        if not isinstance(vectors, Tensor) or vectors.ndim not in (1, 2) or 0 in vectors.shape:
            raise _no_embedding(path)
        found[word] = torch.atleast_2d(checked(path, word, vectors.detach()))
    return found


def _no_embedding(path: Path) -> StudioError:
    return StudioError(
        "{path} is no embedding of textual inversion.",
        "Choose a file of A1111 or diffusers that holds one.",
        path=str(path),
    )
