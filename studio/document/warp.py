"""Resamples a raster by a plane transform or any other map of places, block by block.

Colours are premultiplied. A result that is larger than its source is made by Lanczos with three
lobes where all of it is opaque, else by a bicubic filter (Catmull-Rom). A smaller one is the mean
of all that falls on a pixel: of bicubic samples, taken from cells of 2 x 2, 4 x 4, ... averaged
pixels if it is smaller than half, in linear light. Sides of the picture that are opaque from end
to end, such as a photo's, stay hard and are anti-aliased; others fade as their pixels do.
"""

from __future__ import annotations

import dataclasses
import math
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from studio.core.errors import StudioError
from studio.core.geometry import Rect
from studio.core.progress import Progress
from studio.document.document import size_error
from studio.document.masks import invert_raster
from studio.document.raster import TILE, Key, Pixels, Raster, keys_in, tile_rect
from studio.retouch import matrices
from studio.retouch.matrices import Matrix
from studio.retouch.resampling import level_tables

Places = NDArray[np.float64]
Singles = NDArray[np.float32]

BLOCK = 2 * TILE
"""Edge of the blocks in which a raster is resampled, in pixels of the result."""
PAD = 4
"""Transparent samples around a side that is not hard, for the filter to fade into."""
EXACT = 1 / 512
"""A transform that no pixel leaves by more than this many pixels from whole ones is exact."""
LIT = 1.02
"""As in ``warp_kernels``, which imports numba."""
EDGE = 4
"""Samples repeated around those that were read, so that the filter needs no test at the edge."""
TOP_LEVEL = 8
"""Cells have at most 2^8 pixels a side: a tile."""
THREADS = min(4, os.cpu_count() or 1)


class Field(Protocol):
    """A map from the pixels of the result back to places of the source."""

    def extent(self, area: Rect) -> Rect:
        """Return the pixels of the result that an area of the source may reach.

        StudioError if the map cannot be used on that area.
        """

    def places(self, block: Rect) -> Places:
        """Return (h + 1, w + 1, 2) source points of the centres of a block's pixels.

        One more row and column than the block has; NaN where nothing is shown.
        """


@dataclass(frozen=True, slots=True)
class MatrixField:
    """The field of a 3 x 3 matrix, which takes the source to the result."""

    matrix: Matrix

    def extent(self, area: Rect) -> Rect:
        """Return the pixels around the transformed corners; StudioError for a bad matrix."""
        matrices.check_matrix(self.matrix, area)
        places = matrices.apply(self.matrix, matrices.corners(area))
        left, top = (math.floor(value + 1e-6) for value in places.min(axis=0))
        right, bottom = (math.ceil(value - 1e-6) for value in places.max(axis=0))
        return Rect.from_edges(left, top, max(right, left + 1), max(bottom, top + 1))

    def places(self, block: Rect) -> Places:
        """Return the source points of a block."""
        from studio.document.render import warp_kernels  # imports numba, which takes a while

        found = np.empty((block.height + 1, block.width + 1, 2))
        inverse = np.array(matrices.invert(self.matrix), np.float64)
        warp_kernels.homography_map(inverse, float(block.x), float(block.y), found)
        return found


def warp_raster(
    raster: Raster,
    matrix: Matrix,
    *,
    nearest: bool = False,
    clip: Rect | None = None,
    progress: Progress | None = None,
) -> Raster:
    """Return a raster transformed by a 3 x 3 matrix, in the same coordinates as its pixels.

    Moves by whole pixels, flips and quarter turns onto whole pixels keep every byte; the identity
    is the same object. ``nearest`` mixes no pixels, for colours that are names. ``clip`` limits
    the result. StudioError for a transform to nothing, over the horizon, or too large a result;
    ``Cancelled`` if ``progress`` is cancelled.
    """
    bounds = raster.bounds()
    if bounds.is_empty:
        return raster
    matrices.check_matrix(matrix, bounds)
    exact = exact_transform(matrix, bounds)
    if exact is not None:
        return _exactly(raster, bounds, exact)
    return warp_field(raster, MatrixField(matrix), nearest=nearest, clip=clip, progress=progress)


def warp_field(
    raster: Raster,
    field: Field,
    *,
    nearest: bool = False,
    clip: Rect | None = None,
    progress: Progress | None = None,
) -> Raster:
    """Return a raster resampled by any field; the arguments are those of ``warp_raster``."""
    if raster.channels == 1 and raster.default == 255:
        turned = warp_field(
            invert_raster(raster), field, nearest=nearest, clip=clip, progress=progress
        )
        return invert_raster(turned)
    if raster.bounds().is_empty:
        return raster
    job = _Job(raster, field, nearest)
    area = field.extent(job.outer(0)) if not nearest else field.extent(job.bounds)
    if clip is not None:
        area = area.intersect(clip)
        if area.is_empty:
            return Raster(None, raster.channels, raster.default)
    if size_error(area.width, area.height) is not None:
        raise StudioError(
            "The result would be too large.", "Use a smaller scale, or move it less far."
        )
    return _assembled(raster, area, job.block, progress)


def exact_transform(matrix: Matrix, bounds: Rect) -> tuple[int, int, int, int, int, int] | None:
    """Return a, b, c, d, x, y of (x, y) -> (a x + b y + x0, c x + d y + y0) in whole numbers.

    None unless the matrix is a move, flip or quarter turn onto whole pixels, as far as ``bounds``
    can show.
    """
    a, b, _, c, d, *_ = (round(value) for value in matrices.compose(matrix))
    if sorted((abs(a), abs(b))) != [0, 1] or (abs(c), abs(d)) != (abs(b), abs(a)):
        return None
    wanted = matrices.apply(matrix, matrices.corners(bounds))
    turned = matrices.apply(matrices.affine(a, b, c, d, 0, 0), matrices.corners(bounds))
    x, y = (round(value) for value in (wanted - turned).mean(axis=0).tolist())
    if np.abs(wanted - turned - (x, y)).max() > EXACT:
        return None
    return a, b, c, d, x, y


def _exactly(raster: Raster, bounds: Rect, exact: tuple[int, int, int, int, int, int]) -> Raster:
    """Return the raster moved, flipped and turned by whole pixels."""
    a, b, c, d, x, y = exact
    if (a, b, c, d) == (1, 0, 0, 1):
        return raster.shifted(x, y)
    places = matrices.apply(matrices.affine(a, b, c, d, x, y), matrices.corners(bounds))
    left, top = (round(value) for value in places.min(axis=0))
    right, bottom = (round(value) for value in places.max(axis=0))
    area = Rect.from_edges(left, top, right, bottom)
    back = matrices.invert(matrices.affine(a, b, c, d, x, y))

    def block(rect: Rect) -> Pixels | None:
        there = matrices.apply(back, matrices.corners(rect))
        low, high = there.min(axis=0), there.max(axis=0)
        pixels = raster.read(
            Rect.from_edges(*(round(n) for n in low.tolist()), *(round(n) for n in high.tolist()))
        )
        if b:
            pixels = pixels.transpose(1, 0, 2)
        # Columns of the result run along a or b, its rows along d or c.
        return pixels[:: (d or c), :: (a or b)]

    return _assembled(raster, area, block, None)


def _assembled(
    raster: Raster,
    area: Rect,
    block: Callable[[Rect], Pixels | None],
    progress: Progress | None,
) -> Raster:
    """Return a raster like another one whose pixels ``block`` makes, None for nothing there."""
    blocks = list(_blocks(area))
    made: dict[Key, Pixels | None] = {}

    def work(rect: Rect) -> dict[Key, Pixels | None]:
        if progress is not None:
            progress.check()
        pixels = block(rect)
        return {} if pixels is None else _tiles(pixels, rect, raster.default)

    with ThreadPoolExecutor(min(THREADS, max(len(blocks), 1)), "warp") as pool:
        for number, tiles in enumerate(pool.map(work, blocks)):
            made |= tiles
            if progress is not None:
                progress.report(number / len(blocks))
    return Raster(None, raster.channels, raster.default).with_tiles(made)


def _blocks(area: Rect) -> Iterator[Rect]:
    """Yield rectangles that cover an area, each of whole tiles apart from the area's edge."""
    for y in range(area.y // BLOCK * BLOCK, area.bottom, BLOCK):
        for x in range(area.x // BLOCK * BLOCK, area.right, BLOCK):
            yield Rect(x, y, BLOCK, BLOCK).intersect(area)


def _tiles(pixels: Pixels, block: Rect, default: int) -> dict[Key, Pixels | None]:
    """Return the tiles of a block that are not all ``default``."""
    found: dict[Key, Pixels | None] = {}
    for key in keys_in(block):
        part = tile_rect(key).intersect(block)
        values = pixels[part.y - block.y :, part.x - block.x :][: part.height, : part.width]
        if (values == default).all():
            continue
        tile = np.full((TILE, TILE, pixels.shape[2]), default, np.uint8)
        tile[part.y - key[1] * TILE :, part.x - key[0] * TILE :][: part.height, : part.width] = (
            values
        )
        found[key] = tile
    return found


@dataclass(frozen=True, slots=True)
class _Span:
    """The least and the most source pixels on a pixel of a block; ``mask``: one channel."""

    small: float
    large: float
    mask: bool

    @property
    def top(self) -> float:
        """The area from which on light alone counts; less than that is blended."""
        return LIT if self.large < 1.01 * self.small else 2.0

    @property
    def kinds(self) -> tuple[bool, ...]:
        """Which means are needed: of levels (False), of light (True)."""
        if self.mask or self.large <= LIT:
            return (False,)
        return (True,) if self.small >= self.top else (False, True)


@dataclass(slots=True)
class _Job:
    """One resampling: the source, the map, and which of its sides are hard."""

    raster: Raster
    field: Field
    nearest: bool
    bounds: Rect = dataclasses.field(init=False)
    soft: tuple[bool, bool, bool, bool] = dataclasses.field(init=False)

    def __post_init__(self) -> None:
        self.bounds = self.raster.bounds()
        self.soft = _soft_sides(self.raster, self.bounds)

    def outer(self, level: int) -> Rect:
        """Return the source's pixels with room to fade at its soft sides."""
        pad = PAD << level
        box, (left, top, right, bottom) = self.bounds, self.soft
        return Rect.from_edges(
            box.x - pad * left,
            box.y - pad * top,
            box.right + pad * right,
            box.bottom + pad * bottom,
        )

    def block(self, rect: Rect) -> Pixels | None:
        """Return (h, w, c) pixels of a block of the result, None if nothing is there."""
        from studio.document.render import warp_kernels  # imports numba, which takes a while

        places = self.field.places(rect)
        out = np.full(
            (rect.height, rect.width, self.raster.channels), self.raster.default, np.uint8
        )
        outer = self.outer(TOP_LEVEL)
        box = np.array((outer.x, outer.y, outer.right, outer.bottom), np.float64)
        *edges, least, most, small, large = warp_kernels.survey(places, box).tolist()
        if edges[2] < edges[0]:
            return None
        if self.nearest:
            read = _around(edges, 1).intersect(self.bounds)
            if read.is_empty:
                return None
            warp_kernels.nearest_block(self.raster.read(read), places, read.x, read.y, out)
            return out
        level = min(max(int(math.log2(max(least, 1.0))), 0), TOP_LEVEL)
        domain = self.outer(level)
        read = _around(edges, (PAD << level) + math.ceil(most)).intersect(domain)
        if read.is_empty or not any(self.raster.tile(key) is not None for key in keys_in(read)):
            return None
        read, grid = _on_grid(read, domain, level)
        limits = np.array((domain.x, domain.y, domain.right, domain.bottom), np.float64)
        if self.raster.default:
            limits = np.array((-1e9, -1e9, 1e9, 1e9))
        area = _Span(small, large, self.raster.channels == 1)
        self._sample(read, level, places, (grid, limits), area, out)
        return out

    def _sample(
        self,
        read: Rect,
        level: int,
        places: Places,
        edges: tuple[Places, Places],
        area: _Span,
        out: Pixels,
    ) -> None:
        """Fill ``out`` with means of the cells of ``read``, in levels, in light, or blended."""
        from studio.document.render import warp_kernels

        shape = out.shape[:2]
        cover, sizes = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
        means = [np.zeros((0, 0, out.shape[2]), np.float32)] * 2
        cubic, lanczos = _weights()
        for light in area.kinds:
            samples = self._samples(read, level, light)
            opaque = not area.mask and bool(samples[:, :, -1].min() >= 0.9999)
            samples = np.pad(samples, ((EDGE, EDGE), (EDGE, EDGE), (0, 0)), "edge")
            means[light] = np.zeros((*shape, out.shape[2]), np.float32)
            warp_kernels.sample_block(
                samples,
                EDGE,
                light,
                places,
                *edges,
                cubic,
                lanczos[:0] if area.mask else lanczos,
                opaque,
                area.top,
                means[light],
                cover,
                sizes,
            )
        levels, lit = means
        tables = level_tables()[2]
        warp_kernels.store_block(levels, lit, cover, sizes, area.top, tables, out)

    def _samples(self, read: Rect, level: int, light: bool) -> Singles:
        """Return (h, w, c) float32 premultiplied means of the cells that cover ``read``."""
        from studio.document.render import warp_kernels

        height, width = (-(-side >> level) for side in (read.height, read.width))
        total = np.zeros((height, width, self.raster.channels), np.float32)
        count = np.zeros((height, width), np.float32)
        values = level_tables()[1 if light else 0]
        for key in keys_in(read):
            part = tile_rect(key).intersect(read)
            pixels = self.raster.read(part)
            y, x = part.y - read.y, part.x - read.x
            warp_kernels.reduce_pixels(pixels, level, values, total, count, y, x)
        if level:
            total /= np.maximum(count, 1)[:, :, None]
        return total


@cache
def _weights() -> tuple[Singles, Singles]:
    """Return the tables of weights of the bicubic filter and of Lanczos."""
    from studio.document.render import warp_kernels

    return warp_kernels.cubic_table(), warp_kernels.lanczos_table()


def _soft_sides(raster: Raster, box: Rect) -> tuple[bool, bool, bool, bool]:
    """Return whether the left, top, right and bottom side is not opaque from end to end."""
    lines = (
        Rect(box.x, box.y, 1, box.height),
        Rect(box.x, box.y, box.width, 1),
        Rect(box.right - 1, box.y, 1, box.height),
        Rect(box.x, box.bottom - 1, box.width, 1),
    )
    left, top, right, bottom = (bool(raster.read(one)[:, :, -1].min() < 255) for one in lines)
    return left, top, right, bottom


def _around(edges: list[float], margin: int) -> Rect:
    """Return the whole pixels around left, top, right, bottom."""
    left, top, right, bottom = (
        min(max(value, -matrices.LARGEST), matrices.LARGEST) for value in edges
    )
    return Rect.from_edges(
        math.floor(left) - margin,
        math.floor(top) - margin,
        math.ceil(right) + margin,
        math.ceil(bottom) + margin,
    )


def _on_grid(read: Rect, domain: Rect, level: int) -> tuple[Rect, Places]:
    """Return the pixels to read, grown to whole cells of the domain, and the grid of the cells."""
    side = 1 << level
    left = domain.x + (read.x - domain.x) // side * side
    top = domain.y + (read.y - domain.y) // side * side
    right = min(domain.x + -(-(read.right - domain.x) // side) * side, domain.right)
    bottom = min(domain.y + -(-(read.bottom - domain.y) // side) * side, domain.bottom)
    return Rect.from_edges(left, top, right, bottom), np.array((left, top, side), np.float64)
