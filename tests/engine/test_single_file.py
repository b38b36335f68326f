"""Models in one file: every tensor and every picture as from the folder that it was made of."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from conftest import MakeRequest
from diffusers.loaders import single_file_utils
from single_factory import build_folder, export, exported, read_networks

from studio.catalog.configurations import part_config
from studio.catalog.models import identify
from studio.core.geometry import Rect
from studio.core.progress import Progress
from studio.edit.request import EditRequest
from studio.engine.device import choose_device
from studio.engine.engine import Engine
from studio.engine.families.base import family_module
from studio.engine.families.stable_diffusion.prompts import encode_prompts as sd_prompts
from studio.engine.families.stable_diffusion_xl.conditioning import encode_prompts as xl_prompts
from studio.engine.loading import load_components
from studio.engine.scheduling import make_scheduler

pytestmark = pytest.mark.needs_asset("clip-tokenizer")
KINDS = ("sd-1", "sd-2", "sdxl")
SIDE = 256


@pytest.fixture(scope="module")
def folders() -> dict[str, tuple[Path, Path]]:
    """The folder and the file of each kind of model, made when first asked for."""
    return {}


@pytest.fixture(params=KINDS)
def pair(
    request: pytest.FixtureRequest,
    folders: dict[str, tuple[Path, Path]],
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Path, Path]:
    """A model's folder in diffusers layout and the same model in one file."""
    return made(request.param, folders, tmp_path_factory)


def made(
    kind: str,
    folders: dict[str, tuple[Path, Path]],
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Path, Path]:
    """Return folder and file of a kind of model, which are made once."""
    if kind not in folders:
        place = tmp_path_factory.mktemp(kind)
        folder = build_folder(place / "folder", kind)
        folders[kind] = folder, export(folder, place / f"my {kind} merge.safetensors")
    return folders[kind]


def picture_request(ask: MakeRequest, model: Path, **changes: object) -> EditRequest:
    """Return a request for one picture in one step."""
    sampling = {"steps": 1, "cfg_scale": 1.0}
    return ask(
        **{"model": str(model), "sampling": sampling, "region": Rect(0, 0, SIDE, SIDE), **changes}
    )


def test_the_export_is_the_inverse_of_diffusers_conversion(pair: tuple[Path, Path]) -> None:
    folder, _ = pair
    spec = identify(folder)
    state, source = exported(folder), read_networks(folder)
    unet = single_file_utils.convert_ldm_unet_checkpoint(state, dict(part_config(spec, "unet")))
    vae = single_file_utils.convert_ldm_vae_checkpoint(state, dict(part_config(spec, "vae")))
    for found, wanted in ((unet, source["unet"]), (vae, source["vae"])):
        assert set(found) == set(wanted)
        assert all(torch.equal(found[name].squeeze(), wanted[name].squeeze()) for name in wanted)


def test_every_tensor_is_the_folders(pair: tuple[Path, Path]) -> None:
    folder, file = pair
    device = choose_device("cpu")
    ours = load_components(identify(file), device, Progress())
    theirs = load_components(identify(folder), device, Progress())
    assert set(ours) == set(theirs)
    for name, network in theirs.items():
        wanted = network.state_dict()
        found = ours[name].state_dict()
        assert set(found) == set(wanted)
        for key, value in wanted.items():
            assert found[key].dtype == value.dtype
            assert torch.equal(found[key], value), (name, key)


def test_the_spec_is_the_folders(pair: tuple[Path, Path]) -> None:
    folder, file = pair
    ours, theirs = identify(file), identify(folder)
    assert ours.name == file.stem
    for name in ("family", "variant", "native_size", "size_multiple", "min_size", "max_size"):
        assert getattr(ours, name) == getattr(theirs, name), name
    assert (ours.facts, ours.defaults) == (theirs.facts, theirs.defaults)
    assert {one.name: one.parameters for one in ours.components} == {
        one.name: one.parameters for one in theirs.components
    }
    assert ours.weight_bytes == file.stat().st_size


def test_prompts_and_noise_schedule_are_the_folders(
    pair: tuple[Path, Path], ask: MakeRequest
) -> None:
    request = picture_request(ask, pair[1], prompt="a cat, a dog", sampling={"cfg_scale": 5.0})
    found = []
    for place in pair:
        spec = identify(place)
        model: Any = family_module(spec).load(spec, choose_device("cpu"), Progress())
        encode = xl_prompts if spec.family == "stable_diffusion_xl" else sd_prompts
        found.append(encode(model, request, (SIDE, SIDE), []))
        scheduler = make_scheduler(model.networks.scheduler_config, "euler", "normal")
        options = {k: v for k, v in scheduler.config.items() if not k.startswith("_")}
        found[-1] += (scheduler.alphas_cumprod, options)
    for theirs, ours in zip(*found, strict=True):
        assert same(theirs, ours)


def same(theirs: Any, ours: Any) -> bool:
    """Whether two conditionings, tensors or configurations are the same."""
    if isinstance(theirs, torch.Tensor):
        return torch.equal(theirs, ours)
    if isinstance(theirs, dict):
        return theirs == ours
    pairs = [(theirs.text, ours.text)]
    pairs += [(theirs.added[name], ours.added[name]) for name in theirs.added]
    return all(torch.equal(*pair) for pair in pairs)


def test_the_picture_is_the_folders_bit_for_bit(
    folders: dict[str, tuple[Path, Path]],
    tmp_path_factory: pytest.TempPathFactory,
    ask: MakeRequest,
) -> None:
    folder, file = made("sd-1", folders, tmp_path_factory)
    theirs = Engine("cpu").run(picture_request(ask, folder)).images[0]
    ours = Engine("cpu").run(picture_request(ask, file)).images[0]
    assert ours.std() > 1
    assert np.array_equal(ours, theirs)
