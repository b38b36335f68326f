"""Builds the requests to a model from a document."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from studio.core.errors import StudioError
from studio.core.geometry import Rect
from studio.document.document import Document
from studio.document.layer import GenerativeLayer
from studio.document.locked import check_unlocked
from studio.document.raster import Raster
from studio.document.render.compositor import composite
from studio.edit.region import region_around, shift_raster
from studio.edit.request import EditRequest, Task
from studio.edit.rewrite import RewriteUse
from studio.edit.settings import EditSettings, settings_of, with_settings
from studio.edit.steering import recut
from studio.edit.where import place_of

Pixels = NDArray[np.uint8]

WHOLE = (Task.REPLACE, Task.REWRITE, Task.INSTRUCT, Task.VARY, Task.RESTYLE, Task.CLEAN)
"""The tasks that change the whole canvas if there is neither a mask nor a selection."""


def edit_mask(document: Document) -> Raster | None:
    """Return the area of an edit by the rule of ``where.place_of``; None if there is none."""
    return place_of(document).raster


def mask_request(
    document: Document,
    settings: EditSettings,
    task: Task,
    *,
    mask: Raster | None = None,
    skip: frozenset[str] = frozenset(),
) -> EditRequest:
    """Return the request to fill or replace the area under ``mask``.

    Without ``mask`` the rule of ``where.place_of`` applies; if it finds no place, the tasks of
    ``WHOLE`` change the whole canvas. ``skip`` names layers that are hidden from the model.
    StudioError if the task needs a mask and there is none.
    """
    raster = mask if mask is not None else edit_mask(document)
    if raster is None or raster.bounds().intersect(document.rect).is_empty:
        if task not in WHOLE:
            raise StudioError(
                "There is no mask, so there is nothing to fill.",
                "Paint over the place with the mask brush, or select it.",
            )
        raster = Raster.from_array(np.full((document.height, document.width), 255, np.uint8))
    target = raster.bounds().intersect(document.rect)
    region = region_around(target, document.rect, settings.padding)
    image = visible_rgb(document, region, skip)
    pixels = np.ascontiguousarray(raster.read(region)[:, :, 0])
    made = EditRequest(task=task, prompt="", region=region, image=image, mask=pixels)
    return with_settings(made, settings)


def rewrite_request(
    document: Document,
    settings: EditSettings,
    rewrite: RewriteUse,
    *,
    mask: Raster | None = None,
    skip: frozenset[str] = frozenset(),
) -> EditRequest:
    """Return the request to rewrite the visible picture; the prompt is the new text.

    It is limited by ``mask``, the painted mask or the selection, else it covers the whole canvas.
    Sampling is always DDIM. ``skip`` names layers that are hidden from the model.
    """
    # Region prompts are left out: the attention that they act on is the picture's own.
    plain = replace(settings, regions=())
    made = mask_request(document, plain, Task.REWRITE, mask=mask, skip=skip)
    return made.replace(
        sampling=replace(settings.sampling, sampler="ddim", schedule="normal", variations=1),
        rewrite=rewrite,
    )


def generate_request(region: Rect, settings: EditSettings) -> EditRequest:
    """Return the request for a new picture of the region's size; StudioError without a prompt."""
    made = with_settings(EditRequest(task=Task.GENERATE, prompt="", region=region), settings)
    if not settings.prompt.strip() and not made.regions:
        raise StudioError(
            "The prompt is empty.",
            "Describe what should be in the picture, for example: a penguin.",
        )
    return made


def extend_request(document: Document, settings: EditSettings, overlap: int = 16) -> EditRequest:
    """Return the request to fill the transparent part of the canvas.

    The model may also change ``overlap`` pixels of the adjacent picture, to blend the seam.
    StudioError if nothing is transparent.
    """
    mask = empty_place(document, overlap)
    if mask is None:
        raise StudioError(
            "The canvas has no empty part to extend into.",
            "Make the canvas larger first.",
        )
    request = mask_request(document, settings, Task.EXTEND, mask=mask)
    return request.replace(mask_blur=overlap)


def empty_place(document: Document, overlap: int = 16) -> Raster | None:
    """Return the transparent part of the canvas, grown by ``overlap`` pixels; None if empty."""
    empty = composite(document, document.rect)[:, :, 3] == 0
    return Raster.from_array(_grow(empty, overlap)) if empty.any() else None


def rerun_request(
    document: Document, layer: GenerativeLayer, settings: EditSettings | None = None
) -> EditRequest:
    """Return the request to regenerate a layer from its recipe and its present surroundings.

    ``settings`` replace those of the recipe; the place, the controls and the rewrite stay. A layer
    that was moved is regenerated at its present position. StudioError if the recipe cannot be read,
    or the layer is locked.
    """
    check_unlocked(document, [layer.id])
    recipe = recipe_of(layer)
    used = settings or settings_of(recipe)
    region = recipe.region.shift(layer.x, layer.y)
    if recipe.task is Task.GENERATE:
        made = recipe.replace(region=region) if settings is None else generate_request(region, used)
    else:
        mask = layer.recipe_mask
        if mask is not None:
            mask = shift_raster(mask, layer.x, layer.y)
        skip = frozenset({layer.id})
        made = mask_request(document, used, recipe.task, mask=mask, skip=skip)
    kept = recut(recipe.replace(region=made.region), region)
    made = made.replace(controls=kept.controls, rewrite=recipe.rewrite)
    if made.model == recipe.model:
        made = made.replace(model_file=recipe.model_file)
    if settings is None:
        parts = {"references": kept.references, "regions": kept.regions}
        made = made.replace(adapters=recipe.adapters, **parts)
    return made


def recipe_of(layer: GenerativeLayer) -> EditRequest:
    """Return the recipe of a layer with its control images and references, in pixels of the layer.

    StudioError if the recipe cannot be read.
    """
    region = EditRequest.from_recipe(layer.recipe).region
    pictures = [_picture(one, region) for one in layer.recipe_pictures]
    return EditRequest.from_recipe(layer.recipe, pictures)


def _picture(raster: Raster, region: Rect) -> Pixels:
    """Return a picture of a recipe: (h, w, 3) unchanged, or a mask (h, w) of the crop."""
    if raster.channels == 1:
        box = Rect(0, 0, region.width, region.height)
        return np.ascontiguousarray(raster.read(box)[:, :, 0])
    return np.ascontiguousarray(raster.read(raster.bounds())[:, :, :3])


def visible_rgb(document: Document, region: Rect, skip: frozenset[str] = frozenset()) -> Pixels:
    """Return the visible picture of the region over white, (h, w, 3) uint8."""
    rgba = composite(document, region, skip=skip)
    if rgba[:, :, 3].min(initial=255) == 255:
        # All opaque, so white does not contribute; blending a large photo would take seconds.
        return np.ascontiguousarray(rgba[:, :, :3])
    alpha = rgba[:, :, 3:].astype(np.uint16)
    mixed = rgba[:, :, :3].astype(np.uint16) * alpha + 255 * (255 - alpha)
    return ((mixed + 127) // 255).astype(np.uint8)


def _grow(empty: NDArray[np.bool_], pixels: int) -> Pixels:
    size = 2 * pixels + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_RECT, (size, size))
    return np.asarray(cv2.dilate(empty.astype(np.uint8) * 255, kernel), dtype=np.uint8)
