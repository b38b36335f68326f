"""A proxy with the engine's methods that runs the engine in a child process."""

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
from studio.edit.photo_tools import PhotoRequest
from studio.engine.process import child
from studio.engine.process.channel import Channel
from studio.engine.process.messages import (
    Broken,
    Cancel,
    Done,
    Failed,
    Finish,
    Progressed,
    Ready,
    Run,
    WarmUp,
)

LOG = logging.getLogger(__name__)

LOOK = 0.02
"""Seconds between two checks for a cancel by the artist."""
END = 2.0
"""Seconds that a child has to exit by itself."""


class EngineBugError(Exception):
    """An unexpected error in the child; ``__cause__`` holds the child's traceback."""


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
        """The process ID of the child, None if there is none."""
        running = self._child
        return None if running is None else running.process.pid

    def run(self, request: Any, progress: Progress) -> Any:
        """Run ``request`` like ``Engine.run``; StudioError if the child dies meanwhile."""
        sent = request
        if isinstance(request, AnnotateRequest):
            # The picture is rendered from the document, which stays in this process.
            sent = replace(request, picture=Made(request.picture()))
        elif isinstance(request, PhotoRequest):
            sent = replace(request, picture=Made(request.picture()))
        return self._call(lambda number: Run(number, sent), request, progress)

    def warm_up(self, model: str, progress: Progress) -> None:
        """Load ``model`` in the child, like ``Engine.warm_up``."""
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
        """Kill the child at once and start no other; may be called from any thread."""
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
                # The child was already dying before the request: none of this work was done.
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
            # It died while idle; nothing is lost but the time to load the model again.
            self.close()
            LOG.warning("the engine's process ended while nothing ran")
        if self._child is None:
            self._child = _Child(self._main)
        return self._child

    def _died(self, progress: Progress) -> Exception:
        """Return the error to raise for a child that exited in the middle of its work."""
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
        # Spawned on every platform: a fork would copy locks held by other threads.
        context = multiprocessing.get_context("spawn")
        # On Windows the ends of a pipe have a different class with the same methods.
        ends: tuple[Any, Any] = context.Pipe(duplex=True)
        ours, theirs = ends
        self.process: BaseProcess = context.Process(
            target=main, args=(theirs,), name="lienzo-engine", daemon=True
        )
        self.process.start()
        # So that the pipe reaches end of file when the child exits.
        theirs.close()
        self.channel = Channel(ours)
        self.build = ""
        self.exitcode: int | None = None
        self.answered = 0
        """The number of the work for which the last message arrived."""
        self.is_ready = False

    def has_ended(self) -> bool:
        """Return whether the process has exited; to be called while it is idle."""
        try:
            while self.is_ready and self.channel.poll(0):
                self.channel.receive()
        except (EOFError, OSError):
            return True
        return not self.process.is_alive()

    def wait_ready(self, progress: Progress) -> None:
        """Wait until torch is loaded; after a cancel the child keeps loading for the next call."""
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
        """Return the result of the work with this number, or raise its error."""
        told = asked = False
        while True:
            if progress.is_cancelled and not told:
                self.channel.send(Cancel(number))
                told = True
            if progress.should_finish and not asked:
                self.channel.send(Finish(number))
                asked = True
            if not self.channel.poll(LOOK):
                continue
            message, _ = self.channel.receive(known)
            if message.number != number:
                continue
            self.answered = number
            if isinstance(message, Progressed):
                event = message.event
                with suppress(Cancelled):
                    # The child reports the outcome of its work itself.
                    progress.report(
                        event.fraction, event.text, event.preview, event.details, event.can_finish
                    )
            elif isinstance(message, Done):
                return message.result
            elif isinstance(message, Failed):
                raise message.error
            else:
                raise bug(message)

    def kill(self) -> None:
        """Kill the process."""
        self.process.kill()

    def close(self) -> None:
        """Close the pipe, which makes the child exit, and wait for it."""
        self.channel.close()
        # A child that is still loading torch has nothing to finish.
        self.process.join(END if self.is_ready else 0.0)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()
        self.exitcode = self.process.exitcode


def bug(message: Broken) -> EngineBugError:
    """Return the exception for an unexpected error in the child, with its traceback for the log."""
    error = EngineBugError(message.error)
    error.__cause__ = ChildTrace(message.trace)
    return error


def death(code: int | None) -> StudioError:
    """Return the error for a child that exited with a code, -N for the signal N."""
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
    """Return a short name for an exit code: the signal's name, or the number."""
    if code is None:
        return "?"
    if code < 0:
        with suppress(ValueError):
            return signal.Signals(-code).name
    return str(code)
