"""Runs a decoder in a process of its own, so that no file can end the program."""

from __future__ import annotations

import multiprocessing
import pickle
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

from studio.core.errors import StudioError
from studio.core.progress import Progress


class DecoderEndedError(OSError):
    """The decoder's process ended without an answer: it crashed on the file."""

    def __init__(self) -> None:
        super().__init__("the decoder crashed on it")


def apart(work: Callable[..., Any], *values: Any, progress: Progress | None = None) -> Any:
    """Return ``work(*values)`` of a fresh process; all of it must be picklable.

    What ``work`` raises is raised here, as an OSError if it cannot be pickled; DecoderEndedError
    if the process dies, ``Cancelled`` (and the process is ended) if ``progress`` is.
    """
    # Spawned on every system: a fork would copy locks that other threads hold.
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_answer, args=(sender, work, values), daemon=True)
    process.start()
    sender.close()  # So that the end of the process is the end of the pipe.
    try:
        while not receiver.poll(0.1):
            if progress is not None:
                progress.check()
        try:
            error, result = pickle.loads(receiver.recv_bytes())
        except EOFError:
            raise DecoderEndedError from None
    finally:
        receiver.close()
        if process.is_alive():
            process.join(1.0)
            process.kill()
        process.join()
        process.close()
    if error is not None:
        raise error
    return result


def _answer(sender: Connection, work: Callable[..., Any], values: tuple[Any, ...]) -> None:
    """Send what ``work`` returns or raises, in the process."""
    try:
        message = pickle.dumps((None, work(*values)), pickle.HIGHEST_PROTOCOL)
    except StudioError as error:
        message = pickle.dumps((error, None))
    except Exception as error:  # noqa: BLE001 - it goes on to the program's process.
        message = pickle.dumps((OSError(str(error)), None))
    sender.send_bytes(message)
    sender.close()
