"""A missing or damaged weight file is named, and the engine stays usable."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from conftest import MakeRequest
from model_factory import copy_model
from safetensors.torch import load_file, save_file

from studio.catalog.models import STARTER
from studio.core.errors import StudioError
from studio.core.paths import resource
from studio.engine.engine import Engine
from studio.engine.latent_diffusion import painting

UNET = Path("unet") / "diffusion_pytorch_model.safetensors"


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-100])


def drop_a_tensor(file: Path) -> None:
    state = load_file(file)
    state.pop(next(name for name in state if "mid_block" in name or "layers.1" in name))
    save_file(state, file)


def reshape_a_tensor(file: Path) -> None:
    state = load_file(file)
    name = next(name for name in state if "mid_block" in name or "layers.1" in name)
    state[name] = torch.zeros(3, 3)
    save_file(state, file)


@pytest.mark.parametrize("damage", [cut, Path.unlink, drop_a_tensor, reshape_a_tensor])
@pytest.mark.parametrize(
    "part", [UNET, Path("vae") / UNET.name, Path("text_encoder") / "model.safetensors"]
)
def test_bad_weights_leave_the_loaded_model_in_place(
    engine: Engine, ask: MakeRequest, tiny: Path, tmp_path: Path, damage: object, part: Path
) -> None:
    before = engine.run(ask(sampling={"steps": 1})).images[0]
    loaded = engine.residency.loaded
    broken = copy_model(tiny, tmp_path / "broken")
    damage(broken / part)  # type: ignore[operator]
    with pytest.raises(StudioError, match=part.name) as caught:
        engine.run(ask(model=str(broken)))
    assert caught.value.hint
    assert engine.residency.loaded is loaded
    assert np.array_equal(engine.run(ask(sampling={"steps": 1})).images[0], before)


def test_weights_that_are_not_numbers_make_no_black_picture(
    engine: Engine, ask: MakeRequest, tiny: Path, tmp_path: Path
) -> None:
    broken = copy_model(tiny, tmp_path / "broken")
    state = load_file(broken / UNET)
    save_file({**state, "conv_out.bias": torch.full((4,), float("nan"))}, broken / UNET)
    with pytest.raises(StudioError, match="not a picture"):
        engine.run(ask(model=str(broken), sampling={"steps": 1}))


def test_replaced_weights_are_loaded_again(
    engine: Engine, ask: MakeRequest, tiny: Path, tmp_path: Path
) -> None:
    model = copy_model(tiny, tmp_path / "model")
    request = ask(model=str(model), sampling={"steps": 1})
    first = engine.run(request).images[0]
    state = load_file(model / UNET)
    save_file({**state, "conv_out.bias": torch.ones(4)}, model / UNET)
    assert not np.array_equal(engine.run(request).images[0], first)


def test_an_error_inside_a_run_leaves_the_engine_usable(
    engine: Engine, ask: MakeRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = engine.run(ask(sampling={"steps": 1})).images[0]
    with monkeypatch.context() as patch:
        patch.setattr(painting, "decode", lambda *_args: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            engine.run(ask(sampling={"steps": 1}))
    assert np.array_equal(engine.run(ask(sampling={"steps": 1})).images[0], before)


def test_one_wrong_byte_in_the_starter_is_refused_with_the_command_that_mends_it(
    ask: MakeRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied = tmp_path / "starter"
    shutil.copytree(resource(STARTER), copied)
    monkeypatch.setattr("studio.catalog.model_spec.resource", lambda *_: copied)
    engine = Engine("cpu")
    content = bytearray((copied / UNET).read_bytes())
    content[len(content) // 2] ^= 1
    (copied / UNET).write_bytes(content)
    with pytest.raises(StudioError, match="damaged") as caught:
        engine.run(ask(model=STARTER, sampling={"steps": 1}))
    assert str(copied / UNET) in str(caught.value) and "models --restore" in str(caught.value)
    shutil.copy(resource(STARTER) / UNET, copied / UNET)
    assert len(engine.run(ask(model=STARTER, sampling={"steps": 1})).images) == 1
