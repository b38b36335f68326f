"""Refine edge: the job and what becomes of its result."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from studio.core.errors import StudioError
from studio.core.geometry import Rect
from studio.core.notices import translatable
from studio.document.document import Document
from studio.document.layer import LayerMask
from studio.document.locked import check_unlocked
from studio.document.raster import Raster
from studio.edit.photo_tools import PhotoResult
from studio.session.jobs import Job
from studio.session.photo.subject import check_place
from studio.session.session import Session

Pixels = NDArray[np.uint8]

REFINE = translatable("Refine the edge")

AROUND = 96
"""Pixels around the painted part that are looked at; the nearest sure colours must be inside."""


def edge_mask(document: Document) -> tuple[Raster, str | None]:
    """Return the mask whose edge is refined, in document pixels, and the layer it belongs to.

    It is the selection, or else the layer mask of the active layer. StudioError if there is none.
    """
    if document.selection is not None:
        return document.selection, None
    layer = document.active_layer()
    if layer is None or layer.mask is None:
        raise StudioError(
            "There is neither a selection nor a layer mask whose edge could be refined.",
            "Select a thing, or remove the background of the layer first.",
        )
    check_unlocked(document, [layer.id], inside=False)
    return layer.mask.raster.shifted(layer.x, layer.y), layer.id


def refine_edge(session: Session, unknown: Raster | None = None) -> Job:
    """Queue the estimation of an edge: where ``unknown`` was painted, or all along it.

    ``unknown`` is a one-channel raster in document pixels. StudioError if there is no edge.
    """
    document = session.document
    mask, layer = edge_mask(document)
    canvas = document.rect
    painted = (canvas if unknown is None else unknown.bounds()).intersect(canvas)
    region = painted.expand(AROUND).intersect(canvas)
    if region.is_empty or not mask.read(region).any():
        raise StudioError("There is no edge here.", "Paint along the edge of the thing.")
    extras: dict[str, object] = {"layer": layer}
    if unknown is not None:
        extras["unknown"] = np.ascontiguousarray(unknown.read(region)[:, :, 0])
    return session.photo.run("matte", region=region, mask=mask, extras=extras, label=REFINE)


def land(session: Session, job: Job, result: PhotoResult) -> None:
    """Put the new edge into the selection or the layer mask; StudioError if that is gone."""
    check_place(session, job)
    assert result.mask is not None
    alpha, region = result.mask, result.request.region
    layer = result.request.extras.get("layer")
    session.edit(REFINE, lambda old: _with_edge(old, layer, alpha, region))


def _with_edge(document: Document, layer_id: str | None, alpha: Pixels, region: Rect) -> Document:
    if layer_id is None:
        if document.selection is None:
            raise StudioError("The selection is gone.", "Select the thing again.")
        return document.replace(selection=document.selection.write(region.x, region.y, alpha))
    layer = document.find(layer_id)
    if layer is None or layer.mask is None:
        raise StudioError("The layer mask was deleted meanwhile.", "Remove the background again.")
    check_unlocked(document, [layer_id], inside=False)
    raster = layer.mask.raster.write(region.x - layer.x, region.y - layer.y, alpha)
    return document.update(layer.replace(mask=LayerMask(raster, layer.mask.enabled)))
