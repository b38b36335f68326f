"""Clears, fills, copies and cuts the selected part of a layer; each Document -> Document."""

from __future__ import annotations

import numpy as np

from studio.core.errors import StudioError
from studio.document.control import POSE
from studio.document.document import Document
from studio.document.layer import (
    ControlLayer,
    GenerativeLayer,
    Layer,
    LayerMask,
    RasterLayer,
    new_id,
)
from studio.document.masks import invert_raster, multiply_alpha
from studio.document.raster import Key, Pixels, Raster, keys_in, tile_rect

Colour = tuple[int, int, int]
HIDE = 0


def clear_selected(document: Document, layer_id: str) -> Document:
    """Return the document with the selected part of a layer's pixels transparent.

    StudioError if nothing of the layer is selected.
    """
    layer = _with_pixels(document, layer_id)
    shape = _selected(document, layer)
    _check_any(multiply_alpha(layer.raster, shape))
    return document.update(layer.replace(raster=multiply_alpha(layer.raster, invert_raster(shape))))


def fill_selected(document: Document, layer_id: str, colour: Colour) -> Document:
    """Return the document with a layer filled with a colour in the selection, or everywhere."""
    layer = _with_pixels(document, layer_id)
    raster = _filled(document, layer, layer.raster, (*colour, 255))
    return document.update(layer.replace(raster=raster))


def fill_mask(document: Document, layer_id: str, value: int) -> Document:
    """Return the document with a value (0 hides, 255 shows) in a layer mask's selected part.

    Without a selection it fills the mask within the canvas. The same document if the layer has no
    mask.
    """
    layer = document.find(layer_id)
    if layer is None or layer.mask is None:
        return document
    raster = _filled(document, layer, layer.mask.raster, (value,))
    return document.update(layer.replace(mask=LayerMask(raster, layer.mask.enabled)))


def layer_from_selection(document: Document, layer_id: str, *, cut: bool = False) -> Document:
    """Return the document with a layer's selected part on a new, active layer right above it.

    The layer's mask is applied to the copy. ``cut`` removes the part from the old layer.
    StudioError if nothing of the layer is selected.
    """
    layer = _with_pixels(document, layer_id)
    shape = _selected(document, layer)
    raster = multiply_alpha(layer.raster, shape)
    if layer.mask is not None and layer.mask.enabled:
        raster = multiply_alpha(raster, layer.mask.raster)
    _check_any(raster)
    twin = _twin(layer).replace(raster=raster)
    if cut:
        document = document.update(
            layer.replace(raster=multiply_alpha(layer.raster, invert_raster(shape)))
        )
    return document.insert(twin, above=layer_id)


def _twin(layer: RasterLayer) -> RasterLayer:
    """Return a layer for a part of another one, without its recipe, which is for the whole only."""
    if isinstance(layer, GenerativeLayer):
        return RasterLayer(
            name=layer.name,
            x=layer.x,
            y=layer.y,
            opacity=layer.opacity,
            blend=layer.blend,
        )
    return layer.replace(id=new_id(), mask=None, locked=False)


def _with_pixels(document: Document, layer_id: str) -> RasterLayer:
    layer = document.find(layer_id)
    if not isinstance(layer, RasterLayer):
        raise StudioError(
            "A group has no pixels of its own.", "Pick a layer inside it, or add a layer."
        )
    if isinstance(layer, ControlLayer) and layer.control.kind == POSE and layer.control.people:
        raise StudioError(
            "This layer contains figures; parts of it cannot be copied.",
            "Change them with the pose tool.",
        )
    return layer


def _check_any(part: Raster) -> None:
    if part.bounds().is_empty:
        raise StudioError(
            "The selection does not touch the layer.", "Select a part of it, or pick another layer."
        )


def _selected(document: Document, layer: Layer) -> Raster:
    """Return the selection in pixels of the layer; StudioError if there is none."""
    if document.selection is None:
        raise StudioError("Nothing is selected.", "Select a place first.")
    return document.selection.shifted(-layer.x, -layer.y)


def _filled(document: Document, layer: Layer, raster: Raster, value: tuple[int, ...]) -> Raster:
    """Return a layer's raster with a value in its selected part, or in the whole canvas."""
    selection = document.selection
    shape = selection if selection is not None else Raster.filled(document.rect, 255)
    shape = shape.shifted(-layer.x, -layer.y)
    area = shape.bounds().intersect(document.rect.shift(-layer.x, -layer.y))
    changed: dict[Key, Pixels | None] = {}
    for key in keys_in(area):
        place = tile_rect(key)
        share = shape.read(place)[:, :, 0]
        if share.any():
            old = raster.read(place)
            changed[key] = _over(old, value, share)
    return raster.with_tiles(changed)


def _over(old: Pixels, value: tuple[int, ...], share: Pixels) -> Pixels:
    """Return ``value`` over straight-alpha or one-channel pixels, weighted by ``share``."""
    out = old.copy()
    out[share == 255] = value
    edge = (share > 0) & (share < 255)
    if not edge.any():
        return out
    part = share[edge].astype(np.float32) / 255
    if len(value) == 1:
        mixed = value[0] * part + old[edge][:, 0] * (1 - part)
        out[edge, 0] = np.rint(mixed)
        return out
    rest = (1 - part) * (old[edge][:, 3].astype(np.float32) / 255)
    alpha = part + rest
    colour = np.array(value[:3], np.float32) * part[:, None] + old[edge][:, :3] * rest[:, None]
    out[edge, :3] = np.rint(colour / alpha[:, None])
    out[edge, 3] = np.rint(alpha * 255)
    return out
