"""Resampling of pixels and rasters to another size.

Colours are averaged in linear light if the picture shrinks, since the mean of two sRGB values is
darker than the mean of their light, and interpolated as sRGB values if it grows: Lanczos in linear
light draws wide dark halos along bright edges. Alpha is premultiplied in both cases.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from studio.core.geometry import Rect
from studio.core.notices import translatable
from studio.core.progress import Progress
from studio.document.raster import TILE, Key, Pixels, Raster, keys_in, tile_rect

Floats = NDArray[np.float32]
Box = tuple[float, float, float, float]
"""Left, top, right, bottom in pixels of the source; fractions are allowed."""

BLOCK = 4 * TILE
"""Edge of the blocks in which a raster is resampled, in pixels of the result."""


@dataclass(frozen=True, slots=True)
class Resampler:
    """One way to resample; ``reach`` is the radius of its filter in pixels of the coarser side."""

    id: str
    label: str
    reach: int
    filter: Image.Resampling


RESAMPLERS: tuple[Resampler, ...] = (
    Resampler("nearest", translatable("Nearest pixel"), 1, Image.Resampling.NEAREST),
    Resampler("bicubic", translatable("Bicubic"), 2, Image.Resampling.BICUBIC),
    Resampler("lanczos", translatable("Lanczos"), 3, Image.Resampling.LANCZOS),
)
NEAREST, BICUBIC, LANCZOS = RESAMPLERS


def resampler(id: str) -> Resampler:
    """Return the row of an id; KeyError for an unknown one."""
    return {row.id: row for row in RESAMPLERS}[id]


def resample(
    pixels: Pixels, width: int, height: int, how: Resampler = LANCZOS, box: Box | None = None
) -> Pixels:
    """Return (h, w) or (h, w, c) uint8 pixels at another size, with c of 1, 3 or 4.

    Four channels are straight sRGB with alpha; one channel is a mask (see ``smooth``). ``box`` is
    the part of the source to use, by default all; the filter reads beyond it. Shrinking averages
    over as many source pixels as fall on one (no aliasing), except with ``NEAREST``.
    """
    tall, wide = pixels.shape[:2]
    box = box or (0.0, 0.0, float(wide), float(tall))
    if how is NEAREST:
        rows = _nearest(box[1], box[3], height, tall)
        columns = _nearest(box[0], box[2], width, wide)
        return np.ascontiguousarray(pixels[rows][:, columns])
    planes = pixels if pixels.ndim == 3 else pixels[:, :, None]
    size = (width, height)
    if planes.shape[2] == 4 and planes[:, :, 3].min(initial=255) == 255:
        colours = _colours(np.ascontiguousarray(planes[:, :, :3]), size, how, box)
        return np.dstack([colours, np.full((height, width), 255, np.uint8)])
    if planes.shape[2] == 4:
        return _straight(planes, size, how, box)
    if planes.shape[2] == 3:
        return _colours(planes, size, how, box)
    plane = Image.fromarray(np.ascontiguousarray(planes[:, :, 0]))
    done = np.array(plane.resize(size, smooth(how).filter, box=box), np.uint8)
    return done if pixels.ndim == 2 else done[:, :, None]


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


def _nearest(start: float, end: float, count: int, limit: int) -> NDArray[np.intp]:
    """Return the source index of each of ``count`` pixels from ``start`` to ``end``."""
    places = start + (np.arange(count) + 0.5) * ((end - start) / count)
    return np.asarray(np.clip(np.floor(places), 0, limit - 1), np.intp)


def _shrinks(size: tuple[int, int], box: Box) -> bool:
    return size[0] * size[1] < (box[2] - box[0]) * (box[3] - box[1])


def _colours(pixels: Pixels, size: tuple[int, int], how: Resampler, box: Box) -> Pixels:
    """Return opaque (h, w, 3) colours resampled."""
    if not _shrinks(size, box):
        picture = Image.fromarray(pixels)
        return np.array(picture.resize(size, how.filter, box=box), np.uint8)
    light = _light()
    planes = [_plane(light[pixels[:, :, i]], size, how, box) for i in range(3)]
    return np.dstack([_encoded(plane) for plane in planes])


def _straight(pixels: Pixels, size: tuple[int, int], how: Resampler, box: Box) -> Pixels:
    """Return straight RGBA resampled by way of premultiplied colours; transparent pixels are 0.

    Alpha is always bicubic (see ``smooth``), and so are the colours of pixels less than half
    covered, where the filter of ``how`` would divide by almost nothing.
    """
    shrinks = _shrinks(size, box)
    values = _light() if shrinks else _levels()
    alpha = _levels()[pixels[:, :, 3]]
    cover = _plane(alpha, size, smooth(how), box)
    sharp = cover if smooth(how) is how else _plane(alpha, size, how, box)
    made = np.zeros((size[1], size[0], 4), np.uint8)
    made[:, :, 3] = _byte(cover)
    seen = made[:, :, 3] > 0
    rim = seen & (sharp < 0.5)
    share = np.where(seen, np.maximum(sharp, 0.5), np.float32(1))
    for i in range(3):
        light = values[pixels[:, :, i]] * alpha
        plane = np.asarray(_plane(light, size, how, box) / share, np.float32)
        if rim.any():
            plane[rim] = _plane(light, size, smooth(how), box)[rim] / cover[rim]
        level = _encoded(plane) if shrinks else _byte(plane)
        made[:, :, i] = np.where(seen, level, 0)
    return made


def smooth(how: Resampler) -> Resampler:
    """Return the resampler for masks and alpha that goes with one for colours.

    Lanczos has a second lobe, which would put a faint ring around every mask.
    """
    return BICUBIC if how is LANCZOS else how


def _plane(plane: Floats, size: tuple[int, int], how: Resampler, box: Box) -> Floats:
    return np.asarray(Image.fromarray(plane).resize(size, how.filter, box=box), np.float32)


def _byte(plane: Floats) -> Pixels:
    return np.rint(np.clip(plane, 0.0, 1.0) * 255).astype(np.uint8)


def _encoded(plane: Floats) -> Pixels:
    """Return linear light 0..1 as sRGB levels."""
    steps = np.rint(np.clip(plane, 0.0, 1.0) * 65535).astype(np.uint16)
    return np.asarray(_encoding()[steps], np.uint8)


@cache
def _levels() -> Floats:
    """Return 0..1 by level."""
    return (np.arange(256) / 255).astype(np.float32)


@cache
def _light() -> Floats:
    """Return linear light 0..1 by sRGB level (IEC 61966-2-1)."""
    level = np.arange(256) / 255
    dark = level / 12.92
    return np.where(level <= 0.04045, dark, ((level + 0.055) / 1.055) ** 2.4).astype(np.float32)


@cache
def _encoding() -> NDArray[np.uint8]:
    """Return sRGB levels by linear light in steps of 1 / 65535, the inverse of ``_light``."""
    light = np.arange(65536) / 65535
    bright = 1.055 * light ** (1 / 2.4) - 0.055
    levels = 255 * np.where(light <= 0.0031308, light * 12.92, bright)
    return np.asarray(np.rint(levels), np.uint8)
