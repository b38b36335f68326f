"""Requests become pictures: of the right size, repeatable, independent of each other."""

from __future__ import annotations

import math
import pickle
from pathlib import Path

import numpy as np
import pytest
from conftest import MakeRequest
from model_factory import TASKS as TASKS_OF_SD

from studio.catalog.models import STARTER
from studio.core.errors import StudioError
from studio.core.geometry import Rect
from studio.core.limits import LIMITS
from studio.core.progress import Progress, ProgressEvent
from studio.edit.request import Sampling, Task
from studio.engine.engine import Engine

ALL = list(TASKS_OF_SD)
BY_CHANCE = [task for task in ALL if task is not Task.REWRITE]
"""Tasks in which a seed says which of many pictures is made."""


@pytest.mark.parametrize("task", BY_CHANCE)
def test_every_task_makes_pictures_of_the_regions_size(
    engine: Engine, ask: MakeRequest, task: Task
) -> None:
    result = engine.run(ask(task, sampling={"variations": 2}))
    assert [image.shape for image in result.images] == [(64, 96, 3)] * 2
    assert all(image.dtype == np.uint8 for image in result.images)
    assert result.seeds == (7, 8)
    assert not np.array_equal(*result.images)
    assert {"load", "encode", "denoise", "decode", "total"} <= set(result.timings)
    assert len(pickle.loads(pickle.dumps(result)).images) == 2


@pytest.mark.parametrize(
    ("task", "sampler"),
    [
        (Task.GENERATE, "ddim"),
        (Task.FILL, "euler_a"),
        (Task.REPLACE, "dpmpp_2m_sde"),
        (Task.EXTEND, "lcm"),
    ],
)
def test_the_same_seed_gives_the_same_bytes_however_many_are_made(
    engine: Engine, ask: MakeRequest, task: Task, sampler: str
) -> None:
    sampling = {"sampler": sampler, "denoise": 0.5, "steps": 3}
    together = engine.run(ask(task, sampling={**sampling, "variations": 2})).images
    for number, image in enumerate(together):
        alone = engine.run(ask(task, sampling={**sampling, "seed": 7 + number})).images[0]
        assert np.array_equal(alone, image), number


def test_random_seeds_differ_and_are_reported(engine: Engine, ask: MakeRequest) -> None:
    result = engine.run(ask(sampling={"seed": -1, "variations": 3}))
    assert len(set(result.seeds)) == 3
    assert all(0 <= seed < 2**32 for seed in result.seeds)
    again = engine.run(ask(sampling={"seed": result.seeds[2]}))
    assert np.array_equal(again.images[0], result.images[2])


def test_a_large_seed_is_kept_as_it_is(engine: Engine, ask: MakeRequest) -> None:
    for seed in (2**64 - 1, 2**63, 2**32 + 7):
        result = engine.run(ask(sampling={"seed": seed}))
        assert result.seeds == (seed,)
        again = engine.run(ask(sampling={"seed": seed}))
        assert np.array_equal(result.images[0], again.images[0])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("seed", 2**64), ("seed", -2), ("seed", 1.5), ("steps", 0), ("steps", 1001),
        ("steps", math.nan), ("cfg_scale", -5), ("cfg_scale", math.nan), ("cfg_scale", math.inf),
        ("variations", 0), ("denoise", 1.01), ("denoise", math.nan),
    ],
)  # fmt: skip
def test_a_number_out_of_its_range_is_refused_with_the_range(
    engine: Engine, ask: MakeRequest, name: str, value: float
) -> None:
    with pytest.raises(StudioError, match=rf"cannot be .* from {LIMITS[name].least} to"):
        engine.run(ask(Task.FILL, sampling={name: value}))


@pytest.mark.parametrize("name", ["mask_blur", "padding"])
@pytest.mark.parametrize("value", [-1, 10**6, 2.5, math.nan])
def test_a_length_out_of_its_range_is_refused(
    engine: Engine, ask: MakeRequest, name: str, value: float
) -> None:
    with pytest.raises(StudioError, match="cannot be"):
        engine.run(ask(Task.FILL, **{name: value}))


def test_seeds_do_not_run_over_their_largest(engine: Engine, ask: MakeRequest) -> None:
    with pytest.raises(StudioError, match="leaves no seeds for 2"):
        engine.run(ask(sampling={"seed": 2**64 - 1, "variations": 2}))


def test_prompt_and_negative_prompt_count(engine: Engine, ask: MakeRequest) -> None:
    plain = engine.run(ask()).images[0]
    other = engine.run(ask(prompt="a dog")).images[0]
    negative = engine.run(ask(negative_prompt="blurry")).images[0]
    assert not np.array_equal(plain, other)
    assert not np.array_equal(plain, negative)
    unguided = engine.run(ask(sampling={"cfg_scale": 1.0})).images[0]
    ignored = engine.run(ask(negative_prompt="x", sampling={"cfg_scale": 1.0})).images[0]
    assert np.array_equal(unguided, ignored)


@pytest.mark.parametrize("kind", ["tiny", "tiny_fill", "tiny_inpaint"])
def test_every_kind_of_unet_does_every_task(
    engine: Engine, ask: MakeRequest, kind: str, request: pytest.FixtureRequest
) -> None:
    folder: Path = request.getfixturevalue(kind)
    # Inverting a picture takes a model that paints whole ones.
    for task in BY_CHANCE if kind == "tiny_inpaint" else ALL:
        result = engine.run(ask(task, model=str(folder), sampling={"denoise": 0.5}))
        assert result.images[0].shape == (64, 96, 3)
        assert result.images[0].std() > 0


def test_a_fill_sees_what_is_around_the_mask_and_not_what_is_under_it(
    engine: Engine, ask: MakeRequest, tiny_fill: Path
) -> None:
    base = ask(Task.FILL, model=str(tiny_fill))
    assert base.image is not None and base.mask is not None
    # Within one pixel of the edge, scaling the picture mixes both sides of the mask.
    inner = np.zeros_like(base.mask)
    inner[24:36, 34:66] = 255
    under, around = base.image.copy(), base.image.copy()
    under[inner > 0] = 255 - under[inner > 0]
    around[:10] = 255 - around[:10]
    plain = engine.run(base).images[0]
    assert np.array_equal(engine.run(base.replace(image=under)).images[0], plain)
    assert not np.array_equal(engine.run(base.replace(image=around)).images[0], plain)


def test_denoising_strength_says_how_much_is_left(engine: Engine, ask: MakeRequest) -> None:
    def picture(strength: float) -> np.ndarray:
        sampling = {"denoise": strength, "steps": 10}
        return engine.run(ask(Task.REPLACE, sampling=sampling)).images[0]

    image = ask(Task.REPLACE).image
    assert image is not None
    assert np.array_equal(picture(0.0), image)
    assert not np.array_equal(picture(0.3), picture(0.9))
    # Less than one step's worth still makes one.
    assert not np.array_equal(picture(0.01), image)


def test_progress_climbs_and_shows_each_step(engine: Engine, ask: MakeRequest) -> None:
    events: list[ProgressEvent] = []
    engine.run(ask(sampling={"steps": 3, "variations": 2}), Progress(events.append))
    fractions = [event.fraction for event in events]
    assert fractions == sorted(fractions) and fractions[-1] == pytest.approx(1)
    painting = [event for event in events if event.text == "Painting"]
    previews = [event.preview for event in painting if event.preview is not None]
    assert len(previews) == 6
    assert [preview.shape[0] for preview in previews] == [1, 1, 1, 2, 2, 2]
    assert all(preview.dtype == np.uint8 and preview.shape[3] == 3 for preview in previews)


def test_the_last_preview_resembles_the_picture(engine: Engine, ask: MakeRequest) -> None:
    """The preview of a finished variation is the decoded picture itself, made small."""
    events: list[ProgressEvent] = []
    result = engine.run(ask(), Progress(events.append))
    last = events[-1].preview
    assert last is not None
    assert abs(float(last.mean()) - float(result.images[0].mean())) < 3


def test_all_of_a_long_prompt_counts(engine: Engine, ask: MakeRequest) -> None:
    made = [engine.run(ask(prompt=f"{'a cat ' * 30} {end}")) for end in ("zebra", "horse")]
    assert not np.array_equal(made[0].images[0], made[1].images[0])
    assert made[0].notes == ()


def test_an_empty_prompt_is_a_note_for_a_fill_and_an_error_without_a_picture(
    engine: Engine, ask: MakeRequest
) -> None:
    assert any("empty" in str(note) for note in engine.run(ask(Task.FILL, prompt=" ")).notes)
    before = engine.residency.loaded
    with pytest.raises(StudioError, match="prompt is empty"):
        engine.run(ask(prompt="  ", model="/nowhere"))
    assert engine.residency.loaded is before


def test_what_cannot_work_is_refused_before_loading(ask: MakeRequest) -> None:
    engine = Engine("cpu")
    fill = ask(Task.FILL)
    assert fill.mask is not None
    wrong = [
        fill.replace(mask=np.zeros_like(fill.mask)),
        fill.replace(mask=fill.mask[:-1]),
        fill.replace(image=None),
        fill.replace(region=Rect(0, 0, 0, 5)),
        ask(sampling={"steps": 0}),
        ask(sampling={"variations": 0}),
        ask(sampling={"denoise": 1.5}),
        ask(sampling={"denoise": float("nan")}),
        ask(sampling={"sampler": "psychic"}),
        ask(sampling={"schedule": "tomorrow"}),
        ask(model="/nowhere"),
    ]
    for request in wrong:
        with pytest.raises(StudioError):
            engine.run(request)
    assert engine.residency.loaded is None


def test_a_schedule_that_the_sampler_lacks_is_told(engine: Engine, ask: MakeRequest) -> None:
    result = engine.run(ask(sampling={"schedule": "karras"}))
    assert any("Karras" in str(note) for note in result.notes)


@pytest.mark.parametrize("size", [(1, 1), (7, 300), (400, 30)])
def test_odd_regions_work(engine: Engine, ask: MakeRequest, size: tuple[int, int]) -> None:
    width, height = size
    image = np.full((height, width, 3), 90, np.uint8)
    mask = np.full((height, width), 255, np.uint8)
    region = Rect(-5, 3, width, height)
    result = engine.run(ask(Task.FILL, image=image, mask=mask, region=region))
    assert result.images[0].shape == (height, width, 3)


def test_warm_up_loads_and_the_about_box_knows(tiny: Path, ask: MakeRequest) -> None:
    engine = Engine("cpu")
    engine.warm_up(str(tiny))
    loaded = engine.residency.loaded
    assert loaded is not None
    engine.run(ask())
    assert engine.residency.loaded is loaded
    assert "torch" in str(engine.build_info()) and engine.build_info().device.startswith("CPU")
    engine.unload()
    assert engine.residency.loaded is None


def test_the_starter_fills_a_mask_the_same_way_twice(ask: MakeRequest) -> None:
    engine = Engine("cpu")
    sampling = Sampling(steps=2, seed=11, cfg_scale=4.0, sampler="ddim", variations=2)
    request = ask(Task.FILL, model=STARTER, prompt="a teddy bear").replace(sampling=sampling)
    first = engine.run(request)
    alone = engine.run(request.replace(sampling=Sampling(2, 4.0, "ddim", "normal", 12)))
    assert np.array_equal(first.images[1], alone.images[0])
    assert first.images[0].shape == (64, 96, 3)
