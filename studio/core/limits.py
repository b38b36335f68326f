"""Ranges of numeric settings, one table for the window, the command line and the engine."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from studio.core.errors import StudioError
from studio.core.notices import translatable

MAX_SEED = 2**64 - 1
"""The largest seed of torch's generators; that of the CPU uses the lower 32 bits."""


@dataclass(frozen=True, slots=True)
class Limit:
    """The smallest and the largest value of a setting, and whether it is a whole number."""

    label: str
    least: int
    most: int
    whole: bool = True

    def holds(self, value: float) -> bool:
        """Return whether a value is a number in the range, whole if it has to be."""
        if not isinstance(value, int | float) or not math.isfinite(value):
            return False
        return self.least <= value <= self.most and not (self.whole and value != int(value))


LIMITS: Mapping[str, Limit] = {
    "steps": Limit(translatable("Steps"), 1, 1000),
    "cfg_scale": Limit(translatable("CFG scale"), 0, 100, whole=False),
    "seed": Limit(translatable("Seed"), -1, MAX_SEED),
    "variations": Limit(translatable("Variations"), 1, 1000),
    "denoise": Limit(translatable("Denoising strength"), 0, 1, whole=False),
    "mask_blur": Limit(translatable("Mask blur"), 0, 1024),
    "padding": Limit(translatable("Padding"), 0, 16384),
    "width": Limit(translatable("Width"), 1, 300_000),
    "height": Limit(translatable("Height"), 1, 300_000),
    "dpi": Limit(translatable("Pixels per inch"), 1, 9999, whole=False),
    "quality": Limit(translatable("Quality"), 1, 100),
    "threshold": Limit(translatable("Threshold"), 0, 100_000, whole=False),
    "side": Limit(translatable("Resolution"), 64, 16384),
}
"""By the names of the fields of ``Sampling``, ``EditRequest``, ``SaveOptions`` and ``Document``."""

TITLES: Mapping[str, str] = {
    "steps": "Steps",
    "cfg_scale": "CFG scale",
    "seed": "Seed",
    "denoise": "Denoising strength",
    "mask_blur": "Mask blur",
    "padding": "Masked area padding",
}
"""A1111's names of these numbers in picture metadata, without the number of variations, since each
picture is one."""


def parse(name: str, text: str) -> float:
    """Parse the number of a setting from text; StudioError if it is outside its range."""
    limit = LIMITS[name]
    value: float
    try:
        value = int(text) if limit.whole else float(text)
    except ValueError:
        raise _out_of_range(name, text) from None
    return check(name, value)


def check(name: str, value: float) -> float:
    """Return the value if it is in the range of a setting; StudioError otherwise."""
    if not LIMITS[name].holds(value):
        raise _out_of_range(name, value)
    return value


def _out_of_range(name: str, value: object) -> StudioError:
    limit = LIMITS[name]
    return StudioError(
        "{setting} cannot be {value}.",
        "Give a number from {least} to {most}.",
        setting=limit.label,
        value=value,
        least=limit.least,
        most=limit.most,
    )
