"""Region fill: gives the regions of the picture under the pointer a class, or a depth."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from studio.core.errors import StudioError
from studio.core.geometry import Rect
from studio.document.depth import NEAR
from studio.document.document import Document
from studio.document.layer import ControlLayer, GroupLayer, Layer
from studio.document.raster import Raster
from studio.document.segmentation import NOTHING, class_map, nearest_class, superpixels
from studio.edit.prepare import visible_rgb
from studio.tools.context import Stroke, ToolContext
from studio.tools.control_layers import DEPTH, PAINTED, check_changeable, find_control, paint_colour

HALF = 128
"""A pixel counts as selected from here on: half a class is none."""

Regions = NDArray[np.uint16]
"""The number of the superpixel at each pixel of the canvas, (h, w)."""


class ControlFillTool:
    """Fills superpixels of what is visible, on a segmentation or depth layer; Alt picks."""

    def __init__(self) -> None:
        self._picture: tuple[object, ...] = ()
        self._regions: Regions = np.zeros((0, 0), np.uint16)

    def drag(self, ctx: ToolContext) -> Stroke:
        """Fill what the pointer goes over, from the press to the release."""
        layer = _target(ctx.document)
        if ctx.pointer.alt:
            while True:
                _pick(ctx, layer)
                if ctx.released:
                    return
                yield
        with ctx.edit("Fill region") as edit:
            before = edit.before
            fill = _Fill(
                before, layer, self._find(before), paint_colour(layer.control.kind, ctx.options)
            )
            while True:
                painted = fill.to(ctx.pointer.x, ctx.pointer.y)
                if painted.changed_tiles(layer.raster):
                    filled = before.update(layer.replace(raster=painted))
                    edit.document = filled.replace(active=layer.id)
                if ctx.released:
                    return
                yield

    def _find(self, document: Document) -> Regions:
        """Return the superpixels of a document, those of the last time if it looks the same."""
        picture = (document.width, document.height, *_looks(document.layers))
        if picture != self._picture:
            found = superpixels(visible_rgb(document, document.rect))
            # There are some hundreds of them; int32 would need twice the memory.
            self._regions = found.astype(np.uint16)
            self._picture = picture
        return self._regions


class _Fill:
    """One drag over a layer: each superpixel that the pointer crosses is filled once."""

    def __init__(
        self,
        document: Document,
        layer: ControlLayer,
        regions: Regions,
        colour: tuple[int, int, int],
    ) -> None:
        self._selection = document.selection
        self._layer = layer
        self._regions = regions
        self._colour = colour
        self._raster = layer.raster
        self._filled: set[int] = set()
        self._last: tuple[float, float] | None = None

    def to(self, x: float, y: float) -> Raster:
        """Return the pixels of the layer after the pointer went straight to x, y."""
        for number in self._crossed(x, y):
            self._filled.add(number)
            self._raster = self._with(number)
        self._last = x, y
        return self._raster

    def _crossed(self, x: float, y: float) -> list[int]:
        fromx, fromy = self._last or (x, y)
        steps = max(1, math.ceil(max(abs(x - fromx), abs(y - fromy))))
        share = np.arange(1, steps + 1) / steps
        columns = np.floor(fromx + (x - fromx) * share).astype(np.intp)
        rows = np.floor(fromy + (y - fromy) * share).astype(np.intp)
        height, width = self._regions.shape
        inside = (columns >= 0) & (columns < width) & (rows >= 0) & (rows < height)
        found = np.unique(self._regions[rows[inside], columns[inside]])
        return [int(number) for number in found if int(number) not in self._filled]

    def _with(self, number: int) -> Raster:
        region = self._regions == number
        rows, columns = np.flatnonzero(region.any(axis=1)), np.flatnonzero(region.any(axis=0))
        box = Rect.from_edges(
            int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1
        )
        region = region[box.y : box.bottom, box.x : box.right]
        if self._selection is not None:
            region = region & (self._selection.read(box)[:, :, 0] >= HALF)
        local = box.shift(-self._layer.x, -self._layer.y)
        pixels = self._raster.read(local)
        pixels[region] = (*self._colour, 255)
        return self._raster.write(local.x, local.y, pixels)


def _target(document: Document) -> ControlLayer:
    layer = find_control(document, PAINTED)
    if layer is None:
        raise StudioError(
            "There is no segmentation or depth layer to fill.",
            "Add one in the Control menu: from the picture, or an empty control layer.",
        )
    check_changeable(document, layer)
    return layer


def _pick(ctx: ToolContext, layer: ControlLayer) -> None:
    """Take the class or the depth under the pointer into the options; nothing where none is."""
    x, y = math.floor(ctx.pointer.x) - layer.x, math.floor(ctx.pointer.y) - layer.y
    pixel = layer.raster.read(Rect(x, y, 1, 1))
    red, green, blue, alpha = (int(value) for value in pixel[0, 0])
    if alpha == 0:
        return
    if layer.control.kind == DEPTH:
        ctx.options.depth = (red + green + blue) / 3 / NEAR
    elif class_map(pixel[:, :, :3])[0, 0] != NOTHING:
        ctx.options.segment_class = nearest_class((red, green, blue)).id
    else:
        return
    if layer.id == ctx.document.active:
        ctx.options.color = paint_colour(layer.control.kind, ctx.options)


def _looks(layers: tuple[Layer, ...]) -> Iterator[object]:
    """Yield what is equal for two documents whose pictures are the same: layers and tiles shared.

    Control layers are no part of the picture, so that filling one does not begin it anew.
    """
    for layer in layers:
        if isinstance(layer, GroupLayer):
            yield layer.visible, layer.opacity, layer.blend, layer.mask, layer.x, layer.y
            yield tuple(_looks(layer.children))
        elif not isinstance(layer, ControlLayer):
            yield layer
