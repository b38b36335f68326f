"""Twenty open documents: their tabs, their memory, and that nothing is left of them."""

from __future__ import annotations

import gc
import sys
import threading
import weakref
from pathlib import Path

import numpy as np
import psutil
import pytest
from conftest import drag, picture, until
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox, QToolButton

from studio.core.paths import data_dir
from studio.document.io import formats
from studio.document.io.common import Opened
from studio.document.io.formats import document_from_array
from studio.ui.dialogs.preferences import PreferencesDialog
from studio.ui.documents import files
from studio.ui.documents.document_tabs import MOST_WIDTH
from studio.ui.documents.documents import KEPT
from studio.ui.window.main_window import MainWindow

COUNT = 20
LONG = "a name that somebody has typed with great care so that nothing about it is left out"


def fill(window: MainWindow, folder: Path, count: int = COUNT) -> None:
    """Open so many files beside what is open."""
    for number in range(count):
        opened = picture(60 + number, 50)
        path = folder / f"{LONG} {number}.ora"
        window.documents.fill(lambda session, o=opened, p=path: session.adopt(o, p))


def journals() -> list[Path]:
    root = data_dir() / "journal"
    return list(root.iterdir()) if root.is_dir() else []


def writers() -> int:
    return sum(thread.name == "journal" for thread in threading.enumerate())


def test_many_tabs_scroll_and_elide_and_show_which_is_in_front(
    window: MainWindow, tmp_path: Path
) -> None:
    tabs = window.tabs
    fill(window, tmp_path, 1)
    QCoreApplication.processEvents()
    assert tabs.tabRect(1).width() <= MOST_WIDTH, "also while there is room for the whole name"
    window.documents.drop(window.page)
    fill(window, tmp_path)
    assert tabs.count() == COUNT + 1 and tabs.usesScrollButtons()
    pages = window.documents.open_pages
    for page in (pages[-1], pages[0], pages[COUNT // 2]):
        window.documents.show(page)
        QCoreApplication.processEvents()
        place = tabs.tabRect(tabs.currentIndex())
        assert tabs.rect().contains(place), "the tab in front is to be seen whole"
        assert 60 < place.width() <= MOST_WIDTH
    arrows = [one for one in tabs.findChildren(QToolButton) if one.arrowType().value]
    assert arrows and all(one.isVisible() for one in arrows)
    assert LONG in tabs.tabToolTip(1) and LONG in tabs.accessibleTabName(1)


def test_pages_that_nobody_looks_at_give_their_painted_pictures_back(
    window: MainWindow, tmp_path: Path
) -> None:
    first = window.page
    until(lambda: first.canvas.is_complete, 20)
    fill(window, tmp_path, 5)
    painted = [page for page in window.documents.pages if page.canvas._tiles is not None]
    assert len(painted) == KEPT and first not in painted
    # The canvas changes its size while the picture rests.
    first.session.edit("Canvas", lambda d: d.replace(width=300, height=90))
    before = first.session.document
    window.documents.show(first)
    until(lambda: first.canvas.is_complete, 20)
    x, y = first.canvas.document_point(first.canvas.rect().center().toPointF())
    assert abs(x - 150) < 2 and abs(y - 45) < 2
    drag(window, (40, 40), (80, 60))
    assert first.session.document is not before
    pixel = first.canvas.grab().toImage().pixelColor(first.canvas.widget_point(20, 20))
    assert pixel.alpha() == 255 and (pixel.red(), pixel.green(), pixel.blue()) != (0, 0, 0)


def test_nothing_is_left_of_many_documents_that_are_closed(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    before = writers() - 1, len(journals()) - 1
    fill(window, tmp_path)
    drag(window, (10, 10), (40, 30))
    window.commands.models.load()
    until(lambda: not window.background.is_busy, 120)
    assert (writers(), len(journals())) == (before[0] + COUNT + 1, before[1] + COUNT + 1)
    kept = [weakref.ref(part) for page in window.documents.pages for part in (page, page.session)]
    discard = QMessageBox.StandardButton.Discard
    monkeypatch.setattr(files, "ask_to_save", lambda *_, **__: discard)
    window.menus.actions["close_all"].trigger()
    until(window.start_page.isVisible, 20)
    assert (writers(), len(journals())) == before and window.tabs.count() == 0
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    gc.collect()
    assert sum(ref() is not None for ref in kept) == 0
    assert len(window.documents.pages) == 1 and not window.has_document


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux keeps freed memory")
def test_the_memory_of_closed_documents_goes_back_to_the_system(window: MainWindow) -> None:
    process, megabyte = psutil.Process(), 1 << 20
    before = process.memory_info().rss
    for number in range(4):
        pixels = np.full((2500, 3000, 3), 50 * number, np.uint8)
        pixels[::5] = 200
        opened = Opened(document_from_array(pixels, "Photo"), format="png")
        window.documents.fill(lambda session, o=opened: session.adopt(o, None))
    del pixels, opened
    assert process.memory_info().rss > before + 100 * megabyte
    window.menus.actions["close_all"].trigger()
    until(lambda: process.memory_info().rss < before + 60 * megabyte, 60)


def test_cancel_ends_closing_all(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    drag(window, (10, 10), (40, 30))
    window.documents.fill(lambda session: session.adopt(picture(90, 60), None))
    drag(window, (10, 10), (40, 30))
    asked: list[object] = []

    def cancel(parent: object, *losses: object, quits: bool = False) -> object:
        asked.append(losses)
        return QMessageBox.StandardButton.Cancel

    monkeypatch.setattr(files, "ask_to_save", cancel)
    window.menus.actions["close_all"].trigger()
    assert len(asked) == 1 and len(window.documents.open_pages) == 2


def test_the_memory_for_undo_is_that_of_the_preferences_in_every_document(
    window: MainWindow, tmp_path: Path
) -> None:
    dialog = PreferencesDialog(window.settings, window)
    dialog.budget.setValue(128)
    dialog.save()
    dialog.deleteLater()
    page = window.documents.fill(lambda session: session.adopt(picture(90, 60), None))
    assert page.session.history.budget == 128 << 20
    page.session.adopt(picture(), None)
    assert page.session.history.budget == 128 << 20


# Files of one name, and one file twice


def test_files_of_one_name_are_told_apart(window: MainWindow, tmp_path: Path) -> None:
    paths = [tmp_path / "spring" / "sky.png", tmp_path / "autumn" / "sky.png"]
    for path in paths:
        path.parent.mkdir()
        formats.save_document(picture(60, 50).document, path)
    window.files.open_all([*paths, paths[0]])
    until(lambda: not window.background.is_busy, 60)
    assert [window.tabs.tabText(index) for index in (1, 2)] == [
        "sky.png (spring)",
        "sky.png (autumn)",
    ]
    pages = window.documents.open_pages
    assert len(pages) == 3 and window.page is pages[1]
    assert window.documents.name(pages[2].session) == "sky.png (autumn)"
    window.documents.drop(pages[2])
    assert window.tabs.tabText(1) == "sky.png"


@pytest.mark.parametrize("kind", ["link", "hard link", "other way"])
def test_one_file_by_another_path_goes_to_its_tab(
    window: MainWindow, tmp_path: Path, kind: str
) -> None:
    path, other = tmp_path / "sky.png", tmp_path / "other.png"
    formats.save_document(picture(60, 50).document, path)
    if kind == "link":
        other.symlink_to(path)
    elif kind == "hard link":
        other.hardlink_to(path)
    else:
        (tmp_path / "folder").mkdir()
        other = tmp_path / "folder" / ".." / "sky.png"
    window.files.open_all([path, other])
    until(lambda: not window.background.is_busy, 60)
    assert len(window.documents.open_pages) == 2 and window.session.path == path


def test_tabs_are_reached_and_closed_by_keyboard(window: MainWindow, tmp_path: Path) -> None:
    fill(window, tmp_path, 2)
    window.activateWindow()
    window.tabs.setFocus()
    until(window.tabs.hasFocus, 20)
    QTest.keyClick(window.tabs, Qt.Key.Key_Left)
    assert window.page is window.documents.open_pages[1]
    QTest.keyClick(window.tabs, Qt.Key.Key_W, Qt.KeyboardModifier.ControlModifier)
    assert len(window.documents.open_pages) == 2
