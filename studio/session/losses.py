"""The work that closing a document or quitting would lose."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from studio.session.jobs import Job, JobQueue
from studio.session.session import Session


@dataclass(frozen=True, slots=True)
class Loss:
    """The unsaved work of a document: ``changes`` that no file holds, and counts of the rest.

    ``results`` is the number of results in the tray, neither applied nor saved, ``jobs`` the number
    of its running and waiting jobs.
    """

    name: str
    changes: bool = False
    results: int = 0
    jobs: int = 0

    def __bool__(self) -> bool:
        """Whether anything is lost."""
        return self.changes or bool(self.results or self.jobs)


def loss_of(session: Session, name: str) -> Loss:
    """Return the loss if a document is closed."""
    document, saved = session.document, session.saved
    kept = {one.id for one in saved.results} if saved is not None else set()
    changes = session.can_lose
    waiting = [one for one in document.results if one.id not in kept | document.applied]
    return Loss(name, changes, len(waiting) if changes else 0, _ending(session.queue.of(session)))


def loss_of_queue(queue: JobQueue, name: str) -> Loss:
    """Return the loss of work without a document if the program quits.

    Trainings are not included: they keep their checkpoints and can be resumed.
    """
    return Loss(name, jobs=_ending(queue.of(None)))


def _ending(jobs: Iterable[Job]) -> int:
    """Count the jobs that can neither be resumed later nor are being stopped already."""
    return sum(not job.can_pause and not job.cancelled.is_set() for job in jobs)
