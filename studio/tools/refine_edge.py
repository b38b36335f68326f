"""The refine edge brush, which paints where the edge of a cut-out is estimated again."""

from __future__ import annotations

from studio.document.raster import Raster
from studio.document.render.brush import Brush, BrushStroke
from studio.session.photo.matte import edge_mask, refine_edge
from studio.tools.context import Stroke, ToolContext


class RefineEdgeTool:
    """Paints along hair and other soft edges; the estimate is computed after the release."""

    def drag(self, ctx: ToolContext) -> Stroke:
        """Follow the pointer; queue the estimate at the release."""
        edge_mask(ctx.document)
        brush = Brush(ctx.options.size, 1.0, 1.0)
        stroke = BrushStroke(Raster(channels=1), brush, (255,), bounds=ctx.document.rect)
        points: list[tuple[float, float]] = []
        while True:
            points.append((ctx.pointer.x, ctx.pointer.y))
            ctx.overlay.points = points
            painted = stroke.to(ctx.pointer.x, ctx.pointer.y)
            if ctx.released:
                break
            yield
        if painted.tiles:
            refine_edge(ctx.session, painted)
