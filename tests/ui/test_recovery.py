"""What a killed program leaves is there again, all of it, at the next start."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import drag, picture, until
from PySide6.QtWidgets import QMessageBox

from studio.core.errors import StudioError
from studio.document.io import formats
from studio.session.journal import Recovered, recoverable
from studio.session.session import Session
from studio.ui.documents import files
from studio.ui.documents.sample import sample_photo
from studio.ui.window.main_window import MainWindow
from studio.ui.window.startup import Startup

PROGRAM = Path(__file__).with_name("recover_program.py")


def until_killed(home: Path, step: str, *named: Path) -> dict[str, Any]:
    """Start the real program, wait until it has done a step, and kill it; return its report."""
    errors = home / "errors"
    with errors.open("w") as told:
        running = subprocess.Popen(
            [sys.executable, str(PROGRAM), str(home), step, *map(str, named)],
            env=dict(os.environ, QT_QPA_PLATFORM="offscreen"),
            stdout=subprocess.PIPE,
            stderr=told,
            text=True,
        )
    assert running.stdout is not None
    try:
        lines = iter(running.stdout.readline, "")
        report = next((line for line in lines if line.startswith("{")), "")
        assert report, errors.read_text()
        running.send_signal(signal.SIGKILL)
    finally:
        running.kill()
        running.wait()
        running.stdout.close()
    found: dict[str, Any] = json.loads(report)
    return found


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="Windows has no SIGKILL")
def test_the_documents_of_a_killed_program_are_offered_with_all_that_was_in_them(
    tmp_path: Path,
) -> None:
    for name in ("photo.png", "typed.png"):
        formats.save_document(picture(96, 96).document, tmp_path / name)
    formats.save_document(picture(120, 80).document, tmp_path / "drawing.ora")
    extra = tmp_path / "extra.png"
    formats.save_document(picture(50, 40).document, extra)
    before = until_killed(tmp_path, "work")
    assert len(before["open"]) == 4 and before["offered"] == []
    assert [len(one["results"]) for one in before["open"]] == [3, 0, 0, 0]
    for one in before["open"][2:]:
        written = one["settings"]
        assert written["texts"] == ["a small boat", "fog", "a small boat"]
        assert written["numbers"]["seed"] == 2**40 + 7 and written["lengths"] == [11, 300]
        assert len(written["references"]) == len(written["regions"]) == 1
        placed = one is before["open"][2]
        assert all(bool(p[-1]) is placed for p in written["references"] + written["regions"])
    # Killed again right after it, before anything is saved, it offers the same once more.
    for _ in range(2):
        after = until_killed(tmp_path, "recover", extra)
        assert len(after["offered"]) == 4
        told = " ".join(after["offered"])
        assert "photo.png" in told and "drawing.ora" in told and "Untitled" in told
        assert "typed.png" in told
        *recovered, named = after["open"]
        by_path = {one["path"]: one for one in recovered}
        assert by_path == {one["path"]: one for one in before["open"]}
        assert named["path"] == str(extra) and not named["changed"]
    # The last one is as its file is: only the prompt was typed.
    assert [one["changed"] for one in before["open"]] == [True, True, True, False]


def leave(window: MainWindow) -> Path:
    """Leave the journal of the document in front as a killed program would; return its folder."""
    journal = window.session._journal
    assert journal is not None
    window.session._journal = None
    journal.close(keep=True)
    (journal.folder / "owner").write_text('{"pid": 999999999, "started": 0}')
    return journal.folder


def start(window: MainWindow, *paths: Path) -> None:
    """Let a window do what comes after its first paint."""
    window.without_document.wait()
    Startup(window, paths, warm_up=False).begin()
    until(lambda: not window.without_document.waits, 60)


def test_a_document_that_cannot_be_recovered_is_told_and_offered_again(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    drag(window, (40, 40), (80, 60))
    folder = leave(window)
    window.documents.drop(window.page)
    window.documents.fill(lambda session: session.adopt(picture(70, 50), None))
    drag(window, (10, 10), (40, 40))
    leave(window)
    window.documents.drop(window.page)
    recover: Callable[[Session, Recovered], None] = Session.recover

    def refuse(session: Session, recovered: Recovered) -> None:
        if recovered.folder == folder:
            raise StudioError("The disk is full.", "Free some space.")
        recover(session, recovered)

    monkeypatch.setattr(Session, "recover", refuse)
    monkeypatch.setattr(files, "ask_to_recover", lambda *_: QMessageBox.StandardButton.Yes)
    start(window)
    assert [page.session.document.width for page in window.documents.open_pages] == [70]
    assert "disk is full" in window.messages.text.text() and window.messages.isVisible()
    assert [one.folder for one in recoverable(folder.parent)] == [folder]


def test_a_journal_that_cannot_be_looked_into_is_told_and_the_start_goes_on(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(session: Session) -> list[Recovered]:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Session, "recoverable", refuse)
    window.documents.drop(window.page)
    start(window)
    until(lambda: window.page.is_sample, 60)
    assert "Permission denied" in window.messages.text.text() and window.messages.isVisible()
    assert sample_photo().exists()


def test_files_of_the_command_line_open_a_tab_each_beside_what_is_recovered(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    drag(window, (40, 40), (80, 60))
    leave(window)
    window.documents.drop(window.page)
    monkeypatch.setattr(files, "ask_to_recover", lambda *_: QMessageBox.StandardButton.Yes)
    paths = [tmp_path / "a.png", tmp_path / "b.png"]
    for path in paths:
        formats.save_document(picture(50, 40).document, path)
    start(window, *paths)
    opened = window.documents.open_pages
    assert [page.session.path for page in opened] == [None, *paths]
    assert opened[0].session.document.mask is not None
    assert [len(page.session.document.layers) for page in opened[1:]] == [1, 1]
