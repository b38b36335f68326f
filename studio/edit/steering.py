"""What steers an edit beside its words: control layers and reference pictures, cut to a region."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from studio.core.geometry import Rect
from studio.document.control import control_picture
from studio.document.document import Document
from studio.document.layer import ControlLayer
from studio.document.raster import Raster
from studio.edit.request import ControlUse, EditRequest, Pixels, ReferenceUse


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """A picture (h, w, 3) uint8 sRGB whose look counts; ``where`` is a mask of the document.

    ``mode`` is "look", "composition", "subject" or "face"; ``model`` the folder of an IP-Adapter,
    "" for the model's own. ``name`` is what the artist sees.
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


def steered(
    request: EditRequest, document: Document, references: Sequence[Reference] = ()
) -> EditRequest:
    """Return a request with the document's control layers and with references, cut to its region.

    Control layers count whether they are shown or not, as long as they are used and say anything
    about the region.
    """
    region = request.region
    return request.replace(
        controls=(*request.controls, *control_uses(document, region)),
        references=(*request.references, *reference_uses(references, region)),
    )


def control_uses(document: Document, region: Rect) -> tuple[ControlUse, ...]:
    """Return the document's control layers as they act on a region, the lowest first."""
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
    """Return references as they act on a region; one whose mask lies elsewhere is left out."""
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


def recut(request: EditRequest, old: Rect) -> EditRequest:
    """Return a request whose control images and masks covered ``old``, cut to its region.

    What the region has beyond ``old`` says nothing: black, or outside the mask.
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
    return request.replace(controls=controls, references=references)


def _moved(pixels: Pixels, old: Rect, new: Rect) -> Pixels:
    raster = Raster.from_array(pixels, old.x, old.y)
    cut = raster.read(new)
    return cut if pixels.ndim == 3 else np.ascontiguousarray(cut[:, :, 0])
