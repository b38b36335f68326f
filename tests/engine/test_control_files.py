"""A ControlNet in one file, in the authors' layout or diffusers', does what its folder does."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from conftest import MakeRequest
from PIL import Image
from safetensors.torch import load_file, save_file
from test_control import write_control

from studio.catalog.models import STARTER, model_folder
from studio.catalog.recognise.sgm_names import sgm_names
from studio.cli import main as cli
from studio.core.errors import StudioError
from studio.edit.request import ControlUse, Pixels
from studio.engine.engine import Engine

NORMS = {"norm1": "in_layers.0", "norm2": "out_layers.0"}
Tensors = dict[str, torch.Tensor]


def original(tensors: Tensors) -> Tensors:
    """Return the weights of a ControlNet under the names of its authors' code (cldm.py)."""
    modules = [key.rpartition(".")[0] for key in tensors]
    known = sgm_names(modules)
    found = {}
    for key, value in tensors.items():
        module, _, kind = key.rpartition(".")
        found[f"control_model.{_name(module, known)}.{kind}"] = value
    return found


def _name(module: str, known: dict[str, str]) -> str:
    hint = re.fullmatch(r"controlnet_cond_embedding\.(conv_in|conv_out|blocks\.(\d+))", module)
    if hint:
        number = {"conv_in": 0, "conv_out": 14}.get(hint[1])
        return f"input_hint_block.{2 * (int(hint[2]) + 1) if number is None else number}"
    zero = re.fullmatch(r"controlnet_(down_blocks\.(\d+)|mid_block)", module)
    if zero:
        return "middle_block_out.0" if zero[2] is None else f"zero_convs.{zero[2]}.0"
    norm = re.sub(r"(resnets\.\d+)\.(norm[12])$", r"\1.conv1", module)
    if norm != module:
        return known[norm].removesuffix("in_layers.2") + NORMS[module[-5:]]
    return known[module]


@pytest.fixture(scope="module")
def model(tiny: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model with a ControlNet for edges."""
    folder = tmp_path_factory.mktemp("model") / "model"
    shutil.copytree(tiny, folder)
    write_control(folder, "canny")
    return folder


@pytest.fixture
def hint() -> Pixels:
    image = np.zeros((64, 96, 3), np.uint8)
    image[20:40, 10:80] = 255
    return image


def weights(model: Path) -> Tensors:
    return load_file(model / "controlnet-canny" / "diffusion_pytorch_model.safetensors")


@pytest.mark.parametrize("layout", ["authors", "authors, alone", "diffusers"])
def test_a_single_file_does_what_the_folder_does(
    engine: Engine, ask: MakeRequest, model: Path, hint: Pixels, tmp_path: Path, layout: str
) -> None:
    tensors = weights(model)
    if layout != "diffusers":
        tensors = original(tensors)
    if layout == "authors, alone":
        tensors = {key.removeprefix("control_model."): one for key, one in tensors.items()}
    file = tmp_path / "control_v11p_sd15_canny.safetensors"
    save_file(tensors, file)
    request = ask(model=str(model))
    wanted = engine.run(request.replace(controls=(ControlUse("canny", hint),)))
    found = engine.run(request.replace(controls=(ControlUse("canny", hint, model=str(file)),)))
    assert np.array_equal(found.images[0], wanted.images[0])
    assert not np.array_equal(found.images[0], engine.run(request).images[0])


def test_files_that_are_none_or_of_another_base_are_a_sentence(
    engine: Engine, ask: MakeRequest, model: Path, hint: Pixels, tmp_path: Path
) -> None:
    tensors = original(weights(model))
    first = "control_model.input_blocks.0.0.weight"
    wide = {**tensors, first: torch.zeros(320, 4, 3, 3)}
    cut = {key: one for key, one in tensors.items() if "zero_convs" not in key}
    bad = {
        "adapter.safetensors": ({"adapter.body.0.weight": torch.zeros(2)}, "not a ControlNet"),
        "wide.safetensors": (wide, "not made for models like"),
        "cut.safetensors": (cut, "cannot be loaded"),
    }
    (tmp_path / "old.pth").write_bytes(b"PK")
    for name, (content, said) in bad.items():
        save_file(content, tmp_path / name)
        with pytest.raises(StudioError, match=said):
            use = ControlUse("canny", hint, model=str(tmp_path / name))
            engine.run(ask(model=str(model), controls=(use,)))
    with pytest.raises(StudioError, match="safetensors"):
        use = ControlUse("canny", hint, model=str(tmp_path / "old.pth"))
        engine.run(ask(model=str(model), controls=(use,)))


def test_the_command_line_names_a_controlnet(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edges = np.zeros((128, 128, 3), np.uint8)
    edges[30:100, 40:90:6] = 255
    Image.fromarray(edges).save(tmp_path / "edges.png")
    source = model_folder(STARTER) / "controlnet-depth" / "diffusion_pytorch_model.safetensors"
    shutil.copy(source, tmp_path / "depth.safetensors")
    pictures = []
    args = ["generate", "--prompt", "a cat", "--seed", "3", "--steps", "1", "--width", "128"]
    args += ["--height", "128", "--control", f"canny={tmp_path / 'edges.png'}"]
    for more in (
        [],
        ["--controlnet", f"canny={tmp_path / 'depth.safetensors'}"],
        ["--controlnet", str(tmp_path / "depth.safetensors")],
        ["--controlnet", str(source.parent)],
    ):
        out = tmp_path / "out.png"
        assert cli.main([*args, *more, "--out", str(out)]) == 0
        pictures.append(np.asarray(Image.open(out)).tobytes())
    assert pictures[0] != pictures[1] and len(set(pictures[1:])) == 1
    capsys.readouterr()
    wrong = ["--controlnet", f"pose={source.parent}", "--out", str(tmp_path / "out.png")]
    assert cli.main([*args, *wrong]) == 1
    assert "no control uses" in capsys.readouterr().err
