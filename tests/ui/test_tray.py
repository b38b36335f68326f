"""The results tray in the real window: nothing hides the document or is lost without a word."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from conftest import drag, land_results, pause, until
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox

from studio.core.progress import ProgressEvent
from studio.document.layer import GenerativeLayer
from studio.edit.request import EditRequest, EditResult, Task
from studio.edit.rewrite import READING, RewriteUse
from studio.edit.training import TrainRequest
from studio.session.jobs import Job
from studio.session.losses import Loss, loss_of
from studio.ui.documents import files
from studio.ui.results.tray_list import ID, ROW, thumbnail
from studio.ui.widgets import theme
from studio.ui.window.main_window import MainWindow

LEFT = Qt.MouseButton.LeftButton


def land(window: MainWindow, count: int = 3, seed: int = 1) -> None:
    """Let a finished job bring results, and wait until the tray shows them."""
    land_results(window, count, seed)
    shown(window)


def shown(window: MainWindow) -> None:
    """Wait until the tray shows what the session holds."""
    until(lambda: not window.tray._timer.isActive(), 20)


def tips(window: MainWindow) -> list[str]:
    view = window.tray.list
    return [view.item(row).toolTip() for row in range(view.count())]


# The preview


def test_the_badge_tells_of_a_preview_and_esc_takes_both_away(ready: MainWindow) -> None:
    window, session, badge = ready, ready.session, ready.page.previews.badge
    assert not badge.isVisible()
    land(window)
    assert badge.isVisible() and "teddy bear" in badge.text.text() and "Esc" in badge.text.text()
    assert window.canvas.rect().contains(badge.geometry())
    assert "Previewing" in window.canvas.accessibleDescription()
    session.hold_before(True)
    assert badge.isVisible() and "Before" in badge.text.text()
    session.hold_before(False)
    QTest.keyClick(window.canvas, Qt.Key.Key_Escape)
    assert session.tray.selected is None and session.shown is session.document
    assert not badge.isVisible() and len(session.tray.items) == 3
    assert window.canvas.accessibleDescription() == ""


def test_the_badge_fits_a_narrow_canvas(ready: MainWindow) -> None:
    window, badge = ready, ready.page.previews.badge
    window.prompt.show_settings(replace(window.prompt.settings, prompt="a long prompt " * 20))
    land(window)
    window.canvas.resize(540, 200)
    assert badge.text.text().endswith("Esc goes back") and "…" in badge.text.text()
    window.canvas.resize(320, 200)
    assert window.canvas.rect().contains(badge.geometry())
    window.canvas.resize(700, 400)
    assert badge.geometry().bottom() > 300 and window.canvas.rect().contains(badge.geometry())


def test_the_badge_applies_and_closes(ready: MainWindow) -> None:
    window, session, badge = ready, ready.session, ready.page.previews.badge
    land(window)
    QTest.mouseClick(badge.close_button, LEFT)
    assert session.tray.selected is None and not badge.isVisible()
    session.tray.select(session.tray.items[1].id)
    QTest.mouseClick(badge.apply, LEFT)
    assert isinstance(session.document.active_layer(), GenerativeLayer)
    assert not badge.isVisible() and window.canvas.hasFocus()


def test_a_click_beside_the_thumbnails_selects_nothing(ready: MainWindow) -> None:
    window, session, view = ready, ready.session, ready.tray.list
    land(window)
    place = view.visualItemRect(view.item(1)).center()
    QTest.mouseClick(view.viewport(), LEFT, pos=place)
    assert session.tray.selected is session.tray.items[1]
    inside = view.viewport().rect().bottomRight() - QPoint(3, 3)
    assert view.itemAt(inside) is None
    QTest.mouseClick(view.viewport(), LEFT, pos=inside)
    assert session.tray.selected is None and session.shown is session.document
    shown(window)
    assert not view.selectedItems()


def test_esc_in_the_tray_selects_nothing_and_goes_to_the_canvas(ready: MainWindow) -> None:
    window, session = ready, ready.session
    land(window)
    window.tray.list.setFocus()
    QTest.keyClick(window.tray.list, Qt.Key.Key_Escape)
    assert session.tray.selected is None and window.canvas.hasFocus()


def test_a_stroke_shows_where_it_is_painted(ready: MainWindow) -> None:
    window, session = ready, ready.session
    land(window)
    window.tool_bar.tool_actions["brush"].trigger()
    drag(window, (60, 50), (70, 55), release=False)
    assert session.tray.selected is None and session.shown is session.document
    QTest.mouseRelease(window.canvas, LEFT, pos=window.canvas.widget_point(70, 55))
    assert len(session.tray.items) == 3


@pytest.mark.parametrize(
    "action",
    ["layer_add", "layer_duplicate", "layer_visible", "mask_clear", "select_all", "undo"],
)
def test_every_command_that_changes_the_document_ends_the_preview(
    ready: MainWindow, action: str
) -> None:
    window, session = ready, ready.session
    land(window)
    before = session.document
    window.menus.actions[action].trigger()
    assert session.document is not before
    assert session.tray.selected is None and session.shown is session.document


# Steps of a running job


def rewrite(window: MainWindow, source: str = "an apple", prompt: str = "a pear") -> EditRequest:
    """Return the request of an edit by words."""
    asked = window.session.request(Task.FILL)
    return asked.replace(task=Task.REWRITE, prompt=prompt, rewrite=RewriteUse(source))


def progress(window: MainWindow, job: Job, details: object = None, count: int = 2) -> None:
    pictures = np.full((count, 16, 16, 3), 90, np.uint8)
    window.session.queue.progressed.emit(job, ProgressEvent(0.5, "Painting", pictures, details))


def test_steps_leave_the_tray_with_their_job(ready: MainWindow) -> None:
    window, queue = ready, ready.session.queue
    first = Job(window.session.request(Task.FILL), "first", owner=window.session)
    queue.running = first
    progress(window, first)
    assert tips(window) == ["Forming…"] * 2
    queue.running = Job(TrainRequest(name="luna", kind="dog", photos=(), folder=""), "luna")
    queue.changed.emit()
    shown(window)
    assert tips(window) == []
    second = queue.running = Job(window.session.request(Task.FILL), "second", owner=window.session)
    progress(window, second, count=1)
    assert tips(window) == ["Forming…"]
    queue.running = None
    land(window)
    assert len(tips(window)) == 3 and "Forming…" not in tips(window)


def test_steps_leave_what_is_selected_alone(ready: MainWindow) -> None:
    window, session = ready, ready.session
    land(window)
    session.tray.select(session.tray.items[1].id)
    shown(window)
    job = session.queue.running = Job(session.request(Task.FILL), "next", owner=window.session)
    for count in (1, 2, 2):
        progress(window, job, count=count)
        assert session.tray.selected is session.tray.items[1]
    assert [window.tray.list.item(row).data(ID) is None for row in range(5)] == [
        *[True] * 2,
        *[False] * 3,
    ]
    session.queue.running = None


def test_noise_on_the_way_from_a_picture_never_covers_it(ready: MainWindow) -> None:
    window, queue = ready, ready.session.queue
    words = queue.running = Job(rewrite(window), "a pear", owner=window.session)
    progress(window, words, READING)
    assert window.canvas._preview is None and len(tips(window)) == 2
    progress(window, words)
    assert window.canvas._preview is not None
    window.page.previews.clear()
    reading = queue.running = Job(
        rewrite(window, "an apple", "an apple"), "an apple", owner=window.session
    )
    queue.changed.emit()
    shown(window)
    progress(window, reading)
    assert window.canvas._preview is None and tips(window) == []
    queue.running = None


def test_steps_no_longer_cover_what_the_artist_works_on(ready: MainWindow) -> None:
    window, session = ready, ready.session
    job = session.queue.running = Job(session.request(Task.FILL), "bear", owner=window.session)
    progress(window, job)
    assert window.canvas._preview is not None
    window.menus.actions["layer_add"].trigger()
    assert window.canvas._preview is None
    progress(window, job)
    assert window.canvas._preview is None and len(tips(window)) == 2
    other = session.queue.running = Job(session.request(Task.FILL), "next", owner=window.session)
    progress(window, other)
    assert window.canvas._preview is not None
    session.queue.running = None


# What is kept


def test_what_was_applied_is_dimmed_until_undo_and_can_be_applied_again(ready: MainWindow) -> None:
    window, session = ready, ready.session
    land(window)
    before = window.tray.list.item(1).icon().pixmap(100).toImage()
    session.tray.select(session.tray.items[1].id)
    QTest.keyClick(window.canvas, Qt.Key.Key_Return)
    shown(window)
    assert len(tips(window)) == 3
    assert [tip.endswith("(applied)") for tip in tips(window)] == [False, True, False]
    assert window.tray.list.item(1).icon().pixmap(100).toImage() != before
    window.menus.actions["undo"].trigger()
    shown(window)
    assert not any("(applied)" in tip for tip in tips(window))
    assert window.tray.list.item(1).icon().pixmap(100).toImage() == before
    window.menus.actions["redo"].trigger()
    shown(window)
    window.tray.list.setCurrentRow(1)
    shown(window)
    assert window.tray.apply.isEnabled()
    window.tray.apply.click()
    assert len(session.document.layers) == 3


def test_the_sign_of_what_was_applied_follows_the_theme(ready: MainWindow) -> None:
    window, session = ready, ready.session
    land(window)
    session.apply(session.tray.items[0].id)
    shown(window)
    image = session.tray.items[0].image
    for name, colours in (("light", theme.LIGHT), ("dark", theme.DARK)):
        session.settings.set("theme", name)
        window.apply_theme()
        seen = window.tray.list.item(0).icon().pixmap(100).toImage()
        assert seen == thumbnail(image, colours).pixmap(100).toImage()
    assert seen != thumbnail(image, theme.LIGHT).pixmap(100).toImage()


def test_discarding_all_is_in_the_menu_and_the_tray_and_is_undone(ready: MainWindow) -> None:
    window, session, action = ready, ready.session, ready.menus.actions["discard_all"]
    assert not action.isEnabled() and not window.tray.discard_all.isEnabled()
    land(window)
    assert action.isEnabled() and window.tray.discard_all.isEnabled()
    for discard in (action.trigger, window.tray.discard_all.click):
        discard()
        assert session.tray.items == () and session.shown is session.document
        window.menus.actions["undo"].trigger()
        shown(window)
        assert len(tips(window)) == 3


def test_discarding_leaves_the_keys_in_the_tray_or_on_the_canvas(ready: MainWindow) -> None:
    window, tray = ready, ready.tray
    land(window)
    tray.discard.setFocus()
    until(tray.discard.hasFocus, 20)
    QTest.keyClick(tray.discard, Qt.Key.Key_Space)
    shown(window)
    assert tray.discard.hasFocus() or tray.list.hasFocus()
    tray.discard_all.setFocus()
    until(tray.discard_all.hasFocus, 20)
    QTest.keyClick(tray.discard_all, Qt.Key.Key_Space)
    shown(window)
    until(lambda: window.canvas.hasFocus(), 20)


def test_quitting_and_closing_ask_before_results_go(
    ready: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, session = ready, ready.session
    session.new(64, 64)
    asked: list[Loss] = []

    def ask(parent: object, loss: Loss, *, quits: bool = False) -> QMessageBox.StandardButton:
        asked.append(loss)
        return QMessageBox.StandardButton.Cancel

    monkeypatch.setattr(files, "ask_to_save", ask)
    assert not loss_of(session, "x")
    request = session.request(Task.GENERATE)
    image = np.zeros((64, 64, 3), np.uint8)
    session.queue.finished.emit(
        Job(request, "x", owner=session), EditResult(request=request, images=(image,), seeds=(1,))
    )
    assert window.files.close() is False and window.close() is False
    assert [loss.results for loss in asked] == [1, 1]


def test_a_saved_file_brings_the_tray_back(ready: MainWindow, tmp_path: Path) -> None:
    window, session = ready, ready.session
    land(window)
    session.apply(session.tray.items[2].id)
    shown(window)
    expected = tips(window)
    window.files._write(tmp_path / "a.ora", None)
    until(lambda: session.path is not None)
    assert not session.is_modified
    session.new(10, 10)
    shown(window)
    assert tips(window) == [] and not window.menus.actions["discard_all"].isEnabled()
    session.open(tmp_path / "a.ora")
    shown(window)
    assert tips(window) == expected and session.tray.selected is None
    pause(1)


def test_a_row_of_four_fits_in_any_width(ready: MainWindow) -> None:
    land(ready, 9)
    listed, cut = ready.tray.list, []
    for width in range(380, 500):
        listed.setFixedWidth(width)
        until(lambda w=width: listed.width() == w, 20)
        if len({listed.visualItemRect(listed.item(row)).y() for row in range(ROW)}) > 1:
            cut.append(width)
    assert not cut
