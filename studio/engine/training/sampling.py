"""Samples pictures of a subject with fixed seeds during its training."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from studio.catalog.model_spec import ModelSpec
from studio.core.errors import StudioError
from studio.core.progress import Progress
from studio.edit.training import Pixels
from studio.engine.latent_diffusion.model import UNetModel
from studio.engine.latent_diffusion.pictures import decode
from studio.engine.training.learner import Learner

STEPS = 12
"""DDIM steps per sample picture."""

SUBJECT_PROMPTS = (
    "a photo of {subject}",
    "{subject} on a blue background",
    "{subject} on a white background",
    "a photo of {subject}",
)
"""The prompts of the sample grid; each has a seed of its own."""


def guidance_scale(spec: ModelSpec) -> float:
    """Return the guidance scale for sample pictures: the model's first one that uses guidance."""
    scale = spec.first_settings.cfg_scale
    return scale if scale > 1 else spec.defaults.cfg_scale


def sample(
    loaded: UNetModel,
    model: Learner,
    prompts: Sequence[str],
    side: int,
    seed: int,
    progress: Progress,
) -> Pixels:
    """Return one picture per prompt, (n, side, side, 3) uint8; picture i has seed + i.

    Can be cancelled within one step; StudioError if the latents are not finite.
    """
    with torch.no_grad():
        conditions = (model.encode(prompts), model.encode([""] * len(prompts)))

        def after_step(pipeline: Any, step: int, time: Any, values: dict[str, Any]) -> Any:
            progress.check()
            return values

        generators = [torch.Generator("cpu").manual_seed(seed + i) for i in range(len(prompts))]
        latents = model.family.sample(loaded, model.unet, conditions, side, generators, after_step)
        if not torch.isfinite(latents).all():
            raise StudioError(
                "The training has diverged: its samples are not pictures.",
                "Lower the learning rate and start again.",
            )
        made = []
        for one in latents:
            made.append(decode(loaded, one[None]))
            progress.check()
    return np.stack(made)
