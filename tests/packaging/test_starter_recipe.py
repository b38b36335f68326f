"""The starter's recipe: its table, captions, masks, training loop, and what it shipped."""

import sys
import warnings
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

pytest.importorskip("cairosvg", reason="needs the library cairo", exc_type=OSError)

PROJECT = Path(__file__).resolve().parents[2]
STARTER = PROJECT / "resources" / "starter"
sys.path.insert(0, str(PROJECT / "packaging" / "starter"))


from starter_recipe import (  # noqa: E402
    captions,
    control,
    crowd,
    export,
    joints,
    modelcard,
    models,
    people,
    scenes,
    steering,
)
from starter_recipe.concepts import concepts  # noqa: E402
from starter_recipe.trainer import Plan, Trainer  # noqa: E402

from studio.control_maps.pose import draw_pose  # noqa: E402
from studio.control_maps.pose_edit import preset  # noqa: E402


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


def _trained(folder: Path, steps: tuple[int, ...], parts: int) -> dict[str, Tensor]:
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

        plan = Plan(batch=16, rate=1e-2, parts=parts, steps=9, warmup=2)
        trainer = Trainer(module, loss, plan, folder / "tiny.pt")
        while trainer.step < last:
            trainer.advance()
        trainer.save()
    return {**module.state_dict(), **{f"mean {n}": t for n, t in trainer.averaged.items()}}


@pytest.mark.parametrize("parts", [1, 2])
def test_training_continues_from_a_checkpoint_bit_for_bit(tmp_path: Path, parts: int) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    whole = _trained(tmp_path / "a", (9,), parts)
    broken = _trained(tmp_path / "b", (3, 5, 9), parts)
    assert whole.keys() == broken.keys()
    for name, value in whole.items():
        assert torch.equal(value, broken[name]), name


def test_the_parts_of_a_step_are_as_one_larger_batch() -> None:
    torch.manual_seed(0)
    batch = torch.randn(8, 4)
    start = nn.Linear(4, 1)
    found = []
    for parts in (1, 2):
        module = nn.Linear(4, 1)
        module.load_state_dict(start.state_dict())
        size = 8 // parts

        def loss(number: int, module: nn.Module = module, size: int = size) -> Tensor:
            part = batch[number * size : (number + 1) * size]
            answer: Tensor = module(part)
            return (answer - part.sum(1, keepdim=True)).pow(2).mean()

        plan = Plan(batch=size, parts=parts, rate=1e-2, steps=9, warmup=0)
        trainer = Trainer(module, loss, plan, Path("none.pt"))
        assert trainer.samples == 8
        trainer.advance()
        found.append(module.weight.detach())
    assert torch.allclose(found[0], found[1], atol=1e-6)
    assert not torch.equal(found[0], start.weight)


def test_the_shipped_folder_is_small_enough() -> None:
    size = sum(path.stat().st_size for path in STARTER.rglob("*") if path.is_file())
    assert size <= 112 * 2**20


def test_stock_diffusers_loads_and_runs_the_shipped_folder() -> None:
    from diffusers import StableDiffusionPipeline

    pipeline = StableDiffusionPipeline.from_pretrained(STARTER, safety_checker=None)
    pipeline.set_progress_bar_config(disable=True)
    made = pipeline("un oso de peluche", num_inference_steps=2, output_type="np").images
    assert made.shape == (1, models.SIDE, models.SIDE, 3)
    assert np.isfinite(made).all()


def test_the_text_to_image_unet_equals_the_fill_unet_with_nothing_to_fill() -> None:
    whole = export.fill_unet(STARTER)
    part = models.text_to_image_slice(whole)
    image = torch.randn(2, 4, models.LATENT, models.LATENT)
    text = torch.randn(2, models.TEXT_LENGTH, models.TEXT_WIDTH)
    padded = torch.cat([image, torch.zeros(2, 5, models.LATENT, models.LATENT)], 1)
    with torch.no_grad():
        first = part(image, 500, text).sample
        second = whole(padded, 500, text).sample
    assert torch.allclose(first, second, atol=1e-4)


def test_weights_of_another_unet_are_refused() -> None:
    state = models.unet(4).state_dict()
    again = models.load_unet(dict(state), 4)
    assert all(torch.equal(state[name], value) for name, value in again.state_dict().items())
    with pytest.raises(RuntimeError, match="conv_in"):
        models.load_unet(dict(state), 9)


@pytest.mark.parametrize("language", captions.LANGUAGES)
def test_the_words_for_a_person_name_the_clothes_that_are_drawn(language: str) -> None:
    rng = np.random.default_rng(6)
    dressed = 0
    for _ in range(200):
        described = crowd.describe(rng, language, photo=True)
        person, plain = described.person, captions.strip_accents(described.text.lower())
        assert crowd.KINDS[language][person.kind].replace("ñ", "n") in plain
        colour = person.top if language == "en" else captions.SPANISH_COLOURS[person.top]
        named = captions.strip_accents(crowd.FEMININE.get(colour, colour))
        if "camisa" in plain or "shirt" in plain:
            dressed += 1
            assert named in plain
    assert dressed > 50


def test_the_joints_of_a_person_in_a_frame_lie_on_the_person_there() -> None:
    rng = np.random.default_rng(8)
    for described in crowd.crowd()[:40]:
        somebody = crowd.stand(rng, described, models.SIDE, (0.6, 0.95))
        seen = somebody.joints[somebody.joints[:, 2] > 0][:, :2]
        columns, rows = np.clip(np.rint(seen), 0, models.SIDE - 1).astype(int).T
        assert (somebody.thing[rows, columns, 3] > 0.5).mean() > 0.85


@pytest.mark.parametrize("flat", [False, True])
def test_the_joints_of_a_drawn_person_lie_on_the_person(flat: bool) -> None:
    rng = np.random.default_rng(4)
    for action in people.ACTIONS:
        person = replace(people.random_person(rng), action=action)
        figure = people.draw_person(rng, person, flat)
        assert figure.sprite.shape == (people.CANVAS, people.CANVAS, 4)
        assert figure.joints.shape == (18, 3)
        seen = figure.joints[figure.joints[:, 2] > 0][:, :2]
        columns, rows = np.rint(seen).astype(int).T
        assert (figure.sprite[rows, columns, 3] > 128).mean() > 0.9, action
        assert (figure.sprite[..., :3] <= figure.sprite[..., 3:]).all()


def test_arms_up_and_standing_differ_as_they_say() -> None:
    rng = np.random.default_rng(5)
    person = people.random_person(rng)
    wrists = [people.JOINTS.index(name) for name in ("right wrist", "left wrist")]
    neck = people.JOINTS.index("neck")
    up = people.draw_person(rng, replace(person, action="arms up")).joints
    down = people.draw_person(rng, replace(person, action="standing")).joints
    assert (up[wrists, 1] < up[neck, 1]).all()
    assert (down[wrists, 1] > down[neck, 1]).all()


def test_a_new_control_changes_nothing_and_its_hint_is_heard_once_it_has_weights() -> None:
    torch.manual_seed(6)
    unet = models.unet(4).eval()
    steering = control.new_control(unet).eval()
    image = torch.randn(1, 4, models.LATENT, models.LATENT)
    text = torch.randn(1, models.TEXT_LENGTH, models.TEXT_WIDTH)
    edges = control.canny_map(np.tile(np.arange(128, dtype=np.uint8)[:, None, None], (1, 128, 3)))
    box = np.zeros((128, 128, 3), np.uint8)
    box[40:90, 30:80] = 255
    hints = [control.as_hints([edges]), control.as_hints([control.canny_map(box)])]
    assert hints[0].max() == 0 and hints[1].max() == 1
    with torch.no_grad():
        bare = unet(image, 500, text).sample
        for trained in (False, True):
            if trained:
                for layer in steering.controlnet_down_blocks:
                    torch.nn.init.normal_(layer.weight)
            found = []
            for hint in hints:
                down, middle = steering(image, 500, text, hint, return_dict=False)
                made = unet(
                    image,
                    500,
                    text,
                    down_block_additional_residuals=down,
                    mid_block_additional_residual=middle,
                ).sample
                found.append(made)
            assert torch.equal(found[0], found[1]) is not trained
            assert torch.allclose(found[0], bare, atol=1e-5) is not trained


def test_a_skeleton_reaches_a_new_control_as_strongly_as_the_latents_do() -> None:
    torch.manual_seed(8)
    steering = control.new_control(models.unet(4)).eval()
    drawn = draw_pose([preset("standing", 10, 5, 110)], 128, 128)
    with torch.no_grad():
        heard = steering.controlnet_cond_embedding(control.as_hints([drawn]))
        latents = steering.conv_in(torch.randn(1, 4, models.LATENT, models.LATENT))
    assert 0.3 < float(heard.std() / latents.std()) < 3


def test_a_finder_that_is_sure_of_the_right_cells_finds_every_joint() -> None:
    rng = np.random.default_rng(9)
    truth = torch.ones((3, 18, 3))
    truth[..., :2] = torch.from_numpy(rng.uniform(8, 120, (3, 18, 2)).astype(np.float32))

    class Sure(joints.Finder):
        def forward(self, pictures: Tensor) -> Tensor:
            cells = torch.arange(joints.CELLS) + 0.5
            places = truth[..., :2] * joints.CELLS / models.SIDE
            across = (cells - places[..., 0:1]) ** 2
            down = (cells - places[..., 1:2]) ** 2
            return -(down[..., :, None] + across[..., None, :])

    found = joints.find_joints(Sure(), torch.zeros(3, 3, 128, 128))
    assert (found - truth[..., :2]).abs().max() < 2
    assert joints.correct_keypoints(found, truth) == 1
    assert joints.correct_keypoints(found + 60, truth) < 0.2
    sure, unsure = Sure()(torch.zeros(3, 3, 128, 128)), torch.zeros(3, 18, 32, 32)
    assert joints.location_loss(sure, truth) < joints.location_loss(unsure, truth)


def test_edges_are_compared_with_a_pixel_of_tolerance() -> None:
    given = np.zeros((40, 40, 3), np.uint8)
    given[20, 5:35] = 255
    near, far = np.roll(given, 1, axis=0), np.roll(given, 4, axis=0)
    assert steering.edge_f1(given, given) == steering.edge_f1(near, given) == 1
    assert steering.edge_f1(far, given) == 0
    assert steering.edge_f1(np.zeros_like(given), given) == 0
    half = given.copy()
    half[20, 20:] = 0
    assert 0.6 < steering.edge_f1(half, given) < 0.8


def test_the_card_shows_only_what_was_measured() -> None:
    shown = modelcard.figure_table({"judge_real": "96.7 %", "top1_en_four_steps": "90.0 %"})
    assert len(shown.splitlines()) == 2
    assert "| 96.7 % |" in shown
    assert "| 90.0 % | at most 5 points below 20 steps |" in shown
