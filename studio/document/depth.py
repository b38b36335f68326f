"""Depth maps that need no model: from the order of layers, or painted as a gradient.

Near is white and far is black, as in the inverse depth of MiDaS (Ranftl et al. 2020) that the
public depth ControlNets were trained on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from studio.core.geometry import Rect
from studio.document.document import Document
from studio.document.layer import ControlLayer, GroupLayer, Layer, RasterLayer
from studio.document.raster import TILE, Pixels, Raster, keys_in, tile_rect

Mask = NDArray[np.bool_]
Point = tuple[float, float]
OwnedMask = tuple[Layer, Raster]
"""A mask and the layer or group whose place it moves with."""

NEAR = 255
FAR = 0
HALF = 0.5
"""A pixel counts as solid where more than this part of it covers what lies below."""

COVERS = 0.95
"""A layer that is solid on this part of the canvas is no thing on the ground but the ground."""

STEP = 16
"""How much nearer, of 255, a layer is than what it covers, while there are few of them."""

ROOM = 96
"""At most so much of the 255 is kept free above the ground for layers that stand on it."""


@dataclass(frozen=True, slots=True, eq=False)
class _Thing:
    """A layer of pixels, with the opacity and the masks that it and its groups have together."""

    layer: RasterLayer
    opacity: float
    masks: tuple[OwnedMask, ...]


def depth_from_layers(document: Document, horizon: float = 0.0) -> Pixels:
    """Return the depth of a document as (h, w, 3) uint8, near white and far black.

    The background, which is the topmost layer that fills the canvas or else the canvas itself, is
    a ground that gets farther towards the top (see ``ground``). Every visible layer of pixels above
    stands upright on it where its lowest solid pixel lies, and a step nearer than all that it
    covers. Solid is what layer, mask, opacity and groups together leave more than half opaque.
    Control layers are no part of the picture. Needs about one copy of the pixels of the canvas.
    """
    canvas = document.rect
    things = _above_background(list(_things(document.layers, canvas, 1.0, ())), canvas)
    room = min(ROOM, STEP * len(things))
    step = max(1, room // max(1, len(things)))
    depth = _ground(canvas, horizon, NEAR - room)
    for thing in things:
        place = thing.layer.bounds().intersect(canvas)
        solid = _solid(thing, place)
        if solid.any():
            # The ground is nearest where the layer is lowest, so that its foot counts here too.
            part = depth[place.y : place.bottom, place.x : place.right]
            part[solid] = min(int(part.max(initial=0, where=solid)) + step, NEAR)
    return _three(depth)


def ground(width: int, height: int, horizon: float = 0.0) -> Pixels:
    """Return a flat ground seen from above it as (height, width, 3) uint8, nearest at the bottom.

    Inverse depth of a plane grows linearly from the horizon down (Hartley and Zisserman 2004), so
    that a linear gradient is the ground itself and no stand-in. ``horizon`` is its height as a
    part of the picture from the top, 0..1; above it all is far.
    """
    return _three(_ground(Rect(0, 0, width, height), horizon, NEAR))


def depth_gradient(
    width: int, height: int, start: Point, end: Point, near: int = NEAR, far: int = FAR
) -> Pixels:
    """Return (height, width, 3) uint8 that goes from ``near`` at one point to ``far`` at another.

    Points are x, y in pixels, (0.5, 0.5) the middle of the first; before the first and after the
    second the value stays. Where both are the same point all is ``near``.
    """
    return _three(_gradient(width, height, start, end, near, far))


def _ground(canvas: Rect, horizon: float, near: int) -> Pixels:
    top = min(max(horizon, 0.0), 1.0) * canvas.height
    bottom = max(canvas.height - 0.5, top + 1e-6)
    rows = _gradient(1, canvas.height, (0.0, bottom), (0.0, top), near, FAR)
    return np.repeat(rows, canvas.width, axis=1)


def _gradient(width: int, height: int, start: Point, end: Point, near: int, far: int) -> Pixels:
    across, down = end[0] - start[0], end[1] - start[1]
    length = across * across + down * down
    if length == 0:
        return np.full((height, width), near, np.uint8)
    x = (np.arange(width, dtype=np.float32) + np.float32(0.5 - start[0])) * (across / length)
    y = (np.arange(height, dtype=np.float32) + np.float32(0.5 - start[1])) * (down / length)
    out = np.empty((height, width), np.uint8)
    for top in range(0, height, TILE):
        share = x[None].astype(np.float32) + y[top : top + TILE, None].astype(np.float32)
        np.clip(share, 0, 1, out=share)
        share *= far - near
        share += near
        out[top : top + TILE] = np.rint(share)
    return out


def _things(
    layers: Sequence[Layer], canvas: Rect, opacity: float, masks: tuple[OwnedMask, ...]
) -> Iterator[_Thing]:
    """Yield from the bottom each layer that may have solid pixels on the canvas."""
    for layer in layers:
        whole = opacity * min(max(layer.opacity, 0.0), 1.0)
        if not layer.visible or whole <= HALF or isinstance(layer, ControlLayer):
            continue
        shown = masks
        if layer.mask is not None and layer.mask.enabled:
            shown = (*masks, (layer, layer.mask.raster))
        if isinstance(layer, GroupLayer):
            yield from _things(layer.children, canvas, whole, shown)
        elif isinstance(layer, RasterLayer) and not layer.bounds().intersect(canvas).is_empty:
            yield _Thing(layer, whole, shown)


def _above_background(things: list[_Thing], canvas: Rect) -> list[_Thing]:
    """Return what stands above the topmost layer that fills the canvas, or all of it."""
    enough = COVERS * canvas.width * canvas.height
    for index in range(len(things) - 1, -1, -1):
        place = things[index].layer.bounds().intersect(canvas)
        if place.width * place.height < enough:
            continue
        if np.count_nonzero(_solid(things[index], place)) >= enough:
            return things[index + 1 :]
    return things


def _solid(thing: _Thing, place: Rect) -> Mask:
    """Return where a layer is solid inside a rectangle of the document, (h, w) bool."""
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


def _three(grey: Pixels) -> Pixels:
    return np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2RGB), np.uint8)
