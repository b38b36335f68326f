"""The starter's recipe: one rendering for each thing, style and ground, and how it is measured."""

import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor

pytest.importorskip("cairosvg", reason="needs the library cairo", exc_type=OSError)

PROJECT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT / "packaging" / "starter"))


from starter_recipe import (  # noqa: E402
    bank,
    captions,
    fidelity,
    mix,
    models,
    plain,
    scenes,
    sharpen,
    vae,
)
from starter_recipe.concepts import concepts  # noqa: E402
from starter_recipe.paths import Work  # noqa: E402
from starter_recipe.scenes import Pixels  # noqa: E402
from starter_recipe.trainer import Plan, Trainer  # noqa: E402


def _sprite() -> Pixels:
    """Draw an opaque red square that fills the canvas but for one transparent corner."""
    sprite = np.zeros((144, 144, 4), np.uint8)
    sprite[...] = (200, 30, 30, 255)
    sprite[:72, :72] = 0
    return sprite


def test_a_caption_without_a_style_or_ground_means_3d_on_white() -> None:
    words = {
        "en": {name: name for name in plain.GROUNDS},
        "es": {**captions.SPANISH_COLOURS, plain.KEY: "magenta"},
    }
    count = dict.fromkeys(captions.LANGUAGES, 0)
    every = plain.rows()
    for number, row in enumerate(every):
        language = captions.LANGUAGES[number * 2 // (len(every) // len(concepts())) % 2]
        count[language] += 1
        said = captions.strip_accents(row.text.lower())
        if row.ground != "white":
            assert captions.strip_accents(words[language][row.ground]) in said, row
        if row.style:
            assert any(word in said for word in ("flat", "plano", "cartoon", "anima", "caricat"))
        if row.group == "white":
            assert (row.style, row.ground) == (0, "white")
    assert count["en"] == count["es"]


def test_every_caption_has_a_rendering_and_every_rendering_a_caption() -> None:
    pairs = plain.pairs()
    assert len(set(pairs)) == len(pairs)
    assert {(row.concept, row.style, row.ground) for row in plain.rows()} == set(pairs)
    assert any(ground == plain.KEY for _, _, ground in pairs)


@pytest.mark.parametrize("ground", ["white", plain.KEY])
def test_a_rendering_is_centred_at_one_size_on_exactly_its_ground(ground: str) -> None:
    picture = plain.rendering(_sprite(), ground)
    colour = np.array(plain.GROUNDS[ground])
    covered = (picture != colour).any(-1)
    rows, columns = np.nonzero(covered)
    margin = (models.SIDE - plain.SIZE) // 2
    ends = (margin, margin + plain.SIZE - 1)
    assert (rows.min(), rows.max()) == ends
    assert (columns.min(), columns.max()) == ends
    assert not covered[: models.SIDE // 2 - 1, : models.SIDE // 2 - 1].any()
    assert np.array_equal(picture, plain.rendering(_sprite(), ground))


def test_views_count_how_often_each_distinct_rendering_is_shown() -> None:
    samples = 1_000_000
    found = plain.views(samples)
    shown = {"3d": 1, "other styles": 2, "other grounds": len(plain.GROUNDS) - 2, "key": 1}
    total = sum(found[kind] * shown[kind] for kind in shown) * len(concepts())
    assert abs(total / samples - 1) < 0.02
    assert found["3d"] > found["key"] > 5 * found["other grounds"] > 0
    assert plain.views(0) == dict.fromkeys(shown, 0)


@pytest.mark.parametrize("kind", ["white", "style", "ground"])
def test_held_out_prompts_are_in_no_training_row(kind: str) -> None:
    known = {row.text.lower() for row in plain.rows()}
    prompts = fidelity.held_out(40, kind)
    assert len({one.concept for one in prompts}) == 40
    assert not known & {one.text.lower() for one in prompts}
    assert all((one.style > 0) is (kind == "style") for one in prompts)
    assert all((one.ground != "white") is (kind == "ground") for one in prompts)
    places = set(plain.pairs())
    assert all((one.concept, one.style, one.ground) in places for one in prompts)


def test_sharpness_falls_with_blur_and_errors_with_nearness() -> None:
    real = np.random.default_rng(0).integers(0, 256, (3, 32, 32, 3), np.uint8)
    soft = np.stack([cv2.GaussianBlur(one, (0, 0), 1.0) for one in real])
    assert fidelity.sharpness(real, real) == pytest.approx(1)
    assert fidelity.sharpness(soft, real) < 0.2
    latents = torch.randn(20, 4, 4, 4, generator=torch.Generator().manual_seed(0))
    wrong = latents.clone()
    wrong[:2] += 3
    errors = fidelity.latent_errors(wrong, latents)
    assert errors.shape == (20,)
    assert errors[2:].max() == 0
    assert fidelity.worst_tenth(errors) == pytest.approx(9, rel=1e-4)


def _folder(folder: Path) -> Work:
    """Write a few sprites and photographs where the stage looks for them."""
    work = Work(folder, folder)
    work.art.mkdir(parents=True)
    rng = np.random.default_rng(3)
    np.save(work.art / "sprites.npy", np.stack([np.stack([_sprite()] * 3)] * 2))
    np.save(work.art / "extras.npy", _sprite()[None])
    np.save(work.art / "photos.npy", rng.integers(0, 256, (2, 120, 120, 3), np.uint8))
    return work


def _duel() -> sharpen.Duel:
    torch.manual_seed(1)
    return sharpen.Duel(models.autoencoder())


def test_the_critic_and_the_decoder_are_trained_by_their_own_losses_alone(tmp_path: Path) -> None:
    frames = sharpen.Frames(_folder(tmp_path))
    duel = _duel()
    gradients: dict[str, dict[str, Tensor]] = {}
    for weight in (0.0, 0.15):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sharpen, "CRITIC", weight)
            duel.zero_grad()
            sharpen.duel_loss(duel, frames)(0).backward()
        gradients[str(weight)] = {
            name: part.grad.clone()
            for name, part in duel.named_parameters()
            if part.grad is not None
        }
    without, against = gradients["0.0"], gradients["0.15"]
    assert not any(name.startswith("vae.encoder") for name in against)
    critic = [name for name in against if name.startswith("critic")]
    decoder = [name for name in against if name.startswith("vae.decoder")]
    assert critic
    assert all(torch.equal(without[name], against[name]) for name in critic)
    assert any(not torch.equal(without[name], against[name]) for name in decoder)


def test_sharpening_continues_bit_for_bit_and_leaves_the_encoder_alone(tmp_path: Path) -> None:
    found = []
    for number, stops in enumerate(((2,), (1, 2))):
        work = _folder(tmp_path / str(number))
        for stop in stops:
            duel = _duel()
            start = {name: value.clone() for name, value in duel.vae.encoder.state_dict().items()}
            plan = Plan(batch=sharpen.BATCH, rate=4e-4, steps=2, warmup=1)
            loss = sharpen.duel_loss(duel, sharpen.Frames(work))
            trainer = Trainer(duel, loss, plan, work.checkpoint("sharp"))
            while trainer.step < stop:
                trainer.advance()
            trainer.save()
        kept = duel.vae.encoder.state_dict()
        assert all(torch.equal(kept[name], value) for name, value in start.items())
        found.append(duel.state_dict())
    assert all(torch.equal(found[0][name], value) for name, value in found[1].items())


def test_the_sharpened_decoder_is_blended_with_the_one_before(tmp_path: Path) -> None:
    work = Work(tmp_path, tmp_path)
    duel = _duel()
    before = {name: value.clone() for name, value in duel.vae.state_dict().items()}
    save_file(before, work.weights("vae"))
    assert torch.equal(
        vae.load_vae(work).decoder.layers[0].weight, before["decoder.layers.0.weight"]
    )
    with torch.no_grad():
        duel.vae.decoder.layers[0].weight.add_(1)
    save_file(duel.state_dict(), work.weights("sharp"))
    whole, blended = vae.load_vae(work, sharp=False), vae.load_vae(work)
    assert torch.equal(whole.decoder.layers[0].weight, before["decoder.layers.0.weight"])
    moved = blended.decoder.layers[0].weight - before["decoder.layers.0.weight"]
    assert torch.allclose(moved, torch.full_like(moved, vae.SHARP), atol=1e-5)


def test_plain_training_continues_bit_for_bit(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    latents = rng.normal(size=(len(plain.pairs()), 4, 16, 16)).astype(np.float16)
    prompt = rng.normal(size=(1, models.TEXT_LENGTH, models.TEXT_WIDTH)).astype(np.float16)
    texts = np.broadcast_to(prompt, (1 + len(plain.rows()), *prompt.shape[1:]))
    found = []
    for number, stops in enumerate(((2,), (1, 2))):
        for stop in stops:
            torch.manual_seed(2)
            unet = models.unet(9)
            loss = plain.PlainLoss(unet, latents, texts, 1.2)
            plan = Plan(batch=plain.BATCH, rate=8e-4, steps=2, warmup=1)
            trainer = Trainer(unet, loss, plan, tmp_path / f"{number}.pt")
            while trainer.step < stop:
                trainer.advance()
            trainer.save()
        found.append(unet.state_dict())
    assert all(torch.equal(found[0][name], value) for name, value in found[1].items())


def test_small_things_lie_on_a_grid_that_the_latents_know() -> None:
    rng = np.random.default_rng(5)
    sprite = np.full((256, 256, 4), 255, np.uint8)
    seen = set()
    for _ in range(200):
        size, (x, y) = scenes.grid_spot(rng, models.SIDE, (0.45, 0.9))
        corner = (x - size / 2, y - size / 2)
        assert all(c >= 0 and c + size <= models.SIDE and c % 8 == 0 for c in corner)
        seen.add((size, *corner))
    assert len(seen) == len(scenes.SIZES) * scenes.PLACES**2
    for cell in range(scenes.PLACES**2):
        rows, columns = np.nonzero(scenes.cell_canvas(sprite, models.SIDE, cell)[..., 3])
        assert (rows.min() // 32, columns.min() // 32) == divmod(cell, scenes.PLACES)
        assert rows.max() - rows.min() == columns.max() - columns.min() == min(scenes.SIZES) - 1


@pytest.mark.parametrize("language", captions.LANGUAGES)
def test_the_words_of_a_place_and_of_a_pair_say_where_things_are(language: str) -> None:
    rng = np.random.default_rng(6)
    for concept in range(0, 300, 7):
        said = captions.placed(rng, concept, language)
        assert said.place is not None
        text = captions.strip_accents(said.text.lower())
        words = captions.PLACE_WORDS[language][said.place]
        assert any(captions.strip_accents(one) in text for one in words)
        two = captions.pair(rng, concept, concept + 1, language)
        text = captions.strip_accents(two.text.lower())
        names = [concepts()[i].names(language)[0] for i in (concept, concept + 1)]
        first, second = (text.find(captions.strip_accents(name.lower())) for name in names)
        assert first >= 0 and second >= 0
        assert (two.concept, two.other) == (concept, concept + 1)


def test_half_of_a_mixed_batch_is_plain_and_the_rest_comes_from_every_group() -> None:
    assert sum(mix.GROUPS.values()) == pytest.approx(1)
    chunks = [chunk for group in mix.GROUPS for chunk in group]
    assert chunks == list(range(bank.CHUNKS + bank.PEOPLE_CHUNKS + bank.PAIR_CHUNKS))
