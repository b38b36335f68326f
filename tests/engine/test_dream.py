"""Dream: latents that are changed until CLIP finds that the picture fits the prompt."""

import threading
from dataclasses import replace

import numpy as np
import pytest
import torch

from studio.catalog.models import identify
from studio.core.errors import Cancelled
from studio.core.geometry import Rect
from studio.core.progress import Progress, ProgressEvent
from studio.edit.request import EditRequest, Sampling, Task
from studio.engine.clip.find import likeness
from studio.engine.clip.model import load_clip
from studio.engine.engine import Engine
from studio.engine.families.dream.cutouts import cut
from studio.engine.families.dream.pipeline import HIGH, LOW, _inside, spherical_distance

SIDE = 64
MASK = np.zeros((SIDE, SIDE), np.uint8)
MASK[:, 32:] = 255
PHOTO = np.random.default_rng(5).integers(60, 200, (SIDE, SIDE, 3), np.uint8)


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine("cpu")


def request(prompt: str = "a red car", steps: int = 4, **extras: object) -> EditRequest:
    return EditRequest(
        task=Task.GENERATE,
        prompt=prompt,
        region=Rect(0, 0, SIDE, SIDE),
        model="dream",
        sampling=Sampling(
            steps=steps,
            cfg_scale=1.0,
            sampler="adam",
            schedule="normal",
            seed=3,
            extras={"dream_cutouts": 4, **extras},  # type: ignore[dict-item]
        ),
    )


def test_the_picture_fits_its_prompt_better_than_in_the_beginning(engine: Engine) -> None:
    first = engine.run(request(steps=1), Progress()).images[0]
    made = engine.run(request(steps=25), Progress()).images[0]
    before, after = likeness(load_clip(), [first, made], "a red car", Progress())
    assert after > before + 0.2


def test_in_a_mask_what_is_outside_keeps_its_latents(engine: Engine) -> None:
    task = request(steps=3).replace(task=Task.FILL, image=PHOTO, mask=MASK)
    made = engine.run(task, Progress()).images[0].astype(int)
    other = engine.run(task.replace(prompt="a green tree"), Progress()).images[0].astype(int)
    # The decoder looks a few cells around, so that a border may differ.
    assert np.abs(made - other)[:, :8].max() <= 2
    assert np.abs(made - other)[:, 40:].max() > 2


def test_it_begins_with_the_photo_or_with_noise(engine: Engine) -> None:
    task = request(steps=1).replace(task=Task.REPLACE, image=PHOTO, mask=np.full_like(MASK, 255))
    photo = engine.run(task, Progress()).images[0]
    noise = engine.run(
        request(steps=1, dream_start="noise").replace(
            task=Task.REPLACE, image=PHOTO, mask=np.full_like(MASK, 255)
        ),
        Progress(),
    ).images[0]
    near = np.abs(photo.astype(int) - PHOTO).mean()
    assert near < np.abs(noise.astype(int) - PHOTO).mean()


def test_keep_this_ends_early_with_the_present_state(engine: Engine) -> None:
    wanted, events = threading.Event(), []

    def listen(event: ProgressEvent) -> None:
        events.append(event)
        if event.text == "Painting" and event.preview is not None:
            wanted.set()

    many = request(steps=400)
    many = many.replace(sampling=replace(many.sampling, variations=3))
    result = engine.run(many, Progress(listen, None, wanted))
    assert len(result.images) == len(result.seeds) == 1
    assert len([event for event in events if event.text == "Painting"]) < 20
    assert any(event.can_finish for event in events)


def test_cancel_in_the_middle(engine: Engine) -> None:
    cancelled = threading.Event()

    def listen(event: ProgressEvent) -> None:
        if event.text == "Painting":
            cancelled.set()

    with pytest.raises(Cancelled):
        engine.run(request(steps=400), Progress(listen, cancelled))


def test_latents_are_clamped_to_the_percentiles_of_each_channel() -> None:
    inside = _inside(torch.full((1, 4, 1, 1), 99.0))
    assert inside.flatten().tolist() == pytest.approx(list(HIGH))
    assert _inside(-inside * 9).flatten().tolist() == pytest.approx(list(LOW))
    assert identify("dream").native_size == 128


def test_pieces_pass_gradients_and_the_same_generator_gives_the_same_ones() -> None:
    picture = torch.rand(1, 3, 128, 96).requires_grad_()
    pieces = cut(picture, 6, 64, True, torch.Generator().manual_seed(1))
    again = cut(picture, 6, 64, True, torch.Generator().manual_seed(1))
    assert pieces.shape == (6, 3, 64, 64)
    assert torch.equal(pieces, again)
    pieces.sum().backward()
    assert picture.grad is not None
    assert picture.grad.abs().min() >= 0 and picture.grad.abs().sum() > 0


def test_the_distance_of_vectors_is_that_on_the_sphere() -> None:
    one, other = torch.tensor([[1.0, 0.0]]), torch.tensor([[0.0, 1.0]])
    assert spherical_distance(one, one).item() == pytest.approx(0, abs=1e-6)
    assert spherical_distance(one, other).item() == pytest.approx(2 * (np.pi / 4) ** 2, rel=1e-4)
