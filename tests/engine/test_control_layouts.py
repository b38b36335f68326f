"""T2I-Adapters and union ControlNets equal diffusers' pipelines, in every layout of their files."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from conftest import MakeRequest
from diffusers import (
    ControlNetUnionModel,
    StableDiffusionAdapterPipeline,
    StableDiffusionPipeline,
    StableDiffusionXLControlNetUnionPipeline,
    T2IAdapter,
    UNet2DConditionModel,
)
from latents import sampled
from safetensors.torch import load_file, save_file
from test_xl_stock import arguments, pipeline
from test_xl_stock import sampled as sampled_xl
from xl_factory import build_xl

from studio.catalog.t2i_files import t2i_config, t2i_names
from studio.core.errors import StudioError
from studio.edit.request import ControlUse, Pixels, RegionUse
from studio.engine.adapters.t2i import hint_of
from studio.engine.engine import Engine
from studio.engine.latent_diffusion.pipelines import make_pipeline
from studio.engine.scaling import resize, resize_lines, working_size
from studio.engine.scheduling import make_scheduler

WEIGHTS = "diffusion_pytorch_model.safetensors"


@pytest.fixture
def hint() -> Pixels:
    image = np.zeros((64, 96, 3), np.uint8)
    image[20:40, 10:80] = (255, 90, 10)
    return image


def adapter(channels: int = 3, kind: str = "full_adapter") -> Any:
    torch.manual_seed(5)
    widths = [32] if kind == "light_adapter" else [32, 64]
    return T2IAdapter(channels, widths, 2, 8, kind)


def authors(state: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Return the tensors of a full adapter by the names of its authors."""
    found = {}
    for name, tensor in state.items():
        new = name.removeprefix("adapter.")
        match = re.match(r"body\.(\d+)\.resnets\.(\d+)\.(.*)", new)
        if match:
            new = f"body.{2 * int(match[1]) + int(match[2])}.{match[3]}"
        elif match := re.match(r"body\.(\d+)\.in_conv\.(.*)", new):
            new = f"body.{2 * int(match[1])}.in_conv.{match[2]}"
        found[new] = tensor
    return found


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("layout", ["folder", "diffusers", "authors"])
def test_a_t2i_adapter_equals_the_stock_pipeline(
    engine: Engine, ask: MakeRequest, tiny: Path, hint: Pixels, tmp_path: Path, layout: str,
    channels: int,
) -> None:  # fmt: skip
    network = adapter(channels)
    network.save_pretrained(tmp_path / "t2i")
    path = tmp_path / "t2i"
    state = load_file(path / WEIGHTS)
    if layout != "folder":
        path = tmp_path / "t2iadapter_sketch_sd15.safetensors"
        save_file(state if layout == "diffusers" else authors(state), path)
    use = ControlUse("scribble" if layout == "folder" else "depth", hint, 0.8, model=str(path))
    request = ask(controls=(use,), sampling={"steps": 4})
    engine.warm_up(str(tiny))
    loaded: Any = engine.residency.loaded
    found = sampled(loaded, request)
    scheduler = make_scheduler(loaded.networks.scheduler_config, "ddim", "normal")
    ours = make_pipeline(StableDiffusionPipeline, loaded, scheduler, loaded.networks.unet)
    parts = {**ours.components, "adapter": network}
    parts.pop("image_encoder", None)
    theirs: Any = StableDiffusionAdapterPipeline(**parts, requires_safety_checker=False)
    theirs.set_progress_bar_config(disable=True)
    width, height = working_size(loaded.spec, 96, 64)
    fit = resize_lines if use.kind == "scribble" else resize
    image = hint_of(network, fit(hint, width, height))

    expected = theirs(
        prompt="a cat", image=image, width=width, height=height, num_inference_steps=4,
        guidance_scale=5.0, adapter_conditioning_scale=0.8, output_type="latent",
        return_dict=False, generator=torch.Generator().manual_seed(7),
    )[0]  # fmt: skip
    assert torch.allclose(found, expected, atol=1e-4)
    assert not torch.allclose(found, sampled(loaded, request.replace(controls=())), atol=1e-3)


@pytest.mark.parametrize("kind", ["full_adapter", "full_adapter_xl", "light_adapter"])
def test_the_shapes_of_an_adapter_decide_its_configuration(kind: str) -> None:
    widths = [32, 64, 64] if kind == "light_adapter" else [32, 64, 64, 64]
    factor = 16 if kind == "full_adapter_xl" else 8
    made: Any = T2IAdapter(3, widths, 2, factor, kind)
    state = {name: tuple(tensor.shape) for name, tensor in made.state_dict().items()}
    config = t2i_config(state)
    assert {name: made.config[name] for name in config} == config and len(config) == 5
    assert t2i_names(state) == {name: name for name in state}


def test_adapters_and_controls_combine_and_act_in_part(
    engine: Engine, ask: MakeRequest, hint: Pixels, tmp_path: Path
) -> None:
    adapter().save_pretrained(tmp_path / "t2i")
    use = ControlUse("depth", hint, model=str(tmp_path / "t2i"))
    region = RegionUse("a red dog", np.full((64, 96), 255, np.uint8) * (hint[..., 0] > 0))
    requests = [
        ask(),
        ask(controls=(use,)),
        ask(controls=(use, use)),
        ask(controls=(replace(use, end=0.5),)),
        ask(controls=(replace(use, mode="prompt"),)),
        ask(controls=(replace(use, mode="control"),)),
        ask(controls=(use,), regions=(region,)),
    ]
    pictures = [engine.run(request).images[0].tobytes() for request in requests]
    assert len(set(pictures)) == len(pictures)
    off = engine.run(ask(controls=(replace(use, strength=0.0),))).images[0].tobytes()
    assert off == pictures[0] == engine.run(ask()).images[0].tobytes()


def test_an_adapter_that_does_not_fit_is_a_sentence(
    engine: Engine, ask: MakeRequest, hint: Pixels, tmp_path: Path
) -> None:
    wide: Any = T2IAdapter(3, [16, 64], 2, 8, "full_adapter")
    wide.save_pretrained(tmp_path / "wide")
    with pytest.raises(StudioError, match="not made for models like"):
        engine.run(ask(controls=(ControlUse("depth", hint, model=str(tmp_path / "wide")),)))
    state = {n: t for n, t in adapter().state_dict().items() if "resnets.1" not in n}
    save_file({**state, "adapter.body.0.resnets.1.block2.weight": torch.zeros(32, 32, 1, 1)},
              tmp_path / "cut.safetensors")  # fmt: skip
    with pytest.raises(StudioError, match="cannot be loaded"):
        use = ControlUse("depth", hint, model=str(tmp_path / "cut.safetensors"))
        engine.run(ask(controls=(use,)))


def write_union(model: Path, path: Path, types: int = 6) -> Path:
    """Write a union ControlNet with random weights for a small SDXL; returns its folder."""
    torch.manual_seed(4)
    unet = UNet2DConditionModel.from_pretrained(model / "unet")
    like: Any = ControlNetUnionModel.from_unet(
        unet, conditioning_embedding_out_channels=(4, 8, 8, 16), load_weights_from_unet=False
    )
    width = unet.config.block_out_channels[0]
    more = {"num_control_type": types, "num_trans_channel": width, "num_proj_channel": width}
    config = {name: one for name, one in like.config.items() if name[0] != "_"}
    made: Any = ControlNetUnionModel.from_config({**config, **more})
    zeros = [*made.controlnet_down_blocks, made.controlnet_mid_block, made.spatial_ch_projs]
    for layer in (*zeros, made.controlnet_cond_embedding.conv_out):
        torch.nn.init.normal_(layer.weight, std=0.3)
    made.save_pretrained(path)
    return path


@pytest.mark.parametrize("layout", ["folder", "file"])
@pytest.mark.parametrize(("kind", "mode"), [("canny", 3), ("pose", 0), ("segmentation", 5)])
def test_a_union_controlnet_equals_the_stock_pipeline(
    engine: Engine, ask: MakeRequest, hint: Pixels, tmp_path: Path, kind: str, mode: int,
    layout: str,
) -> None:  # fmt: skip
    folder = build_xl(tmp_path / "xl")
    path = write_union(folder, tmp_path / "union")
    network = ControlNetUnionModel.from_pretrained(path)
    given = path if layout == "folder" else path / WEIGHTS
    if layout == "file":
        save_file(load_file(given), tmp_path / "union-sdxl.safetensors")
        given = tmp_path / "union-sdxl.safetensors"
    use = ControlUse(kind, hint, strength=0.8, model=str(given))
    request = ask(model=str(folder), controls=(use,), sampling={"steps": 3})
    engine.warm_up(str(folder))
    loaded: Any = engine.residency.loaded
    found, job = sampled_xl(loaded, request)
    fit = resize(hint, job.width, job.height)
    if kind == "canny":
        fit = resize_lines(hint, job.width, job.height)
    image = torch.from_numpy(fit).permute(2, 0, 1)[None] / 255
    made = pipeline(StableDiffusionXLControlNetUnionPipeline, loaded, request, controlnet=network)
    expected = made(
        **arguments(request, job), control_image=[image], control_mode=[mode],
        controlnet_conditioning_scale=0.8,
    )[0]  # fmt: skip
    assert torch.allclose(found, expected, atol=1e-4)
    without, _ = sampled_xl(loaded, request.replace(controls=()))
    assert not torch.allclose(found, without, atol=1e-2)


def test_a_union_without_a_mode_for_the_kind_is_a_sentence(
    engine: Engine, ask: MakeRequest, hint: Pixels, tmp_path: Path
) -> None:
    folder = build_xl(tmp_path / "xl")
    six = write_union(folder, tmp_path / "union")
    use = ControlUse("tile", hint, model=str(six))
    with pytest.raises(StudioError, match="no mode for tile"):
        engine.run(ask(model=str(folder), controls=(use,)))
    eight = write_union(folder, tmp_path / "promax", 8)
    uses = tuple(ControlUse(kind, hint, model=str(eight)) for kind in ("tile", "depth"))
    both = engine.run(ask(model=str(folder), controls=uses)).images[0]
    one = engine.run(ask(model=str(folder), controls=uses[:1])).images[0]
    assert not np.array_equal(both, one)
    loaded: Any = engine.residency.loaded
    assert len(loaded.extras.controls) == 1, "one network serves all kinds"
