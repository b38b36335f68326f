"""The small Imagen: a cascade on pixels."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from pixel_systems_factory import build_imagen

from studio.catalog.families.imagen import LEVEL, ONLY_ENLARGE, THRESHOLD
from studio.core.geometry import Rect
from studio.core.progress import Progress, ProgressEvent
from studio.edit.request import EditRequest, Pixels, Sampling, Task
from studio.engine.engine import Engine
from studio.engine.pipelines.frame import Frame

SIDE = 128
WEIGHTS = "diffusion_pytorch_model.safetensors"
PICTURE: Pixels = np.random.default_rng(1).integers(0, 255, (8, 8, 3), np.uint8).repeat(16, 0)
PICTURE = PICTURE.repeat(16, 1)
MASK = np.zeros((SIDE, SIDE), np.uint8)
MASK[48:80, 48:80] = 255


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_imagen(tmp_path_factory.mktemp("small") / "imagen")


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine("cpu")


def asked(folder: Path, task: Task = Task.GENERATE, **changes: Any) -> EditRequest:
    """Return a request of few steps; ``extras`` and the other changes go into the sampling."""
    extras = {"second_stage_steps": 2, **changes.pop("extras", {})}
    sampling = Sampling(steps=3, cfg_scale=4.0, sampler="ddim", seed=2, extras=extras, **changes)
    made = EditRequest(
        task=task,
        prompt="a red car",
        region=Rect(0, 0, SIDE, SIDE),
        model=str(folder),
        sampling=sampling,
    )
    return made if task is Task.GENERATE else made.replace(image=PICTURE, mask=MASK)


def painted(engine: Engine, request: EditRequest) -> Pixels:
    return engine.run(request, Progress()).images[0]


def test_previews_show_the_small_picture_and_then_the_large_one(
    engine: Engine, folder: Path
) -> None:
    events: list[ProgressEvent] = []
    engine.run(asked(folder), Progress(events.append))
    shown = [one.preview for one in events if one.text == "Painting" and one.preview is not None]
    assert [one.shape[1] for one in shown] == [32, 32, 32, 128, 128]
    fractions = [one.fraction for one in events if one.text == "Painting"]
    assert fractions == sorted(fractions)


def test_a_fill_keeps_what_is_known(engine: Engine, folder: Path) -> None:
    made = painted(engine, asked(folder, Task.FILL).replace(match_fill=False))
    free = MASK > 0
    assert np.abs(made[~free].astype(int) - PICTURE[~free]).max() <= 1
    assert (made[free] != PICTURE[free]).mean() > 0.5


def test_less_denoising_stays_nearer_to_the_photo(engine: Engine, folder: Path) -> None:
    errors = []
    for strength in (0.4, 1.0):
        request = asked(folder, Task.REPLACE, denoise=strength)
        request = request.replace(mask=np.full_like(MASK, 255), match_fill=False)
        many = replace(request.sampling, steps=10, extras={"second_stage_steps": 10})
        made = painted(engine, request.replace(sampling=many))
        errors.append(np.abs(made.astype(int) - PICTURE).mean())
    assert errors[0] < errors[1]


@pytest.mark.parametrize("sampler", ["ddim", "ddpm"])
def test_thresholding_keeps_the_picture_in_range_at_any_guidance(
    engine: Engine, folder: Path, sampler: str
) -> None:
    """At 0 values are cut off, and more of them are at the ends than if they are scaled back."""
    ends = []
    for percentile in (0.0, 60.0):
        request = asked(folder, extras={THRESHOLD.id: percentile})
        request = request.replace(
            sampling=replace(request.sampling, cfg_scale=30.0, sampler=sampler)
        )
        events: list[ProgressEvent] = []
        engine.run(request, Progress(events.append))
        small = [one.preview for one in events if one.preview is not None][2]
        ends.append(((small == 0) | (small == 255)).mean())
    assert ends[0] > ends[1]


def test_the_noise_in_the_small_picture_changes_the_large_one(engine: Engine, folder: Path) -> None:
    little, much = (
        painted(engine, asked(folder, extras={LEVEL.id: level})) for level in (0.0, 0.49)
    )
    assert not np.array_equal(little, much)


def test_the_second_stage_alone_enlarges_without_the_first(
    engine: Engine, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first one would raise here, and the small picture decides what is painted."""
    painted(engine, asked(folder))
    monkeypatch.setattr(engine.residency.loaded.parts["unet"], "forward", None)  # type: ignore
    only = {ONLY_ENLARGE.id: True}
    request = asked(folder, Task.REPLACE, extras=only).replace(mask=np.full_like(MASK, 255))
    made = painted(engine, request)
    other = painted(engine, request.replace(image=255 - PICTURE))
    assert not np.array_equal(made, other)


def test_with_nothing_to_enlarge_both_stages_run_and_a_notice_says_so(
    engine: Engine, folder: Path
) -> None:
    result = engine.run(asked(folder, extras={ONLY_ENLARGE.id: True}), Progress())
    assert np.array_equal(result.images[0], painted(engine, asked(folder)))
    assert any("nothing to enlarge" in str(one) or "no picture" in str(one) for one in result.notes)


def test_a_mask_of_one_pixel(engine: Engine, folder: Path) -> None:
    mask = np.zeros((SIDE, SIDE), np.uint8)
    mask[70, 30] = 255
    request = asked(folder, Task.FILL).replace(mask=mask, match_fill=False)
    made = painted(engine, request)
    assert np.abs(made[mask == 0].astype(int) - PICTURE[mask == 0]).max() <= 1


@pytest.mark.parametrize("size", [(256, 128), (90, 200), (64, 1000), (1, 1)])
def test_a_frame_brings_any_proportions_to_a_square_and_back(size: tuple[int, int]) -> None:
    width, height = size
    frame = Frame(width, height)
    squares = torch.rand(1, 3, 32, 32)
    wide, high = (min(8.0, max(1.0, one)) for one in (width / height, height / width))
    assert frame.widened(squares).shape[-2:] == (round(32 * high), round(32 * wide))
    photo = np.full((height, width, 3), 77, np.uint8)
    square = frame.square(photo, 32)
    assert square.shape == (32, 32, 3) and (square == 77).all()
    cut = frame.cut(torch.from_numpy(square).permute(2, 0, 1)[None])
    assert (
        abs(cut.shape[-1] / cut.shape[-2] - width / height) < 0.6
        or min(cut.shape[-2:]) == 1
        or (min(width, height) * 32 // max(width, height) < 4)
    )


def test_the_middle_of_a_wide_picture_is_the_square_one(engine: Engine, folder: Path) -> None:
    square = painted(engine, asked(folder))
    wide = painted(engine, asked(folder).replace(region=Rect(0, 0, 2 * SIDE, SIDE)))
    assert np.array_equal(wide[:, SIDE // 2 : SIDE // 2 + SIDE], square)
    assert (wide[:, : SIDE // 2] == wide[:, :1]).all()
