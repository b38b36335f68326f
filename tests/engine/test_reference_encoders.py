"""An IP-Adapter gets the image encoder that it was made for, wherever artists keep it."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from conftest import MakeRequest
from model_factory import copy_model
from safetensors.torch import load_file, save_file
from test_reference import WIDTH, picture, write_adapter
from transformers import CLIPVisionConfig, CLIPVisionModelWithProjection

from studio.catalog.models import identify
from studio.catalog.references import find_reference
from studio.core.errors import StudioError
from studio.edit.request import ReferenceUse
from studio.engine.engine import Engine


def encoder(folder: Path, projection: int = WIDTH, heads: int = 16) -> Path:
    torch.manual_seed(2)
    config = CLIPVisionConfig(
        hidden_size=32, intermediate_size=48, projection_dim=projection, num_hidden_layers=2,
        num_attention_heads=heads, image_size=32, patch_size=8, hidden_act="gelu",
    )  # fmt: skip
    CLIPVisionModelWithProjection(config).save_pretrained(folder)
    return folder


@pytest.fixture
def adapter(tiny: Path, tmp_path: Path) -> Path:
    """A folder with an adapter beside one for another model, and the wrong encoder."""
    copy_model(tiny, tmp_path / "model")
    folder = write_adapter(tmp_path / "model", tmp_path / "sets")
    shutil.rmtree(folder / "image_encoder")
    encoder(folder / "image_encoder", 2 * WIDTH)
    state = load_file(folder / "ip-adapter.safetensors")
    other = {n: torch.zeros(8, 2048) if "_ip." in n else t for n, t in state.items()}
    save_file(other, folder / "a for xl.safetensors")
    return folder


def test_the_encoder_that_fits_is_found_and_used(
    engine: Engine, ask: MakeRequest, tiny: Path, adapter: Path, tmp_path: Path
) -> None:
    right = encoder(tmp_path / "models" / "image_encoder")
    spec = identify(tiny)
    for given in (adapter, adapter / "ip-adapter.safetensors"):
        found = find_reference(spec, str(given))
        assert found.path.stem == "ip-adapter" and found.encoder == right
    use = ReferenceUse(picture(1), model=str(adapter), mode="subject")
    folder = engine.run(ask(references=(use,))).images[0]
    single = tmp_path / "clip_vision" / "CLIP-ViT.safetensors"
    single.parent.mkdir()
    save_file(load_file(right / "model.safetensors"), single)
    shutil.rmtree(right)
    assert find_reference(spec, str(adapter)).encoder == single
    file = Engine("cpu").run(ask(references=(use,))).images[0]
    assert np.array_equal(file, folder)
    assert not np.array_equal(file, engine.run(ask()).images[0])


def test_the_wrong_encoder_alone_is_a_sentence(tiny: Path, adapter: Path) -> None:
    with pytest.raises(StudioError, match="not made for the image encoder beside it") as caught:
        find_reference(identify(tiny), str(adapter))
    assert str(WIDTH) in str(caught.value) and str(2 * WIDTH) in str(caught.value)


def test_an_encoder_that_lacks_weights_is_a_sentence(
    engine: Engine, ask: MakeRequest, adapter: Path, tmp_path: Path
) -> None:
    """Random weights in their place would make a picture that looks like a bad reference."""
    whole = load_file(encoder(tmp_path / "whole") / "model.safetensors")
    file = tmp_path / "clip_vision" / "CLIP-ViT.safetensors"
    file.parent.mkdir()
    lost = "vision_model.encoder.layers.1.mlp.fc2.weight"
    save_file({name: value for name, value in whole.items() if name != lost}, file)
    request = ask(references=(ReferenceUse(picture(1), model=str(adapter), mode="subject"),))
    with pytest.raises(StudioError, match=lost) as caught:
        engine.run(request)
    assert str(file) in str(caught.value)
    # Without its first layer it is no encoder at all.
    save_file({name: value for name, value in whole.items() if "layers.0" not in name}, file)
    with pytest.raises(StudioError, match="image encoder beside it"):
        engine.run(request)
