"""The table of adjustments. A further one is a file of its own and a row here."""

from __future__ import annotations

from collections.abc import Mapping

from studio.core.notices import translatable
from studio.document.adjustments import (
    balance,
    black_white,
    brightness,
    curves,
    exposure,
    gradient_map,
    hue,
    invert,
    levels,
    lut,
    mixer,
    photo_filter,
    posterise,
    selective,
    threshold,
    vibrance,
)
from studio.document.adjustments.row import Adjustment

ADJUSTMENTS: Mapping[str, Adjustment] = {
    row.id: row
    for row in (
        brightness.ROW,
        levels.ROW,
        curves.ROW,
        exposure.ROW,
        vibrance.ROW,
        hue.ROW,
        balance.ROW,
        black_white.ROW,
        photo_filter.ROW,
        mixer.ROW,
        lut.ROW,
        invert.ROW,
        posterise.ROW,
        threshold.ROW,
        gradient_map.ROW,
        selective.ROW,
    )
}
"""By id, in the order of Photoshop's menu."""


def find_adjustment(name: str) -> Adjustment:
    """Return the row with an id; ValueError if there is none."""
    found = ADJUSTMENTS.get(name)
    if found is None:
        raise ValueError(f"no such adjustment: {name}")
    return found


TERMS = (
    translatable("Reds"),
    translatable("Yellows"),
    translatable("Greens"),
    translatable("Cyans"),
    translatable("Blues"),
    translatable("Magentas"),
    translatable("Whites"),
    translatable("Neutrals"),
    translatable("Blacks"),
    translatable("Shadows"),
    translatable("Middle tones"),
    translatable("Lights"),
    translatable("All colours"),
    translatable("Constant"),
    translatable("Cyan"),
    translatable("Magenta"),
    translatable("Yellow"),
)
"""Labels that are built from tables, for the translation."""
