"""DALL-E, which draws a picture token by token in raster order."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from dalle_factory import CODES, build_dalle, build_transformer

from studio.catalog.families.dall_e import BEST_OF, TOP_K
from studio.catalog.judges import judge_labels
from studio.core.errors import Cancelled
from studio.core.geometry import Rect
from studio.core.progress import Progress, ProgressEvent
from studio.edit.request import EditRequest, Sampling, Task
from studio.engine.engine import Engine
from studio.engine.families.dall_e.networks import Cache
from studio.engine.families.dall_e.sampling import Choice, Prompts, draw_tokens, least_fitting
from studio.engine.judges.score import Scorer

SIDE, TOKENS = 128, 64
PICTURE = np.random.default_rng(1).integers(0, 255, (8, 8, 3), np.uint8).repeat(16, 0).repeat(16, 1)
CHOICE = Choice(8.0, CODES, 3.0)
SETTINGS = Sampling(steps=TOKENS, cfg_scale=3.0, sampler="in_order", seed=7)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_dalle(tmp_path_factory.mktemp("dalle") / "model")


def cells(*places: int) -> np.ndarray:
    """Return a mask (SIDE, SIDE) of whole tokens."""
    grid = np.zeros(TOKENS, np.uint8)
    grid[list(places)] = 255
    return grid.reshape(8, 8).repeat(16, 0).repeat(16, 1)


def asked(folder: Path, task: Task = Task.GENERATE, **changes: object) -> EditRequest:
    """Return a request for a square picture, or a change of PICTURE."""
    extras = {name: changes.pop(name) for name in (BEST_OF.id, TOP_K.id) if name in changes}
    request = EditRequest(
        task=task,
        prompt="a red car",
        region=Rect(0, 0, SIDE, SIDE),
        model=str(folder),
        sampling=replace(SETTINGS, extras=extras),
    )
    if task is not Task.GENERATE:
        request = request.replace(image=PICTURE, mask=cells(27, 28), match_fill=False)
    return request.replace(**changes)  # type: ignore[arg-type]


def prompts() -> Prompts:
    """Return two random prompts, the second shorter."""
    torch.manual_seed(3)
    return Prompts(torch.randn(2, 24, 256), torch.tensor([9, 4]), torch.randn(2, 256))


def draw(known: torch.Tensor, free: torch.Tensor, count: int = 1) -> tuple[torch.Tensor, ...]:
    generator = torch.Generator().manual_seed(5)
    with torch.no_grad():
        made = draw_tokens(
            build_transformer(), prompts(), known, free, count, CHOICE, generator,
            lambda place, tokens: None, "it",
        )  # fmt: skip
    return made.tokens, made.fit


def test_a_cache_changes_no_logit() -> None:
    model, given = build_transformer(), prompts()
    tokens = torch.randint(0, CODES, (2, TOKENS - 1))
    cache, parts = Cache(), []
    with torch.no_grad():
        whole = model(given.states, given.lengths, given.pooled, tokens).image
        for known in (0, 1, 2, 20, 21, TOKENS - 1):
            seen = tokens[:, :known]
            parts.append(model(given.states, given.lengths, given.pooled, seen, cache).image)
    assert torch.allclose(torch.cat(parts, 1), whole, atol=1e-4)


def test_padding_of_the_prompt_does_not_count_and_its_words_do() -> None:
    model, given = build_transformer(), prompts()
    tokens = torch.randint(0, CODES, (2, 5))
    states = given.states.clone()
    states[0, 9:] += 1
    with torch.no_grad():
        one = model(given.states, given.lengths, given.pooled, tokens).image
        same = model(states, given.lengths, given.pooled, tokens).image
        states[0, 8] += 1
        other = model(states, given.lengths, given.pooled, tokens).image
    assert torch.allclose(one[0], same[0], atol=1e-5) and not torch.allclose(one[0], other[0])


@pytest.mark.parametrize("places", [[0], [63], [27], [27, 28, 35], list(range(32, 64))])
def test_only_free_tokens_are_drawn_and_what_is_below_does_not_count(places: list[int]) -> None:
    known = torch.randint(0, CODES, (TOKENS,), generator=torch.Generator().manual_seed(1))
    free = torch.zeros(TOKENS, dtype=torch.bool)
    free[places] = True
    tokens, _ = draw(known, free)
    assert torch.equal(tokens[0][~free], known[~free])
    # The tokens after the last free one are not seen, those before the first are.
    changed = known.clone()
    changed[places[-1] + 1 :] = (changed[places[-1] + 1 :] + 1) % CODES
    assert torch.equal(draw(changed, free)[0][0][free], tokens[0][free])
    if places[0] and len(places) > 1:
        changed = known.clone()
        changed[: places[0]] = (changed[: places[0]] + 1) % CODES
        assert not torch.equal(draw(changed, free)[0][0][free], tokens[0][free])


def test_the_fit_is_the_likelihood_of_the_known_tokens_below() -> None:
    known = torch.randint(0, CODES, (TOKENS,), generator=torch.Generator().manual_seed(1))
    free = torch.zeros(TOKENS, dtype=torch.bool)
    free[[20, 21, 40]] = True
    tokens, fit = draw(known, free, count=3)
    given = prompts().repeated(3, False)
    with torch.no_grad():
        made = build_transformer()(given.states, given.lengths, given.pooled, tokens[:, :-1])
    odds = made.image.log_softmax(-1).gather(2, tokens[..., None])[..., 0]
    later = ~free & (torch.arange(TOKENS) > 20)
    assert torch.allclose(fit, odds[:, later].mean(1), atol=1e-4)
    assert len(torch.unique(fit)) > 1


def test_replacing_draws_the_tokens_that_fit_the_prompt_least() -> None:
    tokens = torch.randint(0, CODES, (TOKENS,), generator=torch.Generator().manual_seed(1))
    free = torch.zeros(TOKENS, dtype=torch.bool)
    free[10:30] = True
    with torch.no_grad():
        parts = [least_fitting(build_transformer(), prompts(), tokens, free, p) for p in (0.1, 0.5)]
    assert [int(one.sum()) for one in parts] == [2, 10]
    assert not (parts[0] & ~parts[1]).any() and not (parts[1] & ~free).any()


def test_previews_show_the_tokens_one_by_one(folder: Path) -> None:
    events = list[ProgressEvent]()
    Engine("cpu").run(asked(folder, best_of=1), Progress(events.append))
    shown = [one.preview[0] for one in events if one.text == "Painting" and one.preview is not None]
    assert len(shown) == TOKENS and shown[0].shape == (16, 16, 3)
    # The first token is the upper left corner; what is not decided has one colour.
    for number, one in enumerate(shown[:-1]):
        row, column = divmod(number + 1, 8)
        undecided = one[2 * row : 2 * row + 2, 2 * column :]
        assert (undecided == one[-1, -1]).all() and (shown[-1] != one).any()


@pytest.mark.parametrize("size", [(128, 128), (300, 200), (64, 190), (16, 16)])
@pytest.mark.parametrize("task", [Task.GENERATE, Task.FILL], ids=lambda one: one.value)
def test_pictures_have_the_size_and_place_of_any_crop(
    folder: Path, task: Task, size: tuple[int, int]
) -> None:
    width, height = size
    request = asked(folder, task, best_of=1, region=Rect(0, 0, width, height))
    if task is Task.FILL:
        ramp = np.linspace(0, 255, width).astype(np.uint8)[None, :, None]
        photo = np.broadcast_to(ramp, (height, width, 3)).copy()
        mask = np.zeros((height, width), np.uint8)
        mask[-1, -1] = 255
        request = request.replace(image=photo, mask=mask)
    made = Engine("cpu").run(request).images[0]
    assert made.shape == (height, width, 3)
    if task is Task.FILL and min(size) > 16:
        # All but the corner is the photo, in its place.
        away = made[: height // 2].astype(float) - photo[: height // 2]
        assert np.abs(away).mean() < 12


def test_a_mask_of_one_pixel_changes_one_token(folder: Path) -> None:
    mask = np.zeros((SIDE, SIDE), np.uint8)
    mask[70, 70] = 255
    whole = asked(folder, Task.FILL, best_of=1, mask=cells(4 * 8 + 4))
    made = [Engine("cpu").run(one).images[0] for one in (whole, whole.replace(mask=mask))]
    assert np.array_equal(*made)


def test_notices_say_what_steps_and_the_place_mean(folder: Path) -> None:
    engine = Engine("cpu")
    fewer = asked(folder, best_of=1)
    fewer = fewer.replace(sampling=replace(fewer.sampling, steps=20))
    assert "Steps has no effect" in str(engine.run(fewer).notes[0])
    below = asked(folder, Task.EXTEND, best_of=1, mask=cells(*range(32, 64)))
    above = asked(folder, Task.EXTEND, best_of=1, mask=cells(*range(32)))
    assert not engine.run(below).notes
    assert "does not see what is below" in str(engine.run(above).notes[0])


@pytest.mark.parametrize("after", [0, 3, 5, 40, 68])
def test_a_run_can_be_cancelled_in_each_phase(folder: Path, after: int) -> None:
    engine, events = Engine("cpu"), list[ProgressEvent]()

    def listen(event: ProgressEvent) -> None:
        events.append(event)
        if len(events) > after:
            progress.cancel()

    progress = Progress(listen)
    with pytest.raises(Cancelled):
        engine.run(asked(folder, Task.FILL, best_of=2, mask=cells(*range(TOKENS))), progress)
    assert len(events) <= after + 1
    assert engine.run(asked(folder, best_of=1)).images


def test_the_model_in_the_box_draws_what_is_named_in_both_languages() -> None:
    scorer, engine = Scorer(), Engine("cpu")
    named = {"a strawberry": "a strawberry", "una abeja": "a bee", "a red basketball": "basketball"}
    seen = []
    for prompt, thing in named.items():
        request = asked(Path("dall-e"), best_of=1, prompt=prompt)
        request = request.replace(sampling=replace(request.sampling, cfg_scale=2.0))
        number = judge_labels().thing(thing)
        assert number is not None
        seen.append(int(scorer.see(engine.run(request).images[0][None]).rank(number)[0]))
    assert sorted(seen)[1] == 0, seen
