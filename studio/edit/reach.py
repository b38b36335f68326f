"""What the next request would change, and what of the picture its model would see."""

from __future__ import annotations

from dataclasses import dataclass, field

from studio.core.geometry import Rect
from studio.document.document import Document
from studio.document.layer import GenerativeLayer
from studio.document.raster import Raster
from studio.edit.prepare import empty_place, recipe_of
from studio.edit.region import region_around, shifted
from studio.edit.request import Task
from studio.edit.where import place_of


@dataclass(frozen=True, slots=True, eq=False)
class Reach:
    """``mask`` is what changes, in pixels of the document, None for all of ``region``.

    ``region`` is the rectangle that the model sees; pixels outside ``mask`` stay as they are.
    """

    region: Rect
    mask: Raster | None = field(default=None, repr=False)


def reach_of(
    document: Document, task: Task, padding: int, layer: GenerativeLayer | None = None
) -> Reach | None:
    """Return what a request of this moment would change, None if it would change nothing.

    ``layer`` is the one that is made again from its recipe, else there is none. ``padding`` is in
    document pixels, as in the settings of an edit. StudioError if the recipe cannot be read.
    """
    canvas = document.rect
    if layer is not None:
        recipe = recipe_of(layer)
        if recipe.task is Task.GENERATE or layer.recipe_mask is None:
            return Reach(recipe.region.shift(layer.x, layer.y).intersect(canvas))
        mask: Raster | None = shifted(layer.recipe_mask, layer.x, layer.y)
    elif task is Task.GENERATE:
        return Reach(canvas)
    elif task is Task.EXTEND:
        mask = empty_place(document)
    else:
        mask = place_of(document).raster
        if mask is None and task is Task.REPLACE:
            return Reach(canvas)
    target = mask.bounds().intersect(canvas) if mask is not None else Rect(0, 0, 0, 0)
    if mask is None or target.is_empty:
        return None
    return Reach(region_around(target, canvas, padding), mask)
