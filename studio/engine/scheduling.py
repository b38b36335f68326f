"""Diffusers schedulers made from the sampler table and a model's own noise schedule."""

from __future__ import annotations

import functools
import importlib
import inspect
from collections.abc import Callable, Mapping
from typing import Any

import torch

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
"""What belongs to the model, not to the sampler."""


def make_scheduler(config: Mapping[str, Any], sampler: str, schedule: str) -> Any:
    """Return a new diffusers scheduler; StudioError for a sampler or schedule that is not known.

    ``config`` is the model's scheduler_config.json. A schedule that the sampler does not have
    becomes the sampler's first one (``usable_schedule``).
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
        # What A1111 calls Automatic: DDIM counts from the front, the others spread evenly.
        options["timestep_spacing"] = "leading" if sampler in ("ddim", "lcm") else "linspace"
    options["steps_offset"] = 1
    options.update(spec.options)
    options.update(SCHEDULES[usable_schedule(sampler, schedule)].options)
    known = inspect.signature(cls.__init__).parameters
    with known_warnings():
        return cls(**{key: value for key, value in options.items() if key in known})


def watch(scheduler: Any, sink: Callable[[torch.Tensor], None]) -> None:
    """Hand ``sink`` the clean picture (scaled latents) that each step of ``scheduler`` foresees.

    Noisy latents show the picture only in the last steps, the foreseen one from the first on.
    """
    step = scheduler.step

    @functools.wraps(step)
    def observed(*args: Any, **kwargs: Any) -> tuple[torch.Tensor]:
        output = step(*args, **{**kwargs, "return_dict": True})
        clean = getattr(output, "pred_original_sample", None)
        if clean is None:
            clean = getattr(output, "denoised", None)
        if clean is None:
            # The multistep solvers keep their latest prediction of the clean picture here.
            kept = getattr(scheduler, "model_outputs", None) or [None]
            clean = kept[-1]
        if clean is None:
            clean = _foreseen(scheduler, *args[:3])
        sink(output.prev_sample if clean is None else clean)
        return (output.prev_sample,)

    scheduler.step = observed


def _foreseen(
    scheduler: Any, made: torch.Tensor, step: Any, latents: torch.Tensor
) -> torch.Tensor | None:
    """Return the clean latents of a scheduler that keeps them to itself, as TCD does."""
    if not hasattr(scheduler, "alphas_cumprod") or hasattr(scheduler, "sigmas"):
        return None
    signal = scheduler.alphas_cumprod.to(latents.device)[int(step)]
    if scheduler.config.prediction_type == "v_prediction":
        clean: torch.Tensor = signal.sqrt() * latents - (1 - signal).sqrt() * made
    else:
        clean = (latents - (1 - signal).sqrt() * made) / signal.sqrt()
    return clean
