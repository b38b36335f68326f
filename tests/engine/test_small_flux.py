"""The small Flux that ships with the program."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from diffusers import FluxKontextPipeline, FluxPipeline
from PIL import Image
from test_pipelines import request_for

from studio.catalog.families.small_flux import GUIDANCE, SHIFT
from studio.core.geometry import Rect
from studio.core.progress import Progress, ProgressEvent
from studio.edit.request import EditRequest, Task
from studio.engine.engine import Engine
from studio.engine.families.small_flux import pipeline as small
from studio.engine.pipelines.frame import Frame

MODEL = "flux"
SIDE = 128
RED = (222, 62, 58)
PICTURE = np.full((SIDE, SIDE, 3), RED, np.uint8)
MASK = np.zeros((SIDE, SIDE), np.uint8)
MASK[32:96, 32:96] = 255


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    yield Engine("cpu")


def asked(task: Task = Task.GENERATE, prompt: str = "a cat", **sampling: Any) -> EditRequest:
    """Return a request of a few steps with the model's own settings."""
    own = {"steps": 4, "cfg_scale": 1.0, **sampling}
    made = request_for(Path(MODEL), task, **own)
    made = made.replace(prompt=prompt, region=Rect(0, 0, SIDE, SIDE), match_fill=False)
    return made if task is Task.GENERATE else made.replace(image=PICTURE, mask=MASK)


def far(made: np.ndarray[Any, Any], other: np.ndarray[Any, Any]) -> float:
    """Return the mean difference of two pictures, 0..255."""
    return float(np.abs(made.astype(float) - other).mean())


def test_tokens_and_positions_are_those_of_diffusers() -> None:
    latents = torch.randn(2, 4, 8, 6)
    tokens = small.pack(latents)
    assert torch.equal(tokens, FluxPipeline._pack_latents(latents, 2, 4, 8, 6))
    assert torch.equal(small.unpack(tokens, 4, 3), latents)
    stock = FluxPipeline._prepare_latent_image_ids(1, 4, 3, "cpu", torch.float32)
    assert torch.equal(small.positions(4, 3), stock)
    kept = FluxKontextPipeline._prepare_latent_image_ids(1, 4, 3, "cpu", torch.float32)
    kept[..., 0] = 1
    assert torch.equal(small.positions(4, 3, picture=1), kept)


def test_the_prompt_and_each_guidance_change_the_picture(engine: Engine) -> None:
    plain = engine.run(asked()).images[0]
    assert np.array_equal(plain, engine.run(asked()).images[0])
    others = (
        asked(prompt="un coche"),
        asked(extras={GUIDANCE.id: 3.5}),
        asked(extras={SHIFT.id: 3.0}),
        asked(cfg_scale=3.0),
        asked(cfg_scale=3.0).replace(negative_prompt="a dog"),
        asked(seed=5),
    )
    made = [engine.run(one).images[0] for one in others]
    for number, one in enumerate([plain, *made]):
        assert all(not np.array_equal(one, other) for other in made[number:])


def test_a_ground_in_the_prompt_is_painted(engine: Engine) -> None:
    ask = {"red": "a cat on a red background", "blue": "un gato sobre fondo azul"}
    corners = {name: engine.run(asked(prompt=one)).images[0][:6, :6] for name, one in ask.items()}
    red, blue = (corners[name].reshape(-1, 3).mean(0) for name in ask)
    assert red[0] > red[2] + 60
    assert blue[2] > blue[0] + 60


def test_what_the_mask_hides_does_not_matter(engine: Engine) -> None:
    other = PICTURE.copy()
    other[MASK > 0] = np.random.default_rng(1).integers(0, 255, ((MASK > 0).sum(), 3))
    one, two = (
        engine.run(asked(Task.FILL).replace(image=image)).images[0] for image in (PICTURE, other)
    )
    assert np.array_equal(one, two)


def test_a_replacement_keeps_more_at_a_lower_strength(engine: Engine) -> None:
    kept = [
        far(engine.run(asked(Task.REPLACE, steps=8, denoise=strength)).images[0], PICTURE)
        for strength in (0.2, 1.0)
    ]
    assert kept[0] < kept[1]


@pytest.mark.parametrize("size", [(8, 8), (SIDE, SIDE)], ids=["one token", "everything"])
def test_masks_of_every_size(engine: Engine, size: tuple[int, int]) -> None:
    mask = np.zeros((SIDE, SIDE), np.uint8)
    mask[: size[0], : size[1]] = 255
    made = engine.run(asked(Task.FILL).replace(mask=mask)).images[0]
    assert made.shape == PICTURE.shape


def test_a_wide_picture_is_the_square_one_with_more_ground(engine: Engine) -> None:
    wide = engine.run(asked().replace(region=Rect(0, 0, 2 * SIDE, SIDE))).images[0]
    square = engine.run(asked()).images[0]
    assert np.array_equal(wide[:, SIDE // 2 : -SIDE // 2], square)
    assert np.array_equal(wide[:, :8], square[:, :1].repeat(8, 1))


def test_each_step_is_shown(engine: Engine) -> None:
    events = list[ProgressEvent]()
    engine.run(asked(), Progress(events.append))
    shown = [one for one in events if one.text == "Painting" and one.preview is not None]
    assert len(shown) == 4


def test_a_picture_of_other_proportions_is_widened_on_both_sides() -> None:
    picture = torch.from_numpy(np.asarray(Image.new("RGB", (4, 4), RED), np.float32).copy())
    picture[:, 0] = 0
    square = picture.permute(2, 0, 1)[None]
    made = Frame(20, 10).widened(square)[0].permute(1, 2, 0)
    assert made.shape == (4, 8, 3)
    assert not made[:, :3].any() and made[:, 3:].any(2).all()
    assert Frame(10, 20).widened(square).shape == (1, 3, 8, 4)
