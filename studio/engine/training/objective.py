"""The loss of a training: the error of the prediction, weighted and masked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from diffusers import DDPMScheduler

OUTSIDE = 0.1
"""Weight of the background in a masked loss: enough to keep whole pictures coherent."""


def noise_schedule(config: Mapping[str, Any]) -> Any:
    """Return the noise schedule with which the model was trained."""
    return DDPMScheduler.from_config(dict(config))


def target_of(
    schedule: Any, latents: torch.Tensor, noise: torch.Tensor, times: torch.Tensor
) -> torch.Tensor:
    """Return the prediction target: the noise, the clean latents, or the velocity
    v = a e - s x (Salimans and Ho 2022, https://arxiv.org/abs/2202.00512, section 4)."""
    if schedule.config.prediction_type == "v_prediction":
        velocity: torch.Tensor = schedule.get_velocity(latents, noise, times)
        return velocity
    return latents if schedule.config.prediction_type == "sample" else noise


def snr_weights(schedule: Any, times: torch.Tensor, gamma: float) -> torch.Tensor:
    """Return the min-SNR weight of each timestep, (n,) float32.

    Hang et al. 2023 (https://arxiv.org/abs/2303.09556), section 3.4: min(SNR, gamma) for the clean
    picture, which is min(SNR, gamma) / SNR for predicted noise and min(SNR, gamma) / (SNR + 1) for
    predicted velocity. ``gamma`` 0 weights all equally.
    """
    if gamma <= 0:
        return torch.ones(len(times), device=times.device)
    signal = schedule.alphas_cumprod.to(times.device)[times].float()
    snr = signal / (1 - signal)
    per = {"sample": torch.ones_like(snr), "v_prediction": snr + 1}
    weights: torch.Tensor = snr.clamp(max=gamma) / per.get(schedule.config.prediction_type, snr)
    return weights


def mask_weights(masks: torch.Tensor) -> torch.Tensor:
    """Return the weight of each position for ``masks`` (n, 1, h, w) in 0..1, in the same shape.

    The mean of a picture is 1, so that a small subject is learned as fast as a large one.
    """
    weights = OUTSIDE + (1 - OUTSIDE) * masks
    mean: torch.Tensor = weights.mean(dim=(1, 2, 3), keepdim=True)
    return weights / mean


def weighted_error(
    predicted: torch.Tensor,
    target: torch.Tensor,
    weights: torch.Tensor,
    places: torch.Tensor | None = None,
) -> torch.Tensor:
    """Return the weighted mean squared error, (), in float32.

    ``predicted`` and ``target`` are (n, c, h, w), ``weights`` (n,), ``places`` (n, 1, h, w) or None
    for equal weights.
    """
    error = (predicted.float() - target.float()) ** 2
    if places is not None:
        error = error * places
    return (error.mean(dim=(1, 2, 3)) * weights).mean()
