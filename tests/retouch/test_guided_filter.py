"""The guided filter: against a plain implementation in float64, tiles, edges, bad input."""

from __future__ import annotations

import tracemalloc
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from studio.retouch import guided_filter as module
from studio.retouch.guided_filter import guided_filter


def _photo(height: int, width: int, seed: int = 1) -> NDArray[np.uint8]:
    random = np.random.default_rng(seed)
    rows, columns = np.mgrid[:height, :width]
    smooth = np.dstack([rows * 2.0 % 256, columns * 1.5 % 256, (rows + columns) % 256])
    return np.clip(smooth + random.normal(0, 12, smooth.shape), 0, 255).astype(np.uint8)


def _windows(values: NDArray[np.floating[Any]], radius: int) -> NDArray[np.float64]:
    """Return the mean over each window, mirrored at the borders, by summing shifted copies."""
    pad = [(radius, radius), (radius, radius)] + [(0, 0)] * (values.ndim - 2)
    padded = np.pad(values, pad, mode="symmetric")
    side = range(2 * radius + 1)
    h, w = values.shape[:2]
    total = sum(padded[y : y + h, x : x + w] for y in side for x in side)
    return np.asarray(total / len(side) ** 2)


def _reference(
    guide: NDArray[np.uint8], alpha: NDArray[np.float32], radius: int, eps: float
) -> NDArray[np.float64]:
    colour = guide / 255.0
    mean, level = _windows(colour, radius), _windows(alpha.astype(np.float64), radius)
    product = _windows(colour[..., :, None] * colour[..., None, :], radius)
    matrix = product - mean[..., :, None] * mean[..., None, :] + eps * np.eye(3)
    right = (
        _windows(np.asarray(colour * alpha[..., None], np.float64), radius)
        - mean * level[..., None]
    )
    slope = np.linalg.solve(matrix, right[..., None])[..., 0]
    offset = level - (slope * mean).sum(axis=-1)
    result = (_windows(slope, radius) * colour).sum(axis=-1) + _windows(offset, radius)
    return np.asarray(np.clip(result, 0, 1))


@pytest.mark.parametrize("radius,eps", [(1, 1e-2), (3, 1e-3), (6, 1e-4)])
def test_equals_the_formula_in_float64(radius: int, eps: float) -> None:
    guide = _photo(61, 47)
    alpha = np.random.default_rng(2).random((61, 47), np.float32)
    got = guided_filter(guide, alpha, radius, eps)
    assert got.dtype == np.float32
    np.testing.assert_allclose(got, _reference(guide, alpha, radius, eps), atol=2e-4)


def test_tiles_leave_no_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    guide = _photo(150, 170)
    alpha = np.random.default_rng(3).random((150, 170), np.float32)
    whole = guided_filter(guide, alpha, 5, 1e-3)
    monkeypatch.setattr(module, "TILE", 32)
    np.testing.assert_allclose(guided_filter(guide, alpha, 5, 1e-3), whole, atol=2e-4)


def test_a_rough_edge_moves_onto_the_edge_of_the_photo() -> None:
    guide = np.full((80, 80, 3), (30, 60, 200), np.uint8)
    guide[:, 37:] = (220, 180, 40)
    truth = np.zeros((80, 80), np.float32)
    truth[:, 37:] = 1
    rough = np.zeros_like(truth)
    rough[:, 40:] = 1  # three pixels off
    refined = guided_filter(guide, rough, 8, 1e-4)
    assert ((refined[20:60] > 0.5) == (truth[20:60] > 0.5)).mean() == 1


def test_a_constant_alpha_stays_exactly() -> None:
    guide = _photo(40, 40)
    for value in (0.0, 1.0):
        assert (guided_filter(guide, np.full((40, 40), value, np.float32), 4, 1e-4) == value).all()


def test_one_pixel_and_a_window_larger_than_the_photo() -> None:
    one = guided_filter(_photo(1, 1), np.full((1, 1), 0.5, np.float32), 8, 1e-4)
    assert one.shape == (1, 1) and one[0, 0] == 0.5
    alpha = np.eye(5, dtype=np.float32)
    assert np.isfinite(guided_filter(_photo(5, 5), alpha, 40, 1e-4)).all()


def test_memory_depends_on_the_tile_only() -> None:
    guide = np.zeros((3000, 3000, 3), np.uint8)
    guide[:, 1500:] = 200
    alpha = np.zeros((3000, 3000), np.float32)
    alpha[:, 1495:] = 1
    tracemalloc.start()
    guided_filter(guide, alpha, 8, 1e-4)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < alpha.nbytes + 80e6


def test_wrong_shapes_and_numbers_are_refused() -> None:
    guide, alpha = _photo(8, 8), np.zeros((8, 8), np.float32)
    with pytest.raises(ValueError, match="does not fit"):
        guided_filter(guide, np.zeros((8, 7), np.float32), 2, 1e-4)
    for radius, eps in ((0, 1e-4), (2, 0.0), (2, float("nan"))):
        with pytest.raises(ValueError, match="positive"):
            guided_filter(guide, alpha, radius, eps)
