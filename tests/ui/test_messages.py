"""Sentences over the canvas: errors stay until they are read, notices go by themselves."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import drag, picture, until
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from studio.core.errors import StudioError
from studio.document.io import formats
from studio.edit.request import EditResult, Task
from studio.session.jobs import Job
from studio.ui.bars.message_bar import NOTICES, Strip
from studio.ui.window.main_window import MainWindow

NO_MASK = "There is no mask, so there is nothing to fill."
NO_LAYER = "No layer is active."


@pytest.fixture
def refused(window: MainWindow) -> MainWindow:
    """Give a window in which Generate was refused, since there is no mask."""
    window.prompt.prompt.setPlainText("a teddy bear")
    window.prompt.generate.click()
    assert window.messages.errors == [NO_MASK]
    return window


def shown(window: MainWindow) -> list[str]:
    """Return the sentences that can be read now, from top to bottom."""
    strips = [one for one in window.messages.findChildren(Strip) if one.isVisible()]
    strips.sort(key=lambda one: one.y())
    return [one.text.text() for one in strips]


def finish(window: MainWindow, task: Task) -> None:
    """Let a job of that task end well."""
    session = window.session
    request = session.request(Task.GENERATE).replace(task=task)
    result = EditResult(request=request, images=(), seeds=())
    session.queue.finished.emit(Job(request, "x", owner=session), result)


def fail(window: MainWindow, task: Task, text: str = "The engine is gone.") -> None:
    """Let a job of that task fail."""
    session = window.session
    request = session.request(Task.GENERATE).replace(task=task)
    session.queue.failed.emit(Job(request, "x", owner=session), StudioError(text))


def test_a_notice_leaves_an_unread_error_where_it_is(refused: MainWindow) -> None:
    messages = refused.messages
    for number in range(NOTICES + 2):
        messages.show_notice(f"Saved {number}.")
    assert shown(refused) == [NO_MASK, *(f"Saved {n}." for n in range(2, NOTICES + 2))]
    for strip in messages.findChildren(Strip):
        assert strip.timer.isActive() == (strip.property("kind") == "notice")
        strip.timer.setInterval(1)
    until(lambda: not messages.notices, 20)
    assert shown(refused) == messages.errors == [NO_MASK]
    assert refused.canvas.rect().contains(messages.geometry())


def test_errors_wait_behind_each_other_until_each_is_closed(refused: MainWindow) -> None:
    window, messages = refused, refused.messages
    fail(window, Task.GENERATE)
    fail(window, Task.GENERATE)
    messages.show_error(StudioError("The disk is full."))
    assert messages.errors == [NO_MASK, "The engine is gone.", "The disk is full."]
    strip = messages.findChild(Strip)
    assert shown(window) == ["The disk is full."] and strip.count.text() == "and 2 more"
    QTest.mouseClick(strip.button, Qt.MouseButton.LeftButton)
    assert shown(window) == ["The engine is gone."] and strip.count.text() == "and 1 more"
    strip.button.setFocus()
    QTest.keyClick(strip.button, Qt.Key.Key_Space)
    assert shown(window) == [NO_MASK] and not strip.count.isVisible()
    strip.button.setFocus()
    QTest.keyClick(strip.button, Qt.Key.Key_Escape)
    assert shown(window) == [] and not messages.isVisible()


def test_errors_are_reached_and_closed_by_keys_alone(refused: MainWindow) -> None:
    window, messages = refused, refused.messages
    fail(window, Task.GENERATE)
    window.activateWindow()
    window.canvas.setFocus()
    until(lambda: window.canvas.hasFocus(), 20)
    strip = messages.findChild(Strip)
    window.menus.actions["panel_next"].trigger()
    assert strip.button.hasFocus()
    window.menus.actions["panel_next"].trigger()
    assert not messages.isAncestorOf(QApplication.focusWidget())
    window.menus.actions["panel_previous"].trigger()
    assert strip.button.hasFocus()
    for left in ([NO_MASK], []):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)
        assert messages.errors == left
    assert window.canvas.hasFocus(), QApplication.focusWidget()


def test_only_what_an_error_is_about_takes_it_away(refused: MainWindow, tmp_path: Path) -> None:
    window, errors = refused, lambda: refused.messages.errors
    fail(window, Task.EXTEND)
    window.layer_commands.activate("")
    window.session.amend(window.session.document.replace(active=None))
    window.menus.actions["layer_duplicate"].trigger()
    assert errors() == [NO_MASK, "The engine is gone.", NO_LAYER]
    # Other work succeeds.
    finish(window, Task.FILL)
    window.menus.actions["layer_add"].trigger()
    window.menus.actions["copy_visible"].trigger()
    window.files._write(tmp_path / "a.ora", None)
    until(lambda: window.session.path is not None)
    drag(window, (40, 40), (80, 60))
    assert errors() == [NO_MASK, "The engine is gone.", NO_LAYER]
    # And then what they are about.
    window.menus.actions["layer_duplicate"].trigger()
    assert errors() == [NO_MASK, "The engine is gone."]
    finish(window, Task.EXTEND)
    assert errors() == [NO_MASK]
    window.engine.start = lambda job, listener: None  # type: ignore[method-assign]
    window.prompt.generate.click()
    assert errors() == []
    window.session.queue.running = None


def test_a_tool_takes_its_own_error_away(window: MainWindow) -> None:
    session = window.session
    layer = session.document.layers[0]
    session.edit("Lock", lambda old: old.update(layer.replace(locked=True)))
    window.tool_bar.tool_actions["brush"].trigger()
    drag(window, (40, 40), (80, 60))
    (said,) = window.messages.errors
    assert "locked" in said
    window.tool_bar.tool_actions["mask"].trigger()
    drag(window, (40, 40), (80, 60))
    assert window.messages.errors == [said]
    session.edit("Unlock", lambda old: old.update(old.layers[0].replace(locked=False)))
    window.tool_bar.tool_actions["brush"].trigger()
    drag(window, (40, 40), (80, 60))
    assert window.messages.errors == []


def test_a_file_that_cannot_be_saved_stays_said_until_it_is(
    window: MainWindow, tmp_path: Path
) -> None:
    window.files._write(tmp_path / "gone" / "a.ora", None)
    until(lambda: window.messages.errors, 30)
    window.menus.actions["layer_add"].trigger()
    assert len(window.messages.errors) == 1
    window.files._write(tmp_path / "a.ora", None)
    until(lambda: window.session.path is not None, 30)
    assert window.messages.errors == []


def test_a_broken_file_among_others_stays_said_until_another_is_asked_for(
    refused: MainWindow, tmp_path: Path
) -> None:
    window = refused
    good, broken = tmp_path / "good.png", tmp_path / "broken.png"
    formats.save_document(picture(40, 30).document, good)
    broken.write_bytes(b"\x89PNG\r\n\x1a\nnothing")
    window.files.open_dropped([broken, good], place=False)
    until(lambda: window.session.path == good and window.messages.errors, 30)
    (said,) = window.messages.errors
    assert "broken.png" in said
    other = tmp_path / "other.png"
    formats.save_document(picture(40, 30).document, other)
    window.files.open(other)
    until(lambda: window.session.path == other, 30)
    assert window.messages.errors == []


def test_the_error_of_another_document_stays_until_that_is_closed(window: MainWindow) -> None:
    first = window.page
    first.prompt.prompt.setPlainText("a teddy bear")
    fail(window, Task.FILL)
    second = window.documents.add()
    second.session.new(30, 20)
    window.documents.show(second)
    second.prompt.prompt.setPlainText("a teddy bear")
    assert window.messages.errors == ["The engine is gone."]
    finish(window, Task.FILL)
    assert window.messages.errors == ["The engine is gone."]
    window.documents.drop(first)
    assert window.messages.errors == []


def test_the_journal_takes_its_own_error_away(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = window.session._journal
    assert journal is not None

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(journal, "_append", full)
        window.menus.actions["layer_add"].trigger()
        window.menus.actions["layer_add"].trigger()
    (said,) = window.messages.errors
    assert "journal" in said
    window.menus.actions["layer_add"].trigger()
    assert window.messages.errors == []


def test_long_sentences_are_read_in_full(window: MainWindow) -> None:
    window.resize(1280, 720)
    window.messages.show_error(StudioError("A long sentence. " * 40, "And a hint. " * 30))
    strip = window.messages.findChild(Strip)
    for label in strip.findChildren(QLabel):
        if label.isVisible() and label.wordWrap():
            assert label.height() >= label.heightForWidth(label.width()), label.text()
    assert window.messages.height() == strip.height()
