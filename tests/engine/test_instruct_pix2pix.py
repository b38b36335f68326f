"""InstructPix2Pix, of SD 1.x and of SDXL, equals diffusers' own pipelines."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from diffusers import (
    StableDiffusionInstructPix2PixPipeline,
    StableDiffusionXLInstructPix2PixPipeline,
)
from model_factory import build_model
from PIL import Image
from single_factory import build_folder, export
from xl_factory import build_xl

from studio.catalog.families.spec import Capability
from studio.catalog.families.table import family
from studio.catalog.families.unet import unet_facts
from studio.catalog.ladder import FULL
from studio.catalog.models import identify
from studio.cli import main as cli
from studio.core.errors import StudioError
from studio.core.geometry import Rect
from studio.core.progress import Progress
from studio.document.io import formats
from studio.edit.request import EditRequest, RegionUse, Sampling, Task
from studio.engine.device import choose_device, known_warnings
from studio.engine.engine import Engine
from studio.engine.families.base import family_module
from studio.engine.families.stable_diffusion.prompts import encode_prompts
from studio.engine.families.stable_diffusion_xl import conditioning
from studio.engine.families.unet import OVERHEAD
from studio.engine.latent_diffusion.job import denoise, prepare
from studio.engine.scheduling import make_scheduler

SIDE = 64
PICTURE = np.random.default_rng(1).integers(0, 255, (SIDE, SIDE, 3), np.uint8)
MASK = np.full((SIDE, SIDE), 255, np.uint8)
BUILDERS: Mapping[str, Callable[..., Path]] = {"sd": build_model, "xl": build_xl}
STOCK = {
    "sd": StableDiffusionInstructPix2PixPipeline,
    "xl": StableDiffusionXLInstructPix2PixPipeline,
}
ENCODE: Mapping[str, Any] = {"sd": encode_prompts, "xl": conditioning.encode_prompts}


def build(folder: Path, name: str) -> Path:
    """Write a small model with eight input channels."""
    made = BUILDERS[name](folder / name, in_channels=8)
    file = made / "model_index.json"
    index = {**json.loads(file.read_text()), "_class_name": STOCK[name].__name__}
    file.write_text(json.dumps(index))
    return made


def request_for(model: Path, task: Task = Task.INSTRUCT, **sampling: Any) -> EditRequest:
    """Return a request of three steps for the whole picture."""
    values = {"steps": 3, "cfg_scale": 5.0, "sampler": "euler_a", "seed": 4, **sampling}
    made = EditRequest(
        task=task,
        prompt="make it winter",
        negative_prompt="fog",
        region=Rect(0, 0, SIDE, SIDE),
        model=str(model),
        sampling=Sampling(**values),
    )
    return made if task is Task.GENERATE else made.replace(image=PICTURE, mask=MASK)


@pytest.mark.parametrize("name", BUILDERS)
@pytest.mark.parametrize(("scale", "image_scale"), [(5.0, 1.5), (4.0, 1.0), (1.0, 1.5)])
def test_latents_are_those_that_diffusers_makes(
    name: str, scale: float, image_scale: float, tmp_path: Path
) -> None:
    folder = build(tmp_path, name)
    extras = {"image_guidance": image_scale}
    request = request_for(folder, cfg_scale=scale, extras=extras)
    engine = Engine("cpu")
    engine.warm_up(str(folder))
    loaded: Any = engine.residency.loaded
    with torch.no_grad(), known_warnings():
        job = prepare(loaded, request, Progress(), [], ENCODE[name])
        ours = denoise(loaded, job, 4, lambda *_: None, Progress())
        parts = {
            one: getattr(loaded.networks, one)
            for one in ("vae", "unet", "text_encoder", "tokenizer", "text_encoder_2", "tokenizer_2")
            if hasattr(loaded.networks, one)
        }
        plain: dict[str, Any] = {"safety_checker": None, "feature_extractor": None}
        more = {**plain, "requires_safety_checker": False} if name == "sd" else {}
        scheduler = make_scheduler(loaded.networks.scheduler_config, "euler_a", "normal")
        pipeline = STOCK[name](**parts, **more, scheduler=scheduler)
        pipeline.set_progress_bar_config(disable=True)
        theirs = pipeline(
            prompt=request.prompt,
            negative_prompt=request.negative_prompt,
            image=Image.fromarray(PICTURE),
            num_inference_steps=3,
            guidance_scale=scale,
            image_guidance_scale=image_scale,
            generator=torch.Generator("cpu").manual_seed(4),
            output_type="latent",
        ).images
    assert (ours - theirs).abs().max() < 1e-5 * theirs.abs().max()


@pytest.mark.parametrize("name", BUILDERS)
def test_only_instructions_are_followed(name: str, tmp_path: Path) -> None:
    folder = build(tmp_path, name)
    spec = identify(folder)
    row = family(spec.family)
    assert "InstructPix2Pix" in row.label_of(spec)
    assert not row.can(Capability.TRAINING, "lora", spec)
    engine = Engine("cpu")
    made = engine.run(request_for(folder))
    assert made.images[0].shape == (*made.masks[0].shape, 3) == (SIDE, SIDE, 3)
    for task in (Task.GENERATE, Task.FILL, Task.REPLACE, Task.EXTEND):
        with pytest.raises(StudioError, match="only changes a picture by an instruction"):
            engine.run(request_for(folder, task))


def test_the_photo_counts_by_its_own_scale(tmp_path: Path) -> None:
    folder, engine = build(tmp_path, "sd"), Engine("cpu")
    plain = engine.run(request_for(folder)).images[0]
    same = engine.run(request_for(folder, extras={"image_guidance": 1.5})).images[0]
    other = engine.run(request_for(folder, extras={"image_guidance": 3.0})).images[0]
    assert np.array_equal(plain, same) and not np.array_equal(plain, other)
    region = RegionUse("snow", np.pad(MASK[:, : SIDE // 2], ((0, 0), (0, SIDE // 2))))
    assert engine.run(request_for(folder).replace(regions=(region,))).images


def test_a_setting_that_the_model_does_not_use_is_said(tmp_path: Path) -> None:
    folder = build_model(tmp_path / "plain")
    request = request_for(folder, Task.REPLACE, extras={"image_guidance": 3.0})
    notes = [str(one) for one in Engine("cpu").run(request).notes]
    assert any("Only InstructPix2Pix has a guidance by the photo" in one for one in notes)


@pytest.mark.needs_asset("clip-tokenizer")
@pytest.mark.parametrize("kind", ["sd-1", "sdxl"])
def test_a_single_file_follows_like_its_folder(kind: str, tmp_path: Path) -> None:
    folder = build_folder(tmp_path / "folder", kind, in_channels=8)
    model = export(folder, tmp_path / "instruct-pix2pix.safetensors")
    assert "instruct" in identify(model).variant
    photo = np.asarray(Image.fromarray(PICTURE).resize((256, 256)))
    whole = np.full((256, 256), 255, np.uint8)
    ours, theirs = (
        Engine("cpu").run(
            request_for(one, steps=1, sampler="euler").replace(
                region=Rect(0, 0, 256, 256), image=photo, mask=whole
            )
        )
        for one in (model, folder)
    )
    assert np.array_equal(ours.images[0], theirs.images[0])


def test_the_command_line_takes_both_scales(tmp_path: Path) -> None:
    folder = build(tmp_path, "sd")
    photo, out = tmp_path / "photo.png", tmp_path / "out.ora"
    Image.fromarray(PICTURE).save(photo)
    options = ["--task", "instruct", "--prompt", "make it winter", "--model", str(folder)]
    few = ["--steps", "2", "--cfg-scale", "5", "--image-guidance", "2", "--out", str(out)]
    assert cli.main(["edit", str(photo), *options, *few]) == 0
    layers = [one for one in formats.open_document(out).document.layers if one.mask is not None]
    assert layers[0].recipe["sampling"]["extras"] == {"image_guidance": 2.0}


@pytest.mark.parametrize("name", BUILDERS)
def test_the_forecast_counts_three_rows(name: str, tmp_path: Path) -> None:
    spec, device = identify(build(tmp_path, name)), choose_device("cpu")
    module = family_module(spec)
    # Its UNet then needs more than its autoencoder, as in the real models.
    spec = replace(spec, facts=replace(unet_facts(spec), vae_channels=0))
    asked, free = (
        module.working_bytes(spec, request_for(spec.path, cfg_scale=scale), device, FULL)
        for scale in (5.0, 1.0)
    )
    assert asked - OVERHEAD > 2.5 * (free - OVERHEAD)
