"""Prompts of Stable Diffusion XL: both encoders, weights, chunks, and size and crop numbers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from diffusers import StableDiffusionXLPipeline
from xl_factory import PROJECTION, WIDTH_G, WIDTH_L, build_xl

from studio.catalog.models import identify
from studio.core.progress import Progress
from studio.engine.device import choose_device
from studio.engine.families.stable_diffusion_xl.conditioning import (
    encode_pair,
    encode_text,
    time_ids,
)
from studio.engine.families.stable_diffusion_xl.loaded import LoadedXL, load

LONG = "a cat, " * 40


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_xl(tmp_path_factory.mktemp("models") / "xl")


@pytest.fixture(scope="module")
def loaded(folder: Path) -> LoadedXL:
    return load(identify(folder), choose_device("cpu"), Progress())


@pytest.fixture(autouse=True)
def without_gradients() -> Iterator[None]:
    with torch.no_grad():
        yield


@pytest.mark.parametrize("text", ["a cat", "", "A  Dog.\nred, 3d", "a (cat:1.0)", "([a cat])"])
@pytest.mark.parametrize("negative", ["blurry", ""])
def test_without_weights_it_is_bit_for_bit_what_diffusers_encodes(
    folder: Path, loaded: LoadedXL, text: str, negative: str
) -> None:
    stock: Any = StableDiffusionXLPipeline.from_pretrained(folder)
    plain = text.translate(str.maketrans("", "", "()[]")).replace(":1.0", "")
    wanted = stock.encode_prompt(plain, device="cpu", negative_prompt=negative or None)
    positive, away = encode_pair(loaded, (text, negative), True, [])
    assert away is not None
    found = (positive.states, away.states, positive.pooled, away.pooled)
    for one, other in zip(found, wanted, strict=True):
        assert torch.equal(one, other)


def test_an_empty_negative_prompt_is_encoded_if_the_model_was_trained_so(tmp_path: Path) -> None:
    folder = build_xl(tmp_path / "encoded", force_zeros=False)
    loaded = load(identify(folder), choose_device("cpu"), Progress())
    stock: Any = StableDiffusionXLPipeline.from_pretrained(folder)
    wanted = stock.encode_prompt("a cat", device="cpu")
    away = encode_pair(loaded, ("a cat", ""), True, [])[1]
    assert away is not None and torch.equal(away.states, wanted[1])
    assert torch.equal(away.pooled, wanted[3]) and away.pooled.any()


def test_weights_act_on_the_states_of_both_encoders_and_not_on_the_pooled_one(
    loaded: LoadedXL,
) -> None:
    plain, heavy, empty = (encode_text(loaded, one, []) for one in ("a cat", "a (cat:1.5)", ""))
    expected = empty.states + 1.5 * (plain.states - empty.states)
    assert torch.allclose(heavy.states[:, 2:5], expected[:, 2:5], atol=1e-5)
    assert torch.equal(heavy.states[:, :2], plain.states[:, :2])
    assert torch.equal(heavy.pooled, plain.pooled)
    none, other = encode_text(loaded, "a (cat:0) x", []), encode_text(loaded, "a (dog:0) x", [])
    assert torch.allclose(none.states[:, 5:], other.states[:, 5:], atol=1e-5)


def test_long_prompts_are_chunks_and_the_first_gives_the_pooled_state(loaded: LoadedXL) -> None:
    first, second = "a" * 60 + ",", "b" * 30
    both = encode_text(loaded, f"{first} {second}", [])
    assert both.states.shape == (1, 2 * 77, WIDTH_L + WIDTH_G)
    assert both.pooled.shape == (1, PROJECTION)
    alone = encode_text(loaded, first, [])
    assert torch.equal(both.states[:, :77], alone.states)
    assert torch.equal(both.states[:, 77:], encode_text(loaded, second, []).states)
    assert torch.equal(both.pooled, alone.pooled)


@pytest.mark.parametrize("texts", [(LONG, "b"), ("b", LONG)])
def test_the_shorter_of_two_prompts_gets_empty_chunks(
    loaded: LoadedXL, texts: tuple[str, str]
) -> None:
    positive, negative = encode_pair(loaded, texts, True, [])
    assert negative is not None and positive.states.shape == negative.states.shape
    short = negative if texts[1] == "b" else positive
    assert torch.equal(short.states[:, 77:154], encode_text(loaded, "", []).states)


def test_no_guidance_needs_no_negative_prompt(loaded: LoadedXL) -> None:
    assert encode_pair(loaded, ("a cat", "blurry"), False, [])[1] is None


def test_sizes_are_those_of_the_picture_unless_they_are_set() -> None:
    assert time_ids({}, 96, 64) == (64, 96, 0, 0, 64, 96)
    said = {"original_width": 500, "crop_left": 30, "target_height": 40}
    assert time_ids(said, 96, 64) == (64, 500, 0, 30, 40, 96)
    assert time_ids(said, 96, 64, negative=True) == (64, 500, 0, 30, 40, 96)
    away = {**said, "negative_crop_left": 0, "negative_target_height": 0, "negative_crop_top": 9}
    assert time_ids(away, 96, 64) == (64, 500, 0, 30, 40, 96)
    assert time_ids(away, 96, 64, negative=True) == (64, 500, 9, 0, 64, 96)
