"""The denoising loop equals diffusers' own pipelines, bit for bit, with every sampler."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from conftest import MakeRequest
from diffusers import StableDiffusionInpaintPipeline, StableDiffusionPipeline
from latents import sampled

from studio.catalog.samplers import SAMPLERS
from studio.core.progress import Progress
from studio.edit.request import EditRequest, Task
from studio.engine.device import known_warnings
from studio.engine.engine import Engine
from studio.engine.families.stable_diffusion.prompts import encode_prompts
from studio.engine.latent_diffusion.job import prepare
from studio.engine.latent_diffusion.pipelines import make_pipeline
from studio.engine.scheduling import make_scheduler

PAIRS = [(row.id, schedule) for row in SAMPLERS.values() for schedule in row.schedules]


def stock(loaded: Any, request: EditRequest) -> torch.Tensor:
    """Return the latents of diffusers' pipeline for the task, with the same parts and scheduler."""
    sampling = request.sampling
    with torch.no_grad(), known_warnings():
        job = prepare(loaded, request, Progress(), [], encode_prompts)
        positive, negative = job.prompts
        config = loaded.networks.scheduler_config
        scheduler = make_scheduler(config, sampling.sampler, sampling.schedule)
        cls = StableDiffusionInpaintPipeline if job.masking else StableDiffusionPipeline
        output: torch.Tensor = make_pipeline(cls, loaded, scheduler, job.unet)(
            prompt_embeds=positive.text,
            negative_prompt_embeds=None if negative is None else negative.text,
            **job.masking,
            width=job.width,
            height=job.height,
            num_inference_steps=sampling.steps,
            guidance_scale=sampling.cfg_scale,
            generator=[torch.Generator("cpu").manual_seed(sampling.seed)],
            output_type="latent",
            return_dict=False,
        )[0]
    return output


@pytest.mark.parametrize("task", [Task.GENERATE, Task.FILL, Task.REPLACE])
@pytest.mark.parametrize(("sampler", "schedule"), PAIRS)
def test_it_equals_the_stock_pipeline(
    engine: Engine, ask: MakeRequest, tiny: Path, sampler: str, schedule: str, task: Task
) -> None:
    sampling = {"sampler": sampler, "schedule": schedule, "steps": 5, "denoise": 0.7}
    request = ask(task, sampling=sampling)
    engine.warm_up(str(tiny))
    loaded: Any = engine.residency.loaded
    assert torch.equal(sampled(loaded, request), stock(loaded, request))


@pytest.mark.parametrize("cfg", [1.0, 5.0])
@pytest.mark.parametrize("kind", ["tiny_fill", "tiny_inpaint"])
@pytest.mark.parametrize("task", [Task.FILL, Task.REPLACE])
def test_nine_channels_equal_the_stock_pipeline_too(
    engine: Engine, ask: MakeRequest, request: pytest.FixtureRequest, kind: str, task: Task,
    cfg: float,
) -> None:  # fmt: skip
    folder: Path = request.getfixturevalue(kind)
    sampling = {"sampler": "dpmpp_2m", "steps": 4, "denoise": 0.6, "cfg_scale": cfg}
    asked = ask(task, model=str(folder), sampling=sampling)
    engine.warm_up(str(folder))
    loaded: Any = engine.residency.loaded
    assert torch.equal(sampled(loaded, asked), stock(loaded, asked))
