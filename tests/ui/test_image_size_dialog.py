"""Image size, denoising and JPEG blocks in the window: dialogs, previews and what they make."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from conftest import until
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from studio.core.assets.places import assets_folder
from studio.core.errors import StudioError
from studio.core.geometry import Rect
from studio.document.layer import RasterLayer
from studio.document.raster import Raster
from studio.document.render.compositor import composite
from studio.document.selection import select_rect
from studio.edit.cleaning import mixed
from studio.edit.photo_tools import PhotoResult
from studio.retouch.resampling import LANCZOS, NEAREST, resample
from studio.session.jobs import Job
from studio.session.photo import clean
from studio.ui.commands import asset_reasons, size_commands
from studio.ui.dialogs.clean_dialog import CleanDialog
from studio.ui.dialogs.image_size_dialog import ImageSizeDialog
from studio.ui.window.main_window import MainWindow

MISSING = StudioError("{name} is not installed.", "Fetch it.", name="Real-ESRGAN")


def sized(window: MainWindow, missing: StudioError | None = None) -> ImageSizeDialog:
    return ImageSizeDialog(window.session.document, 30.0, missing, window)


@pytest.fixture
def dialog(window: MainWindow) -> Iterator[ImageSizeDialog]:
    made = sized(window)
    made.show()
    yield made
    made.deleteLater()


def choose(box: object, value: str) -> None:
    index = box.findData(value)  # type: ignore[attr-defined]
    assert index >= 0
    box.setCurrentIndex(index)  # type: ignore[attr-defined]
    box.activated.emit(index)  # type: ignore[attr-defined]


def test_width_and_height_keep_their_proportion(
    window: MainWindow, dialog: ImageSizeDialog
) -> None:
    width, height = window.session.document.width, window.session.document.height
    dialog.fields[0].setValue(2 * width)
    assert dialog.result_size == (2 * width, 2 * height)
    dialog.fields[1].setValue(height)
    assert dialog.result_size == (width, height)
    dialog.locked.setChecked(False)
    dialog.fields[1].setValue(height + 7)
    assert dialog.result_size == (width, height + 7)
    dialog.locked.setChecked(True)
    assert dialog.result_size == (width, height)


def test_per_cent(window: MainWindow, dialog: ImageSizeDialog) -> None:
    width, height = window.session.document.width, window.session.document.height
    choose(dialog.unit, "%")
    assert dialog.fields[0].value() == 100
    dialog.fields[0].setValue(150)
    assert dialog.fields[1].value() == 150
    assert dialog.result_size == (round(1.5 * width), round(1.5 * height))


def test_the_note_says_what_it_takes_and_what_does_not_fit(
    window: MainWindow, dialog: ImageSizeDialog
) -> None:
    dialog.fields[0].setValue(2 * window.session.document.width)
    assert "About" in dialog.note.text() and dialog.accept_button.isEnabled()
    dialog.fields[0].setValue(300_000)
    assert "does not fit" in dialog.note.text() and not dialog.accept_button.isEnabled()
    choose(dialog.how_choice, "bicubic")
    dialog.fields[0].setValue(window.session.document.width // 2)
    assert not dialog.note.text() and dialog.accept_button.isEnabled()


def test_without_the_network_the_other_ways_still_work(window: MainWindow) -> None:
    dialog = sized(window, MISSING)
    assert dialog.how == "lanczos"
    dialog.fields[0].setValue(2 * window.session.document.width)
    assert dialog.accept_button.isEnabled()
    choose(dialog.how_choice, "detail")
    assert "not installed" in dialog.note.text() and not dialog.accept_button.isEnabled()
    dialog.deleteLater()


def test_only_what_exists_can_be_scaled(window: MainWindow) -> None:
    def scopes() -> list[str]:
        dialog = sized(window)
        found = [dialog.scope_choice.itemData(i) for i in range(dialog.scope_choice.count())]
        dialog.deleteLater()
        return found

    assert scopes() == ["picture", "layer"]
    window.session.edit("Select", lambda old: select_rect(old, Rect(5, 5, 20, 20)))
    assert scopes() == ["picture", "layer", "selection"]
    window.session.edit("Add", lambda old: old.insert(RasterLayer(name="empty")))
    assert scopes() == ["picture"]


def answer(monkeypatch: pytest.MonkeyPatch, width: int, how: str, scope: str) -> None:
    def run(dialog: ImageSizeDialog) -> int:
        choose(dialog.scope_choice, scope)
        choose(dialog.how_choice, how)
        dialog.fields[0].setValue(width)
        return 1

    monkeypatch.setattr(ImageSizeDialog, "exec", run)


def test_the_menu_row_resamples_without_the_network(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = window.session.document
    old = composite(before, before.rect)
    answer(monkeypatch, before.width // 2, "lanczos", "picture")
    window.menus.actions["image_size"].trigger()
    until(lambda: window.session.document.width == before.width // 2, 20)
    made = window.session.document
    wanted = resample(old, made.width, made.height, LANCZOS)
    assert np.abs(composite(made, made.rect).astype(int) - wanted).max() <= 2
    window.menus.actions["undo"].trigger()
    assert window.session.document is before


def test_the_menu_row_scales_one_layer(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    spot = Raster.filled(Rect(30, 30, 10, 6), (250, 0, 0, 255), 4)
    window.session.edit("Add", lambda old: old.insert(RasterLayer(id="spot", raster=spot)))
    size = window.session.document.rect
    answer(monkeypatch, 20, NEAREST.id, "layer")
    window.menus.actions["image_size"].trigger()
    until(lambda: window.session.document.find("spot").bounds() == Rect(25, 27, 20, 12), 20)
    assert window.session.document.rect == size


def preview(window: MainWindow) -> tuple[CleanDialog, Job, np.ndarray]:
    part = Rect(0, 0, 40, 30)
    photo = composite(window.session.document, part)[:, :, :3].copy()
    job = Job(clean_request(window, part), "Preview", owner=window.session)
    dialog = CleanDialog(
        window.session, lambda part: job, part, {"noise": 80}, window.background, window
    )
    return dialog, job, photo


def clean_request(window: MainWindow, part: Rect) -> object:
    from studio.edit.photo_tools import photo_request

    return photo_request(window.session.document, clean.KIND, region=part)


def test_the_sliders_mix_the_preview(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    dialog, job, photo = preview(window)
    seen: list[np.ndarray] = []
    monkeypatch.setattr(dialog.preview, "show_pixels", seen.append)
    dialog.refresh()
    assert np.array_equal(seen[-1], photo)
    smooth = np.full_like(photo, 90)
    result = PhotoResult(request=job.request, image=smooth)  # type: ignore[arg-type]
    window.session.queue.finished.emit(job, result)
    assert np.array_equal(seen[-1], mixed(photo, smooth, 80, 0))
    dialog.scales["noise"].set_value(0)
    assert not dialog.accept_button.isEnabled()
    dialog.scales["jpeg"].set_value(40)
    assert np.array_equal(seen[-1], mixed(photo, smooth, 0, 40))
    dialog.before.setChecked(True)
    assert np.array_equal(seen[-1], photo)
    assert dialog.values == {"noise": 0, "jpeg": 40} and dialog.accept_button.isEnabled()
    dialog.reject()
    dialog.deleteLater()


def test_another_part_is_shown_at_once_and_cleaned_when_it_rests(window: MainWindow) -> None:
    document = window.session.document
    asked: list[Rect] = []

    def ask(part: Rect) -> Job:
        asked.append(part)
        return Job(clean_request(window, part), "Preview", owner=window.session)

    part = Rect(0, 0, 40, 30)
    dialog = CleanDialog(window.session, ask, part, {"noise": 80}, window.background, window)
    seen: list[np.ndarray] = []
    dialog.preview.show_pixels = seen.append  # type: ignore[method-assign]
    dialog.show()
    QTest.keyClick(dialog.map, Qt.Key.Key_Right)
    QTest.keyClick(dialog.map, Qt.Key.Key_Down)
    there = Rect(10, 8, 40, 30)
    assert dialog.map.part == there and asked == [part]
    assert np.array_equal(seen[-1], composite(document, there)[:, :, :3])
    until(lambda: len(asked) == 2, 20)
    assert asked[1] == there
    # A click at the far corner stays inside the picture.
    QTest.mouseClick(dialog.map, Qt.MouseButton.LeftButton, pos=dialog.map.rect().bottomRight())
    assert dialog.map.part == Rect(document.width - 40, document.height - 30, 40, 30)
    dialog.reject()
    dialog.deleteLater()


def test_a_preview_opens_no_panel(window: MainWindow) -> None:
    assert Job(clean_request(window, Rect(0, 0, 9, 9)), "Preview").is_quiet


def test_a_failed_preview_is_said(window: MainWindow) -> None:
    dialog, job, _ = preview(window)
    window.session.queue.failed.emit(job, MISSING)
    assert "not installed" in dialog.state.text()
    dialog.reject()
    dialog.deleteLater()


def test_closing_stops_the_preview_and_makes_no_layer(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(size_commands, "missing_asset", lambda id: None)
    monkeypatch.setattr(asset_reasons, "missing_asset", lambda id: None)
    window.menus.menus["image"].aboutToShow.emit()
    submitted: list[object] = []
    monkeypatch.setattr(
        window.session.photo, "submit", lambda *arguments: submitted.append(arguments)
    )
    cancelled: list[int] = []
    monkeypatch.setattr(
        clean, "preview", lambda session, part: Job(clean_request(window, part), "Preview")
    )
    monkeypatch.setattr(window.session.queue, "cancel", cancelled.append)

    def refuse(dialog: CleanDialog) -> int:
        dialog.reject()
        return 0

    monkeypatch.setattr(CleanDialog, "exec", refuse)
    window.menus.actions["denoise"].trigger()
    assert len(cancelled) == 1 and not submitted

    def accept(dialog: CleanDialog) -> int:
        dialog.accept()
        return 1

    monkeypatch.setattr(CleanDialog, "exec", accept)
    window.menus.actions["remove_jpeg"].trigger()
    ((_, values),) = submitted
    assert values == {"noise": 0, "jpeg": 50}


def test_the_preview_is_the_middle_of_what_is_seen() -> None:
    canvas = Rect(0, 0, 1000, 600)
    assert clean.preview_part(Rect(100, 100, 400, 400), canvas) == Rect(200, 200, 200, 200)
    assert clean.preview_part(Rect(-50, -50, 150, 90), canvas) == Rect(0, 0, 100, 40)
    assert clean.preview_part(Rect(0, 0, 0, 0), canvas) == Rect(400, 200, 200, 200)
    assert clean.preview_part(Rect(0, 0, 5, 5), Rect(0, 0, 1, 1)) == Rect(0, 0, 1, 1)


@pytest.mark.needs_asset("realesrgan-x2")
def test_a_row_without_its_network_is_greyed_until_it_is_fetched(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = assets_folder()
    row, menu = window.menus.actions["denoise"], window.menus.menus["image"]
    menu.aboutToShow.emit()
    assert row.isEnabled() and "not installed" not in row.toolTip()
    monkeypatch.setenv("LIENZO_ASSETS", str(tmp_path / "assets"))
    menu.aboutToShow.emit()
    assert not row.isEnabled() and menu.toolTipsVisible()
    assert "not installed" in row.toolTip() and "assets fetch realesrgan-x2" in row.toolTip()
    assert window.menus.actions["edge_refine"].isEnabled() and not window.messages.errors
    shutil.copytree(installed / "realesrgan-x2", tmp_path / "assets" / "realesrgan-x2")
    # As after the button of the preferences, whose window had the focus.
    app = QGuiApplication.instance()
    assert isinstance(app, QGuiApplication)
    app.focusWindowChanged.emit(None)
    assert row.isEnabled() and not window.menus.actions["lift"].isEnabled()
