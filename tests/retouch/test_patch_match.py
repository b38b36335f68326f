"""Filling by patches: patterns continue, detail is transferred, nothing else changes."""

from __future__ import annotations

import threading

import cv2
import numpy as np
import pytest

from studio.core.errors import Cancelled
from studio.core.progress import Progress
from studio.retouch.patch_match import can_match, complete


def weave(height: int, width: int) -> np.ndarray:
    y, x = np.mgrid[:height, :width]
    value = (120 + 60 * np.sin(x / 3) + 40 * np.sign(np.sin(y / 4))).clip(0, 255)
    return np.dstack([value, 255 - value, np.full_like(value, 90)]).astype(np.uint8)


def hole_in(image: np.ndarray, top: int, left: int, side: int) -> np.ndarray:
    hole = np.zeros(image.shape[:2], bool)
    hole[top : top + side, left : left + side] = True
    return hole


def error(a: np.ndarray, b: np.ndarray, hole: np.ndarray) -> float:
    return float(np.abs(a.astype(float) - b)[hole].mean())


def test_a_pattern_continues_much_better_than_by_smearing() -> None:
    clean = weave(140, 160)
    hole = hole_in(clean, 50, 60, 36)
    broken = clean.copy()
    broken[hole] = 255
    filled = complete(broken, hole, Progress())
    smeared = cv2.inpaint(broken, hole.astype(np.uint8), 3, cv2.INPAINT_TELEA)
    assert error(filled, clean, hole) < error(smeared, clean, hole) / 3
    assert np.array_equal(filled[~hole], broken[~hole])


def test_the_same_seed_gives_the_same_bytes() -> None:
    clean = weave(90, 90)
    hole = hole_in(clean, 30, 30, 20)
    first = complete(clean, hole, Progress(), seed=5)
    assert np.array_equal(first, complete(clean, hole, Progress(), seed=5))


def test_a_hole_at_the_border_is_filled() -> None:
    clean = weave(100, 120)
    hole = hole_in(clean, 0, 0, 30)
    filled = complete(np.where(hole[:, :, None], 255, clean).astype(np.uint8), hole, Progress())
    assert np.array_equal(filled[~hole], clean[~hole])
    assert error(filled, clean, hole) < 25


def test_without_a_whole_patch_outside_nothing_can_be_copied() -> None:
    hole = np.ones((40, 40), bool)
    assert not can_match(hole)
    hole[:5] = False
    assert not can_match(hole)
    with pytest.raises(ValueError):
        complete(np.zeros((40, 40, 3), np.uint8), hole, Progress())


def test_it_can_be_cancelled() -> None:
    clean = weave(120, 120)
    cancelled = threading.Event()
    progress = Progress(lambda event: cancelled.set(), cancelled)
    with pytest.raises(Cancelled):
        complete(clean, hole_in(clean, 40, 40, 30), progress)
