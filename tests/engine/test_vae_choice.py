"""A VAE of the artist's choice paints like one in the model's folder; clip skip is diffusers'."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from conftest import MakeRequest
from diffusers import AutoencoderKL, StableDiffusionPipeline, StableDiffusionXLPipeline
from model_factory import build_model, copy_model
from safetensors.torch import load_file, save_file
from single_factory import vae_names
from transformers import CLIPTextModel
from xl_factory import build_xl

from studio.catalog.models import identify
from studio.core.errors import StudioError
from studio.edit.request import AdapterUse, EditRequest, Task
from studio.engine.engine import Engine
from studio.engine.families.stable_diffusion.prompts import encode_pair
from studio.engine.families.stable_diffusion_xl.conditioning import encode_pair as encode_xl
from studio.engine.families.unet import attach_all
from studio.engine.latent_diffusion.pipelines import make_pipeline

WEIGHTS = "diffusion_pytorch_model.safetensors"


@pytest.fixture
def other(tiny: Path, tmp_path: Path) -> Path:
    """A model of its own with the tiny one's UNet and text encoder and another VAE."""
    folder = copy_model(tiny, tmp_path / "other")
    own = AutoencoderKL.from_pretrained(folder / "vae")
    torch.manual_seed(9)
    made = AutoencoderKL.from_config(own.config)
    made.save_pretrained(folder / "vae")
    return folder


def files_of(folder: Path, target: Path) -> dict[str, Path]:
    """Return the VAE of a model in the layouts in which artists have it."""
    state = load_file(folder / "vae" / WEIGHTS)
    single, original = target / "my vae.safetensors", target / "vae-ft.safetensors"
    save_file(state, single)
    named = {name: value.contiguous() for name, value in vae_names(state).items()}
    save_file({f"first_stage_model.{name}": value for name, value in named.items()}, original)
    return {"folder": folder / "vae", "diffusers": single, "original": original}


@pytest.mark.parametrize("task", [Task.GENERATE, Task.FILL])
def test_a_chosen_vae_equals_the_one_of_a_folder(
    engine: Engine, ask: MakeRequest, other: Path, tmp_path: Path, task: Task
) -> None:
    wanted = engine.run(ask(task, model=str(other))).images[0]
    plain = engine.run(ask(task)).images[0]
    own = engine.residency.loaded.networks.vae  # type: ignore[union-attr]
    for name, path in files_of(other, tmp_path).items():
        made = engine.run(ask(task, adapters=(AdapterUse("vae", str(path)),)))
        assert np.array_equal(made.images[0], wanted), name
        assert made.request.adapters[0].file is not None, "the recipe names it by its hash"
    assert not np.array_equal(plain, wanted)
    assert engine.residency.loaded.networks.vae is own  # type: ignore[union-attr]
    assert np.array_equal(engine.run(ask(task)).images[0], plain)


def test_a_vae_whose_name_says_another_base_is_tried_with_a_notice(
    engine: Engine, ask: MakeRequest, other: Path, tmp_path: Path
) -> None:
    path = tmp_path / "sdxl_vae.safetensors"
    shutil.copy(files_of(other, tmp_path)["diffusers"], path)
    (note,) = engine.run(ask(adapters=(AdapterUse("vae", str(path)),))).notes
    assert path.name in str(note) and "Stable Diffusion XL" in str(note)


def test_a_vae_that_does_not_fit_is_a_sentence(
    engine: Engine, ask: MakeRequest, other: Path, tmp_path: Path
) -> None:
    use = AdapterUse("vae", str(files_of(other, tmp_path)["diffusers"]))
    with pytest.raises(StudioError, match="one VAE"):
        engine.run(ask(adapters=(use, use)))
    wide = AutoencoderKL(latent_channels=16, block_out_channels=(32,) * 4, norm_num_groups=4,
                         down_block_types=("DownEncoderBlock2D",) * 4,
                         up_block_types=("UpDecoderBlock2D",) * 4)  # fmt: skip
    wide.save_pretrained(tmp_path / "wide")
    with pytest.raises(StudioError, match=r"Flux\.1 / Stable Diffusion 3.*Stable Diffusion"):
        engine.run(ask(adapters=(AdapterUse("vae", str(tmp_path / "wide")),)))
    (tmp_path / "text.safetensors").write_text("no")
    with pytest.raises(StudioError, match="text"):
        engine.run(ask(adapters=(AdapterUse("vae", str(tmp_path / "text.safetensors")),)))
    with pytest.raises(StudioError, match="VAE of its own"):
        engine.run(ask(model="starter", adapters=(use,)))
    state = load_file(other / "vae" / WEIGHTS)
    cut = {name: one for name, one in state.items() if "mid_block" not in name}
    save_file(cut, tmp_path / "cut.safetensors")
    with pytest.raises(StudioError, match="lacks weights"):
        engine.run(ask(adapters=(AdapterUse("vae", str(tmp_path / "cut.safetensors")),)))


def skipping(request: EditRequest, count: int) -> EditRequest:
    from dataclasses import replace

    return request.replace(sampling=replace(request.sampling, extras={"clip_skip": count}))


@pytest.mark.parametrize("second", [False, True])
@pytest.mark.parametrize("count", [0, 1, 2])
def test_clip_skip_equals_diffusers(
    engine: Engine, ask: MakeRequest, tmp_path: Path, second: bool, count: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    # diffusers still looks for the inner module that transformers 5 has no more.
    inner = property(lambda encoder: encoder)
    monkeypatch.setattr(CLIPTextModel, "text_model", inner, raising=False)
    folder = build_model(tmp_path / "deep", layers=4, second=second)
    request = skipping(ask(model=str(folder)), count)
    engine.warm_up(str(folder))
    loaded: Any = engine.residency.loaded
    pipeline = make_pipeline(StableDiffusionPipeline, loaded, None, loaded.networks.unet)
    with torch.no_grad(), attach_all(loaded, request, _progress(), _none) as attached:
        wanted = pipeline.encode_prompt(
            "a cat", loaded.device.torch, 1, True, "blurry", clip_skip=count or None
        )
        found = encode_pair(attached.model, ("a cat", "blurry"), True, [])
    assert found[1] is not None
    assert torch.allclose(found[0], wanted[0], atol=1e-6)
    # diffusers leaves the negative prompt as it is; other programs skip in both, and so do we.
    assert count or torch.equal(found[1], wanted[1])


@pytest.mark.parametrize("count", [0, 1])
def test_clip_skip_of_xl_equals_diffusers(
    engine: Engine, ask: MakeRequest, tmp_path: Path, count: int
) -> None:
    folder = build_xl(tmp_path / "xl")
    for name in ("text_encoder", "text_encoder_2"):
        _deepen(folder / name)
    request = skipping(ask(model=str(folder)), count)
    engine.warm_up(str(folder))
    loaded: Any = engine.residency.loaded
    parts = loaded.networks
    pipeline: Any = StableDiffusionXLPipeline(
        parts.vae, parts.text_encoder, parts.text_encoder_2, parts.tokenizer, parts.tokenizer_2,
        parts.unet, None, add_watermarker=False,
    )  # fmt: skip
    with torch.no_grad(), attach_all(loaded, request, _progress(), _none) as attached:
        found = encode_xl(attached.model, ("a cat", "blurry"), True, [])[0]
        wanted = pipeline.encode_prompt("a cat", device=loaded.device.torch,
                                        clip_skip=count or None)  # fmt: skip
    assert torch.equal(found.states, wanted[0]) and torch.equal(found.pooled, wanted[2])


def test_clip_skip_changes_the_picture_and_leaves_a_layer(
    engine: Engine, ask: MakeRequest, tiny: Path
) -> None:
    plain = engine.run(ask()).images[0]
    assert np.array_equal(engine.run(skipping(ask(), 0)).images[0], plain)
    assert not np.array_equal(engine.run(skipping(ask(), 1)).images[0], plain)
    with pytest.raises(StudioError, match=f"Clip skip 2.*{identify(tiny).name}.*2 layers"):
        engine.run(skipping(ask(), 2))


def _progress() -> Any:
    from studio.core.progress import Progress

    return Progress()


def _none(*_: object) -> dict[str, Any]:
    return {}


def _deepen(folder: Path) -> None:
    """Give a text encoder four layers, each with weights of its own."""
    config = json.loads((folder / "config.json").read_text())
    config["num_hidden_layers"] = 4
    (folder / "config.json").write_text(json.dumps(config))
    state = load_file(folder / "model.safetensors")
    torch.manual_seed(3)
    for name, value in list(state.items()):
        if ".layers.0." in name:
            for number in range(4):
                state[name.replace(".layers.0.", f".layers.{number}.")] = torch.randn_like(value)
    shutil.move(folder / "model.safetensors", folder / "old")
    save_file(state, folder / "model.safetensors", {"format": "pt"})
