"""A prompt split at the model's token limit; the data type, without a tokenizer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Split:
    """``kept`` is the part of a prompt within the limit, ``dropped`` the rest; ``count`` and
    ``limit`` are in tokens or another unit of the family."""

    kept: str
    dropped: str
    count: int
    limit: int


Splitter = Callable[[str], Split]
