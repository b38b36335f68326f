"""The starter's recipe: its table, captions, masks, training loop, and what it shipped."""

import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

PROJECT = Path(__file__).resolve().parents[2]
STARTER = PROJECT / "resources" / "starter"
sys.path.insert(0, str(PROJECT / "packaging" / "starter"))

pytest.importorskip("cairosvg", reason="a tool of the recipe, not of the application")
pytest.importorskip("skimage", reason="a tool of the recipe, not of the application")

from starter_recipe import captions, export, models, scenes  # noqa: E402
from starter_recipe.concepts import concepts  # noqa: E402
from starter_recipe.trainer import Plan, Trainer  # noqa: E402


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Let the libraries announce their own deprecations."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def test_there_are_enough_things_each_named_once_in_both_languages() -> None:
    table = concepts()
    assert len(table) >= 250
    for language in captions.LANGUAGES:
        names = [name for thing in table for name in thing.names(language)]
        assert all(names)
        assert len(set(names)) == len(names)
    assert len({thing.code for thing in table}) == len(table)
    wanted = {"teddy bear", "cat", "dog", "car", "apple", "pizza", "rocket", "hot air balloon"}
    assert wanted <= {thing.en for thing in table}


def test_plain_prompts_have_the_right_article() -> None:
    index = {thing.en: i for i, thing in enumerate(concepts())}
    assert captions.plain(index["teddy bear"], "en") == "a teddy bear"
    assert captions.plain(index["teddy bear"], "es") == "un oso de peluche"
    assert captions.plain(index["elephant"], "en") == "an elephant"
    assert captions.plain(index["unicorn"], "en") == "a unicorn"
    assert captions.plain(index["eagle"], "es") == "un águila"
    assert captions.plain(index["glasses"], "es") == "unas gafas"


@pytest.mark.parametrize("language", captions.LANGUAGES)
def test_a_caption_says_every_style_and_background_that_is_not_the_default(language: str) -> None:
    rng = np.random.default_rng(0)
    for number in range(400):
        written = captions.caption(rng, number % len(concepts()), language, photo=False)
        text = captions.strip_accents(written.text.lower())
        if written.style > 0:
            assert any(word in text for word in ("flat", "plano", "cartoon", "anima", "caricat"))
        background = captions.BACKGROUNDS[written.background]
        if background in captions.SPANISH_COLOURS:
            colour = captions.SPANISH_COLOURS[background] if language == "es" else background
            assert captions.strip_accents(colour) in text


@pytest.mark.parametrize("kind", scenes.MASKS)
def test_a_mask_covers_the_thing_and_leaves_some_of_the_picture(kind: str) -> None:
    rng = np.random.default_rng(1)
    sprite = np.zeros((144, 144, 4), np.uint8)
    sprite[10:130, 40:100] = 255
    for _ in range(20):
        thing = scenes.place(rng, sprite, 128, (0.45, 0.8), flips=True)
        mask = scenes.mask_around(rng, thing[..., 3], kind)
        assert mask[thing[..., 3] > 0.02].all()
        assert mask.min() == 0


def test_a_white_background_is_white() -> None:
    rng = np.random.default_rng(2)
    assert (scenes.named_background(rng, 16, "white") == 1).all()


def _trained(folder: Path, steps: tuple[int, ...]) -> dict[str, Tensor]:
    """Train a tiny network in one run for each number of steps, from checkpoint to checkpoint."""
    for last in steps:
        torch.manual_seed(len(steps))
        module = nn.Sequential(nn.Linear(4, 8), nn.SiLU(), nn.Linear(8, 1))
        if last == steps[0]:
            torch.manual_seed(0)
            for part in module.parameters():
                nn.init.normal_(part)

        def loss(step: int, module: nn.Module = module) -> Tensor:
            batch = torch.randn(16, 4, generator=torch.Generator().manual_seed(step))
            answer: Tensor = module(batch)
            return (answer - batch.sum(1, keepdim=True)).pow(2).mean()

        plan = Plan(batch=16, rate=1e-2, steps=9, warmup=2)
        trainer = Trainer(module, loss, plan, folder / "tiny.pt")
        while trainer.step < last:
            trainer.advance()
        trainer.save()
    return {**module.state_dict(), **{f"mean {n}": t for n, t in trainer.averaged.items()}}


def test_training_continues_from_a_checkpoint_bit_for_bit(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    whole = _trained(tmp_path / "a", (9,))
    broken = _trained(tmp_path / "b", (3, 5, 9))
    assert whole.keys() == broken.keys()
    for name, value in whole.items():
        assert torch.equal(value, broken[name]), name


def test_the_shipped_folder_is_small_enough() -> None:
    size = sum(path.stat().st_size for path in STARTER.rglob("*") if path.is_file())
    assert size <= 56 * 2**20


def test_stock_diffusers_loads_and_runs_the_shipped_folder() -> None:
    from diffusers import StableDiffusionPipeline

    pipeline = StableDiffusionPipeline.from_pretrained(STARTER, safety_checker=None)
    pipeline.set_progress_bar_config(disable=True)
    made = pipeline("un oso de peluche", num_inference_steps=2, output_type="np").images
    assert made.shape == (1, models.SIDE, models.SIDE, 3)
    assert np.isfinite(made).all()


def test_the_text_to_image_unet_equals_the_fill_unet_with_nothing_to_fill() -> None:
    whole = export.fill_unet(STARTER)
    part = export.text_to_image_slice(whole)
    image = torch.randn(2, 4, models.LATENT, models.LATENT)
    text = torch.randn(2, models.TEXT_LENGTH, models.TEXT_WIDTH)
    padded = torch.cat([image, torch.zeros(2, 5, models.LATENT, models.LATENT)], 1)
    with torch.no_grad():
        first = part(image, 500, text).sample
        second = whole(padded, 500, text).sample
    assert torch.allclose(first, second, atol=1e-4)
