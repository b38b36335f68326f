"""The fills of models are matched to the photo, if the artist does not switch it off."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from conftest import MakeRequest

from studio.catalog.models import STARTER
from studio.core.geometry import Rect
from studio.edit.apply import result_layer
from studio.edit.request import MATCHED_TASKS, EditRequest, EditResult, Sampling, Task
from studio.engine.engine import Engine
from studio.retouch.grain import grain_of

SIDE = 256
Y, X = np.mgrid[:SIDE, :SIDE].astype(np.float64)
GROUNDS = {
    "flat": np.stack([np.full((SIDE, SIDE), one) for one in (150.0, 120.0, 90.0)], axis=2),
    "graded": np.stack([60 + 0.3 * X + 0.1 * Y, 90 + 0.25 * Y, 200 - 0.2 * X], axis=2),
}
MASK = np.zeros((SIDE, SIDE), np.uint8)
cv2.ellipse(MASK, (SIDE // 2, SIDE // 2), (85, 70), 20, 0, 360, 255, -1)


def weak(ground: str, match: bool = True) -> EditRequest:
    """Return a request that hardly changes its photo, so that the ground continues inside."""
    noise = np.random.default_rng(0).normal(0, 4, (SIDE, SIDE, 3))
    photo = np.clip(np.rint(GROUNDS[ground] + noise), 0, 255).astype(np.uint8)
    return EditRequest(
        task=Task.REPLACE, prompt="", region=Rect(0, 0, SIDE, SIDE), image=photo, mask=MASK,
        model=STARTER, match_fill=match,
        sampling=Sampling(steps=20, cfg_scale=1, seed=3, denoise=0.1),
    )  # fmt: skip


def step(result: EditResult, ground: str) -> float:
    """Return the difference of the mean colours on both sides of the seam, as the layer shows."""
    request = result.request
    assert request.image is not None
    layer = result_layer(result, 0)
    rgba = layer.raster.read(request.region).astype(float)
    alpha = rgba[..., 3:] / 255
    seen = request.image * (1 - alpha) + rgba[..., :3] * alpha - GROUNDS[ground]
    reach = np.ones((17, 17), np.uint8)
    inner = (MASK > 0) & (cv2.erode(MASK, reach) == 0)
    outer = (MASK == 0) & (cv2.dilate(MASK, reach) > 0)
    return float(np.abs(seen[inner].mean(axis=0) - seen[outer].mean(axis=0)).max())


@pytest.mark.parametrize("ground", GROUNDS)
def test_the_starters_colour_shift_and_lost_grain_are_taken_back(
    engine: Engine, ground: str
) -> None:
    off, on = (engine.run(weak(ground, match)) for match in (False, True))
    assert step(off, ground) > 1.5 > 1 >= step(on, ground)
    outside = grain_of(weak(ground).image, MASK == 0)  # type: ignore[arg-type]
    assert grain_of(off.images[0], MASK > 0) < 0.3 * outside
    assert 0.8 <= grain_of(on.images[0], MASK > 0) / outside <= 1.2
    assert np.array_equal(on.images[0][MASK == 0], off.images[0][MASK == 0])


@pytest.mark.parametrize("task", MATCHED_TASKS)
def test_each_filling_task_is_matched_inside_the_mask_only(
    engine: Engine, ask: MakeRequest, task: Task
) -> None:
    request = weak("flat").replace(task=task, sampling=Sampling(steps=2, seed=7, cfg_scale=1))
    on, off = (engine.run(request.replace(match_fill=one)).images[0] for one in (True, False))
    assert not np.array_equal(on, off)
    assert np.array_equal(on[MASK == 0], off[MASK == 0])


def test_variations_and_seeds_are_matched_alike(engine: Engine) -> None:
    request = weak("graded")
    both = engine.run(request.replace(sampling=replace(request.sampling, variations=2)))
    alone = engine.run(request.replace(sampling=replace(request.sampling, seed=4)))
    assert np.array_equal(both.images[1], alone.images[0])


def test_a_strength_of_zero_returns_the_photo(engine: Engine) -> None:
    request = weak("graded")
    made = engine.run(request.replace(sampling=replace(request.sampling, denoise=0.0)))
    assert np.array_equal(made.images[0], request.image)


def test_a_new_picture_is_not_matched_to_anything(
    engine: Engine, ask: MakeRequest, tiny: Path
) -> None:
    request = ask(Task.GENERATE)
    on, off = (engine.run(request.replace(match_fill=one)).images[0] for one in (True, False))
    assert np.array_equal(on, off)
