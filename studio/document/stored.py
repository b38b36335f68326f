"""Serialises the fields of a layer, in the same form for the recovery journal and for ORA.

A ``Part`` converts one field to JSON and back. The file format decides where pixels are stored: it
provides a ``Store`` for writing and a ``Source`` for reading.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from studio.document.control import read_control
from studio.document.layer import Layer, LayerMask
from studio.document.raster import Raster

Entry = dict[str, Any]
"""JSON-ready."""


class Store(Protocol):
    """The destination of one layer."""

    def put(self, raster: Raster, name: str) -> Entry:
        """Store a raster and return its location; ``name`` is the field, unique in its layer."""
        ...

    def own(self, value: Any) -> Any:
        """Return JSON-ready values as this file may hold them: without paths if it is shared."""
        ...

    def layer(self, layer: Layer) -> Entry:
        """Store a layer inside this one."""
        ...


class Source(Protocol):
    """The source of one layer."""

    def get(self, entry: Entry) -> Raster | None:
        """Return a stored raster; None if it is damaged and the layer can do without it."""
        ...

    def layer(self, entry: Entry) -> Layer:
        """Return a layer inside this one."""
        ...


@dataclass(frozen=True, slots=True)
class Part:
    """One field of a layer: ``write`` makes it JSON-ready, ``read`` is its inverse.

    ``read`` raises KeyError, TypeError or ValueError for an invalid value.
    """

    name: str
    write: Callable[[Any, Store], Any]
    read: Callable[[Any, Source], Any]


def plain(name: str, kind: Callable[[Any], Any]) -> Part:
    """Return the part of a number, a text or a truth value."""
    return Part(name, lambda value, _: value, lambda value, _: kind(value))


def mapping(name: str) -> Part:
    """Return the part of a JSON-ready mapping, such as a recipe."""

    def read(value: Any, _: Source) -> dict[str, object]:
        if not isinstance(value, Mapping):
            raise TypeError(f"{name} is no mapping")
        return dict(value)

    return Part(name, lambda value, store: store.own(dict(value)), read)


def pixels(name: str, channels: int = 4) -> Part:
    """Return the part of a raster; one that is missing or damaged is empty."""

    def read(value: Any, source: Source) -> Raster:
        found = source.get(value) if value is not None else None
        return Raster(channels=channels) if found is None else found

    return Part(name, lambda raster, store: store.put(raster, name), read)


def optional_pixels(name: str) -> Part:
    """Return the part of a raster that may be None."""

    def write(raster: Raster | None, store: Store) -> Entry | None:
        return None if raster is None else store.put(raster, name)

    return Part(name, write, lambda value, source: None if value is None else source.get(value))


def many_pixels(name: str) -> Part:
    """Return the part of a tuple of rasters; those that are damaged are empty."""

    def write(rasters: tuple[Raster, ...], store: Store) -> list[Entry]:
        return [store.put(one, f"{name}-{number:02}") for number, one in enumerate(rasters)]

    def read(value: Any, source: Source) -> tuple[Raster, ...]:
        return tuple(source.get(one) or Raster() for one in value or ())

    return Part(name, write, read)


def _write_mask(mask: LayerMask | None, store: Store) -> Entry | None:
    if mask is None:
        return None
    return {"raster": store.put(mask.raster, "mask"), "enabled": mask.enabled}


def _read_mask(value: Any, source: Source) -> LayerMask | None:
    raster = None if value is None else source.get(value["raster"])
    return None if raster is None else LayerMask(raster, bool(value["enabled"]))


MASK = Part("mask", _write_mask, _read_mask)
CONTROL = Part(
    "control",
    lambda control, store: store.own(dataclasses.asdict(control)),
    lambda value, _: read_control(value),
)
CHILDREN = Part(
    "children",
    lambda layers, store: [store.layer(one) for one in layers],
    lambda value, source: tuple(source.layer(one) for one in value),
)
"""From bottom to top."""
