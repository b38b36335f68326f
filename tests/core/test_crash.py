"""A bug in a real process: one sentence on stderr, the traceback in the log."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

START = "import sys, threading\nfrom studio.core import crash\ncrash.install()\n"


def crash(program: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a program under the crash handlers in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", START + program],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_an_uncaught_error_leaves_a_log_and_one_sentence(home: Path) -> None:
    done = crash("def deep():\n    raise ValueError('a bug')\ndeep()")
    log = home / "log" / "crash.log"
    assert done.returncode == 1
    assert str(log) in done.stderr and len(done.stderr.splitlines()) == 1
    assert "in deep" in log.read_text() and "ValueError: a bug" in log.read_text()


def test_an_error_of_a_thread_is_logged_too(home: Path) -> None:
    done = crash("t = threading.Thread(target=lambda: 1 / 0)\nt.start(); t.join()")
    assert done.returncode == 0
    assert "ZeroDivisionError" in (home / "log" / "crash.log").read_text()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
def test_a_killing_signal_leaves_the_stacks(home: Path) -> None:
    done = crash("import os, signal\ndef inside():\n    os.kill(os.getpid(), 11)\ninside()")
    assert done.returncode == -signal.SIGSEGV
    assert "inside" in (home / "log" / "crash.log").read_text()


def test_a_log_that_cannot_be_written_hides_nothing(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    done = crash("raise ValueError('a bug')", LIENZO_HOME=str(blocked))
    assert "ValueError: a bug" in done.stderr


def test_a_long_log_is_put_aside_once(home: Path) -> None:
    log = home / "log" / "crash.log"
    log.parent.mkdir(parents=True)
    log.write_bytes(b"x" * (600 * 1024))
    crash("raise ValueError('new')")
    assert log.stat().st_size < 10_000
    assert (log.parent / "crash.old.log").stat().st_size == 600 * 1024


def test_interrupting_is_no_bug(home: Path) -> None:
    done = crash("raise KeyboardInterrupt")
    assert "KeyboardInterrupt" in done.stderr
    assert (home / "log" / "crash.log").read_text() == ""
