"""Progress of long-running work: a fraction, a sentence, a preview, and cancellation."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.core.errors import Cancelled


@dataclass(frozen=True, slots=True)
class ProgressEvent:
    """``fraction`` in 0..1, an English ``text``, and optionally a (n, h, w, 3) uint8 preview.

    ``details`` is plain data for listeners of one kind of work. ``can_finish``: from now on the
    work can end early with the state that it has, if ``Progress.finish`` asks for it.
    """

    fraction: float
    text: str
    preview: NDArray[np.uint8] | None = None
    details: Any = None
    can_finish: bool = False


class Progress:
    """Reports to a listener, and carries two flags that any thread may set: one that cancels the
    work, and one that asks it to end early and return the state that it has."""

    def __init__(
        self,
        listener: Callable[[ProgressEvent], None] | None = None,
        cancelled: threading.Event | None = None,
        wanted: threading.Event | None = None,
        *,
        start: float = 0.0,
        length: float = 1.0,
    ) -> None:
        self._listener = listener
        self._cancelled = cancelled or threading.Event()
        self._wanted = wanted or threading.Event()
        self._start = start
        self._length = length

    def report(
        self,
        fraction: float,
        text: str = "",
        preview: NDArray[np.uint8] | None = None,
        details: Any = None,
        can_finish: bool = False,
    ) -> None:
        """Report the fraction done (0..1) to the listener; raises ``Cancelled`` if cancelled."""
        self.check()
        if self._listener is not None:
            inside = min(max(fraction, 0.0), 1.0)
            whole = self._start + inside * self._length
            self._listener(ProgressEvent(whole, text, preview, details, can_finish))

    def sub(self, start: float, length: float) -> Progress:
        """Return a progress whose 0..1 is ``start``..``start + length`` of this one."""
        return Progress(
            self._listener,
            self._cancelled,
            self._wanted,
            start=self._start + start * self._length,
            length=length * self._length,
        )

    def check(self) -> None:
        """Raise ``Cancelled`` if the work was cancelled."""
        if self._cancelled.is_set():
            raise Cancelled

    def cancel(self) -> None:
        """Cancel the work at its next check; safe from every thread."""
        self._cancelled.set()

    @property
    def is_cancelled(self) -> bool:
        """Whether the work was cancelled."""
        return self._cancelled.is_set()

    def finish(self) -> None:
        """Ask the work to end early with what it has; without effect on work that cannot."""
        self._wanted.set()

    @property
    def should_finish(self) -> bool:
        """Whether the work is to end early with what it has."""
        return self._wanted.is_set()
