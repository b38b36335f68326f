"""Measures the grain of a picture around a hole and adds the missing grain to the filling."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Mask = NDArray[np.bool_]

BLOCK = 16
"""Side in pixels of the blocks in which grain is measured."""
FEWEST = 6
"""Blocks needed for a measurement."""
FLAT_SHARE = 0.25
"""The share of the blocks, the flattest ones, that count as grain without texture."""
LEAST = 0.6
"""Grain below this standard deviation in grey levels is not visible and is not added."""
MOST = 12.0
"""The strongest grain that is added; more is texture."""


def match_grain(image: Pixels, hole: Mask, seed: int = 0, again: Pixels | None = None) -> Pixels:
    """Return ``image`` (h, w, 3) uint8 with grain like that of the rest added to the ``hole``.

    The strength is measured in the flattest blocks on both sides; the missing part is made of
    noise with the spectrum of the blocks outside. Nothing changes if the filling has as much
    grain, or if there are too few flat blocks. No pixel outside the hole changes. ``again`` (h, w,
    3) is the whole picture as the model that filled the hole shows it; the grain that it keeps
    outside stands for that inside if the hole is too small for a measurement.
    """
    residual = _residual(image)
    outside, inside = _flattest(residual, ~hole), _flattest(residual, hole)
    if not len(inside) and again is not None:
        inside = _flattest(_residual(again), ~hole)
    if len(outside) < FEWEST:
        return image.copy()
    wanted = _strength(outside)
    present = _strength(inside) if len(inside) else 0.0
    if not LEAST <= wanted <= MOST or present >= wanted * 0.9:
        return image.copy()
    missing = float(np.sqrt(wanted**2 - present**2))
    y, x = np.nonzero(hole)
    top, left = int(y.min()), int(x.min())
    shape = int(y.max()) - top + 1, int(x.max()) - left + 1
    noise = _noise(outside, shape, seed) * missing
    result = image.copy()
    added = noise[y - top, x - left]
    result[y, x] = np.clip(result[y, x].astype(np.float32) + added + 0.5, 0, 255)
    return result


def grain_of(image: Pixels, where: Mask) -> float:
    """Return the standard deviation of the grain in ``where`` in grey levels, 0 if unknown."""
    blocks = _flattest(_residual(image), where)
    return _strength(blocks) if len(blocks) >= FEWEST else 0.0


def _residual(image: Pixels) -> NDArray[np.float32]:
    pixels = image.astype(np.float32)
    return np.asarray(pixels - cv2.GaussianBlur(pixels, (0, 0), 2.0), np.float32)


def _flattest(residual: NDArray[np.float32], where: Mask) -> NDArray[np.float32]:
    """Return the flattest blocks (n, BLOCK, BLOCK, 3) that are entirely in ``where``."""
    rows, columns = where.shape[0] // BLOCK, where.shape[1] // BLOCK
    if not rows or not columns:
        return np.zeros((0, BLOCK, BLOCK, 3), np.float32)
    cut = np.s_[: rows * BLOCK, : columns * BLOCK]
    whole = where[cut].reshape(rows, BLOCK, columns, BLOCK).all(axis=(1, 3)).reshape(-1)
    blocks = residual[cut].reshape(rows, BLOCK, columns, BLOCK, 3).transpose(0, 2, 1, 3, 4)
    blocks = blocks.reshape(-1, BLOCK, BLOCK, 3)[whole]
    spread = blocks.std(axis=(1, 2)).mean(axis=1)
    count = max(FEWEST, int(len(blocks) * FLAT_SHARE))
    return np.asarray(blocks[np.argsort(spread)[:count]], np.float32)


def _strength(blocks: NDArray[np.float32]) -> float:
    return float(np.median(blocks.std(axis=(1, 2)).mean(axis=1)))


def _noise(blocks: NDArray[np.float32], shape: tuple[int, int], seed: int) -> NDArray[np.float32]:
    """Return noise (h, w, 3) of standard deviation 1 with the mean spectrum of the blocks.

    The channels share their phases in the measure in which the blocks' channels are correlated.
    """
    random = np.random.default_rng(seed)
    spectrum = np.sqrt((np.abs(np.fft.fft2(blocks, axes=(1, 2))) ** 2).mean(axis=(0, 3)))
    spectrum[0, 0] = 0
    kernel = np.fft.fftshift(np.fft.ifft2(spectrum).real).astype(np.float32)
    flat = blocks.reshape(-1, 3)
    link = float(np.clip(np.asarray(np.corrcoef(flat.T))[np.triu_indices(3, 1)].mean(), 0, 1))
    common = random.standard_normal((*shape, 1)).astype(np.float32)
    own = random.standard_normal((*shape, 3)).astype(np.float32)
    white = np.sqrt(link) * common + np.sqrt(1 - link) * own
    noise = cv2.filter2D(white, -1, kernel, borderType=cv2.BORDER_WRAP)
    return np.asarray(noise / max(float(noise.std()), 1e-6), np.float32)
