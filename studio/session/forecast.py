"""Forecasts of a request's time and memory, learned from earlier runs."""

from __future__ import annotations

import dataclasses
import json
import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from studio.catalog.model_spec import ModelSpec
from studio.catalog.sizes import working_size
from studio.core.events import Event
from studio.core.paths import data_dir
from studio.edit.request import EditRequest, EditResult, Sampling, Task
from studio.session.cost_model import Features, Prior, predict

VERSION = 1
KEPT = 200
"""Number of newest runs kept in the file."""
COUNTED = 40
"""Number of newest runs of the family on the device that a forecast uses."""
LOADS = 0.05
"""Loading time in seconds above which the model was not in memory, else it takes microseconds."""

STEP: Mapping[str, Prior] = {
    "log_weights": Prior(1.0, 0.3),
    "log_pixels": Prior(1.0, 0.3),
    "log_rows": Prior(0.85, 0.2),
    "controls": Prior(0.3, 0.15),
    "references": Prior(0.03, 0.05),
    "regions": Prior(0.5, 0.25),
    "adapters": Prior(0.05, 0.1),
}
PICTURE: Mapping[str, Prior] = {"log_weights": Prior(0.0, 0.3), "log_pixels": Prior(1.0, 0.2)}
REST: Mapping[str, Prior] = {
    "log_weights": Prior(0.7, 0.3),
    "log_pixels": Prior(0.7, 0.3),
    "controls": Prior(0.1, 0.2),
    "references": Prior(0.3, 0.3),
    "adapters": Prior(0.1, 0.2),
}
LOAD: Mapping[str, Prior] = {"log_weights": Prior(0.9, 0.3)}
MEMORY: Mapping[str, Prior] = {
    "log_weights": Prior(0.6, 0.2),
    "log_pixels": Prior(0.2, 0.2),
    "log_variations": Prior(0.0, 0.05),
    "controls": Prior(0.15, 0.1),
    "references": Prior(0.1, 0.1),
    "adapters": Prior(0.02, 0.05),
}


@dataclass(frozen=True, slots=True)
class Facts:
    """The numbers and names on which the time and memory of a run depend.

    ``weights`` is the number of the model's weights, ``pixels`` the number of pixels of the picture
    that the model makes. ``steps`` is the number of steps actually taken; ``guided`` is true if the
    prompt and the negative prompt are predicted together.
    """

    family: str
    weights: int
    task: str
    sampler: str
    steps: int
    variations: int
    pixels: int
    guided: bool
    controls: int = 0
    references: int = 0
    regions: int = 0
    adapters: int = 0

    def of_step(self) -> Features:
        """Return the features of the time of a step."""
        return {
            "log_weights": math.log(self.weights),
            "log_pixels": math.log(self.pixels),
            "log_rows": math.log(2.0 if self.guided else 1.0),
            "controls": self.controls,
            "references": self.references,
            "regions": self.regions,
            "adapters": self.adapters,
            f"sampler {self.sampler}": 1.0,
        }

    def of_rest(self) -> Features:
        """Return the features of the time before the first step."""
        return {
            "log_weights": math.log(self.weights),
            "log_pixels": math.log(self.pixels),
            "controls": self.controls,
            "references": self.references,
            "adapters": self.adapters,
            f"task {self.task}": 1.0,
        }

    def of_memory(self) -> Features:
        """Return the features of the peak memory."""
        return {**self.of_picture(), **self._counts(), "log_variations": math.log(self.variations)}

    def of_picture(self) -> Features:
        """Return the features of the time to decode a picture."""
        return {"log_weights": math.log(self.weights), "log_pixels": math.log(self.pixels)}

    def _counts(self) -> Features:
        return {
            "controls": self.controls,
            "references": self.references,
            "adapters": self.adapters,
        }


def facts_of(
    spec: ModelSpec,
    task: Task,
    sampling: Sampling,
    size: tuple[int, int],
    *,
    controls: int = 0,
    references: int = 0,
    regions: int = 0,
    adapters: int = 0,
) -> Facts:
    """Return the facts of a request whose crop has ``size`` (width, height) in pixels."""
    width, height = working_size(spec, *size)
    share = sampling.denoise if task is Task.REPLACE else 1.0
    return Facts(
        family=spec.family,
        weights=max(1, spec.parameters),
        task=task.value,
        sampler=sampling.sampler,
        steps=max(1, min(sampling.steps, int(sampling.steps * share))),
        variations=max(1, sampling.variations),
        pixels=width * height,
        guided=sampling.cfg_scale > 1,
        controls=controls,
        references=references,
        regions=regions,
        adapters=adapters,
    )


def facts_of_request(spec: ModelSpec, request: EditRequest) -> Facts:
    """Return the facts of a request."""
    return facts_of(
        spec,
        request.task,
        request.sampling,
        (request.region.width, request.region.height),
        controls=sum(use.strength != 0 for use in request.controls),
        references=sum(use.weight != 0 for use in request.references),
        regions=len(request.regions),
        adapters=sum(use.acts for use in request.adapters),
    )


@dataclass(frozen=True, slots=True)
class Run:
    """The cost of one run: seconds per step, per decoded picture, for the rest and for loading the
    model (0 if it was in memory), and bytes at the peak (0 if unknown)."""

    facts: Facts
    device: str
    step: float
    picture: float
    rest: float
    load: float
    memory: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """Seconds and bytes that a request will take; ``memory`` is 0 while it is unknown."""

    seconds: float
    memory: int


def run_of(facts: Facts, result: EditResult) -> Run | None:
    """Return the engine's measurements as a run; None for work without the usual parts."""
    parts = result.timings
    if not {"denoise", "decode", "total"} <= parts.keys() or not result.images:
        return None
    load = parts.get("load", 0.0)
    rest = parts["total"] - load - parts["denoise"] - parts["decode"]
    return Run(
        facts,
        result.device,
        parts["denoise"] / (facts.steps * facts.variations),
        parts["decode"] / facts.variations,
        max(rest, 1e-6),
        load if load > LOADS else 0.0,
        result.peak_bytes,
    )


@dataclass
class Forecasts:
    """The runs of this machine, kept in ``file`` as JSON; None keeps them in memory alone."""

    file: Path | None
    runs: list[Run] = field(default_factory=list)
    changed: Event[[]] = field(default_factory=Event)
    in_memory: str = ""
    """Name of the loaded model, as in requests; "" for none."""

    def __post_init__(self) -> None:
        if self.file is not None:
            self.runs = _read(self.file)

    def learn(self, facts: Facts, result: EditResult) -> None:
        """Add the cost of a run; the file is written at once."""
        self.in_memory = result.request.model
        run = run_of(facts, result)
        if run is None:
            return
        self.runs = [*self.runs, run][-KEPT:]
        self._write()
        self.changed.emit()

    def of(self, facts: Facts, *, loaded: bool = True) -> Forecast | None:
        """Return the forecast for a request, None as long as no similar one has run.

        ``loaded`` means that its model is already in memory. Of several devices, the one used last
        is assumed.
        """
        runs = [run for run in self.runs if run.facts.family == facts.family]
        runs = [run for run in runs if run.device == runs[-1].device][-COUNTED:]
        step = _part(runs, [run.step for run in runs], facts, Facts.of_step, STEP)
        picture = _part(runs, [run.picture for run in runs], facts, Facts.of_picture, PICTURE)
        rest = _part(runs, [run.rest for run in runs], facts, Facts.of_rest, REST)
        if step is None or picture is None or rest is None:
            return None
        seconds = facts.variations * (facts.steps * step + picture) + rest
        if not loaded:
            seconds += _part(runs, [run.load for run in runs], facts, Facts.of_picture, LOAD) or 0.0
        memory = _part(runs, [float(run.memory) for run in runs], facts, Facts.of_memory, MEMORY)
        return Forecast(seconds, round(memory or 0))

    def _write(self) -> None:
        if self.file is None:
            return
        rows = [dataclasses.asdict(run) for run in self.runs]
        text = json.dumps({"version": VERSION, "runs": rows})
        fresh = self.file.with_suffix(".tmp")
        try:
            # Without a sync to the disk: runs lost in a power cut are learned again.
            fresh.write_text(text, encoding="utf-8")
            os.replace(fresh, self.file)
        except OSError:
            return


def kept_forecasts() -> Forecasts:
    """Return the forecasts that this machine keeps between starts of the program."""
    return Forecasts(data_dir() / "forecast.json")


def duration_text(seconds: float) -> str:
    """Return a duration in the unit that suits it, such as "3.4 s", "12 s", "5 min" or "2.5 h"."""
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    if seconds < 99.5:
        return f"{seconds:.0f} s"
    if seconds < 99.5 * 60:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"


def memory_text(size: int) -> str:
    """Return a number of bytes as "350 MB" or "1.2 GB" (powers of ten); "" for 0."""
    if size <= 0:
        return ""
    return f"{size / 1e6:.0f} MB" if size < 999.5e6 else f"{size / 1e9:.1f} GB"


def _part(
    runs: Sequence[Run],
    values: Sequence[float],
    facts: Facts,
    features: Any,
    priors: Mapping[str, Prior],
) -> float | None:
    pairs = [(features(run.facts), value) for run, value in zip(runs, values, strict=True)]
    return predict(pairs, features(facts), priors)


def _read(file: Path) -> list[Run]:
    """Return the runs of a file; none of one that is missing, damaged or of another version."""
    try:
        content: Any = json.loads(file.read_text(encoding="utf-8"))
        if content["version"] != VERSION:
            return []
        return [_run(row) for row in content["runs"]][-KEPT:]
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return []


def _run(row: Mapping[str, Any]) -> Run:
    run = Run(**{**row, "facts": Facts(**row["facts"])})
    numbers = (run.step, run.picture, run.rest, run.load, run.memory)
    counts = (run.facts.weights, run.facts.pixels, run.facts.steps, run.facts.variations)
    if not all(math.isfinite(n) and n >= 0 for n in numbers) or min(counts) < 1:
        raise ValueError("not a finite number")
    return run
