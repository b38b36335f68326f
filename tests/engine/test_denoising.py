"""The denoising loop equals diffusers' own pipelines, bit for bit, with every sampler."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from conftest import MakeRequest
from diffusers import StableDiffusionInpaintPipeline, StableDiffusionPipeline
from latents import sampled
from test_scheduling import BASE

from studio.catalog.samplers import SAMPLERS
from studio.core.progress import Progress
from studio.edit.request import EditRequest, Task
from studio.engine.device import known_warnings
from studio.engine.engine import Engine
from studio.engine.families.stable_diffusion.prompts import encode_prompts
from studio.engine.latent_diffusion.job import prepare
from studio.engine.latent_diffusion.pipelines import make_pipeline
from studio.engine.scheduling import make_scheduler, noise_level, start_sampling, with_noise

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


MIDPOINTS = ("dpm2", "dpm2_a")
"""Samplers for which diffusers' inpainting pipeline takes a wrong noise level outside the mask."""


RUNS = [
    (sampler, schedule, task, steps)
    for sampler, schedule in PAIRS
    for task, steps in (
        (Task.GENERATE, 2), (Task.GENERATE, 6), (Task.FILL, 2), (Task.REPLACE, 6),
    )
    if sampler not in MIDPOINTS or task is not Task.REPLACE
]  # fmt: skip


@pytest.mark.parametrize(("sampler", "schedule", "task", "steps"), RUNS)
def test_it_equals_the_stock_pipeline(
    engine: Engine, ask: MakeRequest, tiny: Path, tiny_fill: Path, sampler: str, schedule: str,
    task: Task, steps: int,
) -> None:  # fmt: skip
    sampling = {"sampler": sampler, "schedule": schedule, "steps": steps, "denoise": 0.7}
    folder = tiny_fill if sampler in MIDPOINTS else tiny
    request = ask(task, model=str(folder), sampling=sampling)
    engine.warm_up(str(folder))
    loaded: Any = engine.residency.loaded
    found = sampled(loaded, request)
    assert torch.isfinite(found).all()
    assert torch.equal(found, stock(loaded, request))


@pytest.mark.parametrize("task", [Task.GENERATE, Task.REPLACE])
@pytest.mark.parametrize(("sampler", "schedule"), PAIRS)
def test_one_step_makes_a_picture(
    engine: Engine, ask: MakeRequest, sampler: str, schedule: str, task: Task
) -> None:
    sampling = {"sampler": sampler, "schedule": schedule, "steps": 1}
    pixels = engine.run(ask(task, sampling=sampling)).images[0]
    assert pixels.shape == (64, 96, 3) and pixels.std() > 0


@pytest.mark.parametrize("sampler", MIDPOINTS)
def test_the_known_area_has_the_noise_of_the_latents_beside_it(sampler: str) -> None:
    scheduler = make_scheduler(BASE, sampler, "normal")
    with known_warnings():
        timesteps = start_sampling(scheduler, 6, torch.device("cpu"))
    torch.manual_seed(0)
    x = torch.randn(1, 4, 64, 64) * scheduler.init_noise_sigma
    for number, timestep in enumerate(timesteps[:-1]):
        scheduler.scale_model_input(x, timestep)
        # A model that knows the clean picture to be 0: the latents are noise alone.
        noise = x / noise_level(scheduler, float(timestep))
        x = scheduler.step(noise, timestep, x).prev_sample
        known = with_noise(scheduler, torch.zeros(1), torch.ones(1), timesteps[number + 1])
        assert float(known) == pytest.approx(float(x.std()), rel=0.03)


@pytest.mark.parametrize("sampler", [row.id for row in SAMPLERS.values() if row.random])
def test_each_variation_has_the_noise_of_its_seed(
    engine: Engine, ask: MakeRequest, sampler: str
) -> None:
    sampling = {"sampler": sampler, "steps": 3}
    both = engine.run(ask(sampling={**sampling, "variations": 2})).images
    alone = engine.run(ask(sampling={**sampling, "seed": 8})).images[0]
    assert (both[1] == alone).all() and (both[0] != alone).any()


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
