"""The clone stamp, which paints with pixels of another place of the picture."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from studio.core.errors import StudioError
from studio.document.document import Document
from studio.document.layer import RasterLayer
from studio.document.raster import TILE, Key, Raster, tile_rect
from studio.document.render.brush import Brush, BrushStroke
from studio.document.render.compositor import composite
from studio.tools.brush import paint_target
from studio.tools.context import Stroke, ToolContext

Pixels = NDArray[np.uint8]

LAYER = "Clone stamp"
"""The name of the layer that the stamp makes; the next stroke continues on it."""


class CloneTool:
    """Copies the visible picture from the source, which Alt+click sets, to the brush.

    If aligned, the distance to the source stays the same for all strokes after an Alt+click;
    otherwise each stroke begins at the source again. The pixels come from the picture before the
    stroke, and go to the active layer or to a layer of their own.
    """

    def drag(self, ctx: ToolContext) -> Stroke:
        """Paint from the press to the release, or set the source with Alt."""
        options = ctx.options
        if ctx.pointer.alt:
            options.clone_source = ctx.pointer.x, ctx.pointer.y
            options.clone_offset = None
            return
        offset = _offset(ctx)
        target = None if options.clone_new_layer else paint_target(ctx)
        if target is not None and not isinstance(target, RasterLayer):
            raise StudioError("The layer has no pixels.", "Pick another layer, or a new layer.")
        with ctx.edit("Clone stamp") as edit:
            before = edit.before
            document, layer = _target(before, target)
            brush = Brush(options.size, options.hardness, options.opacity)
            cover = Raster(channels=1)
            stroke = BrushStroke(cover, brush, (255,), clip=before.selection, bounds=before.rect)
            copy = _Copy(before, layer, offset)
            while True:
                pointer = ctx.pointer
                painted = stroke.to(pointer.x, pointer.y, pointer.pressure)
                if painted is not cover:
                    raster = copy.paint(painted, cover)
                    edit.document = document.update(layer.replace(raster=raster))
                    cover = painted
                if ctx.released:
                    break
                yield
        if options.clone_aligned:
            options.clone_offset = offset


def _offset(ctx: ToolContext) -> tuple[int, int]:
    """Return the distance from the source to the place of the stroke, in whole pixels."""
    options = ctx.options
    if options.clone_source is None:
        raise StudioError(
            "The clone stamp has no source yet.", "Alt+click the place to copy from first."
        )
    if options.clone_aligned and options.clone_offset is not None:
        return options.clone_offset
    source_x, source_y = options.clone_source
    return (
        math.floor(ctx.pointer.x) - math.floor(source_x),
        math.floor(ctx.pointer.y) - math.floor(source_y),
    )


def _target(document: Document, layer: RasterLayer | None) -> tuple[Document, RasterLayer]:
    """Return the layer to paint on, and the document with it: the given one, or the stamp's."""
    if layer is not None:
        return document, layer
    active = document.active_layer()
    if type(active) is RasterLayer and active.name == LAYER:
        return document, active
    new = RasterLayer(name=LAYER)
    return document.insert(new, above=document.active), new


@dataclass(slots=True)
class _Copy:
    """Paints a shifted copy of a picture onto a layer, where a stroke covers it."""

    document: Document
    layer: RasterLayer
    offset: tuple[int, int]
    _sources: dict[Key, Pixels] = field(default_factory=dict)
    _raster: Raster | None = None

    def paint(self, cover: Raster, before: Raster) -> Raster:
        """Return the layer's pixels; ``cover`` (one channel) grew since ``before``."""
        raster = self._raster or self.layer.raster
        for key in sorted(cover.changed_tiles(before)):
            tile = cover.tile(key)
            if tile is None:
                continue
            rect = tile_rect(key).shift(-self.layer.x, -self.layer.y)
            old = self.layer.raster.read(rect)
            raster = raster.write(rect.x, rect.y, _over(old, self._source(key), tile[:, :, 0]))
        self._raster = raster
        return raster

    def _source(self, key: Key) -> Pixels:
        if key not in self._sources:
            dx, dy = self.offset
            self._sources[key] = composite(self.document, tile_rect(key).shift(-dx, -dy))
        return self._sources[key]


def _over(below: Pixels, above: Pixels, cover: Pixels) -> Pixels:
    """Return straight RGBA ``above`` blended over ``below`` (TILE, TILE, 4) by the cover 0..255.

    Where the cover is 0 every byte stays.
    """
    assert below.shape == (TILE, TILE, 4)
    result = below.copy()
    where = (cover > 0) & (above[:, :, 3] > 0)
    share = above[where, 3:].astype(np.float32) / 255 * (cover[where, None] / np.float32(255))
    kept = below[where, 3:].astype(np.float32) / 255 * (1 - share)
    alpha = share + kept
    colour = (above[where, :3] * share + below[where, :3] * kept) / alpha
    result[where, :3] = np.clip(colour + 0.5, 0, 255)
    result[where, 3:] = np.clip(alpha * 255 + 0.5, 0, 255)
    return result
