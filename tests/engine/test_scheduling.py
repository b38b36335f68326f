"""Every row of the sampler table is a real scheduler that reaches a clean picture."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from studio.catalog.samplers import SAMPLERS
from studio.core.errors import StudioError
from studio.engine.device import known_warnings
from studio.engine.scheduling import make_scheduler, watch

BASE = {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear"}
PAIRS = [(row.id, schedule) for row in SAMPLERS.values() for schedule in row.schedules]


def sample(scheduler: Any, prediction: str, steps: int, target: torch.Tensor) -> Any:
    """Run ``scheduler`` with a model that knows the clean picture; returns what came out."""
    seen: list[torch.Tensor] = []
    watch(scheduler, seen.append)
    scheduler.set_timesteps(steps)
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(target.shape, generator=generator) * scheduler.init_noise_sigma
    for t in scheduler.timesteps:
        scaled = scheduler.scale_model_input(x, t)
        alpha = scheduler.alphas_cumprod[int(t)] if float(t).is_integer() else None
        if alpha is None:
            low = scheduler.alphas_cumprod[int(t)]
            high = scheduler.alphas_cumprod[min(int(t) + 1, 999)]
            alpha = low + (high - low) * (float(t) % 1)
        noise = (scaled - alpha.sqrt() * target) / (1 - alpha).sqrt()
        velocity = alpha.sqrt() * noise - (1 - alpha).sqrt() * target
        output = noise if prediction == "epsilon" else velocity
        step = {"generator": generator} if "generator" in scheduler.step.__code__.co_names else {}
        x = scheduler.step(output, t, x, **step, return_dict=False)[0]
    return x, seen


@pytest.mark.parametrize("prediction", ["epsilon", "v_prediction"])
@pytest.mark.parametrize(("sampler", "schedule"), PAIRS)
def test_with_a_perfect_model_it_arrives(sampler: str, schedule: str, prediction: str) -> None:
    spacing = "trailing" if prediction == "v_prediction" else "leading"
    config = {**BASE, "prediction_type": prediction, "timestep_spacing": spacing}
    scheduler = make_scheduler(config, sampler, schedule)
    assert scheduler.config.prediction_type == prediction
    target = torch.linspace(-1, 1, 64).reshape(1, 1, 8, 8)
    with known_warnings():
        result, seen = sample(scheduler, prediction, 10, target)
    assert torch.isfinite(result).all()
    assert (result - target).abs().mean() < 0.1
    # What the preview shows is the clean picture from the first step on.
    assert len(seen) == 10
    assert (seen[0] - target).abs().mean() < 0.35
    assert (seen[-1] - target).abs().mean() < 0.1


def test_schedules_space_the_noise_levels_differently() -> None:
    levels = {}
    for schedule in SAMPLERS["euler"].schedules:
        scheduler = make_scheduler(BASE, "euler", schedule)
        with known_warnings():
            scheduler.set_timesteps(8)
        levels[schedule] = tuple(scheduler.sigmas.tolist())
    assert len(set(levels.values())) == len(levels)


def test_the_models_own_spacing_stays_unless_the_schedule_says_otherwise() -> None:
    config = {**BASE, "timestep_spacing": "trailing"}
    assert make_scheduler(config, "ddim", "normal").config.timestep_spacing == "trailing"
    assert make_scheduler(BASE, "ddim", "sgm_uniform").config.timestep_spacing == "trailing"
    assert make_scheduler(BASE, "ddim", "normal").config.timestep_spacing == "leading"


def test_unknown_names_are_refused() -> None:
    for pair in (("nonsense", "normal"), ("ddim", "nonsense")):
        with pytest.raises(StudioError):
            make_scheduler(BASE, *pair)
