"""Levels: black, grey and white of each channel and of all together, and the range of the output.

Adobe's description (Photoshop file format, "Levels"): out = ((in - black) / (white - black)) **
(1 / gamma), scaled to the output's range; the channels' own levels come first, then those of all.
"""

from __future__ import annotations

import numpy as np

from studio.document.adjustments.parameters import Number
from studio.document.adjustments.row import LEVELS, Adjustment, Floats, Values

CHANNELS = (("", "All channels"), ("red.", "Red"), ("green.", "Green"), ("blue.", "Blue"))


def _parameters(prefix: str, group: str) -> tuple[Number, ...]:
    return (
        Number(f"{prefix}black", "Black", 0, 253, 0, group=group),
        Number(f"{prefix}gamma", "Grey", 0.1, 9.99, 1, decimals=2, group=group),
        Number(f"{prefix}white", "White", 2, 255, 255, group=group),
        Number(f"{prefix}out_black", "Darkest output", 0, 255, 0, group=group),
        Number(f"{prefix}out_white", "Lightest output", 0, 255, 255, group=group),
    )


def curve(levels: Floats, values: Values, prefix: str) -> Floats:
    """Return levels 0..1 changed by the five numbers of one channel."""
    black, gamma, white, low, high = (
        float(values[f"{prefix}{name}"])
        for name in ("black", "gamma", "white", "out_black", "out_white")
    )
    inside = np.clip((levels * 255 - black) / max(white - black, 1.0), 0.0, 1.0)
    return (inside ** (1.0 / gamma) * (high - low) + low) / 255


def table(values: Values) -> Floats:
    """Return the tables of the channels followed by that of all."""
    own = [curve(LEVELS, values, prefix) for prefix, _ in CHANNELS[1:]]
    return np.stack([curve(one, values, "") for one in own])


ROW = Adjustment(
    "levels",
    "Levels",
    "ph.chart-bar",
    tuple(one for prefix, group in CHANNELS for one in _parameters(prefix, group)),
    table,
)
