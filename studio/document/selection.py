"""Makes and changes the selection: a one-channel raster, 255 = selected, within the canvas."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np

from studio.core.geometry import Rect
from studio.document.document import Document
from studio.document.layer import RasterLayer
from studio.document.raster import TILE, Key, Pixels, Raster

MODES = ("replace", "add", "subtract", "intersect")


def select_rect(document: Document, rect: Rect, mode: str = "replace") -> Document:
    """Return the document with whole pixels selected; ``mode`` is one of ``MODES``."""
    return _selected(document, Raster.filled(rect.intersect(document.rect), 255), mode)


def select_polygon(
    document: Document, points: Sequence[tuple[float, float]], mode: str = "replace"
) -> Document:
    """Return the document with a closed polygon selected, its edge anti-aliased.

    ``points`` are document pixels, (0, 0) the canvas's corner; non-zero winding.
    """
    return _selected(document, polygon(points, document.rect), mode)


def select_all(document: Document) -> Document:
    """Return the document with the whole canvas selected."""
    return document.replace(selection=Raster.filled(document.rect, 255))


def select_none(document: Document) -> Document:
    """Return the document with nothing selected, so that tools work everywhere."""
    return document if document.selection is None else document.replace(selection=None)


def invert_selection(document: Document) -> Document:
    """Return the document with the selection inverted; everything if nothing was selected."""
    everything = Raster.filled(document.rect, 255)
    if document.selection is None:
        return document.replace(selection=everything)
    return _stored(document, combine_rasters(everything, document.selection, "subtract"))


def last_selection(earlier: Iterable[Document], document: Document) -> Raster | None:
    """Return the first selection among earlier states, newest first, of the same canvas."""
    for one in earlier:
        same = (one.rect, one.origin) == (document.rect, document.origin)
        if same and one.selection is not None:
            return one.selection
    return None


def select_layer(document: Document, layer_id: str, mode: str = "replace") -> Document:
    """Return the document with a raster layer's opaque pixels selected."""
    layer = document.find(layer_id)
    if not isinstance(layer, RasterLayer):
        return document
    tiles = {key: np.ascontiguousarray(tile[:, :, 3:]) for key, tile in layer.raster.tiles.items()}
    return _selected(document, Raster(tiles, 1).shifted(layer.x, layer.y), mode)


def combine_rasters(first: Raster, second: Raster, mode: str) -> Raster:
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
    """Return the coverage of each pixel of the canvas by a closed polygon, as 0..255.

    The inside is by non-zero winding; whole tiles share one array.
    """
    if len(points) < 3:
        return Raster(channels=1)
    from studio.document.render import polygon_kernels  # imports numba, which takes a while

    outline = np.array(points, np.float64)
    left, top = (math.floor(n) for n in outline.min(axis=0))
    right, bottom = (math.ceil(n) for n in outline.max(axis=0))
    box = Rect.from_edges(left, top, right, bottom).intersect(canvas)
    tiles: dict[Key, Pixels] = {}
    full = np.full((TILE, TILE, 1), 255, np.uint8)
    first, last = box.x // TILE * TILE, -(-box.right // TILE) * TILE
    for row in range(box.y // TILE, -(-box.bottom // TILE)) if not box.is_empty else ():
        strip = Rect.from_edges(first, row * TILE, last, (row + 1) * TILE)
        buffer = np.zeros((TILE, strip.width + 2))
        polygon_kernels.accumulate(buffer, outline - (strip.x, strip.y))
        pixels = np.zeros((TILE, strip.width), np.uint8)
        polygon_kernels.cover(buffer, pixels)
        pixels[max(0, canvas.bottom - strip.y) :] = 0
        pixels[:, max(0, canvas.right - strip.x) :] = 0
        for x in range(0, strip.width, TILE):
            tile = pixels[:, x : x + TILE]
            if tile.any():
                key = ((strip.x + x) // TILE, row)
                tiles[key] = full if tile.min() == 255 else tile.reshape(TILE, TILE, 1).copy()
    return Raster(tiles, 1)


def _selected(document: Document, shape: Raster, mode: str) -> Document:
    now = document.selection or Raster(channels=1)
    if not document.rect.contains(shape.tile_bounds):
        shape = combine_rasters(Raster.filled(document.rect, 255), shape, "intersect")
    return _stored(document, combine_rasters(now, shape, mode))


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
