"""Robust regression over the time and memory of earlier runs, to predict those of the next one.

Each part of a run (one step, one decoded picture, the rest, loading, the peak of memory) is a power
law: its logarithm is linear in the logarithms of the model's weights and the picture's pixels, and
in counts such as the number of controls. Each slope has a normal prior around its usual value, so
that one run is enough to begin with; the intercept comes from the runs alone. Outliers weigh less
(Huber's weights, https://doi.org/10.1214/aoms/1177703732), and so do old runs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

SPREAD = 0.08
"""Standard deviation of the logarithm between equal runs on a machine that is otherwise idle."""
HUBER = 1.345
"""Standard deviations beyond which a run weighs less: 95 % efficient for normal errors."""
FADING = 0.95
"""Weight of a run relative to the next newer one."""
ROUNDS = 30


@dataclass(frozen=True, slots=True)
class Prior:
    """The usual slope of one feature and its standard deviation."""

    mean: float
    deviation: float


Features = Mapping[str, float]

UNKNOWN = Prior(0.0, 0.4)
"""For a feature without a row of its own, such as a sampler's name."""


def predict(
    runs: Sequence[tuple[Features, float]], wanted: Features, priors: Mapping[str, Prior]
) -> float | None:
    """Predict the value at the features ``wanted`` from runs (features, value > 0), oldest first.

    Missing features are 0. None without runs.
    """
    used = [(features, value) for features, value in runs if value > 0]
    if not used:
        return None
    names = sorted({*wanted, *(name for features, _ in used for name in features)})
    table = np.array(
        [[f.get(name, 0.0) - wanted.get(name, 0.0) for name in names] for f, _ in used]
    )
    found = [priors.get(name, UNKNOWN) for name in names]
    means = np.array([prior.mean for prior in found])
    rigid = np.array([prior.deviation**-2 for prior in found])
    logs = np.log([value for _, value in used]) - table @ means
    ages = np.arange(len(used))[::-1]
    return float(np.exp(_level(table, logs, FADING**ages, rigid)))


def _level(table: np.ndarray, logs: np.ndarray, weights: np.ndarray, rigid: np.ndarray) -> float:
    """Return the intercept of the fit: the logarithm at the wanted features, where all are 0."""
    design = np.hstack([np.ones((len(logs), 1)), table])
    penalty = np.diag([1e-9, *rigid])
    robust = np.ones(len(logs))
    solution = np.zeros(design.shape[1])
    for _ in range(ROUNDS):
        scaled = design.T * (weights * robust / SPREAD**2)
        solution = np.linalg.solve(scaled @ design + penalty, scaled @ logs)
        off = np.abs(logs - design @ solution) / SPREAD
        robust = np.minimum(1.0, HUBER / np.maximum(off, 1e-9))
    return float(solution[0])
