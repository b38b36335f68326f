"""Requests to the held-out judge, which measures whether pictures show what a prompt names."""

from __future__ import annotations

from dataclasses import dataclass, field

from studio.edit.request import Pixels


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class JudgeRequest:
    """``pictures`` are (h, w, 3) uint8 sRGB of one size, made from ``prompt``."""

    prompt: str
    pictures: tuple[Pixels, ...] = field(repr=False)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class JudgeResult:
    """``quality`` is the judge's belief (0..1) that each picture shows what the prompt names.

    It is empty if the judge knows nothing that the prompt names. ``seen`` is the English name of
    what it sees in each picture. ``variety`` is the mean distance of two pictures: 1 if they are as
    different as renderings of one thing in three styles and on twelve grounds, None for a single
    picture.
    """

    request: JudgeRequest
    quality: tuple[float, ...]
    seen: tuple[str, ...]
    variety: float | None
