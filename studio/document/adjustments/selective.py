"""Selective colour: inks added to or taken from nine ranges of colour.

The share of a range: for red, green, blue max - mid if that channel is the largest, for cyan,
magenta, yellow mid - min if their opposite is the smallest, white 2 min - 1, black 1 - 2 max,
neutral 1 - (|max - 1/2| + |min - 1/2|). An ink changes its channel by -(c + k (1 + c)), in relative
mode times the room 1 - x; limited to -x..1 - x (FFmpeg documents these as vf_selectivecolor).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from studio.document.adjustments.parameters import SIX_COLOURS, Flag, Number
from studio.document.adjustments.row import Adjustment, plain_numbers

ZERO, ONE, HALF, TWO = np.float32(0.0), np.float32(1.0), np.float32(0.5), np.float32(2.0)
PER_CENT = np.float32(0.01)
RANGES = (*SIX_COLOURS, ("whites", "Whites"), ("neutrals", "Neutrals"), ("blacks", "Blacks"))


def selective(r: Any, g: Any, b: Any, numbers: Any) -> Any:
    """Return a colour with other inks; the first number makes the amounts absolute."""
    high, low = max(r, max(g, b)), min(r, min(g, b))
    middle = r + g + b - high - low
    red, green, blue = r, g, b
    for k in range(9):
        share = ZERO
        if k == 0 and r == high:
            share = high - middle
        elif k == 1 and b == low:
            share = middle - low
        elif k == 2 and g == high:
            share = high - middle
        elif k == 3 and r == low:
            share = middle - low
        elif k == 4 and b == high:
            share = high - middle
        elif k == 5 and g == low:
            share = middle - low
        elif k == 6:
            share = TWO * low - ONE
        elif k == 7:
            share = ONE - (abs(high - HALF) + abs(low - HALF))
        elif k == 8:
            share = ONE - TWO * high
        if share > ZERO:
            at = 1 + 4 * k
            black = numbers[at + 3] * PER_CENT
            for channel in range(3):
                x = r if channel == 0 else (g if channel == 1 else b)
                ink = numbers[at + channel] * PER_CENT
                moved = -(ink + black * (ONE + ink))
                if numbers[0] < HALF:
                    moved *= ONE - x
                moved = min(max(moved, -x), ONE - x) * share
                if channel == 0:
                    red += moved
                elif channel == 1:
                    green += moved
                else:
                    blue += moved
    return min(max(red, ZERO), ONE), min(max(green, ZERO), ONE), min(max(blue, ZERO), ONE)


def _range(prefix: str, group: str) -> tuple[Number, ...]:
    inks = (("cyan", "Cyan"), ("magenta", "Magenta"), ("yellow", "Yellow"), ("black", "Black"))
    return tuple(
        Number(f"{prefix}.{name}", label, -100, 100, unit=" %", group=group) for name, label in inks
    )


ROW = Adjustment(
    "selective",
    "Selective colour",
    "ph.palette",
    (
        Flag("absolute", "Absolute amounts"),
        *(one for prefix, group in RANGES for one in _range(prefix, group)),
    ),
    formula=selective,
    numbers=plain_numbers,
)
