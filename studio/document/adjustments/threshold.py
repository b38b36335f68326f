"""Threshold: white from a level of luminosity on, black below.

Luminosity is 0.3 R + 0.59 G + 0.11 B (PDF 32000-1, 11.3.5.3), rounded to 8 bits as in Photoshop.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from studio.document.adjustments.parameters import Number
from studio.document.adjustments.row import Adjustment, plain_numbers

RED, GREEN, BLUE = np.float32(0.3), np.float32(0.59), np.float32(0.11)
FULL, HALF, ZERO, ONE = np.float32(255.0), np.float32(0.5), np.float32(0.0), np.float32(1.0)


def threshold(r: Any, g: Any, b: Any, numbers: Any) -> Any:
    """Return white or black."""
    level = np.floor((RED * r + GREEN * g + BLUE * b) * FULL + HALF)
    found = ONE if level >= numbers[0] else ZERO
    return found, found, found


ROW = Adjustment(
    "threshold",
    "Threshold",
    "ph.circle-half-tilt",
    (Number("level", "From", 1, 255, 128),),
    formula=threshold,
    numbers=plain_numbers,
)
