"""A document as JSON, with its tiles in a separate file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from studio.core.limits import LIMITS
from studio.document.attachments import MAX_BYTES, Attachments, is_key, is_whole, limit_attachments
from studio.document.document import DPI, Document
from studio.document.kinds import read_layer, write_layer
from studio.document.layer import Layer
from studio.document.metadata import NO_METADATA, FileMetadata
from studio.document.raster import TILE, Raster

Place = dict[str, Any]
PlaceOf = Callable[[Raster, NDArray[np.uint8]], Place]
FileOf = Callable[[bytes], Place]


def describe(document: Document, place: PlaceOf, file: FileOf) -> dict[str, Any]:
    """Return the JSON-ready structure; ``place`` and ``file`` store tiles and bytes.

    Both return the place in the file. Results are listed by their ids.
    """
    store = _TileStore(place)
    return {
        "width": document.width,
        "height": document.height,
        "active": document.active,
        "profile": document.profile.hex() if document.profile else None,
        "metadata": _metadata(document.metadata, file),
        "selection": store.optional(document.selection),
        "mask": store.optional(document.mask),
        "layers": [store.layer(layer) for layer in document.layers],
        "origin": list(document.origin),
        "scale": list(document.scale),
        "dpi": document.dpi,
        "results": [one.id for one in document.results],
        "applied": sorted(document.applied),
        "attachments": {key: file(data) for key, data in document.attachments.items()},
    }


def restore(structure: dict[str, Any], tiles: Path) -> Document:
    """Return the document of a structure whose tiles are in a file, without its results.

    OSError, KeyError, TypeError or ValueError if something is missing or torn.
    """
    with tiles.open("rb") as file:
        source = _TileSource(file)
        return Document(
            width=int(structure["width"]),
            height=int(structure["height"]),
            active=structure["active"],
            profile=bytes.fromhex(structure["profile"]) if structure["profile"] else None,
            metadata=_restore_metadata(structure.get("metadata", {}), file),
            selection=source.optional(structure["selection"]),
            mask=source.optional(structure["mask"]),
            layers=tuple(source.layer(part) for part in structure["layers"]),
            origin=_pair(structure.get("origin", (0, 0))),
            scale=_scale(structure.get("scale", (1.0, 1.0))),
            dpi=_dpi(structure.get("dpi", DPI)),
            applied=frozenset(map(str, structure.get("applied", ()))),
            attachments=_restore_attachments(structure.get("attachments", {}), file),
        )


class _TileStore:
    """Stores rasters tile by tile."""

    def __init__(self, place: PlaceOf) -> None:
        self._place = place

    def put(self, raster: Raster, name: str) -> Place:
        return {
            "channels": raster.channels,
            "default": raster.default,
            "tiles": [
                [key[0], key[1], self._place(raster, tile)] for key, tile in raster.tiles.items()
            ],
        }

    def optional(self, raster: Raster | None) -> Place | None:
        return None if raster is None else self.put(raster, "")

    def own(self, value: Any) -> Any:
        return value

    def layer(self, layer: Layer) -> Place:
        return write_layer(layer, self)


class _TileSource:
    """Reads what ``_TileStore`` wrote; a tile that several rasters share is read once."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._cache: dict[int, NDArray[np.uint8]] = {}

    def get(self, entry: Place) -> Raster:
        channels = int(entry["channels"])
        tiles = {(int(i), int(j)): self._tile(place, channels) for i, j, place in entry["tiles"]}
        return Raster(tiles, channels, int(entry["default"]))

    def optional(self, entry: Place | None) -> Raster | None:
        return None if entry is None else self.get(entry)

    def layer(self, entry: Place) -> Layer:
        return read_layer(_with_kind(entry), self)

    def _tile(self, place: Place, channels: int) -> NDArray[np.uint8]:
        shape = (TILE, TILE, channels)
        if "fill" in place:
            return np.ascontiguousarray(np.broadcast_to(np.array(place["fill"], np.uint8), shape))
        at = int(place["at"])
        if at not in self._cache:
            self._file.seek(at)
            data = self._file.read(int(place["size"]))
            self._cache[at] = np.frombuffer(data, np.uint8).reshape(shape)
        return self._cache[at]


def _with_kind(entry: Place) -> Place:
    """Return an entry with its kind, which journals of earlier versions lack."""
    if "kind" in entry:
        return entry
    fields = (("children", "group"), ("recipe", "generative"), ("control", "control"))
    kind = next((kind for field, kind in fields if field in entry), "raster")
    return {**entry, "kind": kind}


_PARTS = ("exif", "xmp", "iptc")


def _metadata(metadata: FileMetadata, file: FileOf) -> dict[str, Any]:
    parts = {name: getattr(metadata, name) for name in _PARTS}
    texts = {"texts": dict(metadata.texts)} if metadata.texts else {}
    return {**{name: file(body) for name, body in parts.items() if body}, **texts}


def _restore_metadata(part: Mapping[str, Any], source: BinaryIO) -> FileMetadata:
    found = {}
    for name in _PARTS:
        if name in part:
            source.seek(int(part[name]["at"]))
            found[name] = source.read(int(part[name]["size"]))
    texts = {str(key): str(text) for key, text in part.get("texts", {}).items()}
    return FileMetadata(texts=texts, **found) if found or texts else NO_METADATA


def _restore_attachments(places: dict[str, Place], source: BinaryIO) -> Attachments:
    """Return the intact attachments; the document opens without the others."""
    found: dict[str, bytes] = {}
    for key, place in places.items():
        size = int(place["size"])
        if not (is_key(key) and 0 <= size <= MAX_BYTES):
            continue
        source.seek(int(place["at"]))
        data = source.read(size)
        if len(data) == size and is_whole(data):
            found[key] = data
    return limit_attachments(found)


def _pair(value: Sequence[int]) -> tuple[int, int]:
    x, y = value
    return int(x), int(y)


def _scale(value: Sequence[float]) -> tuple[float, float]:
    across, down = value
    return float(across), float(down)


def _dpi(value: object) -> float:
    """Return a valid pixel density; a damaged one must not prevent opening the picture."""
    usable = isinstance(value, int | float) and LIMITS["dpi"].holds(value)
    return float(value) if usable else DPI  # type: ignore[arg-type]


def constant_place(tile: NDArray[np.uint8]) -> Place | None:
    """Return the place of a tile of one colour, which needs no bytes, or None."""
    first = tile[0, 0]
    if (tile == first).all():
        return {"fill": [int(value) for value in first]}
    return None
