"""Counts the bytes of the unique tiles of many documents, by reference counts."""

from __future__ import annotations

from studio.document.document import Document, rasters
from studio.document.raster import Raster


class Tally:
    """Counts rasters first and tiles only of a raster not seen yet, so that a commit is cheap.

    Tiles and rasters are identified by ``id``: they must be kept alive until they are removed.
    """

    def __init__(self) -> None:
        self._rasters: dict[int, int] = {}
        self._tiles: dict[int, int] = {}
        self._nbytes = 0

    @property
    def nbytes(self) -> int:
        """Bytes of all tiles of the documents counted, each once."""
        return self._nbytes

    def add(self, document: Document) -> None:
        """Count a document; it may be counted several times."""
        for raster in rasters(document):
            count = self._rasters.get(id(raster), 0)
            self._rasters[id(raster)] = count + 1
            if count == 0:
                self._add_tiles(raster)

    def remove(self, document: Document) -> None:
        """Undo one ``add`` of the same document."""
        for raster in rasters(document):
            count = self._rasters[id(raster)] - 1
            if count:
                self._rasters[id(raster)] = count
            else:
                del self._rasters[id(raster)]
                self._remove_tiles(raster)

    def _add_tiles(self, raster: Raster) -> None:
        tiles = self._tiles
        for tile in raster.tiles.values():
            key = id(tile)
            count = tiles.get(key, 0)
            tiles[key] = count + 1
            if count == 0:
                self._nbytes += tile.nbytes

    def _remove_tiles(self, raster: Raster) -> None:
        tiles = self._tiles
        for tile in raster.tiles.values():
            key = id(tile)
            count = tiles[key] - 1
            if count:
                tiles[key] = count
            else:
                del tiles[key]
                self._nbytes -= tile.nbytes
