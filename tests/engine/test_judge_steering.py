"""Classifier guidance: a judge changes the steps, by the formulas of the field, and only then."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from diffusers import DDIMScheduler, EulerDiscreteScheduler, FlowMatchEulerDiscreteScheduler
from torch import Tensor

from studio.catalog import judges
from studio.catalog.families.spec import Capability
from studio.catalog.families.steered import has_starter_latents, steering
from studio.catalog.families.table import FAMILIES
from studio.catalog.judges import judge_labels
from studio.catalog.models import STARTER, identify
from studio.catalog.steering import (
    BY_LATENTS,
    BY_PICTURE,
    STEERING_SETTINGS,
    Steering,
    idle_steering,
)
from studio.core.errors import Cancelled, StudioError
from studio.core.geometry import Rect
from studio.core.progress import Progress
from studio.edit.request import EditRequest, Sampling, Task
from studio.engine.device import known_warnings
from studio.engine.engine import Engine
from studio.engine.judges.networks import LatentJudge, PictureJudge
from studio.engine.judges.score import Scorer
from studio.engine.pipelines.family import unpack_2x2
from studio.engine.scheduling import predicted_x0
from studio.engine.steering import (
    SHARE,
    NoisyObjective,
    PictureObjective,
    SchedulerSteer,
    Steer,
    judged,
)

SETTINGS = Steering("a lion", 9, 1.0, 0.0, 1.0, BY_PICTURE)
STEPS = 6


class Constant:
    """An objective whose change of predicted x0 is always the same."""

    def __init__(self, change: Tensor) -> None:
        self.change = change

    def gradient(self, scaled: Tensor, clean: Tensor, sigma: float) -> Tensor:
        return self.change


def _steer(change: Tensor, settings: Steering = SETTINGS) -> Steer:
    return Steer(settings, Constant(change))


@pytest.mark.parametrize("kind", ["epsilon", "v_prediction", "sample"])
@pytest.mark.parametrize("sigma", [0.3, 1.0, 6.0])
def test_predicted_x0_changes_by_what_the_judge_wants(kind: str, sigma: float) -> None:
    torch.manual_seed(0)
    latents, output = torch.randn(1, 4, 8, 8), torch.randn(1, 4, 8, 8)
    change = 0.01 * torch.randn(1, 4, 8, 8)
    made = _steer(change).prediction(output, latents, sigma, kind, 0, 1)
    before, after = (predicted_x0(one, latents, sigma, kind) for one in (output, made))
    assert torch.allclose(after - before, change, atol=1e-5)


@pytest.mark.parametrize("time", [0.2, 0.7])
def test_the_velocity_of_rectified_flow_changes_x0_as_well(time: float) -> None:
    torch.manual_seed(0)
    noisy, velocity = torch.randn(1, 4, 8, 8), torch.randn(1, 4, 8, 8)
    change = 0.01 * torch.randn(1, 4, 8, 8)
    made = _steer(change).velocity(velocity, noisy, time, 0, 1)
    assert torch.allclose((noisy - time * made) - (noisy - time * velocity), change, atol=1e-5)


def test_the_noisy_judge_adds_its_gradient_to_the_noise_as_in_the_paper() -> None:
    """Algorithm 2 of Dhariwal and Nichol: epsilon - sqrt(1 - alpha) times the gradient."""
    torch.manual_seed(0)
    judge = LatentJudge(concepts=12).eval()
    latents, noise, sigma = torch.randn(1, 4, 16, 16), torch.randn(1, 4, 16, 16), 1.5
    alpha = 1 / (1 + sigma**2)
    place = latents.clone().requires_grad_(True)
    likely = judge(place, torch.tensor([alpha]))[0].log_softmax(1)[0, 3]
    wanted = noise - (1 - alpha) ** 0.5 * 2.0 * torch.autograd.grad(likely, place)[0]
    settings = replace(SETTINGS, strength=2.0)
    steer = Steer(settings, NoisyObjective(judge, 3))
    assert torch.allclose(
        steer.prediction(noise, latents, sigma, "epsilon", 0, 1), wanted, atol=1e-5
    )


def test_the_clean_judge_likes_the_change() -> None:
    torch.manual_seed(0)
    judge = PictureJudge(concepts=12).eval()
    likely = judged(judge, 5)
    objective = PictureObjective(likely, lambda latents: latents)
    clean = torch.rand(1, 3, 64, 64) - 0.5
    change = objective.gradient(clean, clean, 2.0)
    assert likely(clean + 0.1 * change / change.norm()) > likely(clean)


def test_a_change_is_no_longer_than_its_share_of_the_noise() -> None:
    change = torch.full((1, 4, 8, 8), 1e6)
    noise = torch.zeros(1, 4, 8, 8)
    made = _steer(change).prediction(noise, noise, 2.0, "epsilon", 0, 1)
    assert float(made.norm()) == pytest.approx(SHARE * noise.numel() ** 0.5, rel=1e-4)
    broken = torch.full((1, 4, 8, 8), torch.nan)
    steer = Steer(SETTINGS, PictureObjective(lambda p: (p * broken).sum(), lambda x: x))
    assert torch.equal(steer.prediction(noise, noise, 1.0, "epsilon", 0, 1), noise)


def test_outside_the_interval_the_prediction_is_the_same_object() -> None:
    steer = _steer(torch.ones(1, 4, 8, 8), replace(SETTINGS, start=0.5, end=0.8))
    output = torch.zeros(1, 4, 8, 8)
    made = [steer.prediction(output, output, 1.0, "epsilon", number, 10) for number in range(10)]
    acts = [one is not output for one in made]
    assert acts == [False] * 5 + [True] * 3 + [False] * 2


@pytest.mark.parametrize(
    "scheduler", [DDIMScheduler(), EulerDiscreteScheduler(), FlowMatchEulerDiscreteScheduler()]
)
def test_a_scheduler_is_as_before_after_the_run(scheduler: Any) -> None:
    step = scheduler.step
    start = torch.randn(1, 4, 8, 8)

    def run() -> Tensor:
        with known_warnings():
            scheduler.set_timesteps(4)
        latents = start * float(getattr(scheduler, "init_noise_sigma", 1.0))
        for time in scheduler.timesteps:
            if hasattr(scheduler, "scale_model_input"):
                scheduler.scale_model_input(latents, time)
            latents = scheduler.step(torch.ones_like(latents), time, latents).prev_sample
        return latents

    plain = run()
    steer = SchedulerSteer(_steer(0.05 * torch.ones(1, 4, 8, 8)), lambda latents: latents)
    with steer.attached(scheduler):
        steered = run()
    assert not torch.allclose(steered, plain, atol=1e-3)
    assert scheduler.step == step
    assert torch.equal(run(), plain)


def test_the_interval_counts_the_steps_that_run() -> None:
    """A run that begins in the middle of the noise levels has a beginning of its own."""
    scheduler = DDIMScheduler()
    scheduler.set_timesteps(20)
    settings = replace(SETTINGS, start=0.5, end=1.0)
    steer = SchedulerSteer(_steer(torch.ones(1, 4, 8, 8), settings), lambda latents: latents)
    acts = []
    with steer.attached(scheduler):
        for time in scheduler.timesteps[12:]:
            zero = torch.zeros(1, 4, 8, 8)
            acts.append(bool(scheduler.step(zero, time, zero).prev_sample.any()))
    assert acts == [False] * 4 + [True] * 4


def test_packed_latents_are_steered_like_plain_ones() -> None:
    scheduler = FlowMatchEulerDiscreteScheduler()
    plain = torch.randn(1, 4, 4, 8)
    packed = plain.view(1, 4, 2, 2, 4, 2).permute(0, 2, 4, 1, 3, 5).reshape(1, 8, 16)
    loaded: Any = SimpleNamespace()
    change = 0.05 * torch.randn(1, 4, 4, 8)

    def one(latents: Tensor, unpack: Any) -> Tensor:
        scheduler.set_timesteps(4)
        scheduler._step_index = 1
        steer = SchedulerSteer(_steer(change), unpack)
        with steer.attached(scheduler):
            found: Tensor = scheduler.step(
                torch.zeros_like(latents), scheduler.timesteps[1], latents
            ).prev_sample
        return found

    expected = one(plain, lambda latents: latents)
    found = one(packed, lambda latents: unpack_2x2(loaded, latents, 8, 4))
    assert torch.allclose(unpack_2x2(loaded, found, 8, 4), expected, atol=1e-6)
    assert not torch.allclose(expected, plain * 1.0, atol=1e-3)


# The starter


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    yield Engine("cpu")


def _request(steps: int = STEPS, prompt: str = "a thing", **extras: Any) -> EditRequest:
    return EditRequest(
        task=Task.GENERATE,
        prompt=prompt,
        region=Rect(0, 0, 128, 128),
        model=STARTER,
        sampling=Sampling(
            steps=steps, cfg_scale=1.0, sampler="ddim", schedule="normal", seed=3, extras=extras
        ),
    )


def test_the_judge_sees_what_an_empty_prompt_is_steered_to(engine: Engine) -> None:
    lion = judge_labels().thing("lion")
    assert lion is not None
    wanted = _request(12, "", steer_towards="lion", steer_strength=10.0, steer_by="picture")
    plain = engine.run(_request(12), Progress()).images[0]
    steered = engine.run(wanted, Progress()).images[0]
    seen = Scorer().see(np.stack([plain, steered])).things[:, lion]
    assert seen[1] > 2 * seen[0]


def test_the_judge_of_latents_steers_the_starter_unless_another_is_chosen(engine: Engine) -> None:
    chosen = steering(identify(STARTER), {"steer_towards": "lion"})
    assert chosen is not None
    assert chosen.by == BY_LATENTS
    lion = judge_labels().thing("lion")
    assert lion is not None
    plain = engine.run(_request(8), Progress()).images[0]
    request = _request(8, "", steer_towards="lion", steer_strength=20.0)
    steered = engine.run(request, Progress()).images[0]
    seen = Scorer().see(np.stack([plain, steered])).things[:, lion]
    assert seen[1] > 2 * seen[0]


def test_off_is_bit_identical(engine: Engine) -> None:
    plain = engine.run(_request(3), Progress()).images[0]
    defaults = {one.id: one.default for one in STEERING_SETTINGS}
    for extras in (defaults, {"steer_towards": "lion", "steer_strength": 0.0}):
        assert np.array_equal(engine.run(_request(3, **extras), Progress()).images[0], plain)


def test_a_steered_run_can_be_cancelled(engine: Engine) -> None:
    class Stopped(Progress):
        def check(self) -> None:
            raise Cancelled

    before = engine.run(_request(3), Progress()).images[0]
    with pytest.raises(Cancelled):
        engine.run(_request(3, steer_towards="lion"), Stopped())
    assert np.array_equal(engine.run(_request(3), Progress()).images[0], before)


# What is refused


@pytest.mark.parametrize(
    "extras",
    [
        {"steer_towards": "quantum chromodynamics"},
        {"steer_towards": "?!"},
        {"steer_towards": "x" * 5000},
        {"steer_towards": "lion", "steer_start": 0.8, "steer_end": 0.3},
    ],
)
def test_what_no_judge_knows_is_a_sentence(extras: dict[str, Any]) -> None:
    with pytest.raises(StudioError) as error:
        steering(identify(STARTER), extras)
    assert error.value.hint


def test_a_missing_judge_greys_the_settings_of_every_family(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steered = [row for row in FAMILIES.values() if "steer_towards" in row.names(Capability.SETTING)]
    assert len(steered) > 10
    assert all(row.can(Capability.SETTING, "steer_towards") for row in steered)
    monkeypatch.setattr(judges, "resource", lambda name: tmp_path / name)
    for row in steered:
        assert row.reason(Capability.SETTING, "steer_towards") == judges.NO_JUDGE
    with pytest.raises(StudioError):
        steering(identify(STARTER), {"steer_towards": "lion"})


def test_the_latents_of_the_starter_are_told_from_others(tmp_path: Path) -> None:
    assert has_starter_latents(identify(STARTER))


def test_settings_without_a_target_are_told() -> None:
    assert not idle_steering({})
    assert idle_steering({"steer_strength": 5.0})
    assert not idle_steering({"steer_strength": 5.0, "steer_towards": "lion"})
