"""The latents that the engine samples for a request, to be compared with those of diffusers."""

from __future__ import annotations

from typing import Any

import torch

from studio.core.progress import Progress
from studio.edit.request import EditRequest
from studio.engine.device import known_warnings
from studio.engine.families.stable_diffusion.family import _encode_region
from studio.engine.families.stable_diffusion.prompts import encode_prompts
from studio.engine.families.unet import attach_all
from studio.engine.latent_diffusion.job import denoise, prepare
from studio.engine.steps import StepHook


def sampled(loaded: Any, request: EditRequest, *more: StepHook) -> torch.Tensor:
    """Return the scaled latents (1, 4, h, w) of a request's first seed; ``more`` are innermost."""
    attached = attach_all(loaded, request, Progress(), _encode_region)
    with torch.no_grad(), known_warnings(), attached as parts:
        job = prepare(parts.model, request, Progress(), [], encode_prompts)
        seed, hooks = request.sampling.seed, [*parts.hooks, *more]
        return denoise(parts.model, job, seed, lambda *_: None, Progress(), hooks)
