"""Compiled loops of PatchMatch (Barnes et al. 2009): search for similar patches, and voting."""

from __future__ import annotations

from typing import Any

import numpy as np

from studio.retouch.compiling import compile_loop

FAR = np.int32(2**31 - 1)
"""The cost of a target without a match."""


@compile_loop
def patch_cost(
    image: Any, source_y: int, source_x: int, y: int, x: int, radius: int, limit: int
) -> Any:
    """Return the mean squared difference of two patches, times 64; ``limit`` if it is larger.

    The part of the patch around (y, x) that is outside the picture does not count.
    """
    height, width = image.shape[0], image.shape[1]
    top, bottom = max(-radius, -y), min(radius, height - 1 - y)
    left, right = max(-radius, -x), min(radius, width - 1 - x)
    count = (bottom - top + 1) * (right - left + 1) * 3
    bound = np.int64(limit) * count // 64
    total = np.int64(0)
    for dy in range(top, bottom + 1):
        row = np.int32(0)
        for dx in range(left, right + 1):
            for channel in range(3):
                difference = np.int32(image[y + dy, x + dx, channel]) - np.int32(
                    image[source_y + dy, source_x + dx, channel]
                )
                row += difference * difference
        total += row
        if total > bound:
            return limit
    cost = np.int32(total * 64 // count)
    return cost if cost < limit else limit


@compile_loop
def start_matches(
    image: Any, targets: Any, sources: Any, matches: Any, costs: Any, radius: int, seed: int
) -> None:
    """Give each target without a match a random one, and compute all costs.

    ``image`` (h, w, 3) uint8; ``targets`` (n, 2) and ``sources`` (m, 2) int32 rows of y, x;
    ``matches`` (h, w, 2) int32, -1 for none; ``costs`` (h, w) int32.
    """
    np.random.seed(seed)
    for i in range(len(targets)):
        y, x = targets[i, 0], targets[i, 1]
        if matches[y, x, 0] < 0:
            pick = np.random.randint(len(sources))
            matches[y, x, 0], matches[y, x, 1] = sources[pick, 0], sources[pick, 1]
        costs[y, x] = patch_cost(image, matches[y, x, 0], matches[y, x, 1], y, x, radius, 2**31 - 1)


@compile_loop
def improve_matches(
    image: Any,
    targets: Any,
    valid: Any,
    matches: Any,
    costs: Any,
    radius: int,
    reach: int,
    seed: int,
    backwards: bool,
    stay: int,
) -> None:
    """Improve the matches once: from the neighbours, then by random search within ``reach``.

    ``valid`` (h, w) uint8 is not 0 at the centres of patches that may be copied; the other
    arguments are those of ``start_matches``. ``targets`` are in reading order. A random match must
    be better by ``stay`` percent: larger values keep more neighbours together.
    """
    np.random.seed(seed)
    height, width = valid.shape
    count = len(targets)
    step = 1 if backwards else -1
    for number in range(count):
        at = count - 1 - number if backwards else number
        y, x = targets[at, 0], targets[at, 1]
        best_y, best_x, best = matches[y, x, 0], matches[y, x, 1], costs[y, x]
        for axis in range(2):
            near_y = y + step if axis == 0 else y
            near_x = x if axis == 0 else x + step
            if near_y < 0 or near_x < 0 or near_y >= height or near_x >= width:
                continue
            if matches[near_y, near_x, 0] < 0:
                continue
            try_y = matches[near_y, near_x, 0] + y - near_y
            try_x = matches[near_y, near_x, 1] + x - near_x
            if try_y < 0 or try_x < 0 or try_y >= height or try_x >= width:
                continue
            if valid[try_y, try_x] == 0:
                continue
            cost = patch_cost(image, try_y, try_x, y, x, radius, best)
            if cost < best:
                best_y, best_x, best = try_y, try_x, cost
        span = reach
        while span >= 1:
            try_y = best_y + np.random.randint(-span, span + 1)
            try_x = best_x + np.random.randint(-span, span + 1)
            span //= 2
            if try_y < 0 or try_x < 0 or try_y >= height or try_x >= width:
                continue
            if valid[try_y, try_x] == 0:
                continue
            bound: Any = np.int32(np.int64(best) * (100 - stay) // 100)
            cost = patch_cost(image, try_y, try_x, y, x, radius, bound)
            if cost < bound:
                best_y, best_x, best = try_y, try_x, cost
        matches[y, x, 0], matches[y, x, 1], costs[y, x] = best_y, best_x, best


@compile_loop
def vote(
    layer: Any, holes: Any, matches: Any, costs: Any, trust: Any, radius: int, scale: float
) -> Any:
    """Return the mean of the matched pixels of ``layer`` (h, w, 3) float32 for each hole pixel.

    Every patch that covers the pixel votes with exp(-cost / scale) times the ``trust`` (h, w)
    float32 of its centre. ``holes`` (n, 2) int32 rows of y, x; the result (n, 3) float32.
    """
    height, width = costs.shape
    result = np.zeros((len(holes), 3), np.float32)
    for i in range(len(holes)):
        y, x = holes[i, 0], holes[i, 1]
        total = np.float32(0.0)
        red, green, blue = np.float32(0.0), np.float32(0.0), np.float32(0.0)
        for near_y in range(max(0, y - radius), min(height, y + radius + 1)):
            for near_x in range(max(0, x - radius), min(width, x + radius + 1)):
                if matches[near_y, near_x, 0] < 0:
                    continue
                from_y = matches[near_y, near_x, 0] + y - near_y
                from_x = matches[near_y, near_x, 1] + x - near_x
                weight = trust[near_y, near_x] * np.float32(
                    np.exp(-costs[near_y, near_x] / scale) + 1e-6
                )
                total += weight
                red += weight * layer[from_y, from_x, 0]
                green += weight * layer[from_y, from_x, 1]
                blue += weight * layer[from_y, from_x, 2]
        if total > 0.0:
            result[i, 0], result[i, 1], result[i, 2] = red / total, green / total, blue / total
    return result
