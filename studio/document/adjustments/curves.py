"""Curves: a natural cubic spline through the points of each channel, then of all channels.

The second derivatives solve the tridiagonal system of Numerical Recipes 3.3; outside the first and
last point the curve is level. Photoshop's curves are natural splines too (psd-tools draws them so).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from studio.document.adjustments.parameters import ToneCurve
from studio.document.adjustments.row import LEVELS, Adjustment, Floats, Values

CHANNELS = ("points", "red", "green", "blue")


def spline(points: Sequence[tuple[float, float]], at: Floats) -> Floats:
    """Return the natural cubic spline through ordered points, limited to their ends."""
    x, y = (np.array(one, np.float64) for one in zip(*points, strict=True))
    bends = np.zeros(len(x))
    if len(x) > 2:
        gaps, slopes = np.diff(x), np.diff(y) / np.diff(x)
        system = np.diag(2 * (gaps[:-1] + gaps[1:]))
        system += np.diag(gaps[1:-1], 1) + np.diag(gaps[1:-1], -1)
        bends[1:-1] = np.linalg.solve(system, 6 * np.diff(slopes))
    at = np.clip(at, x[0], x[-1])
    left = np.clip(np.searchsorted(x, at, "right") - 1, 0, len(x) - 2)
    gap = x[left + 1] - x[left]
    b = (at - x[left]) / gap
    a = 1 - b
    bend = (a**3 - a) * bends[left] + (b**3 - b) * bends[left + 1]
    return a * y[left] + b * y[left + 1] + bend * gap**2 / 6


def _drawn(points: Sequence[tuple[float, float]], levels: Floats) -> Floats:
    return np.clip(spline(points, levels * 255) / 255, 0.0, 1.0)


def table(values: Values) -> Floats:
    """Return the curves of the channels followed by that of all."""
    own = [_drawn(values[name], LEVELS) for name in CHANNELS[1:]]
    return np.stack([_drawn(values["points"], one) for one in own])


ROW = Adjustment(
    "curves",
    "Curves",
    "ph.chart-line",
    (
        ToneCurve("points", "Curve", "All channels"),
        ToneCurve("red", "Curve", "Red"),
        ToneCurve("green", "Curve", "Green"),
        ToneCurve("blue", "Curve", "Blue"),
    ),
    table,
)
