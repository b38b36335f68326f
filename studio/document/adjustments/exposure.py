"""Exposure: light is multiplied by 2 ** stops, moved by an offset and bent by gamma.

In linear light, taken as level ** 2.2 as in Photoshop (and psd-tools).
"""

from __future__ import annotations

import numpy as np

from studio.document.adjustments.parameters import Number
from studio.document.adjustments.row import LEVELS, Adjustment, Floats, Values, same

LIGHT = 2.2


def table(values: Values) -> Floats:
    """Return the curve of exposure, offset and gamma."""
    light = LEVELS**LIGHT * 2.0 ** values["stops"] + values["offset"]
    return same(np.clip(light, 0.0, 1.0) ** (1 / values["gamma"] / LIGHT))


ROW = Adjustment(
    "exposure",
    "Exposure",
    "ph.aperture",
    (
        Number("stops", "Exposure", -20, 20, 0, decimals=2),
        Number("offset", "Offset", -0.5, 0.5, 0, decimals=4),
        Number("gamma", "Gamma", 0.01, 9.99, 1, decimals=2),
    ),
    table,
)
