"""The small GAN and the small VAE: a picture in one call of a network."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from pixel_systems_factory import build_one_step

from studio.catalog.families.one_step import TRUNCATION, WALK
from studio.core.errors import StudioError
from studio.core.geometry import Rect
from studio.core.progress import Progress
from studio.edit.request import EditRequest, Pixels, Sampling, Task
from studio.engine.engine import Engine
from studio.engine.families.one_step.pipeline import walked

WEIGHTS = Path("generator/diffusion_pytorch_model.safetensors")
SIDE = 128


@pytest.fixture(scope="module", params=["GanPipeline", "VaeSamplingPipeline"])
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_one_step(tmp_path_factory.mktemp("one") / "model", request.param)


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine("cpu")


def asked(folder: Path, seed: int = 2, **extras: float) -> EditRequest:
    sampling = Sampling(steps=1, cfg_scale=1.0, sampler="one_step", seed=seed, extras=extras)
    return EditRequest(
        task=Task.GENERATE,
        prompt="a red car",
        region=Rect(0, 0, SIDE, SIDE),
        model=str(folder),
        sampling=sampling,
    )


def painted(engine: Engine, request: EditRequest) -> Pixels:
    return engine.run(request, Progress()).images[0]


def test_a_seed_decides_the_picture(engine: Engine, folder: Path) -> None:
    first, again, other = (painted(engine, asked(folder, seed)) for seed in (2, 2, 3))
    assert np.array_equal(first, again) and not np.array_equal(first, other)


def test_without_truncation_left_all_seeds_give_one_picture(engine: Engine, folder: Path) -> None:
    pictures = [painted(engine, asked(folder, seed, **{TRUNCATION.id: 0.0})) for seed in (2, 3)]
    assert np.array_equal(*pictures)


def test_a_walk_begins_at_the_picture_of_the_seed_and_moves_on(
    engine: Engine, folder: Path
) -> None:
    begin = painted(engine, asked(folder))
    way = [painted(engine, asked(folder, **{WALK.id: part})) for part in (0.0, 0.1, 1.0)]
    far = [np.abs(one.astype(int) - begin).mean() for one in way]
    assert far[0] == 0 < far[1] < far[2]


def test_a_walk_keeps_the_length_of_the_random_vector() -> None:
    for part in (0.0, 0.3, 1.0):
        vector = walked(20_000, part, torch.Generator().manual_seed(1))
        assert abs(float(vector.std()) - 1) < 0.03


def test_guidance_moves_away_from_the_empty_prompt(engine: Engine, folder: Path) -> None:
    request = asked(folder)
    pictures = [
        painted(engine, request.replace(sampling=replace(request.sampling, cfg_scale=scale)))
        for scale in (1.0, 3.0)
    ]
    assert not np.array_equal(*pictures)


def test_a_wide_picture_has_the_square_one_in_its_middle(engine: Engine, folder: Path) -> None:
    square = painted(engine, asked(folder))
    wide = painted(engine, asked(folder).replace(region=Rect(0, 0, 2 * SIDE, SIDE)))
    assert np.array_equal(wide[:, SIDE // 2 : SIDE // 2 + SIDE], square)


def test_steps_without_effect_are_told(engine: Engine, folder: Path) -> None:
    request = asked(folder)
    result = engine.run(request.replace(sampling=replace(request.sampling, steps=9)), Progress())
    assert any("no effect" in str(one) for one in result.notes)


@pytest.mark.parametrize("task", [Task.FILL, Task.REPLACE, Task.EXTEND])
def test_a_fill_is_refused_with_the_reason(engine: Engine, folder: Path, task: Task) -> None:
    picture = np.zeros((SIDE, SIDE, 3), np.uint8)
    request = asked(folder).replace(task=task, image=picture, mask=picture[..., 0] + 255)
    with pytest.raises(StudioError) as caught:
        engine.run(request, Progress())
    assert "one step" in str(caught.value) and caught.value.hint
