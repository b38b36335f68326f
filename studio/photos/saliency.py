"""Computes the saliency of a photo from colours, positions and the image border alone.

After Zhu et al. 2014, "Saliency Optimization from Robust Background Detection": a segment is
background to the extent that similar segments run along the border of the picture; it is
foreground to the extent that it differs from the background near it.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from studio.control_maps.segmentation import superpixels

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]
Labels = NDArray[np.int32]

REGIONS = 260
"""The number of superpixels: enough for the parts of a picture, few enough for all pairs."""

COLOUR_SIGMA = 10.0
"""The distance up to which two CIELAB colours (L 0..100) count as the same (Zhu et al.)."""

PLACE_SIGMA = 0.25
"""The distance up to which two positions are near, over the longer side (Zhu et al.)."""

BORDER_SIGMA = 1.0
"""The boundary connectivity at which a segment begins to be background (Zhu et al., eq. 4)."""

SMOOTHNESS_FLOOR = 0.1
"""The least smoothness weight of neighbours, which evens out mere grain (Zhu et al.)."""


def saliency(image: Pixels) -> Floats:
    """Return the saliency of each pixel, (h, w) float32 in 0..1, of (h, w, 3) uint8 sRGB.

    Meant for pictures of a few hundred pixels a side. A picture of one segment is 0 everywhere.
    """
    labels = superpixels(image, REGIONS)
    count = int(labels.max()) + 1
    if count < 2:
        return np.zeros(labels.shape, np.float32)
    colours, places = _means(image, labels, count)
    near = _neighbours(labels, count)
    edge = _on_border(labels, count)
    apart = _distances(colours)
    background = _background(apart, near, edge)
    close = np.exp(-(_distances(places) ** 2) / (2 * PLACE_SIGMA**2))
    contrast = (apart * close) @ background
    strongest = float(contrast.max())
    foreground = contrast / strongest if strongest > 0 else contrast
    found = _optimised(apart, near, background, foreground)
    return np.asarray(found[labels], np.float32)


def _means(image: Pixels, labels: Labels, count: int) -> tuple[Floats, Floats]:
    """Return the mean CIELAB (n, 3) and the mean position (n, 2), 0..1, of each segment."""
    lab = cv2.cvtColor(image.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    flat = labels.reshape(-1)
    total = np.maximum(np.bincount(flat, minlength=count), 1)
    y, x = np.indices(labels.shape, np.float32) / np.float32(max(labels.shape))
    colours = [np.bincount(flat, lab[:, :, part].reshape(-1), count) / total for part in range(3)]
    places = [np.bincount(flat, part.reshape(-1), count) / total for part in (y, x)]
    return np.stack(colours, 1).astype(np.float32), np.stack(places, 1).astype(np.float32)


def _neighbours(labels: Labels, count: int) -> NDArray[np.bool_]:
    """Return which segments touch, (n, n); those on the border of the picture all do."""
    near = np.zeros((count, count), np.bool_)
    for one, other in ((labels[1:], labels[:-1]), (labels[:, 1:], labels[:, :-1])):
        near[one, other] = True
    edge = np.flatnonzero(_on_border(labels, count))
    near[np.ix_(edge, edge)] = True
    near |= near.T
    np.fill_diagonal(near, False)
    return near


def _on_border(labels: Labels, count: int) -> NDArray[np.bool_]:
    edge = np.zeros(count, np.bool_)
    for side in (labels[0], labels[-1], labels[:, 0], labels[:, -1]):
        edge[side] = True
    return edge


def _distances(points: Floats) -> Floats:
    """Return the Euclidean distances of all pairs, (n, n), of (n, d)."""
    return np.asarray(np.linalg.norm(points[:, None] - points[None], axis=2), np.float32)


def _background(apart: Floats, near: NDArray[np.bool_], edge: NDArray[np.bool_]) -> Floats:
    """Return how much each segment is background, (n,) in 0..1, by its boundary connectivity."""
    steps = np.where(near, apart, np.inf).astype(np.float32)
    # The distance to the nearest neighbour is grain, which would add up along a path.
    grain = float(np.mean(np.min(steps, axis=1)[np.isfinite(np.min(steps, axis=1))]))
    steps = np.maximum(steps - grain, 0)
    np.fill_diagonal(steps, 0)
    for middle in range(len(steps)):  # Floyd-Warshall
        np.minimum(steps, steps[:, middle, None] + steps[middle], out=steps)
    like = np.exp(-(steps**2) / (2 * COLOUR_SIGMA**2))
    area = like.sum(axis=1)
    length = like[:, edge].sum(axis=1)
    connectivity = length / np.sqrt(area)
    return np.asarray(1 - np.exp(-(connectivity**2) / (2 * BORDER_SIGMA**2)), np.float32)


def _optimised(
    apart: Floats, near: NDArray[np.bool_], background: Floats, foreground: Floats
) -> Floats:
    """Return the saliency that best fits background, contrast and smoothness together.

    The least squares of Zhu et al., eq. 9, over neighbours of first and second order.
    """
    linked = near | ((near.astype(np.float32) @ near.astype(np.float32)) > 0)
    np.fill_diagonal(linked, False)
    pull = np.exp(-(apart**2) / (2 * COLOUR_SIGMA**2)) + SMOOTHNESS_FLOOR
    pull = np.where(linked, pull, 0).astype(np.float64)
    system = np.diag(pull.sum(axis=1) + background + foreground + 1e-6) - pull
    found = np.linalg.solve(system, foreground.astype(np.float64))
    top = float(found.max())
    return np.asarray(np.clip(found / top, 0, 1) if top > 0 else found * 0, np.float32)
