"""Scales the whole picture or one layer, with everything that belongs to it; no network needed.

Masks, selections, control images, recipes and skeletons are scaled along. Results that wait and
the masks of references and region prompts follow the ``scale`` of the document.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from studio.core.errors import StudioError
from studio.core.geometry import Rect
from studio.core.limits import LIMITS
from studio.core.progress import Progress
from studio.document.control import POSE, people_of, with_people
from studio.document.document import Document, size_error
from studio.document.layer import ControlLayer, GenerativeLayer, GroupLayer, Layer, RasterLayer
from studio.document.locked import check_unlocked
from studio.document.operations import shift_layer
from studio.document.raster import Raster
from studio.document.resampling import resample_raster
from studio.retouch.resampling import LANCZOS, NEAREST, Resampler

FLAT = ("segmentation",)
"""Kinds of control images whose colours are names, which must not be mixed."""


@dataclass(frozen=True, slots=True)
class Scaling:
    """From a canvas of size ``source`` to one of size ``target``, in pixels."""

    source: tuple[int, int]
    target: tuple[int, int]
    how: Resampler = LANCZOS

    def along(self, value: float, axis: int) -> int:
        """Return a position on an axis of the old canvas as the nearest one on the new."""
        return round(value * self.target[axis] / self.source[axis])

    @property
    def factors(self) -> tuple[float, float]:
        """The factor of each axis."""
        return self.target[0] / self.source[0], self.target[1] / self.source[1]

    def raster(
        self,
        raster: Raster,
        offset: tuple[int, int] = (0, 0),
        how: Resampler | None = None,
        progress: Progress | None = None,
    ) -> Raster:
        """Return a raster at ``offset`` of the old canvas, scaled."""
        new = self.along(offset[0], 0), self.along(offset[1], 1)
        return resample_raster(
            raster, how or self.how, self.source, self.target, offset, new, progress
        )


@dataclass(slots=True)
class _Work:
    """One run over the layers: ready-made rasters by the id of their layer, and the progress."""

    scaling: Scaling
    made: Mapping[str, Raster] = field(default_factory=dict)
    progress: Progress | None = None
    count: int = 1
    done: int = 0

    def next(self) -> Progress | None:
        """Return the progress of the next layer; ``Cancelled`` if the work was cancelled."""
        if self.progress is None:
            return None
        self.progress.check()
        self.done += 1
        return self.progress.sub((self.done - 1) / self.count, 1 / self.count)


def scale_document(
    document: Document,
    width: int,
    height: int,
    how: Resampler = LANCZOS,
    *,
    made: Mapping[str, Raster] | None = None,
    progress: Progress | None = None,
) -> Document:
    """Return the document with all its layers, masks and the selection scaled to a size.

    ``made`` are rasters, by the id of their layer, that are already scaled, in pixels of the new
    canvas. StudioError for an impossible size.
    """
    if (width, height) == (document.width, document.height):
        return document
    error = size_error(width, height)
    if error is not None:
        raise error
    scaling = Scaling((document.width, document.height), (width, height), how)
    count = sum(1 for _ in document.walk()) + 2
    work = _Work(scaling, made or {}, progress, count)
    return document.replace(
        width=width,
        height=height,
        layers=tuple(_scaled(layer, work) for layer in document.layers),
        selection=_shape(document.selection, work),
        mask=_shape(document.mask, work),
        origin=tuple(scaling.along(document.origin[axis], axis) for axis in (0, 1)),
        scale=tuple(document.scale[axis] * scaling.factors[axis] for axis in (0, 1)),
    )


def scaled_layer(layer: Layer, scaling: Scaling) -> Layer:
    """Return a layer with its mask and children, scaled along with a canvas."""
    return _scaled(layer, _Work(scaling))


def scale_layer(
    document: Document,
    layer_id: str,
    width: int,
    height: int,
    how: Resampler = LANCZOS,
    *,
    made: Raster | None = None,
) -> Document:
    """Return the document with one layer scaled around its middle; the canvas stays.

    ``width`` and ``height`` are the new size of the layer's bounds. ``made`` are its pixels if they
    are already scaled, with the corner of the new bounds at 0, 0. StudioError for an empty or
    locked layer, or an impossible size.
    """
    layer = document.find(layer_id)
    check_unlocked(document, [layer_id])
    bounds = layer.bounds() if layer is not None else Rect(0, 0, 0, 0)
    if layer is None or bounds.is_empty:
        raise StudioError("The layer is empty, so it has no size.", "Paint on it first.")
    error = size_error(width, height)
    if error is not None:
        raise error
    scaling = Scaling((bounds.width, bounds.height), (width, height), how)
    rasters = {} if made is None else {layer_id: made}
    scaled = _scaled(shift_layer(layer, -bounds.x, -bounds.y), _Work(scaling, rasters))
    x = bounds.x + (bounds.width - width) // 2
    y = bounds.y + (bounds.height - height) // 2
    return document.update(shift_layer(scaled, x, y))


def _shape(raster: Raster | None, work: _Work) -> Raster | None:
    """Return a scaled selection or edit mask."""
    progress = work.next()
    if raster is None:
        return None
    scaled = work.scaling.raster(raster, progress=progress)
    return scaled if scaled.tiles else None


def _scaled(layer: Layer, work: _Work) -> Layer:
    """Return a layer scaled, with its pixels from ``work.made`` if it has them."""
    scaling = work.scaling
    place = layer.x, layer.y
    changes: dict[str, Any] = {"x": scaling.along(layer.x, 0), "y": scaling.along(layer.y, 1)}
    if layer.mask is not None:
        mask = scaling.raster(layer.mask.raster, place)
        changes["mask"] = dataclasses.replace(layer.mask, raster=mask)
    if isinstance(layer, GroupLayer):
        changes["children"] = tuple(_scaled(child, work) for child in layer.children)
    progress = work.next()
    if isinstance(layer, RasterLayer):
        how = _resampler(layer, scaling)
        ready = work.made.get(layer.id)
        if ready is None:
            changes["raster"] = scaling.raster(layer.raster, place, how, progress)
        else:
            changes["raster"] = ready.shifted(-changes["x"], -changes["y"])
    if isinstance(layer, GenerativeLayer):
        changes |= _recipe(layer, scaling)
    scaled = layer.replace(**changes)
    if isinstance(scaled, ControlLayer) and scaled.control.kind == POSE and scaled.control.people:
        return _with_people(layer, scaled, scaling)
    return scaled


def _resampler(layer: RasterLayer, scaling: Scaling) -> Resampler:
    flat = isinstance(layer, ControlLayer) and layer.control.kind in FLAT
    return NEAREST if flat else scaling.how


def _with_people(old: Layer, scaled: ControlLayer, scaling: Scaling) -> ControlLayer:
    """Return a pose layer with its skeletons scaled and drawn again."""
    across, down = scaling.factors
    people = []
    for person in people_of(scaled):
        moved = person.copy()
        moved[:, 0] = (person[:, 0] + old.x) * across - scaled.x
        moved[:, 1] = (person[:, 1] + old.y) * down - scaled.y
        people.append(moved)
    return with_people(scaled, people, Rect(0, 0, *scaling.target))


def _recipe(layer: GenerativeLayer, scaling: Scaling) -> dict[str, Any]:
    """Return the recipe of a layer scaled, with its mask and the pictures that cover its crop."""
    place = layer.x, layer.y
    changes: dict[str, Any] = {}
    if layer.recipe_mask is not None:
        changes["recipe_mask"] = scaling.raster(layer.recipe_mask, place)
    try:
        old = Rect(*(int(number) for number in layer.recipe["region"]))  # type: ignore[attr-defined]
    except (KeyError, TypeError, ValueError):
        return changes
    new = _region(old, place, scaling)
    if new.is_empty:
        return changes
    factor = (scaling.factors[0] * scaling.factors[1]) ** 0.5
    recipe: dict[str, Any] = dict(layer.recipe)
    recipe["region"] = [new.x, new.y, new.width, new.height]
    for name in ("mask_blur", "padding"):
        if isinstance(recipe.get(name), int):
            limit = LIMITS[name]
            recipe[name] = min(max(round(recipe[name] * factor), limit.least), limit.most)
    inner = Scaling((old.width, old.height), (new.width, new.height))
    pictures = tuple(_picture(one, old, inner) for one in layer.recipe_pictures)
    return changes | {"recipe": recipe, "recipe_pictures": pictures}


def _region(region: Rect, place: tuple[int, int], scaling: Scaling) -> Rect:
    """Return a crop in pixels of a layer at ``place``, scaled: in pixels of the scaled layer."""

    def edge(axis: int) -> Callable[[int], int]:
        return lambda value: (
            scaling.along(value + place[axis], axis) - scaling.along(place[axis], axis)
        )

    across, down = edge(0), edge(1)
    left, top = across(region.x), down(region.y)
    right, bottom = max(across(region.right), left + 1), max(down(region.bottom), top + 1)
    return Rect.from_edges(left, top, right, bottom)


def _picture(picture: Raster, region: Rect, inner: Scaling) -> Raster:
    """Return a control image or mask of a recipe's crop scaled; a reference keeps its size."""
    covers = picture.channels == 1 or picture.bounds() == Rect(0, 0, region.width, region.height)
    return inner.raster(picture) if covers and not region.is_empty else picture
