"""Session events for widgets that may be closed before the session."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, ParamSpec

import shiboken6
from PySide6.QtCore import QObject

from studio.core.events import Event

P = ParamSpec("P")


class Listener(Generic[P]):
    """Passes an event to a slot until the owner of the slot is destroyed."""

    def __init__(self, owner: QObject, event: Event[P], slot: Callable[P, object]) -> None:
        self._owner, self._event, self._slot = owner, event, slot

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> None:
        """Call the slot."""
        # An event calls listeners that were removed during its emission.
        if shiboken6.isValid(self._owner):
            self._slot(*args, **kwargs)

    def end(self, *_: object) -> None:
        """Stop listening."""
        self._event.disconnect(self)


def listen(owner: QObject, event: Event[P], slot: Callable[P, object]) -> Listener[P]:
    """Call ``slot`` at each event for as long as ``owner`` exists.

    The session outlives its panels and dialogs, so that every part of the window must connect
    to events through this function.
    """
    listener = Listener(owner, event, slot)
    event.connect(listener)
    owner.destroyed.connect(listener.end)
    return listener
