"""The messages between the window's process and the engine's process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from studio.core.progress import ProgressEvent


@dataclass(frozen=True, slots=True)
class Run:
    """Run one request; answered by ``Progressed`` any number of times, then ``Done`` or ``Failed``.

    ``number`` is incremented by the sender and returned in each answer.
    """

    number: int
    request: Any


@dataclass(frozen=True, slots=True)
class WarmUp:
    """Load a model; answered like ``Run``, with None as the result."""

    number: int
    model: str


@dataclass(frozen=True, slots=True)
class Cancel:
    """Cancel the work with this number within one step."""

    number: int


@dataclass(frozen=True, slots=True)
class Finish:
    """Let the work with this number end early with what it has, if it can."""

    number: int


@dataclass(frozen=True, slots=True)
class Ready:
    """The engine's libraries are loaded; ``build`` is the text for the About box."""

    build: str


@dataclass(frozen=True, slots=True)
class Progressed:
    """A progress report of the running work."""

    number: int
    event: ProgressEvent


@dataclass(frozen=True, slots=True)
class Done:
    """The result of the work."""

    number: int
    result: Any


@dataclass(frozen=True, slots=True)
class Failed:
    """The work ended with a ``StudioError`` or ``Cancelled``."""

    number: int
    error: Exception


@dataclass(frozen=True, slots=True)
class Broken:
    """The work ended with an unexpected error, as text: type and message, and the traceback.

    ``number`` is 0 if the engine could not be created.
    """

    number: int
    error: str
    trace: str
