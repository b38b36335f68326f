"""Black and white: grey with a share for each of six colours, and a tint if wanted.

A colour is its least channel, plus its middle above that in a secondary colour (the share of
yellow, cyan or magenta), plus the rest in a primary colour (red, green or blue): grey = min +
(mid - min) * secondary + (max - mid) * primary, Photoshop's decomposition.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.document.adjustments.parameters import (
    SIX_COLOURS,
    Colour,
    Flag,
    Number,
    channels_of,
)
from studio.document.adjustments.row import Adjustment, Values

ZERO, ONE, HALF = np.float32(0.0), np.float32(1.0), np.float32(0.5)
SHARES = (40, 60, 40, 60, 20, 80)
"""Of the six colours, in per cent; Photoshop's defaults."""


def black_white(r: Any, g: Any, b: Any, n: Any) -> Any:
    """Return a grey, or with n[6] a grey with the luminosity shift of a tint."""
    high, low = max(r, max(g, b)), min(r, min(g, b))
    middle = r + g + b - high - low
    if high == r:
        primary, secondary = n[0], n[1] if g >= b else n[5]
    elif high == g:
        primary, secondary = n[2], n[1] if r >= b else n[3]
    else:
        primary, secondary = n[4], n[5] if r >= g else n[3]
    grey = low + (middle - low) * secondary + (high - middle) * primary
    grey = min(max(grey, ZERO), ONE)
    if n[6] > HALF:
        # The tint without its luminosity, faded at black and white so that no channel is cut.
        fade = min(grey, ONE - grey) * np.float32(2.0)
        red, green, blue = grey + n[7] * fade, grey + n[8] * fade, grey + n[9] * fade
        return min(max(red, ZERO), ONE), min(max(green, ZERO), ONE), min(max(blue, ZERO), ONE)
    return grey, grey, grey


def numbers(values: Values) -> NDArray[np.float32]:
    """Return the six shares, whether there is a tint, and its three shifts."""
    red, green, blue = channels_of(values["colour"])
    light = 0.3 * red + 0.59 * green + 0.11 * blue
    shares = [values[name] / 100 for name, _ in SIX_COLOURS]
    return np.array([*shares, values["tint"], red - light, green - light, blue - light], np.float32)


ROW = Adjustment(
    "black-white",
    "Black and white",
    "ph.circle-half",
    (
        *(
            Number(name, label, -200, 300, share, unit=" %")
            for (name, label), share in zip(SIX_COLOURS, SHARES, strict=True)
        ),
        Flag("tint", "Tint"),
        Colour("colour", "Colour", "#e1d3b3"),
    ),
    formula=black_white,
    numbers=numbers,
)
