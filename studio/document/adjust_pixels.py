"""Adjusts the pixels of a layer themselves, by the same rows as adjustment layers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from studio.core.errors import StudioError
from studio.document.adjustment_layer import AdjustmentLayer
from studio.document.document import Document
from studio.document.layer import LayerMask, RasterLayer
from studio.document.locked import check_unlocked
from studio.document.render.compositor import render_tiles


def apply_adjustment(
    document: Document, adjustment: str, values: Mapping[str, Any] | None = None
) -> Document:
    """Return the document with the active layer's pixels adjusted inside the selection.

    StudioError if it has no pixels, or is locked. Transparency is unchanged.
    """
    layer = document.active_layer()
    if not isinstance(layer, RasterLayer):
        raise StudioError("The active layer has no pixels.", "Pick a layer with pixels.")
    check_unlocked(document, [layer.id], inside=False)
    selection = document.selection
    mask = None if selection is None else LayerMask(selection.shifted(-layer.x, -layer.y))
    above = AdjustmentLayer(adjustment=adjustment, values=values or {}, mask=mask)
    below = RasterLayer(raster=layer.raster)
    made = render_tiles([below, above], sorted(layer.raster.tiles))
    return document.update(layer.replace(raster=made))
