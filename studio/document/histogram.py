"""How often each level occurs in the picture below a layer."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from studio.core.geometry import Rect
from studio.document.document import Document
from studio.document.layer import GroupLayer, Layer
from studio.document.render.compositor import composite

PATCH = 128
PATCHES = 5
"""A large picture is sampled in this many patches along each side, evenly spread."""


def histogram_below(document: Document, layer_id: str) -> NDArray[np.int64]:
    """Return (4, 256) counts of red, green, blue and luminosity below a layer, of opaque parts."""
    below = document.replace(layers=layers_below(document.layers, layer_id), active=None)
    found = np.zeros((4, 256), np.int64)
    for place in _patches(document.rect):
        pixels = composite(below, place).reshape(-1, 4)
        pixels = pixels[pixels[:, 3] > 127]
        grey = (pixels[:, :3] @ np.array([0.3, 0.59, 0.11]) + 0.5).astype(np.uint8)
        for row, values in enumerate((*pixels[:, :3].T, grey)):
            found[row] += np.bincount(values, minlength=256)
    return found


def layers_below(layers: tuple[Layer, ...], layer_id: str) -> tuple[Layer, ...]:
    """Return the layers that a layer is composited on, in its group if that is isolated."""
    found: list[Layer] = []
    for layer in layers:
        if layer.id == layer_id:
            break
        if isinstance(layer, GroupLayer) and any(one.id == layer_id for one in _all(layer)):
            inside = layers_below(layer.children, layer_id)
            return (*found, layer.replace(children=inside))
        found.append(layer)
    return tuple(found)


def _all(group: GroupLayer) -> list[Layer]:
    found: list[Layer] = []
    for child in group.children:
        found.append(child)
        if isinstance(child, GroupLayer):
            found.extend(_all(child))
    return found


def _patches(canvas: Rect) -> list[Rect]:
    if canvas.area <= (PATCH * PATCHES) ** 2:
        return [canvas]
    xs = sorted({(canvas.width - PATCH) * i // (PATCHES - 1) for i in range(PATCHES)})
    ys = sorted({(canvas.height - PATCH) * i // (PATCHES - 1) for i in range(PATCHES)})
    places = {Rect(max(x, 0), max(y, 0), PATCH, PATCH).intersect(canvas) for x in xs for y in ys}
    return sorted(places, key=lambda place: (place.y, place.x))
