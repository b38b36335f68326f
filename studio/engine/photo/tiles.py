"""Runs a network over a large picture in overlapping tiles that are blended, without seams."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from studio.core.progress import Progress

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]

MARGIN = 8
"""Pixels at a tile's inner edges that are discarded: the network saw too little around them."""
BLEND = 16
"""Pixels over which two neighbouring tiles are mixed."""
OVERLAP = 2 * MARGIN + BLEND


@dataclass(frozen=True, slots=True)
class Span:
    """A tile's range on one axis: ``start`` to ``start + length``, in pixels of the picture."""

    start: int
    length: int


def spans(size: int, tile: int, cell: int = 2) -> list[Span]:
    """Return ranges that cover ``size`` pixels, equally long, each at most ``tile``.

    Neighbours overlap by at least ``OVERLAP``. Starts and lengths are multiples of ``cell``, if
    ``size`` and ``tile`` are; ``tile`` must exceed ``OVERLAP``.
    """
    if size <= tile:
        return [Span(0, size)]
    count = -(-(size - OVERLAP) // (tile - OVERLAP))
    length = -(-(size + (count - 1) * OVERLAP) // count)
    length = min(-(-length // cell) * cell, tile)
    last = size - length
    return [Span(last * i // (count - 1) // cell * cell, length) for i in range(count)]


def weights(parts: list[Span], size: int, scale: int) -> list[Floats]:
    """Return the share of each tile at each of its pixels on one axis, scaled; they sum to 1."""
    found: list[Floats] = []
    for number, part in enumerate(parts):
        length = part.length * scale
        place = np.arange(length, dtype=np.float32) + np.float32(0.5)
        weight = np.ones(length, np.float32)
        for is_inner, distance in (
            (number > 0, place),
            (number + 1 < len(parts), length - place),
        ):
            if is_inner:
                ramp = (distance / scale - MARGIN) / BLEND
                weight *= np.clip(ramp, 0.0, 1.0).astype(np.float32)
        found.append(weight)
    total = np.zeros(size * scale, np.float32)
    for part, weight in zip(parts, found, strict=True):
        total[part.start * scale : (part.start + part.length) * scale] += weight
    return [
        weight / total[part.start * scale : (part.start + part.length) * scale]
        for part, weight in zip(parts, found, strict=True)
    ]


def run_tiles(
    picture: Pixels,
    network: Callable[[Pixels, Progress], Floats],
    progress: Progress,
    *,
    tile: int,
    scale: int = 2,
    text: str = "",
    wanted: NDArray[np.bool_] | None = None,
) -> Pixels:
    """Return the picture (h, w, 3) uint8 as the network makes it, ``scale`` times as large.

    ``network`` returns (scale * h, scale * w, 3) float32 of 0..255 for a tile (h, w, 3) uint8.
    Tiles without any pixel of ``wanted`` (h, w) are left black. Besides the result, only the
    rows of one tile are in memory. ``Cancelled`` between and, if ``network`` checks, within tiles.
    """
    height, width = picture.shape[:2]
    rows, columns = spans(height, tile), spans(width, tile)
    down, across = weights(rows, height, scale), weights(columns, width, scale)
    made = np.zeros((height * scale, width * scale, 3), np.uint8)
    band = np.zeros((rows[0].length * scale, width * scale, 3), np.float32)
    step = 1 / (len(rows) * len(columns))
    for number, row in enumerate(rows):
        top = row.start * scale
        for place, column in enumerate(columns):
            part = (
                slice(row.start, row.start + row.length),
                slice(column.start, column.start + column.length),
            )
            inner = progress.sub((number * len(columns) + place) * step, step)
            inner.report(0.0, text)
            if wanted is not None and not wanted[part].any():
                continue
            share = down[number][:, None, None] * across[place][None, :, None]
            left = column.start * scale
            target = band[:, left : left + column.length * scale]
            target += network(np.ascontiguousarray(picture[part]), inner) * share
        end = rows[number + 1].start * scale if number + 1 < len(rows) else height * scale
        made[top:end] = np.rint(np.clip(band[: end - top], 0, 255))
        if number + 1 < len(rows):
            left_over = len(band) - (end - top)
            band[:left_over] = band[end - top :].copy()
            band[left_over:] = 0
    progress.report(1.0, text)
    return made
