"""Single files of every precision, with adapters, and what goes wrong with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from conftest import MakeRequest
from gguf_factory import gguf_bytes
from safetensors.torch import load_file, save_file
from single_factory import State, build_folder, export, exported
from torch import Tensor

from studio.catalog.lora_files import check_lora
from studio.catalog.models import identify
from studio.core.errors import StudioError
from studio.core.geometry import Rect
from studio.core.progress import Progress
from studio.edit.request import AdapterUse, Task
from studio.engine.device import choose_device
from studio.engine.engine import Engine
from studio.engine.loading import load_components

pytestmark = pytest.mark.needs_asset("clip-tokenizer")
UNET = "model.diffusion_model."
CLIP = "cond_stage_model.transformer."
SIDE = 256
FP8 = torch.float8_e4m3fn
LARGEST = 448.0


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the models of this module; the assets are there only during a test."""
    return tmp_path_factory.mktemp("kinds")


@pytest.fixture
def folder(place: Path) -> Path:
    """A model of the kind of SD 1.5 in diffusers layout."""
    path = place / "folder"
    return path if path.is_dir() else build_folder(path)


@pytest.fixture
def file(folder: Path) -> Path:
    """The same model in one file."""
    path = folder.parent / "plain.safetensors"
    return path if path.is_file() else export(folder, path)


def rewritten(file: Path, target: Path, change: Callable[[str, Tensor], State]) -> Path:
    """Write a copy of a file in which the tensors of the UNet are changed."""
    found: State = {}
    for name, value in load_file(file).items():
        found |= change(name, value) if name.startswith(UNET) else {name: value}
    save_file(found, target)
    return target


def unet_of(model: Path) -> Mapping[str, Tensor]:
    """Return the tensors of the loaded UNet of a model."""
    spec = identify(model)
    parts = load_components(spec, choose_device("cpu"), Progress())
    state: Mapping[str, Tensor] = parts["unet"].state_dict()
    return state


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float32, torch.float64])
def test_other_precisions_are_cast(dtype: torch.dtype, file: Path, tmp_path: Path) -> None:
    other = rewritten(file, tmp_path / "other.safetensors", lambda k, v: {k: v.to(dtype)})
    found, plain = unet_of(other), unet_of(file)
    for name, value in plain.items():
        assert torch.equal(found[name], value.half().to(dtype).to(value.dtype)), name


@pytest.mark.parametrize("end", ["scale_weight", "weight_scale"])
@pytest.mark.parametrize("by_row", [False, True])
def test_the_scales_of_eight_bits_are_multiplied_in(
    end: str, by_row: bool, file: Path, tmp_path: Path
) -> None:
    """Without its scale a weight is up to thousands of times too large: a white picture."""

    def shrink(name: str, value: Tensor) -> State:
        if value.ndim < 2:
            return {name: value}
        wide = value.float()
        peak = wide.flatten(1).abs().amax(dim=1) if by_row else wide.abs().amax()[None]
        scale = peak.clamp_min(1e-12) / LARGEST
        shaped = scale.reshape(-1, *[1] * (value.ndim - 1))
        stored = scale[:, None] if by_row else scale[0]
        return {name: (wide / shaped).to(FP8), f"{name.removesuffix('weight')}{end}": stored}

    small = rewritten(file, tmp_path / "fp8.safetensors", shrink)
    assert identify(small).component("unet").parameters == (
        identify(file).component("unet").parameters
    )
    found = unet_of(small)
    for name, value in unet_of(file).items():
        peak = float(value.abs().amax())
        assert torch.allclose(found[name], value, rtol=2**-4, atol=peak * 2**-9), name


def test_eight_bits_without_scales_are_cast(file: Path, tmp_path: Path) -> None:
    small = rewritten(
        file, tmp_path / "fp8.safetensors", lambda k, v: {k: v.to(FP8) if v.ndim > 1 else v}
    )
    found, plain = unet_of(small), unet_of(file)
    for name, value in plain.items():
        cast = value if value.ndim < 2 else value.half().to(FP8).float()
        assert torch.equal(found[name], cast), name


def test_a_gguf_unet_with_its_parts_is_multiplied_out(
    folder: Path, file: Path, tmp_path: Path
) -> None:
    state = load_file(file)
    unet = {k.removeprefix(UNET): v for k, v in state.items() if k.startswith(UNET)}
    model = tmp_path / "dreamshaper-Q8_0.gguf"
    model.write_bytes(gguf_bytes(unet))
    others = {k: v for k, v in state.items() if not k.startswith(UNET)}
    vae = {k: v for k, v in others.items() if k.startswith("first_stage_model.")}
    text = {k.removeprefix(CLIP): v for k, v in others.items() if k.startswith(CLIP)}
    save_file(vae, tmp_path / "vae.safetensors")
    save_file(text, tmp_path / "clip_l.safetensors")
    found, plain = unet_of(model), unet_of(file)
    for name, value in plain.items():
        peak = float(value.abs().amax())
        assert torch.allclose(found[name], value, atol=peak / 100), name
    assert sum(torch.equal(found[name], value) for name, value in plain.items()) > 50


def test_a_separate_unet_with_its_parts_is_the_whole_model(
    folder: Path, file: Path, tmp_path: Path
) -> None:
    """As ComfyUI splits them: the UNet in diffusers' names, CLIP in transformers', an old VAE."""
    models = tmp_path / "models"
    for part in ("unet", "vae", "text_encoders"):
        (models / part).mkdir(parents=True)
    save_file(load_file(next((folder / "unet").glob("*.safetensors"))), models / "unet" / "u.sft")
    state = load_file(file)
    vae = {k.removeprefix("first_stage_model."): v for k, v in state.items() if "stage_model" in k}
    inner = "cond_stage_model.transformer."
    text = {k.removeprefix(inner): v for k, v in state.items() if k.startswith(inner)}
    save_file({k: v for k, v in vae.items() if not k.startswith("cond")}, models / "vae" / "v.sft")
    save_file(text, models / "text_encoders" / "clip_l.sft")
    device = choose_device("cpu")
    apart = load_components(identify(models / "unet" / "u.sft"), device, Progress())
    whole = load_components(identify(file), device, Progress())
    for name, network in whole.items():
        for key, value in network.state_dict().items():
            assert torch.equal(apart[name].state_dict()[key], value), (name, key)


def lora(width: int) -> State:
    """Return a LoRA for the cross attention of a model with this text width."""
    start = "lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn2_to_k"
    generator = torch.Generator().manual_seed(1)
    return {
        f"{start}.lora_down.weight": torch.randn(4, width, generator=generator),
        f"{start}.lora_up.weight": torch.randn(32, 4, generator=generator),
        f"{start}.alpha": torch.tensor(4.0),
    }


def test_a_lora_changes_the_file_as_the_folder(
    folder: Path, file: Path, tmp_path: Path, ask: MakeRequest
) -> None:
    path = tmp_path / "style.safetensors"
    save_file(lora(768), path)
    check_lora(path, identify(file))
    values: dict[str, Any] = {
        "region": Rect(0, 0, SIDE, SIDE),
        "sampling": {"steps": 1, "cfg_scale": 1.0},
    }
    use = (AdapterUse("lora", str(path), 1.0),)
    engine = Engine("cpu")
    plain = engine.run(ask(model=str(file), **values)).images[0]
    ours = engine.run(ask(model=str(file), adapters=use, **values)).images[0]
    again = engine.run(ask(model=str(file), **values)).images[0]
    theirs = Engine("cpu").run(ask(model=str(folder), adapters=use, **values)).images[0]
    assert np.array_equal(ours, theirs) and not np.array_equal(ours, plain)
    assert np.array_equal(again, plain)


def test_a_lora_of_another_base_is_refused(file: Path, tmp_path: Path) -> None:
    path = tmp_path / "xl.safetensors"
    save_file(lora(2048), path)
    with pytest.raises(StudioError, match="Stable Diffusion XL"):
        check_lora(path, identify(file))


def test_an_inpainting_file_fills(folder: Path, tmp_path: Path, ask: MakeRequest) -> None:
    nine = build_folder(tmp_path / "nine", in_channels=9)
    model = export(nine, tmp_path / "inpainting.safetensors")
    request = ask(Task.FILL, model=str(model), sampling={"steps": 1, "cfg_scale": 1.0})
    found = Engine("cpu").run(request).images[0]
    assert found.shape == (64, 96, 3)


def test_a_file_that_lacks_weights_is_named(folder: Path, tmp_path: Path) -> None:
    state = exported(folder)
    state.pop(f"{UNET}middle_block.1.transformer_blocks.0.attn1.to_q.weight")
    model = tmp_path / "torn.safetensors"
    save_file(state, model)
    with pytest.raises(StudioError, match=r"torn\.safetensors lacks weights.*mid_block"):
        load_components(identify(model), choose_device("cpu"), Progress())


def test_a_file_deleted_while_loaded_is_a_sentence_and_the_next_model_runs(
    file: Path, tmp_path: Path, ask: MakeRequest
) -> None:
    model = tmp_path / "gone.safetensors"
    model.write_bytes(file.read_bytes())
    values: dict[str, Any] = {
        "region": Rect(0, 0, SIDE, SIDE),
        "sampling": {"steps": 1, "cfg_scale": 1.0},
    }
    engine = Engine("cpu")
    before = engine.run(ask(model=str(model), **values)).images[0]
    model.unlink()
    with pytest.raises(StudioError, match=r"gone\.safetensors"):
        engine.run(ask(model=str(model), **values))
    assert np.array_equal(engine.run(ask(model=str(file), **values)).images[0], before)
