"""Channel mixer: each output channel is a sum of shares of the three inputs and a constant."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.document.adjustments.parameters import Flag, Number
from studio.document.adjustments.row import Adjustment, Values

ZERO, ONE = np.float32(0.0), np.float32(1.0)
OUTPUTS = (("red.", "Red"), ("green.", "Green"), ("blue.", "Blue"), ("grey.", "Grey"))
PARTS = ("red", "green", "blue", "constant")


def mixer(r: Any, g: Any, b: Any, n: Any) -> Any:
    """Return three sums of the channels."""
    red = n[0] * r + n[1] * g + n[2] * b + n[3]
    green = n[4] * r + n[5] * g + n[6] * b + n[7]
    blue = n[8] * r + n[9] * g + n[10] * b + n[11]
    return min(max(red, ZERO), ONE), min(max(green, ZERO), ONE), min(max(blue, ZERO), ONE)


def numbers(values: Values) -> NDArray[np.float32]:
    """Return the matrix, (12,)."""
    outputs = ("grey.",) * 3 if values["grey"] else ("red.", "green.", "blue.")
    return np.array([values[f"{out}{one}"] / 100 for out in outputs for one in PARTS], np.float32)


def _output(prefix: str, group: str) -> tuple[Number, ...]:
    own = {"grey.red": 40, "grey.green": 40, "grey.blue": 20}
    shown = ("Red", "Green", "Blue", "Constant")
    return tuple(
        Number(
            f"{prefix}{name}",
            label,
            -200,
            200,
            100 if prefix == f"{name}." else own.get(f"{prefix}{name}", 0),
            unit=" %",
            group=group,
        )
        for name, label in zip(PARTS, shown, strict=True)
    )


ROW = Adjustment(
    "mixer",
    "Channel mixer",
    "ph.sliders",
    (
        Flag("grey", "One grey channel"),
        *(one for prefix, group in OUTPUTS for one in _output(prefix, group)),
    ),
    formula=mixer,
    numbers=numbers,
)
