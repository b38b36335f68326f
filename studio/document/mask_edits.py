"""Fills and inverts the current target: the edit mask, a layer mask, or the selection.

A selection limits changes of a mask, as it limits the brush.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from enum import Enum

import numpy as np

from studio.core.errors import StudioError
from studio.document import selection
from studio.document.document import Document
from studio.document.layer import Layer
from studio.document.locked import check_unlocked
from studio.document.masks import invert_raster
from studio.document.outlines import HALF, fill_outline
from studio.document.raster import Raster

Change = Callable[[Document, Raster], Raster]


class Edited(Enum):
    """The part of a document that brushes and selection tools work on."""

    MASK = "mask"
    LAYER_MASK = "layer mask"
    SELECTION = "selection"


def invert(document: Document, what: Edited) -> Document:
    """Return the document with the target inverted; all of it is set if it was empty.

    StudioError if the active layer has no mask, or is locked.
    """
    if what is Edited.SELECTION:
        return selection.invert_selection(document)
    if what is Edited.LAYER_MASK:
        return _with_layer_mask(document, lambda _, mask: invert_raster(mask))
    whole = Raster.filled(document.rect, 255)
    old = document.mask if document.mask is not None else Raster(channels=1)
    return _with_mask(document, selection.combine_rasters(whole, old, "subtract"))


def fill_outlines(document: Document, what: Edited) -> Document:
    """Return the document with the outlines in a mask or the selection filled.

    On a layer mask that is white along the edge of the canvas, outlines are black.
    StudioError if there is nothing to fill, or the layer is locked.
    """
    if what is Edited.SELECTION:
        if document.selection is None:
            raise StudioError("Nothing is selected.", "Select a place first.")
        return document.replace(selection=fill_outline(document.selection, document.rect))
    if what is Edited.LAYER_MASK:
        return _with_layer_mask(document, _filled_either_way)
    if document.mask is None:
        raise StudioError("No mask is painted.", "Draw an outline with the mask brush.")
    return _with_mask(document, fill_outline(document.mask, document.rect))


def _with_mask(document: Document, mask: Raster) -> Document:
    old = document.mask if document.mask is not None else Raster(channels=1)
    mask = _within_selection(document, old, mask)
    return document.replace(mask=None if mask.bounds().is_empty else mask)


def _with_layer_mask(document: Document, change: Change) -> Document:
    layer = _masked_layer(document)
    check_unlocked(document, [layer.id], inside=False)
    assert layer.mask is not None
    old = layer.mask.raster.shifted(layer.x, layer.y)
    new = _within_selection(document, old, change(document, old))
    mask = dataclasses.replace(layer.mask, raster=new.shifted(-layer.x, -layer.y))
    return document.update(layer.replace(mask=mask))


def _masked_layer(document: Document) -> Layer:
    layer = document.active_layer()
    if layer is None or layer.mask is None:
        raise StudioError("The active layer has no layer mask.", "Add one in the Layer menu.")
    return layer


def _filled_either_way(document: Document, mask: Raster) -> Raster:
    """Return a mask, in pixels of the document, with its black or its white outlines filled."""
    plane = mask.read(document.rect)[:, :, 0]
    frame = np.concatenate([plane[0], plane[-1], plane[:, 0], plane[:, -1]])
    on_white = bool((frame >= HALF).mean() > 0.5)
    lines = Raster.from_array(np.ascontiguousarray(255 - plane if on_white else plane))
    filled = fill_outline(lines, document.rect).read(document.rect)
    return mask.write(0, 0, 255 - filled if on_white else filled)


def _within_selection(document: Document, old: Raster, new: Raster) -> Raster:
    """Return the new raster within the selection, the old one elsewhere."""
    if document.selection is None:
        return new
    area = document.selection.bounds().intersect(document.rect)
    if area.is_empty:
        return new
    share = document.selection.read(area).astype(np.uint16)
    before, after = (raster.read(area).astype(np.uint16) for raster in (old, new))
    mixed = (after * share + before * (255 - share) + 127) // 255
    return old.write(area.x, area.y, mixed.astype(np.uint8))
