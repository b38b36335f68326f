"""ControlNets steer the picture while a request asks for it, and leave the model as it was."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from conftest import MakeRequest
from diffusers import (
    ControlNetModel,
    StableDiffusionControlNetPipeline,
    StableDiffusionPipeline,
    UNet2DConditionModel,
)
from latents import sampled
from model_factory import TASKS as TASKS_OF_SD
from test_lora import fingerprint

from studio.core.errors import Cancelled, StudioError
from studio.core.progress import Progress, ProgressEvent
from studio.edit.request import ControlUse, Pixels, Task
from studio.engine.engine import Engine
from studio.engine.latent_diffusion.pipelines import make_pipeline
from studio.engine.scaling import resize, resize_lines, working_size
from studio.engine.scheduling import make_scheduler


def write_control(model: Path, kind: str, seed: int = 0) -> Path:
    """Write a ControlNet with random weights beside a model; its zero layers are random too."""
    torch.manual_seed(seed)
    unet = UNet2DConditionModel.from_pretrained(model / "unet")
    control = ControlNetModel.from_unet(unet, conditioning_embedding_out_channels=(4, 8, 8, 16))
    zeros = [*control.controlnet_down_blocks, control.controlnet_mid_block]
    for layer in (*zeros, control.controlnet_cond_embedding.conv_out):
        torch.nn.init.normal_(layer.weight, std=0.3)
    control.save_pretrained(model / f"controlnet-{kind}")
    return model / f"controlnet-{kind}"


@pytest.fixture(scope="module")
def steered(tiny_fill: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The model with a fill convolution, with ControlNets for edges and poses."""
    folder = tmp_path_factory.mktemp("steered") / "model"
    shutil.copytree(tiny_fill, folder)
    for seed, kind in enumerate(("canny", "pose")):
        write_control(folder, kind, seed)
    return folder


@pytest.fixture
def hint() -> Pixels:
    image = np.zeros((64, 96, 3), np.uint8)
    image[20:40, 10:80] = 255
    return image


@pytest.fixture
def run(engine: Engine, ask: MakeRequest, steered: Path) -> Callable[..., Pixels]:
    def made(task: Task = Task.GENERATE, *controls: ControlUse, **changes: Any) -> Pixels:
        request = ask(task, model=str(steered), controls=controls, **changes)
        return engine.run(request).images[0]

    return made


@pytest.mark.parametrize("task", TASKS_OF_SD)
def test_it_steers_every_task_and_strength_0_equals_none(
    run: Callable[..., Pixels], hint: Pixels, task: Task
) -> None:
    plain = run(task)
    control = ControlUse("canny", hint)
    assert not np.array_equal(run(task, control), plain)
    assert np.array_equal(run(task, replace(control, strength=0.0)), plain)
    assert np.array_equal(run(task), plain)


def test_what_is_drawn_counts_and_so_does_how_strongly(
    run: Callable[..., Pixels], hint: Pixels
) -> None:
    pictures = [
        run(Task.GENERATE, use)
        for use in (
            ControlUse("canny", hint),
            ControlUse("canny", hint[::-1].copy()),
            ControlUse("canny", hint, strength=0.5),
            ControlUse("canny", hint, mode="prompt"),
            ControlUse("canny", hint, mode="control"),
            ControlUse("pose", hint),
        )
    ]
    for i, one in enumerate(pictures):
        assert not any(np.array_equal(one, other) for other in pictures[:i])


def test_a_soft_control_acts_least_on_the_finest_blocks(
    engine: Engine,
    run: Callable[..., Pixels],
    steered: Path,
    hint: Pixels,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each block towards the input weighs 0.825 of the next one; the middle block weighs 1."""
    engine.warm_up(str(steered))
    unet = engine.residency.loaded.networks.unet  # type: ignore[union-attr]
    forward, taken = unet.forward, []

    def watched(*args: Any, **kwargs: Any) -> Any:
        down = kwargs["down_block_additional_residuals"]
        taken.append([*down, kwargs["mid_block_additional_residual"]])
        return forward(*args, **kwargs)

    monkeypatch.setattr(unet, "forward", watched)
    for mode in ("balanced", "prompt"):
        run(Task.GENERATE, ControlUse("canny", hint, mode=mode), sampling={"steps": 1})
    balanced, soft = taken
    last = len(balanced) - 1
    assert last >= 4
    for i, (whole, part) in enumerate(zip(balanced, soft, strict=True)):
        assert torch.allclose(part, whole * 0.825 ** (last - i), rtol=1e-4, atol=1e-7), i
    assert not torch.allclose(soft[0], balanced[0], rtol=0.1)


def test_it_acts_between_start_and_end_only(run: Callable[..., Pixels], hint: Pixels) -> None:
    settings = {"sampling": {"steps": 4}}
    whole = run(Task.GENERATE, ControlUse("canny", hint), **settings)
    first = run(Task.GENERATE, ControlUse("canny", hint, end=0.5), **settings)
    second = run(Task.GENERATE, ControlUse("canny", hint, start=0.5), **settings)
    none = run(Task.GENERATE, ControlUse("canny", hint, start=0.9, end=0.9), **settings)
    assert np.array_equal(none, run(Task.GENERATE, **settings))
    for one, other in ((whole, first), (first, second), (whole, second), (first, none)):
        assert not np.array_equal(one, other)


def test_several_add_up_in_any_order(run: Callable[..., Pixels], hint: Pixels) -> None:
    edges, pose = ControlUse("canny", hint), ControlUse("pose", hint[::-1].copy(), strength=0.7)
    both = run(Task.GENERATE, edges, pose)
    assert np.abs(both.astype(int) - run(Task.GENERATE, pose, edges)).max() <= 1
    assert not np.array_equal(both, run(Task.GENERATE, edges))


def test_every_variation_is_steered_alike(
    engine: Engine, ask: MakeRequest, steered: Path, hint: Pixels
) -> None:
    use = ControlUse("canny", hint, end=0.5)
    request = ask(model=str(steered), controls=(use,), sampling={"variations": 2, "steps": 4})
    second = engine.run(request).images[1]
    alone = ask(model=str(steered), controls=(use,), sampling={"seed": 8, "steps": 4})
    assert np.array_equal(second, engine.run(alone).images[0])


def test_it_equals_the_stock_pipeline(
    engine: Engine, ask: MakeRequest, steered: Path, hint: Pixels
) -> None:
    use = ControlUse("canny", hint, strength=0.8, end=0.6)
    request = ask(model=str(steered), controls=(use,), sampling={"steps": 5})
    engine.warm_up(str(steered))
    loaded: Any = engine.residency.loaded
    scheduler = make_scheduler(loaded.networks.scheduler_config, "ddim", "normal")
    ours = make_pipeline(StableDiffusionPipeline, loaded, scheduler, loaded.networks.unet)
    network = ControlNetModel.from_pretrained(steered / "controlnet-canny")
    theirs = StableDiffusionControlNetPipeline(**ours.components, controlnet=network)
    theirs.set_progress_bar_config(disable=True)
    width, height = working_size(loaded.spec, 96, 64)
    image = torch.from_numpy(resize(hint, width, height)).permute(2, 0, 1)[None] / 255
    common = {
        "prompt": "a cat", "width": width, "height": height, "num_inference_steps": 5,
        "guidance_scale": 5.0, "output_type": "latent", "return_dict": False,
    }  # fmt: skip
    expected = theirs(
        **common, image=image, controlnet_conditioning_scale=0.8, control_guidance_end=0.6,
        generator=torch.Generator().manual_seed(7),
    )[0]  # fmt: skip
    found = sampled(loaded, request)
    assert torch.allclose(found, expected, atol=1e-4)


def test_no_trace_is_left_also_after_an_error_and_a_cancel(
    engine: Engine, ask: MakeRequest, steered: Path, hint: Pixels
) -> None:
    request = ask(Task.FILL, model=str(steered), controls=(ControlUse("canny", hint),))
    engine.run(request)
    before = fingerprint(engine)
    unet: Any = engine.residency.loaded.networks.unet  # type: ignore[union-attr]
    steps: list[ProgressEvent] = []
    progress: Progress

    def stop(event: ProgressEvent) -> None:
        steps.append(event)
        if event.preview is not None:
            progress.cancel()

    progress = Progress(stop)
    with pytest.raises(Cancelled):
        engine.run(request, progress)
    assert steps and not unet._forward_pre_hooks
    damaged = steered.parent / "damaged"
    shutil.copytree(steered / "controlnet-pose", damaged, dirs_exist_ok=True)
    weights = damaged / "diffusion_pytorch_model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-64])
    broken = request.replace(controls=(ControlUse("pose", hint, model=str(damaged)),))
    with pytest.raises(StudioError, match="damaged"):
        engine.run(broken)
    assert not unet._forward_pre_hooks
    assert fingerprint(engine) == before


def test_what_does_not_fit_is_said_before_anything_runs(
    engine: Engine, ask: MakeRequest, steered: Path, hint: Pixels, tmp_path: Path
) -> None:
    request = ask(model=str(steered))
    with pytest.raises(StudioError, match="no ControlNet for depth"):
        engine.run(request.replace(controls=(ControlUse("depth", hint),)))
    other = tmp_path / "other"
    shutil.copytree(steered / "controlnet-canny", other)
    config = json.loads((other / "config.json").read_text())
    config["cross_attention_dim"] = 2048
    (other / "config.json").write_text(json.dumps(config))
    with pytest.raises(StudioError, match="not made for models like"):
        engine.run(request.replace(controls=(ControlUse("canny", hint, model=str(other)),)))
    with pytest.raises(StudioError, match="40 x 30"):
        small = np.zeros((30, 40, 3), np.uint8)
        engine.run(request.replace(controls=(ControlUse("canny", small),)))
    with pytest.raises(StudioError, match="strength"):
        engine.run(request.replace(controls=(ControlUse("canny", hint, start=0.9, end=0.1),)))
    with pytest.raises(StudioError, match="scribble"):
        engine.run(request.replace(controls=(ControlUse("scribble", hint),)))


@pytest.mark.parametrize("factor", [2, 4, 7])
def test_thin_lines_stay_light_when_the_picture_is_made_small(factor: int) -> None:
    side = 32 * factor
    image = np.zeros((side, side, 3), np.uint8)
    image[:, side // 2 + 1] = 255
    image[side // 4] = 255
    small = resize_lines(image, 32, 32)
    assert (small.max(axis=(1, 2)) > 120).all()
    assert (small.max(axis=(0, 2)) > 120).all()
    assert (small < 60).mean() > 0.8
    assert np.array_equal(resize_lines(small, 32, 32), small)
