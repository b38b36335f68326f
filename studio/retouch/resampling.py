"""Resampling of pixel arrays to another size.

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

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]
Box = tuple[float, float, float, float]
"""Left, top, right, bottom in pixels of the source; fractions are allowed."""
Size = tuple[int, int]

ROWS = 512
"""Rows of the result that ``fit`` makes at a time."""


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


def fit(
    pixels: Pixels, place: Size, source: Size, target: Size, how: Resampler
) -> tuple[Pixels, Size]:
    """Return the RGBA pixels of a layer whose canvas is scaled, and their corner there.

    ``place`` is their corner on the canvas of size ``source``, which becomes ``target``. Edges that
    lie on the edge of the canvas stay hard, others become soft.
    """
    height, width = pixels.shape[:2]
    scale = target[0] / source[0], target[1] / source[1]
    far = [math.ceil(how.reach * max(1.0, 1.0 / one)) + 2 for one in scale]
    sides = [
        0 if at_edge else far[axis]
        for axis, at_edge in (
            (0, place[0] == 0),
            (1, place[1] == 0),
            (0, place[0] + width == source[0]),
            (1, place[1] + height == source[1]),
        )
    ]
    if any(sides):
        pixels = np.pad(pixels, ((sides[1], sides[3]), (sides[0], sides[2]), (0, 0)))
    left, top = place[0] - sides[0], place[1] - sides[1]
    right, bottom = left + pixels.shape[1], top + pixels.shape[0]
    new = Rect.from_edges(
        0 if left == 0 else math.ceil(left * scale[0]),
        0 if top == 0 else math.ceil(top * scale[1]),
        target[0] if right == source[0] else math.floor(right * scale[0]),
        target[1] if bottom == source[1] else math.floor(bottom * scale[1]),
    )
    made = np.zeros((new.height, new.width, 4), np.uint8)
    across = [one / scale[0] - left for one in (new.x, new.right)]
    across = [max(across[0], 0.0), min(across[1], float(pixels.shape[1]))]
    for row in range(0, new.height, ROWS):
        count = min(ROWS, new.height - row)
        down = [(new.y + one) / scale[1] - top for one in (row, row + count)]
        down = [max(down[0], 0.0), min(down[1], float(pixels.shape[0]))]
        box = (across[0], down[0], across[1], down[1])
        made[row : row + count] = _strip(pixels, new.width, count, how, box)
    return made, (new.x, new.y)


def _strip(pixels: Pixels, width: int, count: int, how: Resampler, box: Box) -> Pixels:
    """Return some rows of the result, from those rows of the source that the filter reads."""
    reach = math.ceil(how.reach * max(1.0, (box[3] - box[1]) / count)) + 1
    first = max(math.floor(box[1]) - reach, 0)
    last = min(math.ceil(box[3]) + reach, pixels.shape[0])
    inside = (box[0], box[1] - first, box[2], box[3] - first)
    return resample(pixels[first:last], width, count, how, inside)


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


def level_tables() -> tuple[Floats, Floats, NDArray[np.uint8]]:
    """Return 0..1 and linear light 0..1 by sRGB level (256 each), and levels by light (65536)."""
    return _levels(), _light(), _encoding()
