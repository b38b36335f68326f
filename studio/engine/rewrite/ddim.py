"""Deterministic DDIM, towards the picture and back (Song et al. 2020).

https://arxiv.org/abs/2010.02502, equation 12 with sigma 0: z' = sqrt(a') x + sqrt(1 - a') e, where
x and e are the predicted x0 and noise for z, and a is the cumulative product of alphas. Since x
and e are linear in z and in the network's output, so is z'.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch

from studio.engine.scheduling import make_scheduler


@dataclass(frozen=True, slots=True)
class Step:
    """One step: z' = ``keep`` z + ``add`` f(z, ``time``), and x = ``clean_keep`` z + ... likewise.

    ``time`` is the timestep at which the network f is evaluated, the noisier end of the step;
    ``sigma`` is the standard deviation of its noise over that of the clean latents.
    """

    time: int
    sigma: float
    keep: float
    add: float
    clean_keep: float
    clean_add: float

    def down(self, latents: torch.Tensor, output: torch.Tensor) -> torch.Tensor:
        """Return the latents one step nearer to the picture; any shape."""
        return self.keep * latents + self.add * output

    def up(self, latents: torch.Tensor, output: torch.Tensor) -> torch.Tensor:
        """Return the latents that ``down`` with the same output maps to these."""
        return (latents - self.add * output) / self.keep

    def clean(self, latents: torch.Tensor, output: torch.Tensor) -> torch.Tensor:
        """Return the predicted x0."""
        return self.clean_keep * latents + self.clean_add * output


def ddim_steps(config: Mapping[str, Any], count: int) -> tuple[Step, ...]:
    """Return ``count`` steps from noise to picture; ``config`` is a scheduler_config.json."""
    scheduler = make_scheduler(config, "ddim", "normal")
    scheduler.set_timesteps(count)
    times = [int(time) for time in scheduler.timesteps]
    signals = [float(scheduler.alphas_cumprod[time]) for time in times]
    signals.append(float(scheduler.final_alpha_cumprod))
    kind = str(scheduler.config.prediction_type)
    return tuple(
        _step(time, here, after, kind)
        for time, here, after in zip(times, signals[:-1], signals[1:], strict=True)
    )


def _step(time: int, here: float, after: float, kind: str) -> Step:
    """Return the step between two cumulative alphas (``here`` < ``after``) of a prediction type."""
    signal, noise = math.sqrt(here), math.sqrt(1 - here)
    if kind == "v_prediction":
        # Salimans and Ho 2022, https://arxiv.org/abs/2202.00512: v = sqrt(a) e - sqrt(1 - a) x.
        clean, noisy = (signal, -noise), (noise, signal)
    elif kind == "sample":
        clean, noisy = (0.0, 1.0), (1 / noise, -signal / noise)
    else:
        clean, noisy = (1 / signal, -noise / signal), (0.0, 1.0)
    wanted, rest = math.sqrt(after), math.sqrt(1 - after)
    return Step(
        time=time,
        sigma=noise / signal,
        keep=wanted * clean[0] + rest * noisy[0],
        add=wanted * clean[1] + rest * noisy[1],
        clean_keep=clean[0],
        clean_add=clean[1],
    )
