"""The list of the photo tools' networks, and its button."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from studio.core.assets.places import State
from studio.core.assets.table import ASSETS
from studio.core.errors import StudioError
from studio.core.progress import Progress
from studio.ui.dialogs import assets_dialog
from studio.ui.dialogs.assets_dialog import AssetsDialog
from studio.ui.threads.background import Background


@pytest.fixture
def background(qapp: QApplication) -> Iterator[Background]:
    made = Background()
    yield made
    assert made.stop(20)
    made.deleteLater()


@pytest.fixture
def dialog(background: Background, qtbot: QtBot) -> AssetsDialog:
    made = AssetsDialog(background)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: made.fetch.isEnabled() or bool(made.note.text()))
    return made


def column(dialog: AssetsDialog, number: int) -> list[str]:
    items = (dialog.list.topLevelItem(row) for row in range(dialog.list.topLevelItemCount()))
    return [item.text(number) for item in items if item is not None]


def test_it_lists_what_is_missing(dialog: AssetsDialog) -> None:
    assert column(dialog, 0) == [row.name for row in ASSETS.values()]
    assert set(column(dialog, 1)) == {"not installed"} and "MIT" in column(dialog, 3)
    assert dialog.fetch.isEnabled() and not dialog.cancel.isEnabled()
    assert dialog.bar.isHidden() and dialog.list.accessibleName()


@pytest.mark.needs_asset(*ASSETS)
def test_if_all_are_there_nothing_is_to_be_fetched(dialog: AssetsDialog) -> None:
    assert set(column(dialog, 1)) == {"installed"} and not dialog.fetch.isEnabled()
    assert "All" in dialog.note.text()


def test_fetching_shows_progress_and_what_failed(
    dialog: AssetsDialog, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    go = threading.Event()

    def fetch(ids: Iterable[str], progress: Progress) -> dict[str, StudioError]:
        asked.extend(ids)
        progress.report(0.5)
        go.wait(20)
        return {"migan": StudioError("The disk is full.")}

    monkeypatch.setattr(assets_dialog, "fetch_assets", fetch)
    dialog.fetch.click()
    qtbot.waitUntil(lambda: dialog.bar.value() == 500)
    assert (
        not dialog.fetch.isEnabled() and dialog.cancel.isEnabled() and " MB" in dialog.note.text()
    )
    monkeypatch.setattr(assets_dialog, "states", lambda _: dict.fromkeys(ASSETS, State.DAMAGED))
    go.set()
    qtbot.waitUntil(lambda: set(column(dialog, 1)) == {"damaged"})
    assert asked == list(ASSETS)
    assert "MI-GAN" in dialog.note.text() and "disk is full" in dialog.note.text()
    assert dialog.fetch.isEnabled() and not dialog.cancel.isEnabled()


@pytest.mark.parametrize("way", ["cancel", "close_button"])
def test_cancelling_and_closing_end_the_download(
    dialog: AssetsDialog, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    started, ended = threading.Event(), threading.Event()

    def fetch(ids: Iterable[str], progress: Progress) -> dict[str, StudioError]:
        started.set()
        try:
            while True:
                progress.check()
                threading.Event().wait(0.01)
        finally:
            ended.set()

    monkeypatch.setattr(assets_dialog, "fetch_assets", fetch)
    dialog.fetch.click()
    qtbot.waitUntil(started.is_set)
    getattr(dialog, way).click()
    qtbot.waitUntil(ended.is_set)
    qtbot.waitUntil(dialog.fetch.isEnabled)
    assert dialog.isVisible() is (way == "cancel")
    assert "Cancelled" in dialog.note.text()


def test_the_preferences_open_it(background: Background, qtbot: QtBot, tmp_path: Path,
                                 monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    from studio.core.settings import Settings
    from studio.ui.dialogs import preferences

    shown: list[AssetsDialog] = []
    monkeypatch.setattr(AssetsDialog, "exec", lambda self: shown.append(self) or 0)
    made = preferences.PreferencesDialog(Settings(None), None, background)
    qtbot.addWidget(made)
    made.networks.click()
    assert len(shown) == 1
