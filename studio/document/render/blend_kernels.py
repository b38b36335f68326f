"""The formulas of the blend modes, and the compiled loops that blend one row of pixels by them.

A row of ``blend.BlendMode`` names one function of this file. Its form defines the arguments:

- ``CHANNEL``: (p, a, s), the premultiplied backdrop ``p`` in 0..a, its alpha ``a`` and the straight
  source ``s`` in 0..1 of one channel; it returns a * B(p / a, s). A product with ``a`` saves most
  modes a division.
- ``PIXEL``: (br, bg, bb, sr, sg, sb), backdrop and source straight in 0..1; it returns the three
  channels of B.
- ``COVER``: (cover, x, y), the source's coverage 0..1 and the pixel's position in the document; it
  returns another coverage, with which the source is composited as in normal mode.

Mixing by coverage and alpha is then the same for all (W3C Compositing and Blending 1, 5.8).
Imports numba: import it late. Formulas and loops are in one file because numba's cache of compiled
code is invalidated by the date of that file.
"""

from __future__ import annotations

import functools
import threading
import zlib
from collections.abc import Callable
from types import FunctionType
from typing import Any

import numpy as np

from studio.document.blend import BlendMode, Form
from studio.document.render.compiling import ROW, compile_loop, pointer, row_function, view

ZERO, ONE, TWO, HALF = np.float32(0.0), np.float32(1.0), np.float32(2.0), np.float32(0.5)
NEAR = np.float32(1e-4)
"""Values this close are equal: far below an 8-bit level, far above the error of float32."""
TINY = np.float32(1e-12)


# One channel: p premultiplied backdrop, a its alpha, s straight source.


def multiply(p: Any, a: Any, s: Any) -> Any:
    return p * s


def screen(p: Any, a: Any, s: Any) -> Any:
    return p + a * s - p * s


def overlay(p: Any, a: Any, s: Any) -> Any:
    high = a - TWO * (a - p) * (ONE - s)
    return TWO * p * s if p + p <= a else high


def hard_light(p: Any, a: Any, s: Any) -> Any:
    high = a - TWO * (a - p) * (ONE - s)
    return TWO * p * s if s <= HALF else high


def darken(p: Any, a: Any, s: Any) -> Any:
    return min(p, a * s)


def lighten(p: Any, a: Any, s: Any) -> Any:
    return max(p, a * s)


def colour_burn(p: Any, a: Any, s: Any) -> Any:
    burnt = max(a - (a - p) / max(s, TINY), ZERO)
    return a if a - p <= NEAR * a else burnt


def colour_dodge(p: Any, a: Any, s: Any) -> Any:
    dodged = min(p / max(ONE - s, TINY), a)
    return ZERO if p <= NEAR * a else dodged


def linear_burn(p: Any, a: Any, s: Any) -> Any:
    return max(p + a * s - a, ZERO)


def linear_dodge(p: Any, a: Any, s: Any) -> Any:
    return min(p + a * s, a)


def soft_light(p: Any, a: Any, s: Any) -> Any:
    b = min(p / max(a, TINY), ONE)
    low = ((np.float32(16.0) * b - np.float32(12.0)) * b + np.float32(4.0)) * b
    d = low if b <= np.float32(0.25) else np.sqrt(b)
    shift = TWO * s - ONE
    return p + shift * (p * (ONE - b) if s <= HALF else a * d - p)


def vivid_light(p: Any, a: Any, s: Any) -> Any:
    # Unlike in colour burn and dodge the source's extremes take precedence over the backdrop's.
    burnt = max(a - (a - p) / max(TWO * s, TINY), ZERO)
    dodged = min(p / max(TWO * (ONE - s), TINY), a)
    mixed = burnt if s <= HALF else dodged
    mixed = ZERO if s <= ZERO else mixed
    return a if s >= ONE - NEAR else mixed


def linear_light(p: Any, a: Any, s: Any) -> Any:
    return min(max(p + a * (TWO * s - ONE), ZERO), a)


def pin_light(p: Any, a: Any, s: Any) -> Any:
    return min(p, TWO * a * s) if s <= HALF else max(p, a * (TWO * s - ONE))


def hard_mix(p: Any, a: Any, s: Any) -> Any:
    # If backdrop and source add up to exactly 1, the lighter half of the backdrop turns white.
    over = p + a * s - a
    light = over > NEAR * a or (over >= -NEAR * a and p + p > a)
    return a if light else ZERO


def difference(p: Any, a: Any, s: Any) -> Any:
    return abs(p - a * s)


def exclusion(p: Any, a: Any, s: Any) -> Any:
    return p + a * s - TWO * p * s


def subtract(p: Any, a: Any, s: Any) -> Any:
    return max(p - a * s, ZERO)


def divide(p: Any, a: Any, s: Any) -> Any:
    return min(p / max(s, TINY), a)


# Whole pixels, straight: PDF 32000-1, 11.3.5.3.


@compile_loop
def _luminosity(r: Any, g: Any, b: Any) -> Any:
    return np.float32(0.3) * r + np.float32(0.59) * g + np.float32(0.11) * b


@compile_loop
def _with_luminosity(r: Any, g: Any, b: Any, wanted: Any) -> Any:
    """Return the colour with the wanted luminosity, desaturated until it is in 0..1."""
    shift = wanted - _luminosity(r, g, b)
    r, g, b = r + shift, g + shift, b + shift
    grey = _luminosity(r, g, b)
    low, high = min(r, min(g, b)), max(r, max(g, b))
    factor = grey / max(grey - low, TINY) if low < ZERO else ONE
    r, g, b = grey + (r - grey) * factor, grey + (g - grey) * factor, grey + (b - grey) * factor
    high = grey + (high - grey) * factor
    factor = (ONE - grey) / max(high - grey, TINY) if high > ONE else ONE
    return grey + (r - grey) * factor, grey + (g - grey) * factor, grey + (b - grey) * factor


@compile_loop
def _saturation(r: Any, g: Any, b: Any) -> Any:
    return max(r, max(g, b)) - min(r, min(g, b))


@compile_loop
def _with_saturation(r: Any, g: Any, b: Any, wanted: Any) -> Any:
    """Return the colour with its least channel 0 and its greatest ``wanted``."""
    low = min(r, min(g, b))
    spread = max(r, max(g, b)) - low
    factor = wanted / max(spread, TINY) if spread > ZERO else ZERO
    return (r - low) * factor, (g - low) * factor, (b - low) * factor


def hue(br: Any, bg: Any, bb: Any, sr: Any, sg: Any, sb: Any) -> Any:
    r, g, b = _with_saturation(sr, sg, sb, _saturation(br, bg, bb))
    return _with_luminosity(r, g, b, _luminosity(br, bg, bb))


def saturation(br: Any, bg: Any, bb: Any, sr: Any, sg: Any, sb: Any) -> Any:
    r, g, b = _with_saturation(br, bg, bb, _saturation(sr, sg, sb))
    return _with_luminosity(r, g, b, _luminosity(br, bg, bb))


def colour(br: Any, bg: Any, bb: Any, sr: Any, sg: Any, sb: Any) -> Any:
    return _with_luminosity(sr, sg, sb, _luminosity(br, bg, bb))


def luminosity(br: Any, bg: Any, bb: Any, sr: Any, sg: Any, sb: Any) -> Any:
    return _with_luminosity(br, bg, bb, _luminosity(sr, sg, sb))


def darker_colour(br: Any, bg: Any, bb: Any, sr: Any, sg: Any, sb: Any) -> Any:
    darker = _luminosity(sr, sg, sb) < _luminosity(br, bg, bb)
    return (sr, sg, sb) if darker else (br, bg, bb)


def lighter_colour(br: Any, bg: Any, bb: Any, sr: Any, sg: Any, sb: Any) -> Any:
    lighter = _luminosity(sr, sg, sb) > _luminosity(br, bg, bb)
    return (sr, sg, sb) if lighter else (br, bg, bb)


# Coverage.


def dissolve(cover: Any, x: Any, y: Any) -> Any:
    # The pixel's position, mixed as in MurmurHash3's finaliser, so that its threshold is fixed.
    # numba widens products to 64 bits, so they are cut to 32 by hand.
    word = np.uint64(0xFFFFFFFF)
    mixed = np.uint64(x) * np.uint64(0x9E3779B1) ^ np.uint64(y) * np.uint64(0x85EBCA77)
    mixed = mixed & word
    mixed = ((mixed ^ (mixed >> np.uint64(16))) * np.uint64(0x85EBCA6B)) & word
    mixed = ((mixed ^ (mixed >> np.uint64(13))) * np.uint64(0xC2B2AE35)) & word
    mixed = mixed ^ (mixed >> np.uint64(16))
    threshold = np.float32(mixed >> np.uint64(8)) * np.float32(2.0**-24)
    return ONE if cover > threshold else ZERO


# The loops. ``formula`` is a placeholder for a mode's function; each mode gets its own copy.


def formula(*_values: Any) -> Any:
    """A placeholder for the function of a mode, which replaces it in every copy of a loop."""
    raise NotImplementedError


@compile_loop
def _mix(below: Any, alpha: Any, source: Any, cover: Any, blended: Any) -> Any:
    """W3C: co = as (1 - ab) Cs + as ab B(Cb, Cs) + (1 - as) ab Cb, with ``blended`` = ab B."""
    return below + cover * (source * (ONE - alpha) + blended - below)


@compile_loop
def _plane(address: Any, number: int, n: int) -> Any:
    """Return ``n`` floats of one of the planes at an address."""
    return view(pointer(address + number * ROW * 4), (n,), np.float32)


def _channel_loop(planes: int, source: int, n: int, x: int, y: int) -> None:
    """Blend ``n`` straight pixels with cover onto premultiplied planes; both are addresses.

    ``x``, ``y`` is the position of the first pixel in the document.
    """
    alpha, cover = _plane(planes, 3, n), _plane(source, 3, n)
    for channel in range(3):
        below, above = _plane(planes, channel, n), _plane(source, channel, n)
        for i in range(n):
            p, a, s = below[i], alpha[i], above[i]
            below[i] = _mix(p, a, s, cover[i], formula(p, a, s))
    for i in range(n):
        alpha[i] += cover[i] * (ONE - alpha[i])


def _pixel_loop(planes: int, source: int, n: int, x: int, y: int) -> None:
    """As ``_channel_loop``, with all three channels of a pixel at once."""
    red, green, blue = _plane(planes, 0, n), _plane(planes, 1, n), _plane(planes, 2, n)
    alpha, cover = _plane(planes, 3, n), _plane(source, 3, n)
    reds, greens, blues = _plane(source, 0, n), _plane(source, 1, n), _plane(source, 2, n)
    for i in range(n):
        a, c = alpha[i], cover[i]
        inverse = ONE / max(a, TINY)
        br, bg, bb = red[i] * inverse, green[i] * inverse, blue[i] * inverse
        sr, sg, sb = reds[i], greens[i], blues[i]
        r, g, b = formula(br, bg, bb, sr, sg, sb)
        red[i] = _mix(red[i], a, sr, c, a * r)
        green[i] = _mix(green[i], a, sg, c, a * g)
        blue[i] = _mix(blue[i], a, sb, c, a * b)
        alpha[i] = a + c * (ONE - a)


def _cover_loop(planes: int, source: int, n: int, x: int, y: int) -> None:
    """As ``_channel_loop``, in normal mode with another coverage."""
    red, green, blue = _plane(planes, 0, n), _plane(planes, 1, n), _plane(planes, 2, n)
    alpha, cover = _plane(planes, 3, n), _plane(source, 3, n)
    reds, greens, blues = _plane(source, 0, n), _plane(source, 1, n), _plane(source, 2, n)
    for i in range(n):
        c = formula(cover[i], x + i, y)
        red[i] += c * (reds[i] - red[i])
        green[i] += c * (greens[i] - green[i])
        blue[i] += c * (blues[i] - blue[i])
        alpha[i] += c * (ONE - alpha[i])


_LOOPS: dict[Form, Callable[..., None]] = {
    Form.CHANNEL: _channel_loop,
    Form.PIXEL: _pixel_loop,
    Form.COVER: _cover_loop,
}


def specialise(loop: Callable[..., None], function: Callable[..., Any]) -> Any:
    """Return a copy of a loop with ``formula`` replaced by the compiled function.

    A copy and not a closure, because numba cannot cache closures over compiled functions on disk.
    Its cache key is the name of a function and the date of its file, so that the copy gets a name
    derived from the code of both, and the file of the function.
    """
    assert isinstance(loop, FunctionType) and isinstance(function, FunctionType)
    codes = [(one.__code__.co_code, one.__code__.co_consts) for one in (loop, function)]
    name = f"{function.__name__}_{zlib.crc32(repr(codes).encode()):08x}"
    code = loop.__code__.replace(
        co_name=name, co_qualname=name, co_filename=function.__code__.co_filename
    )
    return FunctionType(code, {**loop.__globals__, "formula": compile_loop(function)}, name)


_COMPILING = threading.Lock()


@functools.cache
def _kernel(mode: BlendMode) -> Any:
    """Return the row function of a mode; cached, because it must live as long as its address."""
    row = mode.value
    return row_function(specialise(_LOOPS[row.form], globals()[row.formula]))


def _adjust_loop(source: int, values: int, n: int, x: int, y: int) -> None:
    """Replace the colours of ``n`` straight pixels, three planes, by those from ``formula``."""
    reds, greens, blues = _plane(source, 0, n), _plane(source, 1, n), _plane(source, 2, n)
    numbers = view(pointer(values), (1,), np.float32)
    for i in range(n):
        reds[i], greens[i], blues[i] = formula(reds[i], greens[i], blues[i], numbers)


@functools.cache
def _adjustment(function: Callable[..., Any]) -> Any:
    return row_function(specialise(_adjust_loop, function))


def adjustment(function: Callable[..., Any]) -> int:
    """Return the address of an adjustment's row function, compiled or loaded on first use.

    ``function`` takes (r, g, b, values), straight in 0..1 and the numbers of its layer as float32,
    and returns the three channels in 0..1. It must be a module-level function that numba compiles.
    """
    with _COMPILING:
        return int(_adjustment(function).address)


def address(mode: BlendMode) -> int:
    """Return the address of a mode's row function, compiled or loaded on first use."""
    with _COMPILING:
        return int(_kernel(mode).address)
