"""Select subject and Remove background: their jobs and what becomes of the results."""

from __future__ import annotations

from studio.core.errors import StudioError
from studio.core.notices import translatable
from studio.edit.cutouts import cut_layer, layer_pixels, selected, without_background
from studio.edit.photo_tools import PhotoResult
from studio.session.jobs import Job
from studio.session.session import Session

SELECT, REMOVE_BACKGROUND = translatable("Select subject"), translatable("Remove background")


def select_subject(session: Session, mode: str = "replace") -> Job:
    """Queue the selection of the subject of the visible picture; ``mode`` as of a selection."""
    if not session.document.layers:
        raise StudioError("There is no picture.", "Open a photo first.")
    return session.photo.run("subject", extras={"mode": mode}, label=SELECT)


def remove_background(session: Session, *, colours: bool = False) -> Job:
    """Queue a layer mask that hides the background of the active layer.

    ``colours`` makes a copy of the layer with the colours of the edge cleaned. StudioError if no
    layer with pixels is active.
    """
    layer = cut_layer(session.document)
    return session.photo.run(
        "subject",
        {"colours": colours},
        region=layer.bounds(),
        picture=layer_pixels(layer),
        extras={"layer": layer.id},
        label=REMOVE_BACKGROUND,
    )


def land(session: Session, job: Job, result: PhotoResult) -> None:
    """Select the subject, or hide the background; StudioError if the picture has changed."""
    assert result.mask is not None
    mask, request = result.mask, result.request
    check_place(session, job)
    layer = request.extras.get("layer")
    if layer is None:
        mode = str(request.extras.get("mode", "replace"))
        session.edit(SELECT, lambda old: selected(old, mask, request.region, mode))
        return
    found = session.document.find(layer)
    if found is None or found.bounds() != request.region:
        raise StudioError(
            "The layer changed while its subject was being found.",
            "Choose Remove background again.",
        )
    session.edit(
        REMOVE_BACKGROUND,
        lambda old: without_background(old, str(layer), mask, request.region, result.image),
    )


def check_place(session: Session, job: Job) -> None:
    """Raise StudioError if the canvas was changed since the job was queued."""
    if (job.origin, job.scale) != (session.document.origin, session.document.scale):
        raise StudioError(
            "The canvas changed while “{name}” was running, so the result does not fit.",
            "Do it again.",
            name=job.label,
        )
