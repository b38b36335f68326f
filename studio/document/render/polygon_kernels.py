"""Compiled loops that compute the coverage of each pixel by a polygon.

Exact areas by signed trapezoids, as in font-rs
(https://medium.com/@raphlinus/inside-the-fastest-font-renderer-in-the-world-75ae5270c445).
Imports numba: import it late.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from studio.document.render.compiling import compile_loop


@compile_loop
def _add(row: Any, x0: float, x1: float, dy: float) -> None:
    """Add to ``row`` the changes of coverage, along the row, by an edge from x0 to x1 inside it."""
    first = int(np.floor(x0))
    last = int(np.ceil(x1))
    if last <= first + 1:
        middle = 0.5 * (x0 + x1) - first
        row[first] += dy * (1.0 - middle)
        row[first + 1] += dy * middle
        return
    slope = 1.0 / (x1 - x0)
    start = 1.0 - (x0 - first)
    area = 0.5 * slope * start * start
    row[first] += dy * area
    end = x1 - (last - 1)
    rest = 0.5 * slope * end * end
    if last == first + 2:
        row[first + 1] += dy * (1.0 - area - rest)
    else:
        second = slope * (start + 0.5)
        row[first + 1] += dy * (second - area)
        for x in range(first + 2, last - 1):
            row[x] += dy * slope
        before = second + (last - first - 3) * slope
        row[last - 1] += dy * (1.0 - before - rest)
    row[last] += dy * rest


@compile_loop
def accumulate(buffer: Any, points: Any) -> None:
    """Add a closed polygon's edges to (h, w + 2) float64 ``buffer``; row sums give the coverage.

    ``points`` is (n, 2) float64 in pixels of the buffer; parts outside it are clipped exactly.
    """
    height, width = buffer.shape[0], buffer.shape[1] - 2
    n = points.shape[0]
    for index in range(n):
        ax, ay = points[index, 0], points[index, 1]
        bx, by = points[(index + 1) % n, 0], points[(index + 1) % n, 1]
        if ay == by:
            continue
        sign = 1.0
        if ay > by:
            ax, ay, bx, by, sign = bx, by, ax, ay, -1.0
        slope = (bx - ax) / (by - ay)
        for y in range(max(0, int(np.floor(ay))), min(height, int(np.ceil(by)))):
            top, bottom = max(float(y), ay), min(float(y + 1), by)
            x0, x1 = ax + (top - ay) * slope, ax + (bottom - ay) * slope
            dy = sign * (bottom - top)
            if x0 > x1:
                x0, x1 = x1, x0
            if x1 <= 0.0:
                buffer[y, 0] += dy
                continue
            if x0 >= width:
                continue
            if x0 < 0.0:
                part = -x0 / (x1 - x0)
                buffer[y, 0] += dy * part
                x0, dy = 0.0, dy * (1.0 - part)
            if x1 > width:
                dy *= (width - x0) / (x1 - x0)
                x1 = float(width)
            _add(buffer[y], x0, x1, dy)


@compile_loop
def cover(buffer: Any, out: Any) -> None:
    """Sum the rows of ``buffer`` (h, w + 2) into ``out`` (h, w) uint8; non-zero winding."""
    for y in range(out.shape[0]):
        total = 0.0
        for x in range(out.shape[1]):
            total += buffer[y, x]
            out[y, x] = np.uint8(min(abs(total), 1.0) * 255.0 + 0.5)
