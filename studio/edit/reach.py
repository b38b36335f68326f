"""The area that the next request would change, and the crop that its model would get."""

from __future__ import annotations

from dataclasses import dataclass, field

from studio.core.geometry import Rect
from studio.document.document import Document
from studio.document.layer import GenerativeLayer
from studio.document.raster import Raster
from studio.edit.prepare import WHOLE, empty_place, recipe_of
from studio.edit.region import region_around, shift_raster
from studio.edit.request import Task
from studio.edit.where import place_of


@dataclass(frozen=True, slots=True, eq=False)
class Reach:
    """``mask`` is the area that changes, in pixels of the document, None for all of ``region``.

    ``region`` is the crop that the model gets; pixels outside ``mask`` stay as they are.
    """

    region: Rect
    mask: Raster | None = field(default=None, repr=False)


def reach_of(
    document: Document, task: Task, padding: int, layer: GenerativeLayer | None = None
) -> Reach | None:
    """Return the area that a request made now would change, None if it would change nothing.

    ``layer`` is the layer to be regenerated from its recipe, if any. ``padding`` is in
    document pixels, as in the settings of an edit. StudioError if the recipe cannot be read.
    """
    canvas = document.rect
    if layer is not None:
        recipe = recipe_of(layer)
        if recipe.task is Task.GENERATE or layer.recipe_mask is None:
            return Reach(recipe.region.shift(layer.x, layer.y).intersect(canvas))
        mask: Raster | None = shift_raster(layer.recipe_mask, layer.x, layer.y)
    elif task is Task.GENERATE:
        return Reach(canvas)
    elif task is Task.EXTEND:
        mask = empty_place(document)
    else:
        mask = place_of(document).raster
        if mask is None and task in WHOLE:
            return Reach(canvas)
    target = mask.bounds().intersect(canvas) if mask is not None else Rect(0, 0, 0, 0)
    if mask is None or target.is_empty:
        return None
    return Reach(region_around(target, canvas, padding), mask)
