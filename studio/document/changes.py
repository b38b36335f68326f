"""Finds the differences between two documents by the identity of layers and tiles."""

from __future__ import annotations

import dataclasses
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from studio.core.geometry import Rect
from studio.document.document import Document
from studio.document.layer import GroupLayer, Layer, LayerMask, RasterLayer
from studio.document.raster import TILE, Key, Pixels, Raster

LOOKS = ("visible", "opacity", "blend", "x", "y")
"""Fields whose change may alter every pixel of a layer."""
FEW = 9
"""The most tiles of a layer that are compared by pixels."""


def changes(new: Document, old: Document) -> tuple[Rect, ...]:
    """Return rectangles of the canvas outside which both documents look the same.

    Only visible changes count; selection and edit mask are drawn over the picture and compared by
    ``raster_changes``. A different canvas size changes all of both canvases.
    """
    if new is old:
        return ()
    if (new.width, new.height) != (old.width, old.height):
        return (new.rect.union(old.rect),)
    if new.layers is old.layers:
        return ()
    found = dict.fromkeys(rect.intersect(new.rect) for rect in _stacks(new.layers, old.layers))
    return tuple(rect for rect in found if not rect.is_empty)


def raster_changes(new: Raster | None, old: Raster | None) -> tuple[Rect, ...]:
    """Return rectangles outside which two rasters hold the same pixels; None counts as empty.

    For a selection or an edit mask; a raster added or removed changes wherever it has tiles.
    """
    if new is old:
        return ()
    if new is None or old is None:
        return tuple(_runs((new or old or Raster()).tiles, 0, 0))
    if (new.default, new.channels) != (old.default, old.channels):
        return tuple(_runs(new.tiles.keys() | old.tiles.keys(), 0, 0))
    return tuple(_runs(new.changed_tiles(old), 0, 0))


def is_same(new: Document, old: Document) -> bool:
    """Whether two documents hold the same: fields by value, pixels by the identity of tiles."""
    return _same(new, old)


def _same(one: object, other: object) -> bool:
    if one is other:
        return True
    if type(one) is not type(other):
        return False
    if isinstance(one, Raster) and isinstance(other, Raster):
        alike = (one.channels, one.default) == (other.channels, other.default)
        return alike and not one.changed_tiles(other)
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, Document | Layer | LayerMask):
        names = (field.name for field in dataclasses.fields(one))
        return all(_same(getattr(one, name), getattr(other, name)) for name in names)
    return bool(one == other)


def _stacks(new: Sequence[Layer], old: Sequence[Layer]) -> Iterator[Rect]:
    """Yield the differences of two stacks: layers added, removed, reordered or changed."""
    if new is old:
        return
    before = {layer.id: (place, layer) for place, layer in enumerate(old)}
    after = {layer.id for layer in new}
    for layer in old:
        if layer.id not in after:
            yield from _extent(layer)
    common = [(layer, *before[layer.id]) for layer in new if layer.id in before]
    kept = _longest_rise([place for _, place, _ in common])
    for index, (layer, _, was) in enumerate(common):
        if index not in kept:
            yield from _extent(layer)
            yield from _extent(was)
        elif layer is not was:
            yield from _layer(layer, was)
    for layer in new:
        if layer.id not in before:
            yield from _extent(layer)


def _longest_rise(places: Sequence[int]) -> set[int]:
    """Return the indices of a longest rising sub-sequence: the layers that kept their order."""
    tails: list[int] = []
    ends: list[int] = []
    previous: list[int] = []
    for index, place in enumerate(places):
        at = bisect_left(tails, place)
        previous.append(ends[at - 1] if at else -1)
        tails[at : at + 1] = [place]
        ends[at : at + 1] = [index]
    kept: set[int] = set()
    index = ends[-1] if ends else -1
    while index >= 0:
        kept.add(index)
        index = previous[index]
    return kept


def _layer(new: Layer, old: Layer) -> Iterator[Rect]:
    """Yield the differences within one layer that kept its place."""
    if not (_shows(new) or _shows(old)):
        return
    looks = any(getattr(new, name) != getattr(old, name) for name in LOOKS)
    if looks or type(new) is not type(old) or not _masks_alike(new.mask, old.mask):
        yield from _extent(new)
        yield from _extent(old)
        return
    if isinstance(new, GroupLayer) and isinstance(old, GroupLayer):
        yield from _stacks(new.children, old.children)
    elif isinstance(new, RasterLayer) and isinstance(old, RasterLayer):
        yield from _tiles(new.raster, old.raster, new.x, new.y)
    else:
        yield from _extent(new)
        yield from _extent(old)
    if new.mask is not None and old.mask is not None and new.mask.enabled:
        yield from _tiles(new.mask.raster, old.mask.raster, new.x, new.y)


def _masks_alike(new: LayerMask | None, old: LayerMask | None) -> bool:
    """Whether two masks can differ only where their tiles do."""
    on = new is not None and new.enabled
    if on != (old is not None and old.enabled):
        return False
    if new is None or old is None or not on:
        return True
    return new.raster.default == old.raster.default


def _shows(layer: Layer) -> bool:
    return layer.visible and layer.opacity > 0.0


def _extent(layer: Layer) -> Iterator[Rect]:
    """Yield rectangles outside which the layer shows nothing."""
    if not _shows(layer):
        return
    if isinstance(layer, GroupLayer):
        for child in layer.children:
            yield from _extent(child)
    elif isinstance(layer, RasterLayer):
        yield from _runs(layer.raster.tiles, layer.x, layer.y)
    else:
        yield layer.bounds()


def _tiles(new: Raster, old: Raster, dx: int, dy: int) -> Iterator[Rect]:
    """Yield where two rasters differ: by pixels if few tiles do, as after a dab, else by tiles.

    Comparing the pixels of a tile is far cheaper than blending them again.
    """
    changed = new.changed_tiles(old)
    if len(changed) > FEW:
        yield from _runs(changed, dx, dy)
        return
    for key in sorted(changed):
        rect = _difference(new.tile(key), old.tile(key), new.default)
        if not rect.is_empty:
            yield rect.shift(key[0] * TILE + dx, key[1] * TILE + dy)


def _difference(new: Pixels | None, old: Pixels | None, default: int) -> Rect:
    """Return the tight rectangle, in pixels of the tile, where two tiles differ."""
    if new is None:
        new, old = old, new
    if new is None:
        return Rect(0, 0, 0, 0)
    if old is None:
        old = np.full(new.shape, default, np.uint8)
    # Whole rows as long words first: about twenty times faster than pixel by pixel.
    one, other = new.reshape(TILE, -1), old.reshape(TILE, -1)
    rows = np.flatnonzero((one.view(np.uint64) != other.view(np.uint64)).any(axis=1))
    if rows.size == 0:
        return Rect(0, 0, 0, 0)
    top, bottom = int(rows[0]), int(rows[-1]) + 1
    word = np.uint32 if new.shape[2] == 4 else np.uint8
    differs = one[top:bottom].view(word) != other[top:bottom].view(word)
    columns = np.flatnonzero(differs.any(axis=0))
    return Rect.from_edges(int(columns[0]), top, int(columns[-1]) + 1, bottom)


def _runs(keys: Iterable[Key], dx: int, dy: int) -> Iterator[Rect]:
    """Yield tiles as rectangles moved by (dx, dy), neighbours in a row joined."""
    start = end = row = 0
    for y, x in sorted((y, x) for x, y in keys):
        if end > start and y == row and x == end:
            end += 1
            continue
        if end > start:
            yield Rect(start * TILE + dx, row * TILE + dy, (end - start) * TILE, TILE)
        start, end, row = x, x + 1, y
    if end > start:
        yield Rect(start * TILE + dx, row * TILE + dy, (end - start) * TILE, TILE)
