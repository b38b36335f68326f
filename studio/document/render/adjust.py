"""Adjustment layers in the compositor's plan: tables for channels, formulas for colours.

Imports numba through ``blend_kernels``: import it late.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from studio.document.adjustment_layer import AdjustmentLayer
from studio.document.adjustments.row import ENTRIES
from studio.document.adjustments.table import find_adjustment
from studio.document.render import blend_kernels

if TYPE_CHECKING:
    from studio.document.render.plan import Op, Plan

ZERO, ONE, LAST = np.float32(0.0), np.float32(1.0), np.float32(ENTRIES - 1)
TOP: Any = ENTRIES - 2


def by_table(r: Any, g: Any, b: Any, numbers: Any) -> Any:
    """Return each channel looked up in its table of ``ENTRIES`` values, interpolated."""
    x, y, z = r * LAST, g * LAST, b * LAST
    i: Any = min(np.int32(x), TOP)
    j: Any = min(np.int32(y), TOP)
    k: Any = min(np.int32(z), TOP)
    p, q, s = i, j + ENTRIES, k + 2 * ENTRIES
    red = numbers[p] + (x - np.float32(i)) * (numbers[p + 1] - numbers[p])
    green = numbers[q] + (y - np.float32(j)) * (numbers[q + 1] - numbers[q])
    blue = numbers[s] + (z - np.float32(k)) * (numbers[s + 1] - numbers[s])
    return red, green, blue


def compose(plan: Plan, layer: AdjustmentLayer, depth: int) -> tuple[list[Op], bool]:
    """Return the compositor's steps of an adjustment layer; it covers nothing."""
    row = find_adjustment(layer.adjustment)
    formula = row.formula if row.formula is not None else by_table
    address = blend_kernels.adjustment(formula)
    return plan.adjustment(layer, address, numbers_of(layer), table=row.formula is None)


@functools.lru_cache(maxsize=64)
def numbers_of(layer: AdjustmentLayer) -> NDArray[np.float32]:
    """Return what the formula of a layer reads; layers are immutable and compared by identity."""
    row = find_adjustment(layer.adjustment)
    if row.table is not None:
        return np.ascontiguousarray(np.clip(row.table(layer.values), 0.0, 1.0), np.float32).ravel()
    assert row.numbers is not None
    return row.numbers(layer.values)
