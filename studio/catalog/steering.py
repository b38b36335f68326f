"""Classifier guidance: settings of every family that turns noise into a picture step by step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from studio.catalog.judges import judge_labels, missing_judge
from studio.catalog.settings import Choice, Kind, Setting, Value, all_values
from studio.core.errors import StudioError
from studio.core.notices import Listed, Notice, notice, translatable

BEST, BY_LATENTS, BY_PICTURE = "best", "latents", "picture"
STRENGTH = 10.0


def _things(language: str) -> tuple[str, ...]:
    """Return what can be steered towards, for completion; nothing if the judge is missing."""
    try:
        return () if missing_judge() else judge_labels().all_names(language)
    except StudioError:
        return ()


STEER_TOWARDS = Setting(
    "steer_towards",
    translatable("Steer towards"),
    Kind.TEXT,
    "",
    tip=translatable(
        "Classifier guidance: a thing that a second network, a judge, is to see in the picture. "
        "Empty is off."
    ),
    completions=_things,
)
STEERING_SETTINGS = (
    STEER_TOWARDS,
    Setting(
        "steer_strength",
        translatable("Steering strength"),
        Kind.NUMBER,
        STRENGTH,
        0.0,
        50.0,
        0.1,
        tip=translatable(
            "Classifier scale: how much the gradient of log p(thing | picture) counts. The paper "
            "has 1 to 10; more is firmer and harsher."
        ),
        term="Classifier scale",
        slider=(0.0, 50.0),
        curve=1.6,
    ),
    Setting(
        "steer_start",
        translatable("Steering start"),
        Kind.NUMBER,
        0.15,
        0.0,
        0.99,
        0.05,
        tip=translatable(
            "Part of the steps before steering: no judge sees anything in pure noise."
        ),
    ),
    Setting(
        "steer_end",
        translatable("Steering end"),
        Kind.NUMBER,
        0.8,
        0.01,
        1.0,
        0.05,
        tip=translatable(
            "Part of the steps after which steering ends; later it only adds texture."
        ),
    ),
    Setting(
        "steer_by",
        translatable("Steered by"),
        Kind.CHOICE,
        BEST,
        choices=(
            Choice(BEST, translatable("What fits the model")),
            Choice(BY_LATENTS, translatable("Judge of noisy latents")),
            Choice(BY_PICTURE, translatable("Judge of the predicted picture")),
        ),
        tip=translatable(
            "The judge of noisy latents knows those of the starter and is fast. The other looks at "
            "the predicted picture of any model, through its decoder."
        ),
    ),
)
STEERING_NAMES = frozenset(one.id for one in STEERING_SETTINGS)
NO_STEPS = translatable(
    "Only models that take noise away step by step can be steered by a judge; this one does not."
)


@dataclass(frozen=True, slots=True)
class Steering:
    """The values of ``STEERING_SETTINGS``.

    ``target`` is the text, ``thing`` the number of the judge's thing that it names. ``start`` and
    ``end`` are fractions of the steps, 0..1. ``by`` is BY_LATENTS or BY_PICTURE.
    """

    target: str
    thing: int
    strength: float
    start: float
    end: float
    by: str


def is_steered(extras: Mapping[str, Value]) -> bool:
    """Whether settings ask for steering: there is something to steer towards, and a strength."""
    values = all_values(extras, STEERING_SETTINGS)
    return bool(str(values["steer_towards"]).strip()) and float(values["steer_strength"]) > 0


def idle_steering(extras: Mapping[str, Value]) -> tuple[Notice, ...]:
    """Return a notice about settings of steering that were changed but have no effect."""
    if is_steered(extras):
        return ()
    values = all_values(extras, STEERING_SETTINGS)
    idle = [one.label for one in STEERING_SETTINGS if values[one.id] != one.default]
    if not idle:
        return ()
    names = Listed(tuple(("", label) for label in idle))
    return (notice("Nothing is steered, so these have no effect: {settings}.", settings=names),)
