"""Models added to the window: files and folders, by the button and by a drop."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from conftest import until
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QFileDialog, QMenu
from sparse_model import whole_file

from studio.catalog.models import STARTER, identify, model_folder
from studio.core.errors import StudioError
from studio.ui.dialogs.preferences import models_in
from studio.ui.models.model_choice import kept_model
from studio.ui.models.models_panel import MOST_REASONS
from studio.ui.window.main_window import MainWindow


def drop(window: MainWindow, *paths: Path) -> None:
    """Drop files on the middle of the window."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    event = QDropEvent(
        QPointF(QPoint(window.width() // 2, window.height() // 2)),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    window.dropEvent(event)


def settled(window: MainWindow) -> None:
    """Wait until nothing runs on the thread pool."""
    until(lambda: not window.background.is_busy, 60)


def texts(menu: QMenu | None) -> list[str]:
    """Return the entries of a menu."""
    assert menu is not None
    return [action.text() for action in menu.actions()]


def test_both_buttons_offer_a_file_and_a_folder(window: MainWindow) -> None:
    for button in (window.models.add_model, window.prompt.form.add_model):
        assert texts(button.menu()) == [
            "A model file…",
            "A folder with models…",
            "Models of other programs…",
            "",
            "Get a model…",
        ]
        assert button.accessibleName() == "Add a model…"


def test_a_dropped_folder_is_listed_and_chosen(window: MainWindow, tmp_path: Path) -> None:
    models = tmp_path / "models" / "own"
    shutil.copytree(model_folder(STARTER), models, copy_function=os.link, symlinks=True)
    own = identify(models).id
    pages = len(window.documents.pages)
    drop(window, models.parent)
    until(lambda: window.prompt.settings.model == own, 60)
    settled(window)
    assert window.settings.get("model_folders") == [str(models.parent)]
    assert len(window.documents.pages) == pages


def test_a_file_that_is_no_model_is_a_sentence_and_changes_nothing(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "broken.safetensors"
    broken.write_bytes(b"x")
    asked: list[str] = []

    def choose(*values: object) -> tuple[list[str], str]:
        asked.append(str(values[-1]))
        return [str(broken)], ""

    monkeypatch.setattr(QFileDialog, "getOpenFileNames", choose)
    menu = window.models.add_model.menu()
    assert menu is not None
    menu.actions()[0].trigger()
    until(lambda: "broken.safetensors is damaged" in window.messages.text.text(), 60)
    settled(window)
    assert "*.safetensors" in asked[0] and "*.gguf" in asked[0]
    assert not window.settings.get("model_folders", [])
    assert window.prompt.settings.model == STARTER


def test_files_that_cannot_be_used_are_listed_with_their_sentences(
    window: MainWindow, tmp_path: Path
) -> None:
    (tmp_path / "checkpoints").mkdir()
    (tmp_path / "checkpoints" / "half.safetensors").write_bytes(b"x")
    window.settings.set("model_folders", [str(tmp_path)])
    window.docks["models"].raise_()
    window.commands.models.load()
    until(lambda: window.models.reasons.text(), 60)
    settled(window)
    assert window.models.unusable.isVisible()
    window.models.unusable.heading.setChecked(True)
    assert window.models.reasons.isVisible()
    assert window.models.reasons.text().startswith("half.safetensors is damaged: ")
    assert str(tmp_path) not in window.models.reasons.text()


@pytest.mark.needs_asset("clip-tokenizer")
def test_a_single_file_is_chosen_and_is_there_after_a_restart(
    window: MainWindow, tmp_path: Path
) -> None:
    file = whole_file(tmp_path / "dreamshaper_8.safetensors")
    drop(window, file)
    until(lambda: window.prompt.settings.model == str(file), 60)
    settled(window)
    assert window.prompt.form.model.currentText() == "dreamshaper_8"
    assert kept_model(window.settings) == str(file)
    assert "Stable Diffusion 1.x" in window.models.facts.text() or not window.models.isVisible()


@pytest.mark.needs_asset("clip-tokenizer")
def test_a_dropped_tree_is_told_in_one_line_and_each_refused_file_has_its_error(
    window: MainWindow, tmp_path: Path
) -> None:
    checkpoints = tmp_path / "ComfyUI" / "models" / "checkpoints"
    checkpoints.mkdir(parents=True)
    for name in ("a", "b"):
        whole_file(checkpoints / f"{name}.safetensors")
    for name in ("c", "d"):
        (checkpoints / f"{name}.safetensors").write_bytes(b"x")
    drop(window, checkpoints / "c.safetensors", checkpoints / "d.safetensors")
    until(lambda: len(window.messages.errors) == 2, 60)
    assert "c.safetensors is damaged" in window.messages.text.text()
    settled(window)
    drop(window, tmp_path / "ComfyUI")
    until(lambda: window.prompt.settings.model == str(checkpoints / "a.safetensors"), 60)
    settled(window)
    assert not window.messages.errors
    assert window.messages.notices == [
        "2 models are listed, a is chosen."
        " 2 files cannot be used; the Models panel has the reasons."
    ]


def test_a_folder_without_usable_models_says_the_most_frequent_reason(
    window: MainWindow, tmp_path: Path
) -> None:
    """The first file by name may be a rarity, whose reason says nothing about the others."""
    top = tmp_path / "ComfyUI"
    (top / "checkpoints").mkdir(parents=True)
    (top / "checkpoints" / "a.safetensors").touch()
    for name in ("b", "c"):
        (top / "checkpoints" / f"{name}.safetensors").write_bytes(b"x")
    with pytest.raises(StudioError, match=r"[bc]\.safetensors is damaged"):
        models_in(top)
    drop(window, top)
    until(lambda: window.messages.notices, 60)
    assert window.messages.notices == ["Looking for models in ComfyUI…"]
    until(lambda: window.messages.errors, 60)
    settled(window)
    assert "is damaged" in window.messages.text.text() and not window.messages.notices


def test_the_list_of_refused_files_says_where_the_rest_is(window: MainWindow) -> None:
    error = StudioError("{path} is empty.", path="x")
    window.models.set_problems([(Path(f"{n}.ckpt"), error) for n in range(MOST_REASONS + 3)])
    assert window.models.reasons.text().endswith(
        "3 more; All models and parts lists them with the reason."
    )
