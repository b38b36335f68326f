"""Fills are matched to flat and graded grounds, and nothing else of them changes."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from studio.edit.region import inner_feather
from studio.retouch.fill_match import match_fill
from studio.retouch.grain import grain_of

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float64]
SIDE = 320
Y, X = np.mgrid[:SIDE, :SIDE].astype(np.float64)
GROUNDS = {
    "flat": np.stack([np.full((SIDE, SIDE), one) for one in (150.0, 120.0, 90.0)], axis=2),
    "graded": np.stack([60 + 0.3 * X + 0.1 * Y, 90 + 0.3 * Y, 200 - 0.3 * X], axis=2),
}
SHIFTS = {
    "even": np.full((SIDE, SIDE, 3), (6.0, -4.0, 3.0)),
    "uneven": np.stack([4 + X / 80, -3 - Y / 100, 5 * X * Y / SIDE**2], axis=2),
}


def ellipse(across: int = 80, down: int = 60) -> Pixels:
    mask = np.zeros((SIDE, SIDE), np.uint8)
    cv2.ellipse(mask, (SIDE // 2, SIDE // 2), (across, down), 20, 0, 360, 255, -1)
    return mask


MASK = ellipse()


def pixels(values: Floats) -> Pixels:
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)


def photo(ground: str, grain: float) -> Pixels:
    noise = np.random.default_rng(5).normal(0, 1, (SIDE, SIDE, 3))
    return pixels(GROUNDS[ground] + grain * noise)


def decoded(picture: Pixels, shift: str, inside: float = 0.0) -> Pixels:
    """Return a picture as an autoencoder returns it: shifted and smooth, and inside as painted."""
    smooth = cv2.GaussianBlur(picture.astype(np.float64), (0, 0), 1.5)
    return pixels(smooth + SHIFTS[shift] + inside * (MASK > 0)[:, :, None])


def pasted(picture: Pixels, fill: Pixels, mask: Pixels = MASK) -> Pixels:
    return np.where(mask[:, :, None] > 0, fill, picture)


def feathered(picture: Pixels, fill: Pixels) -> Pixels:
    """Return a fill as the document shows it, with the default soft edge."""
    alpha = inner_feather(MASK, 6)[:, :, None] / 255.0
    return pixels(picture * (1 - alpha) + fill * alpha)


def step(picture: Pixels, ground: str) -> float:
    """Return the difference of the mean colours on both sides of the seam, without the ground's."""
    reach = np.ones((17, 17), np.uint8)
    inner = (MASK > 0) & (cv2.erode(MASK, reach) == 0)
    outer = (MASK == 0) & (cv2.dilate(MASK, reach) > 0)
    rest = picture - GROUNDS[ground]
    return float(np.abs(rest[inner].mean(axis=0) - rest[outer].mean(axis=0)).max())


def seam(picture: Pixels) -> float:
    """Return the mean difference of neighbours across the border of the mask."""
    values, inside = picture.astype(int), (MASK > 0).astype(int)
    across = np.abs(np.diff(values, axis=1)).sum(axis=2)[np.diff(inside, axis=1) != 0]
    down = np.abs(np.diff(values, axis=0)).sum(axis=2)[np.diff(inside, axis=0) != 0]
    return float(np.concatenate([across, down]).mean())


@pytest.mark.parametrize("inside", [0.0, 4.0])
@pytest.mark.parametrize("shift", SHIFTS)
@pytest.mark.parametrize("grain", [0.0, 4.0])
@pytest.mark.parametrize("ground", GROUNDS)
def test_a_fill_continues_its_ground(ground: str, grain: float, shift: str, inside: float) -> None:
    original = photo(ground, grain)
    made = decoded(original, shift, inside)
    out = match_fill(original, made, MASK)
    assert step(pasted(original, made), ground) > 4
    assert step(pasted(original, out), ground) <= 1
    assert seam(feathered(original, out)) <= 1.1 * seam(original) + 0.02
    if grain:
        assert grain_of(made, MASK > 0) < 0.3 * grain_of(original, MASK == 0)
        ratio = grain_of(out, MASK > 0) / grain_of(original, MASK == 0)
        assert 0.8 <= ratio <= 1.2
    assert np.array_equal(out[MASK == 0], made[MASK == 0])


@pytest.mark.parametrize("keep", [False, True])
def test_a_wanted_change_of_colour_stays(keep: bool) -> None:
    original = photo("graded", 0)
    made = decoded(original, "even", 60)
    out = match_fill(original, made, MASK, keep_colour=keep).astype(float)
    change = (out - GROUNDS["graded"])[MASK > 0].mean(axis=0)
    assert np.abs(change - 60).max() < 1, "only the shift of the autoencoder is taken back"


def test_a_slight_change_of_colour_stays_in_the_middle_of_a_replacement() -> None:
    original = photo("flat", 0)
    made = decoded(original, "even", 6)
    middle = ellipse(20, 10) > 0
    kept = match_fill(original, made, MASK, keep_colour=True)
    filled = match_fill(original, made, MASK)
    ground = GROUNDS["flat"]
    assert (kept - ground)[middle].mean() > 4.5
    assert abs((filled - ground)[middle].mean()) < 0.5
    assert step(pasted(original, kept), "flat") <= 1.5


def test_a_dark_thing_at_the_border_does_not_darken_the_ground_beside_it() -> None:
    original = photo("flat", 0)
    made = decoded(original, "even")
    made[:, : SIDE // 2][MASK[:, : SIDE // 2] > 0] = 20
    out = match_fill(original, made, MASK).astype(float)
    free = (MASK > 0) & (X > SIDE // 2 + 24)
    assert np.abs((out - GROUNDS["flat"])[free].mean(axis=0)).max() <= 1


def test_a_hole_too_small_for_a_measurement_gets_its_grain() -> None:
    small = ellipse(14, 9)
    original = photo("flat", 5)
    out = match_fill(original, decoded(original, "even"), small).astype(float)
    ratio = (out - GROUNDS["flat"])[small > 0].std() / 5
    assert 0.8 <= ratio <= 1.2


def test_nothing_changes_without_a_photo_around_the_mask_or_without_a_fill() -> None:
    original = photo("graded", 4)
    made = decoded(original, "even", 40)
    for mask in (np.zeros_like(MASK), np.full_like(MASK, 255)):
        assert np.array_equal(match_fill(original, made, mask), made)
    assert np.array_equal(match_fill(original, pasted(made, original), MASK)[MASK > 0],
                          original[MASK > 0])  # fmt: skip


def test_other_content_around_the_mask_is_no_shift() -> None:
    original = photo("flat", 0)
    made = np.full_like(original, 40)
    assert np.array_equal(match_fill(original, made, MASK), made)


@pytest.mark.parametrize("size", [(1, 1), (1, 40), (7, 3), (1500, 1100)])
def test_every_size_is_handled(size: tuple[int, int]) -> None:
    rng = np.random.default_rng(1)
    original = np.full((*size, 3), 100, np.uint8)
    made = rng.integers(90, 110, (*size, 3), dtype=np.uint8)
    mask = np.zeros(size, np.uint8)
    mask[: max(1, size[0] // 2), : size[1] // 2] = 255
    out = match_fill(original, made, mask)
    assert out.shape == made.shape and out.dtype == np.uint8
    assert np.array_equal(out[mask == 0], made[mask == 0])


def test_large_pictures_are_matched_at_every_pixel() -> None:
    large = (SIDE * 5, SIDE * 5)
    ground = cv2.resize(GROUNDS["graded"], large)
    mask = cv2.resize(MASK, large, interpolation=cv2.INTER_NEAREST)
    made = pixels(ground + np.array([6, -4, 3]))
    out = match_fill(pixels(ground), made, mask)
    assert np.abs(out - ground)[mask > 0].max() <= 1.6
