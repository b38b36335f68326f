"""Compiled loops of the brush: stamping round dabs and painting through their coverage.

Imports numba: import it on the first stroke.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from studio.document.render.compiling import compile_loop

EDGE = 256
ONE = np.float32(1.0)
HALF = np.float32(0.5)
FULL = np.float32(255.0)


@compile_loop
def stamp(cover: Any, dabs: Any, hardness: float) -> tuple[int, int, int, int]:
    """Raise ``cover`` (256, 256) uint8 to the dabs; return the changed area, or zeros.

    ``dabs`` is (n, 3) float64: centre x, y and radius in pixels of the tile. A dab is 1 up to
    ``hardness`` of its radius and falls smoothly to 0 at its edge, which is a pixel wide at least.
    """
    left, top, right, bottom = EDGE, EDGE, 0, 0
    for index in range(dabs.shape[0]):
        center_x, center_y, radius = dabs[index, 0], dabs[index, 1], dabs[index, 2]
        outer = np.float32(radius + 0.5)
        scale = ONE / np.float32(radius * (1.0 - hardness) + 1.0)
        x0 = max(0, int(np.floor(center_x - outer)))
        y0 = max(0, int(np.floor(center_y - outer)))
        x1 = min(EDGE, int(np.ceil(center_x + outer)))
        y1 = min(EDGE, int(np.ceil(center_y + outer)))
        for y in range(y0, y1):
            dy = np.float32(y + 0.5 - center_y)
            row = cover[y]
            rose = False
            for x in range(x0, x1):
                dx = np.float32(x + 0.5 - center_x)
                part = (outer - np.sqrt(dx * dx + dy * dy)) * scale
                part = min(max(part, np.float32(0.0)), ONE)
                value = np.uint8(part * part * (np.float32(3.0) - part - part) * FULL + HALF)
                old = row[x]
                rose |= value > old
                row[x] = max(value, old)
            if rose:
                left, top = min(left, x0), min(top, y)
                right, bottom = max(right, x1), max(bottom, y + 1)
    if right <= left:
        return 0, 0, 0, 0
    return left, top, right, bottom


@compile_loop
def paint_rgba(
    old: Any,
    out: Any,
    cover: Any,
    clip: Any,
    color: Any,
    erase: bool,
    area: tuple[int, int, int, int],
) -> None:
    """Paint straight RGBA ``old`` through ``cover`` and ``clip`` into ``out`` inside ``area``.

    Tiles are (256, 256, 4) and (256, 256) uint8; ``color`` is (4,) float32, red, green, blue in
    0..255 and the stroke's opacity in 0..1; ``area`` is left, top, right, bottom. Source-over, or
    less alpha if ``erase``. Uncovered pixels keep their bytes from ``old``.
    """
    left, top, right, bottom = area
    for y in range(top, bottom):
        for x in range(left, right):
            share = np.float32(cover[y, x]) * np.float32(clip[y, x]) * color[3] / (FULL * FULL)
            below = np.float32(old[y, x, 3]) / FULL * (ONE - share)
            alpha = below if erase else below + share
            last = np.uint8(alpha * FULL + HALF)
            if share <= np.float32(0.0):
                for channel in range(4):
                    out[y, x, channel] = old[y, x, channel]
            elif last == 0:
                for channel in range(4):
                    out[y, x, channel] = 0
            else:
                out[y, x, 3] = last
                for channel in range(3):
                    value = np.float32(old[y, x, channel])
                    if not erase:
                        value = (value * below + color[channel] * share) / alpha + HALF
                    out[y, x, channel] = np.uint8(min(value, FULL))


@compile_loop
def paint_mask(
    old: Any, out: Any, cover: Any, clip: Any, color: Any, area: tuple[int, int, int, int]
) -> None:
    """Move one-channel ``old`` towards ``color[0]`` by cover, clip and ``color[3]``."""
    left, top, right, bottom = area
    for y in range(top, bottom):
        for x in range(left, right):
            share = np.float32(cover[y, x]) * np.float32(clip[y, x]) * color[3] / (FULL * FULL)
            value = np.float32(old[y, x, 0])
            out[y, x, 0] = np.uint8(value + (color[0] - value) * share + HALF)
