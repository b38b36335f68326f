"""Brush and eraser, on the pixels of the active layer or on its mask."""

from __future__ import annotations

from studio.core.errors import StudioError
from studio.document.control import POSE
from studio.document.document import Document
from studio.document.layer import ControlLayer, Layer, LayerMask, RasterLayer
from studio.document.locked import check_unlocked
from studio.document.raster import Raster
from studio.document.render.brush import Brush, BrushStroke
from studio.tools.context import Stroke, ToolContext
from studio.tools.eyedropper import pick


class BrushTool:
    """Paints the colour; on a layer mask white reveals, black hides. Alt picks a colour instead."""

    def drag(self, ctx: ToolContext) -> Stroke:
        """Paint from the press to the release."""
        if ctx.pointer.alt:
            while True:
                pick(ctx)
                if ctx.released:
                    return
                yield
        yield from _paint(ctx, "Brush stroke", erase=False)


class EraserTool:
    """Makes the layer transparent; on a layer mask it hides."""

    def drag(self, ctx: ToolContext) -> Stroke:
        """Erase from the press to the release."""
        yield from _paint(ctx, "Erase", erase=True)


def _paint(ctx: ToolContext, label: str, *, erase: bool) -> Stroke:
    layer = paint_target(ctx)
    brush = Brush(ctx.options.size, ctx.options.hardness, ctx.options.opacity)
    with ctx.edit(label) as edit:
        before = edit.before
        on_mask = ctx.options.paint_layer_mask and layer.mask is not None
        raster = _raster(layer, on_mask)
        stroke = BrushStroke(
            raster,
            brush,
            (grey_of(ctx.options.color),) if on_mask else (*ctx.options.color, 255),
            erase=erase,
            clip=before.selection,
            origin=(layer.x, layer.y),
            bounds=before.rect,
        )
        while True:
            pointer = ctx.pointer
            painted = stroke.to(pointer.x, pointer.y, pointer.pressure)
            if painted is not raster:
                edit.document = _with(before, layer, painted, on_mask)
            if ctx.released:
                return
            yield


def grey_of(color: tuple[int, int, int]) -> int:
    """Return the brightness of an sRGB colour, 0..255 (ITU-R BT.601 luma)."""
    red, green, blue = color
    return round(0.299 * red + 0.587 * green + 0.114 * blue)


def _raster(layer: Layer, on_mask: bool) -> Raster:
    if on_mask and layer.mask is not None:
        return layer.mask.raster
    assert isinstance(layer, RasterLayer)
    return layer.raster


def _with(document: Document, layer: Layer, painted: Raster, on_mask: bool) -> Document:
    if on_mask and layer.mask is not None:
        return document.update(layer.replace(mask=LayerMask(painted, layer.mask.enabled)))
    return document.update(layer.replace(raster=painted))


def paint_target(ctx: ToolContext) -> Layer:
    """Return the layer that brush, eraser and fills change; StudioError if none can be."""
    layer = ctx.document.active_layer()
    if layer is None:
        raise StudioError("No layer is active.", "Pick the layer to paint on, or add one.")
    check_unlocked(ctx.document, [layer.id], inside=False)
    if not layer.visible:
        raise StudioError("The layer is hidden.", "Show it in the layers panel first.")
    if not isinstance(layer, RasterLayer) and not (
        ctx.options.paint_layer_mask and layer.mask is not None
    ):
        raise StudioError(
            "A group has no pixels of its own.", "Pick a layer inside it, or add a layer."
        )
    if isinstance(layer, ControlLayer) and layer.control.kind == POSE and layer.control.people:
        raise StudioError(
            "This layer contains figures, which cannot be painted with a brush.",
            "Drag their joints with the pose tool, or paint on another layer.",
        )
    return layer
