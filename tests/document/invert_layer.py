"""A kind of layers as a later issue would add one: its class, its row, and what it composites."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from studio.core.geometry import Rect
from studio.document.kinds import InPsd, LayerKind
from studio.document.layer import EVERYWHERE, Layer
from studio.document.stored import plain


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class InvertLayer(Layer):
    """Inverts what lies below it, by ``amount`` 0..1."""

    amount: float = 1.0

    def bounds(self) -> Rect:
        """Return that the layer may change every pixel."""
        return EVERYWHERE


def inverted(r: Any, g: Any, b: Any, values: Any) -> Any:
    """Return a colour moved towards its inverse; a formula that numba compiles."""
    amount = values[0]
    one, two = np.float32(1.0), np.float32(2.0)
    return r + amount * (one - two * r), g + amount * (one - two * g), b + amount * (one - two * b)


def compose(plan: Any, layer: InvertLayer, depth: int) -> Any:
    """Return the compositor's steps of the layer."""
    from studio.document.render import blend_kernels

    values = np.array([layer.amount], np.float32)
    return plan.adjustment(layer, blend_kernels.adjustment(inverted), values)


ROW = LayerKind(
    "invert",
    InvertLayer,
    "Inverted colours",
    "ph.swap",
    "invert_layer:compose",
    (plain("amount", float),),
    InPsd.PICTURE,
)
