"""Conditioning of an edit beside its prompt: control layers, references and region prompts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from studio.core.geometry import Rect
from studio.document.control import control_picture
from studio.document.document import Document
from studio.document.layer import ControlLayer
from studio.document.raster import Raster
from studio.edit.request import ControlUse, EditRequest, Pixels, ReferenceUse, RegionUse

MOST_REGIONS = 6
"""Maximum number; each takes about as much time as the rest of the picture."""


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """A reference picture (h, w, 3) uint8 sRGB; ``where`` is a mask of the document.

    ``mode`` is "look", "composition", "subject", "face" or "blend"; ``model`` the folder of an
    IP-Adapter, "" for the model's own. ``name`` is shown to the artist.
    """

    image: Pixels = field(repr=False)
    name: str = ""
    weight: float = 1.0
    start: float = 0.0
    end: float = 1.0
    mode: str = "look"
    where: Raster | None = field(default=None, repr=False)
    model: str = ""
    used: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """A region prompt for the area of ``where``, a mask of the document; None is nowhere yet.

    ``weight`` 0..1 is its share there beside the prompt. ``reference`` acts only there, whatever
    its own mask. ``number`` 0..5 identifies the region prompt by its colour.
    """

    prompt: str = ""
    where: Raster | None = field(default=None, repr=False)
    weight: float = 1.0
    reference: Reference | None = field(default=None, repr=False)
    number: int = 0
    used: bool = True


def with_controls(request: EditRequest, document: Document) -> EditRequest:
    """Return a request with the document's control layers as well, cut to its region.

    They act whether visible or not, as long as they are in use and not empty there.
    """
    uses = control_uses(document, request.region)
    return request.replace(controls=(*request.controls, *uses))


def control_uses(document: Document, region: Rect) -> tuple[ControlUse, ...]:
    """Return the document's control layers cropped to a region, the lowest first."""
    found = []
    for layer in document.walk():
        if not isinstance(layer, ControlLayer) or not layer.control.used:
            continue
        picture = control_picture(layer, region)
        if picture is not None:
            control = layer.control
            found.append(
                ControlUse(
                    kind=control.kind,
                    image=picture,
                    strength=control.strength,
                    start=control.start,
                    end=control.end,
                    mode=control.mode,
                    model=control.model,
                )
            )
    return tuple(found)


def reference_uses(references: Sequence[Reference], region: Rect) -> tuple[ReferenceUse, ...]:
    """Return references cropped to a region, without those whose masks are outside it."""
    found = []
    for reference in references:
        mask = None
        if reference.where is not None:
            mask = np.ascontiguousarray(reference.where.read(region)[:, :, 0])
            if not mask.any():
                continue
        if reference.used:
            found.append(
                ReferenceUse(
                    image=reference.image,
                    weight=reference.weight,
                    start=reference.start,
                    end=reference.end,
                    mode=reference.mode,
                    mask=mask,
                    model=reference.model,
                )
            )
    return tuple(found)


def references_of(request: EditRequest, name: str, dx: int = 0, dy: int = 0) -> list[Reference]:
    """Return the references of a request as the artist's settings, all of one name.

    ``dx`` and ``dy`` are the offset from the request's pixels to the document's.
    """
    corner = request.region.shift(dx, dy)
    return [
        Reference(
            image=use.image,
            name=name,
            weight=use.weight,
            start=use.start,
            end=use.end,
            mode=use.mode,
            where=None if use.mask is None else Raster.from_array(use.mask, corner.x, corner.y),
            model=use.model,
        )
        for use in request.references
    ]


def region_uses(regions: Sequence[Region], rect: Rect) -> tuple[RegionUse, ...]:
    """Return region prompts cropped to ``rect``, without empty ones."""
    found = []
    for region in regions:
        if region.used and region.where is not None and region.prompt.strip():
            mask = np.ascontiguousarray(region.where.read(rect)[:, :, 0])
            if mask.any():
                found.append(RegionUse(region.prompt, mask, region.weight))
    return tuple(found)


def regions_of(request: EditRequest, dx: int = 0, dy: int = 0) -> tuple[Region, ...]:
    """Return the region prompts of a request as the artist's settings.

    ``dx`` and ``dy`` are the offset from the request's pixels to the document's. A region prompt's
    own reference is among ``references_of``, masked to the same place.
    """
    corner = request.region.shift(dx, dy)
    return tuple(
        Region(use.prompt, Raster.from_array(use.mask, corner.x, corner.y), use.weight, number=i)
        for i, use in enumerate(request.regions)
    )


def region_references(regions: Sequence[Region]) -> tuple[Reference, ...]:
    """Return the references of region prompts, each masked to its region prompt's area."""
    return tuple(
        replace(region.reference, where=region.where)
        for region in regions
        if region.used and region.where is not None and region.reference is not None
    )


def changed_places(
    references: Sequence[Reference],
    regions: Sequence[Region],
    change: Callable[[Raster], Raster],
) -> tuple[tuple[Reference, ...], tuple[Region, ...]]:
    """Return references and region prompts with their masks changed.

    Parts outside the canvas are kept, so that undoing a crop restores them.
    """

    def changed(where: Raster | None) -> Raster | None:
        return None if where is None else change(where)

    return (
        tuple(replace(one, where=changed(one.where)) for one in references),
        tuple(replace(one, where=changed(one.where)) for one in regions),
    )


def recut(request: EditRequest, old: Rect) -> EditRequest:
    """Return a request whose control images and masks covered ``old``, cropped to its region.

    The part of the region beyond ``old`` is neutral: black, or outside the mask.
    """
    if old == request.region:
        return request
    controls = tuple(
        replace(use, image=_moved(use.image, old, request.region)) for use in request.controls
    )
    references = tuple(
        use if use.mask is None else replace(use, mask=_moved(use.mask, old, request.region))
        for use in request.references
    )
    regions = tuple(
        replace(use, mask=_moved(use.mask, old, request.region)) for use in request.regions
    )
    return request.replace(controls=controls, references=references, regions=regions)


def _moved(pixels: Pixels, old: Rect, new: Rect) -> Pixels:
    raster = Raster.from_array(pixels, old.x, old.y)
    cut = raster.read(new)
    return cut if pixels.ndim == 3 else np.ascontiguousarray(cut[:, :, 0])
