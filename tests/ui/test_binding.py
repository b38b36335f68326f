"""The binding to Qt takes no references that are not its own.

One release dropped a reference to True at each signal that was sent from Python; after some
thousands of them (a few minutes of painting) the interpreter ended the program.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Signal, Slot

MANY = 300
SINGLETONS = (True, False, None)


class Sender(QObject):
    """Sends signals of several kinds, and is asked by Qt for a truth."""

    bare = Signal()
    flag = Signal(bool)
    number = Signal(int)
    anything = Signal(object)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let every event pass."""
        return False

    @Slot(bool)
    def take(self, value: bool) -> None:
        """Receive a flag."""


def _send(sender: Sender) -> None:
    sender.bare.emit()
    sender.flag.emit(True)
    sender.flag.emit(False)
    sender.number.emit(1)
    sender.anything.emit(None)


def _ask(sender: Sender) -> None:
    QCoreApplication.sendEvent(sender, QEvent(QEvent.Type.User))
    sender.blockSignals(False)
    sender.setProperty("flag", True)
    sender.property("flag")


@pytest.mark.parametrize("connected", [False, True])
@pytest.mark.parametrize("act", [_send, _ask])
def test_a_day_of_signals_and_events_leaves_the_singletons_alive(
    qapp: object, act: Callable[[Sender], None], connected: bool
) -> None:
    sender = Sender()
    if connected:
        sender.flag.connect(sender.take)
        sender.bare.connect(lambda: None)
        sender.anything.connect(lambda value: None)
        sender.installEventFilter(sender)
    act(sender)
    before = [sys.getrefcount(one) for one in SINGLETONS]
    for _ in range(MANY):
        act(sender)
    after = [sys.getrefcount(one) for one in SINGLETONS]
    lost = {one: was - now for one, was, now in zip(SINGLETONS, before, after, strict=True)}
    assert all(count < MANY // 10 for count in lost.values()), lost
