"""Compiled loops that resample pixels at given places. Imports numba: import it late."""

from __future__ import annotations

from typing import Any

import numpy as np

from studio.document.render.compiling import compile_loop

STEPS = 4096
"""Places between two samples for which the tables have weights."""
LIT = 1.02
"""From this many source pixels on a pixel on they are averaged in linear light."""
MOST = 32
"""The most samples along each side of one pixel of the result."""
NEAR = 0.02
"""A pixel that covers this little more than one pixel of the source is sampled once."""


@compile_loop
def reduce_pixels(
    pixels: Any, level: int, values: Any, total: Any, count: Any, y: int, x: int
) -> None:
    """Add (h, w, c) uint8 ``pixels`` to the cells of 2^level pixels of ``total`` (h, w, c).

    ``pixels`` begin at (y, x) of the cells' grid, in pixels. ``values`` (256,) float32 are the
    numbers by level of a colour; colours are premultiplied by alpha, the last of four channels.
    ``count`` (h, w) is the number of pixels in each cell.
    """
    scale = np.float32(1.0 / 255.0)
    for row in range(pixels.shape[0]):
        to_y = (y + row) >> level
        for column in range(pixels.shape[1]):
            to_x = (x + column) >> level
            count[to_y, to_x] += np.float32(1.0)
            if pixels.shape[2] == 1:
                total[to_y, to_x, 0] += np.float32(pixels[row, column, 0]) * scale
                continue
            alpha = np.float32(pixels[row, column, 3]) * scale
            if alpha > np.float32(0.0):
                for channel in range(3):
                    level_of = pixels[row, column, channel]
                    total[to_y, to_x, channel] += values[level_of] * alpha
                total[to_y, to_x, 3] += alpha


@compile_loop
def homography_map(inverse: Any, x: float, y: float, places: Any) -> None:
    """Fill (h, w, 2) float64 with the source point of each pixel's centre, NaN behind the horizon.

    ``inverse`` (9,) takes points of the result to the source; ``x``, ``y`` is the block's corner.
    """
    for row in range(places.shape[0]):
        v = y + row + 0.5
        for column in range(places.shape[1]):
            u = x + column + 0.5
            depth = inverse[6] * u + inverse[7] * v + inverse[8]
            if depth <= 1e-9:
                places[row, column, 0] = np.nan
                places[row, column, 1] = np.nan
            else:
                places[row, column, 0] = (inverse[0] * u + inverse[1] * v + inverse[2]) / depth
                places[row, column, 1] = (inverse[3] * u + inverse[4] * v + inverse[5]) / depth


@compile_loop
def survey(places: Any, box: Any) -> Any:
    """Return left, top, right, bottom of the places of pixels near ``box``, and their density.

    ``places`` (h + 1, w + 1, 2); ``box`` left, top, right, bottom. The next two numbers are the
    least and the most source pixels along a side of a pixel of the result: the smallest and
    largest singular value of the Jacobians, so that no cell of that size is coarser than a pixel
    in any direction. The last two are the least and the most source pixels on a pixel. If no pixel
    is near, right is less than left.
    """
    found = np.array([1e300, 1e300, -1e300, -1e300, 1e300, 0.0, 1e300, 0.0])
    for row in range(places.shape[0] - 1):
        for column in range(places.shape[1] - 1):
            u, v = places[row, column, 0], places[row, column, 1]
            ux, vx = places[row, column + 1, 0] - u, places[row, column + 1, 1] - v
            uy, vy = places[row + 1, column, 0] - u, places[row + 1, column, 1] - v
            if not np.isfinite(u + v + ux + vx + uy + vy):
                continue
            across, down = abs(ux) + abs(uy), abs(vx) + abs(vy)
            if u < box[0] - across or u > box[2] + across:
                continue
            if v < box[1] - down or v > box[3] + down:
                continue
            found[0], found[1] = min(found[0], u), min(found[1], v)
            found[2], found[3] = max(found[2], u), max(found[3], v)
            square = ux * ux + uy * uy + vx * vx + vy * vy
            area = abs(ux * vy - uy * vx)
            found[6], found[7] = min(found[6], area), max(found[7], area)
            root = np.sqrt(max(square * square - 4.0 * area * area, 0.0))
            larger = np.sqrt((square + root) * 0.5)
            smaller = area / max(larger, 1e-12)
            found[4], found[5] = min(found[4], smaller), max(found[5], larger)
    return found


def _mixer(taps: int) -> Any:
    """Return the compiled sum of ``taps`` x ``taps`` samples; a constant lets numba unroll it."""

    @compile_loop
    def mixed(source: Any, row: int, column: int, table: Any, x: int, y: int) -> Any:
        """Return the weighted sum of samples of (h, w, 4) float32 from (row, column)."""
        zero = np.float32(0.0)
        red, green, blue, alpha = zero, zero, zero, zero
        # Unsigned numbers, since numba tests signed ones for being counted from the end.
        top, left = np.uintp(row), np.uintp(column)
        for j in range(taps):
            at_y = top + np.uintp(j)
            r, g, b, a = zero, zero, zero, zero
            for i in range(taps):
                at_x = left + np.uintp(i)
                w = table[np.uintp(x), np.uintp(i)]
                r += w * source[at_y, at_x, np.uintp(0)]
                g += w * source[at_y, at_x, np.uintp(1)]
                b += w * source[at_y, at_x, np.uintp(2)]
                a += w * source[at_y, at_x, np.uintp(3)]
            w = table[np.uintp(y), np.uintp(j)]
            red += w * r
            green += w * g
            blue += w * b
            alpha += w * a
        return red, green, blue, alpha

    return mixed


_mixed_cubic, _mixed_lanczos = _mixer(4), _mixer(6)


@compile_loop
def _grey(source: Any, row: int, column: int, table: Any, x: int, y: int, taps: int) -> Any:
    """Return the weighted sum of taps x taps samples of (h, w, 1) float32 from (row, column)."""
    total = np.float32(0.0)
    for j in range(taps):
        line = np.float32(0.0)
        for i in range(taps):
            line += table[x, i] * source[np.uintp(row + j), np.uintp(column + i), 0]
        total += table[y, j] * line
    return total


@compile_loop
def _opaque(source: Any, row: int, column: int, taps: int) -> bool:
    for j in range(taps):
        for i in range(taps):
            if source[np.uintp(row + j), np.uintp(column + i), 3] < np.float32(0.9999):
                return False
    return True


@compile_loop
def _overlap(place: float, low: float, high: float, side: float) -> float:
    """Share of the pixel of length ``side`` around ``place`` that lies in low..high."""
    if side <= 0.0:
        return 1.0 if low <= place <= high else 0.0
    before = min((place - low) / side, 0.5)
    after = min((high - place) / side, 0.5)
    return max(before + after, 0.0)


@compile_loop
def sample_block(
    source: Any,
    edge: int,
    light: bool,
    places: Any,
    grid: Any,
    domain: Any,
    cubic: Any,
    lanczos: Any,
    opaque: bool,
    top: float,
    total: Any,
    cover: Any,
    area: Any,
) -> None:
    """Fill ``total`` (h, w, c) float32 with means of ``source`` at (h + 1, w + 1, 2) ``places``.

    ``source`` is premultiplied float32 0..1 with ``edge`` repeated samples around it; ``light``:
    in linear light, so that pixels that do not shrink are left out, else in levels, and those
    of ``top`` source pixels or more are. ``grid`` is the x, y of the corner of the first
    sample behind the edge and the side of a sample, in pixels of ``places``. ``domain`` (left,
    top, right, bottom) is the part with content: ``cover`` (h, w) becomes the share of the pixel
    inside. ``area`` (h, w) becomes the source pixels on a pixel of the result. ``cubic`` and
    ``lanczos`` are tables of weights, the second an empty one for masks.
    """
    height, width, channels = source.shape
    side = grid[2]
    steps = cubic.shape[0] - 1
    for row in range(total.shape[0]):
        for column in range(total.shape[1]):
            u, v = places[row, column, 0], places[row, column, 1]
            ux, vx = places[row, column + 1, 0] - u, places[row, column + 1, 1] - v
            uy, vy = places[row + 1, column, 0] - u, places[row + 1, column, 1] - v
            if not np.isfinite(u + v + ux + vx + uy + vy):
                continue
            inside = _overlap(u, domain[0], domain[2], abs(ux) + abs(uy))
            inside *= _overlap(v, domain[1], domain[3], abs(vx) + abs(vy))
            if inside <= 0.001:
                continue
            size = abs(ux * vy - uy * vx)
            cover[row, column], area[row, column] = inside, size
            if channels == 4 and ((light and size <= LIT) or (not light and size >= top)):
                continue
            nx = _count(np.sqrt(ux * ux + vx * vx) / side)
            ny = _count(np.sqrt(uy * uy + vy * vy) / side)
            grows = nx == 1 and ny == 1 and size < 0.95 and side == 1.0 and lanczos.shape[0] > 0
            zero = np.float32(0.0)
            red, green, blue, alpha = zero, zero, zero, zero
            for j in range(ny):
                s = (j + 0.5) / ny - 0.5
                for i in range(nx):
                    t = (i + 0.5) / nx - 0.5
                    x = (u + t * ux + s * uy - grid[0]) / side - 0.5
                    y = (v + t * vx + s * vy - grid[1]) / side - 0.5
                    x = min(max(x, -1.0), width - 2.0 * edge) + edge
                    y = min(max(y, -1.0), height - 2.0 * edge) + edge
                    fx, fy = np.floor(x), np.floor(y)
                    tx = int((x - fx) * steps + 0.5)
                    ty = int((y - fy) * steps + 0.5)
                    ix, iy = int(fx), int(fy)
                    if channels == 1:
                        alpha += _grey(source, iy - 1, ix - 1, cubic, tx, ty, 4)
                        continue
                    if grows and (opaque or _opaque(source, iy - 2, ix - 2, 6)):
                        r, g, b, a = _mixed_lanczos(source, iy - 2, ix - 2, lanczos, tx, ty)
                    else:
                        r, g, b, a = _mixed_cubic(source, iy - 1, ix - 1, cubic, tx, ty)
                    red += r
                    green += g
                    blue += b
                    alpha += a
            per = np.float32(1.0 / (nx * ny))
            total[row, column, channels - 1] = alpha * per
            if channels == 4:
                total[row, column, 0] = red * per
                total[row, column, 1] = green * per
                total[row, column, 2] = blue * per


@compile_loop
def _count(length: float) -> int:
    return min(max(int(np.ceil(length - NEAR)), 1), MOST)


@compile_loop
def store_block(
    levels: Any, light: Any, cover: Any, area: Any, top: float, encoding: Any, out: Any
) -> None:
    """Write (h, w, c) uint8 ``out``, straight, from means in levels and in linear light.

    Between one and ``top`` source pixels on a pixel the two are blended, so that no line shows
    where a perspective begins to shrink: 2, or less for a map that is the same everywhere.
    ``encoding`` are sRGB levels by light in steps of 1 / 65535.
    Pixels without cover stay as they are.
    """
    channels = out.shape[2]
    for row in range(out.shape[0]):
        for column in range(out.shape[1]):
            inside = cover[row, column]
            if inside <= 0.0:
                continue
            size = area[row, column]
            share = 0.0 if size <= LIT else 1.0
            if LIT < size < top:
                share = np.log2(size)
            if channels == 1:
                grey = min(max(levels[row, column, 0], 0.0), 1.0)
                out[row, column, 0] = int(grey * inside * 255.0 + 0.5)
                continue
            alpha = light[row, column, 3] if share > 0.0 else levels[row, column, 3]
            alpha = min(max(alpha, 0.0), 1.0)
            level = int(alpha * inside * 255.0 + 0.5)
            if level == 0:
                continue
            out[row, column, 3] = level
            for channel in range(3):
                first = second = 0.0
                if share < 1.0:
                    first = min(max(levels[row, column, channel] / alpha, 0.0), 1.0) * 255.0
                if share > 0.0:
                    lit = min(max(light[row, column, channel] / alpha, 0.0), 1.0)
                    second = float(encoding[int(lit * 65535.0 + 0.5)])
                value = first * (1.0 - share) + second * share
                out[row, column, channel] = int(value + 0.5)


@compile_loop
def nearest_block(pixels: Any, places: Any, x: int, y: int, out: Any) -> None:
    """Fill ``out`` (h, w, c) uint8 with the pixel of ``pixels`` under each place.

    ``pixels`` begin at (x, y); a place beyond them leaves the pixel as it is.
    """
    height, width = pixels.shape[0], pixels.shape[1]
    for row in range(out.shape[0]):
        for column in range(out.shape[1]):
            u, v = places[row, column, 0], places[row, column, 1]
            if not np.isfinite(u + v):
                continue
            i, j = int(np.floor(u)) - x, int(np.floor(v)) - y
            if 0 <= i < width and 0 <= j < height:
                for channel in range(out.shape[2]):
                    out[row, column, channel] = pixels[j, i, channel]


def cubic_table() -> Any:
    """Return (STEPS + 1, 4) float32 weights of Catmull-Rom (Keys 1981, a = -0.5)."""
    t = np.linspace(0.0, 1.0, STEPS + 1)
    s = 1.0 - t
    inner = [1.0 + d * d * (1.5 * d - 2.5) for d in (t, s)]
    return np.stack([-0.5 * t * s * s, *inner, -0.5 * s * t * t], axis=1).astype(np.float32)


def lanczos_table() -> Any:
    """Return (STEPS + 1, 6) float32 weights of Lanczos with three lobes, each row of sum 1."""
    places = np.linspace(0.0, 1.0, STEPS + 1)[:, None] + 2.0 - np.arange(6)
    weights = np.sinc(places) * np.sinc(places / 3.0) * (np.abs(places) < 3.0)
    return (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)
