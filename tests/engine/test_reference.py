"""Reference pictures count while a request asks for it, and leave the model as it was."""

from __future__ import annotations

import copy
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from conftest import MakeRequest
from diffusers import StableDiffusionPipeline, UNet2DConditionModel
from latents import sampled
from model_factory import TASKS as TASKS_OF_SD
from PIL import Image
from safetensors.torch import save_file
from test_control import write_control
from test_lora import fingerprint
from transformers import CLIPVisionConfig, CLIPVisionModelWithProjection

from studio.core.errors import Cancelled, StudioError
from studio.core.geometry import Rect
from studio.core.progress import Progress, ProgressEvent
from studio.edit.request import ControlUse, Pixels, ReferenceUse, Task
from studio.engine.adapters.reference import square
from studio.engine.engine import Engine
from studio.engine.latent_diffusion.pipelines import make_pipeline
from studio.engine.scheduling import make_scheduler

WIDTH = 24


def write_adapter(model: Path, folder: Path, seed: int = 0) -> Path:
    """Write an IP-Adapter with random weights and its image encoder for a model."""
    torch.manual_seed(seed)
    unet = UNet2DConditionModel.from_pretrained(model / "unet")
    text = unet.config.cross_attention_dim
    state = {
        "image_proj.proj.weight": torch.randn(4 * text, WIDTH),
        "image_proj.proj.bias": torch.randn(4 * text),
        "image_proj.norm.weight": torch.ones(text),
        "image_proj.norm.bias": torch.zeros(text),
    }
    names = [n for n in unet.attn_processors if "attn2" in n]
    for number, name in enumerate(names):
        wide = unet.get_submodule(name.removesuffix(".processor")).to_k.out_features
        for part in ("to_k_ip", "to_v_ip"):
            state[f"ip_adapter.{2 * number + 1}.{part}.weight"] = torch.randn(wide, text)
    folder.mkdir()
    save_file(state, folder / "ip-adapter.safetensors")
    config = CLIPVisionConfig(
        hidden_size=16, intermediate_size=32, projection_dim=WIDTH, num_hidden_layers=2,
        num_attention_heads=2, image_size=32, patch_size=8,
    )  # fmt: skip
    CLIPVisionModelWithProjection(config).save_pretrained(folder / "image_encoder")
    return folder


@pytest.fixture(scope="module")
def referred(tiny_fill: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The model with a fill convolution, with an IP-Adapter and a ControlNet of its own."""
    folder = tmp_path_factory.mktemp("referred") / "model"
    shutil.copytree(tiny_fill, folder)
    write_adapter(folder, folder / "ip_adapter")
    write_control(folder, "canny")
    return folder


def picture(seed: int, height: int = 40, width: int = 30) -> Pixels:
    rng = np.random.default_rng(seed)
    small = rng.integers(0, 256, (4, 3, 3), dtype=np.uint8)
    return np.asarray(Image.fromarray(small).resize((width, height), Image.Resampling.BICUBIC))


@pytest.fixture
def run(engine: Engine, ask: MakeRequest, referred: Path) -> Callable[..., Pixels]:
    def made(task: Task = Task.GENERATE, *references: ReferenceUse, **changes: Any) -> Pixels:
        request = ask(task, model=str(referred), references=references, **changes)
        return engine.run(request).images[0]

    return made


@pytest.mark.parametrize("task", TASKS_OF_SD)
def test_it_counts_in_every_task_and_weight_0_equals_none(
    run: Callable[..., Pixels], task: Task
) -> None:
    plain = run(task)
    use = ReferenceUse(picture(1), mode="subject")
    assert not np.array_equal(run(task, use), plain)
    assert np.array_equal(run(task, replace(use, weight=0.0)), plain)
    assert np.array_equal(run(task), plain)


def test_picture_weight_mode_and_time_count(run: Callable[..., Pixels]) -> None:
    use = ReferenceUse(picture(1))
    pictures = [
        run(Task.GENERATE, *uses)
        for uses in (
            (use,),
            (replace(use, image=picture(2)),),
            (replace(use, weight=0.5),),
            (replace(use, mode="composition"),),
            (replace(use, mode="subject"),),
            (replace(use, end=0.5),),
            (replace(use, start=0.5),),
            (use, replace(use, image=picture(2))),
        )
    ]
    for i, one in enumerate(pictures):
        assert not any(np.array_equal(one, other) for other in pictures[:i]), i


def test_a_mask_says_where_it_counts(run: Callable[..., Pixels]) -> None:
    use = ReferenceUse(picture(1), mode="subject")
    left = np.zeros((64, 96), np.uint8)
    left[:, :48] = 255
    everywhere = np.full((64, 96), 255, np.uint8)
    whole = run(Task.GENERATE, use)
    half = run(Task.GENERATE, replace(use, mask=left))
    assert np.abs(run(Task.GENERATE, replace(use, mask=everywhere)).astype(int) - whole).max() <= 1
    assert not np.array_equal(half, whole)
    nowhere = run(Task.GENERATE, replace(use, mask=np.zeros((64, 96), np.uint8)))
    assert np.abs(nowhere.astype(int) - run(Task.GENERATE)).max() <= 1


def test_it_equals_the_stock_pipeline(engine: Engine, ask: MakeRequest, referred: Path) -> None:
    image = picture(3, 32, 32)
    use = ReferenceUse(image, weight=0.7, mode="subject")
    request = ask(
        model=str(referred), region=Rect(0, 0, 64, 64), references=(use,), sampling={"steps": 3}
    )
    engine.warm_up(str(referred))
    loaded: Any = engine.residency.loaded
    scheduler = make_scheduler(loaded.networks.scheduler_config, "ddim", "normal")
    ours = make_pipeline(StableDiffusionPipeline, loaded, scheduler, loaded.networks.unet)
    common = {
        "prompt": "a cat", "width": 64, "height": 64, "num_inference_steps": 3,
        "guidance_scale": 5.0, "output_type": "latent", "return_dict": False,
    }  # fmt: skip
    found = sampled(loaded, request)
    own = {"unet": copy.deepcopy(loaded.networks.unet)}
    theirs = StableDiffusionPipeline(**{**ours.components, **own}, requires_safety_checker=False)
    theirs.load_ip_adapter(
        str(referred), subfolder="ip_adapter", weight_name="ip-adapter.safetensors",
        image_encoder_folder="image_encoder", low_cpu_mem_usage=False,
    )  # fmt: skip
    theirs.set_ip_adapter_scale(0.7)
    theirs.set_progress_bar_config(disable=True)
    expected = theirs(
        **common, ip_adapter_image=Image.fromarray(image),
        generator=torch.Generator().manual_seed(7),
    )[0]  # fmt: skip
    assert torch.allclose(found, expected, atol=1e-4)


def test_the_same_processors_are_back_also_after_a_cancel(
    engine: Engine, ask: MakeRequest, referred: Path
) -> None:
    request = ask(Task.FILL, model=str(referred), references=(ReferenceUse(picture(1)),))
    plain = request.replace(references=())
    first = engine.run(plain).images[0]
    unet: Any = engine.residency.loaded.networks.unet  # type: ignore[union-attr]
    processors, weights = dict(unet.attn_processors), fingerprint(engine)
    progress: Progress

    def stop(event: ProgressEvent) -> None:
        if event.preview is not None:
            progress.cancel()

    progress = Progress(stop)
    with pytest.raises(Cancelled):
        engine.run(request, progress)
    engine.run(request)
    assert all(unet.attn_processors[name] is kept for name, kept in processors.items())
    assert not unet._forward_pre_hooks and unet.encoder_hid_proj is None
    assert fingerprint(engine) == weights
    assert np.array_equal(engine.run(plain).images[0], first)


def test_with_a_control_and_few_guidance_both_count(
    run: Callable[..., Pixels], engine: Engine, ask: MakeRequest
) -> None:
    hint = np.zeros((64, 96, 3), np.uint8)
    hint[10:50, 20:60] = 255
    use, control = ReferenceUse(picture(1), mode="subject"), ControlUse("canny", hint)
    for cfg in (1.0, 5.0):
        settings = {"sampling": {"cfg_scale": cfg}}
        both = run(Task.FILL, use, controls=(control,), **settings)
        assert not np.array_equal(both, run(Task.FILL, use, **settings))
        assert not np.array_equal(both, run(Task.FILL, controls=(control,), **settings))


def test_an_embedding_is_made_once_for_a_picture(
    run: Callable[..., Pixels], engine: Engine
) -> None:
    run(Task.GENERATE, ReferenceUse(picture(11)))
    loaded: Any = engine.residency.loaded
    before = len(loaded.extras.embeddings)
    run(Task.GENERATE, ReferenceUse(picture(11), weight=0.3))
    assert len(loaded.extras.embeddings) == before
    run(Task.GENERATE, ReferenceUse(picture(12)))
    assert len(loaded.extras.embeddings) == before + 1


@pytest.mark.parametrize("size", [(1, 1), (1, 200), (90, 20)])
def test_any_shape_is_shown_whole(run: Callable[..., Pixels], size: tuple[int, int]) -> None:
    image = picture(4, *size)
    padded = square(image)
    assert padded.shape[0] == padded.shape[1] == max(size)
    run(Task.GENERATE, ReferenceUse(image))


def test_what_does_not_fit_is_said(
    engine: Engine, ask: MakeRequest, referred: Path, tiny: Path, tmp_path: Path
) -> None:
    use = ReferenceUse(picture(1))
    with pytest.raises(StudioError, match="no IP-Adapter"):
        engine.run(ask(model=str(tiny), references=(use,)))
    other = tmp_path / "other"
    shutil.copytree(referred / "ip_adapter", other)
    weights = other / "ip-adapter.safetensors"
    save_file({"ip_adapter.1.to_k_ip.weight": torch.zeros(8, 2048)}, weights)
    request = ask(model=str(referred))
    with pytest.raises(StudioError, match="not made for models like"):
        engine.run(request.replace(references=(replace(use, model=str(other)),)))
    weights.write_bytes((referred / "ip_adapter" / weights.name).read_bytes()[:-40])
    with pytest.raises(StudioError, match=r"damaged|cannot be"):
        engine.run(request.replace(references=(replace(use, model=str(other)),)))
    with pytest.raises(StudioError, match="sizes"):
        wrong = replace(use, mask=np.zeros((3, 3), np.uint8))
        engine.run(request.replace(references=(wrong,)))
    with pytest.raises(StudioError, match="weight"):
        engine.run(request.replace(references=(replace(use, weight=7.0),)))
    assert engine.run(request).images
