"""Every row of the sampler table is a real scheduler that reaches a clean picture."""

from __future__ import annotations

import importlib
import inspect
from typing import Any

import pytest
import torch

from studio.catalog.samplers import SAMPLERS, SCHEDULES
from studio.core.errors import StudioError
from studio.engine.device import known_warnings
from studio.engine.scheduling import Stepper, make_scheduler, noise_level, start_sampling

BASE = {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear"}
PAIRS = [(row.id, schedule) for row in SAMPLERS.values() for schedule in row.schedules]


def sample(scheduler: Any, prediction: str, steps: int, target: torch.Tensor) -> Any:
    """Run ``scheduler`` with a model that knows the clean picture.

    Returns what came out and predicted x0 after each call of the model.
    """
    timesteps = start_sampling(scheduler, steps, torch.device("cpu"))
    generator = torch.Generator().manual_seed(0)
    stepper = Stepper(scheduler, generator)
    x = torch.randn(target.shape, generator=generator) * scheduler.init_noise_sigma
    seen = []
    for t in timesteps:
        sigma = noise_level(scheduler, float(t))
        scaled = scheduler.scale_model_input(x, t)
        alpha = torch.tensor(1 / (1 + sigma**2))
        noise = (scaled - alpha.sqrt() * target) / (1 - alpha).sqrt()
        velocity = alpha.sqrt() * noise - (1 - alpha).sqrt() * target
        x, clean = stepper(noise if prediction == "epsilon" else velocity, t, x, sigma)
        seen.append(clean)
    return x, seen


CONFIGS = {
    "epsilon": {**BASE, "prediction_type": "epsilon", "timestep_spacing": "leading"},
    "v_prediction": {**BASE, "prediction_type": "v_prediction", "timestep_spacing": "trailing"},
    "zero terminal SNR": {
        **BASE,
        "prediction_type": "v_prediction",
        "timestep_spacing": "trailing",
        "rescale_betas_zero_snr": True,
    },
}


@pytest.mark.parametrize("steps", [1, 2, 10])
@pytest.mark.parametrize("kind", CONFIGS)
@pytest.mark.parametrize(("sampler", "schedule"), PAIRS)
def test_with_a_perfect_model_it_arrives(
    sampler: str, schedule: str, kind: str, steps: int
) -> None:
    config = CONFIGS[kind]
    scheduler = make_scheduler(config, sampler, schedule, steps)
    assert scheduler.config.prediction_type == config["prediction_type"]
    target = torch.linspace(-1, 1, 64).reshape(1, 1, 8, 8)
    with known_warnings():
        result, seen = sample(scheduler, str(config["prediction_type"]), steps, target)
    assert torch.isfinite(result).all()
    assert (result - target).abs().mean() < 0.1
    calls = SAMPLERS[sampler].calls
    assert scheduler.order == calls
    assert len(seen) == calls * steps - (calls - 1)
    # Predicted x0, which previews show, is the clean picture from the first step on: so the noise
    # level that was given is that of the latents in every call.
    for clean in seen:
        assert (clean - target).abs().mean() < 0.01


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_a_sampler_has_each_schedule_that_its_class_knows_and_no_other(sampler: str) -> None:
    levels = {}
    for schedule, row in SCHEDULES.items():
        if schedule in SAMPLERS[sampler].schedules:
            scheduler = make_scheduler(BASE, sampler, schedule)
            with known_warnings():
                scheduler.set_timesteps(8)
            levels[schedule] = tuple(scheduler.timesteps.tolist())
        else:
            module, _, name = SAMPLERS[sampler].scheduler.rpartition(".")
            known = inspect.signature(getattr(importlib.import_module(module), name)).parameters
            # TCD and LCM take their steps from those that their model was distilled for.
            assert sampler in ("tcd", "lcm") or not set(row.options) & set(known)
    assert len(set(levels.values())) == len(levels)


@pytest.mark.parametrize(("sampler", "schedule"), PAIRS)
def test_the_last_training_step_is_pure_noise_if_the_model_says_so(
    sampler: str, schedule: str
) -> None:
    scheduler = make_scheduler(CONFIGS["zero terminal SNR"], sampler, schedule)
    assert float(scheduler.alphas_cumprod[-1]) < 1e-7


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
