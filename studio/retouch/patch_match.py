"""Fills holes with patches of the surroundings.

The search is PatchMatch (Barnes et al. 2009); the filling alternates search and voting from coarse
to fine (Wexler et al. 2007).
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from studio.core.progress import Progress
from studio.retouch import patch_kernels as kernels

Pixels = NDArray[np.uint8]
Mask = NDArray[np.bool_]

RADIUS = 3
"""Half the width of a patch, without its centre."""
SMALLEST = 24
"""The coarsest level is at least this many pixels wide and high."""
THIN = 5
"""The coarsest level is the first at which no hole pixel is farther than this from the rest."""


@dataclass(slots=True)
class Search:
    """The matches of one level; coordinates are rows of y, x.

    ``matches`` (h, w, 2) int32 is -1 for pixels without one, ``costs`` (h, w) int32 what they cost.
    """

    targets: NDArray[np.int32]
    holes: NDArray[np.int32]
    sources: NDArray[np.int32]
    valid: NDArray[np.uint8]
    trust: NDArray[np.float32]
    matches: NDArray[np.int32]
    costs: NDArray[np.int32]

    def run(self, image: Pixels, passes: int, seed: int, progress: Progress, stay: int = 0) -> None:
        """Improve the matches of ``image`` (h, w, 3); ``stay`` is that of the kernel."""
        kernels.start_matches(
            image, self.targets, self.sources, self.matches, self.costs, RADIUS, seed
        )
        reach = max(image.shape[:2])
        for number in range(passes):
            progress.check()
            kernels.improve_matches(
                image,
                self.targets,
                self.valid,
                self.matches,
                self.costs,
                RADIUS,
                reach,
                seed + number,
                number % 2 == 1,
                stay,
            )

    def votes(self, layer: NDArray[np.float32], sharpness: float) -> NDArray[np.float32]:
        """Return the mean of the matched pixels of ``layer`` for each hole pixel, (n, 3)."""
        costs = self.costs[self.targets[:, 0], self.targets[:, 1]]
        scale = max(float(np.percentile(costs, 75)) * sharpness, 64.0)
        result: NDArray[np.float32] = kernels.vote(
            layer, self.holes, self.matches, self.costs, self.trust, RADIUS, scale
        )
        return result


def can_match(hole: Mask) -> bool:
    """Tell whether there is a patch outside the hole that could be copied."""
    return bool(_valid(hole).any())


def complete(image: Pixels, hole: Mask, progress: Progress, seed: int = 0) -> Pixels:
    """Return ``image`` (h, w, 3) uint8 with ``hole`` (h, w) filled with patches of the rest.

    No other pixel changes. ValueError if there is nothing to copy (``can_match``).
    """
    levels = [(image, hole)]
    while _deepest(levels[-1][1]) > THIN and min(levels[-1][0].shape[:2]) >= 2 * SMALLEST:
        smaller = halved(*levels[-1])
        if not can_match(smaller[1]):
            break
        levels.append(smaller)
    levels.reverse()
    start = cv2.inpaint(levels[0][0], levels[0][1].astype(np.uint8), 3, cv2.INPAINT_TELEA)
    filled = np.asarray(start, np.uint8)
    search: Search | None = None
    for number, (pixels, gap) in enumerate(levels):
        progress.report(number / len(levels))
        if number:
            filled = _onto(pixels, gap, _resized(filled, pixels.shape[:2]))
        search = search_of(gap, search)
        rounds = max(2, 8 - 2 * number)
        for turn in range(rounds):
            search.run(filled, 4 if turn == 0 else 2, seed + 100 * number + turn, progress)
            sharpness = 0.1 if number == len(levels) - 1 and turn == rounds - 1 else 0.5
            votes = search.votes(pixels.astype(np.float32), sharpness)
            filled = filled.copy()
            filled[search.holes[:, 0], search.holes[:, 1]] = np.clip(votes + 0.5, 0, 255)
    return filled


def search_of(hole: Mask, coarse: Search | None) -> Search:
    """Return the search of one level, starting from the matches of the next coarser one."""
    size = 2 * RADIUS + 1
    target = cv2.dilate(hole.astype(np.uint8), np.ones((size, size), np.uint8))
    valid = _valid(hole)
    sources = np.argwhere(valid).astype(np.int32)
    if not len(sources):
        raise ValueError("no patch outside the hole")
    matches = np.full((*hole.shape, 2), -1, np.int32)
    targets = np.argwhere(target).astype(np.int32)
    if coarse is not None:
        _inherit(matches, targets, valid, coarse.matches)
    distance = cv2.distanceTransform(hole.astype(np.uint8), cv2.DIST_L2, 3)
    trust = np.power(np.float32(1.2), -np.minimum(distance, 40)).astype(np.float32)
    costs = np.full(hole.shape, kernels.FAR, np.int32)
    holes = np.argwhere(hole).astype(np.int32)
    return Search(targets, holes, sources, valid.astype(np.uint8), trust, matches, costs)


def _inherit(
    matches: NDArray[np.int32], targets: NDArray[np.int32], valid: Mask, coarse: NDArray[np.int32]
) -> None:
    """Copy the matches of a level of half the size, if they are valid here."""
    y, x = targets[:, 0], targets[:, 1]
    half_y = np.minimum(y // 2, coarse.shape[0] - 1)
    half_x = np.minimum(x // 2, coarse.shape[1] - 1)
    found = coarse[half_y, half_x]
    new_y, new_x = found[:, 0] * 2 + y % 2, found[:, 1] * 2 + x % 2
    inside = (found[:, 0] >= 0) & (new_y < valid.shape[0]) & (new_x < valid.shape[1])
    inside[inside] = valid[new_y[inside], new_x[inside]]
    matches[y[inside], x[inside], 0] = new_y[inside]
    matches[y[inside], x[inside], 1] = new_x[inside]


def _valid(hole: Mask) -> Mask:
    """Return the centres of the patches that are inside the picture and outside the hole."""
    size = 2 * RADIUS + 1
    near = cv2.dilate(hole.astype(np.uint8), np.ones((size, size), np.uint8)) > 0
    result = np.zeros_like(near)
    inner = (slice(RADIUS, -RADIUS), slice(RADIUS, -RADIUS))
    result[inner] = ~near[inner]
    return result


def _deepest(hole: Mask) -> float:
    padded = np.pad(hole, 1, mode="edge").astype(np.uint8)
    return float(cv2.distanceTransform(padded, cv2.DIST_L2, 3).max())


def halved(image: Pixels, hole: Mask) -> tuple[Pixels, Mask]:
    """Return both at half size; hole pixels do not bleed into the rest."""
    height, width = (hole.shape[0] + 1) // 2, (hole.shape[1] + 1) // 2
    known = (~hole).astype(np.float32)
    weight = cv2.resize(known, (width, height), interpolation=cv2.INTER_AREA)
    total = cv2.resize(
        image.astype(np.float32) * known[:, :, None], (width, height), interpolation=cv2.INTER_AREA
    )
    mean = total / np.maximum(weight, 1e-3)[:, :, None]
    return np.clip(mean + 0.5, 0, 255).astype(np.uint8), weight < 0.5


def _resized(image: Pixels, shape: tuple[int, ...]) -> Pixels:
    result = cv2.resize(image, (shape[1], shape[0]), interpolation=cv2.INTER_LINEAR)
    return np.asarray(result, np.uint8)


def _onto(image: Pixels, hole: Mask, filling: Pixels) -> Pixels:
    result = image.copy()
    result[hole] = filling[hole]
    return result
