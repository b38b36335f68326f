"""The move tool, which moves the chosen layers together with their masks."""

from __future__ import annotations

from studio.core.errors import StudioError
from studio.document import several
from studio.document.locked import check_unlocked
from studio.tools.context import Stroke, ToolContext


class MoveTool:
    """Drags the chosen layers by whole pixels; Shift constrains the move to one axis."""

    def drag(self, ctx: ToolContext) -> Stroke:
        """Move from the press to the release."""
        layer = ctx.document.active_layer()
        if layer is None:
            raise StudioError("No layer is active.", "Pick the layer to move in the layers panel.")
        chosen = several.together(ctx.document, ctx.session.chosen_layers)
        check_unlocked(ctx.document, chosen)
        start = ctx.pointer
        with ctx.edit("Move layer") as edit:
            while True:
                dx, dy = round(ctx.pointer.x - start.x), round(ctx.pointer.y - start.y)
                if ctx.pointer.shift:
                    dx, dy = (dx, 0) if abs(dx) >= abs(dy) else (0, dy)
                moved = edit.before
                if dx or dy:
                    moved = several.move(edit.before, chosen, dx, dy)
                edit.document = moved
                if ctx.released:
                    return
                yield
