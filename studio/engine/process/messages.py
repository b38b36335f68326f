"""What the window's process and the engine's process send each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from studio.core.progress import ProgressEvent


@dataclass(frozen=True, slots=True)
class Run:
    """Run one request; answered by ``Progressed`` any number of times, then ``Done`` or ``Failed``.

    ``number`` is counted up by the sender and comes back with each answer.
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
    """Stop the work of that number within one step."""

    number: int


@dataclass(frozen=True, slots=True)
class Ready:
    """The engine's libraries are loaded; ``build`` names versions and device for the About box."""

    build: str


@dataclass(frozen=True, slots=True)
class Progressed:
    """One report of the running work."""

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
    """The work ended with an error that is a bug, as text: its kind and sentence, its traceback.

    ``number`` is 0 if the engine could not even be made.
    """

    number: int
    error: str
    trace: str
