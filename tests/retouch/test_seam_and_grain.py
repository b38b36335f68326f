"""Seams disappear and grain continues, and neither touches a pixel outside the hole."""

from __future__ import annotations

import numpy as np

from studio.retouch.grain import grain_of, match_grain
from studio.retouch.seams import MOST, match_seam


def hole_of(shape: tuple[int, int]) -> np.ndarray:
    hole = np.zeros(shape, bool)
    hole[60:140, 80:170] = True
    return hole


def test_a_filling_that_is_too_bright_is_matched_to_its_surroundings() -> None:
    ground = np.full((200, 240, 3), 100, np.uint8)
    hole = hole_of((200, 240))
    broken = ground.copy()
    broken[hole] = 110
    mended = match_seam(broken, hole)
    assert np.abs(mended.astype(int) - 100).max() <= 2
    assert np.array_equal(mended[~hole], broken[~hole])


def test_a_real_edge_is_not_smeared_into_the_filling() -> None:
    ground = np.full((200, 240, 3), 30, np.uint8)
    hole = hole_of((200, 240))
    ground[hole] = 220
    assert np.abs(match_seam(ground, hole).astype(int) - ground)[hole].max() <= MOST + 1


def test_a_hole_over_everything_or_none_stays() -> None:
    picture = np.random.default_rng(0).integers(0, 256, (30, 30, 3), np.uint8)
    for hole in (np.ones((30, 30), bool), np.zeros((30, 30), bool)):
        assert np.array_equal(match_seam(picture, hole), picture)


def grainy(sigma: float) -> np.ndarray:
    rng = np.random.default_rng(7)
    return np.clip(128 + rng.normal(0, sigma, (200, 240, 3)), 0, 255).astype(np.uint8)


def test_a_smooth_filling_gets_as_much_grain_as_the_photo() -> None:
    photo, hole = grainy(5), hole_of((200, 240))
    photo[hole] = 128
    made = match_grain(photo, hole)
    assert 0.75 < grain_of(made, hole) / grain_of(made, ~hole) < 1.25
    assert np.array_equal(made[~hole], photo[~hole])
    assert abs(float(made[hole].mean()) - 128) < 0.5


def test_a_filling_with_grain_of_its_own_and_a_clean_photo_stay() -> None:
    hole = hole_of((200, 240))
    for picture in (grainy(5), np.full((200, 240, 3), 90, np.uint8)):
        assert np.array_equal(match_grain(picture, hole), picture)


def test_grain_of_grey_photos_is_grey() -> None:
    rng = np.random.default_rng(2)
    grey = np.clip(128 + rng.normal(0, 6, (200, 240, 1)), 0, 255).astype(np.uint8)
    photo, hole = np.repeat(grey, 3, axis=2), hole_of((200, 240))
    photo[hole] = 128
    made = match_grain(photo, hole)[hole].astype(int)
    assert np.abs(made[:, 0] - made[:, 1]).max() <= 1
