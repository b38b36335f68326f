"""Conversion of results to layers of the document."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np

from studio.catalog.photo_tools import PHOTO_TASKS
from studio.document.document import Document
from studio.document.layer import GenerativeLayer, LayerMask
from studio.document.raster import Raster
from studio.edit.prompt_syntax import plain_text
from studio.edit.region import inner_feather, shift_raster
from studio.edit.request import EditRequest, EditResult, Pixels


def result_layer(result: EditResult, index: int, name: str = "") -> GenerativeLayer:
    """Return variation ``index`` as a generative layer that is transparent outside the mask.

    If the model determined the changed area itself, that becomes the layer's mask, to be painted
    on. The recipe keeps the seed of this variation, so that running it again reproduces it.
    """
    request = result.request
    rgb = result.images[index]
    height, width = rgb.shape[:2]
    region = request.region
    alpha = np.full((height, width), 255, np.uint8)
    recipe_mask = None
    if request.mask is not None:
        alpha = inner_feather(request.mask, request.mask_blur)
        recipe_mask = Raster.from_array(request.mask, region.x, region.y)
    found = None
    if result.masks:
        found = LayerMask(Raster.from_array(result.masks[index], region.x, region.y))
    pixels: Pixels = np.dstack([rgb, alpha])
    pixels[alpha == 0] = 0
    single = dataclasses.replace(request.sampling, seed=result.seeds[index], variations=1)
    return GenerativeLayer(
        name=name or title_of(request),
        raster=Raster.from_array(pixels, region.x, region.y),
        recipe=request.replace(sampling=single).to_recipe(),
        recipe_mask=recipe_mask,
        recipe_pictures=tuple(map(_kept, request.recipe_pictures())),
        mask=found,
    )


def _kept(picture: Pixels) -> Raster:
    """Return a picture as a raster whose bounds are its size, a mask as one channel."""
    if picture.ndim == 2:
        return Raster.from_array(picture)
    return Raster.from_array(np.dstack([picture, np.full(picture.shape[:2], 255, np.uint8)]))


def title_of(request: EditRequest) -> str:
    """Return the name of a request's layer: its prompt, or the name of the photo tool."""
    tool = PHOTO_TASKS.get(request.task.value)
    return layer_name(request.prompt) if tool is None else tool.label


def layer_name(prompt: str, limit: int = 40) -> str:
    """Return a layer name from a prompt without its marks, truncated at a word."""
    text = " ".join((plain_text(prompt) or prompt).split()) or "Fill"
    if len(text) <= limit:
        return text
    return text[:limit].rsplit(" ", 1)[0] + "…"


def apply_layer(document: Document, layer: GenerativeLayer) -> Document:
    """Return the document with the layer right above the active one, and the edit mask cleared."""
    parent = document.parent_of(document.active) if document.active else None
    above = document.active if parent is None else parent.id
    return document.insert(layer, above=above).replace(mask=None)


def remake_layer(document: Document, layer_id: str, made: GenerativeLayer) -> Document:
    """Return the document with a generative layer's pixels and recipe replaced by ``made``.

    Name, mask, opacity, blend mode and position in the stack stay; the offset is that of ``made``.
    A name that was only the old prompt becomes the new one, and a mask that was found for another
    prompt is replaced by the new one. A layer that no longer exists is added again.
    """
    old = document.find(layer_id)
    if not isinstance(old, GenerativeLayer):
        return apply_layer(document, made)
    mask = old.mask
    if mask is not None:
        dx, dy = old.x - made.x, old.y - made.y
        mask = LayerMask(shift_raster(mask.raster, dx, dy), mask.enabled)
    if made.mask is not None and _acts(old.recipe) != _acts(made.recipe):
        mask = made.mask
    named = old.name != layer_name(str(old.recipe.get("prompt", "")))
    return document.update(
        old.replace(
            name=old.name if named else layer_name(str(made.recipe.get("prompt", ""))),
            raster=made.raster,
            recipe=made.recipe,
            recipe_mask=made.recipe_mask,
            recipe_pictures=made.recipe_pictures,
            x=made.x,
            y=made.y,
            mask=mask,
        )
    )


def _acts(recipe: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return the values of a recipe that determine where a rewrite acts."""
    use = recipe.get("rewrite") or {}
    parts = [use.get(name) for name in ("source", "local", "blend", "threshold")]
    return (recipe.get("prompt"), *parts)
