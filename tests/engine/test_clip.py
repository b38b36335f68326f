"""CLIP in memory: vectors of pictures and prompts, from the house's towers and public ones."""

from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from clip_factory import house_folder, public_folder
from safetensors.torch import load_file, save_file
from transformers import CLIPModel

from studio.catalog.clip import PICTURES, WEIGHTS, public_clip
from studio.core.errors import StudioError
from studio.engine.clip.model import load_clip
from studio.engine.clip.networks import pooled


@pytest.mark.parametrize("make", [house_folder, public_folder])
def test_vectors_are_of_unit_length_and_gradients_reach_the_picture(make, tmp_path: Path) -> None:
    clip = load_clip(make(tmp_path))
    picture = torch.rand(2, 3, 100, 80).requires_grad_()
    found = clip.pictures(picture)
    texts = clip.texts(["a cat", "un gato rojo", ""])
    assert found.shape == (2, 24)
    assert texts.shape == (3, 24)
    assert torch.allclose(found.norm(dim=1), torch.ones(2), atol=1e-5)
    assert torch.allclose(texts.norm(dim=1), torch.ones(3), atol=1e-5)
    (found @ texts.T).sum().backward()
    assert picture.grad is not None
    assert picture.grad.abs().sum() > 0


@pytest.mark.parametrize("make", [house_folder, public_folder])
def test_a_text_does_not_depend_on_its_neighbours_and_a_long_one_is_cut(make, tmp_path) -> None:
    clip = load_clip(make(tmp_path))
    long = "cat " * 500
    alone = clip.texts(["a cat"])
    assert torch.allclose(clip.texts(["a cat", "a green castle on a hill"])[:1], alone, atol=1e-5)
    assert clip.tokens(long) > clip.limit
    assert torch.allclose(clip.texts([long]), clip.texts([long + "dog"]), atol=1e-6)


def test_the_patches_of_the_house_average_to_its_picture(tmp_path: Path) -> None:
    clip = load_clip(house_folder(tmp_path))
    picture = torch.rand(1, 3, 64, 64) * 2 - 1
    flat = clip.tower.patches(picture)
    assert torch.allclose(F.normalize(flat.mean(1), dim=-1), clip.pictures(picture), atol=1e-6)
    assert clip.patches(picture).shape == (1, 4, 4, 24)


@pytest.mark.parametrize("is_pair", [False, True])
def test_a_public_clip_gives_the_vectors_of_transformers(is_pair: bool, tmp_path: Path) -> None:
    clip = load_clip(public_folder(tmp_path / "clip", is_pair))
    whole = CLIPModel.from_pretrained(public_folder(tmp_path / "reference")).eval()
    batch = clip.tokenizer(["a cat"], padding="max_length", max_length=77, return_tensors="pt")
    picture = torch.zeros(1, 3, 32, 32)
    with torch.no_grad():
        found = whole(**batch, pixel_values=clip._prepared(picture))
    assert torch.allclose(clip.texts(["a cat"]), found.text_embeds, atol=1e-5)
    assert torch.allclose(clip.pictures(picture), found.image_embeds, atol=1e-5)


def test_the_pooled_state_is_that_of_the_first_end_and_the_mean_leaves_padding_out() -> None:
    states = torch.arange(8.0).view(1, 4, 2)
    found = pooled(states, torch.tensor([[5, 7, 9, 9]]), 9)
    assert found.tolist() == [[4.0, 5.0, 2.0, 3.0]]


def test_a_folder_without_a_clip_is_refused_and_is_no_public_clip(tmp_path: Path) -> None:
    assert public_clip(tmp_path) is None
    with pytest.raises(StudioError, match="no CLIP"):
        load_clip(tmp_path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    folder = house_folder(tmp_path)
    (folder / PICTURES / WEIGHTS).unlink()
    with pytest.raises(StudioError, match="is missing"):
        load_clip(folder)


@pytest.mark.parametrize("change", ["nan", "lacks", "torn"])
def test_damaged_weights_are_refused(change: str, tmp_path: Path) -> None:
    file = house_folder(tmp_path) / PICTURES / WEIGHTS
    state = load_file(file)
    if change == "nan":
        state["projection.weight"][3, 1] = float("nan")
    if change == "lacks":
        del state["projection.weight"]
    save_file(state, file)
    if change == "torn":
        file.write_bytes(file.read_bytes()[:-100])
    with pytest.raises(StudioError, match=r"projection.weight|cannot be loaded"):
        load_clip(tmp_path)
