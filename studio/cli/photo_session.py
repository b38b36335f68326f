"""A session without a window for the commands of the photo tools."""

from __future__ import annotations

import sys
from collections.abc import Callable

from studio.cli.editing import Bar
from studio.core.notices import Notice
from studio.core.paths import config_dir
from studio.core.settings import Settings
from studio.session.jobs import InlineRunner, Job
from studio.session.session import Session


def photo_session() -> Session:
    """Return a session whose engine runs in this process, with the artist's settings."""
    from studio.engine.engine import Engine

    session = Session(InlineRunner(Engine()), Settings(config_dir() / "settings.json"))
    session.noticed.connect(_say)
    return session


def run_job(session: Session, submit: Callable[[], Job]) -> None:
    """Run the job that ``submit`` queues, with a progress bar; its error is raised."""
    errors: list[BaseException] = []
    session.failed.connect(errors.append)
    session.queue.failed.connect(lambda job, error: errors.append(error))
    bar = Bar()
    session.queue.progressed.connect(bar.show)
    submit()
    bar.end()
    if errors:
        raise errors[0]


def _say(said: Notice) -> None:
    print(f"lienzo: {said}", file=sys.stderr)
