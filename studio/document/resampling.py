"""Resampling of rasters to another size, block by block; see ``retouch.resampling``."""

from __future__ import annotations

import math

import numpy as np

from studio.core.geometry import Rect
from studio.core.progress import Progress
from studio.document.raster import TILE, Key, Pixels, Raster, keys_in, tile_rect
from studio.retouch.resampling import Box, Resampler, resample

BLOCK = 4 * TILE
"""Edge of the blocks in which a raster is resampled, in pixels of the result."""


def resample_raster(
    raster: Raster,
    how: Resampler,
    source: tuple[int, int],
    target: tuple[int, int],
    offset: tuple[int, int] = (0, 0),
    new_offset: tuple[int, int] = (0, 0),
    progress: Progress | None = None,
) -> Raster:
    """Return a raster whose canvas of size ``source`` becomes one of size ``target``.

    ``offset`` is the position of the raster on the old canvas, ``new_offset`` of the result on the
    new one. Pixels at the edge of the canvas are not mixed with the empty outside, unless the
    raster has content there, so that an opaque picture stays opaque up to its edge.
    """
    if not raster.tiles:
        return raster
    if source == target:
        return raster.shifted(offset[0] - new_offset[0], offset[1] - new_offset[1])
    scale = target[0] / source[0], target[1] / source[1]
    canvas = Rect(-offset[0], -offset[1], *source)
    domain = _domain(raster, canvas, how, scale)
    new = _new_domain(domain, canvas, scale, offset, new_offset, target)
    made: dict[Key, Pixels | None] = {}
    blocks = _blocks(new)
    for number, block in enumerate(blocks):
        if progress is not None:
            progress.report(number / len(blocks))
        box = _back(block, scale, offset, new_offset)
        read = _around(box, how, scale).intersect(domain)
        if read.is_empty or not _has_content(raster, read):
            continue
        inside = (box[0] - read.x, box[1] - read.y, box[2] - read.x, box[3] - read.y)
        inside = _clipped(inside, read)
        pixels = resample(raster.read(read), block.width, block.height, how, inside)
        _store(made, pixels, block, raster.default)
    return Raster(channels=raster.channels, default=raster.default).with_tiles(made)


def _store(made: dict[Key, Pixels | None], pixels: Pixels, block: Rect, default: int) -> None:
    """Write the pixels of a block, which contains whole tiles or ends with the picture."""
    for key in keys_in(block):
        part = tile_rect(key).intersect(block)
        x, y = part.x - block.x, part.y - block.y
        values = pixels[y : y + part.height, x : x + part.width]
        if (values == default).all():
            continue
        tile = np.full((TILE, TILE, pixels.shape[2]), default, np.uint8)
        x, y = part.x - key[0] * TILE, part.y - key[1] * TILE
        tile[y : y + part.height, x : x + part.width] = values
        made[key] = tile


def _domain(raster: Raster, canvas: Rect, how: Resampler, scale: tuple[float, float]) -> Rect:
    """Return the pixels that take part: the canvas, and content beyond it with its soft edge."""
    bounds = raster.tile_bounds if raster.channels == 1 else raster.bounds()
    if bounds.is_empty or canvas.contains(bounds):
        return canvas
    far = [math.ceil(how.reach * max(1.0, 1.0 / one)) + 2 for one in scale]
    return Rect.from_edges(
        canvas.x if bounds.x >= canvas.x else bounds.x - far[0],
        canvas.y if bounds.y >= canvas.y else bounds.y - far[1],
        canvas.right if bounds.right <= canvas.right else bounds.right + far[0],
        canvas.bottom if bounds.bottom <= canvas.bottom else bounds.bottom + far[1],
    )


def _new_domain(
    domain: Rect,
    canvas: Rect,
    scale: tuple[float, float],
    offset: tuple[int, int],
    new_offset: tuple[int, int],
    target: tuple[int, int],
) -> Rect:
    """Return the pixels of the result that lie entirely inside the domain."""

    def moved(value: int, axis: int, edge: int, new_edge: int, away: float) -> int:
        if value == edge:
            return new_edge - new_offset[axis]
        place = (value + offset[axis]) * scale[axis] - new_offset[axis]
        return math.ceil(place) if away < 0 else math.floor(place)

    return Rect.from_edges(
        moved(domain.x, 0, canvas.x, 0, -1),
        moved(domain.y, 1, canvas.y, 0, -1),
        moved(domain.right, 0, canvas.right, target[0], 1),
        moved(domain.bottom, 1, canvas.bottom, target[1], 1),
    )


def _blocks(area: Rect) -> list[Rect]:
    """Return rectangles that cover an area, each of whole tiles apart from the area's edge."""
    found = []
    for y in range(area.y // BLOCK * BLOCK, area.bottom, BLOCK):
        for x in range(area.x // BLOCK * BLOCK, area.right, BLOCK):
            found.append(Rect(x, y, BLOCK, BLOCK).intersect(area))
    return found


def _back(
    block: Rect, scale: tuple[float, float], offset: tuple[int, int], new_offset: tuple[int, int]
) -> Box:
    """Return a block of the result in pixels of the source raster."""
    left, top = ((n + m) / s - o for n, m, s, o in zip(
        (block.x, block.y), new_offset, scale, offset, strict=True
    ))  # fmt: skip
    return left, top, left + block.width / scale[0], top + block.height / scale[1]


def _around(box: Box, how: Resampler, scale: tuple[float, float]) -> Rect:
    """Return the whole pixels that the filter reads for a box."""
    across, down = (math.ceil(how.reach * max(1.0, 1.0 / one)) + 1 for one in scale)
    return Rect.from_edges(
        math.floor(box[0]) - across,
        math.floor(box[1]) - down,
        math.ceil(box[2]) + across,
        math.ceil(box[3]) + down,
    )


def _clipped(box: Box, read: Rect) -> Box:
    """Return a box without the rounding errors by which it may exceed the pixels that were read."""
    return (
        max(box[0], 0.0),
        max(box[1], 0.0),
        min(box[2], float(read.width)),
        min(box[3], float(read.height)),
    )


def _has_content(raster: Raster, rect: Rect) -> bool:
    return any(raster.tile(key) is not None for key in keys_in(rect))
