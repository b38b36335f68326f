"""Posterise: a few levels in each channel, evenly spaced, each for an equal part of the input.

out = floor(in * n) / (n - 1), as Photoshop's and GIMP's with the input's 256 levels.
"""

from __future__ import annotations

import numpy as np

from studio.document.adjustments.parameters import Number
from studio.document.adjustments.row import LEVELS, Adjustment, Floats, Values, same


def table(values: Values) -> Floats:
    """Return the stairs."""
    count = round(values["levels"])
    step = np.minimum(np.floor(LEVELS * 255 / 256 * count), count - 1)
    return same(step / (count - 1))


ROW = Adjustment(
    "posterise", "Posterise", "ph.stack", (Number("levels", "Levels", 2, 255, 4),), table
)
