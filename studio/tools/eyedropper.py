"""The eyedropper, which picks a colour from the picture."""

from __future__ import annotations

import math

from studio.core.geometry import Rect
from studio.document.render.compositor import composite
from studio.tools.context import Stroke, ToolContext


def pick(ctx: ToolContext) -> None:
    """Set the brush to the visible colour under the pointer; transparent pixels are ignored."""
    spot = Rect(math.floor(ctx.pointer.x), math.floor(ctx.pointer.y), 1, 1)
    if not ctx.document.rect.contains(spot):
        return
    red, green, blue, alpha = (int(value) for value in composite(ctx.document, spot)[0, 0])
    if alpha > 0:
        ctx.options.color = (red, green, blue)


class EyedropperTool:
    """Picks the colour under the pointer as long as the button is down."""

    def drag(self, ctx: ToolContext) -> Stroke:
        """Pick until the release."""
        while True:
            pick(ctx)
            if ctx.released:
                return
            yield
