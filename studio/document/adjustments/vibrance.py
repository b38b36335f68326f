"""Vibrance: saturation that is raised most where there is least of it; and plain saturation.

Colours move away from their luminosity (0.3, 0.59, 0.11) by 1 + v (1 - s), with s the HSV
saturation: our own formula, since Adobe's is not published.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from studio.document.adjustments.parameters import Number
from studio.document.adjustments.row import Adjustment, plain_numbers

RED, GREEN, BLUE = np.float32(0.3), np.float32(0.59), np.float32(0.11)
ZERO, ONE = np.float32(0.0), np.float32(1.0)
PER_CENT, TINY = np.float32(0.01), np.float32(1e-6)


def vibrance(r: Any, g: Any, b: Any, numbers: Any) -> Any:
    """Return a colour with another distance from its grey."""
    high, low = max(r, max(g, b)), min(r, min(g, b))
    dull = ONE - (high - low) / max(high, TINY)
    grey = RED * r + GREEN * g + BLUE * b
    factor = (ONE + numbers[0] * PER_CENT * dull) * (ONE + numbers[1] * PER_CENT)
    red, green = grey + (r - grey) * factor, grey + (g - grey) * factor
    blue = grey + (b - grey) * factor
    return min(max(red, ZERO), ONE), min(max(green, ZERO), ONE), min(max(blue, ZERO), ONE)


ROW = Adjustment(
    "vibrance",
    "Vibrance",
    "ph.flower-lotus",
    (
        Number("vibrance", "Vibrance", -100, 100),
        Number("saturation", "Saturation", -100, 100),
    ),
    formula=vibrance,
    numbers=plain_numbers,
)
