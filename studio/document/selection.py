"""What is selected: a one-channel raster, 255 = selected, within the canvas."""

from __future__ import annotations

import math
from collections.abc import Sequence

import cv2
import numpy as np

from studio.core.geometry import Rect
from studio.document.document import Document
from studio.document.layer import RasterLayer
from studio.document.raster import TILE, Key, Pixels, Raster, keys_in, tile_rect

MODES = ("replace", "add", "subtract", "intersect")
FINE = 8
"""Sub-pixels a side that decide how far a polygon covers a pixel."""


def select_rect(document: Document, rect: Rect, mode: str = "replace") -> Document:
    """Return the document with whole pixels selected; ``mode`` is one of ``MODES``."""
    return _selected(document, Raster.filled(rect.intersect(document.rect), 255), mode)


def select_polygon(
    document: Document, points: Sequence[tuple[float, float]], mode: str = "replace"
) -> Document:
    """Return the document with a closed polygon selected, its edge anti-aliased.

    ``points`` are document pixels, (0, 0) the canvas' corner; the even-odd rule counts.
    """
    return _selected(document, polygon(points, document.rect), mode)


def select_all(document: Document) -> Document:
    """Return the document with the whole canvas selected."""
    return document.replace(selection=Raster.filled(document.rect, 255))


def select_none(document: Document) -> Document:
    """Return the document with nothing selected, so that tools work everywhere."""
    return document if document.selection is None else document.replace(selection=None)


def invert_selection(document: Document) -> Document:
    """Return the document with selected what was not; all where nothing was."""
    everything = Raster.filled(document.rect, 255)
    if document.selection is None:
        return document.replace(selection=everything)
    return _stored(document, combined(everything, document.selection, "subtract"))


def select_layer(document: Document, layer_id: str, mode: str = "replace") -> Document:
    """Return the document with a raster layer's opaque pixels selected."""
    layer = document.find(layer_id)
    if not isinstance(layer, RasterLayer):
        return document
    tiles = {key: np.ascontiguousarray(tile[:, :, 3:]) for key, tile in layer.raster.tiles.items()}
    return _selected(document, Raster(tiles, 1).shifted(layer.x, layer.y), mode)


def combined(first: Raster, second: Raster, mode: str) -> Raster:
    """Return two one-channel rasters combined; tiles that do not change are shared.

    add = larger of both, intersect = smaller of both, subtract = smaller of the first and 255 -
    the second. ValueError for an unknown mode.
    """
    if mode not in MODES:
        raise ValueError(f"no such selection mode: {mode}")
    if mode == "replace":
        return second
    default = int(_mixed(np.uint8(first.default), np.uint8(second.default), mode))
    tiles: dict[Key, Pixels] = {}
    for key in first.tiles.keys() | second.tiles.keys():
        one, other = _tile(first, key), _tile(second, key)
        mixed = _mixed(one, other, mode)
        if np.array_equal(mixed, one) and key in first.tiles:
            mixed = first.tiles[key]
        if (mixed != default).any():
            tiles[key] = mixed
    return Raster(tiles, 1, default)


def polygon(points: Sequence[tuple[float, float]], canvas: Rect) -> Raster:
    """Return how far a closed polygon covers each pixel of the canvas, as 0..255."""
    if len(points) < 3:
        return Raster(channels=1)
    xs, ys = [x for x, _ in points], [y for _, y in points]
    box = Rect.from_edges(
        math.floor(min(xs)), math.floor(min(ys)), math.ceil(max(xs)), math.ceil(max(ys))
    ).intersect(canvas)
    outline = np.array(points, np.float64)
    tiles: dict[Key, Pixels] = {}
    for key in keys_in(box):
        tile = _covered(outline, tile_rect(key))
        inside = tile_rect(key).intersect(canvas).shift(-key[0] * TILE, -key[1] * TILE)
        tile[inside.bottom :] = 0
        tile[:, inside.right :] = 0
        if tile.any():
            tiles[key] = tile
    return Raster(tiles, 1)


def _covered(outline: np.ndarray[tuple[int, int], np.dtype[np.float64]], rect: Rect) -> Pixels:
    """Return how far the polygon covers each pixel of a tile: drawn finer, then averaged."""
    shift = 8
    local = (outline - (rect.x, rect.y)) * FINE - 0.5
    fixed = np.rint(local * (1 << shift)).clip(-(1 << 30), 1 << 30).astype(np.int32)
    fine = np.zeros((TILE * FINE, TILE * FINE), np.uint8)
    cv2.fillPoly(fine, [fixed.reshape(-1, 1, 2)], 255, cv2.LINE_8, shift)
    small = cv2.resize(fine, (TILE, TILE), interpolation=cv2.INTER_AREA)
    return small.astype(np.uint8).reshape(TILE, TILE, 1)


def _selected(document: Document, shape: Raster, mode: str) -> Document:
    now = document.selection
    if now is None:
        now = Raster(channels=1)
    return _stored(document, combined(now, shape, mode))


def _stored(document: Document, shape: Raster) -> Document:
    return document.replace(selection=shape if shape.tiles else None)


def _tile(raster: Raster, key: Key) -> Pixels:
    tile = raster.tile(key)
    return tile if tile is not None else np.full((TILE, TILE, 1), raster.default, np.uint8)


def _mixed(one: Pixels | np.uint8, other: Pixels | np.uint8, mode: str) -> Pixels:
    if mode == "add":
        return np.maximum(one, other)
    if mode == "subtract":
        return np.minimum(one, 255 - other)
    return np.minimum(one, other)
