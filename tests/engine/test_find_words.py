"""The place of a prompt in a photo, the order of pictures by a prompt, likeness of two."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from clip_factory import public_folder
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from studio.core.errors import Cancelled, StudioError
from studio.core.geometry import Rect
from studio.core.progress import Progress
from studio.document.document import Document
from studio.edit.photo_tools import PhotoRequest, PhotoResult, photo_request
from studio.engine.engine import Engine

Pixels = NDArray[np.uint8]


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine("cpu")


def asked(kind: str, picture: Pixels, **values: str) -> PhotoRequest:
    height, width = picture.shape[:2]
    document = Document(width=width, height=height)
    return photo_request(
        document, kind, values, region=Rect(0, 0, width, height), picture=lambda: picture
    )


def sun_in_the_sky(side: int = 256) -> Pixels:
    """A yellow sun at the upper right of a blue ground: its rays are eight triangles."""
    image = Image.new("RGB", (side, side), (74, 138, 228))
    draw = ImageDraw.Draw(image)
    middle, radius = (side * 0.72, side * 0.28), side * 0.1
    for number in range(8):
        angle = number * np.pi / 4
        points = [
            (middle[0] + r * np.cos(angle + t), middle[1] + r * np.sin(angle + t))
            for r, t in ((radius * 1.8, 0.0), (radius, 0.3), (radius, -0.3))
        ]
        draw.polygon(points, (255, 180, 30))
    box = [middle[0] - radius, middle[1] - radius, middle[0] + radius, middle[1] + radius]
    draw.ellipse(box, (255, 210, 50))
    return np.asarray(image)


def run(engine: Engine, request: PhotoRequest) -> PhotoResult:
    found: PhotoResult = engine.run(request, Progress())
    return found


def test_the_place_of_a_prompt_is_found_in_both_languages(engine: Engine) -> None:
    picture = sun_in_the_sky()
    for prompt in ("the sun", "un sol"):
        mask = run(engine, asked("find-words", picture, prompt=prompt)).mask
        assert mask is not None and mask.shape == (256, 256)
        ys, xs = np.nonzero(mask)
        assert abs(xs.mean() / 256 - 0.72) < 0.12 and abs(ys.mean() / 256 - 0.28) < 0.12


def test_the_heat_is_highest_in_the_place(engine: Engine) -> None:
    request = asked("find-words", sun_in_the_sky(), prompt="the sun", result="heat")
    heat = run(engine, request).mask
    assert heat is not None
    y, x = np.unravel_index(int(heat.argmax()), heat.shape)
    assert abs(x / 256 - 0.72) < 0.2 and abs(y / 256 - 0.28) < 0.2


def test_what_is_not_there_is_a_sentence(engine: Engine) -> None:
    empty = np.full((120, 160, 3), 200, np.uint8)
    with pytest.raises(StudioError, match="was not found"):
        run(engine, asked("find-words", empty, prompt="a violin"))


@pytest.mark.parametrize("prompt", ["", "   "])
def test_an_empty_prompt_is_refused(engine: Engine, prompt: str) -> None:
    with pytest.raises(StudioError, match="no prompt"):
        run(engine, asked("find-words", sun_in_the_sky(64), prompt=prompt))


def test_unknown_words_and_a_prompt_of_500_tokens_are_handled(engine: Engine) -> None:
    tall = np.concatenate([sun_in_the_sky(224), np.full((224, 224, 3), 128, np.uint8)])
    found = run(engine, asked("rank-words", tall, prompt="qwzx " * 500))
    assert found.arrays["likeness"].shape == (2,)
    assert any("tokens" in str(note) for note in found.notes)


def test_a_picture_of_one_pixel_is_compared(engine: Engine) -> None:
    dot = np.full((1, 1, 3), 9, np.uint8)
    found = run(engine, asked("rank-words", dot, prompt="a cat"))
    assert np.isfinite(found.arrays["likeness"]).all()


def test_the_picture_of_the_thing_comes_first(engine: Engine) -> None:
    tall = np.concatenate([np.full((224, 224, 3), 240, np.uint8), sun_in_the_sky(224)])
    found = run(engine, asked("rank-words", tall, prompt="a sun")).arrays["likeness"]
    assert found[1] > found[0]


def test_a_picture_is_like_itself(engine: Engine) -> None:
    one = sun_in_the_sky(224)
    other = np.full((224, 224, 3), 30, np.uint8)
    same = run(engine, asked("compare-pictures", np.concatenate([one, one]))).arrays["likeness"]
    less = run(engine, asked("compare-pictures", np.concatenate([one, other]))).arrays["likeness"]
    assert same[0] == pytest.approx(1, abs=1e-4) and less[0] < same[0]


def test_a_public_clip_takes_its_place(engine: Engine, tmp_path: Path) -> None:
    folder = str(public_folder(tmp_path / "public"))
    tall = np.concatenate([sun_in_the_sky(224), np.full((224, 224, 3), 128, np.uint8)])
    ours = run(engine, asked("rank-words", tall, prompt="a sun")).arrays["likeness"]
    theirs = run(engine, asked("rank-words", tall, prompt="a sun", clip=folder))
    assert not np.allclose(ours, theirs.arrays["likeness"])


def test_a_folder_without_a_clip_is_a_sentence(engine: Engine, tmp_path: Path) -> None:
    request = asked("rank-words", sun_in_the_sky(64), prompt="a sun", clip=str(tmp_path))
    with pytest.raises(StudioError, match="no CLIP"):
        run(engine, request)


@pytest.mark.parametrize("phase", [0, 1, 2])
def test_it_can_be_cancelled_in_each_phase(engine: Engine, phase: int) -> None:
    calls: list[str] = []
    progress = Progress(lambda event: cancel(len(calls)) if not calls.append(event.text) else None)

    def cancel(count: int) -> None:
        if count > phase:
            progress.cancel()

    work: Callable[[], object] = lambda: engine.run(  # noqa: E731
        asked("find-words", sun_in_the_sky(), prompt="the sun"), progress
    )
    with pytest.raises(Cancelled):
        work()
