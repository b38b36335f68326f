"""Shared by the recognisers of families: a finding for a UNet or transformer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from studio.catalog.recognise.finding import Finding, Guess, Kind, Question
from studio.catalog.recognise.header import Header
from studio.catalog.recognise.names import DISTILLED, guess_traits, words_of
from studio.catalog.recognise.parts import missing_parts, parts_inside


def main_network(
    header: Header,
    family: str,
    variant: str,
    reason: str,
    needs: tuple[str, ...],
    *,
    prediction_type: str = "flow",
    traits: Iterable[Guess] | None = None,
    guesses: tuple[Guess, ...] = (),
    **more: Any,
) -> Finding:
    """Return the finding for a main network: MODEL with other parts inside, else NETWORK.

    ``reason`` is the deciding tensor. ``needs`` are the parts that every model of this kind has;
    those that are not inside are missing. ``traits`` are guessed from the name, by default whether
    it is distilled. ``more`` are other fields of ``Finding``.
    """
    inside = parts_inside(header, needs)
    found = tuple(guess_traits(words_of(header.path), DISTILLED) if traits is None else traits)
    return Finding(
        kind=Kind.MODEL if inside else Kind.NETWORK,
        family=family,
        variant=variant,
        reason=reason,
        prediction_type=prediction_type,
        traits=tuple(guess.value for guess in found),
        guesses=(*found, *guesses),
        inside=inside,
        missing=missing_parts(needs, inside),
        **more,
    )


def variants(*names: str) -> tuple[Question, ...]:
    """Return the question for kinds of a family that have the same header."""
    return (Question("variant", names),)
