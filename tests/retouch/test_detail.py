"""Detail of the surroundings: as strong as theirs at any size, and none where nothing is alike."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from studio.core.progress import Progress
from studio.retouch.detail import low_frequencies, sources_of, with_detail
from studio.retouch.palette import Palette

Pixels = NDArray[np.uint8]


def grainy(height: int, width: int) -> Pixels:
    rng = np.random.default_rng(1)
    ramp = np.linspace(60, 190, width)[None, :, None]
    noise = rng.normal(0, 14, (height, width, 1))
    return np.clip(ramp + noise + np.zeros(3), 0, 255).astype(np.uint8)


@pytest.mark.parametrize("reduction", [1, 4])
def test_a_soft_filling_gets_the_detail_of_the_full_size_photo(reduction: int) -> None:
    photo = grainy(160 * reduction, 200 * reduction)
    small = cv2.resize(photo, (200, 160), interpolation=cv2.INTER_AREA)
    gap = np.zeros((160, 200), bool)
    gap[50:110, 70:130] = True
    hole = np.kron(gap, np.ones((reduction, reduction), bool))
    soft = np.asarray(cv2.GaussianBlur(small, (0, 0), 5), np.uint8)
    guess = np.where(gap[:, :, None], soft, small)
    low = low_frequencies(guess, gap, 2.0)
    red = photo.copy()
    red[hole] = (255, 0, 0)
    made = with_detail(red, hole, low, sources_of(low, gap, Progress()))
    high = made.astype(float) - cv2.GaussianBlur(made.astype(float), (0, 0), 2)
    inside, outside = high[hole].std(), high[~hole].std()
    assert 0.6 * outside < inside < 1.2 * outside
    assert abs(made[hole].mean() - soft[gap].mean()) < 3
    assert np.array_equal(made[~hole], photo[~hole])


def test_a_place_that_looks_like_nothing_around_it_gets_no_detail() -> None:
    photo = grainy(160, 200)
    hole = np.zeros((160, 200), bool)
    hole[50:110, 70:130] = True
    photo[hole] = (250, 10, 240)
    low = low_frequencies(photo, hole, 2.0)
    made = with_detail(photo, hole, low, sources_of(low, hole, Progress()))
    assert np.abs(made[60:100, 80:120].astype(int) - (250, 10, 240)).max() <= 1


def test_colours_of_the_thing_alone_do_not_belong_to_the_surroundings() -> None:
    rng = np.random.default_rng(3)
    grass = np.clip(rng.normal((60, 140, 50), 12, (900, 3)), 0, 255).astype(np.uint8)
    fur = np.clip(rng.normal((40, 30, 25), 6, (900, 3)), 0, 255).astype(np.uint8)
    palette = Palette(np.concatenate([fur, grass[:300]]), grass)
    image = np.concatenate([np.tile(fur[:20], (20, 1, 1)), np.tile(grass[:20], (20, 1, 1))])
    found = palette.of_surroundings(image.astype(np.uint8))
    assert found[:10].max() < 0.1 < 0.5 < found[-10:].min()
    # A colour that neither has is a stranger too.
    assert palette.of_surroundings(np.full((9, 9, 3), 255, np.uint8)).max() < 0.1
