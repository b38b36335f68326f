"""The forecast is fitted to what runs took: synthetic timings whose law is known."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from studio.catalog.models import identify
from studio.core.geometry import Rect
from studio.core.settings import Settings
from studio.edit.request import EditRequest, EditResult, Sampling, Task
from studio.session.forecast import (
    KEPT,
    Facts,
    Forecasts,
    duration_text,
    facts_of_request,
    kept_forecasts,
    memory_text,
)
from studio.session.jobs import InlineRunner, Job
from studio.session.shared import Shared

RNG = np.random.default_rng(5)


def facts(**changes: Any) -> Facts:
    """Return the facts of a run of a model with a thousand million weights at 512 x 512."""
    plain = Facts("sd", 10**9, "fill", "ddim", 20, 1, 512 * 512, True)
    return dataclasses.replace(plain, **changes)


def truth(run: Facts, noise: float = 0.0, load: float = 0.0) -> EditResult:
    """Return what a machine of a known law takes: steps go with pixels^1.2 and the batch."""
    scale = run.weights / 10**9
    step = 0.8 * scale * (run.pixels / 512**2) ** 1.2 * (1.8 if run.guided else 1.0)
    step *= (1 + 0.4 * run.controls) * (2.0 if run.sampler == "heun" else 1.0)
    parts = {
        "denoise": run.steps * run.variations * step,
        "decode": run.variations * 1.5 * (run.pixels / 512**2),
        "encode": 0.4,
    }
    parts = {name: value * float(np.exp(RNG.normal(0, noise))) for name, value in parts.items()}
    parts["load"] = load
    parts["total"] = sum(parts.values())
    request = EditRequest(task=Task.FILL, prompt="x", region=Rect(0, 0, 64, 64))
    image = np.zeros((1, 1, 3), np.uint8)
    peak = round(scale * 4e9 + run.pixels * 3000)
    return EditResult(
        request=request,
        images=(image,) * run.variations,
        seeds=(1,) * run.variations,
        timings=parts,
        peak_bytes=peak,
        device="a GPU",
    )


def learned(*runs: Facts, noise: float = 0.0) -> Forecasts:
    made = Forecasts(None)
    for run in runs:
        made.learn(run, truth(run, noise))
    return made


def error(forecasts: Forecasts, run: Facts) -> float:
    """Return by which factor the forecast is off, as the larger of forecast/truth and back."""
    found = forecasts.of(run)
    assert found is not None
    ratio = found.seconds / truth(run).timings["total"]
    return max(ratio, 1 / ratio)


THREE = (facts(steps=10), facts(steps=30, pixels=384 * 384), facts(steps=20, variations=2))


@pytest.mark.parametrize(
    "asked",
    [
        facts(steps=50),
        facts(steps=4),
        facts(variations=8),
        facts(pixels=640 * 640),
        facts(pixels=256 * 384),
        facts(guided=False),
        facts(controls=1),
    ],
    ids=["steps", "few steps", "variations", "larger", "smaller", "unguided", "a control"],
)
def test_other_settings_are_foreseen_after_three_runs(asked: Facts) -> None:
    assert error(learned(*THREE), asked) < 1.2
    assert error(learned(*THREE, noise=0.05), asked) < 1.25


def test_a_disturbed_run_does_not_count_much() -> None:
    made = learned(facts(), facts(), facts(steps=10))
    slow = truth(facts())
    worse = {name: 6 * value for name, value in slow.timings.items()}
    made.learn(facts(), dataclasses.replace(slow, timings=worse))
    assert error(made, facts()) < 1.2


def test_a_machine_that_became_slower_is_followed() -> None:
    made = learned(*[facts()] * 12)
    slow = truth(facts())
    double = {name: 2 * value for name, value in slow.timings.items()}
    for _ in range(10):
        made.learn(facts(), dataclasses.replace(slow, timings=double))
    found = made.of(facts())
    assert found is not None and 0.8 < found.seconds / double["total"] < 1.2


def test_what_only_some_settings_bring_is_learned_by_its_name() -> None:
    heun = facts(sampler="heun")
    made = learned(*THREE)
    before = error(made, heun)
    for steps in (5, 10, 20):
        made.learn(facts(sampler="heun", steps=steps), truth(facts(sampler="heun", steps=steps)))
    assert before > 1.5 and error(made, heun) < 1.2 and error(made, facts()) < 1.2


def test_another_model_of_the_family_is_foreseen_from_the_first() -> None:
    large = facts(weights=3 * 10**9)
    assert error(learned(*THREE), large) < 1.4
    assert learned(*THREE).of(facts(family="other")) is None
    assert Forecasts(None).of(facts()) is None


def test_memory_and_loading_are_part_of_it() -> None:
    made = learned(*THREE)
    found = made.of(facts(steps=7))
    assert found is not None and 0.8 < found.memory / truth(facts()).peak_bytes < 1.2
    made.learn(facts(), truth(facts(), load=30.0))
    warm, cold = made.of(facts()), made.of(facts(), loaded=False)
    assert warm is not None and cold is not None and 25 < cold.seconds - warm.seconds < 35


def test_the_device_that_ran_last_counts() -> None:
    made = learned(*THREE)
    slow = truth(facts())
    parts = {name: 50 * value for name, value in slow.timings.items()}
    made.learn(facts(), dataclasses.replace(slow, timings=parts, device="CPU"))
    found = made.of(facts())
    assert found is not None and found.seconds > 20 * slow.timings["total"]


def test_they_are_kept_between_programs_and_damage_is_no_error(home: Path) -> None:
    file = home / "data" / "forecast.json"
    first = kept_forecasts()
    told: list[int] = []
    first.changed.connect(lambda: told.append(1))
    for run in THREE:
        first.learn(run, truth(run))
    again = kept_forecasts()
    assert again.runs == first.runs and again.of(facts()) == first.of(facts())
    assert len(told) == 3 and "/" not in file.read_text()
    for damage in ("", "[]", '{"version": 99, "runs": []}', '{"version": 1, "runs": [{}]}'):
        file.write_text(damage)
        assert kept_forecasts().runs == []
    rows = [dataclasses.asdict(run) for run in first.runs]
    rows[0]["step"] = float("nan")
    file.write_text(json.dumps({"version": 1, "runs": rows}))
    assert kept_forecasts().runs == []
    for _ in range(KEPT + 5):
        again.runs.append(first.runs[0])
    again.learn(facts(), truth(facts()))
    assert len(again.runs) == KEPT == len(kept_forecasts().runs)


def test_the_facts_are_those_of_the_work_that_is_done() -> None:
    spec = identify("starter")
    sampling = Sampling(steps=20, denoise=0.6, cfg_scale=1.0, variations=3)
    request = EditRequest(
        task=Task.REPLACE, prompt="x", region=Rect(0, 0, 512, 256), sampling=sampling
    )
    found = facts_of_request(spec, request)
    assert (found.steps, found.variations, found.guided) == (12, 3, False)
    assert found.pixels == pytest.approx(spec.native_size**2, rel=0.1)
    assert found.weights == spec.parameters
    again = facts_of_request(spec, request.replace(task=Task.FILL))
    assert again.steps == 20, "only replacing leaves steps out"


def test_the_texts_are_short() -> None:
    times = [duration_text(n) for n in (0.42, 9.94, 9.96, 99, 100, 5900, 9000)]
    assert times == ["0.4 s", "9.9 s", "10 s", "99 s", "2 min", "98 min", "2.5 h"]
    assert [memory_text(n) for n in (0, 350e6, 999.6e6, 1.16e9)] == [
        "",
        "350 MB",
        "1.0 GB",
        "1.2 GB",
    ]


def test_a_result_counts_although_its_model_has_gone_meanwhile(tmp_path: Path) -> None:
    shared = Shared(InlineRunner(lambda *_: None), Settings(None), tmp_path)
    result = truth(facts())
    gone = dataclasses.replace(result, request=result.request.replace(model=str(tmp_path / "x")))
    shared.queue.finished.emit(Job(gone.request, "x"), gone)
    assert shared.forecasts.runs == []
    shared.queue.finished.emit(Job(result.request, "x"), result)
    assert len(shared.forecasts.runs) == 1 and shared.forecasts.in_memory == "starter"
