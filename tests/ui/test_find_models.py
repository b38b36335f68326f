"""Models of other programs: offered once at the first start, and found by a dialog."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import until
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from studio.catalog import other_programs
from studio.catalog.models import STARTER, identify, model_folder
from studio.ui.bars.message_bar import Strip
from studio.ui.commands.find_commands import OFFERED
from studio.ui.dialogs.find_dialog import FindDialog
from studio.ui.window.main_window import MainWindow


@pytest.fixture
def comfy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give ComfyUI in the only usual place, with the starter among its models."""
    place = tmp_path / "ComfyUI"
    (place / "custom_nodes").mkdir(parents=True)
    (place / "models" / "checkpoints").mkdir(parents=True)
    own = place / "models" / "own"
    shutil.copytree(model_folder(STARTER), own, copy_function=os.link, symlinks=True)
    monkeypatch.setattr(other_programs, "usual_places", lambda: (place,))
    return place


def offers(window: MainWindow) -> list[Strip]:
    return [one for one in window.messages._strips if one.action.isVisible()]


def in_dialog(window: MainWindow, act: Callable[[FindDialog], object]) -> None:
    """Open the dialog and act in it once it has looked."""
    seen: list[FindDialog] = []

    def look() -> None:
        shown = QApplication.activeModalWidget()
        if isinstance(shown, FindDialog) and shown.bar.isHidden():
            seen.append(shown)
            timer.stop()
            act(shown)
            if shown.isVisible():
                shown.reject()

    timer = QTimer(window)
    timer.timeout.connect(look)
    timer.start(20)
    menu = window.models.add_model.menu()
    assert menu is not None
    next(one for one in menu.actions() if one.text() == "Models of other programs…").trigger()
    timer.deleteLater()
    assert seen
    until(lambda: not window.background.is_busy, 60)


def test_they_are_offered_once_and_used_where_they_are(window: MainWindow, comfy: Path) -> None:
    window.commands.models.find.offer_once()
    until(lambda: offers(window), 30)
    (strip,) = offers(window)
    assert strip.text.text().startswith("ComfyUI: ") and "model files" in strip.text.text()
    assert QApplication.activeModalWidget() is None
    before = sorted(comfy.rglob("*"))
    strip.action.click()
    own = identify(comfy / "models" / "own").id
    until(lambda: window.models.chooser.findData(own) >= 0, 60)
    until(lambda: not window.background.is_busy, 60)
    assert window.settings.get("model_folders") == [str(comfy / "models")]
    assert window.prompt.settings.model == STARTER, "the artist chooses"
    assert sorted(comfy.rglob("*")) == before
    window.commands.models.find.offer_once()
    assert not window.background.is_busy and not offers(window)


def test_a_refused_offer_does_not_come_again(window: MainWindow, comfy: Path) -> None:
    window.commands.models.find.offer_once()
    until(lambda: offers(window), 30)
    offers(window)[0].button.click()
    assert window.settings.get(OFFERED, False) and not window.settings.get("model_folders", [])
    window.commands.models.find.offer_once()
    assert not window.background.is_busy


def test_nothing_found_is_not_mentioned(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(other_programs, "usual_places", lambda: ())
    window.commands.models.find.offer_once()
    until(lambda: not window.background.is_busy, 30)
    assert not window.messages.notices


def test_the_dialog_lists_them_and_uses_the_checked_ones(window: MainWindow, comfy: Path) -> None:
    def uncheck_and_check(dialog: FindDialog) -> None:
        item = dialog.list.topLevelItem(0)
        assert item is not None and item.text(0) == "ComfyUI"
        assert item.text(3) == str(comfy) and dialog.use.isEnabled()
        QTest.keyClick(dialog.list, Qt.Key.Key_Space)
        assert not dialog.use.isEnabled() and dialog.chosen == []
        QTest.keyClick(dialog.list, Qt.Key.Key_Space)
        dialog.use.click()

    in_dialog(window, uncheck_and_check)
    assert window.settings.get("model_folders") == [str(comfy / "models")]

    def look_again(dialog: FindDialog) -> None:
        item = dialog.list.topLevelItem(0)
        assert item is not None and item.text(0) == "ComfyUI (in use)"
        assert not dialog.use.isEnabled()

    in_dialog(window, look_again)


def test_a_list_that_cannot_be_read_is_a_sentence(window: MainWindow, comfy: Path) -> None:
    (comfy / "extra_model_paths.yaml").write_text("a:\n  vae: [x]\n")
    said: list[str] = []
    in_dialog(window, lambda dialog: said.append(dialog.problems.text()))
    assert "line 2" in said[0]


def test_without_any_another_folder_can_be_chosen(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(other_programs, "usual_places", lambda: ())
    asked: list[object] = []
    monkeypatch.setattr(
        QFileDialog, "getExistingDirectory", lambda *values: asked.append(values) or ""
    )

    def other(dialog: FindDialog) -> None:
        assert "No models of ComfyUI" in dialog.note.text() and not dialog.use.isEnabled()
        dialog.other.click()

    in_dialog(window, other)
    assert asked


def test_i_have_models_already_leads_here(
    window: MainWindow, comfy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[bool] = []
    monkeypatch.setattr(FindDialog, "exec", lambda dialog: shown.append(True) or 0)
    window.commands.models.get.open()
    dialog = window.commands.models.get.dialog
    assert dialog is not None
    dialog.has_models.click()
    assert shown and window.commands.models.get.dialog is None
    until(lambda: not window.background.is_busy, 60)
