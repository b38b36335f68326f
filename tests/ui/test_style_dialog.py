"""Image > Style… in the window: thumbnails, a painting, the preview, and painting again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import pytest
from conftest import offer, until
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from studio.catalog.settings import all_values
from studio.catalog.styles import PAINTING, PRESETS, SETTINGS
from studio.document.layer import GenerativeLayer
from studio.session.photo import style_thumbnails
from studio.session.photo.style_source import PICTURE, source_of
from studio.ui.dialogs.style_dialog import StyleDialog, StyleStart
from studio.ui.widgets.pixels import image_of
from studio.ui.window.main_window import MainWindow

Steps = Callable[[StyleDialog], None]


@pytest.fixture
def dialog(window: MainWindow) -> Iterator[StyleDialog]:
    """Give the window by itself; the networks are missing, so that no preview is made."""
    sources = {PICTURE: partial(source_of, window.session.document, PICTURE)}
    theme = window.icons.icons.theme
    start = StyleStart(all_values({}, SETTINGS))
    made = StyleDialog(window.session, sources, start, window.background, theme, window)
    made.show()
    yield made
    made.reject()
    made.deleteLater()


def painting(path: Path) -> Path:
    picture = np.full((400, 700, 3), (200, 90, 20), np.uint8)
    picture[:, 300:] = (10, 20, 160)
    cv2.imwrite(str(path), picture)
    return path


def drive(monkeypatch: pytest.MonkeyPatch, steps: Steps) -> None:
    def run(dialog: StyleDialog) -> int:
        dialog.show()
        steps(dialog)
        dialog.accept()
        return 1

    monkeypatch.setattr(StyleDialog, "exec", run)


def test_without_the_networks_a_sentence_says_so(window: MainWindow) -> None:
    row = window.menus.actions["style"]
    assert not row.isEnabled() and "not installed" in row.toolTip()


def test_every_style_has_a_name_and_keys_choose_it(dialog: StyleDialog) -> None:
    assert dialog.list.count() == len(PRESETS) + 1
    assert dialog.list.style_id == PRESETS[0].id
    QTest.keyClick(dialog.list, Qt.Key.Key_Right)
    assert dialog.list.style_id == PRESETS[1].id
    QTest.keyClick(dialog.list, Qt.Key.Key_Home)
    assert dialog.list.style_id == PAINTING
    assert not dialog.accept_button.isEnabled() and "Drop a painting" in dialog.state.text()


def test_tab_goes_from_the_styles_by_the_settings_to_the_buttons(dialog: StyleDialog) -> None:
    dialog.activateWindow()
    dialog.list.setFocus()
    names = []
    for _ in range(10):
        focused = dialog.focusWidget()
        assert focused is not None
        names.append(focused.accessibleName())
        dialog.focusNextChild()
    assert names[:6] == ["Style", "Painting from a file…", "Paste a painting", "Amount", "Amount",
                         "Strokes"]  # fmt: skip
    assert names.index("Cancel") > names.index("Strokes")


def test_a_painting_is_dropped_or_pasted(dialog: StyleDialog, tmp_path: Path) -> None:
    file = painting(tmp_path / "painting.png")
    assert offer(dialog, [QUrl.fromLocalFile(str(file))])
    until(lambda: dialog.painting is not None, 20)
    assert dialog.painting is not None and max(dialog.painting.shape) == 512
    assert dialog.list.style_id == PAINTING and dialog.accept_button.isEnabled()
    QGuiApplication.clipboard().setImage(image_of(np.full((40, 30, 3), 77, np.uint8)))
    dialog.paste.click()
    until(lambda: dialog.painting is not None and dialog.painting.max() == 77, 20)
    assert dialog.painting.shape == (40, 30, 3)


def test_what_is_no_picture_is_one_sentence(dialog: StyleDialog, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no picture")
    offer(dialog, [QUrl.fromLocalFile(str(tmp_path / "notes.txt"))])
    until(lambda: "notes.txt" in dialog.state.text(), 20)
    QGuiApplication.clipboard().setText("words")
    dialog.paste.click()
    assert "no picture on the clipboard" in dialog.state.text()
    assert dialog.painting is None


@pytest.mark.needs_asset("styles")
def test_a_style_becomes_a_layer_whose_recipe_opens_the_window_again(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = window.session
    seen: list[np.ndarray] = []

    def first(dialog: StyleDialog) -> None:
        dialog.list.choose("mosaic")
        dialog.list.chosen.emit("mosaic")
        until(lambda: dialog._made is not None and not dialog._work.is_busy)
        assert "as it will be painted" in dialog.state.text()
        dialog.preview.show_pixels = seen.append  # type: ignore[method-assign]
        jobs = len(session.queue.jobs)
        dialog.amount.set_value(0)
        dialog.amount.set_value(60)
        assert len(session.queue.jobs) == jobs, "the amount needs no network"
        assert not np.array_equal(seen[0], seen[1])
        until(lambda: dialog._work._small is None)

    drive(monkeypatch, first)
    window.menus.actions["style"].trigger()
    until(lambda: len(session.tray.items) == 1 and session.queue.is_idle)
    # The small picture is painted whole, so that the preview shows all of it.
    assert np.array_equal(session.tray.items[0].image, seen[-1])
    assert style_thumbnails.kept_thumbnails() is not None
    assert "Style" in window.tray.list.item(0).toolTip()
    window.menus.actions["apply"].trigger()
    layer = session.document.active_layer()
    assert isinstance(layer, GenerativeLayer)

    def again(dialog: StyleDialog) -> None:
        assert dialog.values == all_values({}, SETTINGS) | {"style": "mosaic", "amount": 0.6}
        assert dialog._work._small is None, "the thumbnails are kept"
        assert dialog.accept_button.text() == "Run again"
        dialog.colours.setChecked(True)

    drive(monkeypatch, again)
    window.menus.actions["layer_recipe"].trigger()
    until(lambda: len(session.tray.items) == 2 and session.queue.is_idle)
    assert session.tray.items[0].target == layer.id
    window.menus.actions["apply"].trigger()
    made = session.document.find(layer.id)
    assert isinstance(made, GenerativeLayer) and len(session.document.layers) == 2
    assert made.recipe["sampling"]["extras"]["keep_colours"] is True


@pytest.mark.needs_asset("styles")
def test_closing_the_window_leaves_no_job(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(dialog: StyleDialog) -> int:
        dialog.show()
        until(lambda: dialog._work.is_busy)
        dialog.reject()
        return 0

    monkeypatch.setattr(StyleDialog, "exec", run)
    window.menus.actions["style"].trigger()
    until(lambda: window.session.queue.is_idle)
    assert not window.session.tray.items and len(window.session.history.entries) == 1
