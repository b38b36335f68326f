"""The models panel: a card of the chosen model and a gallery that writes into the prompt."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from conftest import pause, until
from PIL import Image
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QListWidgetItem, QTextBrowser

from studio.catalog.card import Gallery
from studio.catalog.models import STARTER, identify, model_folder
from studio.core.errors import StudioError
from studio.ui.models.models_panel import LicencesDialog, ModelsPanel, tiles
from studio.ui.window.main_window import MainWindow


@pytest.fixture
def panel(window: MainWindow) -> ModelsPanel:
    """The panel of a window with the starter's card shown."""
    window.docks["models"].raise_()
    window.commands.models.load()
    until(lambda: window.models.things.count() and not window.background.is_busy, 30)
    return window.models


def test_the_gallery_waits_until_somebody_looks(window: MainWindow) -> None:
    window.docks["layers"].raise_()
    window.commands.models.load()
    until(lambda: window.models.chooser.count() and not window.background.is_busy, 30)
    pause(100)
    assert not window.models.things.count()
    window.docks["models"].raise_()
    until(lambda: window.models.things.count(), 30)


def visible(panel: ModelsPanel) -> list[QListWidgetItem]:
    items = (panel.things.item(row) for row in range(panel.things.count()))
    return [item for item in items if not item.isHidden()]


def test_the_card_says_what_the_model_is(panel: ModelsPanel) -> None:
    assert panel.chooser.currentData() == STARTER
    assert f"knows {panel.things.count()} things" in panel.facts.text()
    assert "English, Español" in panel.facts.text()
    assert panel.summary.text() == panel.card.summary != ""
    assert "cartoon" in panel.styles.text() and "•" in panel.limits.text()
    panel.more.heading.setChecked(True)
    assert panel.summary.isVisible() and panel.licences.isVisible()
    assert panel.things.count() == len(panel.card.things)
    assert all(not panel.things.item(row).icon().isNull() for row in range(panel.things.count()))


def test_searching_narrows_the_gallery_and_enter_takes_the_first(
    window: MainWindow, panel: ModelsPanel
) -> None:
    prompt = window.prompt.prompt
    prompt.clear()
    QTest.keyClicks(panel.search, "TEDDY")
    assert [item.text() for item in visible(panel)] == ["teddy bear"]
    QTest.keyClick(panel.search, Qt.Key.Key_Return)
    assert prompt.toPlainText() == "teddy bear"
    panel.search.setText("qwrtzpl")
    assert not visible(panel) and panel.none_found.isVisible()
    QTest.keyClick(panel.search, Qt.Key.Key_Return)
    assert prompt.toPlainText() == "teddy bear"
    panel.search.clear()
    assert len(visible(panel)) == panel.things.count() and not panel.none_found.isVisible()


def test_a_thing_goes_where_the_cursor_is(window: MainWindow, panel: ModelsPanel) -> None:
    prompt = window.prompt.prompt
    prompt.setPlainText("a red on a table")
    cursor = prompt.textCursor()
    cursor.setPosition(len("a red"))
    prompt.setTextCursor(cursor)
    panel.things.setCurrentRow(panel.card.things.index("car"))
    QTest.keyClick(panel.things, Qt.Key.Key_Return)
    assert prompt.toPlainText() == "a red car on a table"
    assert window.session.edit_settings.prompt == "a red car on a table"


def test_another_model_is_chosen_here_and_in_the_settings(
    window: MainWindow, panel: ModelsPanel, tmp_path: Path
) -> None:
    folder = tmp_path / "other"
    shutil.copytree(model_folder(STARTER), folder)
    for name in ("card.json", "vocabulary.json"):
        (folder / name).unlink()
    window.commands.models.use_folder(tmp_path)
    until(lambda: not window.background.is_busy, 30)
    other = identify(folder)
    assert panel.chooser.currentData() == other.id and window.prompt.settings.model == other.id
    assert not panel.things.count() and not panel.things.isVisible()
    assert not panel.summary.isVisible() and panel.none_found.isVisible()
    panel.chooser.setCurrentIndex(0)
    panel.chooser.activated.emit(0)
    until(lambda: panel.things.count() and not window.background.is_busy, 30)
    assert window.prompt.settings.model == STARTER


def test_licences_are_shown(panel: ModelsPanel) -> None:
    read: list[str] = []

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, LicencesDialog)
        page = dialog.findChild(QTextBrowser)
        assert page is not None
        read.append(page.toPlainText())
        dialog.reject()

    QTimer.singleShot(0, look)
    panel.licences.click()
    assert "Apache" in read[0]


def test_a_licence_file_that_went_is_a_sentence(window: MainWindow, panel: ModelsPanel) -> None:
    panel.card = replace(panel.card, licences=Path("no-such-file"))
    panel.show_licences()
    assert "cannot be read" in window.messages.text.text()


def test_a_sheet_is_cut_row_by_row(tmp_path: Path) -> None:
    sheet = np.zeros((16, 24, 3), np.uint8)
    sheet[:8, 8:16] = (0, 0, 255)
    sheet[8:, :8] = (255, 0, 0)
    Image.fromarray(sheet).save(tmp_path / "sheet.png")
    cut = tiles(Gallery(tmp_path / "sheet.png", 8, 3))
    assert len(cut) == 6
    assert [tuple(tile[0, 0]) for tile in cut[:4]] == [
        (0, 0, 0),
        (0, 0, 255),
        (0, 0, 0),
        (255, 0, 0),
    ]
    (tmp_path / "sheet.png").write_bytes(b"no picture")
    with pytest.raises(StudioError, match="cannot be read"):
        tiles(Gallery(tmp_path / "sheet.png", 8, 3))
