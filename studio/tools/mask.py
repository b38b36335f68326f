"""The mask brush, which paints the part of the picture that a prompt may change."""

from __future__ import annotations

from studio.document.raster import Raster
from studio.document.render.brush import Brush, BrushStroke
from studio.tools.context import Stroke, ToolContext


class MaskTool:
    """Adds to the edit mask, or erases from it with Alt or the option."""

    def drag(self, ctx: ToolContext) -> Stroke:
        """Paint from the press to the release."""
        erase = ctx.options.mask_erase != ctx.pointer.alt
        with ctx.edit("Erase mask" if erase else "Paint mask") as edit:
            mask = edit.before.mask or Raster(channels=1)
            brush = Brush(ctx.options.size, ctx.options.hardness, 1.0)
            stroke = BrushStroke(mask, brush, (255,), erase=erase, bounds=edit.before.rect)
            while True:
                painted = stroke.to(ctx.pointer.x, ctx.pointer.y, ctx.pointer.pressure)
                edit.document = edit.before.replace(mask=painted if painted.tiles else None)
                if ctx.released:
                    return
                yield
