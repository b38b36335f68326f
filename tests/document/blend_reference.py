"""The blend modes in float64 on whole arrays, written from the published formulas.

W3C Compositing and Blending 1, section 10 (separable and not), and for Photoshop's others what
Adobe documents. Independent of the compiled kernels.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from studio.document.blend import BlendMode

Floats = NDArray[np.float64]
"""(h, w, 3) straight colours in 0..1."""


def _divided(above: Floats, below: Floats, otherwise: float) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(below > 0.0, above / below, otherwise)


def _hard_light(b: Floats, s: Floats) -> Floats:
    screen = b + (2 * s - 1) - b * (2 * s - 1)
    return np.where(s <= 0.5, b * 2 * s, screen)


def _colour_dodge(b: Floats, s: Floats) -> Floats:
    return np.where(b == 0.0, 0.0, np.minimum(1.0, _divided(b, 1.0 - s, np.inf)))


def _colour_burn(b: Floats, s: Floats) -> Floats:
    return np.where(b == 1.0, 1.0, 1.0 - np.minimum(1.0, _divided(1.0 - b, s, np.inf)))


def _soft_light(b: Floats, s: Floats) -> Floats:
    d = np.where(b <= 0.25, ((16 * b - 12) * b + 4) * b, np.sqrt(b))
    return np.where(s <= 0.5, b - (1 - 2 * s) * b * (1 - b), b + (2 * s - 1) * (d - b))


def _vivid_light(b: Floats, s: Floats) -> Floats:
    burn = 1.0 - np.minimum(1.0, _divided(1.0 - b, 2 * s, np.inf))
    dodge = np.minimum(1.0, _divided(b, 2 * (1.0 - s), np.inf))
    mixed = np.where(s <= 0.5, burn, dodge)
    return np.where(s == 0.0, 0.0, np.where(s == 1.0, 1.0, mixed))


def _hard_mix(b: Floats, s: Floats) -> Floats:
    total = np.round(255 * (b + s), 6)
    return np.where((total > 255) | ((total == 255) & (b > 0.5)), 1.0, 0.0)


def _lum(c: Floats) -> Floats:
    return (c @ np.array([0.3, 0.59, 0.11]))[..., None]


def _clip_colour(c: Floats) -> Floats:
    grey, low = _lum(c), c.min(axis=-1, keepdims=True)
    c = np.where(low < 0, grey + (c - grey) * _divided(grey, grey - low, 1.0), c)
    grey, high = _lum(c), c.max(axis=-1, keepdims=True)
    return np.where(high > 1, grey + (c - grey) * _divided(1 - grey, high - grey, 1.0), c)


def _set_lum(c: Floats, wanted: Floats) -> Floats:
    return _clip_colour(c + (wanted - _lum(c)))


def _sat(c: Floats) -> Floats:
    return c.max(axis=-1, keepdims=True) - c.min(axis=-1, keepdims=True)


def _set_sat(c: Floats, wanted: Floats) -> Floats:
    return (c - c.min(axis=-1, keepdims=True)) * _divided(wanted, _sat(c), 0.0)


FORMULAS: dict[BlendMode, Callable[[Floats, Floats], Floats]] = {
    BlendMode.PASS_THROUGH: lambda b, s: s,
    BlendMode.NORMAL: lambda b, s: s,
    BlendMode.DISSOLVE: lambda b, s: s,
    BlendMode.DARKEN: np.minimum,
    BlendMode.MULTIPLY: lambda b, s: b * s,
    BlendMode.COLOUR_BURN: _colour_burn,
    BlendMode.LINEAR_BURN: lambda b, s: np.maximum(0.0, b + s - 1.0),
    BlendMode.DARKER_COLOUR: lambda b, s: np.where(_lum(s) < _lum(b), s, b),
    BlendMode.LIGHTEN: np.maximum,
    BlendMode.SCREEN: lambda b, s: b + s - b * s,
    BlendMode.COLOUR_DODGE: _colour_dodge,
    BlendMode.LINEAR_DODGE: lambda b, s: np.minimum(1.0, b + s),
    BlendMode.LIGHTER_COLOUR: lambda b, s: np.where(_lum(s) > _lum(b), s, b),
    BlendMode.OVERLAY: lambda b, s: _hard_light(s, b),
    BlendMode.SOFT_LIGHT: _soft_light,
    BlendMode.HARD_LIGHT: _hard_light,
    BlendMode.VIVID_LIGHT: _vivid_light,
    BlendMode.LINEAR_LIGHT: lambda b, s: np.clip(b + 2 * s - 1.0, 0.0, 1.0),
    BlendMode.PIN_LIGHT: lambda b, s: np.where(
        s <= 0.5, np.minimum(b, 2 * s), np.maximum(b, 2 * s - 1)
    ),
    BlendMode.HARD_MIX: _hard_mix,
    BlendMode.DIFFERENCE: lambda b, s: np.abs(b - s),
    BlendMode.EXCLUSION: lambda b, s: b + s - 2 * b * s,
    BlendMode.SUBTRACT: lambda b, s: np.maximum(0.0, b - s),
    BlendMode.DIVIDE: lambda b, s: np.where(b == 0.0, 0.0, np.minimum(1.0, _divided(b, s, np.inf))),
    BlendMode.HUE: lambda b, s: _set_lum(_set_sat(s, _sat(b)), _lum(b)),
    BlendMode.SATURATION: lambda b, s: _set_lum(_set_sat(b, _sat(s)), _lum(b)),
    BlendMode.COLOUR: lambda b, s: _set_lum(s, _lum(b)),
    BlendMode.LUMINOSITY: lambda b, s: _set_lum(b, _lum(s)),
}
"""B(Cb, Cs) of each mode."""


def blend(
    backdrop: Floats, source: Floats, mode: BlendMode, opacity: Floats | float = 1.0
) -> Floats:
    """Return ``source`` over ``backdrop``, both (h, w, 4) straight RGBA in 0..1.

    ``opacity`` is a number or an (h, w) array, such as a layer mask. W3C, 5.8: Cs = (1 - ab) Cs +
    ab B(Cb, Cs), then source-over. Where the result is transparent its colour is 0.
    """
    alpha_s = (source[:, :, 3] * opacity)[:, :, None]
    alpha_b = backdrop[:, :, 3:]
    mixed = FORMULAS[mode](backdrop[:, :, :3], source[:, :, :3])
    mixed = (1.0 - alpha_b) * source[:, :, :3] + alpha_b * mixed
    alpha = alpha_s + alpha_b * (1.0 - alpha_s)
    colour = alpha_s * mixed + (1.0 - alpha_s) * alpha_b * backdrop[:, :, :3]
    colour = np.divide(colour, alpha, out=np.zeros_like(colour), where=alpha > 0.0)
    return np.concatenate([colour, alpha], axis=2)


def passed(before: Floats, after: Floats, opacity: Floats | float) -> Floats:
    """Return what a pass-through group leaves of the picture ``before`` it, (h, w, 4) straight.

    A group that is not isolated, composited by the formulas of PDF 32000-1, 11.4.8, is the same as
    mixing premultiplied colours and alpha from ``before`` to ``after`` by its opacity.
    """
    share = opacity[:, :, None] if isinstance(opacity, np.ndarray) else opacity
    alpha = before[:, :, 3:] + share * (after[:, :, 3:] - before[:, :, 3:])
    old, new = (one[:, :, :3] * one[:, :, 3:] for one in (before, after))
    colour = old + share * (new - old)
    colour = np.divide(colour, alpha, out=np.zeros_like(colour), where=alpha > 0.0)
    return np.concatenate([colour, alpha], axis=2)
