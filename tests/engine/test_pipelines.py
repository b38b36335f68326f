"""The library for families that run through diffusers' pipelines."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import diffusers
import numpy as np
import pytest
import torch
from flow_factory import build_flux, build_sd3
from PIL import Image
from qwen_factory import build_qwen_image
from safetensors.torch import save_file

from studio.catalog.models import identify
from studio.cli import main as cli
from studio.core.errors import Cancelled, StudioError
from studio.core.geometry import Rect
from studio.core.paths import resource
from studio.core.progress import Progress, ProgressEvent
from studio.document.io import formats
from studio.edit.request import AdapterUse, EditRequest, Sampling, Task
from studio.engine.device import known_warnings
from studio.engine.engine import Engine
from studio.engine.in_place import keep_in_place
from studio.engine.pipelines.loaded import LoadedPipeline
from studio.engine.pipelines.preview import fit_preview

SIDE = 96
PICTURE = np.random.default_rng(1).integers(0, 255, (SIDE, SIDE, 3), np.uint8)
MASK = np.zeros((SIDE, SIDE), np.uint8)
MASK[16:64, 32:80] = 255
BUILDERS: dict[str, Callable[[Path], Path]] = {"sd3": build_sd3, "flux": build_flux}


def request_for(model: Path, task: Task = Task.GENERATE, **sampling: Any) -> EditRequest:
    """Return a request of two steps."""
    made = EditRequest(
        task=task,
        prompt="a red ball",
        region=Rect(0, 0, SIDE, SIDE),
        model=str(model),
        sampling=replace(Sampling(steps=2, cfg_scale=3.0, sampler="euler", seed=4), **sampling),
    )
    return made if task is Task.GENERATE else made.replace(image=PICTURE, mask=MASK)


def stock(folder: Path, cls: str, **arguments: Any) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """Return the picture that diffusers makes by itself."""
    pipeline = getattr(diffusers, cls).from_pretrained(folder, local_files_only=True)
    pipeline.set_progress_bar_config(disable=True)
    generator = torch.Generator("cpu").manual_seed(4)
    with known_warnings():
        made = pipeline("a red ball", generator=generator, num_inference_steps=2, **arguments)
    return np.asarray(made.images[0])


@pytest.mark.parametrize("name", BUILDERS)
def test_a_picture_is_the_one_that_diffusers_makes(name: str, tmp_path: Path) -> None:
    folder = BUILDERS[name](tmp_path / name)
    cls, own = {
        "sd3": ("StableDiffusion3Pipeline", {"negative_prompt": "", "guidance_scale": 3.0}),
        "flux": ("FluxPipeline", {"negative_prompt": "", "true_cfg_scale": 3.0}),
    }[name]
    made = Engine("cpu").run(request_for(folder)).images[0]
    assert np.array_equal(made, stock(folder, cls, width=SIDE, height=SIDE, **own))


def test_a_fill_is_the_one_that_diffusers_makes(tmp_path: Path) -> None:
    folder = build_sd3(tmp_path / "sd3")
    request = request_for(folder, Task.REPLACE, denoise=0.6).replace(match_fill=False)
    made = Engine("cpu").run(request).images[0]
    same = stock(
        folder,
        "StableDiffusion3InpaintPipeline",
        image=Image.fromarray(PICTURE),
        mask_image=Image.fromarray(MASK),
        strength=0.6,
        negative_prompt="",
        guidance_scale=3.0,
        width=SIDE,
        height=SIDE,
    )
    assert np.array_equal(made, same)


@pytest.mark.parametrize("name", BUILDERS)
def test_a_variation_does_not_depend_on_the_others(name: str, tmp_path: Path) -> None:
    engine, folder = Engine("cpu"), BUILDERS[name](tmp_path / name)
    both = engine.run(request_for(folder, variations=2))
    alone = engine.run(request_for(folder, seed=5))
    assert both.seeds == (4, 5)
    assert np.array_equal(both.images[1], alone.images[0])
    assert not np.array_equal(both.images[0], both.images[1])


def test_previews_come_with_every_step_and_end_at_the_picture(tmp_path: Path) -> None:
    folder = build_flux(tmp_path / "flux")
    events: list[ProgressEvent] = []
    Engine("cpu").run(request_for(folder, steps=3, variations=2), Progress(events.append))
    painting = [one for one in events if one.text == "Painting"]
    assert len(painting) == 6 and all(one.preview is not None for one in painting)
    assert [len(one.preview) for one in painting if one.preview is not None] == [1] * 3 + [2] * 3
    fractions = [one.fraction for one in events]
    assert fractions == sorted(fractions) and fractions[-1] == pytest.approx(1.0)


def test_a_cancel_takes_effect_within_one_call_of_the_denoiser(tmp_path: Path) -> None:
    folder = build_sd3(tmp_path / "sd3")
    engine, cancelled, calls = Engine("cpu"), threading.Event(), []

    def listen(event: ProgressEvent) -> None:
        if event.text == "Painting":
            calls.append(event.fraction)
            cancelled.set()

    with pytest.raises(Cancelled):
        engine.run(request_for(folder, steps=8), Progress(listen, cancelled))
    assert len(calls) == 1
    assert engine.run(request_for(folder)).images[0].shape == (SIDE, SIDE, 3)


def lora(folder: Path, name: str, rows: int, columns: int) -> AdapterUse:
    """Write a LoRA for one layer of a transformer."""
    torch.manual_seed(2)
    file = folder / "some.safetensors"
    tensors = {
        f"transformer.{name}.lora_A.weight": torch.randn(4, columns),
        f"transformer.{name}.lora_B.weight": torch.randn(rows, 4),
    }
    save_file(tensors, file)
    return AdapterUse("lora", str(file), 1.0)


@pytest.mark.parametrize("name", BUILDERS)
def test_a_lora_acts_and_leaves_the_weights_as_they_were(name: str, tmp_path: Path) -> None:
    folder, engine = BUILDERS[name](tmp_path / name), Engine("cpu")
    plain = request_for(folder)
    before = engine.run(plain).images[0]
    loaded = engine.residency.loaded
    assert isinstance(loaded, LoadedPipeline)
    kept = {key: value.clone() for key, value in _state(loaded).items()}
    use = lora(tmp_path, "transformer_blocks.0.attn.to_q", 32, 32)
    assert not np.array_equal(engine.run(plain.replace(adapters=(use,))).images[0], before)
    wrong = lora(tmp_path, "transformer_blocks.0.attn.to_q", 32, 48)
    with pytest.raises(StudioError, match="does not fit"):
        engine.run(plain.replace(adapters=(wrong,)))
    assert _state(loaded).keys() == kept.keys()
    assert all(torch.equal(value, kept[key]) for key, value in _state(loaded).items())
    assert np.array_equal(engine.run(plain).images[0], before)


def _state(loaded: LoadedPipeline) -> dict[str, torch.Tensor]:
    return {
        f"{part}.{key}": value
        for part, network in loaded.networks.items()
        for key, value in network.state_dict().items()
    }


def test_a_file_that_is_no_plain_lora_is_refused_before_loading(tmp_path: Path) -> None:
    folder, file = build_flux(tmp_path / "flux"), tmp_path / "loha.safetensors"
    names = ("hada_w1_a", "hada_w1_b", "hada_w2_a", "hada_w2_b")
    save_file({f"lora_unet_x.{name}": torch.zeros(2, 2) for name in names}, file)
    engine = Engine("cpu")
    with pytest.raises(StudioError, match="LoHa"):
        engine.run(request_for(folder).replace(adapters=(AdapterUse("lora", str(file)),)))
    assert engine.residency.loaded is None


def test_flux_fill_fills_and_does_nothing_else(tmp_path: Path) -> None:
    folder, engine = build_flux(tmp_path / "fill", fill=True), Engine("cpu")
    assert identify(folder).variant == "fill"
    assert engine.run(request_for(folder, Task.FILL, cfg_scale=1.0)).images
    with pytest.raises(StudioError, match="only fills"):
        engine.run(request_for(folder, cfg_scale=1.0))


def test_a_stable_diffusion_3_without_its_largest_text_encoder_runs(tmp_path: Path) -> None:
    folder = build_sd3(tmp_path / "sd3", t5=False, qk_norm="rms_norm")
    assert identify(folder).variant == "3.5"
    assert Engine("cpu").run(request_for(folder)).images


def test_a_damaged_weight_file_is_named(tmp_path: Path) -> None:
    folder = build_flux(tmp_path / "flux")
    file = folder / "transformer" / "diffusion_pytorch_model.safetensors"
    file.write_bytes(file.read_bytes()[:-100])
    with pytest.raises(StudioError, match="diffusion_pytorch_model"):
        Engine("cpu").run(request_for(folder))


def test_a_preview_map_finds_the_colours_of_an_autoencoder() -> None:
    """Three of its channels are the colours themselves, in another order and scale."""

    def encode(picture: torch.Tensor) -> torch.Tensor:
        small = torch.nn.functional.avg_pool2d(picture, 8)
        return torch.cat([2 * small[:, 1:2], torch.zeros_like(small), small[:, [2, 0]] - 0.3], 1)

    fitted = fit_preview(encode, 8)
    wanted = torch.rand(1, 3, 64, 64) * 2 - 1
    shown = fitted.image(encode(wanted)).astype(np.float32)
    small = torch.nn.functional.avg_pool2d(wanted, 8)[0].permute(1, 2, 0).numpy()
    assert np.abs(shown - (small + 1) * 127.5).max() < 3


def test_an_instruction_is_kept_in_place_and_comes_with_a_mask(tmp_path: Path) -> None:
    folder = build_flux(tmp_path / "kontext", pipeline="FluxKontextPipeline")
    assert identify(folder).variant == "kontext"
    made = Engine("cpu").run(request_for(folder, Task.INSTRUCT, cfg_scale=1.0))
    assert made.images[0].shape == (SIDE, SIDE, 3)
    assert made.masks[0].shape == (SIDE, SIDE) and made.masks[0].any()


def test_a_model_that_moved_the_picture_is_put_back() -> None:
    """What the model is said to have moved, and the photo stays where the change is not."""
    photo = np.asarray(Image.open(next(Path(resource("samples")).glob("*moose*.jpg"))))
    matrix = np.array([[1.1, 0, -40], [0, 1.1, -20]], np.float32)
    height, width = photo.shape[:2]
    moved = np.asarray(cv2.warpAffine(photo, matrix, (width, height)), np.uint8)
    kept = keep_in_place(photo, [moved])
    assert str(kept.notes[0]).startswith("The model moved the picture by")
    assert "cut off" in str(kept.notes[1])
    assert (kept.masks[0] > 127).mean() < 0.02
    assert np.abs(kept.images[0].astype(int) - photo).mean() < 6


def test_the_command_line_follows_an_instruction(tmp_path: Path) -> None:
    folder = build_flux(tmp_path / "kontext", pipeline="FluxKontextPipeline")
    photo, out = tmp_path / "photo.png", tmp_path / "out.ora"
    Image.fromarray(PICTURE).save(photo)
    options = ["--task", "instruct", "--prompt", "make it winter", "--model", str(folder)]
    few = ["--steps", "2", "--seed", "1", "--cfg-scale", "1", "--out", str(out)]
    assert cli.main(["edit", str(photo), *options, *few]) == 0
    layers = [
        one for one in formats.open_document(out).document.layers if one.name == "make it winter"
    ]
    assert layers and layers[0].mask is not None


@pytest.mark.parametrize(
    ("pipeline", "task"),
    [
        ("QwenImageEditPipeline", Task.REPLACE),
        ("QwenImageEditPlusPipeline", Task.INSTRUCT),
    ],
)
def test_the_editions_of_qwen_image_edit_work_at_their_own_size(
    pipeline: str, task: Task, tmp_path: Path
) -> None:
    """They enlarge the picture to a megapixel; previews and results fit nevertheless."""
    folder = build_qwen_image(tmp_path / "edit", pipeline=pipeline)
    events: list[ProgressEvent] = []
    made = Engine("cpu").run(request_for(folder, task, cfg_scale=1.0), Progress(events.append))
    assert made.images[0].shape == (SIDE, SIDE, 3)
    assert any(one.preview is not None for one in events if one.text == "Painting")
