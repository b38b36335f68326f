"""What becomes of a subject's mask: a selection, or the layer mask that hides the background."""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import NDArray

from studio.core.errors import StudioError
from studio.core.geometry import Rect
from studio.document.document import Document
from studio.document.layer import ControlLayer, LayerMask, RasterLayer, new_id
from studio.document.locked import check_unlocked
from studio.document.raster import Raster
from studio.document.selection import combine_rasters

Pixels = NDArray[np.uint8]


def cut_layer(document: Document) -> RasterLayer:
    """Return the active layer, whose background is to be removed; StudioError if it has none."""
    layer = document.active_layer()
    if layer is None:
        raise StudioError("No layer is active.", "Pick the layer whose background should go.")
    if not isinstance(layer, RasterLayer) or isinstance(layer, ControlLayer):
        raise StudioError(
            "This layer has no photo whose background could be removed.",
            "Pick a layer with pixels.",
        )
    check_unlocked(document, [layer.id], inside=False)
    if layer.bounds().is_empty:
        raise StudioError("The layer is empty.", "Pick a layer with pixels.")
    return layer


def layer_pixels(layer: RasterLayer) -> partial[Pixels]:
    """Return a function that returns the pixels of a layer's bounds, (h, w, 4) uint8."""
    return partial(layer.raster.read, layer.raster.bounds())


def selected(document: Document, mask: Pixels, region: Rect, mode: str = "replace") -> Document:
    """Return the document with a mask (h, w) uint8 of ``region`` selected; StudioError if empty."""
    shape = Raster.from_array(mask, region.x, region.y)
    now = document.selection if document.selection is not None else Raster(channels=1)
    found = combine_rasters(now, shape, mode)
    if not found.tiles:
        raise StudioError("Nothing would be selected.", "Select another thing.")
    return document.replace(selection=found)


def without_background(
    document: Document, layer_id: str, mask: Pixels, region: Rect, colours: Pixels | None = None
) -> Document:
    """Return the document with the background of a layer hidden by its layer mask.

    ``mask`` (h, w) uint8 covers ``region`` in document pixels. What a layer mask hid stays hidden.
    With ``colours`` (h, w, 3) uint8 of the region the layer stays as it is and is hidden: a copy
    above it has the mask and these colours. StudioError if the layer is gone or locked.
    """
    layer = document.find(layer_id)
    if not isinstance(layer, RasterLayer):
        raise StudioError("The layer was deleted meanwhile.", "Choose Remove background again.")
    check_unlocked(document, [layer_id], inside=False)
    shape = Raster.from_array(mask, region.x - layer.x, region.y - layer.y)
    if layer.mask is not None and layer.mask.enabled:
        shape = combine_rasters(layer.mask.raster, shape, "intersect")
    hidden = LayerMask(shape)
    if colours is None:
        return document.update(layer.replace(mask=hidden))
    inside = region.shift(-layer.x, -layer.y)
    old = layer.raster.read(inside)
    new = np.where(((old[:, :, 3:] > 0) & (mask[:, :, None] > 0)), colours, old[:, :, :3])
    raster = layer.raster.write(inside.x, inside.y, np.dstack([new, old[:, :, 3]]))
    copy = RasterLayer(
        id=new_id(),
        name=layer.name,
        raster=raster,
        mask=hidden,
        opacity=layer.opacity,
        blend=layer.blend,
        x=layer.x,
        y=layer.y,
    )
    return document.update(layer.replace(visible=False)).insert(copy, above=layer.id)
