"""Colour balance: cyan to red, magenta to green, yellow to blue, in shadows, middle and lights.

The weights are GIMP's (gimpoperationcolorbalance.c, since 2.8): over lightness l = (max + min) / 2,
shadows clamp((l - 1/3) / -1/4 + 1/2) * 0.7, lights clamp((l + 1/3 - 1) / 1/4 + 1/2) * 0.7, the
middle is the product of the two other slopes. "Keep brightness" restores HSL's lightness.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from studio.document.adjustments.parameters import Flag, Number
from studio.document.adjustments.row import Adjustment, plain_numbers

ZERO, ONE, HALF = np.float32(0.0), np.float32(1.0), np.float32(0.5)
SCALE, THIRD, FOUR = np.float32(0.7), np.float32(1.0 / 3.0), np.float32(4.0)
PER_CENT, TINY = np.float32(0.01), np.float32(1e-6)
PARTS = (("shadows.", "Shadows"), ("middle.", "Middle tones"), ("lights.", "Lights"))


def balance(r: Any, g: Any, b: Any, numbers: Any) -> Any:
    """Return a colour moved by the three parts' amounts; the first number keeps its lightness."""
    light = (max(r, max(g, b)) + min(r, min(g, b))) * HALF
    dark = min(max((THIRD - light) * FOUR + HALF, ZERO), ONE)
    bright = min(max((light + THIRD - ONE) * FOUR + HALF, ZERO), ONE)
    low, high = dark * SCALE, bright * SCALE
    middle = (ONE - dark) * (ONE - bright) * SCALE
    red = r + (low * numbers[1] + middle * numbers[4] + high * numbers[7]) * PER_CENT
    green = g + (low * numbers[2] + middle * numbers[5] + high * numbers[8]) * PER_CENT
    blue = b + (low * numbers[3] + middle * numbers[6] + high * numbers[9]) * PER_CENT
    red, green = min(max(red, ZERO), ONE), min(max(green, ZERO), ONE)
    blue = min(max(blue, ZERO), ONE)
    if numbers[0] > HALF:
        top, bottom = max(red, max(green, blue)), min(red, min(green, blue))
        now = (top + bottom) * HALF
        # HSL with another lightness and the same hue and saturation.
        before, after = ONE - abs(now + now - ONE), ONE - abs(light + light - ONE)
        factor = after / max(before, TINY)
        red, green = light + (red - now) * factor, light + (green - now) * factor
        blue = light + (blue - now) * factor
        red, green = min(max(red, ZERO), ONE), min(max(green, ZERO), ONE)
        blue = min(max(blue, ZERO), ONE)
    return red, green, blue


def _part(prefix: str, group: str) -> tuple[Number, ...]:
    return (
        Number(f"{prefix}red", "Cyan to red", -100, 100, group=group),
        Number(f"{prefix}green", "Magenta to green", -100, 100, group=group),
        Number(f"{prefix}blue", "Yellow to blue", -100, 100, group=group),
    )


ROW = Adjustment(
    "balance",
    "Colour balance",
    "ph.scales",
    (
        Flag("keep", "Keep the brightness", True),
        *(one for prefix, group in PARTS for one in _part(prefix, group)),
    ),
    formula=balance,
    numbers=plain_numbers,
)
