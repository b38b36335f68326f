"""Work of a session whose jobs run in the caller's thread."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from studio.session.jobs import Job
from studio.session.session import Session


@contextmanager
def raised_errors(session: Session) -> Iterator[None]:
    """Raise the first error of the jobs that are queued inside, once all of it is done."""
    errors: list[BaseException] = []

    def failed(_: Job, error: BaseException) -> None:
        errors.append(error)

    session.queue.failed.connect(failed)
    session.failed.connect(errors.append)
    try:
        yield
    finally:
        session.queue.failed.disconnect(failed)
        session.failed.disconnect(errors.append)
    if errors:
        raise errors[0]
