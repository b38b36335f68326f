"""Events: order, disconnecting, and changes while an event is under way."""

from __future__ import annotations

import pytest

from studio.core.events import Event


def test_listeners_are_called_in_order_with_the_arguments() -> None:
    event: Event[[int]] = Event()
    heard: list[tuple[str, int]] = []
    event.connect(lambda value: heard.append(("first", value)))
    event.connect(lambda value: heard.append(("second", value)))
    event.emit(7)
    assert heard == [("first", 7), ("second", 7)]


def test_disconnecting_works_both_ways_and_twice() -> None:
    event: Event[[]] = Event()
    heard: list[int] = []

    def listener() -> None:
        heard.append(1)

    remove = event.connect(listener)
    remove()
    remove()
    event.disconnect(listener)
    event.emit()
    assert heard == []


def test_a_listener_may_disconnect_itself_and_connect_others() -> None:
    event: Event[[]] = Event()
    heard: list[str] = []

    def late() -> None:
        heard.append("late")

    def once() -> None:
        heard.append("once")
        event.disconnect(once)
        event.connect(late)

    event.connect(once)
    event.connect(lambda: heard.append("always"))
    event.emit()
    assert heard == ["once", "always"]
    event.emit()
    assert heard == ["once", "always", "always", "late"]


def test_an_error_of_a_listener_reaches_the_emitter() -> None:
    event: Event[[]] = Event()

    def broken() -> None:
        raise ValueError("bug")

    event.connect(broken)
    with pytest.raises(ValueError, match="bug"):
        event.emit()
