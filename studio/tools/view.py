"""The hand and zoom tools, which change the view only, not the document."""

from __future__ import annotations

import math

from studio.core.geometry import Rect
from studio.tools.context import Stroke, ToolContext


class HandTool:
    """Changes nothing in the document; the canvas pans with the pointer's motion on the screen."""

    def drag(self, ctx: ToolContext) -> Stroke:
        """Wait for the release."""
        while not ctx.released:
            yield


class ZoomTool:
    """A click zooms in, with Alt out; a drag zooms to the drawn rectangle."""

    def drag(self, ctx: ToolContext) -> Stroke:
        """Draw the rectangle until the release."""
        start = ctx.pointer
        out = start.alt
        while True:
            now = ctx.pointer
            left, right = sorted((start.x, now.x))
            top, bottom = sorted((start.y, now.y))
            # A slight motion during a click draws no rectangle.
            drawn = min(right - left, bottom - top) > ctx.reach and not out
            corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
            ctx.overlay.points = corners if drawn else []
            ctx.overlay.closed = drawn
            if ctx.released:
                x, y = math.floor(left), math.floor(top)
                area = Rect.from_edges(x, y, math.ceil(right), math.ceil(bottom))
                point = Rect(math.floor(start.x), math.floor(start.y), 0, 0)
                ctx.zoom_asked.emit(area if drawn else point, out)
                return
            yield
