"""The engine in a child process, with the methods of the engine itself."""

from __future__ import annotations

import itertools
import logging
import multiprocessing
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

from studio.core.errors import Cancelled, StudioError
from studio.core.progress import Progress
from studio.edit.annotate import AnnotateRequest, Made
from studio.engine.process import child
from studio.engine.process.channel import Channel
from studio.engine.process.messages import (
    Broken,
    Cancel,
    Done,
    Failed,
    Progressed,
    Ready,
    Run,
    WarmUp,
)

LOG = logging.getLogger(__name__)

LOOK = 0.02
"""Seconds between two looks at whether the artist asked to stop."""
END = 2.0
"""Seconds that a child gets to end by itself."""


class EngineBugError(Exception):
    """An error in the child that is a bug; ``__cause__`` holds the child's traceback."""


class ChildTrace(Exception):
    """The traceback of the child, as text."""

    def __str__(self) -> str:
        return f"\n{self.args[0]}"


class ProcessEngine:
    """Runs requests in a child process; a child that has died is replaced by the next call.

    For one thread at a time, except for ``kill``.
    """

    def __init__(self, main: Callable[[Connection], None] = child.main) -> None:
        self._main = main
        self._numbers = itertools.count(1)
        self._child: _Child | None = None
        self._is_over = threading.Event()

    @property
    def pid(self) -> int | None:
        """The number of the child's process, None while there is none."""
        running = self._child
        return None if running is None else running.process.pid

    def run(self, request: Any, progress: Progress) -> Any:
        """Do what ``request`` asks, as ``Engine.run``; StudioError if the child dies meanwhile."""
        sent = request
        if isinstance(request, AnnotateRequest):
            # What makes the picture belongs to the document, which stays in this process.
            sent = replace(request, picture=Made(request.picture()))
        return self._call(lambda number: Run(number, sent), request, progress)

    def warm_up(self, model: str, progress: Progress) -> None:
        """Load ``model`` in the child, as ``Engine.warm_up``."""
        self._call(lambda number: WarmUp(number, model), None, progress)

    def build_info(self) -> str:
        """Return the versions and the device for the About box, "" before they are known."""
        return "" if self._child is None else self._child.build

    def close(self) -> None:
        """End the child."""
        ended, self._child = self._child, None
        if ended is not None:
            ended.close()

    def kill(self) -> None:
        """End the child at once, and start no other; for any thread."""
        self._is_over.set()
        running = self._child
        if running is not None:
            running.kill()

    def _call(
        self, message_of: Callable[[int], Run | WarmUp], request: Any, progress: Progress
    ) -> Any:
        was_there = self._child is not None
        running = self._started()
        number = next(self._numbers)
        try:
            running.wait_ready(progress)
            arrays = running.channel.send(message_of(number))
            return running.answer(number, (request, *arrays), progress)
        except (EOFError, OSError):
            error = self._died(progress)
            if was_there and running.answered != number and not isinstance(error, Cancelled):
                # It was dying before it was asked: nothing of this work was done.
                return self._call(message_of, request, progress)
            raise error from None
        except EngineBugError:
            if not running.is_ready:
                self.close()
            raise

    def _started(self) -> _Child:
        if self._is_over.is_set():
            raise Cancelled
        if self._child is not None and self._child.has_ended():
            # It died while nothing ran; nothing is lost but the time to load the model again.
            self.close()
            LOG.warning("the engine's process ended while nothing ran")
        if self._child is None:
            self._child = _Child(self._main)
        return self._child

    def _died(self, progress: Progress) -> Exception:
        """Return what to raise for a child that ended in the middle of its work."""
        dead, self._child = self._child, None
        code = None
        if dead is not None:
            dead.close()
            code = dead.exitcode
        if progress.is_cancelled or self._is_over.is_set():
            return Cancelled()
        LOG.error("the engine's process ended with %s", code)
        return death(code)


class _Child:
    """A running child, and this process's end of the pipe."""

    def __init__(self, main: Callable[[Connection], None]) -> None:
        # Spawned on every system: a fork would copy locks that other threads hold.
        context = multiprocessing.get_context("spawn")
        # Windows has a class of its own for the ends of a pipe, with the same methods.
        ends: tuple[Any, Any] = context.Pipe(duplex=True)
        ours, theirs = ends
        self.process: BaseProcess = context.Process(
            target=main, args=(theirs,), name="lienzo-engine", daemon=True
        )
        self.process.start()
        # So that the end of the child is the end of the pipe.
        theirs.close()
        self.channel = Channel(ours)
        self.build = ""
        self.exitcode: int | None = None
        self.answered = 0
        """The number of the last work that it has said something about."""
        self.is_ready = False

    def has_ended(self) -> bool:
        """Return whether the process is gone; to be asked while it has no work."""
        try:
            while self.is_ready and self.channel.poll(0):
                self.channel.receive()
        except (EOFError, OSError):
            return True
        return not self.process.is_alive()

    def wait_ready(self, progress: Progress) -> None:
        """Wait until torch is loaded; a cancel leaves the child loading for the next call."""
        while not self.is_ready:
            progress.check()
            if not self.channel.poll(LOOK):
                continue
            message, _ = self.channel.receive()
            if isinstance(message, Broken):
                raise bug(message)
            if isinstance(message, Ready):
                self.build, self.is_ready = message.build, True

    def answer(self, number: int, known: tuple[Any, ...], progress: Progress) -> Any:
        """Return the result of the work of that number, or raise what it raised."""
        told = False
        while True:
            if progress.is_cancelled and not told:
                self.channel.send(Cancel(number))
                told = True
            if not self.channel.poll(LOOK):
                continue
            message, _ = self.channel.receive(known)
            if message.number != number:
                continue
            self.answered = number
            if isinstance(message, Progressed):
                event = message.event
                with suppress(Cancelled):
                    # The child says itself how its work ends.
                    progress.report(event.fraction, event.text, event.preview, event.details)
            elif isinstance(message, Done):
                return message.result
            elif isinstance(message, Failed):
                raise message.error
            else:
                raise bug(message)

    def kill(self) -> None:
        """End the process at once."""
        self.process.kill()

    def close(self) -> None:
        """Close the pipe, upon which the child ends, and wait for it."""
        self.channel.close()
        # One that still loads torch has nothing to finish.
        self.process.join(END if self.is_ready else 0.0)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()
        self.exitcode = self.process.exitcode


def bug(message: Broken) -> EngineBugError:
    """Return the error of a bug in the child, with its traceback for the log."""
    error = EngineBugError(message.error)
    error.__cause__ = ChildTrace(message.trace)
    return error


def death(code: int | None) -> StudioError:
    """Return the sentence for a child that ended with an exit code, -N for the signal N."""
    if sys.platform != "win32" and code == -signal.SIGKILL:
        return StudioError(
            "The system ended the engine in the middle of its work, most likely because memory"
            " ran out.",
            "Your picture is untouched. Close other programs, or choose a smaller size or a"
            " smaller model, and try again.",
        )
    return StudioError(
        "The engine ended unexpectedly in the middle of its work ({reason}).",
        "Your picture is untouched. Try again; if it happens once more, choose other settings or"
        " another model.",
        reason=reason_of(code),
    )


def reason_of(code: int | None) -> str:
    """Return a short name of an exit code: a signal's, or the number."""
    if code is None:
        return "?"
    if code < 0:
        with suppress(ValueError):
            return signal.Signals(-code).name
    return str(code)
