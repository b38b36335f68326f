"""Edges come out where the picture has them."""

from __future__ import annotations

import numpy as np
import pytest

from studio.core.errors import Cancelled, StudioError
from studio.core.progress import Progress
from studio.engine.annotators.base import annotator


def test_the_border_of_a_square_is_found_and_nothing_else() -> None:
    image = np.zeros((60, 80, 3), np.uint8)
    image[20:40, 20:60] = 255
    edges = annotator("canny").annotate(image, Progress())
    assert edges.shape == image.shape and edges.dtype == np.uint8
    assert set(np.unique(edges)) == {0, 255}
    rows, columns = np.nonzero(edges[:, :, 0])
    near = (np.abs(rows - 20) < 2) | (np.abs(rows - 39) < 2)
    near |= (np.abs(columns - 20) < 2) | (np.abs(columns - 59) < 2)
    assert near.all() and len(rows) > 80


def test_higher_thresholds_find_fewer_edges() -> None:
    image = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    many = annotator("canny", low=20, high=60).annotate(image, Progress())
    few = annotator("canny", low=60, high=20, blur=2).annotate(image, Progress())
    assert few.sum() < many.sum()


def test_it_can_be_cancelled_and_unknown_kinds_are_refused() -> None:
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        annotator("canny").annotate(np.zeros((4, 4, 3), np.uint8), progress)
    with pytest.raises(StudioError):
        annotator("aura")
