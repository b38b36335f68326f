"""The geometry of holes: margins, groups of near holes, and the crops around them."""

from __future__ import annotations

import numpy as np

from studio.core.geometry import Rect
from studio.retouch.holes import (
    LEAST_MARGIN,
    MOST_MARGIN,
    TOGETHER,
    context_of,
    covered,
    grown,
    holes_of,
    margin_of,
)


def mask_of(*boxes: Rect, shape: tuple[int, int] = (600, 900)) -> np.ndarray:
    mask = np.zeros(shape, bool)
    for box in boxes:
        mask[box.y : box.bottom, box.x : box.right] = True
    return mask


def test_the_margin_follows_the_size_within_its_bounds() -> None:
    sides = [4, 60, 180, 240, 550]
    margins = [margin_of(mask_of(Rect(20, 20, side, side))) for side in sides]
    assert margins == sorted(margins)
    assert margins[0] == LEAST_MARGIN and margins[-1] == MOST_MARGIN
    assert margin_of(np.zeros((9, 9), bool)) == 0
    # Two specks far apart are still specks.
    assert margin_of(mask_of(Rect(5, 5, 4, 4), Rect(890, 590, 4, 4))) == LEAST_MARGIN


def test_a_grown_mask_reaches_exactly_the_margin_and_stays_in_the_picture() -> None:
    mask = mask_of(Rect(0, 40, 30, 30))
    more = grown(mask, 11)
    assert more[mask].all()
    assert more[55, 40] and not more[55, 41] and more[29, 10] and not more[28, 10]
    assert not grown(np.zeros((5, 5), bool), 3).any()


def test_near_specks_are_filled_together_and_far_things_apart() -> None:
    near = mask_of(Rect(10, 10, 5, 5), Rect(60, 30, 5, 5), Rect(30, 100, 5, 5))
    assert len(holes_of(near)) == 1
    far = mask_of(Rect(10, 10, 5, 5), Rect(600, 500, 20, 20))
    holes = holes_of(far)
    assert len(holes) == 2 and sum(int(one.mask.sum()) for one in holes) == int(far.sum())
    assert all(max(one.box.width, one.box.height) <= TOGETHER for one in holes)


def test_every_pixel_of_a_mask_is_in_exactly_one_hole() -> None:
    rng = np.random.default_rng(3)
    mask = rng.random((500, 700)) < 0.001
    count = np.zeros(mask.shape, int)
    for one in holes_of(mask):
        count[one.box.y : one.box.bottom, one.box.x : one.box.right] += one.mask
    assert np.array_equal(count, mask.astype(int))


def test_a_crop_contains_its_hole_and_stays_in_the_picture() -> None:
    for box in (Rect(0, 0, 30, 20), Rect(880, 590, 20, 10), Rect(0, 0, 900, 600)):
        where = context_of(box, 2.0, 512, (600, 900))
        assert where.contains(box) and Rect(0, 0, 900, 600).contains(where)
        assert min(where.width, where.height) >= 512


def test_only_pixels_that_are_mostly_covered_count() -> None:
    assert covered(np.array([[0, 40, 128, 255]], np.uint8)) == 2
