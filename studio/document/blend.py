"""Blend modes by the W3C compositing formulas (https://www.w3.org/TR/compositing-1/).

The formulas here are the reference in floating point that tests compare with; ``kernels`` holds the
same ones for speed. A new mode is one row of ``BlendMode``, one of ``FORMULAS``, one branch there.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class BlendMode(Enum):
    """Separable blend modes; the value is the name that ORA and CSS use after ``svg:``."""

    NORMAL = "src-over"
    MULTIPLY = "multiply"
    SCREEN = "screen"
    OVERLAY = "overlay"


def _overlay(backdrop: Floats, source: Floats) -> Floats:
    low = 2.0 * backdrop * source
    return np.where(backdrop <= 0.5, low, 1.0 - 2.0 * (1.0 - backdrop) * (1.0 - source))


FORMULAS: dict[BlendMode, Callable[[Floats, Floats], Floats]] = {
    BlendMode.NORMAL: lambda backdrop, source: source,
    BlendMode.MULTIPLY: lambda backdrop, source: backdrop * source,
    BlendMode.SCREEN: lambda backdrop, source: backdrop + source - backdrop * source,
    BlendMode.OVERLAY: _overlay,
}
"""B(Cb, Cs) of each mode, for straight colours in 0..1."""

NUMBERS: dict[BlendMode, int] = {mode: number for number, mode in enumerate(BlendMode)}
"""The number by which ``kernels`` knows a mode."""


def blend(
    backdrop: Floats, source: Floats, mode: BlendMode, opacity: Floats | float = 1.0
) -> Floats:
    """Return ``source`` over ``backdrop``, both (h, w, 4) straight RGBA in 0..1.

    ``opacity`` is a number or an (h, w) array, such as a layer mask. W3C, 5.8: Cs = (1 - ab) Cs +
    ab B(Cb, Cs), then source-over. Where the result is transparent its colour is 0.
    """
    alpha_s = (source[:, :, 3] * opacity)[:, :, None]
    alpha_b = backdrop[:, :, 3:]
    mixed = FORMULAS[mode](backdrop[:, :, :3], source[:, :, :3])
    mixed = (1.0 - alpha_b) * source[:, :, :3] + alpha_b * mixed
    alpha = alpha_s + alpha_b * (1.0 - alpha_s)
    colour = alpha_s * mixed + (1.0 - alpha_s) * alpha_b * backdrop[:, :, :3]
    colour = np.divide(colour, alpha, out=np.zeros_like(colour), where=alpha > 0.0)
    return np.concatenate([colour, alpha], axis=2)
