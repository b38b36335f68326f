from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from studio.document.mask_files import mask_of

Pixels = NDArray[np.uint8]


def drawn(value: int = 255) -> Pixels:
    mask = np.zeros((80, 120), np.uint8)
    cv2.circle(mask, (60, 40), 20, value, -1, cv2.LINE_AA)
    return mask


def with_alpha(colours: Pixels, alpha: Pixels | int) -> Pixels:
    stacked = colours if colours.ndim == 3 else np.dstack([colours] * 3)
    return np.dstack([stacked, np.broadcast_to(np.uint8(alpha), stacked.shape[:2])])


def photo() -> Pixels:
    y, x = np.mgrid[0:80, 0:120]
    return np.dstack([x * 2, y * 3, (x + y) % 256]).astype(np.uint8)


def test_an_opaque_picture_counts_by_its_brightness() -> None:
    mask, said = mask_of(with_alpha(drawn(), 255))
    assert (mask == drawn()).all() and said is None


@pytest.mark.parametrize("stray", [254, 128, 0])
@pytest.mark.parametrize("places", [1, 20])
def test_a_few_pixels_that_are_not_opaque_change_nothing_else(stray: int, places: int) -> None:
    alpha = np.full((80, 120), 255, np.uint8)
    alpha[3, :places] = stray
    mask, said = mask_of(with_alpha(drawn(), alpha))
    assert (mask == drawn()).all() and said is not None


@pytest.mark.parametrize("colour", [(0, 0, 0), (255, 255, 255), (230, 30, 60)])
def test_one_colour_painted_on_a_transparent_ground_counts_by_its_alpha(
    colour: tuple[int, int, int],
) -> None:
    colours = np.broadcast_to(np.uint8(colour), (80, 120, 3))
    mask, _ = mask_of(with_alpha(colours, drawn()))
    assert (mask == drawn()).all()


def test_the_hole_in_a_photo_is_what_changes() -> None:
    mask, said = mask_of(with_alpha(photo(), 255 - drawn()))
    assert (mask == drawn()).all() and said is not None and "hole" in str(said)


def test_the_hole_in_a_grey_photo_is_what_changes() -> None:
    mask, _ = mask_of(with_alpha(photo()[:, :, 2], 255 - drawn()))
    assert (mask == drawn()).all()


def test_white_that_is_transparent_is_not_changed() -> None:
    alpha = np.full((80, 120), 255, np.uint8)
    alpha[:, :60] = 0
    mask, _ = mask_of(with_alpha(drawn(), alpha))
    assert (mask[:, :60] == 0).all() and (mask[:, 60:] == drawn()[:, 60:]).all()


def test_a_mask_that_is_transparent_all_over_still_counts() -> None:
    mask, said = mask_of(with_alpha(drawn(), 0))
    assert (mask == drawn()).all() and said is not None
