"""Parses values from an ORA's XML and JSON into a safe range."""

from __future__ import annotations

import math
from typing import Any

from studio.document.layer import GroupLayer, Layer
from studio.document.raster import Raster

FAR = 1 << 20
"""Offsets beyond this many pixels are treated as damage."""


def flat(layers: tuple[Layer, ...]) -> list[Layer]:
    """Return all layers of a stack, those in groups included."""
    found: list[Layer] = []
    for layer in layers:
        found.append(layer)
        if isinstance(layer, GroupLayer):
            found.extend(flat(layer.children))
    return found


def shift_raster(raster: Raster, x: int, y: int) -> Raster:
    """Return a raster read at 0, 0 with its corner moved to x, y."""
    if x == 0 and y == 0:
        return raster
    box = raster.tile_bounds
    return Raster(channels=raster.channels).write(box.x + x, box.y + y, raster.read(box))


def integer(value: object) -> int:
    """Return a value from a file as an integer, 0 if it is not a number."""
    try:
        number = float(str(value))
    except ValueError:
        return 0
    return 0 if not math.isfinite(number) else max(-FAR, min(FAR, int(number)))


def pair(value: Any) -> tuple[int, int]:
    """Return two integers from a file."""
    return integer(value[0]), integer(value[1])


def opacity(value: object) -> float:
    """Return an opacity from a file clamped to 0..1, 1 if it is not a number."""
    try:
        number = float(str(value)) if value is not None else 1.0
    except ValueError:
        return 1.0
    return min(1.0, max(0.0, number)) if math.isfinite(number) else 1.0
