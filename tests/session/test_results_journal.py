"""What the models made is not lost: results in the recovery journal."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from kept import marks
from painter import Painter, painted_session

from studio.core.errors import StudioError
from studio.core.notices import Notice
from studio.document import results as results_module
from studio.edit.request import Task
from studio.session import journal as journal_module
from studio.session import kept_files
from studio.session.journal import recoverable
from studio.session.session import Session


@pytest.fixture
def painter() -> Painter:
    return Painter()


@pytest.fixture
def session(painter: Painter, tmp_path: Path) -> Iterator[Session]:
    session = painted_session(painter, tmp_path / "journal")
    yield session
    session.close()


@pytest.fixture
def heard(session: Session) -> list[Notice]:
    heard: list[Notice] = []
    session.noticed.connect(heard.append)
    return heard


@pytest.fixture
def dead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_module, "_is_alive", lambda folder: False)


def process_of(journal: Path, *more: str) -> tuple[list[str], dict[str, str]]:
    """Return command and environment of a process that paints into a journal."""
    program = Path(__file__).with_name("painter.py")
    environment = {**os.environ, "PYTHONPATH": str(program.parents[2])}
    return [sys.executable, str(program), str(journal), *more], environment


def run(journal: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """Run such a process to its end."""
    command, environment = process_of(journal, *more)
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="Windows has no SIGKILL")
def test_a_killed_process_loses_no_result(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command, environment = process_of(tmp_path)
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as process:
        assert process.stdout is not None
        try:
            assert process.stdout.readline() == b"landed\n"
        finally:
            process.send_signal(signal.SIGKILL)
    painter = Painter()
    expected = painted_session(painter, None)
    expected.submit(Task.FILL)
    session = Session(painter, expected.settings, tmp_path)
    (found,) = session.recoverable()
    session.recover(found)
    assert [(one.seed, one.prompt) for one in session.tray.items] == [
        (n, "a cat") for n in range(3, 7)
    ]
    for one, other in zip(session.tray.items, expected.tray.items, strict=True):
        assert np.array_equal(one.image, other.image)
    assert marks(session.tray) == [False, True, False, False]
    assert len(session.document.layers) == 2 and session.can_lose
    assert not found.folder.exists()
    # What was taken over is in the new journal: the next crash loses nothing either.
    assert session._journal is not None
    session._journal.close(keep=True)
    session._journal = None
    monkeypatch.setattr(journal_module, "_is_alive", lambda folder: False)
    (again,) = recoverable(tmp_path)
    assert [one.id for one in again.document.results] == [one.id for one in session.tray.items]


@pytest.mark.parametrize("at_once", [0, 1 << 30])
def test_commits_and_results_are_brought_to_the_disk(
    session: Session, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    """A power cut loses no more than a kill does: every file is synced, large or small."""
    synced: set[int] = set()
    sync = os.fsync

    def note(descriptor: int) -> None:
        synced.add(os.fstat(descriptor).st_ino)
        sync(descriptor)

    monkeypatch.setattr(journal_module, "AT_ONCE", at_once)
    monkeypatch.setattr(os, "fsync", note)
    session.submit(Task.FILL)
    session.edit("Clear", lambda old: old.replace(mask=None))
    journal = session._journal
    assert journal is not None and journal.flush()
    kept = list((journal.folder / kept_files.FOLDER).iterdir())
    assert len(kept) == 5
    for path in (journal.folder / "tiles", journal.folder / "steps", *kept):
        assert path.stat().st_ino in synced, path.name


@pytest.mark.usefixtures("dead")
def test_the_journal_forgets_what_was_discarded_and_undo_brings_it_back(
    session: Session, tmp_path: Path
) -> None:
    session.submit(Task.FILL)
    assert session._journal is not None and session._journal.flush()
    folder = session._journal.folder / kept_files.FOLDER
    assert len(list(folder.iterdir())) == 5
    session.tray.clear()
    assert session._journal.flush() and list(folder.iterdir()) == []
    session.undo()
    assert session._journal.flush()
    (found,) = recoverable(tmp_path / "journal")
    assert [one.seed for one in found.document.results] == [3, 4, 5, 6] and found.lost == 0


@pytest.mark.usefixtures("dead")
def test_a_damaged_result_of_the_journal_costs_only_itself(
    session: Session, heard: list[Notice], tmp_path: Path
) -> None:
    session.submit(Task.FILL)
    assert session._journal is not None and session._journal.flush()
    folder = session._journal.folder / kept_files.FOLDER
    name = f"{session.tray.items[2].id}.result"
    (folder / name).write_bytes((folder / name).read_bytes()[:-400])
    session._journal.close(keep=True)
    session._journal = None
    (found,) = recoverable(tmp_path / "journal")
    assert found.lost == 1
    session.recover(found)
    assert [item.seed for item in session.tray.items] == [3, 4, 6]
    assert [str(one) for one in heard] == ["Results that cannot be read were left out (1)."]


@pytest.mark.usefixtures("dead")
def test_a_journal_that_begins_afresh_takes_the_results_along(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session.submit(Task.FILL)
    assert session._journal is not None and session._journal.flush()
    before = session._journal.folder
    monkeypatch.setattr(session._journal, "_is_wasteful", lambda document: True)
    session.edit("Clear", lambda old: old.replace(mask=None))
    assert session._journal.folder != before and not before.exists()
    (found,) = recoverable(tmp_path / "journal")
    assert [one.seed for one in found.document.results] == [3, 4, 5, 6]


def test_a_result_is_in_the_journal_once_it_has_come(tmp_path: Path) -> None:
    # The process kills itself in the first event after the result, before any thread has its turn.
    if not hasattr(signal, "SIGKILL"):
        pytest.skip("Windows has no SIGKILL")
    killed = run(tmp_path, "kill")
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    (found,) = recoverable(tmp_path)
    assert [one.seed for one in found.document.results] == [3, 4, 5, 6] and found.lost == 0


def test_what_would_hold_up_the_hand_is_written_on_the_thread_of_the_journal(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = kept_files._save
    threads: list[tuple[bool, bool]] = []

    def save(path: Path, parts: results_module.Parts, sync: bool) -> None:
        threads.append((threading.current_thread().name == "journal", sync))
        write(path, parts, sync)

    monkeypatch.setattr(kept_files, "_save", save)
    session.submit(Task.FILL)
    assert session._journal is not None and session._journal.flush()
    assert threads == [(False, False)] * 5
    threads.clear()
    request, result = session.document.results[0].request, session.document.results[0]
    monkeypatch.setattr(journal_module, "AT_ONCE", request.nbytes + 2 * result.nbytes)
    session.submit(Task.FILL)
    assert session._journal.flush()
    assert threads == [*[(False, False)] * 3, *[(True, True)] * 2]


def test_what_is_written_at_once_comes_to_the_disk_on_the_thread(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[tuple[str, str]] = []
    sync = kept_files.sync_all

    def note(paths: list[Path]) -> None:
        synced.extend((path.suffix, threading.current_thread().name) for path in paths)
        sync(paths)

    monkeypatch.setattr(kept_files, "sync_all", note)
    session.submit(Task.FILL)
    assert session._journal is not None and session._journal.flush()
    assert synced == [(".request", "journal"), *[(".result", "journal")] * 4]


def test_results_that_cannot_be_written_are_told_and_tried_again(session: Session) -> None:
    failed: list[StudioError] = []
    session.failed.connect(failed.append)
    assert session._journal is not None
    place = session._journal.folder / kept_files.FOLDER
    place.write_bytes(b"no folder")
    session.submit(Task.FILL)
    assert not session._journal.flush()
    place.unlink()
    session.edit("Clear", lambda old: old.replace(mask=None))
    assert "journal" in str(failed[0]) and session.document.mask is None
    assert session._journal.flush() and len(list(place.iterdir())) == 5
