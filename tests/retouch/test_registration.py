"""A shifted, zoomed and cropped edit is put back in place, and only the change counts."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from studio.core.paths import resource
from studio.retouch.registration import STILL, Pixels, aligned, changed, register

MOTIONS = (
    (1.0, 1.0, 0.4, -0.3),
    (1.0, 1.0, 23.0, -11.0),
    (1.18, 1.18, -60.0, -30.0),
    (0.9, 0.905, 20.0, 33.0),
    (1.05, 1.045, -12.6, 7.3),
)
"""Zoom along x and y, shift along x and y in pixels."""


def photo(longest: int = 0) -> Pixels:
    """Return a photo, resized to an edge length if it is given."""
    image = Image.open(next(Path(resource("samples")).glob("*moose*.jpg"))).convert("RGB")
    if longest:
        scale = longest / max(image.size)
        image = image.resize((round(image.width * scale), round(image.height * scale)))
    return np.asarray(image)


def edit(picture: Pixels, motion: tuple[float, float, float, float]) -> Pixels:
    """Return the picture as a model returns it: moved, softer, grainy, with a red ball in it."""
    height, width = picture.shape[:2]
    zoom_x, zoom_y, x, y = motion
    matrix = np.array([[zoom_x, 0, x], [0, zoom_y, y]], np.float32)
    moved = cv2.warpAffine(
        picture, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT
    )
    moved = cv2.circle(moved.copy(), (width // 3, height // 2), height // 6, (200, 30, 40), -1)
    noisy = cv2.GaussianBlur(moved, (0, 0), 0.7) + np.random.default_rng(0).normal(
        0, 2, moved.shape
    )
    return np.clip(noisy, 0, 255).astype(np.uint8)


def residual(
    picture: Pixels, motion: tuple[float, float, float, float], found: NDArray[np.float32]
) -> float:
    """Return by how many pixels a corner is off at most."""
    height, width = picture.shape[:2]
    corners = np.array([[0, 0], [width, 0], [0, height], [width, height]], float)
    true = corners * motion[:2] + np.array(motion[2:])
    said = corners * np.array([found[0, 0], found[1, 1]]) + found[:, 2]
    return float(np.abs(true - said).max())


@pytest.mark.parametrize("motion", MOTIONS)
def test_the_motion_is_found_to_half_a_pixel(motion: tuple[float, float, float, float]) -> None:
    picture = photo()
    found = register(picture, edit(picture, motion))
    assert found.share > 0.5
    assert residual(picture, motion, found.matrix) < 0.5


def test_the_motion_of_a_large_photo_is_found_on_a_small_copy() -> None:
    picture = photo(2400)
    motion = (1.1, 1.1, -70.0, -40.0)
    found = register(picture, edit(picture, motion))
    assert residual(picture, motion, found.matrix) < 0.5 * 2400 / 1024


def test_only_what_was_changed_is_in_the_mask() -> None:
    picture, motion = photo(), MOTIONS[2]
    edited = edit(picture, motion)
    back, covered = aligned(edited, picture, register(picture, edited))
    mask = changed(picture, back, covered)
    height, width = picture.shape[:2]
    truth = np.zeros((height, width), np.uint8)
    x, y = (width // 3 - motion[2]) / motion[0], (height // 2 - motion[3]) / motion[1]
    cv2.circle(truth, (round(x), round(y)), round(height / 6 / motion[0]), 255, -1)
    assert (mask[truth > 0] > 127).mean() > 0.98
    assert (mask[truth == 0] > 127).mean() < 0.03
    # A zoom cuts off the edge, which stays the photo's.
    assert covered.mean() == pytest.approx(1 / motion[0] ** 2, abs=0.01)
    assert np.array_equal(back[~covered], picture[~covered])


def test_an_edit_that_did_not_move_stays_as_it_is() -> None:
    picture = photo()
    found = register(picture, picture.copy())
    assert np.abs(found.matrix - STILL).max() < 1e-3
    back, covered = aligned(picture, picture, found)
    assert np.array_equal(back, picture) and covered.all()
    assert not changed(picture, back, covered).any()


@pytest.mark.parametrize("size", [(1, 1), (64, 64), (5, 300)])
def test_a_picture_without_features_is_believed_not_to_have_moved(size: tuple[int, int]) -> None:
    flat = np.full((*size, 3), 120, np.uint8)
    found = register(flat, np.full_like(flat, 200))
    assert found.share == 0 and np.array_equal(found.matrix, STILL)
    back, covered = aligned(flat, flat, found)
    assert changed(flat, back, covered).shape == size


def test_a_change_of_the_whole_picture_is_all_in_the_mask() -> None:
    picture = photo()
    winter = np.clip(picture.astype(int) // 2 + 120, 0, 255).astype(np.uint8)
    mask = changed(picture, winter, np.ones(picture.shape[:2], bool))
    assert (mask > 127).mean() > 0.85
