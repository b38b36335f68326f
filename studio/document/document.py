"""The immutable document: size, layers, selection, active layer, colour profile."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from studio.core.errors import StudioError
from studio.core.geometry import Rect
from studio.core.limits import check
from studio.document.attachments import Attachments
from studio.document.frame import Frame
from studio.document.layer import GroupLayer, Layer
from studio.document.metadata import NO_METADATA, FileMetadata
from studio.document.raster import Raster
from studio.document.results import Results

MAX_SIZE = 300_000
"""Largest width and height in pixels, as in Photoshop's large documents."""

MAX_AREA = 16384 * 16384
"""Largest area in pixels."""

DPI = 96.0
"""Pixels per inch of a picture that does not state them."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Document:
    """A snapshot; ``layers`` are ordered from bottom to top, ``selection`` is a one-channel raster.

    ``selection`` is None if nothing is selected. ``mask`` is the painted edit mask (one channel,
    default 0) that an AI edit fills. ``profile`` is the ICC profile (RGB) of the opened file, in
    which exports are written, None for sRGB; the pixels are always sRGB. ``metadata`` is the other
    metadata of that file.
    ``origin`` is the position of the canvas's corner on the canvas that was opened: coordinates
    kept outside the document follow it, through undo too. ``scale`` does the same for a canvas that
    was scaled: its pixels per pixel of the opened one. Neither is saved in any file.
    ``attachments`` are the inversions of its pictures, which do not affect its appearance.
    ``dpi`` is the density on paper in pixels per inch, in the range of ``LIMITS``; no pixel depends
    on it.
    ``results`` are to be applied or discarded, newest first; ``applied`` are the ids of those
    already applied.
    """

    width: int
    height: int
    layers: tuple[Layer, ...] = ()
    active: str | None = None
    selection: Raster | None = None
    mask: Raster | None = None
    profile: bytes | None = field(default=None, repr=False)
    metadata: FileMetadata = NO_METADATA
    origin: tuple[int, int] = (0, 0)
    scale: tuple[float, float] = (1.0, 1.0)
    dpi: float = DPI
    attachments: Attachments = field(default_factory=dict, repr=False)
    results: Results = field(default=(), repr=False)
    applied: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        error = size_error(self.width, self.height)
        if error is not None:
            raise error
        check("dpi", self.dpi)

    @property
    def rect(self) -> Rect:
        """The canvas."""
        return Rect(0, 0, self.width, self.height)

    @property
    def frame(self) -> Frame:
        """The position and the scale of the canvas."""
        return Frame(self.origin, self.scale)

    def replace(self, **changes: Any) -> Document:
        """Return a copy with some fields changed."""
        return dataclasses.replace(self, **changes)

    def walk(self) -> Iterator[Layer]:
        """Yield every layer from bottom to top, a group after its children."""
        return _walk(self.layers)

    def find(self, layer_id: str | None) -> Layer | None:
        """Return the layer with that id, or None."""
        return next((layer for layer in self.walk() if layer.id == layer_id), None)

    def active_layer(self) -> Layer | None:
        """Return the active layer, or None."""
        return self.find(self.active)

    def parent_of(self, layer_id: str) -> GroupLayer | None:
        """Return the group that holds the layer; None at the top level."""
        for layer in self.walk():
            if isinstance(layer, GroupLayer) and any(c.id == layer_id for c in layer.children):
                return layer
        return None

    def update(self, layer: Layer) -> Document:
        """Return the document with the layer of the same id replaced by ``layer``."""
        return self.substitute(layer.id, (layer,))

    def substitute(self, layer_id: str, layers: tuple[Layer, ...]) -> Document:
        """Return the document with one layer replaced, in its place, by any number of others."""
        return self.replace(layers=_map(self.layers, layer_id, lambda _: layers))

    def remove(self, layer_id: str) -> Document:
        """Return the document without that layer and its children; its neighbour becomes active."""
        order = [layer.id for layer in self.walk()]
        document = self.replace(layers=_map(self.layers, layer_id, lambda _: ()))
        if document.find(self.active) is None:
            index = order.index(layer_id) if layer_id in order else 0
            below = [one for one in order[:index] if document.find(one) is not None]
            rest = [layer.id for layer in document.walk()]
            near = below[-1] if below else next(iter(rest), None)
            document = document.replace(active=near)
        return document

    def insert(
        self, layer: Layer, *, above: str | None = None, into: str | None = None
    ) -> Document:
        """Return the document with ``layer`` added and active.

        It is placed right above the layer ``above``, or as the topmost child of the group ``into``,
        or on top of everything.
        """
        if above is not None and self.find(above) is not None:
            layers = _map(self.layers, above, lambda old: (old, layer))
        elif into is not None and isinstance(group := self.find(into), GroupLayer):
            grown = group.replace(children=(*group.children, layer))
            layers = _map(self.layers, into, lambda _: (grown,))
        else:
            layers = (*self.layers, layer)
        return self.replace(layers=layers, active=layer.id)

    def nbytes(self) -> int:
        """Return the bytes of all unique tiles."""
        return sum(tile.nbytes for tile in unique_tiles(self).values())


def fits(width: int, height: int) -> bool:
    """Whether a picture may have this size."""
    sides = 1 <= width <= MAX_SIZE and 1 <= height <= MAX_SIZE
    return sides and width * height <= MAX_AREA


def size_error(width: int, height: int) -> StudioError | None:
    """Return why a picture cannot have this size, or None if it can."""
    if fits(width, height):
        return None
    return StudioError(
        "A picture of {width} x {height} pixels does not fit.",
        "A side may be 1 to {limit} pixels long, and a picture have {most} megapixels.",
        width=width,
        height=height,
        limit=MAX_SIZE,
        most=MAX_AREA // 10**6,
    )


def unique_tiles(document: Document) -> dict[int, memoryview]:
    """Return the buffers of all tiles by the id of the array, each once."""
    found: dict[int, memoryview] = {}
    for raster in rasters(document):
        for tile in raster.tiles.values():
            found[id(tile)] = tile.data
    return found


def rasters(document: Document) -> Iterator[Raster]:
    """Yield every raster of a document: pixels, masks, recipe masks, selection."""
    for layer in document.walk():
        for name in ("raster", "recipe_mask"):
            raster = getattr(layer, name, None)
            if raster is not None:
                yield raster
        yield from getattr(layer, "recipe_pictures", ())
        if layer.mask is not None:
            yield layer.mask.raster
    for raster in (document.selection, document.mask):
        if raster is not None:
            yield raster


def _walk(layers: tuple[Layer, ...]) -> Iterator[Layer]:
    for layer in layers:
        if isinstance(layer, GroupLayer):
            yield from _walk(layer.children)
        yield layer


def _map(
    layers: tuple[Layer, ...], layer_id: str, change: Callable[[Layer], tuple[Layer, ...]]
) -> tuple[Layer, ...]:
    result: list[Layer] = []
    for layer in layers:
        if layer.id == layer_id:
            result.extend(change(layer))
            continue
        if isinstance(layer, GroupLayer):
            children = _map(layer.children, layer_id, change)
            if len(children) != len(layer.children) or any(
                a is not b for a, b in zip(children, layer.children, strict=True)
            ):
                layer = layer.replace(children=children)
        result.append(layer)
    return tuple(result)
