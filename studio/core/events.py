"""A small observer list, so that Qt-free state can be watched."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, ParamSpec

P = ParamSpec("P")


class Event(Generic[P]):
    """Calls every connected listener in order, in the thread that emits."""

    def __init__(self) -> None:
        self._listeners: list[Callable[P, object]] = []

    def connect(self, listener: Callable[P, object]) -> Callable[[], None]:
        """Add a listener; the returned function removes it again."""
        self._listeners.append(listener)
        return lambda: self.disconnect(listener)

    def disconnect(self, listener: Callable[P, object]) -> None:
        """Remove a listener; a listener that is not connected is ignored."""
        self._listeners = [other for other in self._listeners if other != listener]

    def emit(self, *args: P.args, **kwargs: P.kwargs) -> None:
        """Call the listeners that were connected when the call began."""
        for listener in tuple(self._listeners):
            listener(*args, **kwargs)
