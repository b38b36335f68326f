"""The soft alpha of an edge: hairs of a known alpha, at any size, and nothing outside the band."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from furry import furry

from studio.retouch.matting import WORK_AREA, continued, edge_band, grown, refine_alpha


def wide_band(rough: np.ndarray, radius: int) -> np.ndarray:
    return grown(edge_band(rough), radius)


def test_hairs_that_the_rough_mask_lacks_are_found() -> None:
    scene = furry()
    found = refine_alpha(scene.photo, scene.rough, wide_band(scene.rough, 30))
    assert scene.error(found) < 0.4 * scene.error(scene.rough)


def test_a_hard_edge_becomes_that_of_the_photo() -> None:
    scene = furry(hairs=0)
    moved = np.roll(scene.rough, 2, axis=1)
    found = refine_alpha(scene.photo, moved)
    assert scene.error(found) < 0.25 * scene.error(moved)


def test_a_photo_larger_than_the_working_copy_keeps_its_hairs() -> None:
    small = furry()
    scale = 4
    assert small.alpha.size * scale**2 > 2 * WORK_AREA
    size = small.alpha.shape[1] * scale, small.alpha.shape[0] * scale
    photo, rough, alpha = (
        np.asarray(cv2.resize(one, size, interpolation=cv2.INTER_CUBIC), np.uint8)
        for one in (small.photo, small.rough, small.alpha)
    )
    found = refine_alpha(photo, rough, wide_band(rough, 30 * scale))
    wrong, before = (np.abs(one.astype(float) - alpha).sum() for one in (found, rough))
    assert wrong < 0.45 * before


def test_nothing_changes_outside_the_part_that_is_asked_for() -> None:
    scene = furry()
    asked = np.zeros_like(scene.rough)
    asked[:, :160] = edge_band(scene.rough)[:, :160]
    found = refine_alpha(scene.photo, scene.rough, asked)
    hard = (scene.rough == 0) | (scene.rough == 255)
    assert np.array_equal(found[(asked == 0) & hard], scene.rough[(asked == 0) & hard])
    assert not np.array_equal(found, scene.rough)


def test_a_speck_of_the_same_colour_beside_the_thing_is_left_out() -> None:
    scene = furry(hairs=0)
    photo = scene.photo.copy()
    cv2.circle(photo, (160, 68), 4, (190, 120, 50), cv2.FILLED)
    asked = wide_band(scene.rough, 30)
    assert asked[68, 160] and not scene.alpha[68, 160]
    assert refine_alpha(photo, scene.rough, asked)[68, 160] == 0


@pytest.mark.parametrize("level", [0, 255, 90])
def test_a_mask_without_an_edge_stays(level: int) -> None:
    rough = np.full((40, 50), level, np.uint8)
    photo = np.zeros((40, 50, 3), np.uint8)
    assert np.array_equal(refine_alpha(photo, rough), rough)


@pytest.mark.parametrize("shape", [(1, 1), (1, 300), (2, 2), (7, 3)])
def test_tiny_pictures_and_strips_are_possible(shape: tuple[int, int]) -> None:
    rough = np.zeros(shape, np.uint8)
    rough[:, : shape[1] // 2] = 255
    photo = np.dstack([rough] * 4)
    assert refine_alpha(photo, rough).shape == shape


def test_colours_are_continued_from_where_they_are_known() -> None:
    values = np.zeros((60, 80, 3), np.float32)
    values[:, :10] = (10, 20, 30)
    known = np.zeros((60, 80), np.float32)
    known[:, :10] = 1
    assert np.allclose(continued(values, known), (10, 20, 30), atol=0.01)


def test_a_mask_grows_by_a_radius() -> None:
    dot = np.zeros((41, 41), np.uint8)
    dot[20, 20] = 255
    disc = grown(dot, 10)
    assert disc[20, 30] == 255 and disc[20, 31] == 0 and disc[12, 12] == 0
