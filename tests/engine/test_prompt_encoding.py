"""Prompts with weights and long prompts, as the text encoder reads them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from conftest import MakeRequest
from diffusers import StableDiffusionPipeline
from model_factory import WIDTH
from test_lora import write_lora

from studio.catalog.models import STARTER
from studio.core.geometry import Rect
from studio.edit.request import AdapterUse, EditRequest, ReferenceUse, RegionUse, Sampling, Task
from studio.edit.rewrite import RewriteUse
from studio.engine.adapters.added_tokens import add_tokens
from studio.engine.adapters.embedding_files import FIRST
from studio.engine.engine import Engine
from studio.engine.families.stable_diffusion.prompts import encode_pair, encode_text
from studio.engine.latent_diffusion.pipelines import make_pipeline

MARKED = (
    "(a red apple:1.3)",
    "a (red:1.8) apple",
    '"a red apple"',
    "a red apple <lora:foo_v1:0.8>",
    ",,, a red apple,,,,  ,",
    "🍎 a red apple 🍎",
    "a red apple (",
    "a red | apple",
)
"""A prompt as people write it for other programs, and with marks that are not closed."""
LONG = "a cat, " * 40


def read(loaded: Any, text: str) -> torch.Tensor:
    with torch.no_grad():
        return encode_text(loaded, text, [])


@pytest.fixture
def tiny_loaded(engine: Engine, tiny: Path) -> Any:
    engine.warm_up(str(tiny))
    return engine.residency.loaded


@pytest.mark.parametrize("text", ["a cat", "", "A  Dog.\nred, 3d", "a (cat:1.0)", "([a cat])"])
@pytest.mark.parametrize("model", ["starter", "tiny"])
def test_without_weights_it_is_bit_for_bit_what_diffusers_reads(
    engine: Engine, tiny: Path, model: str, text: str
) -> None:
    engine.warm_up(STARTER if model == "starter" else str(tiny))
    loaded: Any = engine.residency.loaded
    pipeline = make_pipeline(StableDiffusionPipeline, loaded, None, loaded.networks.unet)
    plain = text.translate(str.maketrans("", "", "()[]")).replace(":1.0", "")
    with torch.no_grad():
        wanted = pipeline.encode_prompt(plain, loaded.device.torch, 1, True, "blurry")
        found = encode_pair(loaded, (text, "blurry"), True, [])
    assert torch.equal(found[0], wanted[0])
    assert found[1] is not None and torch.equal(found[1], wanted[1])


def test_more_than_1_moves_a_token_away_from_the_empty_prompt(tiny_loaded: Any) -> None:
    plain, empty = read(tiny_loaded, "a cat"), read(tiny_loaded, "")
    heavy = read(tiny_loaded, "a (cat:1.5)")
    expected = empty + 1.5 * (plain - empty)
    # The tokens are the mark of the beginning, a, c, a, t.
    assert torch.allclose(heavy[:, 2:5], expected[:, 2:5], atol=1e-6)
    assert torch.equal(heavy[:, :2], plain[:, :2]) and torch.equal(heavy[:, 5:], plain[:, 5:])


def test_less_than_1_moves_all_towards_the_prompt_without_the_words(tiny_loaded: Any) -> None:
    plain, none, half = (
        read(tiny_loaded, text) for text in ("a cat x", "a (cat:0) x", "a (cat:0.5) x")
    )
    assert torch.allclose(half, (plain + none) / 2, atol=1e-5)
    other = read(tiny_loaded, "a (dog:0) x")
    # The hidden tokens themselves are others, what follows them does not see them.
    assert torch.allclose(none[:, 5:], other[:, 5:], atol=1e-6)
    assert not torch.allclose(none[:, 5:], plain[:, 5:], atol=1e-3)


def test_long_texts_are_chunks_of_their_own_marks(tiny_loaded: Any) -> None:
    first, second = "a" * 60 + ",", "b" * 30
    both = read(tiny_loaded, f"{first} {second}")
    assert both.shape[1] == 2 * 77
    assert torch.equal(both[:, :77], read(tiny_loaded, first)), "the word is not torn apart"
    assert torch.equal(both[:, 77:], read(tiny_loaded, second))
    assert torch.equal(both, read(tiny_loaded, f"{first} BREAK {second}"))


def test_what_is_behind_a_near_comma_goes_to_the_next_chunk(tiny_loaded: Any) -> None:
    near = read(tiny_loaded, "a " * 60 + ", " + "b " * 14 + "c d")
    assert torch.equal(near[:, :77], read(tiny_loaded, "a " * 60 + ","))
    assert torch.equal(near[:, 77:], read(tiny_loaded, "b " * 14 + "c d"))
    far = read(tiny_loaded, "a " * 50 + ", " + "b " * 24 + "c d")
    assert torch.equal(far[:, :77], read(tiny_loaded, "a " * 50 + ", " + "b " * 24))


def test_a_word_of_an_adapter_is_never_split(tiny_loaded: Any) -> None:
    rows = torch.randn(4, WIDTH, generator=torch.Generator().manual_seed(1))
    words = {"<luna>": {FIRST: rows}, "<rex>": {FIRST: rows[:2]}}
    with add_tokens(tiny_loaded, words) as loaded:
        both = read(loaded, "a " * 70 + "<luna><luna> <rex>")
        assert torch.equal(both[:, :77], read(loaded, "a " * 70 + "<luna>"))
        assert torch.equal(both[:, 77:], read(loaded, "<luna> <rex>"))


def test_the_shorter_of_two_texts_is_filled_up(tiny_loaded: Any) -> None:
    for texts in ((LONG, "b"), ("b", LONG)):
        with torch.no_grad():
            positive, negative = encode_pair(tiny_loaded, texts, True, [])
        assert negative is not None and positive.shape == negative.shape
        short = negative if texts[1] == "b" else positive
        assert torch.equal(short[:, 77:154], read(tiny_loaded, ""))


@pytest.mark.parametrize("prompt", ["(a cat:1.4), red", LONG, "a cat BREAK a dog"])
@pytest.mark.parametrize("task", [Task.GENERATE, Task.FILL, Task.REPLACE])
def test_they_act_in_every_task(engine: Engine, ask: MakeRequest, task: Task, prompt: str) -> None:
    plain = engine.run(ask(task, prompt="a cat, red"))
    made = engine.run(ask(task, prompt=prompt, negative_prompt="(blurry:0.5)"))
    assert not np.array_equal(made.images[0], plain.images[0]) and made.notes == ()


@pytest.mark.parametrize("task", [Task.GENERATE, Task.FILL, Task.REPLACE])
def test_a_weight_of_1_is_none_in_every_task(engine: Engine, ask: MakeRequest, task: Task) -> None:
    plain = engine.run(ask(task, prompt="a cat, red", negative_prompt="blurry"))
    made = engine.run(ask(task, prompt="(a cat:1.0), red", negative_prompt="(blurry:1)"))
    assert np.array_equal(made.images[0], plain.images[0])


def starter(prompt: str, **changes: Any) -> EditRequest:
    sampling = Sampling(steps=4, cfg_scale=1.0, sampler="tcd", seed=3)
    region = Rect(0, 0, 128, 128)
    values = {"region": region, "sampling": sampling, "task": Task.GENERATE, **changes}
    return EditRequest(prompt=prompt, **values)


def test_marks_of_other_programs_leave_the_apple_an_apple(engine: Engine) -> None:
    plain = engine.run(starter("a red apple")).images[0].astype(int)
    other = np.abs(engine.run(starter("a dog")).images[0].astype(int) - plain).mean()
    for prompt in MARKED:
        made = engine.run(starter(prompt)).images[0].astype(int)
        assert np.abs(made - plain).mean() < other / 3, prompt


def test_weights_act_on_the_starter(engine: Engine) -> None:
    text = "a red apple on a {} background"
    blue, less, none = (
        engine.run(starter(text.format(word))).images[0].astype(int)
        for word in ("blue", "(blue:0.3)", "(blue:0)")
    )
    corner = np.s_[:20, :20]
    assert blue[corner][..., 2].mean() > blue[corner][..., 0].mean() + 50
    for made in (less, none):
        assert made[corner][..., 2].mean() < made[corner][..., 0].mean()


def test_the_starter_says_that_it_learned_from_short_texts(engine: Engine) -> None:
    text = "a red apple, " + "very cute, colourful, nice, shiny, new, " * 9 + "blue background"
    made = engine.run(starter(text))
    assert [note.values for note in made.notes] == [{"count": 2}]
    assert engine.run(starter("a red apple")).notes == ()
    # Looked at as a whole: what the last words say is there.
    assert not np.array_equal(
        made.images[0], engine.run(starter(text.replace("blue", "green"))).images[0]
    )


LEFT = np.zeros((128, 128), np.uint8)
LEFT[:, :64] = 255


def test_long_and_weighted_texts_work_with_regions_references_and_controls(
    engine: Engine,
) -> None:
    rng = np.random.default_rng(2)
    picture = rng.integers(0, 256, (128, 128, 3), dtype=np.uint8)
    from studio.edit.request import ControlUse

    for sampling in (
        Sampling(steps=4, cfg_scale=1.0, sampler="tcd", seed=3),
        Sampling(steps=2, cfg_scale=3.0, sampler="ddim", seed=3),
    ):
        asked = starter(
            "(a cat:1.3), " * 20,
            negative_prompt="(a dog:0.7)",
            sampling=sampling,
            regions=(RegionUse("a (dog:1.2), " * 30, LEFT),),
            references=(ReferenceUse(picture, 0.5),),
            controls=(ControlUse("canny", picture, 0.5, mode="control"),),
        )
        made = engine.run(asked)
        plain = engine.run(asked.replace(regions=(RegionUse("a dog", LEFT),)))
        assert not np.array_equal(made.images[0], plain.images[0])


def rewritten(engine: Engine, ask: MakeRequest, prompt: str, source: str = "a dog") -> Any:
    use = RewriteUse(source, "negative_prompt", local=False)
    return engine.run(ask(Task.REWRITE, prompt=prompt, rewrite=use))


def test_an_edit_by_words_scales_attention_by_the_weights_of_its_text(
    engine: Engine, ask: MakeRequest
) -> None:
    use = RewriteUse("a dog", "negative_prompt", local=False, weights={"dog": 2.5})
    wanted = engine.run(ask(Task.REWRITE, prompt="a dog", rewrite=use))
    found = rewritten(engine, ask, "a (dog:2.5)")
    assert np.array_equal(found.images[0], wanted.images[0])
    assert not np.array_equal(found.images[0], rewritten(engine, ask, "a dog").images[0])


def test_an_edit_by_words_says_what_does_not_count(engine: Engine, ask: MakeRequest) -> None:
    made = rewritten(engine, ask, "a cat BREAK red", source="a (dog:1.2)")
    said = " ".join(map(str, made.notes))
    assert "BREAK" in said and "caption" in said
    assert "longer" in " ".join(map(str, rewritten(engine, ask, LONG).notes))


def test_a_lora_named_in_the_prompt_acts_and_one_that_is_missing_is_named(
    engine: Engine, ask: MakeRequest, tiny_loaded: Any, tmp_path: Path
) -> None:
    file = write_lora(tmp_path / "luna.safetensors", tiny_loaded.networks.unet)
    use = AdapterUse("lora", str(file), 0.8)
    wanted = engine.run(ask(adapters=(use,))).images[0]
    named = AdapterUse("lora", str(file), 0.8, {"named": "luna"})
    found = engine.run(ask(prompt="a cat <lora:Luna:0.8>", adapters=(named,)))
    assert np.array_equal(found.images[0], wanted) and found.notes == ()
    missing = engine.run(ask(prompt="a cat <lora:rex:0.8> <hypernet:h:1>"))
    assert np.array_equal(missing.images[0], engine.run(ask()).images[0])
    assert "rex" in str(missing.notes) and "<hypernet:h:1>" in str(missing.notes)
    negative = engine.run(ask(negative_prompt="<lora:rex:1>"))
    assert "<lora:rex:1>" in str(negative.notes)
    assert "luna" in str(engine.run(ask(prompt="embedding:luna")).notes)
