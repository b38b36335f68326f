"""What the mask of an object becomes: a selection, a mask of a layer, the edit mask, a layer."""

from __future__ import annotations

import dataclasses

from studio.core.errors import StudioError
from studio.document.document import Document
from studio.document.fill import layer_from_selection
from studio.document.layer import LayerMask
from studio.document.locked import check_unlocked
from studio.document.raster import Raster
from studio.document.selection import combine_rasters

TARGETS = ("selection", "mask", "layer_mask", "layer")
"""The selection, the edit mask, the mask of the active layer, a new layer with the pixels."""


def with_object(document: Document, mask: Raster, mode: str, target: str) -> Document:
    """Return the document with the mask of an object, in document pixels, put into a target.

    ``mode`` is one of ``selection.MODES``, ``target`` one of ``TARGETS``. StudioError if there is
    no layer for the target, or it is locked.
    """
    if target == "selection":
        mixed = _mixed(document.selection, mask, mode)
        return document.replace(selection=mixed if mixed.tiles else None)
    if target == "mask":
        mixed = _mixed(document.mask, mask, mode)
        return document.replace(mask=mixed if mixed.tiles else None)
    layer = document.active_layer()
    if layer is None:
        raise StudioError("No layer is active.", "Pick one in the layers panel.")
    if target == "layer":
        made = layer_from_selection(document.replace(selection=mask), layer.id, cut=False)
        return made.replace(selection=document.selection)
    check_unlocked(document, [layer.id], inside=False)
    if mode == "replace" or layer.mask is None:
        # Taking away from a layer without a mask means hiding the object.
        whole = Raster(channels=1, default=255)
        shape = mask if mode != "subtract" else combine_rasters(whole, mask, mode)
        return document.update(layer.replace(mask=LayerMask(shape.shifted(-layer.x, -layer.y))))
    old = layer.mask.raster.shifted(layer.x, layer.y)
    shape = combine_rasters(old, mask, mode).shifted(-layer.x, -layer.y)
    changed = dataclasses.replace(layer.mask, raster=shape)
    return document.update(layer.replace(mask=changed))


def _mixed(old: Raster | None, mask: Raster, mode: str) -> Raster:
    return combine_rasters(old if old is not None else Raster(channels=1), mask, mode)
