"""Lift: the job and what becomes of its result."""

from __future__ import annotations

from functools import partial

from studio.core.errors import StudioError
from studio.core.notices import translatable
from studio.document.raster import Raster
from studio.document.render.compositor import composite
from studio.edit.lifting import lift_region, lifted_document
from studio.edit.photo_tools import PhotoResult
from studio.session.jobs import Job
from studio.session.photo.subject import check_place
from studio.session.session import Session

LIFT = translatable("Lift")


def lift(session: Session, mask: Raster | None = None) -> Job:
    """Queue the lifting of the thing under ``mask``, a one-channel raster in document pixels.

    Without ``mask`` it is the selection, and without one the subject of the picture. StudioError
    if there is no picture, or nothing under the mask.
    """
    document = session.document
    if not document.layers:
        raise StudioError("There is no picture.", "Open a photo first.")
    chosen = mask if mask is not None else document.selection
    region = document.rect if chosen is None else lift_region(document, chosen)
    return session.photo.run(
        "lift", region=region, mask=chosen, picture=partial(composite, document, region), label=LIFT
    )


def land(session: Session, job: Job, result: PhotoResult) -> None:
    """Add the layers of the thing and of the place behind it, as one history entry."""
    check_place(session, job)
    session.edit(LIFT, lambda old: lifted_document(old, result, {}))
