"""The hand: drags the view, which the canvas itself does while this tool is chosen."""

from __future__ import annotations

from studio.tools.context import Stroke, ToolContext


class HandTool:
    """Changes nothing in the document; the canvas pans by the pointer's way on the screen."""

    def drag(self, ctx: ToolContext) -> Stroke:
        """Wait for the release."""
        while not ctx.released:
            yield
