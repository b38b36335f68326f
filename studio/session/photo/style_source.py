"""What the Style tool paints: the picture, the active layer, or the selected place."""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np

from studio.core.geometry import Rect
from studio.document.blend import BlendMode
from studio.document.document import Document
from studio.document.layer import ControlLayer, GenerativeLayer, Layer, RasterLayer
from studio.document.raster import Pixels, Raster
from studio.document.render.compositor import composite
from studio.edit.photo_tools import PADDING
from studio.edit.prepare import recipe_of, visible_rgb
from studio.edit.region import region_around
from studio.edit.styling import painted_size
from studio.edit.where import place_of

PICTURE, LAYER, SELECTION = "picture", "layer", "selection"
"""What is painted."""


@dataclass(slots=True, eq=False)
class StyleSource:
    """The pixels of one place; ``region`` is the crop of the document that is painted.

    ``alone`` is a layer whose own colours are painted, None for the visible picture; ``skip`` names
    a layer that is left out of it.
    """

    document: Document
    region: Rect
    mask: Raster | None = None
    alone: Layer | None = None
    skip: frozenset[str] = frozenset()
    _made: tuple[str, Pixels] | None = field(default=None, repr=False)

    def size(self, strokes: str) -> tuple[int, int]:
        """Return width and height at which the region is painted."""
        return painted_size(self.region.width, self.region.height, strokes)

    def pixels(self, region: Rect) -> Pixels:
        """Return the colours of a part of the document, (h, w, 3) uint8."""
        seen = visible_rgb(self.document, region, self.skip)
        if self.alone is None:
            return seen
        only = self.document.replace(layers=(_bare(self.alone),))
        own = composite(only, region)
        # The layer's colours are painted without those below; around it, what is seen there.
        return np.where(own[:, :, 3:] > 0, own[:, :, :3], seen)

    def picture(self, strokes: str) -> Pixels:
        """Return the whole region at the size at which it is painted; the last one is kept."""
        if self._made is None or self._made[0] != strokes:
            self._made = strokes, self._scaled(self.region, self.size(strokes))
        return self._made[1]

    def part(self, strokes: str, part: Rect) -> Pixels:
        """Return a part of ``picture`` without making all of it."""
        width, height = self.size(strokes)
        across, down = self.region.width / width, self.region.height / height
        inner = Rect.from_edges(
            round(part.x * across),
            round(part.y * down),
            round(part.right * across),
            round(part.bottom * down),
        )
        place = inner.shift(self.region.x, self.region.y).intersect(self.region)
        return self._scaled(place, (part.width, part.height))

    def _scaled(self, region: Rect, size: tuple[int, int]) -> Pixels:
        pixels = self.pixels(region)
        if pixels.shape[1::-1] == size:
            return pixels
        return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)


def scopes(document: Document) -> tuple[str, ...]:
    """Return what can be painted: everything, and a layer or a selection if there is one."""
    found = [PICTURE]
    if _layer(document) is not None:
        found.append(LAYER)
    if place_of(document).raster is not None:
        found.append(SELECTION)
    return tuple(found)


def source_of(document: Document, scope: str) -> StyleSource:
    """Return what is painted; the whole picture if the layer or the selection is gone."""
    canvas, layer, place = document.rect, _layer(document), place_of(document).raster
    if scope == LAYER and layer is not None:
        box = layer.bounds().intersect(canvas)
        only = document.replace(layers=(_bare(layer),))
        alpha = np.ascontiguousarray(composite(only, box)[:, :, 3])
        region = region_around(box, canvas, PADDING)
        return StyleSource(document, region, Raster.from_array(alpha, box.x, box.y), layer)
    if scope == SELECTION and place is not None:
        region = region_around(place.bounds().intersect(canvas), canvas, PADDING)
        return StyleSource(document, region, place)
    mask = Raster.filled(canvas, (255,), 1) if place is not None else None
    return StyleSource(document, canvas, mask)


def source_of_layer(document: Document, layer: GenerativeLayer) -> StyleSource:
    """Return what a layer of the Style tool was made of, as it is seen now."""
    region = recipe_of(layer).region.shift(layer.x, layer.y).intersect(document.rect)
    if region.is_empty:
        region = document.rect
    return StyleSource(document, region, skip=frozenset({layer.id}))


def _layer(document: Document) -> Layer | None:
    """Return the active layer if it has pixels on the canvas of its own."""
    layer = document.active_layer()
    if not isinstance(layer, RasterLayer) or isinstance(layer, ControlLayer):
        return None
    return None if layer.bounds().intersect(document.rect).is_empty else layer


def _bare(layer: Layer) -> Layer:
    return layer.replace(visible=True, opacity=1.0, blend=BlendMode.NORMAL)
