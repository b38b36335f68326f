"""Crash reports: a bug leaves a log and one sentence, even if the interpreter itself dies."""

from __future__ import annotations

import faulthandler
import platform
import sys
import threading
import traceback
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TextIO

from studio import __version__
from studio.core import paths

LOG_NAME = "crash.log"
# The log keeps only the newest reports, below this many bytes.
LOG_LIMIT = 512 * 1024

SENTENCE = "Lienzo met a bug; what happened stands in {path}. Your open document is in the journal."


def log_path() -> Path:
    """Return the file that reports are appended to."""
    return paths.log_dir() / LOG_NAME


def install() -> None:
    """Report uncaught errors of every thread, and the stacks when a signal kills the process.

    If no log can be written, tracebacks go to stderr as usual.
    """
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread
    try:
        path = log_path()
        if path.exists() and path.stat().st_size > LOG_LIMIT:
            path.replace(path.with_suffix(".old.log"))
        # faulthandler writes from a signal handler, so its file has to stay open.
        faulthandler.enable(_open_log(), all_threads=True)
    except OSError:
        if sys.stderr is not None:
            faulthandler.enable(all_threads=True)


def report(error: BaseException) -> Path:
    """Append one error with its traceback to the log and return the log; raises OSError."""
    stamp = datetime.now().isoformat(timespec="seconds")
    head = f"\n{stamp} Lienzo {__version__} Python {platform.python_version()} {sys.platform}\n"
    with _open_log() as stream:
        stream.write(head + "".join(traceback.format_exception(error)))
    return log_path()


def _open_log() -> TextIO:
    return log_path().open("a", encoding="utf-8")


def _uncaught(
    kind: type[BaseException], error: BaseException | None, trace: TracebackType | None
) -> None:
    problem = error if error is not None else kind()
    if isinstance(problem, KeyboardInterrupt):
        sys.__excepthook__(kind, problem, trace)
        return
    try:
        sentence = SENTENCE.format(path=report(problem))
    except OSError:
        sys.__excepthook__(kind, problem, trace)
        return
    # A program without a console, as on Windows, has no stderr.
    if sys.stderr is not None:
        print(sentence, file=sys.stderr)


def _uncaught_in_thread(arguments: threading.ExceptHookArgs) -> None:
    error = arguments.exc_value
    if error is not None and not isinstance(error, SystemExit):
        # The current hook, since the window installs its own before ours.
        sys.excepthook(arguments.exc_type, error, arguments.exc_traceback)
