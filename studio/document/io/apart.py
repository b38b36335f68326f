"""Runs a decoder in a process of its own, so that no file can crash the program."""

from __future__ import annotations

import multiprocessing
import pickle
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

from studio.core.errors import StudioError
from studio.core.progress import Progress


class DecoderEndedError(OSError):
    """The decoder's process ended without a result: it crashed on the file."""

    def __init__(self) -> None:
        super().__init__("the decoder crashed on it")


def apart(work: Callable[..., Any], *values: Any, progress: Progress | None = None) -> Any:
    """Return ``work(*values)`` from a fresh process; arguments and result must be picklable.

    An error of ``work`` is raised here, as an OSError if it cannot be pickled; DecoderEndedError
    if the process dies, ``Cancelled`` (and the process is ended) if ``progress`` is cancelled.
    """
    # Spawned on every system: a fork would copy locks that other threads hold.
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_answer, args=(sender, work, values), daemon=True)
    process.start()
    sender.close()  # So that the pipe closes when the process ends.
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
    """Send the result or the error of ``work``, from inside the process."""
    try:
        message = pickle.dumps((None, work(*values)), pickle.HIGHEST_PROTOCOL)
    except StudioError as error:
        message = pickle.dumps((error, None))
    except Exception as error:  # noqa: BLE001 - it is passed to the program's process.
        message = pickle.dumps((OSError(str(error)), None))
    sender.send_bytes(message)
    sender.close()
