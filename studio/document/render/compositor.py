"""Composites the visible picture: all layers blended, whole or in tiles cached for a view."""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from studio.core.geometry import Rect
from studio.document.changes import changes
from studio.document.document import Document
from studio.document.layer import Layer, RasterLayer
from studio.document.raster import TILE, Key, Pixels, Raster, keys_in, tile_rect

T = TypeVar("T")
CACHE_BYTES = 512 << 20
FEW = 4
"""The number of tiles up to which the caller's thread alone is faster than several."""
EMPTY: Pixels = np.zeros((TILE, TILE, 4), np.uint8)
"""The empty tile, shared by all."""
EMPTY.flags.writeable = False


def composite(document: Document, rect: Rect, *, skip: frozenset[str] = frozenset()) -> Pixels:
    """Return the visible picture inside ``rect`` as (h, w, 4) uint8 straight RGBA.

    Pixels outside the canvas are transparent; ``skip`` names layers to leave out. Control layers
    are not part of the picture; the ``Compositor`` of a view shows them over it. A transparent
    pixel has colour 0.
    """
    out = np.zeros((rect.height, rect.width, 4), np.uint8)
    words = out.reshape(-1).view(np.uint32)
    inside = rect.intersect(document.rect)

    def render(key: Key) -> None:
        window = tile_rect(key).intersect(inside)
        start = (window.y - rect.y) * rect.width + window.x - rect.x
        _render(document.layers, window, skip, words, start, rect.width)

    _each(render, list(keys_in(inside)))
    return out


def render_tiles(layers: Sequence[Layer], keys: Iterable[Key]) -> Raster:
    """Return the blended layers as a straight RGBA raster of these tiles, not cut at any canvas."""

    def render(key: Key) -> Pixels | None:
        out = np.empty((TILE, TILE, 4), np.uint8)
        words = out.reshape(-1).view(np.uint32)
        _render(layers, tile_rect(key), frozenset(), words, 0, TILE)
        return out if out.any() else None

    order = list(keys)
    return Raster().with_tiles(dict(zip(order, _each(render, order), strict=True)))


def warm_up() -> None:
    """Compile or load the loops, so that the first picture need not wait; from any thread."""
    pixel = RasterLayer(raster=Raster.from_array(np.full((1, 1, 4), 9, np.uint8)))
    composite(Document(width=1, height=1, layers=(pixel,)), Rect(0, 0, 1, 1))


class Compositor:
    """Caches the composited tiles of one view, at every scale, within ``budget`` bytes.

    ``update`` and ``tile`` are for one thread; ``prepare`` spreads tiles over all cores.
    """

    def __init__(self, budget: int = CACHE_BYTES) -> None:
        self.budget = budget
        self._document: Document | None = None
        self._lock = threading.Lock()
        self._base: OrderedDict[Key, tuple[Pixels, int]] = OrderedDict()
        self._upper: OrderedDict[tuple[int, Key], Pixels] = OrderedDict()
        self._stale: dict[tuple[int, Key], int] = {}
        self._parts: dict[Key, Rect] = {}
        self._nbytes = 0

    @property
    def nbytes(self) -> int:
        """Bytes of the cached tiles, without those shared with the document."""
        return self._nbytes

    def update(self, document: Document) -> set[Key]:
        """Switch to another document; return the level-0 tiles that may look different now."""
        old, self._document = self._document, document
        if old is document:
            return set()
        if old is None or (old.width, old.height) != (document.width, document.height):
            self.clear()
            before = set(keys_in(old.rect)) if old is not None else set()
            return before | set(keys_in(document.rect))
        dirty: dict[Key, Rect] = {}
        for rect in changes(document, old):
            for key in keys_in(rect):
                part = rect.intersect(tile_rect(key))
                dirty[key] = dirty[key].union(part) if key in dirty else part
        self._forget(dirty)
        return set(dirty)

    def clear(self) -> None:
        """Drop all tiles."""
        with self._lock:
            self._base.clear()
            self._upper.clear()
            self._stale.clear()
            self._parts.clear()
            self._nbytes = 0

    def tile(self, key: Key, level: int = 0) -> Pixels:
        """Return (256, 256, 4) uint8 premultiplied RGBA, read-only, of the picture at 2**-level.

        A pixel of level n is the mean of 2**n x 2**n pixels; outside the canvas all is 0. The
        array is the same object until its pixels have to be rendered again.
        """
        return self._base_tile(key) if level <= 0 else self._upper_tile(key, level)

    def prepare(self, keys: Iterable[Key], level: int = 0) -> None:
        """Render the tiles of one level on all cores, so that ``tile`` finds them."""
        with self._lock:
            kept: Callable[[Key], bool] = (
                (lambda key: key in self._base and key not in self._parts)
                if level <= 0
                else lambda key: (level, key) in self._upper and (level, key) not in self._stale
            )
            missing = [key for key in keys if not kept(key)]
        few = FEW if level <= 0 else 1
        _each(lambda key: self.tile(key, level), missing, few)

    def _base_tile(self, key: Key) -> Pixels:
        with self._lock:
            found = self._base.get(key)
            part = self._parts.get(key)
            if found is not None:
                self._base.move_to_end(key)
                if part is None:
                    return found[0]
        tile, size = self._make(key, found[0] if found is not None else None, part)
        with self._lock:
            self._nbytes += size - (self._base[key][1] if key in self._base else 0)
            self._base[key] = tile, size
            self._parts.pop(key, None)
            self._trim()
        return tile

    def _make(self, key: Key, old: Pixels | None, part: Rect | None) -> tuple[Pixels, int]:
        """Return a tile, ``old`` with only ``part`` rendered again, and the bytes it adds."""
        document = self._document
        window = tile_rect(key).intersect(document.rect) if document is not None else tile_rect(key)
        if document is None or window.is_empty:
            return EMPTY, 0
        from studio.document.render.plan import Plan  # imports numba, which takes a while

        plan = Plan(document.layers, window, overlays=True)
        if not plan.ops:
            return EMPTY, 0
        whole = plan.whole_tile()
        if whole is not None:
            return whole, 0
        if old is not None and part is not None:
            window = part.intersect(window)
            plan = Plan(document.layers, window, overlays=True)
        out = old.copy() if old is not None else EMPTY.copy()
        start = (window.y - key[1] * TILE) * TILE + window.x - key[0] * TILE
        plan.render(out.reshape(-1).view(np.uint32), start, TILE, False)
        out.flags.writeable = False
        return out, out.nbytes

    def _upper_tile(self, key: Key, level: int) -> Pixels:
        with self._lock:
            old = self._upper.get((level, key))
            stale = self._stale.get((level, key), 0) if old is not None else 0b1111
            if old is not None:
                self._upper.move_to_end((level, key))
        if old is not None and not stale:
            return old
        made = self._halve(key, level, old, stale)
        with self._lock:
            self._nbytes += _owned(made) - (_owned(old) if old is not None else 0)
            self._upper[level, key] = made
            self._stale.pop((level, key), None)
            self._trim()
        return made

    def _halve(self, key: Key, level: int, old: Pixels | None, stale: int) -> Pixels:
        """Return a tile with its stale quarters rendered again from the level below."""
        document = self._document
        if (
            document is None
            or tile_rect((key[0], key[1]))
            .intersect(Rect(0, 0, -(-document.width >> level), -(-document.height >> level)))
            .is_empty
        ):
            return EMPTY
        half = TILE // 2
        out: Pixels = (old if old is not None else EMPTY).copy()
        for quarter in range(4):
            if not stale >> quarter & 1:
                continue
            u, v = quarter & 1, quarter >> 1
            child = self.tile((2 * key[0] + u, 2 * key[1] + v), level - 1)
            place = out[v * half : (v + 1) * half, u * half : (u + 1) * half]
            if child is EMPTY:
                place[:] = 0
            else:
                place[:] = cv2.resize(child, (half, half), interpolation=cv2.INTER_AREA)
        if not out.any():
            return EMPTY
        out.flags.writeable = False
        return out

    def _forget(self, dirty: dict[Key, Rect]) -> None:
        """Record the dirty parts of the tiles and mark the quarters above them as stale."""
        with self._lock:
            for key, part in dirty.items():
                if key in self._base:
                    self._parts[key] = part.union(self._parts.get(key, part))
            level, keys = 0, set(dirty)
            highest = max((one for one, _ in self._upper), default=0) if dirty else 0
            while level < highest:
                level += 1
                above: set[Key] = set()
                for x, y in keys:
                    parent = x >> 1, y >> 1
                    above.add(parent)
                    if (level, parent) in self._upper:
                        bit = 1 << ((x & 1) | (y & 1) << 1)
                        self._stale[level, parent] = self._stale.get((level, parent), 0) | bit
                keys = above

    def _trim(self) -> None:
        """Keep within the budget: level 0 goes first, as upper levels are costlier to rebuild."""
        while self._nbytes > self.budget and len(self._base) > 1:
            key, (_, size) = self._base.popitem(last=False)
            self._parts.pop(key, None)
            self._nbytes -= size
        while self._nbytes > self.budget and len(self._upper) > 1:
            place, tile = self._upper.popitem(last=False)
            self._stale.pop(place, None)
            self._nbytes -= _owned(tile)


def _owned(tile: Pixels) -> int:
    return 0 if tile is EMPTY else tile.nbytes


def _render(
    layers: Sequence[Layer],
    window: Rect,
    skip: frozenset[str],
    words: NDArray[np.uint32],
    start: int,
    stride: int,
) -> None:
    from studio.document.render.plan import Plan  # imports numba, which takes a while

    Plan(layers, window, skip).render(words, start, stride, True)


def _each(work: Callable[[Key], T], keys: Sequence[Key], few: int = FEW) -> list[T]:
    """Return ``work`` of each key, on all cores if that is faster."""
    if len(keys) <= few:
        return [work(key) for key in keys]
    with ThreadPoolExecutor(min(len(keys), os.cpu_count() or 1, 16)) as pool:
        return list(pool.map(work, keys))
