"""The mask decoder in numpy against one in torch, and the encoder's folding and windows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from sam_reference import State, decode, random_state

from studio.core.assets import asset_path
from studio.core.errors import StudioError
from studio.engine.photo.mobile_sam.tiny_vit import TinyViT
from studio.retouch.object_masks import Embedding, ObjectDecoder, Prompt

Box = tuple[float, float, float, float]
Prompts = tuple[list[tuple[float, float, bool]], Box | None, bool]
PROMPTS: list[Prompts] = [
    ([(500.0, 300.0, True)], None, False),
    ([(500.0, 300.0, True), (20.5, 1000.0, False)], None, False),
    ([], (10.0, 20.0, 600.0, 700.0), False),
    ([(50.0, 60.0, True)], (10.0, 20.0, 600.0, 700.0), False),
    ([(500.0, 300.0, True)], None, True),
]


def _compare(state: State, prompt: Prompts) -> tuple[float, float, float]:
    """Return the mean and the largest difference of the logits, and the largest of the scores."""
    points, box, earlier = prompt
    decoder = ObjectDecoder({name: value.float().numpy() for name, value in state.items()})
    features = torch.randn(256, 64, 64, generator=torch.Generator().manual_seed(1)).half() * 0.1
    logits = torch.randn(256, 256, generator=torch.Generator().manual_seed(2)) if earlier else None
    masks, scores = decode(state, features, points, box, logits)
    picture = Embedding(features.numpy())
    decoder.decode(picture, Prompt(((1.0, 2.0, True),)))  # keeps parts for the next prompt
    asked = Prompt(tuple(points), box, None if logits is None else logits.numpy())
    got = decoder.decode(picture, asked)
    error = np.abs(got.logits - masks.numpy())
    return float(error.mean()), float(error.max()), float(np.abs(got.scores - scores.numpy()).max())


@pytest.mark.parametrize("prompt", PROMPTS)
def test_the_decoder_equals_torch_with_random_weights(prompt: Prompts) -> None:
    # Random weights are badly conditioned: torch in float32 differs from float64 as much.
    mean, _, scores = _compare(random_state(), prompt)
    assert mean < 5e-3 and scores < 5e-3


@pytest.mark.needs_asset("mobile-sam")
@pytest.mark.parametrize("prompt", PROMPTS)
def test_the_decoder_equals_torch_with_the_real_weights(prompt: Prompts) -> None:
    loaded = load_file(asset_path("mobile-sam"))
    state = {
        name: value.double()
        for name, value in loaded.items()
        if not name.startswith("image_encoder.")
    }
    _, largest, scores = _compare(state, prompt)
    assert largest < 1e-3 and scores < 1e-3


def test_a_prompt_without_anything_and_a_wrong_embedding_are_refused() -> None:
    decoder = ObjectDecoder({n: v.float().numpy() for n, v in random_state().items()})
    with pytest.raises(ValueError, match="point or a box"):
        decoder.decode(Embedding(np.zeros((256, 64, 64), np.float16)), Prompt())
    with pytest.raises(ValueError, match="embedding"):
        Embedding(np.zeros((64, 64, 256), np.float16))


def test_a_broken_file_is_an_error_with_the_command(tmp_path: Path) -> None:
    other, cut = tmp_path / "other.safetensors", tmp_path / "cut.safetensors"
    save_file({"a": torch.zeros(2)}, other)
    cut.write_bytes(other.read_bytes()[:20])
    for path in (other, cut, tmp_path / "missing.safetensors"):
        with pytest.raises(StudioError) as error:
            ObjectDecoder.load(path)
        assert "lienzo assets fetch mobile-sam" in error.value.hint


@torch.inference_mode()
def test_folding_the_encoder_changes_no_feature() -> None:
    torch.manual_seed(3)
    network = TinyViT().eval()
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            assert module.running_mean is not None and module.running_var is not None
            module.running_mean.normal_(0, 0.1)
            module.running_var.uniform_(0.5, 2)
            module.weight.uniform_(0.5, 1.5)
            module.bias.normal_(0, 0.1)
    # A picture of 256 pixels: the windows of 14 cells do not fit its 16 cells.
    picture = torch.randn(1, 3, 256, 256)
    before = network(picture)
    network.fold()
    assert not any(isinstance(m, torch.nn.BatchNorm2d) for m in network.modules())
    assert before.shape == (1, 256, 16, 16)
    assert torch.allclose(network(picture), before, atol=1e-4)
