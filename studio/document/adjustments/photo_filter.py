"""Photo filter: a coloured glass before the lens, mixed in by its density.

The glass multiplies each channel by its colour; "keep brightness" then restores the luminosity
(0.3, 0.59, 0.11) by a common shift, as in PDF's luminosity mode.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.document.adjustments.parameters import Colour, Flag, Number, channels_of
from studio.document.adjustments.row import Adjustment, Values

RED, GREEN, BLUE = np.float32(0.3), np.float32(0.59), np.float32(0.11)
ZERO, ONE, HALF = np.float32(0.0), np.float32(1.0), np.float32(0.5)


def photo_filter(r: Any, g: Any, b: Any, numbers: Any) -> Any:
    """Return a colour seen through the glass."""
    red, green, blue = r * numbers[0], g * numbers[1], b * numbers[2]
    if numbers[3] > HALF:
        shift = RED * (r - red) + GREEN * (g - green) + BLUE * (b - blue)
        red, green = min(max(red + shift, ZERO), ONE), min(max(green + shift, ZERO), ONE)
        blue = min(max(blue + shift, ZERO), ONE)
    return red, green, blue


def numbers(values: Values) -> NDArray[np.float32]:
    """Return the three factors and whether the brightness is kept."""
    share = values["density"] / 100
    factors = [1 - share * (1 - one) for one in channels_of(values["colour"])]
    return np.array([*factors, values["keep"]], np.float32)


ROW = Adjustment(
    "filter",
    "Photo filter",
    "ph.camera",
    (
        Colour("colour", "Colour", "#ec8a00"),
        Number("density", "Density", 0, 100, 25, unit=" %"),
        Flag("keep", "Keep the brightness", True),
    ),
    formula=photo_filter,
    numbers=numbers,
)
