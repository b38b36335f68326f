"""The figures that are measured for each system of a comparison."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from studio.edit.judging import JudgeResult
from studio.edit.request import EditResult


@dataclass(frozen=True, slots=True)
class Figures:
    """Measurements of one system; None or 0 for what is not known.

    ``quality`` is the mean belief of the held-out judge (0..1) that a picture shows what the prompt
    names, ``variety`` the distance of pictures of different seeds (see ``JudgeResult``).
    ``seconds`` is the mean time of a picture without loading the model, ``load`` the time to load
    it. ``peak_bytes`` is the peak memory of the engine, ``parameters`` the number of weights.
    """

    quality: float | None = None
    seconds: float | None = None
    load: float | None = None
    variety: float | None = None
    peak_bytes: int = 0
    parameters: int = 0


def measure(
    results: Sequence[EditResult], parameters: int, judged: JudgeResult | None = None
) -> Figures:
    """Return the figures of one system from the results of its pictures."""
    times = [seconds_of(one) for one in results]
    loads = [float(one.timings.get("load", 0.0)) for one in results]
    beliefs = judged.quality if judged is not None else ()
    return Figures(
        quality=float(np.mean(beliefs)) if beliefs else None,
        seconds=float(np.mean(times)) if times else None,
        load=max(loads) if loads else None,
        variety=judged.variety if judged is not None else None,
        peak_bytes=max((one.peak_bytes for one in results), default=0),
        parameters=parameters,
    )


def seconds_of(result: EditResult) -> float:
    """Return the seconds of a picture without those for loading the model."""
    whole = float(result.timings.get("total", 0.0)) - float(result.timings.get("load", 0.0))
    return whole / max(1, len(result.images))
