"""Gradient map: luminosity chooses a colour of a gradient.

Luminosity is 0.3 R + 0.59 G + 0.11 B; colours between two stops are mixed linearly as stored.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.document.adjustments.parameters import Flag, Stops, channels_of
from studio.document.adjustments.row import Adjustment, Values

RED, GREEN, BLUE = np.float32(0.3), np.float32(0.59), np.float32(0.11)
LAST = 1023
ZERO, SCALE = np.float32(0.0), np.float32(LAST)


def gradient_map(r: Any, g: Any, b: Any, numbers: Any) -> Any:
    """Return the gradient's colour of a luminosity; ``numbers`` are 1024 colours."""
    place = min(max(RED * r + GREEN * g + BLUE * b, ZERO) * SCALE, SCALE)
    left = min(np.int32(place), np.int32(LAST - 1))
    share = place - np.float32(left)
    at = 3 * left
    red = numbers[at] + share * (numbers[at + 3] - numbers[at])
    green = numbers[at + 1] + share * (numbers[at + 4] - numbers[at + 1])
    blue = numbers[at + 2] + share * (numbers[at + 5] - numbers[at + 2])
    return red, green, blue


def numbers(values: Values) -> NDArray[np.float32]:
    """Return the colours of the gradient, (3072,)."""
    places = [place for place, _ in values["stops"]]
    colours = np.array([channels_of(colour) for _, colour in values["stops"]])
    at = np.linspace(0.0, 1.0, LAST + 1)
    if values["reversed"]:
        at = at[::-1]
    found = np.stack([np.interp(at, places, colours[:, channel]) for channel in range(3)], axis=1)
    return np.ascontiguousarray(found, np.float32).ravel()


ROW = Adjustment(
    "gradient-map",
    "Gradient map",
    "ph.drop-half",
    (Stops("stops", "Gradient"), Flag("reversed", "Reversed")),
    formula=gradient_map,
    numbers=numbers,
)
