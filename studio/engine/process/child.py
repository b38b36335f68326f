"""The engine's process: loads torch, runs requests one at a time, and exits with the window."""

from __future__ import annotations

import importlib
import os
import queue
import signal
import sys
import threading
import traceback
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studio.core import crash
from studio.core.errors import Cancelled, StudioError
from studio.core.progress import Progress, ProgressEvent
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

if TYPE_CHECKING:
    from studio.engine.engine import Engine

OOM_SCORE = 500
"""Added to this process's badness (proc(5), oom_score_adj): if memory runs out, the kernel kills
the engine and not the window with the artist's picture."""


def main(connection: Connection) -> None:
    """Serve the process at the other end of ``connection`` until that end is closed."""
    # Ctrl+C in a terminal signals both processes; the window handles it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    crash.install()
    _offer_to_the_kernel()
    server = _Server(Channel(connection))
    threading.Thread(target=server.listen, name="listen", daemon=True).start()
    try:
        server.serve()
    except (EOFError, OSError):
        # The window has exited, so nobody could read an error.
        os._exit(0)


@dataclass(frozen=True, slots=True)
class _Flags:
    """Whether a piece of work is to be cancelled, and whether it is to end early."""

    cancelled: threading.Event = field(default_factory=threading.Event)
    wanted: threading.Event = field(default_factory=threading.Event)


class _Server:
    """Receives messages on one thread, and does the work on the main one."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._inbox: queue.SimpleQueue[tuple[Run | WarmUp, list[Any], _Flags]] = queue.SimpleQueue()
        self._running: dict[int, _Flags] = {}

    def listen(self) -> None:
        """Receive messages until the window closes its end or dies; then exit immediately."""
        with suppress(EOFError, OSError):
            while True:
                message, arrays = self._channel.receive()
                if isinstance(message, Cancel | Finish):
                    flags = self._running.get(message.number)
                    if flags is not None:
                        (flags.cancelled if isinstance(message, Cancel) else flags.wanted).set()
                    continue
                flags = _Flags()
                self._running[message.number] = flags
                self._inbox.put((message, arrays, flags))
        # Not sys.exit: the main thread may be inside a long library call.
        os._exit(0)

    def serve(self) -> None:
        """Load the engine's libraries, then handle the messages one after the other."""
        try:
            engine = _make_engine()
        except Exception as error:  # noqa: BLE001 - the window logs and shows it
            self._channel.send(_broken(0, error))
            return
        self._channel.send(Ready(str(engine.build_info())))
        while True:
            message, arrays, flags = self._inbox.get()
            self._answer(engine, message, arrays, flags)
            self._running.pop(message.number, None)
            # Releases the last request while none is running.
            del message, arrays, flags

    def _answer(
        self, engine: Engine, message: Run | WarmUp, arrays: list[Any], flags: _Flags
    ) -> None:
        number = message.number

        def report(event: ProgressEvent) -> None:
            self._channel.send(Progressed(number, event), known)

        known: tuple[Any, ...] = ()
        progress = Progress(report, flags.cancelled, flags.wanted)
        answer: Done | Failed | Broken
        try:
            progress.check()
            if isinstance(message, WarmUp):
                engine.warm_up(message.model, progress)
                answer = Done(number, None)
            else:
                known = (message.request, *arrays)
                answer = Done(number, engine.run(message.request, progress))
        except StudioError as error:
            answer = Failed(number, _portable(error))
        except Cancelled:
            answer = Failed(number, Cancelled())
        except (EOFError, BrokenPipeError):
            raise
        except Exception as error:  # noqa: BLE001 - the window logs and shows it
            answer = _broken(number, error)
        try:
            self._channel.send(answer, known)
        except (EOFError, OSError):
            raise
        except Exception as error:  # noqa: BLE001 - an answer that cannot be pickled is a bug
            self._channel.send(_broken(number, error))


def _make_engine() -> Engine:
    # tqdm's default lock is a named semaphore, which leaks if the process is killed.
    importlib.import_module("tqdm.std").tqdm.set_lock(threading.RLock())
    from studio.catalog.hashes import kept_hashes
    from studio.engine.engine import Engine

    return Engine(hashes=kept_hashes())


def _portable(error: StudioError) -> StudioError:
    """Return the error with values that can be sent: strings, numbers and Lienzo's own types."""
    values = {
        name: value if isinstance(value, (str, int, float, tuple)) or _ours(value) else str(value)
        for name, value in error.values.items()
    }
    return StudioError(error.message, error.hint, **values)


def _ours(value: object) -> bool:
    return type(value).__module__.startswith("studio.")


def _broken(number: int, error: Exception) -> Broken:
    kind = traceback.format_exception_only(error)
    return Broken(number, "".join(kind).strip(), "".join(traceback.format_exception(error)))


def _offer_to_the_kernel() -> None:
    if sys.platform == "linux":
        with suppress(OSError):
            Path("/proc/self/oom_score_adj").write_text(str(OOM_SCORE))
