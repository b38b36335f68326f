"""Hue and saturation, of all colours or of six ranges of hue, or as one tint.

HSL of Smith 1978 (the "bi-hexcone"). A range is full over 30 degrees around its hue and fades over
30 more at each side, as Photoshop's default ranges; the shares of neighbours add up to 1 there.
Saturation s > 0 divides the distance from grey by 1 - s, s < 0 multiplies it by 1 + s; lightness
mixes with white or black.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from studio.document.adjustments.parameters import SIX_COLOURS, Flag, Number
from studio.document.adjustments.row import Adjustment, plain_numbers

RANGES = (("", "All colours"), *((f"{name}.", label) for name, label in SIX_COLOURS))
ZERO, ONE, HALF, TWO = np.float32(0.0), np.float32(1.0), np.float32(0.5), np.float32(2.0)
TINY, PER_CENT = np.float32(1e-6), np.float32(0.01)
SIX, SIXTY, MOST = np.float32(6.0), np.float32(1.0 / 60.0), np.float32(100.0)


def hue(r: Any, g: Any, b: Any, numbers: Any) -> Any:
    """Return a colour with hue, saturation and lightness changed; the tint's numbers come last."""
    high, low = max(r, max(g, b)), min(r, min(g, b))
    spread = high - low
    light = (high + low) * HALF
    room = ONE - abs(TWO * light - ONE)
    filled = min(spread / max(room, TINY), ONE)
    turn = ZERO
    if spread > TINY:
        if high == r:
            turn = (g - b) / spread
        elif high == g:
            turn = (b - r) / spread + TWO
        else:
            turn = (r - g) / spread + TWO + TWO
        if turn < ZERO:
            turn += SIX
    if numbers[21] > HALF:
        turn = numbers[22] * SIXTY
        filled = numbers[23] * PER_CENT
        brighter = numbers[24]
    else:
        moved, fuller, brighter = numbers[0], numbers[1], numbers[2]
        if spread > TINY:
            for k in range(6):
                far = abs(turn - np.float32(k))
                far = min(far, SIX - far)
                # Full to 15 degrees from the hue, gone at 45: shares of two neighbours add to 1.
                share = min(max((np.float32(0.75) - far) * TWO, ZERO), ONE)
                moved += share * numbers[3 + 3 * k]
                fuller += share * numbers[4 + 3 * k]
                brighter += share * numbers[5 + 3 * k] * filled
        turn += moved * SIXTY
        fuller = min(max(fuller, -MOST), MOST) * PER_CENT
        if fuller >= ZERO:
            filled = min(filled / max(ONE - fuller, np.float32(0.01)), ONE)
        else:
            filled *= ONE + fuller
    brighter = min(max(brighter, -MOST), MOST) * PER_CENT
    turn -= SIX * np.floor(turn / SIX)
    chroma = (ONE - abs(TWO * light - ONE)) * filled
    base = light - chroma * HALF
    red = base + chroma * min(max(abs(turn - np.float32(3.0)) - ONE, ZERO), ONE)
    green = base + chroma * min(max(TWO - abs(turn - TWO), ZERO), ONE)
    blue = base + chroma * min(max(TWO - abs(turn - np.float32(4.0)), ZERO), ONE)
    if brighter >= ZERO:
        red += brighter * (ONE - red)
        green += brighter * (ONE - green)
        blue += brighter * (ONE - blue)
    else:
        red, green, blue = red + brighter * red, green + brighter * green, blue + brighter * blue
    return red, green, blue


def _range(prefix: str, group: str) -> tuple[Number, ...]:
    return (
        Number(f"{prefix}hue", "Hue", -180, 180, unit=" °", group=group),
        Number(f"{prefix}saturation", "Saturation", -100, 100, group=group),
        Number(f"{prefix}lightness", "Lightness", -100, 100, group=group),
    )


TINT = "One tint"

ROW = Adjustment(
    "hue",
    "Hue and saturation",
    "ph.rainbow",
    (
        *(one for prefix, group in RANGES for one in _range(prefix, group)),
        Flag("tint", "Colour with one tint", group=TINT),
        Number("tint.hue", "Hue", 0, 360, 0, unit=" °", group=TINT),
        Number("tint.saturation", "Saturation", 0, 100, 25, group=TINT),
        Number("tint.lightness", "Lightness", -100, 100, group=TINT),
    ),
    formula=hue,
    numbers=plain_numbers,
)
