"""A session without a window for the commands of the photo tools."""

from __future__ import annotations

import sys

from studio.core.notices import Notice
from studio.core.paths import config_dir
from studio.core.settings import Settings
from studio.session.jobs import InlineRunner
from studio.session.session import Session


def photo_session() -> Session:
    """Return a session whose engine runs in this process, with the artist's settings."""
    from studio.engine.engine import Engine

    session = Session(InlineRunner(Engine()), Settings(config_dir() / "settings.json"))
    session.noticed.connect(_say)
    return session


def _say(said: Notice) -> None:
    print(f"lienzo: {said}", file=sys.stderr)
