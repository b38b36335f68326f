"""Stable Diffusion XL equals diffusers' own pipelines in every task, bit for bit or to rounding."""

from __future__ import annotations

import copy
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from conftest import MakeRequest
from diffusers import (
    ControlNetModel,
    StableDiffusionXLControlNetInpaintPipeline,
    StableDiffusionXLControlNetPipeline,
    StableDiffusionXLInpaintPipeline,
    StableDiffusionXLPipeline,
)
from PIL import Image
from test_control import write_control
from test_reference import picture, write_adapter
from xl_factory import build_xl, write_scheduler

from studio.core.geometry import Rect
from studio.core.progress import Progress
from studio.edit.request import ControlUse, EditRequest, Pixels, ReferenceUse, RegionUse, Task
from studio.engine.device import known_warnings
from studio.engine.engine import Engine
from studio.engine.families.stable_diffusion_xl.conditioning import (
    encode_prompts,
    encode_region_prompt,
)
from studio.engine.families.unet import attach_all
from studio.engine.latent_diffusion.job import Job, denoise, prepare
from studio.engine.scaling import resize
from studio.engine.scheduling import make_scheduler

V_PREDICTION = {
    "prediction_type": "v_prediction",
    "rescale_betas_zero_snr": True,
    "timestep_spacing": "trailing",
}


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A base model with ControlNet and IP-Adapter, an inpainting and a v-prediction one."""
    root = tmp_path_factory.mktemp("xl")
    base = build_xl(root / "base")
    write_control(base, "canny")
    write_adapter(base, base / "ip_adapter")
    build_xl(root / "inpainting", in_channels=9, seed=1)
    shutil.copytree(base, root / "v")
    write_scheduler(root / "v", **V_PREDICTION)
    return root


def load(engine: Engine, folder: Path) -> Any:
    engine.warm_up(str(folder))
    return engine.residency.loaded


def sampled(loaded: Any, request: EditRequest) -> tuple[torch.Tensor, Job]:
    """Return the latents (1, 4, h, w) of a request's first seed, and its job."""
    progress = Progress()
    with (
        torch.no_grad(),
        known_warnings(),
        attach_all(loaded, request, progress, encode_region_prompt) as attached,
    ):
        job = prepare(attached.model, request, progress, [], encode_prompts)
        seed, hooks = request.sampling.seed, attached.hooks
        return denoise(attached.model, job, seed, lambda *_: None, progress, hooks), job


def pipeline(cls: Any, loaded: Any, request: EditRequest, **more: Any) -> Any:
    """Return a pipeline of diffusers over the loaded networks with the request's scheduler."""
    parts, sampling = loaded.networks, request.sampling
    names = ("vae", "unet", "text_encoder", "text_encoder_2", "tokenizer", "tokenizer_2")
    components = {name: getattr(parts, name) for name in names}
    scheduler = make_scheduler(parts.scheduler_config, sampling.sampler, sampling.schedule)
    made = cls(**{**components, **more}, scheduler=scheduler, add_watermarker=False)
    made.set_progress_bar_config(disable=True)
    return made


def arguments(request: EditRequest, job: Job) -> dict[str, Any]:
    """Return the arguments of every pipeline; prompts go in as text."""
    sampling = request.sampling
    return {
        "prompt": request.prompt,
        "negative_prompt": request.negative_prompt or None,
        "width": job.width,
        "height": job.height,
        "num_inference_steps": sampling.steps,
        "guidance_scale": sampling.cfg_scale,
        "generator": [torch.Generator("cpu").manual_seed(sampling.seed)],
        "output_type": "latent",
        "return_dict": False,
        **job.masking,
    }


def stock(loaded: Any, request: EditRequest, job: Job, **more: Any) -> torch.Tensor:
    cls = StableDiffusionXLInpaintPipeline if job.masking else StableDiffusionXLPipeline
    with known_warnings():
        made = pipeline(cls, loaded, request)(**arguments(request, job), **more)
    latents: torch.Tensor = made[0]
    return latents


@pytest.mark.parametrize("name", ["base", "inpainting", "v"])
@pytest.mark.parametrize("task", [Task.GENERATE, Task.FILL, Task.REPLACE, Task.EXTEND])
@pytest.mark.parametrize(
    ("sampler", "schedule"),
    [("euler", "normal"), ("dpmpp_2m", "karras"), ("ddim", "sgm_uniform"), ("euler_a", "normal")],
)
def test_every_task_equals_the_stock_pipeline(
    engine: Engine, ask: MakeRequest, folders: Path, name: str, task: Task, sampler: str,
    schedule: str,
) -> None:  # fmt: skip
    folder = folders / name
    sampling = {"sampler": sampler, "schedule": schedule, "steps": 4, "denoise": 0.7}
    request = ask(task, model=str(folder), sampling=sampling, negative_prompt="blurry")
    loaded = load(engine, folder)
    found, job = sampled(loaded, request)
    assert torch.isfinite(found).all()
    assert torch.equal(found, stock(loaded, request, job))


@pytest.mark.parametrize("negative", ["", "blurry"])
@pytest.mark.parametrize("cfg", [1.0, 6.0])
def test_guidance_and_no_negative_prompt_equal_the_stock_pipeline(
    engine: Engine, ask: MakeRequest, folders: Path, negative: str, cfg: float
) -> None:
    request = ask(
        model=str(folders / "base"), negative_prompt=negative, sampling={"cfg_scale": cfg}
    )
    loaded = load(engine, folders / "base")
    found, job = sampled(loaded, request)
    assert torch.equal(found, stock(loaded, request, job))


@pytest.mark.parametrize("task", [Task.GENERATE, Task.FILL])
def test_sizes_and_crop_equal_the_stock_pipeline(
    engine: Engine, ask: MakeRequest, folders: Path, task: Task
) -> None:
    extras = {
        "original_width": 512, "original_height": 384, "crop_left": 40, "crop_top": 8,
        "target_width": 1024, "target_height": 640, "negative_original_width": 128,
        "negative_original_height": 96, "negative_target_width": 256,
        "negative_target_height": 320,
    }  # fmt: skip
    corner = (8, 40)
    if task is Task.GENERATE:
        # The inpainting pipeline takes the positive corner for the negative prompt.
        extras |= {"negative_crop_left": 0, "negative_crop_top": 16}
        corner = (16, 0)
    folder = folders / "base"
    request = ask(task, model=str(folder), sampling={"extras": extras})
    loaded = load(engine, folder)
    found, job = sampled(loaded, request)
    expected = stock(
        loaded, request, job,
        original_size=(384, 512), crops_coords_top_left=(8, 40), target_size=(640, 1024),
        negative_original_size=(96, 128), negative_crops_coords_top_left=corner,
        negative_target_size=(320, 256),
    )  # fmt: skip
    assert torch.equal(found, expected)
    plain, _ = sampled(loaded, ask(task, model=str(folder)))
    assert not torch.equal(found, plain)
    swapped = {"negative_crop_left": 200}
    other, _ = sampled(loaded, ask(task, model=str(folder), sampling={"extras": swapped}))
    assert not torch.equal(other, plain)


@pytest.fixture
def hint() -> Pixels:
    image = np.zeros((64, 96, 3), np.uint8)
    image[20:40, 10:80] = 255
    return image


@pytest.mark.parametrize("task", [Task.GENERATE, Task.FILL])
def test_a_controlnet_equals_the_stock_pipeline(
    engine: Engine, ask: MakeRequest, folders: Path, hint: Pixels, task: Task
) -> None:
    folder = folders / "base"
    use = ControlUse("canny", hint, strength=0.8, end=0.6)
    request = ask(task, model=str(folder), controls=(use,), sampling={"steps": 5})
    loaded = load(engine, folder)
    found, job = sampled(loaded, request)
    image = torch.from_numpy(resize(hint, job.width, job.height)).permute(2, 0, 1)[None] / 255
    controlnet = ControlNetModel.from_pretrained(folder / "controlnet-canny")
    given: dict[str, Any]
    if task is Task.GENERATE:
        cls: Any = StableDiffusionXLControlNetPipeline
        given = {**arguments(request, job), "image": image}
    else:
        cls = StableDiffusionXLControlNetInpaintPipeline
        given = {**arguments(request, job), "control_image": image}
        given.pop("masked_image_latents")
        given["image"] = torch.zeros(1, 3, job.height, job.width)
    made = pipeline(cls, loaded, request, controlnet=controlnet)
    # It takes no latents, and would encode a random sample of them.
    made._encode_vae_image = lambda *_, **__: job.masking["image"]
    expected = made(**given, controlnet_conditioning_scale=0.8, control_guidance_end=0.6)[0]
    assert torch.allclose(found, expected, atol=1e-4)
    without, _ = sampled(loaded, request.replace(controls=()))
    assert not torch.allclose(found, without, atol=1e-2)


@pytest.mark.parametrize("task", [Task.GENERATE, Task.FILL])
def test_an_ip_adapter_equals_the_stock_pipeline(
    engine: Engine, ask: MakeRequest, folders: Path, task: Task
) -> None:
    folder, image = folders / "base", picture(3, 32, 32)
    use = ReferenceUse(image, weight=0.7, mode="subject")
    request = ask(task, model=str(folder), references=(use,), sampling={"steps": 3})
    loaded = load(engine, folder)
    found, job = sampled(loaded, request)
    cls = StableDiffusionXLInpaintPipeline if job.masking else StableDiffusionXLPipeline
    theirs = pipeline(cls, loaded, request, unet=copy.deepcopy(loaded.networks.unet))
    theirs.load_ip_adapter(
        str(folder), subfolder="ip_adapter", weight_name="ip-adapter.safetensors",
        image_encoder_folder="image_encoder", low_cpu_mem_usage=False,
    )  # fmt: skip
    theirs.set_ip_adapter_scale(0.7)
    expected = theirs(**arguments(request, job), ip_adapter_image=Image.fromarray(image))[0]
    assert torch.allclose(found, expected, atol=1e-4)
    without, _ = sampled(loaded, request.replace(references=()))
    assert not torch.allclose(found, without, atol=1e-2)


def test_control_and_reference_work_together_and_with_a_region_prompt(
    engine: Engine, ask: MakeRequest, folders: Path, hint: Pixels
) -> None:
    left = np.zeros((64, 96), np.uint8)
    left[:, :48] = 255
    folder = folders / "base"
    parts: dict[str, Any] = {
        "controls": (ControlUse("canny", hint, mode="control"),),
        "references": (ReferenceUse(picture(2), mask=left),),
        "regions": (RegionUse("a dog", left),),
    }
    whole = ask(model=str(folder), region=Rect(0, 0, 96, 64), **parts)
    images = [engine.run(whole).images[0]]
    for name in parts:
        images.append(engine.run(whole.replace(**{name: ()})).images[0])
    for number, one in enumerate(images):
        assert not any(np.array_equal(one, other) for other in images[:number])
