"""The object selection tool: a click selects the thing under it, a drag what a box encloses.

A double click lifts the thing.
"""

from __future__ import annotations

from studio.edit.objects import Clicks
from studio.tools.context import Stroke, ToolContext
from studio.tools.select import mode_of

DRAG = 4.0
"""A drag shorter than this many screen pixels is a click; REACH is ten of them."""


class ObjectTool:
    """Selects objects of the visible picture; the finder does it in the background."""

    def drag(self, ctx: ToolContext) -> Stroke:
        """Draw the box while dragging; ask for the object at the release."""
        mode = mode_of(ctx)
        start = ctx.pointer.x, ctx.pointer.y
        lifts = ctx.pointer.double and mode == "replace"
        while True:
            end = ctx.pointer.x, ctx.pointer.y
            dragged = max(abs(end[0] - start[0]), abs(end[1] - start[1])) > DRAG * ctx.reach / 10
            if dragged:
                corners = [start, (end[0], start[1]), end, (start[0], end[1])]
                ctx.overlay.points, ctx.overlay.closed = corners, True
            if ctx.released:
                break
            yield
        canvas = ctx.document.rect
        target = ctx.options.object_target
        if dragged:
            left, right = sorted((start[0], end[0]))
            top, bottom = sorted((start[1], end[1]))
            box = (
                max(left, 0.0),
                max(top, 0.0),
                min(right, float(canvas.width)),
                min(bottom, float(canvas.height)),
            )
            if box[0] < box[2] and box[1] < box[3]:
                ctx.objects.select(Clicks(box=box), mode, target)
        elif 0 <= start[0] < canvas.width and 0 <= start[1] < canvas.height:
            clicks = Clicks(((*start, True),))
            if not lifts:
                ctx.objects.select(clicks, mode, target, ctx.reach)
            elif target != "lift":  # The first click lifts it.
                ctx.objects.lift(clicks, ctx.reach)
