"""Move the active layer, its mask along with it."""

from __future__ import annotations

from studio.core.errors import StudioError
from studio.document.operations import move_layer
from studio.tools.context import Stroke, ToolContext


class MoveTool:
    """Drags the active layer by whole pixels; Shift keeps to one axis."""

    def drag(self, ctx: ToolContext) -> Stroke:
        """Move from the press to the release."""
        layer = ctx.document.active_layer()
        if layer is None:
            raise StudioError("No layer is active.", "Pick the layer to move in the layers panel.")
        if layer.locked:
            raise StudioError("The layer is locked.", "Unlock it in the layers panel first.")
        start = ctx.pointer
        with ctx.edit("Move layer") as edit:
            while True:
                dx, dy = round(ctx.pointer.x - start.x), round(ctx.pointer.y - start.y)
                if ctx.pointer.shift:
                    dx, dy = (dx, 0) if abs(dx) >= abs(dy) else (0, dy)
                moved = edit.before
                if dx or dy:
                    moved = move_layer(edit.before, layer.id, dx, dy)
                edit.document = moved
                if ctx.released:
                    return
                yield
