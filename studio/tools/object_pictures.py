"""The encoded pictures in which objects are found: the whole picture, and parts of a large one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from studio.core.errors import StudioError
from studio.core.events import Event
from studio.core.geometry import Rect
from studio.core.progress import Progress
from studio.edit.objects import Clicks, EncodedPicture, ObjectPicture, object_picture
from studio.retouch.object_masks import SIDE
from studio.session.jobs import Job, JobState
from studio.session.photo.encode import encode
from studio.session.session import Session
from studio.tools.regions import Look, looks

LARGE = 1.5
"""The picture is encoded in parts, too, if it is longer than this many squares."""
PART = 0.6
"""Longest visible part that is encoded on its own, as a share of the picture's long side."""
GRID = 256
"""The edges of parts lie on multiples of this many pixels, so that small pans need no new one."""


class Running(Protocol):
    """Running work that can be stopped."""

    def cancel(self) -> None:
        """Ask the work to stop."""


Start = Callable[
    [Callable[[Progress], Any], Callable[[Any], None], Callable[[BaseException], None]],
    Running | None,
]
"""Starts work and calls the second with its result or the third with its error, in the thread of
the finder, at once or later."""


def at_once(
    work: Callable[[Progress], Any],
    done: Callable[[Any], None],
    failed: Callable[[BaseException], None],
) -> None:
    """Do the work synchronously; errors other than StudioError propagate."""
    try:
        value = work(Progress())
    except StudioError as error:
        failed(error)
    else:
        done(value)


class ObjectPictures:
    """Asks for the encoding of one session's picture; ``start`` runs the copying of its pixels.

    Encoding may be asked for ahead of its use: its job is then stopped by any other, and its errors
    are not shown. The same encoding asked for in earnest takes such a job over.
    """

    def __init__(self, session: Session, start: Start = at_once) -> None:
        self._session, self._start = session, start
        self.look: Look = ()
        """What the last picture looks like; another object for another picture."""
        self._pictures: dict[Rect, EncodedPicture] = {}
        self._copying: set[Rect] = set()
        self._asked: dict[str, tuple[Rect, Job | None]] = {}
        self._ahead: set[Rect] = set()
        self.changed: Event[[]] = Event()
        """``is_busy`` may have changed."""
        self.replaced: Event[[]] = Event()
        """The picture is another one than before."""
        self.ready: Event[[]] = Event()
        """A picture was encoded, and the whole is."""
        self.failed: Event[[BaseException]] = Event()
        """The picture cannot be encoded."""
        self.left: Event[[bool]] = Event()
        """Encoding ahead was given up; whether it makes sense to try it again later."""
        session.photo.objects.added.connect(self._on_added)

    @property
    def is_busy(self) -> bool:
        """Whether a picture is being encoded."""
        asked = any(not _is_over(job) for _, job in self._asked.values())
        return bool(self._copying) or asked

    @property
    def is_ready(self) -> bool:
        """Whether the whole of the last picture is encoded."""
        return any(not self._is_part(rect) for rect in self._pictures)

    def owns(self, job: Job) -> bool:
        """Whether a job encodes one of these pictures."""
        return any(asked is job for _, asked in self._asked.values())

    def prepare(self, visible: Rect | None = None, *, ahead: bool = False) -> None:
        """Ask for the encoding of the picture, and of its visible part if that is small."""
        document = self._session.document
        look = (document.width, document.height, *looks(document.layers))
        if look != self.look:
            self._forget()
            self.look = look
        if not document.layers:
            self.failed.emit(StudioError("The picture is empty.", "Open a photo first."))
            return
        self._ask(document.rect, ahead=ahead)
        part = part_of(document.rect, visible) if visible is not None else None
        if part is not None:
            self._ask(part, ahead=ahead)

    def forget(self) -> None:
        """Drop the pictures, and do not wait for those that were asked for."""
        self._forget()
        self.look = ()
        self.changed.emit()

    def _forget(self) -> None:
        self._pictures.clear()
        self._copying.clear()
        self._asked.clear()
        self._ahead.clear()
        self.replaced.emit()

    def _ask(self, region: Rect, *, ahead: bool) -> None:
        self._asked = {digest: one for digest, one in self._asked.items() if not _is_over(one[1])}
        jobs = [job for where, job in self._asked.values() if where == region]
        if not ahead:
            self._ahead.discard(region)
            for job in jobs:
                if job is not None:
                    job.is_ahead = False
        if jobs or region in self._pictures or region in self._copying:
            return
        self._copying.add(region)
        if ahead:
            self._ahead.add(region)
        look, document = self.look, self._session.document

        def got(picture: ObjectPicture) -> None:
            if self.look is look:
                self._encode(picture)

        def failed(error: BaseException) -> None:
            if self.look is not look:
                return
            self._copying.discard(region)
            if region in self._ahead:
                self._leave(region, again=False)
            else:
                self.changed.emit()
                self.failed.emit(error)

        self._start(lambda progress: object_picture(document, region, progress), got, failed)
        self.changed.emit()

    def _encode(self, picture: ObjectPicture) -> None:
        """Queue the job of a copy, unless its embedding is kept or others use the engine."""
        region, look = picture.region, self.look
        self._copying.discard(region)
        self._asked[picture.digest] = (region, None)
        if self._session.photo.objects.get(picture.digest) is not None:
            self._on_added(picture.digest)
            return
        ahead = region in self._ahead
        if ahead and not self._session.queue.is_idle:
            del self._asked[picture.digest]
            self._leave(region, again=True)
            return
        job = encode(self._session, picture, ahead=ahead)
        if picture.digest in self._asked and self.look is look:
            self._asked[picture.digest] = (region, job)
        self.changed.emit()

    def _on_added(self, digest: str) -> None:
        region, _ = self._asked.pop(digest, (None, None))
        embedding = self._session.photo.objects.get(digest)
        if region is None or embedding is None:
            return
        self._ahead.discard(region)
        self._pictures[region] = EncodedPicture(region, embedding)
        self.changed.emit()
        if self.is_ready:
            self.ready.emit()

    def _leave(self, region: Rect, *, again: bool) -> None:
        self._ahead.discard(region)
        self.changed.emit()
        self.left.emit(again)

    def check_jobs(self) -> bool:
        """Stop waiting for jobs that failed or were cancelled; True if there were any."""
        gone = {digest: one for digest, one in self._asked.items() if _is_over(one[1])}
        for digest, (region, job) in gone.items():
            del self._asked[digest]
            if region in self._ahead:
                stopped = job is not None and job.state is JobState.CANCELLED
                self._leave(region, again=stopped)
        if gone:
            self.changed.emit()
        return bool(gone)

    def _is_part(self, region: Rect) -> bool:
        return region != self._session.document.rect

    def candidates(self, clicks: Clicks) -> list[EncodedPicture]:
        """Return the encoded pictures that contain the clicks, the smallest first."""
        points = [(x, y) for x, y, _ in clicks.points]
        if clicks.box is not None:
            points += [clicks.box[:2], clicks.box[2:]]
        inside = [
            one
            for one in self._pictures.values()
            if not self._is_part(one.region)
            or all(
                one.region.x <= x < one.region.right and one.region.y <= y < one.region.bottom
                for x, y in points
            )
        ]
        return sorted(inside, key=lambda one: one.region.area)


def _is_over(job: Job | None) -> bool:
    return job is not None and job.state not in (JobState.WAITING, JobState.RUNNING)


def part_of(canvas: Rect, visible: Rect) -> Rect | None:
    """Return the part of a large picture to encode on its own, None for all of it."""
    longest = max(canvas.width, canvas.height)
    shown = visible.intersect(canvas)
    if shown.is_empty or longest <= LARGE * SIDE:
        return None
    if max(shown.width, shown.height) > PART * longest:
        return None
    part = Rect.from_edges(
        shown.x // GRID * GRID,
        shown.y // GRID * GRID,
        -(-shown.right // GRID) * GRID,
        -(-shown.bottom // GRID) * GRID,
    ).intersect(canvas)
    return part if max(part.width, part.height) < longest else None
