"""aMUSEd, whose pictures are grids of tokens."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from amused_factory import build_amused
from PIL import Image
from test_pipelines import request_for, stock

from studio.core.geometry import Rect
from studio.core.progress import Progress, ProgressEvent
from studio.edit.request import Task
from studio.engine.engine import Engine

SIDE = 128
PICTURE = np.random.default_rng(1).integers(0, 255, (SIDE, SIDE, 3), np.uint8)
MASK = np.zeros((SIDE, SIDE), np.uint8)
MASK[16:64, 32:80] = 255
PICTURES: dict[Task, tuple[str, dict[str, Any]]] = {
    Task.GENERATE: ("AmusedPipeline", {"width": SIDE, "height": SIDE}),
    Task.FILL: (
        "AmusedInpaintPipeline",
        {"image": Image.fromarray(PICTURE), "mask_image": Image.fromarray(MASK)},
    ),
    Task.REPLACE: (
        "AmusedImg2ImgPipeline",
        {"image": Image.fromarray(PICTURE), "strength": 0.6},
    ),
}


@pytest.mark.parametrize("task", PICTURES, ids=lambda task: task.value)
def test_a_picture_is_the_one_that_diffusers_makes(task: Task, tmp_path: Path) -> None:
    folder = build_amused(tmp_path / "amused")
    (folder / "lienzo.json").write_text(f'{{"native_size": {SIDE}}}')
    request = request_for(folder, task, sampler="masked", denoise=0.6)
    request = request.replace(region=Rect(0, 0, SIDE, SIDE))
    if task is not Task.GENERATE:
        request = request.replace(image=PICTURE, mask=MASK, match_fill=False)
    cls, own = PICTURES[task]
    made = Engine("cpu").run(request).images[0]
    same = stock(folder, cls, guidance_scale=3.0, negative_prompt="", **own)
    assert np.array_equal(made, same)


def test_previews_show_the_tokens_decided_so_far(tmp_path: Path) -> None:
    events, folder = list[ProgressEvent](), build_amused(tmp_path / "amused")
    request = request_for(folder, sampler="masked", steps=4)
    Engine("cpu").run(request, Progress(events.append))
    shown = [one.preview[0] for one in events if one.text == "Painting" and one.preview is not None]
    assert len(shown) == 4
    grey = [(one == one[0, 0]).all(2).mean() for one in shown]
    assert [len(np.unique(one.reshape(-1, 3), axis=0)) for one in shown][-1] > 2
    assert grey[0] != grey[-1]


def test_a_replacement_at_full_strength_changes_the_picture(tmp_path: Path) -> None:
    engine, folder = Engine("cpu"), build_amused(tmp_path / "amused")
    pictures = []
    for strength in (0.3, 1.0):
        request = request_for(folder, Task.REPLACE, sampler="masked", steps=6, denoise=strength)
        made = engine.run(request).images[0]
        more = request.replace(sampling=replace(request.sampling, seed=5))
        pictures.append((made != engine.run(more).images[0]).mean())
    assert pictures[1] > pictures[0]
