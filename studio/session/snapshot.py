"""A document as JSON, with its tiles elsewhere."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from studio.core.limits import LIMITS
from studio.document.attachments import MAX_BYTES, Attachments, bounded, is_key, is_whole
from studio.document.blend import BlendMode, find_mode
from studio.document.control import read_control
from studio.document.document import DPI, Document
from studio.document.layer import (
    ControlLayer,
    GenerativeLayer,
    GroupLayer,
    Layer,
    LayerMask,
    RasterLayer,
)
from studio.document.metadata import NO_METADATA, FileMetadata
from studio.document.raster import TILE, Raster

Place = dict[str, Any]
PlaceOf = Callable[[Raster, NDArray[np.uint8]], Place]
FileOf = Callable[[bytes], Place]


def describe(document: Document, place: PlaceOf, file: FileOf) -> dict[str, Any]:
    """Return the JSON-ready structure; ``place`` stores a tile, ``file`` bytes, and says where.

    Of results it names the ids.
    """
    return {
        "width": document.width,
        "height": document.height,
        "active": document.active,
        "profile": document.profile.hex() if document.profile else None,
        "metadata": _metadata(document.metadata, file),
        "selection": _raster(document.selection, place),
        "mask": _raster(document.mask, place),
        "layers": [_layer(layer, place) for layer in document.layers],
        "origin": list(document.origin),
        "dpi": document.dpi,
        "results": [one.id for one in document.results],
        "applied": sorted(document.applied),
        "attachments": {key: file(data) for key, data in document.attachments.items()},
    }


def restore(structure: dict[str, Any], tiles: Path) -> Document:
    """Return the document of a structure whose tiles lie in a file, without its results.

    OSError, KeyError, TypeError or ValueError where something is missing or torn.
    """
    cache: dict[int, NDArray[np.uint8]] = {}
    with tiles.open("rb") as source:

        def tile(place: Place, channels: int) -> NDArray[np.uint8]:
            if "fill" in place:
                shape = (TILE, TILE, channels)
                return np.ascontiguousarray(
                    np.broadcast_to(np.array(place["fill"], np.uint8), shape)
                )
            at = int(place["at"])
            if at not in cache:
                source.seek(at)
                data = source.read(int(place["size"]))
                cache[at] = np.frombuffer(data, np.uint8).reshape(TILE, TILE, channels)
            return cache[at]

        def raster(part: dict[str, Any] | None) -> Raster | None:
            if part is None:
                return None
            channels = int(part["channels"])
            tiles = {(int(i), int(j)): tile(place, channels) for i, j, place in part["tiles"]}
            return Raster(tiles, channels, int(part["default"]))

        return Document(
            width=int(structure["width"]),
            height=int(structure["height"]),
            active=structure["active"],
            profile=bytes.fromhex(structure["profile"]) if structure["profile"] else None,
            metadata=_restore_metadata(structure.get("metadata", {}), source),
            selection=raster(structure["selection"]),
            mask=raster(structure["mask"]),
            layers=tuple(_restore_layer(part, raster) for part in structure["layers"]),
            origin=_pair(structure.get("origin", (0, 0))),
            dpi=_dpi(structure.get("dpi", DPI)),
            applied=frozenset(map(str, structure.get("applied", ()))),
            attachments=_restore_attachments(structure.get("attachments", {}), source),
        )


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
    """Return the attachments that are whole; a document does without the others."""
    found: dict[str, bytes] = {}
    for key, place in places.items():
        size = int(place["size"])
        if not (is_key(key) and 0 <= size <= MAX_BYTES):
            continue
        source.seek(int(place["at"]))
        data = source.read(size)
        if len(data) == size and is_whole(data):
            found[key] = data
    return bounded(found)


def _pair(value: Sequence[int]) -> tuple[int, int]:
    x, y = value
    return int(x), int(y)


def _dpi(value: object) -> float:
    """Return a density that a document may have; no picture is lost for one that is damaged."""
    usable = isinstance(value, int | float) and LIMITS["dpi"].holds(value)
    return float(value) if usable else DPI  # type: ignore[arg-type]


def constant_place(tile: NDArray[np.uint8]) -> Place | None:
    """Return the place of a tile of one colour, which needs no bytes, or None."""
    first = tile[0, 0]
    if (tile == first).all():
        return {"fill": [int(value) for value in first]}
    return None


def _raster(raster: Raster | None, place: PlaceOf) -> dict[str, Any] | None:
    if raster is None:
        return None
    return {
        "channels": raster.channels,
        "default": raster.default,
        "tiles": [[key[0], key[1], place(raster, tile)] for key, tile in raster.tiles.items()],
    }


def _layer(layer: Layer, place: PlaceOf) -> dict[str, Any]:
    part: dict[str, Any] = {
        "id": layer.id,
        "name": layer.name,
        "visible": layer.visible,
        "opacity": layer.opacity,
        "blend": layer.blend.value.id,
        "locked": layer.locked,
        "x": layer.x,
        "y": layer.y,
        "mask": None,
    }
    if layer.mask is not None:
        part["mask"] = {
            "raster": _raster(layer.mask.raster, place),
            "enabled": layer.mask.enabled,
        }
    if isinstance(layer, GroupLayer):
        part["children"] = [_layer(child, place) for child in layer.children]
        part["expanded"] = layer.expanded
    if isinstance(layer, RasterLayer):
        part["raster"] = _raster(layer.raster, place)
    if isinstance(layer, GenerativeLayer):
        part["recipe"] = dict(layer.recipe)
        part["recipe_mask"] = _raster(layer.recipe_mask, place)
        part["recipe_pictures"] = [_raster(one, place) for one in layer.recipe_pictures]
    if isinstance(layer, ControlLayer):
        part["control"] = dataclasses.asdict(layer.control)
    return part


def _restore_layer(
    part: dict[str, Any], raster: Callable[[dict[str, Any] | None], Raster | None]
) -> Layer:
    common: dict[str, Any] = {
        name: part[name] for name in ("id", "name", "visible", "opacity", "locked", "x", "y")
    }
    common["blend"] = find_mode(part["blend"]) or BlendMode.NORMAL
    if part["mask"] is not None:
        mask = raster(part["mask"]["raster"])
        if mask is None:
            raise ValueError("a layer mask without pixels")
        common["mask"] = LayerMask(mask, bool(part["mask"]["enabled"]))
    if "children" in part:
        children = tuple(_restore_layer(child, raster) for child in part["children"])
        return GroupLayer(children=children, expanded=bool(part["expanded"]), **common)
    pixels = raster(part["raster"]) or Raster()
    if "recipe" in part:
        recipe_mask = raster(part["recipe_mask"])
        pictures = [raster(one) for one in part.get("recipe_pictures", ())]
        return GenerativeLayer(
            raster=pixels,
            recipe=part["recipe"],
            recipe_mask=recipe_mask,
            recipe_pictures=tuple(one or Raster() for one in pictures),
            **common,
        )
    if "control" in part:
        return ControlLayer(raster=pixels, control=read_control(part["control"]), **common)
    return RasterLayer(raster=pixels, **common)
