"""Cast shadows: found beside their thing, and nothing else that is dark."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from studio.retouch.shadows import shadow_of

Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]


def disc(x: int, y: int, wide: int, high: int) -> Mask:
    rows, columns = np.mgrid[:300, :400]
    return ((columns - x) / wide) ** 2 + ((rows - y) / high) ** 2 <= 1


def scene(dark: Mask, light: float = 0.5) -> tuple[NDArray[np.uint8], Mask, Mask]:
    """Return a ball on sand, its mask, and the shadow where ``dark`` is beside it."""
    rng = np.random.default_rng(2)
    sand: Floats = np.float32((170, 150, 120)) + rng.normal(0, 6, (300, 400, 1)).astype(np.float32)
    soft = cv2.GaussianBlur(dark.astype(np.float32), (0, 0), 2)[:, :, None]
    picture = sand * (1 - soft * (1 - light))
    ball = disc(200, 130, 60, 60)
    picture[ball] = (200, 30, 40)
    return np.clip(picture, 0, 255).astype(np.uint8), ball, dark & ~ball


@pytest.mark.parametrize("light", [0.35, 0.6])
def test_a_shadow_is_found_with_its_soft_edge(light: float) -> None:
    picture, ball, shadow = scene(disc(215, 185, 65, 22), light)
    found = shadow_of(picture, ball)
    assert (found & shadow).sum() > 0.97 * shadow.sum()
    assert found.sum() < 1.8 * shadow.sum()
    assert not (found & ball).any()


def test_without_a_shadow_nothing_is_found() -> None:
    picture, ball, _ = scene(np.zeros((300, 400), bool))
    assert not shadow_of(picture, ball).any()


def test_a_dark_thing_of_another_colour_is_left_alone() -> None:
    picture, ball, shadow = scene(disc(215, 185, 65, 22))
    picture[shadow] = (20, 60, 140)
    assert not shadow_of(picture, ball).any()


def test_dark_ground_that_goes_on_is_left_alone() -> None:
    dark = np.zeros((300, 400), bool)
    dark[180:] = True
    picture, ball, _ = scene(dark)
    assert not shadow_of(picture, ball).any()


def test_a_rough_dark_thing_is_left_alone() -> None:
    picture, ball, shadow = scene(disc(215, 185, 65, 22))
    rows, columns = np.nonzero(shadow)
    stripes = ((rows // 2 + columns // 2) % 2 * 110).astype(np.uint8)
    picture[shadow] = np.stack([stripes] * 3, axis=1)
    assert not shadow_of(picture, ball).any()


def test_everything_and_nothing_have_no_shadow() -> None:
    picture, _, _ = scene(np.zeros((300, 400), bool))
    assert not shadow_of(picture, np.ones((300, 400), bool)).any()
    assert not shadow_of(picture, np.zeros((300, 400), bool)).any()
    assert not shadow_of(picture[:1, :1], np.zeros((1, 1), bool)).any()
