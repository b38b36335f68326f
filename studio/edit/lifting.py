"""Lifting a thing off a photo: the request, and the two layers that come of its result.

The photo's layer stays as it is. Above it are a layer that fills the place behind the thing, with
the recipe of a removal, and a layer with the thing itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.catalog.photo_tools import PHOTO_TASKS, PHOTO_TOOLS
from studio.core.errors import StudioError
from studio.core.geometry import Rect
from studio.core.notices import translatable
from studio.document.document import Document
from studio.document.layer import GenerativeLayer, RasterLayer
from studio.document.raster import Raster
from studio.edit.apply import result_layer
from studio.edit.photo_tools import PhotoResult
from studio.edit.region import region_around
from studio.edit.request import EditRequest, EditResult, Sampling, Task

Pixels = NDArray[np.uint8]

CONTEXT = 0.5
"""What is seen around a thing, over its longer side, so that the place behind it can be filled."""

LEAST_CONTEXT = 96
"""The same in pixels, at least."""

LIFTED, BEHIND = translatable("Lifted"), translatable("Behind the lifted thing")
"""Names of the two layers."""


def lift_region(document: Document, mask: Raster) -> Rect:
    """Return the part of the picture that lifting a thing needs, in document pixels.

    StudioError if there is nothing under the mask on the canvas, or nothing is left around it.
    """
    bounds = mask.bounds().intersect(document.rect)
    if bounds.is_empty:
        raise StudioError(
            "Nothing is selected, so nothing can be lifted.",
            "Click a thing with the object selection tool, or draw around it.",
        )
    padding = max(LEAST_CONTEXT, round(CONTEXT * max(bounds.width, bounds.height)))
    return region_around(bounds, document.rect, padding)


def fill_request(region: Rect, image: Pixels, hole: Pixels) -> EditRequest:
    """Return the request that fills ``hole`` (h, w) uint8 of ``image`` (h, w, 3) uint8 sRGB.

    It is a removal, so that the layer behind the lifted thing can be made again.
    """
    tool = PHOTO_TASKS[Task.REMOVE.value]
    # The hole has grown already.
    own = {"margin": 0} if any(row.id == "margin" for row in tool.settings) else {}
    return EditRequest(
        task=Task.REMOVE,
        prompt="",
        region=region,
        image=image,
        mask=hole,
        model=PHOTO_TOOLS,
        sampling=Sampling(seed=0, variations=1, extras=tool.checked(own)),
        mask_blur=0,
        # A second run sees as much around it.
        padding=max(LEAST_CONTEXT, round(CONTEXT * max(region.width, region.height))),
    )


def lifted_document(document: Document, result: PhotoResult, named: Mapping[str, Any]) -> Document:
    """Return the document with both layers right above the active one, the lifted one active.

    ``result`` is that of ``engine.photo.lift``. ``named`` may give the names "lifted" and
    "behind". The selection is cleared, since the thing is a layer now.
    """
    x, y, width, height = (int(n) for n in result.arrays["place"])
    place = Rect(x, y, width, height)
    request = fill_request(place, result.arrays["picture"], result.arrays["hole"])
    filled = EditResult(request=request, images=(result.arrays["fill"],), seeds=(0,))
    behind = result_layer(filled, 0, str(named.get("behind", BEHIND)))
    thing = lifted_layer(result, str(named.get("lifted", LIFTED)))
    return _inserted(document, behind, thing).replace(selection=None)


def lifted_layer(result: PhotoResult, name: str) -> RasterLayer:
    """Return the layer of the thing itself, cut to its bounds."""
    x, y, _, _ = (int(n) for n in result.arrays["thing"])
    assert result.image is not None
    return RasterLayer(name=name, raster=Raster.from_array(result.image, x, y))


def _inserted(document: Document, behind: GenerativeLayer, thing: RasterLayer) -> Document:
    parent = document.parent_of(document.active) if document.active else None
    above = document.active if parent is None else parent.id
    return document.insert(behind, above=above).insert(thing, above=behind.id)
