"""Weight folders that go between two requests or in the middle of one, or that fit another base."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from conftest import MakeRequest
from safetensors.torch import save_file
from test_lora import fingerprint
from test_reference import picture, referred

from studio.catalog.annotators import POSE_FOLDER, POSE_WEIGHTS
from studio.catalog.detectors import DETECTORS
from studio.core.errors import StudioError
from studio.core.paths import data_dir
from studio.core.progress import Progress, ProgressEvent
from studio.edit.request import ControlUse, EditRequest, Pixels, ReferenceUse
from studio.engine.annotators.base import annotator
from studio.engine.annotators.openpose_network import OpenPoseNetwork
from studio.engine.engine import Engine

__all__ = ["referred"]


@pytest.fixture
def parts(referred: Path, tmp_path: Path) -> dict[str, Path]:
    """Copies of the model's ControlNet and IP-Adapter that a test may take away."""
    found = {}
    for name, folder in (("control", "controlnet-canny"), ("reference", "ip_adapter")):
        found[name] = Path(shutil.copytree(referred / folder, tmp_path / name))
    return found


@pytest.fixture
def asked(ask: MakeRequest, referred: Path, parts: dict[str, Path]) -> dict[str, EditRequest]:
    """A request for each of the parts."""
    hint = np.zeros((64, 96, 3), np.uint8)
    hint[10:50, 20:60] = 255
    plain = ask(model=str(referred))
    control = ControlUse("canny", hint, model=str(parts["control"]))
    reference = ReferenceUse(picture(1), model=str(parts["reference"]))
    return {
        "plain": plain,
        "control": plain.replace(controls=(control,)),
        "reference": plain.replace(references=(reference,)),
    }


@pytest.mark.parametrize("part", ["control", "reference"])
def test_a_folder_that_is_gone_is_named_and_the_rest_works(
    engine: Engine, asked: dict[str, EditRequest], parts: dict[str, Path], part: str
) -> None:
    plain, steered = (engine.run(asked[name]).images[0] for name in ("plain", part))
    weights = fingerprint(engine)
    away = parts[part].rename(parts[part].with_name("away"))
    with pytest.raises(StudioError) as caught:
        engine.run(asked[part])
    assert str(parts[part]) in str(caught.value) and caught.value.hint
    assert fingerprint(engine) == weights
    assert np.array_equal(engine.run(asked["plain"]).images[0], plain)
    away.rename(parts[part])
    assert np.array_equal(engine.run(asked[part]).images[0], steered)


@pytest.mark.parametrize(
    ("part", "said"), [("control", "Loading the control"), ("reference", "Reading the reference")]
)
def test_a_folder_that_goes_in_the_middle_is_named(
    engine: Engine, asked: dict[str, EditRequest], parts: dict[str, Path], part: str, said: str
) -> None:
    plain = engine.run(asked["plain"]).images[0]

    def listen(event: ProgressEvent) -> None:
        if event.text == said:
            shutil.rmtree(parts[part])

    with pytest.raises(StudioError, match="There is no") as caught:
        engine.run(asked[part], Progress(listen))
    assert str(parts[part]) in str(caught.value)
    assert np.array_equal(engine.run(asked["plain"]).images[0], plain)


def test_a_model_that_is_gone_is_named_and_works_when_it_is_back(
    ask: MakeRequest, tiny: Path, tmp_path: Path
) -> None:
    engine = Engine("cpu")
    folder = Path(shutil.copytree(tiny, tmp_path / "model"))
    request = ask(model=str(folder))
    first = engine.run(request).images[0]
    away = folder.rename(tmp_path / "away")
    with pytest.raises(StudioError) as caught:
        engine.run(request)
    assert str(folder) in str(caught.value)
    away.rename(folder)
    assert np.array_equal(engine.run(request).images[0], first)


def test_weights_of_annotators_that_are_gone_are_a_sentence(tmp_path: Path) -> None:
    image: Pixels = np.full((64, 64, 3), 90, np.uint8)
    weights = data_dir().joinpath(*POSE_FOLDER) / POSE_WEIGHTS
    weights.parent.mkdir(parents=True)
    save_file(OpenPoseNetwork().state_dict(), weights)
    annotator("pose", side=64).annotate(image, Progress())
    shutil.rmtree(weights.parent)
    with pytest.raises(StudioError, match="not installed"):
        annotator("pose", side=64).annotate(image, Progress())
    for name in DETECTORS:
        with pytest.raises(StudioError, match="which is not in"):
            annotator(name, folder=str(tmp_path / "gone")).annotate(image, Progress())


def as_sdxl_control(folder: Path) -> None:
    """Give a ControlNet the settings that those of SDXL have, in diffusers layout."""
    config = json.loads((folder / "config.json").read_text())
    config |= {
        "addition_embed_type": "text_time",
        "addition_time_embed_dim": 256,
        "block_out_channels": [320, 640, 1280],
        "cross_attention_dim": 2048,
        "down_block_types": ["DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"],
        "projection_class_embeddings_input_dim": 2816,
    }
    (folder / "config.json").write_text(json.dumps(config))


def as_sdxl_reference(folder: Path) -> None:
    """Give an IP-Adapter the width of SDXL's text."""
    state = {"image_proj.proj.weight": torch.zeros(4 * 2048, 24)}
    state |= {f"ip_adapter.1.to_{part}_ip.weight": torch.zeros(640, 2048) for part in "kv"}
    save_file(state, next(folder.glob("*.safetensors")))


@pytest.mark.parametrize(
    ("part", "change"), [("control", as_sdxl_control), ("reference", as_sdxl_reference)]
)
def test_weights_of_sdxl_are_named_before_anything_is_loaded(
    asked: dict[str, EditRequest], parts: dict[str, Path], part: str, change: Callable[[Path], None]
) -> None:
    change(parts[part])
    engine = Engine("cpu")
    with pytest.raises(StudioError, match=r"not made for models like|was made for"):
        engine.run(asked[part])
    assert engine.residency.loaded is None
    silent = asked[part]
    controls = tuple(replace(use, strength=0.0) for use in silent.controls)
    references = tuple(replace(use, weight=0.0) for use in silent.references)
    assert engine.run(silent.replace(controls=controls, references=references)).images
