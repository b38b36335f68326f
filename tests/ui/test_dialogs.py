"""Qt's own dialogs wear the window's icons; sizes, anchors and folders are asked for clearly."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from importlib import util
from pathlib import Path
from types import ModuleType

import pytest
from conftest import picture, until
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QIcon, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QDialogButtonBox,
    QFileDialog,
    QHeaderView,
    QMessageBox,
    QToolButton,
    QTreeView,
)

from studio.catalog.generations import SYSTEMS
from studio.core.geometry import Rect
from studio.core.paths import resource
from studio.core.settings import Settings
from studio.document.io import formats
from studio.ui.dialogs.canvas_dialog import CanvasDialog
from studio.ui.dialogs.preferences import PreferencesDialog
from studio.ui.widgets import theme
from studio.ui.widgets.picture_dialog import DATE_COLUMN, SIZE_COLUMN, PictureDialog
from studio.ui.window.main_window import MainWindow

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = util.spec_from_file_location("dialog_icons", ROOT / "packaging" / "dialog_icons.py")
    assert spec is not None and spec.loader is not None
    module = util.module_from_spec(spec)
    sys.modules["dialog_icons"] = module
    spec.loader.exec_module(module)
    return module


def colours(icon: QIcon) -> set[str]:
    """Return the colours of an icon that are opaque."""
    image = icon.pixmap(32, 32).toImage().convertToFormat(QImage.Format.Format_ARGB32)
    seen = (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height()))
    return {QColor(one.rgb()).name() for one in seen if one.alpha() == 255}


def test_the_icons_of_dialogs_are_those_of_the_font(qapp: QApplication, tool: ModuleType) -> None:
    for path, text in tool.files().items():
        assert (tool.FOLDER / path).read_text(encoding="utf-8") == text, path


@pytest.mark.parametrize("name", theme.THEMES)
def test_dialogs_of_qt_wear_the_window_s_icons(window: MainWindow, name: str) -> None:
    chosen = theme.THEMES[name]
    window.session.settings.set("theme", name)
    window.apply_theme()
    box = QMessageBox(QMessageBox.Icon.Warning, "Title", "Text", parent=window)
    box.setStandardButtons(QMessageBox.StandardButton.Ok | QMessageBox.StandardButton.Cancel)
    box.show()
    assert colours(QIcon(box.iconPixmap())) == {chosen.warning}
    assert all(button.icon().isNull() for button in box.buttons())
    box.close()
    dialog = QFileDialog(window)
    dialog.show()
    assert dialog.testOption(QFileDialog.Option.DontUseNativeDialog) or qt_dialog(dialog)
    for part in ("backButton", "forwardButton", "toParentButton", "newFolderButton"):
        button = dialog.findChild(QToolButton, part)
        assert button is not None
        assert colours(button.icon()) == {chosen.text}, part
    buttons = dialog.findChild(QDialogButtonBox)
    assert buttons is not None
    assert all(button.icon().isNull() for button in buttons.buttons())
    assert colours(dialog.iconProvider().icon(dialog.iconProvider().IconType.Folder)) == {
        chosen.text
    }
    dialog.close()
    window.session.settings.set("theme", "dark")
    window.apply_theme()


@pytest.mark.parametrize("ending", [".png", ".jpg", ".webp", ".ora", ".psd"])
def test_the_open_dialog_shows_a_preview(window: MainWindow, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"picture{ending}"
    formats.save_document(picture(160, 120).document, path)
    dialog = PictureDialog(window, "Open", str(tmp_path), "Pictures (*)", window.background)
    dialog.show()
    assert dialog.picture.isVisible()
    dialog.currentChanged.emit(str(path))
    until(lambda: not dialog.picture.pixmap().isNull(), 30)
    shown = dialog.picture.pixmap().toImage()
    assert (shown.width(), shown.height()) == (160, 120)
    colour = shown.pixelColor(50, 40)
    assert abs(colour.red() - 220) < 12 and abs(colour.blue() - 40) < 12
    assert "160 x 120 px" in dialog.words.text() and path.name in dialog.words.text()
    dialog.reject()
    dialog.deleteLater()


def test_the_open_dialog_shows_sizes_and_dates_whole(window: MainWindow, tmp_path: Path) -> None:
    (tmp_path / "picture.jpg").write_bytes(bytes(1_023_990))
    dialog = PictureDialog(window, "Open", str(tmp_path), "Pictures (*)", window.background)
    dialog.show()
    table = dialog.findChild(QTreeView, "treeView")
    assert table is not None
    until(lambda: table.model().rowCount(table.rootIndex()) == 1, 30)
    # The widths that Qt gives at first are too small at 2x only; the mode is what mends that.
    for column in (SIZE_COLUMN, DATE_COLUMN):
        mode = table.header().sectionResizeMode(column)
        assert mode is QHeaderView.ResizeMode.ResizeToContents
        assert table.columnWidth(column) >= table.sizeHintForColumn(column) > 0
    dialog.reject()
    dialog.deleteLater()


def test_the_open_dialog_says_what_is_no_picture_and_may_be_closed_while_it_reads(
    window: MainWindow, tmp_path: Path
) -> None:
    path = tmp_path / "broken.psd"
    path.write_bytes(b"8BPS" + bytes(40))
    dialog = PictureDialog(window, "Open", str(tmp_path), "Pictures (*)", window.background)
    dialog.show()
    dialog.currentChanged.emit(str(path))
    until(lambda: "broken.psd" in dialog.words.text(), 30)
    assert dialog.picture.pixmap().isNull()
    dialog.currentChanged.emit(str(path))
    dialog._timer.stop()
    dialog._load()
    dialog.reject()
    dialog.deleteLater()
    until(lambda: not window.background.is_busy, 30)


def test_open_goes_through_the_dialog_with_previews(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "picture.png"
    formats.save_document(picture(80, 60).document, path)

    def choose(dialog: PictureDialog) -> int:
        dialog.selectFile(str(path))
        return 1

    monkeypatch.setattr(PictureDialog, "exec", choose)
    monkeypatch.setattr(PictureDialog, "selectedFiles", lambda _: [str(path)])
    window.session._saved = window.session.document
    window.menus.actions["open"].trigger()
    until(lambda: window.session.path == path, 30)


@pytest.mark.parametrize("row", ["save_as", "export_png"])
def test_saving_shows_what_it_would_replace(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, row: str
) -> None:
    ending = ".ora" if row == "save_as" else ".png"
    window.session.path = tmp_path / f"picture{ending}"
    formats.save_document(picture(80, 60).document, window.session.path)
    seen: list[tuple[str, int, object]] = []

    def look(dialog: PictureDialog) -> int:
        dialog.show()
        until(lambda: not dialog.picture.pixmap().isNull(), 30)
        names = [Path(one).name for one in dialog.selectedFiles()]
        seen.append((names[0], dialog.picture.pixmap().width(), dialog.acceptMode()))
        assert "replace" in dialog.words.text()
        dialog.hide()
        return 0

    monkeypatch.setattr(PictureDialog, "exec", look)
    window.menus.actions[row].trigger()
    assert seen == [(f"picture{ending}", 80, PictureDialog.AcceptMode.AcceptSave)]


@pytest.fixture
def canvas_dialog(window: MainWindow) -> Iterator[CanvasDialog]:
    made = CanvasDialog(600, 400, 300.0, window.icons, window)
    made.show()
    yield made
    made.reject()
    made.deleteLater()


def unit(dialog: CanvasDialog, name: str) -> None:
    dialog.unit.setCurrentIndex(dialog.unit.findData(name))
    dialog.unit.activated.emit(dialog.unit.currentIndex())


def test_canvas_size_shows_both_sizes_in_every_unit(canvas_dialog: CanvasDialog) -> None:
    width, height = canvas_dialog.fields
    assert canvas_dialog.now.text() == "600 x 400 px (50.8 x 33.9 mm at 300 dpi)"
    width.setValue(900)
    assert canvas_dialog.then.text().startswith("900 x 400 px (76.2")
    for name, value in (("mm", 76.2), ("cm", 7.62), ("in", 3.0), ("%", 150.0), ("px", 900.0)):
        unit(canvas_dialog, name)
        assert width.value() == pytest.approx(value, abs=0.01), name
        assert canvas_dialog.result_size == (900, 400), "another unit changes nothing"
    unit(canvas_dialog, "in")
    width.setValue(1.0)
    height.setValue(1.0)
    assert canvas_dialog.result_size == (300, 300)
    assert "smaller" in canvas_dialog.note.text()
    canvas_dialog.relative.setChecked(True)
    unit(canvas_dialog, "px")
    assert width.value() == -300 and height.value() == -100
    width.setValue(64)
    assert canvas_dialog.result_size == (664, 300)


def test_the_anchor_is_chosen_by_mouse_and_keys(canvas_dialog: CanvasDialog) -> None:
    grid = canvas_dialog.anchor_grid
    assert canvas_dialog.anchor == (0.5, 0.5)
    grid.buttons[2, 0].click()
    assert canvas_dialog.anchor == (1.0, 0.0)
    grid.setFocus()
    QTest.keyClick(grid, Qt.Key.Key_Left)
    QTest.keyClick(grid, Qt.Key.Key_Down)
    assert canvas_dialog.anchor == (0.5, 0.5) and grid.accessibleDescription() == "Middle"


def test_canvas_size_keeps_the_anchored_side(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answer(dialog: CanvasDialog) -> int:
        dialog.fields[0].setValue(200)
        dialog.fields[1].setValue(100)
        dialog.anchor_grid.buttons[2, 2].click()
        return 1

    monkeypatch.setattr(CanvasDialog, "exec", answer)
    window.menus.actions["canvas_size"].trigger()
    document = window.session.document
    assert (document.width, document.height) == (200, 100)
    assert document.layers[0].bounds() == Rect(40, -20, 160, 120)
    window.menus.actions["undo"].trigger()
    assert window.session.document.width == 160


def test_the_density_of_the_canvas_changes_and_is_undone(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answer(dialog: CanvasDialog) -> int:
        assert dialog.density.accessibleName() == "Pixels per inch"
        unit(dialog, "in")
        dialog.density.setValue(80)
        assert dialog.fields[0].value() == 2.0 and dialog.result_size == (160, 120)
        return 1

    monkeypatch.setattr(CanvasDialog, "exec", answer)
    assert window.session.document.dpi == 96.0
    window.menus.actions["canvas_size"].trigger()
    document = window.session.document
    assert (document.width, document.height, document.dpi) == (160, 120, 80.0)
    window.menus.actions["undo"].trigger()
    assert window.session.document.dpi == 96.0


def test_canvas_size_leaves_a_density_with_more_decimals_alone(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.session.edit("Canvas size", lambda document: document.replace(dpi=118.1102))
    monkeypatch.setattr(CanvasDialog, "exec", lambda _: 1)
    before = window.session.document
    window.menus.actions["canvas_size"].trigger()
    assert window.session.document is before


def test_model_folders_are_added_and_removed_in_the_preferences(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    shutil.copytree(
        resource("starter"), tmp_path / "models" / "own", copy_function=os.link, symlinks=True
    )
    dialog = PreferencesDialog(window.session.settings, window)
    answers = [str(empty), str(tmp_path / "models"), str(tmp_path / "models")]
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: answers.pop(0))
    dialog.add_folder.click()
    assert dialog.folders.count() == 0 and "no model in empty" in dialog.note.text()
    dialog.add_folder.click()
    dialog.add_folder.click()
    assert [dialog.folders.item(row).text() for row in range(dialog.folders.count())] == [
        str(tmp_path / "models")
    ]
    dialog.save()
    assert window.session.settings.get("model_folders") == [str(tmp_path / "models")]
    own = [one for one in window.session.shared.models() if one.id not in SYSTEMS]
    assert len(own) == 2
    dialog.remove.click()
    dialog.save()
    assert window.session.settings.get("model_folders") == []
    assert not dialog.remove.isEnabled()
    dialog.deleteLater()


def test_folders_that_a_command_adds_meanwhile_are_kept(window: MainWindow, tmp_path: Path) -> None:
    settings = window.session.settings
    settings.set("model_folders", ["/a", "/b"])
    dialog = PreferencesDialog(settings, window)
    Settings(settings._path).set("model_folders", ["/a", "/b", "/fetched"])
    dialog.folders.takeItem(0)
    dialog.save()
    assert settings.get("model_folders") == ["/b", "/fetched"]
    dialog.deleteLater()


def qt_dialog(dialog: QFileDialog) -> bool:
    """Whether a file dialog is made of widgets, as in the whole program."""
    return QApplication.testAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)
