"""The session's half of "Enlarge": queues image sizes with detail, and lands them in one step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studio.core.errors import StudioError
from studio.core.notices import translatable
from studio.core.settings import Settings
from studio.edit.enlarging import PICTURE, SECONDS_A_MEGAPIXEL, enlarge_request, with_detail
from studio.edit.photo_tools import PhotoResult
from studio.session.jobs import Job

if TYPE_CHECKING:
    from studio.session.session import Session

STEP = translatable("Image size")
SPEED = "enlarge_seconds_a_megapixel"


def submit(session: Session, width: int, height: int, scope: str = PICTURE) -> Job:
    """Queue an enlargement with detail; StudioError if it is impossible."""
    check_idle(session, scope)
    request = enlarge_request(session.document, width, height, scope)
    return session.queue.add(Job(request, STEP, None, session.document.origin, session))


def check_idle(session: Session, scope: str) -> None:
    """Raise StudioError if edits of the picture are queued: their results are of the old size."""
    if scope == PICTURE and session.queue.of(session):
        raise StudioError(
            "Edits of this picture are running or waiting; their results would not fit its new"
            " size.",
            "Wait for them, or stop them, then scale the picture.",
        )


def land(session: Session, job: Job, result: PhotoResult) -> None:
    """Scale the document with the pixels of a result; StudioError if they no longer fit."""
    document, notes = with_detail(session.document, result)
    session.edit(STEP, lambda old: document)
    for said in notes:
        session.noticed.emit(said)
    if "megapixel" in result.timings:
        session.settings.set(SPEED, round(float(result.timings["megapixel"]), 3))


def speed(settings: Settings) -> float:
    """Return the seconds for a megapixel of the network's input on this machine."""
    return float(settings.get(SPEED, SECONDS_A_MEGAPIXEL))
