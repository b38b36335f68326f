"""Pictures of a subject by fixed seeds while it is learned."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from diffusers import StableDiffusionPipeline

from studio.core.errors import StudioError
from studio.core.progress import Progress
from studio.edit.training import Pixels
from studio.engine.latent_diffusion.model import UNetModel
from studio.engine.latent_diffusion.pictures import decode
from studio.engine.latent_diffusion.pipelines import make_pipeline
from studio.engine.scheduling import make_scheduler
from studio.engine.training.learner import Learner

STEPS = 12

SUBJECT_PROMPTS = (
    "a photo of {subject}",
    "{subject} on a blue background",
    "{subject} on a white background",
    "a photo of {subject}",
)
"""What the sample grid asks for; each has a seed of its own."""


def sample(
    loaded: UNetModel,
    model: Learner,
    prompts: Sequence[str],
    side: int,
    seed: int,
    progress: Progress,
) -> Pixels:
    """Return one picture a prompt, (n, side, side, 3) uint8; picture i has seed + i.

    Cancelled within one step; StudioError where the numbers grew beyond all bounds.
    """
    scheduler = make_scheduler(loaded.networks.scheduler_config, "ddim", "normal")
    pipeline = make_pipeline(StableDiffusionPipeline, loaded, scheduler, model.unet)
    scale = loaded.spec.first_settings.cfg_scale
    scale = scale if scale > 1 else loaded.spec.defaults.cfg_scale
    with torch.no_grad():
        positive = model.texts(prompts)
        negative = model.texts([""] * len(prompts))

        def after_step(pipeline: Any, step: int, time: Any, values: dict[str, Any]) -> Any:
            progress.check()
            return values

        latents = pipeline(
            prompt_embeds=positive,
            negative_prompt_embeds=negative,
            width=side,
            height=side,
            num_inference_steps=STEPS,
            guidance_scale=scale,
            generator=[torch.Generator("cpu").manual_seed(seed + i) for i in range(len(prompts))],
            output_type="latent",
            return_dict=False,
            callback_on_step_end=after_step,
        )[0]
        if not torch.isfinite(latents).all():
            raise StudioError(
                "The training no longer makes sense: what it paints is no picture.",
                "Lower the learning rate and start again.",
            )
        made = []
        for one in latents:
            made.append(decode(loaded, one[None]))
            progress.check()
    return np.stack(made)
