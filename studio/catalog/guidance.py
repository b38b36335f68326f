"""Guidance methods beyond the CFG scale, as settings of families with classifier-free guidance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from studio.catalog.settings import Choice, Kind, Setting, Value, all_values
from studio.core.errors import StudioError
from studio.core.notices import Listed, Notice, notice, translatable

CLASSIFIER_FREE = "classifier_free"
PROJECTED = "projected"
PERTURBED_ATTENTION = "perturbed_attention"
SKIP_LAYER = "skip_layer"

METHODS = (
    Choice(CLASSIFIER_FREE, translatable("Classifier-free")),
    Choice(PROJECTED, translatable("Adaptive projected")),
    Choice(PERTURBED_ATTENTION, translatable("Perturbed attention")),
    Choice(SKIP_LAYER, translatable("Skip-layer")),
)

GUIDANCE_SETTINGS = (
    Setting(
        "guidance",
        translatable("Guidance"),
        Kind.CHOICE,
        CLASSIFIER_FREE,
        choices=METHODS,
        tip=translatable(
            "How the picture is led to the prompt. Adaptive projected: less glaring colours at a "
            "high CFG scale. Perturbed attention and skip-layer: firmer shapes, for half as much "
            "time again."
        ),
    ),
    Setting(
        "guidance_rescale",
        translatable("Guidance rescale"),
        Kind.NUMBER,
        0.0,
        0.0,
        1.0,
        0.05,
        tip=translatable(
            "Takes back the contrast that a high CFG scale adds; 0.7 is usual, 0 is off."
        ),
    ),
    Setting(
        "guidance_start",
        translatable("Guidance start"),
        Kind.NUMBER,
        0.0,
        0.0,
        0.99,
        0.05,
        tip=translatable("Part of the steps before guidance begins; more gives more variety."),
    ),
    Setting(
        "guidance_end",
        translatable("Guidance end"),
        Kind.NUMBER,
        1.0,
        0.0,
        1.0,
        0.05,
        tip=translatable(
            "Part of the steps after which guidance ends. Steps without it take half the time."
        ),
    ),
    Setting(
        "perturbation_scale",
        translatable("Perturbation scale"),
        Kind.NUMBER,
        3.0,
        0.0,
        20.0,
        0.5,
        tip=translatable("How much perturbed attention or skip-layer guidance counts."),
    ),
    Setting(
        "projected_parallel",
        translatable("Projected: parallel part"),
        Kind.NUMBER,
        0.0,
        0.0,
        1.0,
        0.05,
        tip=translatable(
            "How much stays of the part of adaptive projected guidance that saturates colours."
        ),
    ),
    Setting(
        "projected_norm",
        translatable("Projected: largest length"),
        Kind.NUMBER,
        15.0,
        0.0,
        100.0,
        0.5,
        tip=translatable("Adaptive projected guidance is made no longer than this; 0 is off."),
    ),
    Setting(
        "projected_momentum",
        translatable("Projected: momentum"),
        Kind.NUMBER,
        -0.5,
        -0.95,
        0.95,
        0.05,
        tip=translatable(
            "How much of the steps before counts in adaptive projected guidance; below 0 they "
            "are led away from."
        ),
    ),
)
"""Defaults: those of Sadat et al. 2024 (https://arxiv.org/abs/2410.02416) for projected guidance
and of Ahn et al. 2024 (https://arxiv.org/abs/2403.17377) for perturbed attention. With all
defaults, guidance is plain classifier-free guidance."""


@dataclass(frozen=True, slots=True)
class GuidanceSettings:
    """The values of ``GUIDANCE_SETTINGS``; ``start``, ``end`` are fractions of the steps, 0..1."""

    method: str
    rescale: float
    start: float
    end: float
    perturbation: float
    parallel: float
    norm: float
    momentum: float


def guidance_settings(extras: Mapping[str, Value]) -> GuidanceSettings:
    """Return the guidance of ``Sampling.extras``; StudioError if it ends before it starts."""
    values = all_values(extras, GUIDANCE_SETTINGS)
    numbers = [float(values[one.id]) for one in GUIDANCE_SETTINGS[1:]]
    found = GuidanceSettings(str(values["guidance"]), *numbers)
    if found.start > found.end:
        raise StudioError(
            "Guidance cannot end ({end}) before it starts ({start}).",
            "Make the end the larger of the two.",
            start=found.start,
            end=found.end,
        )
    return found


METHODS_OF = {
    "perturbation_scale": (PERTURBED_ATTENTION, SKIP_LAYER),
    "projected_parallel": (PROJECTED,),
    "projected_norm": (PROJECTED,),
    "projected_momentum": (PROJECTED,),
}
"""Settings that apply to some guidance methods only."""


def idle_settings(extras: Mapping[str, Value], cfg_scale: float) -> tuple[Notice, ...]:
    """Return a notice about guidance settings that were changed but have no effect.

    Perturbed attention and skip-layer guidance act without a negative prompt too; the other methods
    need a CFG scale above 1.
    """
    values = all_values(extras, GUIDANCE_SETTINGS)
    method = str(values["guidance"])
    unguided = cfg_scale <= 1 and method in (CLASSIFIER_FREE, PROJECTED)
    idle = [
        one.label
        for one in GUIDANCE_SETTINGS
        if values[one.id] != one.default
        and (unguided or method not in METHODS_OF.get(one.id, (method,)))
    ]
    if not idle:
        return ()
    names = Listed(tuple(("", label) for label in idle))
    if unguided:
        said = notice(
            "At a CFG scale of 1 or less these have no effect: {settings}.", settings=names
        )
    else:
        said = notice("With this way of guidance these have no effect: {settings}.", settings=names)
    return (said,)


def has_changes(extras: Mapping[str, Value]) -> bool:
    """Whether any guidance setting differs from its default."""
    values = all_values(extras, GUIDANCE_SETTINGS)
    return any(values[one.id] != one.default for one in GUIDANCE_SETTINGS)
