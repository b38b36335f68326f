"""Image size, "with detail": which pixels go to the enlarging network, and what becomes of them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import psutil
from numpy.typing import NDArray

from studio.core.errors import StudioError
from studio.core.geometry import Rect
from studio.core.notices import Notice, notice, translatable
from studio.core.progress import Progress
from studio.document.document import Document, size_error
from studio.document.fill import layer_from_selection
from studio.document.image_size import scale_document, scale_layer
from studio.document.layer import ControlLayer, Layer, RasterLayer
from studio.document.locked import check_unlocked
from studio.document.raster import Raster
from studio.edit.photo_tools import PhotoRequest, PhotoResult, photo_request
from studio.retouch.resampling import LANCZOS, RESAMPLERS, Resampler

Pixels = NDArray[np.uint8]

KIND = "enlarge"
DETAIL = "detail"
"""The way to resample that uses the network."""
HOWS: Mapping[str, str] = {row.id: row.label for row in RESAMPLERS} | {
    DETAIL: translatable("With detail")
}
"""Labels of the ways to resample, by id."""

PICTURE, LAYER, SELECTION = "picture", "layer", "selection"
"""What is scaled: everything, the active layer, or a copy of the selected part of it."""

MOST_PASSES = 2
"""The network doubles; beyond four times the size nothing of the photo is left to go by."""
SECONDS_A_MEGAPIXEL = 40.0
"""Seconds for a megapixel of the network's input, until this machine's own speed is known."""
BYTES_A_PIXEL = 16
"""Bytes needed for each pixel of the result while it is made."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What an enlargement takes: megapixels of the network's input, and bytes of memory."""

    megapixels: float
    memory: int

    def seconds(self, speed: float) -> float:
        """Return the time at ``speed`` seconds a megapixel."""
        return self.megapixels * speed


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """The pixels (h, w, 4) of one layer for the network, with their corner at ``place``."""

    id: str
    name: str
    place: tuple[int, int]
    pixels: Pixels


def passes(source: tuple[int, int], target: tuple[int, int]) -> int:
    """Return how many times the network runs, each time doubling the size: 0, 1 or 2."""
    factor = max(target[0] / source[0], target[1] / source[1])
    return min(max(math.ceil(math.log2(factor) - 1e-9), 0), MOST_PASSES)


def scope_size(document: Document, scope: str) -> tuple[int, int] | None:
    """Return the present size of what would be scaled; None if there is nothing to scale."""
    if scope == PICTURE:
        return document.width, document.height
    layer = document.active_layer()
    if layer is None or (scope == SELECTION and document.selection is None):
        return None
    bounds = layer.bounds()
    if scope == SELECTION and document.selection is not None:
        bounds = bounds.intersect(document.selection.bounds())
    is_usable = not bounds.is_empty and isinstance(layer, RasterLayer)
    return (bounds.width, bounds.height) if is_usable else None


def cost_of(document: Document, scope: str, target: tuple[int, int]) -> Cost:
    """Return what enlarging with detail takes, without doing it."""
    size = scope_size(document, scope)
    if size is None:
        return Cost(0.0, 0)
    count = passes(size, target)
    if scope == PICTURE:
        area = sum(layer.bounds().area for layer in _photos(document.layers))
    else:
        area = size[0] * size[1]
    network = sum(area * 4**step for step in range(count)) / 1e6
    scale = target[0] * target[1] / (size[0] * size[1])
    memory = round(area * max(scale, 4.0**count) * BYTES_A_PIXEL)
    return Cost(network, memory)


def check_cost(cost: Cost) -> None:
    """Raise StudioError if the memory of this machine is not enough."""
    free = psutil.virtual_memory().available
    if cost.memory > free:
        raise StudioError(
            "Enlarging to this size needs {need} GB of memory, and {free} GB are free.",
            "Choose a smaller size, or enlarge one layer or a selection.",
            need=f"{cost.memory / 1e9:.1f}",
            free=f"{free / 1e9:.1f}",
        )


def enlarge_request(
    document: Document, width: int, height: int, scope: str = PICTURE
) -> PhotoRequest:
    """Return the request to enlarge to a size with detail.

    StudioError for an impossible size, nothing to scale, a locked layer or too little memory.
    """
    prepared = _prepared(document, scope)
    error = size_error(width, height)
    if error is not None:
        raise error
    check_cost(cost_of(document, scope, (width, height)))
    size, found = _sent(prepared, scope)
    if scope == SELECTION and not found:
        raise _no_picture()
    bounds = prepared.rect if scope == PICTURE else _bounds_of_active(prepared)
    extras: dict[str, Any] = {
        "scope": scope,
        "size": size,
        "source": document.active,
        "bounds": (bounds.x, bounds.y, bounds.width, bounds.height),
        "places": {part.id: part.place for part in found},
        "pictures": {part.id: part.pixels for part in found},
    }
    values = {"width": width, "height": height}
    return photo_request(document, KIND, values, picture=_nothing, extras=extras)


def resized(
    document: Document,
    width: int,
    height: int,
    how: Resampler,
    scope: str = PICTURE,
    progress: Progress | None = None,
) -> Document:
    """Return the document, or a part of it, scaled by plain resampling.

    StudioError for an impossible size, a locked layer, or nothing to scale.
    """
    prepared = _prepared(document, scope)
    if scope == PICTURE:
        return scale_document(prepared, width, height, how, progress=progress)
    return scale_layer(prepared, prepared.active or "", width, height, how)


def with_detail(document: Document, result: PhotoResult) -> tuple[Document, tuple[Notice, ...]]:
    """Return the document scaled with the pixels of a result, and notices about the rest.

    A layer that was changed meanwhile is scaled without detail. StudioError if the size of the
    canvas has changed, or the layer is gone or locked.
    """
    request = result.request
    width, height = int(request.settings["width"]), int(request.settings["height"])
    scope, source = str(request.extras["scope"]), request.extras["source"]
    if scope == SELECTION:
        return _with_copy(document, result), ()
    if scope == LAYER:
        document = document.replace(active=source)
    size, found = _sent(document, scope)
    is_gone = scope == LAYER and document.active_layer() is None
    if is_gone or size != tuple(request.extras["size"]):
        raise StudioError(
            "The picture's size or its layers changed while it was enlarged, so the result does"
            " not fit.",
            "Enlarge it again.",
        )
    made: dict[str, Raster] = {}
    late: list[str] = []
    for part in found:
        if _is_as_sent(part, request):
            made[part.id] = _raster(result, part.id)
        else:
            late.append(part.name)
    notes = (_late(late),) if late else ()
    if scope == PICTURE:
        return scale_document(document, width, height, LANCZOS, made=made), notes
    scaled = scale_layer(document, source, width, height, LANCZOS, made=made.get(source))
    return scaled, notes


def _with_copy(document: Document, result: PhotoResult) -> Document:
    """Return the document with an enlarged selection as a new layer, around the same middle."""
    request = result.request
    (key,) = request.extras["pictures"]
    width, height = int(request.settings["width"]), int(request.settings["height"])
    x, y, old_width, old_height = request.extras["bounds"]
    raster = _raster(result, key)
    source = document.find(request.extras["source"])
    layer = RasterLayer(
        name=source.name if source is not None else "",
        raster=raster,
        x=x + (old_width - width) // 2,
        y=y + (old_height - height) // 2,
    )
    if source is not None:
        layer = layer.replace(opacity=source.opacity, blend=source.blend)
    return document.insert(layer, above=request.extras["source"])


def _raster(result: PhotoResult, key: str) -> Raster:
    x, y = (int(one) for one in result.arrays[f"{key} place"])
    return Raster.from_array(result.arrays[key], x, y)


def _is_as_sent(part: _Part, request: PhotoRequest) -> bool:
    sent = request.extras["pictures"].get(part.id)
    same_place = request.extras["places"].get(part.id) == part.place
    return sent is not None and same_place and np.array_equal(sent, part.pixels)


def _nothing() -> Pixels:
    """Return a picture that is not used: the layers are in the request's extras."""
    return np.zeros((1, 1, 3), np.uint8)


def _prepared(document: Document, scope: str) -> Document:
    """Return the document whose canvas or active layer is scaled; StudioError if there is none."""
    if scope == SELECTION:
        active = document.active_layer()
        if not isinstance(active, RasterLayer):
            raise _no_picture()
        document = layer_from_selection(document, active.id)
    if scope == LAYER:
        check_unlocked(document, [document.active or ""])
    if scope_size(document, LAYER if scope == SELECTION else scope) is None:
        raise StudioError(
            "There is nothing to scale: the active layer has no pixels there.",
            "Pick a layer with pixels, or scale the whole picture.",
        )
    return document


def _no_picture() -> StudioError:
    return StudioError(
        "The active layer has no picture whose selected part could be scaled.",
        "Pick a layer with pixels, or scale the whole picture.",
    )


def _photos(layers: tuple[Layer, ...]) -> Iterator[RasterLayer]:
    """Yield the layers whose pixels the network gets: those with pixels, without control images."""
    for layer in layers:
        yield from _photos(getattr(layer, "children", ()))
        if isinstance(layer, RasterLayer) and not isinstance(layer, ControlLayer):
            yield layer


def _sent(document: Document, scope: str) -> tuple[tuple[int, int], list[_Part]]:
    """Return the old size, and the pixels for the network.

    The place is on the canvas, or 0, 0 if one layer is scaled.
    """
    active = document.active_layer()
    layers: tuple[Layer, ...] = document.layers
    if scope != PICTURE:
        layers = (active,) if active is not None else ()
    found = []
    for layer in _photos(layers):
        bounds = layer.bounds()
        if bounds.is_empty:
            continue
        pixels = layer.raster.read(bounds.shift(-layer.x, -layer.y))
        place = (bounds.x, bounds.y) if scope == PICTURE else (0, 0)
        found.append(_Part(layer.id, layer.name, place, pixels))
    if scope == PICTURE:
        return (document.width, document.height), found
    bounds = _bounds_of_active(document)
    return (bounds.width, bounds.height), found


def _bounds_of_active(document: Document) -> Rect:
    active = document.active_layer()
    return Rect(0, 0, 0, 0) if active is None else active.bounds()


def _late(names: list[str]) -> Notice:
    return notice(
        "Layers that changed meanwhile were enlarged without detail: {names}.",
        names=", ".join(f"“{name}”" for name in names),
    )
