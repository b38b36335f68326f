"""Findings as plain data, for the cache on the disk and for other programs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields
from typing import Any

from studio.catalog.recognise.finding import (
    About,
    Certainty,
    Finding,
    Guess,
    Kind,
    Precision,
    Question,
    Refusal,
)


def to_plain(found: Finding) -> dict[str, Any]:
    """Return a finding as a mapping for JSON, without the fields that have their default."""
    plain: dict[str, Any] = _plain(found)
    return plain


def _plain(value: Any) -> Any:
    if isinstance(value, (Finding, About, Precision, Refusal, Guess, Question)):
        found = {}
        for field in fields(value):
            one = getattr(value, field.name)
            made = field.default_factory() if field.default_factory is not MISSING else MISSING
            if one != (field.default if made is MISSING else made):
                found[field.name] = _plain(one)
        return found
    if isinstance(value, (Kind, Certainty)):
        return value.value
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return dict(value) if isinstance(value, Mapping) else value


def from_plain(values: Mapping[str, Any]) -> Finding:
    """Return the finding of a mapping; ValueError, TypeError or KeyError if it is none."""
    texts = ("traits", "inside", "missing", "provides", "bases")
    made: dict[str, Any] = dict(values)
    made["kind"] = Kind(values["kind"])
    made["certainty"] = Certainty(values.get("certainty", Certainty.CERTAIN))
    for name in texts:
        if name in made:
            made[name] = tuple(str(one) for one in made[name])
    if "guesses" in made:
        made["guesses"] = tuple(Guess(**one) for one in made["guesses"])
    if "questions" in made:
        made["questions"] = tuple(
            Question(one["field"], tuple(one["answers"])) for one in made["questions"]
        )
    if "precision" in made:
        made["precision"] = Precision(**made["precision"])
    if "about" in made:
        made["about"] = _about(made["about"])
    if "refusal" in made:
        made["refusal"] = Refusal(**made["refusal"])
    return Finding(**made)


def _about(values: Mapping[str, Any]) -> About:
    made = dict(values)
    for name in ("trigger_words", "resolution"):
        if name in made:
            made[name] = tuple(made[name])
    return About(**made)
