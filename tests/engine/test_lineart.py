"""Line art is drawn where the picture has lines, finer with more detail."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from studio.core.errors import Cancelled
from studio.core.progress import Progress
from studio.edit.request import Pixels
from studio.engine.annotators.base import annotator


def sheet() -> Pixels:
    image = np.full((200, 300, 3), 240, np.uint8)
    cv2.circle(image, (80, 100), 50, (30, 30, 30), 2, cv2.LINE_AA)
    cv2.line(image, (180, 20), (280, 180), (205, 205, 205), 2, cv2.LINE_AA)
    return image


def test_a_dark_line_is_drawn_and_the_paper_stays_black() -> None:
    drawn = annotator("lineart").annotate(sheet(), Progress())
    assert drawn.shape == (200, 300, 3) and drawn.dtype == np.uint8
    ring = [drawn[100 + round(50 * np.sin(a)), 80 + round(50 * np.cos(a)), 0] for a in range(6)]
    assert min(ring) > 120
    assert drawn[100, 80].max() == 0 and drawn[10, 10].max() == 0
    assert (drawn[..., 0] == drawn[..., 2]).all()


def test_more_detail_draws_fainter_lines() -> None:
    faint = [
        int(annotator("lineart", detail=detail).annotate(sheet(), Progress())[100, 230, 0])
        for detail in (0.0, 0.5, 1.0)
    ]
    assert faint[0] <= faint[1] <= faint[2] and faint[2] > faint[0] + 100


@pytest.mark.parametrize("shape", [(1, 1), (1, 90), (64, 3)])
def test_tiny_pictures_are_no_error(shape: tuple[int, int]) -> None:
    image = np.zeros((*shape, 3), np.uint8)
    assert annotator("lineart").annotate(image, Progress()).shape == image.shape


def test_it_can_be_cancelled() -> None:
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        annotator("lineart").annotate(sheet(), progress)
