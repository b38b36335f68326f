"""Pixels in read-only tiles that snapshots share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from studio.core.geometry import Rect, bounding

TILE = 256
"""Edge of a tile in pixels."""

Pixels = NDArray[np.uint8]
Key = tuple[int, int]


class Raster:
    """An unbounded immutable grid of (256, 256, channels) uint8 tiles.

    Four channels are straight (not premultiplied) sRGB with alpha, one channel is a mask. A pixel
    in a tile that is not stored has the value ``default`` in every channel. Tile (i, j) covers the
    columns 256 i .. 256 i + 255 and the rows 256 j .. 256 j + 255; indices may be negative.
    """

    __slots__ = ("_bounds", "_tiles", "channels", "default")

    def __init__(
        self, tiles: Mapping[Key, Pixels] | None = None, channels: int = 4, default: int = 0
    ) -> None:
        self._tiles: dict[Key, Pixels] = {}
        self._bounds: Rect | None = None
        self.channels = channels
        self.default = default
        for key, tile in (tiles or {}).items():
            self._tiles[key] = self._checked(tile)

    def _checked(self, tile: Pixels) -> Pixels:
        """Return a tile in stored form: contiguous, since ``kernels`` reads it by its address."""
        if tile.shape != (TILE, TILE, self.channels) or tile.dtype != np.uint8:
            raise ValueError(f"a tile must be uint8 of shape ({TILE}, {TILE}, {self.channels})")
        if not tile.flags.c_contiguous:
            tile = np.ascontiguousarray(tile)
        tile.flags.writeable = False
        return tile

    @classmethod
    def filled(
        cls, rect: Rect, value: int | tuple[int, ...], channels: int = 1, default: int = 0
    ) -> Raster:
        """Return a raster of ``value`` inside ``rect``, one number or one for each channel.

        Whole tiles share one array, and so do tiles that the rectangle covers in the same way.
        """
        whole = np.full((TILE, TILE, channels), value, np.uint8)
        tiles: dict[Key, Pixels] = {}
        parts: dict[Rect, Pixels] = {}
        for key in keys_in(rect):
            if rect.contains(tile_rect(key)):
                tiles[key] = whole
            else:
                place = tile_rect(key)
                part = rect.intersect(place).shift(-place.x, -place.y)
                if part not in parts:
                    parts[part] = np.full((TILE, TILE, channels), default, np.uint8)
                    parts[part][_windows(key, rect)[0]] = value
                tiles[key] = parts[part]
        return cls(tiles if value != default else None, channels, default)

    @classmethod
    def from_array(cls, pixels: Pixels, x: int = 0, y: int = 0, default: int = 0) -> Raster:
        """Return a raster of ``pixels``, (h, w, c) or (h, w) uint8, with their corner at x, y."""
        if pixels.ndim == 2:
            pixels = pixels[:, :, None]
        return cls(channels=pixels.shape[2], default=default).write(x, y, pixels)

    @property
    def tiles(self) -> Mapping[Key, Pixels]:
        """The stored tiles by (column, row); read-only."""
        return MappingProxyType(self._tiles)

    def tile(self, key: Key) -> Pixels | None:
        """Return a stored tile, or None if every pixel is ``default``."""
        return self._tiles.get(key)

    @property
    def nbytes(self) -> int:
        """Bytes of all stored tiles."""
        return len(self._tiles) * TILE * TILE * self.channels

    @property
    def tile_bounds(self) -> Rect:
        """The rectangle around the stored tiles."""
        return bounding(tile_rect(key) for key in self._tiles)

    def bounds(self) -> Rect:
        """Return the tight rectangle around pixels whose last channel differs from ``default``."""
        if self._bounds is None:
            found = Rect(0, 0, 0, 0)
            for key in self._outside_in():
                if not found.contains(tile_rect(key)):
                    found = found.union(self._content(key))
            self._bounds = found
        return self._bounds

    def _outside_in(self) -> list[Key]:
        """Return the tiles in an order from which the bounds are found after a few of them."""
        if not self._tiles:
            return []
        by_row = sorted(self._tiles, key=lambda key: (key[1], key[0]))
        by_column = sorted(self._tiles)
        ends = [by_row[0], by_row[-1], by_column[0], by_column[-1]]
        return [*ends, *by_row]

    def _content(self, key: Key) -> Rect:
        differs = self._tiles[key][:, :, -1] != self.default
        rows = np.flatnonzero(differs.any(axis=1))
        if rows.size == 0:
            return Rect(0, 0, 0, 0)
        columns = np.flatnonzero(differs.any(axis=0))
        x, y = key[0] * TILE, key[1] * TILE
        return Rect.from_edges(
            x + int(columns[0]), y + int(rows[0]), x + int(columns[-1]) + 1, y + int(rows[-1]) + 1
        )

    def read(self, rect: Rect) -> Pixels:
        """Return a new (h, w, channels) uint8 array of the pixels inside ``rect``."""
        shape = (rect.height, rect.width, self.channels)
        result = np.full(shape, self.default, dtype=np.uint8)
        for key in keys_in(rect):
            tile = self._tiles.get(key)
            if tile is not None:
                inside, outside = _windows(key, rect)
                result[outside] = tile[inside]
        return result

    def write(self, x: int, y: int, pixels: Pixels) -> Raster:
        """Return a raster with ``pixels`` (h, w, channels) uint8 written at x, y.

        Untouched tiles are shared; a tile that becomes all ``default`` is dropped, and one that
        does not change stays the same object.
        """
        if pixels.ndim == 2:
            pixels = pixels[:, :, None]
        if pixels.shape[2] != self.channels:
            raise ValueError(f"expected {self.channels} channels, got {pixels.shape[2]}")
        rect = Rect(x, y, pixels.shape[1], pixels.shape[0])
        changed: dict[Key, Pixels | None] = {}
        for key in keys_in(rect):
            inside, outside = _windows(key, rect)
            old = self._tiles.get(key)
            if old is not None and np.array_equal(old[inside], pixels[outside]):
                continue
            if old is None:
                tile = np.full((TILE, TILE, self.channels), self.default, dtype=np.uint8)
            else:
                tile = old.copy()
            tile[inside] = pixels[outside]
            changed[key] = tile if (tile != self.default).any() else None
        return self.with_tiles(changed)

    def with_tiles(self, changed: Mapping[Key, Pixels | None]) -> Raster:
        """Return a raster with some tiles replaced, or dropped if the value is None."""
        result = Raster(None, self.channels, self.default)
        tiles = self._tiles.copy()
        for key, tile in changed.items():
            if tile is None:
                tiles.pop(key, None)
            else:
                tiles[key] = self._checked(tile)
        result._tiles = tiles
        return result

    def shifted(self, dx: int, dy: int) -> Raster:
        """Return the raster moved by (dx, dy); by multiples of 256 it shares its tiles."""
        if dx == 0 and dy == 0:
            return self
        columns, rows = dx // TILE, dy // TILE
        if dx % TILE == 0 and dy % TILE == 0:
            tiles = {(x + columns, y + rows): tile for (x, y), tile in self._tiles.items()}
            return Raster(tiles, self.channels, self.default)
        moved: dict[Key, Pixels] = {}
        reached = {
            (x + columns + u, y + rows + v) for x, y in self._tiles for u in (0, 1) for v in (0, 1)
        }
        for key in reached:
            tile = self.read(tile_rect(key).shift(-dx, -dy))
            if (tile != self.default).any():
                moved[key] = tile
        return Raster(moved, self.channels, self.default)

    def changed_tiles(self, old: Raster) -> set[Key]:
        """Return the tiles that are not the same object in both; compares no pixels."""
        if old is self:
            return set()
        mine, theirs = self._tiles, old._tiles
        changed = {key for key, tile in mine.items() if theirs.get(key) is not tile}
        if len(mine) < len(theirs) + len(changed):
            changed.update(theirs.keys() - mine.keys())
        return changed

    def __reduce__(self) -> tuple[object, ...]:
        return Raster, (self._tiles, self.channels, self.default)


def tile_rect(key: Key) -> Rect:
    """Return the pixels that a tile covers."""
    return Rect(key[0] * TILE, key[1] * TILE, TILE, TILE)


def keys_in(rect: Rect) -> Iterator[Key]:
    """Yield the tiles that touch ``rect``, row by row."""
    if rect.is_empty:
        return
    for row in range(rect.y // TILE, (rect.bottom - 1) // TILE + 1):
        for column in range(rect.x // TILE, (rect.right - 1) // TILE + 1):
            yield column, row


def _windows(key: Key, rect: Rect) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
    """Return the common pixels as slices of the tile and as slices of an array over ``rect``."""
    common = tile_rect(key).intersect(rect)
    x, y = common.x - key[0] * TILE, common.y - key[1] * TILE
    u, v = common.x - rect.x, common.y - rect.y
    inside = slice(y, y + common.height), slice(x, x + common.width)
    return inside, (slice(v, v + common.height), slice(u, u + common.width))
