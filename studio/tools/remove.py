"""The remove tool: a thing under the brush disappears, and the ground is filled in."""

from __future__ import annotations

from studio.core.errors import StudioError
from studio.document.raster import Raster
from studio.document.render.brush import Brush, BrushStroke
from studio.edit.where import place_of
from studio.session.jobs import Job
from studio.session.photo.remove import remove
from studio.session.session import Session
from studio.tools.context import Stroke, ToolContext


class RemoveTool:
    """Paints the mask of a removal and begins it at the release, if the option says so.

    A stroke replaces the mask that was painted before; with Shift, or if removal waits for Enter,
    it adds to it, and Alt erases. A small brush heals spots.
    """

    def drag(self, ctx: ToolContext) -> Stroke:
        """Paint from the press to the release."""
        options, erase = ctx.options, ctx.pointer.alt
        adds = ctx.pointer.shift or erase or not options.remove_now
        with ctx.edit("Mark for removal") as edit:
            before = edit.before
            mask = (before.mask if adds else None) or Raster(channels=1)
            stroke = BrushStroke(
                mask,
                Brush(options.size, options.hardness, 1.0),
                (255,),
                erase=erase,
                clip=before.selection,
                bounds=before.rect,
            )
            while True:
                painted = stroke.to(ctx.pointer.x, ctx.pointer.y, ctx.pointer.pressure)
                edit.document = before.replace(mask=painted if painted.tiles else None)
                if ctx.released:
                    break
                yield
        if not options.remove_now or erase:
            return
        if not painted.tiles:
            raise StudioError(
                "The stroke is outside the selection, so nothing was marked.",
                "Select nothing, or paint inside the selection.",
            )
        remove(ctx.session, painted, with_model=options.remove_with_model)

    def confirm(self, ctx: ToolContext) -> bool:
        """Remove what is marked, at Enter; False if nothing is."""
        if ctx.document.mask is None:
            return False
        remove(ctx.session, ctx.document.mask, with_model=ctx.options.remove_with_model)
        return True

    def delete(self, ctx: ToolContext) -> bool:
        """Remove what is selected, at Delete; False if nothing is."""
        if ctx.document.selection is None:
            return False
        remove_marked(ctx.session, with_model=ctx.options.remove_with_model)
        return True


def remove_marked(session: Session, *, with_model: bool = False) -> Job:
    """Remove what is masked or selected (``where.place_of``); StudioError if nothing is."""
    raster = place_of(session.document).raster
    if raster is None:
        raise StudioError(
            "Nothing is selected, so there is nothing to remove.",
            "Select a thing, or brush over it with the remove tool.",
        )
    return remove(session, raster, with_model=with_model)
