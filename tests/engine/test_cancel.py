"""Cancel in each phase comes through within one step and leaves the engine usable."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import MakeRequest

from studio.core.errors import Cancelled
from studio.core.progress import Progress, ProgressEvent
from studio.edit.request import Task
from studio.engine.engine import Engine

PHASES = (
    "Loading the model",
    "Reading the prompt",
    "Reading the picture",
    "Painting",
    "Finishing the picture",
)


@pytest.mark.parametrize("phase", PHASES)
def test_cancel_in_each_phase(ask: MakeRequest, phase: str) -> None:
    engine = Engine("cpu")
    request = ask(Task.FILL, sampling={"steps": 5, "variations": 2})
    seen: list[str] = []

    def listen(event: ProgressEvent) -> None:
        seen.append(event.text)
        if event.text == phase:
            progress.cancel()

    progress = Progress(listen)
    with pytest.raises(Cancelled):
        engine.run(request, progress)
    # Nothing more was reported after the event at which the artist asked to stop.
    assert seen.count(phase) == 1 and seen[-1] == phase
    whole = engine.run(request)
    fresh = Engine("cpu").run(request)
    assert all(np.array_equal(a, b) for a, b in zip(whole.images, fresh.images, strict=True))


def test_cancel_during_a_step_ends_with_that_step(
    engine: Engine, ask: MakeRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.run(ask())
    unet = engine.residency.loaded.networks.unet  # type: ignore[union-attr]
    progress = Progress()
    calls: list[int] = []
    forward = type(unet).forward

    def slow(self: Any, *args: Any, **kwargs: Any) -> Any:
        calls.append(1)
        if len(calls) == 3:
            progress.cancel()
        return forward(self, *args, **kwargs)

    monkeypatch.setattr(type(unet), "forward", slow)
    with pytest.raises(Cancelled):
        engine.run(ask(sampling={"steps": 20}), progress)
    assert len(calls) == 3


def test_cancel_before_the_start_does_nothing(ask: MakeRequest) -> None:
    engine = Engine("cpu")
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        engine.run(ask(), progress)
    assert engine.residency.loaded is None


def test_a_cancelled_load_keeps_the_model_that_was_there(ask: MakeRequest, tiny_fill: Path) -> None:
    engine = Engine("cpu")
    engine.run(ask())
    before = engine.residency.loaded
    progress = Progress()
    listened = Progress(lambda _event: progress.cancel(), cancelled=progress._cancelled)
    with pytest.raises(Cancelled):
        engine.run(ask(model=str(tiny_fill)), listened)
    assert engine.residency.loaded is before
    start = time.perf_counter()
    assert engine.run(ask()).timings["load"] < 0.05
    assert time.perf_counter() >= start
