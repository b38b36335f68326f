"""Pixels in read-only tiles which snapshots share."""

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

    __slots__ = ("_tiles", "channels", "default")

    def __init__(
        self, tiles: Mapping[Key, Pixels] | None = None, channels: int = 4, default: int = 0
    ) -> None:
        self._tiles: dict[Key, Pixels] = dict(tiles or {})
        self.channels = channels
        self.default = default
        for tile in self._tiles.values():
            if tile.shape != (TILE, TILE, channels) or tile.dtype != np.uint8:
                raise ValueError(f"a tile must be uint8 of shape ({TILE}, {TILE}, {channels})")
            tile.flags.writeable = False

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
        """Return a stored tile, or None where every pixel is ``default``."""
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
        return bounding(self._content(key) for key in self._tiles)

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
        """Return a raster in which ``pixels`` (h, w, channels) uint8 replace what lay at x, y.

        Tiles that are not touched are shared; a tile that ends up all ``default`` is dropped, and
        one that does not change stays the same object.
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
        """Return a raster with some tiles replaced, or dropped where the value is None."""
        tiles = dict(self._tiles)
        for key, tile in changed.items():
            if tile is None:
                tiles.pop(key, None)
            else:
                tiles[key] = tile
        return Raster(tiles, self.channels, self.default)

    def changed_tiles(self, old: Raster) -> set[Key]:
        """Return the tiles that are not the same object in both; compares no pixels."""
        if old is self:
            return set()
        mine, theirs = self._tiles, old._tiles
        return {key for key in mine.keys() | theirs.keys() if mine.get(key) is not theirs.get(key)}

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
