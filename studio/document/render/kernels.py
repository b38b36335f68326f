"""Compiled pixel loops: blending a stack of layers and looking for covered tiles.

Imports numba, so it is itself imported only when the first pixel is needed. The loops keep one
row of the backdrop as four float32 planes of premultiplied colour, so that nothing is rounded
before the end and everything stays in the first-level cache. They take the addresses of tiles, not
arrays: whoever calls must keep the tiles alive until the call returns.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numba
import numpy as np
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic
from numba.np import numpy_support

F = TypeVar("F", bound=Callable[..., Any])

ROW = 256
"""Widest window in pixels, and the pixels from one row of a tile to the next."""
FIELDS = 8
KIND, SOURCE, MASK, MODE, LEFT, TOP, RIGHT, BOTTOM = range(FIELDS)
PUSH, LAYER, GROUP, POP = range(4)
NORMAL, MULTIPLY, SCREEN, OVERLAY = range(4)
SCALE = np.float32(1.0 / 255.0)


def compiled(function: F) -> F:
    """Compile a loop on its first call, without the interpreter lock, kept on disk if possible.

    numba keeps it beside this file, or in the user's cache folder where that cannot be written.
    """
    options: dict[str, Any] = {
        "nogil": True,
        "fastmath": {"contract"},
        "error_model": "numpy",
    }
    jit: Any = numba.njit
    try:
        result: F = jit(cache=True, **options)(function)
    except RuntimeError:  # no folder that numba could write to
        result = jit(**options)(function)
    return result


def _make_pointer(_context: Any, address: Any) -> Any:
    """Turn an integer address into a pointer."""

    def generate(_generator: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.inttoptr(arguments[0], cgutils.voidptr_t)

    return types.voidptr(address), generate


_pointer: Any = intrinsic(_make_pointer)
_view: Any = numpy_support.carray


@compiled
def _mix(below: Any, alpha: Any, source: Any, cover: Any, blended: Any) -> Any:
    """W3C: co = as (1 - ab) Cs + as ab B(Cb, Cs) + (1 - as) ab Cb, with ``blended`` = ab B."""
    return below + cover * (source * (np.float32(1.0) - alpha) + blended - below)


@compiled
def _overlay(below: Any, alpha: Any, source: Any) -> Any:
    """Premultiplied overlay: hard light with source and backdrop swapped."""
    low = np.float32(2.0) * below * source
    high = alpha - np.float32(2.0) * (alpha - below) * (np.float32(1.0) - source)
    return low if below + below <= alpha else high


@compiled
def _blend(mode: int, below: Any, alpha: Any, source: Any, cover: Any) -> None:
    """Blend one channel of a row; a new mode is one more branch."""
    n = below.size
    if mode == MULTIPLY:
        for i in range(n):
            b, a, s = below[i], alpha[i], source[i]
            below[i] = _mix(b, a, s, cover[i], b * s)
    elif mode == SCREEN:
        for i in range(n):
            b, a, s = below[i], alpha[i], source[i]
            below[i] = _mix(b, a, s, cover[i], b + a * s - b * s)
    elif mode == OVERLAY:
        for i in range(n):
            b, a, s = below[i], alpha[i], source[i]
            below[i] = _mix(b, a, s, cover[i], _overlay(b, a, s))
    else:
        for i in range(n):
            below[i] += cover[i] * (source[i] - below[i])


@compiled
def _blend_row(mode: int, planes: Any, start: int, n: int, source: Any) -> None:
    """Blend ``n`` straight pixels with cover onto premultiplied planes that begin at ``start``."""
    end = start + 3 * ROW
    alpha, cover = planes[end : end + n], source[3 * ROW : 3 * ROW + n]
    for channel in range(3):
        at = start + channel * ROW
        _blend(mode, planes[at : at + n], alpha, source[channel * ROW : channel * ROW + n], cover)
    for i in range(n):
        alpha[i] += cover[i] * (np.float32(1.0) - alpha[i])


@compiled
def _channel(word: Any, shift: Any) -> Any:
    return np.float32(np.int32((word >> np.uint32(shift)) & np.uint32(255)))


@compiled
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


@compiled
def _load(words: Any, opacity: Any, source: Any) -> None:
    """Spread straight RGBA words into four planes of 0..1; the last is alpha times opacity."""
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


@compiled
def _load_group(planes: Any, start: int, n: int, opacity: Any, source: Any) -> None:
    """Turn a finished group's premultiplied planes into straight ones times opacity."""
    for i in range(n):
        alpha = planes[start + 3 * ROW + i]
        inverse = np.float32(1.0) / max(alpha, np.float32(1e-12))
        for channel in range(3):
            source[channel * ROW + i] = planes[start + channel * ROW + i] * inverse
        source[3 * ROW + i] = alpha * opacity


@compiled
def _apply_mask(address: Any, cover: Any) -> None:
    values = _view(_pointer(address), (cover.size,), np.uint8)
    for i in range(cover.size):
        cover[i] *= np.float32(values[i]) * SCALE


@compiled
def _any(words: Any) -> Any:
    """Return all words or-ed; a loop from 0 over a slice is what the compiler makes fast."""
    found = np.uint32(0)
    for i in range(words.size):
        found |= words[i]
    return found >> np.uint32(24)


@compiled
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


@compiled
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


@compiled
def _step(op: Any, row: int, opacity: Any, planes: Any, base: int, source: Any) -> None:
    """Blend one row of a layer onto the planes at ``base``, or of a group onto those below it."""
    left, n, first = op[LEFT], op[RIGHT] - op[LEFT], 0
    if op[KIND] == LAYER:
        words = _view(_pointer(op[SOURCE] + row * 4), (n,), np.uint32)
        first, last = _content(words)
        if first >= last:
            return
        n = last - first
        start = base + left + first
        if op[MODE] == NORMAL and op[MASK] == 0:
            _normal_row(planes, start, words[first:last], opacity)
            return
        _load(words[first:last], opacity, source)
    else:
        start = base - 4 * ROW + left
        _load_group(planes, base + left, n, opacity, source)
    if op[MASK] != 0:
        _apply_mask(op[MASK] + row + first, source[3 * ROW : 3 * ROW + n])
    _blend_row(op[MODE], planes, start, n, source)


@compiled
def run(
    program: Any,
    opacities: Any,
    depth: int,
    straight: bool,
    out: Any,
    start: int,
    stride: int,
    width: int,
    height: int,
) -> None:
    """Run a program over a window of at most 256 columns and write its pixels.

    ``program`` is (n, 8) int64 by the field names above, its rectangles in window pixels, its
    addresses those of the pixel at left, top of the rectangle (a mask of 0 means none);
    ``opacities`` (n,) float32; ``depth`` how deep groups nest. Pixels go as uint32 words to
    ``out``, flat, from ``start`` on with ``stride`` words from row to row.
    """
    level = 4 * ROW
    planes = np.empty((depth + 1) * level, np.float32)
    source = np.empty(level, np.float32)
    for y in range(height):
        base = 0
        planes[:level] = 0.0
        for step in range(program.shape[0]):
            op = program[step]
            kind = op[KIND]
            if kind == PUSH:
                base += level
                planes[base : base + level] = 0.0
            elif kind == POP:
                base -= level
            elif op[TOP] <= y < op[BOTTOM]:
                _step(op, (y - op[TOP]) * ROW, opacities[step], planes, base, source)
        _store(planes, straight, out[start + y * stride : start + y * stride + width])


@compiled
def is_opaque(address: int, columns: int, rows: int) -> bool:
    """Whether a part of an RGBA tile has alpha 255 everywhere; stops at the first row that not."""
    for y in range(rows):
        words = _view(_pointer(address + y * ROW * 4), (columns,), np.uint32)
        found = np.uint32(0xFFFFFFFF)
        for x in range(columns):
            found &= words[x]
        if found >> np.uint32(24) != np.uint32(255):
            return False
    return True
