"""Adds, changes and applies layer masks; each Document -> Document."""

from __future__ import annotations

import dataclasses

import numpy as np

from studio.core.errors import StudioError
from studio.document.document import Document
from studio.document.layer import LayerMask, RasterLayer
from studio.document.raster import Key, Pixels, Raster

WHITE = 255


def add_mask(document: Document, layer_id: str) -> Document:
    """Return the document with an all-white mask on a layer; an old one is replaced."""
    return _with_mask(document, layer_id, LayerMask(Raster(channels=1, default=WHITE)))


def mask_from_selection(document: Document, layer_id: str) -> Document:
    """Return the document with a mask made from the selection; all white if nothing is selected."""
    layer = document.find(layer_id)
    if layer is None or document.selection is None:
        return add_mask(document, layer_id)
    shape = document.selection.shifted(-layer.x, -layer.y)
    return _with_mask(document, layer_id, LayerMask(shape))


def delete_mask(document: Document, layer_id: str) -> Document:
    """Return the document with a layer's mask removed."""
    return _with_mask(document, layer_id, None)


def toggle_mask(document: Document, layer_id: str) -> Document:
    """Return the document with a layer's mask switched on or off."""
    layer = document.find(layer_id)
    if layer is None or layer.mask is None:
        return document
    mask = dataclasses.replace(layer.mask, enabled=not layer.mask.enabled)
    return _with_mask(document, layer_id, mask)


def invert_mask(document: Document, layer_id: str) -> Document:
    """Return the document with a layer's mask inverted."""
    layer = document.find(layer_id)
    if layer is None or layer.mask is None:
        return document
    mask = dataclasses.replace(layer.mask, raster=invert_raster(layer.mask.raster))
    return _with_mask(document, layer_id, mask)


def apply_mask(document: Document, layer_id: str) -> Document:
    """Return the document with a layer's mask multiplied into its alpha and removed.

    A mask that is switched off is only removed. StudioError for a group, which has no pixels.
    """
    layer = document.find(layer_id)
    if layer is None or layer.mask is None:
        return document
    if not isinstance(layer, RasterLayer):
        raise StudioError(
            "A group has no pixels to apply its mask to.", "Merge the group first, then apply it."
        )
    raster = multiply_alpha(layer.raster, layer.mask.raster) if layer.mask.enabled else layer.raster
    return document.update(layer.replace(raster=raster, mask=None))


def multiply_alpha(raster: Raster, mask: Raster) -> Raster:
    """Return RGBA with alpha multiplied by a mask, tile by tile; unchanged where the mask is 255.

    A pixel that becomes transparent becomes 0.
    """
    changed: dict[Key, Pixels | None] = {}
    for key, tile in raster.tiles.items():
        shape = mask.tile(key)
        if shape is None and mask.default == WHITE:
            continue
        share = shape[:, :, 0].astype(np.uint16) if shape is not None else np.uint16(mask.default)
        out = tile.copy()
        out[:, :, 3] = (tile[:, :, 3] * share + 127) // 255
        out[out[:, :, 3] == 0] = 0
        if not np.array_equal(out, tile):
            changed[key] = out if out.any() else None
    return raster.with_tiles(changed)


def invert_raster(raster: Raster) -> Raster:
    """Return 255 minus a one-channel raster, outside its tiles too."""
    tiles = {key: WHITE - tile for key, tile in raster.tiles.items()}
    return Raster(tiles, raster.channels, WHITE - raster.default)


def _with_mask(document: Document, layer_id: str, mask: LayerMask | None) -> Document:
    layer = document.find(layer_id)
    if layer is None or layer.mask is mask:
        return document
    return document.update(layer.replace(mask=mask))
