"""Subjects, mattes and lifted things of real photos by the real networks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from studio.core.errors import Cancelled, StudioError
from studio.core.geometry import Rect
from studio.core.paths import resource
from studio.core.progress import Progress
from studio.document.io.formats import open_document
from studio.document.render.compositor import composite
from studio.edit.photo_tools import PhotoRequest
from studio.engine.device import choose_device
from studio.engine.photo.networks import Networks
from studio.engine.photo.running import run_photo_tool

Pixels = NDArray[np.uint8]


@pytest.fixture(scope="module")
def networks() -> Networks:
    return Networks(choose_device("cpu"))


def photo(name: str) -> Pixels:
    document = open_document(Path(resource("samples", f"sample-{name}.jpg"))).document
    return composite(document, document.rect)


def asked(kind: str, picture: Pixels, mask: Pixels | None = None, **more: object) -> PhotoRequest:
    region = Rect(0, 0, picture.shape[1], picture.shape[0])
    return PhotoRequest(
        kind=kind,
        picture=lambda: picture,
        region=region,
        mask=mask,
        settings=more,  # type: ignore[arg-type]
    )


@pytest.mark.needs_asset("u2netp", "modnet", "selfie")
def test_a_person_is_the_subject_and_the_sky_is_not(networks: Networks) -> None:
    picture = photo("astronaut")
    height, width = picture.shape[:2]
    result = run_photo_tool(asked("subject", picture, colours=True), Progress(), networks)
    assert result.mask is not None and result.image is not None
    assert result.mask[height // 2, width // 2] == 255
    assert result.mask[2, width // 2 + width // 8] == 0
    solid = result.mask == 255
    assert np.array_equal(result.image[solid], picture[..., :3][solid])


@pytest.mark.needs_asset("u2netp")
def test_nothing_stands_out_of_grain(networks: Networks) -> None:
    rng = np.random.default_rng(1)
    grain = rng.integers(90, 130, (200, 300, 3), np.uint8)
    with pytest.raises(StudioError, match="Nothing stands out"):
        run_photo_tool(asked("subject", grain), Progress(), networks)


@pytest.mark.needs_asset("u2netp", "migan", "selfie", "modnet")
def test_a_cup_is_lifted_and_its_place_filled(networks: Networks) -> None:
    picture = photo("coffee")
    height, width = picture.shape[:2]
    y, x = np.mgrid[0:height, 0:width]
    # The spoon and a part of the saucer, drawn roughly.
    mask = np.where(((x - width * 0.6) ** 2 + (y - height * 0.68) ** 2) < 45**2, 255, 0)
    result = run_photo_tool(asked("lift", picture, mask.astype(np.uint8)), Progress(), networks)
    hole, fill = result.arrays["hole"], result.arrays["fill"]
    assert result.image is not None and result.image.shape[2] == 4
    place = Rect(*(int(n) for n in result.arrays["place"]))
    around = picture[place.y : place.bottom, place.x : place.right, :3]
    assert np.array_equal(fill[hole == 0], around[hole == 0])
    assert np.array_equal(result.arrays["picture"], around)
    thing = Rect(*(int(n) for n in result.arrays["thing"]))
    assert (thing.width, thing.height) == (result.image.shape[1], result.image.shape[0])
    inner = thing.shift(-place.x, -place.y)
    inside = hole[inner.y : inner.bottom, inner.x : inner.right]
    assert (inside[result.image[..., 3] > 0] == 255).all()
    assert not np.array_equal(fill[hole > 0], around[hole > 0])


@pytest.mark.needs_asset("migan", "selfie", "modnet")
def test_a_large_place_is_filled_with_grain_and_nothing_else_changes(networks: Networks) -> None:
    rng = np.random.default_rng(4)
    picture = np.clip(rng.normal(120, 5, (900, 1100, 3)), 0, 255).astype(np.uint8)
    mask = np.zeros((900, 1100), np.uint8)
    mask[200:700, 300:800] = 255
    picture[mask > 0] = (200, 40, 30)
    result = run_photo_tool(asked("lift", picture, mask), Progress(), networks)
    hole, fill = result.arrays["hole"], result.arrays["fill"]
    x, y = (int(n) for n in result.arrays["place"][:2])
    height, width = hole.shape
    around = picture[y : y + height, x : x + width]
    assert np.array_equal(fill[hole == 0], around[hole == 0])
    inside = fill[300 - y : 600 - y, 400 - x : 700 - x].astype(float)
    assert np.abs(inside.mean(axis=(0, 1)) - 120).max() < 12
    assert 3 < inside.std(axis=(0, 1)).mean() < 9
    assert result.notes == ()


@pytest.mark.parametrize("level", [0, 255])
def test_nothing_and_everything_cannot_be_lifted(networks: Networks, level: int) -> None:
    picture = np.full((40, 60, 3), 99, np.uint8)
    mask = np.full((40, 60), level, np.uint8)
    with pytest.raises(StudioError, match=r"no thing here|whole picture"):
        run_photo_tool(asked("lift", picture, mask), Progress(), networks)


def test_transparent_parts_are_not_lifted(networks: Networks) -> None:
    picture = np.zeros((40, 60, 4), np.uint8)
    mask = np.zeros((40, 60), np.uint8)
    mask[10:20, 10:20] = 255
    with pytest.raises(StudioError, match="no thing here"):
        run_photo_tool(asked("lift", picture, mask), Progress(), networks)


def test_a_matte_needs_a_mask(networks: Networks) -> None:
    picture = np.zeros((40, 60, 3), np.uint8)
    with pytest.raises(StudioError, match="no edge"):
        run_photo_tool(asked("matte", picture), Progress(), networks)


def test_lifting_is_cancelled(networks: Networks) -> None:
    progress = Progress()
    progress.cancel()
    mask = np.zeros((40, 60), np.uint8)
    mask[10:20, 10:20] = 255
    with pytest.raises(Cancelled):
        run_photo_tool(asked("lift", np.zeros((40, 60, 3), np.uint8), mask), progress, networks)
