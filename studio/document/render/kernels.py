"""Compiled loops that run a program of layers: blending a stack, finding covered tiles.

Imports numba, so it is itself imported only when the first pixel is needed. The loops keep one
row of the backdrop as four float32 planes of premultiplied colour, so that nothing is rounded
before the end and everything stays in the first-level cache. They take the addresses of tiles, not
arrays: the caller must keep the tiles alive until the call returns. The blend formulas are in
``blend_kernels``; a program contains the addresses of their functions.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from studio.document.render.compiling import ROW, SCALE, call_row, compile_loop, pointer, view

FIELDS = 9
KIND, SOURCE, MASK, MODE, LEFT, TOP, RIGHT, BOTTOM, ADJUST = range(FIELDS)
PUSH, LAYER, GROUP, POP, COPY, PASS, ADJUSTMENT = range(7)
"""PUSH begins a group on an empty row, COPY one on a copy of the backdrop; GROUP blends an
isolated group, PASS mixes a group that began with COPY into the backdrop by the group's opacity
and mask; POP ends it. LAYER blends pixels, ADJUSTMENT a function's result on the backdrop."""
NORMAL = 0
"""The value of the field MODE for normal mode, which needs no function."""


@compile_loop
def _normal(planes: Any, start: int, n: int, source: Any) -> None:
    """Blend straight pixels with cover onto premultiplied planes at ``start``."""
    cover = source[3 * ROW : 3 * ROW + n]
    for channel in range(3):
        at = start + channel * ROW
        below, above = planes[at : at + n], source[channel * ROW : channel * ROW + n]
        for i in range(n):
            below[i] += cover[i] * (above[i] - below[i])
    alpha = planes[start + 3 * ROW : start + 3 * ROW + n]
    for i in range(n):
        alpha[i] += cover[i] * (np.float32(1.0) - alpha[i])


@compile_loop
def _blend_row(mode: int, planes: Any, start: int, n: int, source: Any, x: int, y: int) -> None:
    """Blend ``n`` pixels with the function at address ``mode``; the first one is at x, y."""
    if mode == NORMAL:
        _normal(planes, start, n, source)
    else:
        call_row(mode, planes.ctypes.data + start * 4, source.ctypes.data, n, x, y)


@compile_loop
def _pass_row(planes: Any, start: int, n: int, source: Any) -> None:
    """Mix the level above, which began as a copy, into the planes at ``start`` by the cover."""
    level, cover = 4 * ROW, source[3 * ROW : 3 * ROW + n]
    for plane in range(4):
        at = start + plane * ROW
        below, above = planes[at : at + n], planes[at + level : at + level + n]
        for i in range(n):
            below[i] += cover[i] * (above[i] - below[i])


@compile_loop
def _adjust_row(op: Any, planes: Any, start: int, n: int, source: Any, x: int, y: int) -> None:
    """Blend an adjustment of the planes at ``start`` with them; alpha is unchanged.

    ``source`` has the cover in its fourth plane and room for a fifth.
    """
    alpha, kept = planes[start + 3 * ROW : start + 3 * ROW + n], source[4 * ROW : 4 * ROW + n]
    for channel in range(3):
        at = start + channel * ROW
        below, above = planes[at : at + n], source[channel * ROW : channel * ROW + n]
        for i in range(n):
            below[i] = min(below[i] / max(alpha[i], np.float32(1e-12)), np.float32(1.0))
            above[i] = below[i]
    for i in range(n):
        kept[i], alpha[i] = alpha[i], np.float32(1.0)
    call_row(op[ADJUST], source.ctypes.data, op[SOURCE], n, x, y)
    _blend_row(op[MODE], planes, start, n, source, x, y)
    for channel in range(3):
        below = planes[start + channel * ROW : start + channel * ROW + n]
        for i in range(n):
            below[i] *= kept[i]
    for i in range(n):
        alpha[i] = kept[i]


@compile_loop
def _channel(word: Any, shift: Any) -> Any:
    return np.float32(np.int32((word >> np.uint32(shift)) & np.uint32(255)))


@compile_loop
def _normal_row(planes: Any, start: int, words: Any, opacity: Any) -> None:
    """Blend straight RGBA words onto premultiplied planes in normal mode without a mask."""
    n = words.size
    red, green = planes[start : start + n], planes[start + ROW : start + ROW + n]
    blue = planes[start + 2 * ROW : start + 2 * ROW + n]
    alpha = planes[start + 3 * ROW : start + 3 * ROW + n]
    scale = opacity * SCALE
    for i in range(n):
        word = words[i]
        cover = _channel(word, 24) * scale
        keep = np.float32(1.0) - cover
        part = cover * SCALE
        red[i] = red[i] * keep + _channel(word, 0) * part
        green[i] = green[i] * keep + _channel(word, 8) * part
        blue[i] = blue[i] * keep + _channel(word, 16) * part
        alpha[i] = alpha[i] * keep + cover


@compile_loop
def _load(words: Any, opacity: Any, source: Any) -> None:
    """Unpack straight RGBA words into four planes of 0..1; the last is alpha times opacity."""
    n = words.size
    red, green = source[:n], source[ROW : ROW + n]
    blue, cover = source[2 * ROW : 2 * ROW + n], source[3 * ROW : 3 * ROW + n]
    scale = opacity * SCALE
    for i in range(n):
        word = words[i]
        red[i] = _channel(word, 0) * SCALE
        green[i] = _channel(word, 8) * SCALE
        blue[i] = _channel(word, 16) * SCALE
        cover[i] = _channel(word, 24) * scale


@compile_loop
def _load_group(planes: Any, start: int, n: int, opacity: Any, source: Any) -> None:
    """Convert a finished group's premultiplied planes to straight ones times opacity."""
    for i in range(n):
        alpha = planes[start + 3 * ROW + i]
        inverse = np.float32(1.0) / max(alpha, np.float32(1e-12))
        for channel in range(3):
            source[channel * ROW + i] = planes[start + channel * ROW + i] * inverse
        source[3 * ROW + i] = alpha * opacity


@compile_loop
def _apply_mask(address: Any, cover: Any) -> None:
    values = view(pointer(address), (cover.size,), np.uint8)
    for i in range(cover.size):
        cover[i] *= np.float32(values[i]) * SCALE


@compile_loop
def _any(words: Any) -> Any:
    """Return all words or-ed; the compiler vectorises a loop from 0 over a slice."""
    found = np.uint32(0)
    for i in range(words.size):
        found |= words[i]
    return found >> np.uint32(24)


@compile_loop
def _content(words: Any) -> tuple[int, int]:
    """Return the part of a row, in steps of 32 pixels, outside which alpha is 0."""
    n = words.size
    if not _any(words):
        return 0, 0
    first, last = 0, n
    while first + 32 < last and not _any(words[first : first + 32]):
        first += 32
    while last - 32 > first and not _any(words[last - 32 : last]):
        last -= 32
    return first, last


@compile_loop
def _store(planes: Any, straight: bool, out: Any) -> None:
    """Round a finished row to RGBA words, straight or premultiplied."""
    n = out.size
    half, full, top = np.float32(0.5), np.float32(255.0), np.int32(255)
    for i in range(n):
        alpha = planes[3 * ROW + i]
        factor = full
        if straight:
            factor = full / max(alpha, np.float32(1e-12))
        red = min(np.int32(planes[i] * factor + half), top)
        green = min(np.int32(planes[ROW + i] * factor + half), top)
        blue = min(np.int32(planes[2 * ROW + i] * factor + half), top)
        last = min(np.int32(alpha * full + half), top)
        word = red | (green << np.int32(8)) | (blue << np.int32(16)) | (last << np.int32(24))
        out[i] = np.uint32(word) if last > 0 else np.uint32(0)


@compile_loop
def _step(
    op: Any, row: int, opacity: Any, planes: Any, base: int, source: Any, x: int, y: int
) -> None:
    """Blend one row of a layer onto the planes at ``base``, or of a group onto those below it."""
    left, n, first = op[LEFT], op[RIGHT] - op[LEFT], 0
    kind = op[KIND]
    if kind == LAYER:
        words = view(pointer(op[SOURCE] + row * 4), (n,), np.uint32)
        first, last = _content(words)
        if first >= last:
            return
        n = last - first
        start = base + left + first
        if op[MODE] == NORMAL and op[MASK] == 0:
            _normal_row(planes, start, words[first:last], opacity)
            return
        _load(words[first:last], opacity, source)
    elif kind == GROUP:
        start = base - 4 * ROW + left
        _load_group(planes, base + left, n, opacity, source)
    else:
        start = base + left if kind == ADJUSTMENT else base - 4 * ROW + left
        source[3 * ROW : 3 * ROW + n] = opacity
    if op[MASK] != 0:
        _apply_mask(op[MASK] + row + first, source[3 * ROW : 3 * ROW + n])
    if kind == PASS:
        _pass_row(planes, start, n, source)
    elif kind == ADJUSTMENT:
        _adjust_row(op, planes, start, n, source, x + left, y)
    else:
        _blend_row(op[MODE], planes, start, n, source, x + left + first, y)


@compile_loop
def run(
    program: Any,
    opacities: Any,
    depth: int,
    straight: bool,
    out: Any,
    start: int,
    stride: int,
    window: tuple[int, int, int, int],
) -> None:
    """Run a program over a window of at most 256 columns and write its pixels.

    ``program`` is (n, 9) int64 by the field names above, its rectangles in window pixels, its
    addresses those of the pixel at left, top of the rectangle (a mask of 0 means none);
    ``opacities`` (n,) float32; ``depth`` the nesting depth of groups; ``window`` its left, top,
    width and height in pixels of the document. Pixels are written as uint32 words to ``out``, flat,
    from ``start`` on with ``stride`` words from row to row.
    """
    left, top, width, height = window
    level = 4 * ROW
    planes = np.empty((depth + 1) * level, np.float32)
    source = np.empty(level + ROW, np.float32)
    for y in range(height):
        base = 0
        planes[:level] = 0.0
        for step in range(program.shape[0]):
            op = program[step]
            kind = op[KIND]
            if kind == PUSH:
                base += level
                planes[base : base + level] = 0.0
            elif kind == COPY:
                base += level
                planes[base : base + level] = planes[base - level : base]
            elif kind == POP:
                base -= level
            elif op[TOP] <= y < op[BOTTOM]:
                row = (y - op[TOP]) * ROW
                _step(op, row, opacities[step], planes, base, source, left, top + y)
        _store(planes, straight, out[start + y * stride : start + y * stride + width])


@compile_loop
def is_opaque(address: int, columns: int, rows: int) -> bool:
    """Whether a part of an RGBA tile has alpha 255 everywhere; stops at the first other row."""
    for y in range(rows):
        words = view(pointer(address + y * ROW * 4), (columns,), np.uint32)
        found = np.uint32(0xFFFFFFFF)
        for x in range(columns):
            found &= words[x]
        if found >> np.uint32(24) != np.uint32(255):
            return False
    return True
