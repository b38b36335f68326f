"""Brightness and contrast that keep black and white, as Photoshop's since CS3.

Contrast is a natural cubic spline through (0, 0), (63, 63 - c), (191, 191 + c), (255, 255) with
c up to 25 levels; brightness then moves each of its points along the diagonal that falls to the
right, by a polynomial fitted to Photoshop's output (both as psd-tools renders them).
"""

from __future__ import annotations

import numpy as np

from studio.document.adjustments.curves import spline
from studio.document.adjustments.parameters import Number
from studio.document.adjustments.row import LEVELS, Adjustment, Floats, Values, same

BEND = 25.0
"""How far full contrast moves the two inner points, in levels."""


def table(values: Values) -> Floats:
    """Return the curve of brightness and contrast."""
    bright, contrast = values["brightness"] / 150, values["contrast"] / 100 * BEND
    points = ((0.0, 0.0), (63.0, 63.0 - contrast), (191.0, 191.0 + contrast), (255.0, 255.0))
    x = LEVELS
    y = spline(points, x * 255) / 255
    size = abs(bright)
    strong = 1.65 * x**0.35 - x**10.0
    weak = 1.96 * x**0.4 + x**4.0
    moved = bright * x * (1 - x) * 0.5 * (size * strong + (1 - size) * weak + x**1.25)
    return same(np.clip(np.interp(x, x - moved, y + moved), 0.0, 1.0))


ROW = Adjustment(
    "brightness",
    "Brightness and contrast",
    "ph.sun",
    (
        Number("brightness", "Brightness", -150, 150),
        Number("contrast", "Contrast", -50, 100),
    ),
    table,
)
