"""Region fill: sets the class or the depth of the superpixels under the pointer."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial

import numpy as np

from studio.control_maps.depth import NEAR
from studio.control_maps.segmentation import NOTHING, Colour, class_map, nearest_class
from studio.core.errors import StudioError
from studio.core.geometry import Rect
from studio.document.document import Document
from studio.document.layer import ControlLayer
from studio.document.locked import locked_among
from studio.document.raster import Raster
from studio.session.session import Session
from studio.tools.context import Stroke, ToolContext
from studio.tools.control_layers import DEPTH, PAINTED, check_changeable, find_control, paint_colour
from studio.tools.regions import Regions

LABEL = "Fill region"
Point = tuple[float, float]
HALF = 128
"""Least value of a selected pixel, since a class cannot be applied by half."""


class ControlFillTool:
    """Fills superpixels of the visible picture on a segmentation or depth layer; Alt picks."""

    def drag(self, ctx: ToolContext) -> Stroke:
        """Fill the superpixels under the pointer, from the press to the release."""
        layer = _target(ctx.document)
        if ctx.pointer.alt:
            while True:
                _pick(ctx, layer)
                if ctx.released:
                    return
                yield
        colour = paint_colour(layer.control.kind, ctx.options)
        waiting: list[Point] = []
        with ctx.edit(LABEL) as edit:
            before = edit.before
            fill: _Fill | None = None
            while True:
                waiting.append((ctx.pointer.x, ctx.pointer.y))
                regions = ctx.regions.get(before)
                if regions is not None:
                    fill = fill or _Fill(before, layer, regions, colour)
                    edit.document = _filled(before, layer, fill.along(waiting))
                    waiting.clear()
                if ctx.released:
                    break
                yield
        if waiting:
            ctx.regions.when_found(partial(_fill_later, ctx.session, layer.id, colour, waiting))


def _fill_later(
    session: Session, layer_id: str, colour: Colour, points: Sequence[Point], regions: Regions
) -> None:
    """Fill along a drag that ended before the regions were found."""
    history = session.history
    if history.is_editing:
        stop = history.ended.connect(lambda: (stop(), again()))
        again = partial(_fill_later, session, layer_id, colour, points, regions)
        return
    layer = session.document.find(layer_id)
    if isinstance(layer, ControlLayer) and not locked_among(session.document, [layer_id]):
        painted = _Fill(session.document, layer, regions, colour).along(points)
        session.edit(LABEL, lambda old: _filled(old, layer, painted))


def _filled(before: Document, layer: ControlLayer, painted: Raster) -> Document:
    """Return the document with a layer's new pixels, the same object if none changed."""
    if not painted.changed_tiles(layer.raster):
        return before
    return before.update(layer.replace(raster=painted)).replace(active=layer.id)


class _Fill:
    """One drag over a layer: each superpixel that the pointer crosses is filled once."""

    def __init__(
        self,
        document: Document,
        layer: ControlLayer,
        regions: Regions,
        colour: Colour,
    ) -> None:
        self._selection = document.selection
        self._layer = layer
        self._regions = regions
        self._colour = colour
        self._raster = layer.raster
        self._filled: set[int] = set()
        self._last: Point | None = None

    def along(self, points: Sequence[Point]) -> Raster:
        """Return the pixels of the layer after straight moves from point to point."""
        for x, y in points:
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
        labels = self._regions.labels
        height, width = labels.shape
        inside = (columns >= 0) & (columns < width) & (rows >= 0) & (rows < height)
        found = np.unique(labels[rows[inside], columns[inside]])
        return [int(number) for number in found if int(number) not in self._filled]

    def _with(self, number: int) -> Raster:
        box = self._regions.boxes[number]
        region = self._regions.labels[box.y : box.bottom, box.x : box.right] == number
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
    """Copy the class or the depth under the pointer to the options, if there is one."""
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
