"""Makes a depth map of a document from the order of its layers, without a model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from studio.control_maps.depth import NEAR, grey_to_rgb, ground_values
from studio.core.geometry import Rect
from studio.document.document import Document
from studio.document.kinds import in_picture
from studio.document.layer import GroupLayer, Layer, RasterLayer
from studio.document.raster import Pixels, Raster, keys_in, tile_rect

Mask = NDArray[np.bool_]
OwnedMask = tuple[Layer, Raster]
"""A mask and the layer or group that it moves with."""

HALF = 0.5
"""A pixel whose opacity exceeds this share counts as solid."""

COVERS = 0.95
"""A layer that is solid on this share of the canvas is the ground, not an object on it."""

STEP = 16
"""How much nearer, of 255, a layer is than those it covers, while there are few of them."""

ROOM = 96
"""The largest part of the 255 that is reserved above the ground for layers in front of it."""


@dataclass(frozen=True, slots=True, eq=False)
class _Thing:
    """A layer of pixels, with the combined opacity and masks of the layer and its groups."""

    layer: RasterLayer
    opacity: float
    masks: tuple[OwnedMask, ...]


def depth_from_layers(document: Document, horizon: float = 0.0) -> Pixels:
    """Return the depth of a document as (h, w, 3) uint8, near white and far black.

    The background, which is the topmost layer that fills the canvas or else the canvas itself, is
    a ground plane that recedes towards the top (``control_maps.depth.ground``). Every visible
    layer of pixels above it is upright: it has the depth of the ground at its lowest solid pixel,
    and is a step nearer than all layers it covers. A pixel is solid if layer, mask, opacity and
    groups together leave it more than half opaque. Control layers are not part of the picture.
    Needs about one copy of the pixels of the canvas.
    """
    canvas = document.rect
    things = _above_background(list(_things(document.layers, canvas, 1.0, ())), canvas)
    room = min(ROOM, STEP * len(things))
    step = max(1, room // max(1, len(things)))
    depth = ground_values(canvas.width, canvas.height, horizon, NEAR - room)
    for thing in things:
        place = thing.layer.bounds().intersect(canvas)
        solid = _solid(thing, place)
        if solid.any():
            # The ground is nearest at the layer's lowest pixel, so that the maximum includes it.
            part = depth[place.y : place.bottom, place.x : place.right]
            part[solid] = min(int(part.max(initial=0, where=solid)) + step, NEAR)
    return grey_to_rgb(depth)


def _things(
    layers: Sequence[Layer], canvas: Rect, opacity: float, masks: tuple[OwnedMask, ...]
) -> Iterator[_Thing]:
    """Yield from the bottom each layer that may have solid pixels on the canvas."""
    for layer in layers:
        whole = opacity * min(max(layer.opacity, 0.0), 1.0)
        if not layer.visible or whole <= HALF or not in_picture(layer):
            continue
        shown = masks
        if layer.mask is not None and layer.mask.enabled:
            shown = (*masks, (layer, layer.mask.raster))
        if isinstance(layer, GroupLayer):
            yield from _things(layer.children, canvas, whole, shown)
        elif isinstance(layer, RasterLayer) and not layer.bounds().intersect(canvas).is_empty:
            yield _Thing(layer, whole, shown)


def _above_background(things: list[_Thing], canvas: Rect) -> list[_Thing]:
    """Return the layers above the topmost one that fills the canvas, or all of them."""
    enough = COVERS * canvas.width * canvas.height
    for index in range(len(things) - 1, -1, -1):
        place = things[index].layer.bounds().intersect(canvas)
        if place.width * place.height < enough:
            continue
        if np.count_nonzero(_solid(things[index], place)) >= enough:
            return things[index + 1 :]
    return things


def _solid(thing: _Thing, place: Rect) -> Mask:
    """Return the solid pixels of a layer inside a rectangle of the document, (h, w) bool."""
    layer = thing.layer
    cover = _last_channel(layer.raster, place.shift(-layer.x, -layer.y))
    for owner, raster in thing.masks:
        shown = _last_channel(raster, place.shift(-owner.x, -owner.y))
        cv2.multiply(cover, shown, dst=cover, scale=1 / 255)
    return cover > HALF * 255 / thing.opacity


def _last_channel(raster: Raster, rect: Rect) -> Pixels:
    """Return alpha, or a mask, inside a rectangle as (h, w) uint8; ``read`` would copy colour."""
    out = np.full((rect.height, rect.width), raster.default, np.uint8)
    for key in keys_in(rect):
        tile = raster.tile(key)
        if tile is not None:
            at = tile_rect(key)
            part = at.intersect(rect)
            inside = tile[part.y - at.y : part.bottom - at.y, part.x - at.x : part.right - at.x, -1]
            out[part.y - rect.y : part.bottom - rect.y, part.x - rect.x : part.right - rect.x] = (
                inside
            )
    return out
