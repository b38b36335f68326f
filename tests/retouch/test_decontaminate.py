"""Edge colours: those of the thing, from composites of which they are known."""

from __future__ import annotations

import numpy as np
import pytest
from furry import furry

from studio.retouch.decontaminate import TILE, foreground_colours


def test_the_background_no_longer_shines_through_the_edge() -> None:
    scene = furry()
    edge = (scene.alpha > 20) & (scene.alpha < 235)
    found = foreground_colours(scene.photo, scene.alpha)
    wrong, before = (
        np.abs(one.astype(float) - scene.front)[edge].mean() for one in (found, scene.photo)
    )
    assert wrong < 0.3 * before


def test_on_another_background_there_is_no_fringe() -> None:
    scene = furry()
    white = np.full_like(scene.photo, 255)
    share = scene.alpha[:, :, None] / 255
    true = scene.front * share + white * (1 - share)
    edge = (scene.alpha > 20) & (scene.alpha < 235)
    found = foreground_colours(scene.photo, scene.alpha)
    wrong, before = (
        np.abs(one * share + white * (1 - share) - true)[edge].mean()
        for one in (found, scene.photo)
    )
    assert wrong < 0.3 * before


def test_opaque_pixels_keep_their_bytes() -> None:
    scene = furry()
    found = foreground_colours(scene.photo, scene.alpha)
    solid = scene.alpha == 255
    assert np.array_equal(found[solid], scene.photo[solid])
    assert found.dtype == np.uint8


def test_tiles_leave_no_seams() -> None:
    scene = furry(side=700)
    assert TILE < 700
    whole = foreground_colours(scene.photo, scene.alpha)
    shifted = foreground_colours(
        np.roll(scene.photo, 100, axis=1), np.roll(scene.alpha, 100, axis=1)
    )
    edge = (scene.alpha > 0) & (scene.alpha < 255)
    apart = np.abs(np.roll(shifted, -100, axis=1).astype(int) - whole)[edge]
    assert apart.max() <= 1


@pytest.mark.parametrize("level", [0, 255])
def test_without_an_edge_nothing_is_needed(level: int) -> None:
    photo = furry().photo
    found = foreground_colours(photo, np.full(photo.shape[:2], level, np.uint8))
    assert found.shape == photo.shape
    if level:
        assert np.array_equal(found, photo)


def test_one_pixel_is_possible() -> None:
    photo = np.array([[[9, 8, 7]]], np.uint8)
    assert foreground_colours(photo, np.array([[128]], np.uint8)).shape == (1, 1, 3)
