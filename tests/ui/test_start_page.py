"""While no document is open: the start page, and nothing that needs a document."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from conftest import close, drag, picture, until
from journeys.driving import drop
from PySide6.QtCore import QPointF, Qt, QTimer
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel

from studio import app
from studio.core.settings import Settings
from studio.document.io import formats
from studio.ui.widgets.translation import tr
from studio.ui.window.main_window import MainWindow
from studio.ui.window.without_document import MENUS, NEEDS_NONE


@pytest.fixture
def empty(window: MainWindow) -> Iterator[MainWindow]:
    """Give a window whose last document was closed."""
    window.menus.actions["close"].trigger()
    until(window.start_page.isVisible, 20)
    yield window


def saved(path: Path, width: int = 80, height: int = 60) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    formats.save_document(picture(width, height).document, path)
    return path


def visible_words(window: MainWindow) -> str:
    labels = [one.text() for one in window.findChildren(QLabel) if one.isVisible()]
    return "\n".join([window.windowTitle(), *labels])


def test_nothing_of_a_document_is_shown_without_one(empty: MainWindow) -> None:
    assert empty.windowTitle() == "Lienzo" and not empty.isWindowModified()
    assert not empty.canvas.isVisible() and not empty.tabs.isVisible() and empty.tabs.count() == 0
    assert not empty.status.zoom.isVisible()
    words = visible_words(empty)
    assert "1 x 1" not in words and tr("Untitled") not in words
    assert empty.documents.names == []


def test_only_what_needs_no_document_can_be_chosen(empty: MainWindow) -> None:
    rows = empty.keymap.rows
    assert set(NEEDS_NONE) <= rows.keys()
    able = {name for name, row in rows.items() if row.action.isEnabled()}
    # Later ones say that they are not there yet; a job may be running for another document.
    assert {name for name in able if not name.startswith("later_")} <= NEEDS_NONE
    assert {"new", "open", "sample", "quit", "preferences", "guide"} <= able
    for name in MENUS:
        assert not empty.menus.menus[name].menuAction().isEnabled()
    for part in (empty.tool_bar, empty.options_bar, empty.prompt, empty.layers, empty.tray):
        assert not part.isEnabled()
    assert empty.models.isEnabled() and empty.queue.isEnabled()


def test_all_is_as_before_once_a_document_is_open_again(window: MainWindow) -> None:
    def able() -> set[str]:
        return {name for name, row in window.keymap.rows.items() if row.action.isEnabled()}

    before = able()
    window.menus.actions["close"].trigger()
    assert able() != before
    # What greys an action out for another reason is asked in between.
    window.commands.update_enabled()
    window.commands._controls.show_reasons()
    assert not window.menus.actions["save"].isEnabled()
    page = window.documents.fill(lambda session: session.adopt(picture(), None))
    assert able() == before and window.canvas is page.canvas and page.canvas.isVisible()
    assert window.prompt.isEnabled() and window.tool_bar.isEnabled() and window.tabs.isVisible()
    until(lambda: page.canvas.is_complete, 20)
    middle = page.canvas.rect().center()
    x, y = page.canvas.document_point(QPointF(middle))
    assert abs(x - 80) < 2 and abs(y - 60) < 2
    drag(window, (40, 40), (80, 60))
    assert page.session.document.mask is not None


def test_a_key_that_needs_a_document_says_so(empty: MainWindow) -> None:
    empty.activateWindow()
    empty.start_page.setFocus()
    until(lambda: empty.start_page.buttons["open"].hasFocus(), 20)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert "Save" in empty.messages.text.text()
    assert empty.messages.hint.text() == tr("No document is open: begin a new one, or open a file.")
    assert empty.messages.isVisible()


def test_the_keys_are_on_the_start_page_and_then_on_the_canvas(window: MainWindow) -> None:
    window.activateWindow()
    window.canvas.setFocus()
    until(lambda: window.canvas.hasFocus(), 20)
    window.menus.actions["close"].trigger()
    page = window.start_page
    until(page.buttons["open"].hasFocus, 20)
    QTest.keyClick(page.buttons["open"], Qt.Key.Key_Tab)
    assert page.buttons["sample"].hasFocus()
    QTest.keyClick(page.buttons["sample"], Qt.Key.Key_Space)
    until(lambda: window.has_document, 60)
    until(lambda: window.canvas.hasFocus(), 20)
    assert window.page.is_sample and window.canvas.isVisible()


@pytest.mark.parametrize("key", [Qt.Key.Key_N, Qt.Key.Key_O])
def test_new_and_open_have_their_keys_on_the_start_page(
    empty: MainWindow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, key: Qt.Key
) -> None:
    path = saved(tmp_path / "a.png")
    monkeypatch.setattr("studio.ui.documents.files.ask_picture", lambda *_: str(path))
    empty.activateWindow()
    empty.start_page.setFocus()
    until(lambda: empty.start_page.buttons["open"].hasFocus(), 20)

    def accept() -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, QDialog):
            dialog.accept()

    timer = QTimer(empty)
    timer.timeout.connect(accept)
    timer.start(20)
    QTest.keyClick(QApplication.focusWidget(), key, Qt.KeyboardModifier.ControlModifier)
    until(lambda: empty.has_document, 60)
    timer.stop()
    assert empty.session.path == (path if key == Qt.Key.Key_O else None)
    assert empty.canvas.isVisible() and empty.session.document.width > 1


def test_the_menu_of_recent_files_tells_files_of_one_name_apart(
    empty: MainWindow, tmp_path: Path
) -> None:
    for folder in ("spring", "R&D"):
        empty.files.remember(tmp_path / folder / "sky.png")
    shown = [action.text() for action in empty.menus.menus["recent"].actions()]
    assert shown == ["sky.png (R&&D)", "sky.png (spring)"]


def test_recent_files_have_pictures_and_open_by_key_and_click(
    empty: MainWindow, tmp_path: Path
) -> None:
    spring, autumn = saved(tmp_path / "spring" / "sky.png"), saved(tmp_path / "autumn" / "sky.png")
    for path in (tmp_path / "gone.png", autumn, spring):
        empty.files.remember(path)
    files = empty.start_page.files
    assert [files.item(row).text() for row in range(3)] == [
        "sky.png (spring)",
        "sky.png (autumn)",
        "gone.png",
    ]
    assert files.item(0).toolTip() == str(spring)
    until(lambda: files._task is None, 60)
    shown = [files.item(row).icon().pixmap(files.iconSize()).toImage() for row in range(3)]
    assert shown[0] == shown[1] != shown[2]
    files.setFocus()
    until(files.hasFocus, 20)
    QTest.keyClick(files, Qt.Key.Key_Right)
    QTest.keyClick(files, Qt.Key.Key_Return)
    until(lambda: empty.session.path == autumn, 60)
    empty.menus.actions["close"].trigger()
    until(files.isVisible, 20)
    place = files.visualItemRect(files.item(1)).center()
    QTest.mouseClick(files.viewport(), Qt.MouseButton.LeftButton, pos=place)
    until(lambda: empty.session.path == spring, 60)


def test_a_recent_file_that_is_gone_is_refused_in_words(empty: MainWindow, tmp_path: Path) -> None:
    empty.files.remember(tmp_path / "gone.png")
    empty.start_page.files.chosen.emit(tmp_path / "gone.png")
    until(lambda: "gone.png" in empty.messages.text.text(), 60)
    assert empty.start_page.isVisible() and not empty.has_document
    assert empty.documents.open_pages == []


def test_files_that_are_dropped_open_a_tab_each_in_their_order(
    empty: MainWindow, tmp_path: Path
) -> None:
    # The large one would come last if they were read side by side.
    paths = [saved(tmp_path / "a.png", 900, 900), saved(tmp_path / "b.png"), tmp_path / "c.png"]
    (tmp_path / "c.png").write_text("no picture")
    paths.append(saved(tmp_path / "d.png"))
    drop(empty.start_page, paths)
    until(lambda: len(empty.documents.open_pages) == 3 and not empty.background.is_busy, 60)
    assert empty.documents.names == ["a.png", "b.png", "d.png"]
    assert "c.png" in empty.messages.text.text() and empty.messages.isVisible()
    first = empty.documents.pages[0]
    assert len(first.session.document.layers) == 1


@pytest.mark.parametrize("how", ["shift", "layers panel"])
def test_files_are_placed_as_layers_with_shift_or_on_the_layers_panel(
    window: MainWindow, tmp_path: Path, how: str
) -> None:
    paths = [saved(tmp_path / "a.png"), saved(tmp_path / "b.png")]
    if how == "shift":
        drop(window.canvas, paths, Qt.KeyboardModifier.ShiftModifier)
    else:
        drop(window.layers.tree.viewport(), paths)
    until(lambda: len(window.session.document.layers) == 3, 60)
    assert [layer.name for layer in window.session.document.layers][1:] == ["a", "b"]
    assert len(window.documents.open_pages) == 1


def test_a_picture_that_is_dropped_without_a_file_becomes_a_document_that_is_not_lost(
    empty: MainWindow,
) -> None:
    image = QImage(40, 30, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    empty.commands.drop_picture(image)
    document = empty.session.document
    assert (document.width, document.height, len(document.layers)) == (40, 30, 1)
    assert empty.session.can_lose
    empty.commands.drop_picture(image)
    assert len(empty.session.document.layers) == 2 and len(empty.documents.open_pages) == 1
    pixels = np.asarray(empty.session.document.layers[0].raster.read(document.rect))  # type: ignore[union-attr]
    assert (pixels == (255, 0, 0, 255)).all()


@pytest.mark.parametrize("kind", ["a picture", "no picture", "none"])
def test_the_start_page_does_not_flash_up_while_the_first_document_comes(
    qapp: object, home: Path, tmp_path: Path, kind: str
) -> None:
    path = saved(tmp_path / "a.png")
    if kind == "no picture":
        path.write_text("no picture")
    made = app.build(Settings(home / "settings.json"))
    seen: list[bool] = []
    made.documents.canvases.currentChanged.connect(
        lambda _: seen.append(made.documents.canvases.currentWidget() is made.start_page)
    )
    app.start(made, [] if kind == "none" else [path], warm_up=False)
    try:
        if kind == "no picture":
            until(made.start_page.isVisible, 60)
            assert "a.png" in made.messages.text.text()
        else:
            until(lambda: made.has_document, 60)
            assert made.page.is_sample is (kind == "none") and True not in seen
    finally:
        until(lambda: not made.background.is_busy, 60)
        close(made)
