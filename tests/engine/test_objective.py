"""What a training makes smaller, by what the model predicts."""

from __future__ import annotations

import pytest
import torch
from diffusers import DDPMScheduler

from studio.engine.training.objective import snr_weights, target_of


@pytest.mark.parametrize("kind", ["epsilon", "v_prediction", "sample"])
def test_target_and_weight_mean_the_same_for_each_prediction(kind: str) -> None:
    """Min-SNR weights the error of the clean latents by min(SNR, gamma), whatever is predicted."""
    schedule = DDPMScheduler(prediction_type=kind)
    generator = torch.Generator().manual_seed(1)
    latents, noise, wrong = (torch.randn(6, 4, 2, 2, generator=generator) for _ in range(3))
    times = torch.tensor([1, 50, 200, 500, 800, 990])
    signal = schedule.alphas_cumprod[times].view(-1, 1, 1, 1)
    noisy = schedule.add_noise(latents, noise, times)
    # Somebody is wrong about the clean latents, and says so in each of the three ways.
    clean = latents + 0.1 * wrong
    heard = (noisy - signal.sqrt() * clean) / (1 - signal).sqrt()
    said = {
        "sample": clean,
        "epsilon": heard,
        "v_prediction": signal.sqrt() * heard - (1 - signal).sqrt() * clean,
    }[kind]
    error = ((said - target_of(schedule, latents, noise, times)) ** 2).mean(dim=(1, 2, 3))
    found = error * snr_weights(schedule, times, 5.0)
    snr = (signal / (1 - signal)).flatten()
    wanted = snr.clamp(max=5.0) * ((0.1 * wrong) ** 2).mean(dim=(1, 2, 3))
    assert torch.allclose(found, wanted, rtol=1e-3)
