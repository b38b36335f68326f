"""Single files that go, change or hold no numbers while the engine uses them."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from conftest import MakeRequest
from safetensors.torch import load_file, save_file
from single_factory import build_folder, export

from studio.catalog.models import identify, survey
from studio.core.errors import StudioError
from studio.engine.engine import Engine

pytestmark = pytest.mark.needs_asset("clip-tokenizer")
INPUT = "model.diffusion_model.input_blocks.0.0.weight"


@pytest.fixture
def whole(tmp_path: Path) -> bytes:
    """The bytes of a small checkpoint of SD 1.x in float32, whose tensors stay in the file."""
    folder = build_folder(tmp_path / "folder", dtype=torch.float32)
    return export(folder, tmp_path / "model.safetensors").read_bytes()


@pytest.fixture
def model(whole: bytes, tmp_path: Path) -> Path:
    """A copy that a test may damage, in a folder of checkpoints."""
    path = tmp_path / "checkpoints" / "mine.safetensors"
    path.parent.mkdir()
    path.write_bytes(whole)
    return path


def delete(path: Path) -> None:
    path.unlink()


def empty(path: Path) -> None:
    write_anew(path, b"")


def halve(path: Path) -> None:
    write_anew(path, path.read_bytes()[: path.stat().st_size // 2])


def make_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def make_page(path: Path) -> None:
    write_anew(path, b"<!doctype html><title>Sign in</title>")


def write_anew(path: Path, content: bytes) -> None:
    """Replace a file as programs do that write beside it first."""
    beside = path.with_suffix(".new")
    beside.write_bytes(content)
    os.replace(beside, path)


def flip_input(path: Path) -> None:
    """Replace a checkpoint by one with other weights."""
    change_input(path, lambda weight: weight.flip(0))


def spoil_input(path: Path) -> None:
    """Replace a checkpoint by one with weights that are not numbers."""
    change_input(path, lambda weight: torch.full_like(weight, float("nan")))


def change_input(path: Path, change: Callable[[torch.Tensor], torch.Tensor]) -> None:
    state = {name: tensor.clone() for name, tensor in load_file(path).items()}
    beside = path.with_suffix(".new")
    save_file({**state, INPUT: change(state[INPUT]).contiguous()}, beside)
    os.replace(beside, path)


def test_a_loaded_file_that_goes_or_changes_is_named_and_the_engine_stays_usable(
    engine: Engine, ask: MakeRequest, model: Path, whole: bytes
) -> None:
    few = {"sampling": {"steps": 1}}
    plain = engine.run(ask(**few)).images[0]
    request = ask(model=str(model), **few)
    mine = engine.run(request).images[0]
    for damage in (delete, empty, halve, make_folder, make_page):
        damage(model)
        with pytest.raises(StudioError) as caught:
            engine.run(request)
        assert str(model) in str(caught.value) and caught.value.hint
        assert np.array_equal(engine.run(ask(**few)).images[0], plain)
        if model.is_dir():
            model.rmdir()
        write_anew(model, whole)
    flip_input(model)
    assert not np.array_equal(engine.run(request).images[0], mine)
    spoil_input(model)
    with pytest.raises(StudioError, match="not a picture") as caught:
        engine.run(request)
    assert caught.value.hint
    write_anew(model, whole)
    assert np.array_equal(engine.run(request).images[0], mine)


def test_two_files_of_one_name_are_two_models(model: Path, whole: bytes) -> None:
    other = model.parent / "other" / model.name
    other.parent.mkdir()
    other.write_bytes(whole)
    found, problems = survey([model.parent])
    assert not problems
    assert {spec.path for spec in found[1:]} == {model, other}
    assert len({spec.id for spec in found}) == 3


def test_a_text_encoder_of_another_kind_is_no_text_encoder(model: Path) -> None:
    state = load_file(model)
    bare = {name: tensor for name, tensor in state.items() if not name.startswith("cond_stage")}
    save_file(bare, model)
    t5 = model.parent / "clip_l.safetensors"
    save_file(
        {
            "shared.weight": torch.zeros(64, 4096, dtype=torch.float16),
            "encoder.block.0.layer.0.SelfAttention.q.weight": torch.zeros(8, 4096),
            "encoder.final_layer_norm.weight": torch.zeros(4096),
        },
        t5,
    )
    with pytest.raises(StudioError, match="has no CLIP-L text encoder"):
        identify(model)
