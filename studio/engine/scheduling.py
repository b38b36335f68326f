"""Creates diffusers schedulers from the sampler table and a model's noise schedule."""

from __future__ import annotations

import importlib
import inspect
import math
from collections.abc import Mapping
from typing import Any

import torch
from diffusers import DDIMScheduler
from diffusers.schedulers.scheduling_ddim import rescale_zero_terminal_snr

from studio.catalog.samplers import SAMPLERS, SCHEDULES, usable_schedule
from studio.core.errors import StudioError
from studio.engine.device import known_warnings

FROM_MODEL = (
    "num_train_timesteps",
    "beta_start",
    "beta_end",
    "beta_schedule",
    "trained_betas",
    "prediction_type",
    "rescale_betas_zero_snr",
    "timestep_spacing",
)
"""Entries of a scheduler configuration that belong to the model, not to the sampler."""


BETAS = ("num_train_timesteps", "beta_start", "beta_end", "beta_schedule", "trained_betas")
"""Entries of a scheduler configuration that define the noise of each training step."""


def make_scheduler(
    config: Mapping[str, Any], sampler: str, schedule: str, steps: int | None = None
) -> Any:
    """Return a new diffusers scheduler; StudioError for an unknown sampler or schedule.

    ``config`` is the model's scheduler_config.json. A schedule that the sampler does not support is
    replaced by the sampler's first one (``usable_schedule``). If ``steps`` is 1 the schedule is
    ignored: the single step goes from pure noise to the picture.
    """
    if sampler not in SAMPLERS or schedule not in SCHEDULES:
        raise StudioError(
            "There is no sampler {sampler} with schedule {schedule}.",
            "Choose one from the list.",
            sampler=sampler,
            schedule=schedule,
        )
    spec = SAMPLERS[sampler]
    module, name = spec.scheduler.rsplit(".", 1)
    cls = getattr(importlib.import_module(module), name)
    options = {key: config[key] for key in FROM_MODEL if config.get(key) is not None}
    if "timestep_spacing" not in options:
        # As "Automatic" in A1111: DDIM uses leading timesteps, the others linspace.
        options["timestep_spacing"] = "leading" if sampler in ("ddim", "lcm") else "linspace"
    options["steps_offset"] = 1
    options.update(spec.options)
    options.update(SCHEDULES[usable_schedule(sampler, schedule)].options)
    if steps == 1:
        spaced = SCHEDULES[schedule].options
        options = {name: value for name, value in options.items() if name not in spaced}
        options["timestep_spacing"] = "trailing"
    known = inspect.signature(cls.__init__).parameters
    if options.get("rescale_betas_zero_snr") and "rescale_betas_zero_snr" not in known:
        options["trained_betas"] = _zero_snr_betas(options)
    with known_warnings():
        return cls(**{key: value for key, value in options.items() if key in known})


def _zero_snr_betas(options: Mapping[str, Any]) -> list[float]:
    """Return betas whose last step is pure noise, for schedulers that do not rescale them.

    Lin et al. 2023, https://arxiv.org/abs/2305.08891, algorithm 1. As in diffusers' Euler, the last
    cumulative alpha is 2**-24 instead of 0, so that its sigma is finite.
    """
    betas: Any = DDIMScheduler(**{name: options[name] for name in BETAS if name in options}).betas
    shares = torch.cumprod(1 - rescale_zero_terminal_snr(betas), dim=0)
    shares[-1] = 2**-24
    before = torch.cat([torch.ones(1), shares[:-1]])
    found: list[float] = (1 - shares / before).tolist()
    return found


def start_sampling(
    scheduler: Any, steps: int, device: torch.device, strength: float = 1.0
) -> torch.Tensor:
    """Set a scheduler's timesteps and return those to run, one per call of the network.

    For a ``strength`` below 1 only the last ``steps * strength`` steps are run, as in diffusers'
    image-to-image pipelines.
    """
    scheduler.set_timesteps(steps, device=device)
    made = min(int(steps * strength), steps)
    first = (steps - made) * scheduler.order
    if hasattr(scheduler, "set_begin_index"):
        scheduler.set_begin_index(first)
    timesteps: torch.Tensor = scheduler.timesteps[first:]
    return timesteps


def noise_level(scheduler: Any, timestep: float) -> float:
    """Return sigma of the latents for the next call of the network, at ``timestep``.

    Sigma is the standard deviation of the noise over that of the clean latents.
    """
    if not hasattr(scheduler, "sigmas"):
        signal = float(scheduler.alphas_cumprod[int(timestep)])
        return math.sqrt(max(1 - signal, 0.0) / max(signal, 1e-12))
    midpoint = _midpoint(scheduler)
    if midpoint is not None:
        return midpoint
    index = scheduler.step_index
    return float(scheduler.sigmas[scheduler.begin_index or 0 if index is None else index])


def _midpoint(scheduler: Any) -> float | None:
    """Return sigma if one of DPM2's schedulers is at the midpoint of a step, else None."""
    if not hasattr(scheduler, "sigmas_interpol") or scheduler.state_in_first_order:
        return None
    # The ancestral one indexes a midpoint by its own step, the other by the next step.
    ancestral = hasattr(scheduler, "sigmas_up")
    return float(scheduler.sigmas_interpol[scheduler.step_index - (1 if ancestral else 0)])


def with_noise(
    scheduler: Any, latents: torch.Tensor, noise: torch.Tensor, timestep: torch.Tensor
) -> torch.Tensor:
    """Return clean ``latents`` at the noise level of the next call of the network, at ``timestep``.

    All tensors (n, channels, h, w). At the midpoint of a step of DPM2 ``add_noise`` uses the noise
    level of its end, which differs from that of the latents being sampled.
    """
    midpoint = _midpoint(scheduler)
    if midpoint is not None:
        return latents + noise * midpoint
    noisy: torch.Tensor = scheduler.add_noise(latents, noise, timestep.reshape(1))
    return noisy


class Stepper:
    """Takes the steps of a scheduler; random noise comes from ``generator``."""

    def __init__(self, scheduler: Any, generator: Any) -> None:
        known = inspect.signature(scheduler.step).parameters
        # Deterministic, as by default in diffusers' pipelines.
        self._options = {"eta": 0.0} if "eta" in known else {}
        if "generator" in known:
            self._options["generator"] = generator
        self._scheduler = scheduler

    def __call__(
        self, prediction: torch.Tensor, timestep: Any, latents: torch.Tensor, sigma: float
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the latents of the next call and predicted x0, (n, channels, h, w) each.

        ``sigma`` is the ``noise_level`` of ``latents``. Noisy latents show the picture only in the
        last steps, predicted x0 from the first.
        """
        output = self._scheduler.step(
            prediction, timestep, latents, **self._options, return_dict=True
        )
        clean = getattr(output, "pred_original_sample", None)
        if clean is None:
            clean = getattr(output, "denoised", None)
        if clean is None:
            kind = self._scheduler.config.prediction_type
            clean = predicted_x0(prediction, latents, sigma, kind)
        return output.prev_sample, clean


def predicted_x0(
    prediction: torch.Tensor, latents: torch.Tensor, sigma: float, kind: str
) -> torch.Tensor:
    """Return predicted x0 from a prediction for variance-preserving latents.

    ``kind`` is "epsilon", "v_prediction" (Salimans and Ho 2022, https://arxiv.org/abs/2202.00512)
    or "sample".
    """
    if kind == "sample":
        return prediction
    signal = 1 / math.sqrt(1 + sigma * sigma)
    noise = sigma * signal
    if kind == "v_prediction":
        return signal * latents - noise * prediction
    return (latents - noise * prediction) / signal
