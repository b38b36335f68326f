"""The photo tools of one open document: their jobs, and what becomes of the results."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from studio.catalog.photo_tools import PHOTO_KINDS, PHOTO_TASKS
from studio.catalog.settings import Value
from studio.core.dotted import resolve
from studio.core.events import Event
from studio.core.geometry import Rect
from studio.document.document import Document
from studio.document.raster import Raster
from studio.edit.photo_tools import (
    PADDING,
    PhotoResult,
    Pixels,
    photo_edit,
    photo_request,
)
from studio.edit.request import EditRequest, Task
from studio.session.encoded_pictures import EncodedPictures
from studio.session.jobs import Job, JobQueue

QueueEdit = Callable[[EditRequest, str], Job]


class Owner(Protocol):
    """The part of a session that this module needs."""

    queue: JobQueue

    @property
    def document(self) -> Document:
        """The document as it is."""


class PhotoWork:
    """Queues the photo tools for one session; ``queue_edit`` queues an edit with its label."""

    def __init__(self, session: Owner, queue_edit: QueueEdit) -> None:
        self._session = session
        self.queue_edit = queue_edit
        self.landed: Event[[str]] = Event()
        """The result of a tool of this kind (``PHOTO_KINDS``) has been landed."""
        self.objects = EncodedPictures()

    def submit(
        self,
        task: Task,
        values: Mapping[str, Value] | None = None,
        *,
        mask: Raster | None = None,
        pictures: Sequence[Pixels] = (),
        variations: int = 1,
        padding: int = PADDING,
    ) -> Job:
        """Queue a tool whose result waits in the tray; see ``photo_edit`` for the arguments."""
        request = photo_edit(
            self._session.document,
            task,
            values,
            mask=mask,
            pictures=pictures,
            variations=variations,
            padding=padding,
        )
        return self.queue_edit(request, PHOTO_TASKS[task.value].label)

    def run(
        self,
        kind: str,
        values: Mapping[str, Value] | None = None,
        *,
        region: Rect | None = None,
        mask: Raster | None = None,
        picture: Callable[[], Pixels] | None = None,
        extras: Mapping[str, Any] | None = None,
        label: str = "",
        ahead: bool = False,
    ) -> Job:
        """Queue a tool whose result its row lands; see ``photo_request`` for the arguments.

        ``ahead`` queues a job that nobody needs yet.
        """
        document = self._session.document
        request = photo_request(
            document, kind, values, region=region, mask=mask, picture=picture, extras=extras
        )
        label = label or PHOTO_KINDS[kind].label
        job = Job(request, label, None, document.origin, self._session, document.scale)
        job.is_ahead = ahead
        return self._session.queue.add(job)

    def land(self, job: Job, result: PhotoResult) -> None:
        """Give a result to the landing of its row; StudioError if it no longer fits."""
        resolve(PHOTO_KINDS[result.request.kind].landing)(self._session, job, result)
        self.landed.emit(result.request.kind)
