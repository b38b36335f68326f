"""Events of the session for widgets that may be closed before the session is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, ParamSpec

import shiboken6
from PySide6.QtCore import QObject

from studio.core.events import Event

P = ParamSpec("P")


class Listener(Generic[P]):
    """Hands an event on to a slot until the owner of the slot is destroyed."""

    def __init__(self, owner: QObject, event: Event[P], slot: Callable[P, object]) -> None:
        self._owner, self._event, self._slot = owner, event, slot

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> None:
        """Call the slot."""
        # An event that is being emitted calls listeners that were removed in the middle of it.
        if shiboken6.isValid(self._owner):
            self._slot(*args, **kwargs)

    def end(self, *_: object) -> None:
        """Listen no more."""
        self._event.disconnect(self)


def listen(owner: QObject, event: Event[P], slot: Callable[P, object]) -> Listener[P]:
    """Call ``slot`` at each event for as long as ``owner`` is alive.

    The session lives longer than its panels and dialogs, so that no part of the window connects
    itself to an event in another way.
    """
    listener = Listener(owner, event, slot)
    event.connect(listener)
    owner.destroyed.connect(listener.end)
    return listener
