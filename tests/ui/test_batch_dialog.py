"""File > Batch… in the window: a line a photo, failures as sentences, stopping and going on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from conftest import until

from studio.core.errors import StudioError
from studio.document.io import formats
from studio.document.layer import GenerativeLayer
from studio.session.photo import style
from studio.session.photo.style_source import PICTURE, source_of
from studio.ui.dialogs.batch_dialog import BatchDialog
from studio.ui.window.main_window import MainWindow

NAMES = ("a.png", "b.png", "c.png")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "photos"
    made.mkdir()
    for number, name in enumerate(NAMES):
        pixels = np.full((40, 60, 3), 50 * number + 40, np.uint8)
        pixels[10:20, 10:30] = 220
        formats.save_document(formats.document_from_array(pixels, name), made / name)
    return made


def shown(window: MainWindow) -> BatchDialog:
    window.menus.actions["batch"].trigger()
    (dialog,) = window.findChildren(BatchDialog)
    assert dialog.isVisible() and not dialog.isModal()
    return dialog


def aim(dialog: BatchDialog, tool: str, photos: Path, out: Path) -> None:
    index = dialog.recipe.findData(tool)
    assert index >= 0
    dialog.recipe.setCurrentIndex(index)
    dialog.recipe.activated.emit(index)
    dialog.photos.setText(str(photos))
    dialog.out.setText(str(out))


def states(dialog: BatchDialog) -> list[str]:
    items = [dialog.list.topLevelItem(n) for n in range(dialog.list.topLevelItemCount())]
    return [item.text(1) for item in items if item is not None]


def finished(dialog: BatchDialog) -> Callable[[], bool]:
    return lambda: not dialog.work.is_running


def test_every_photo_gets_its_result_and_the_window_stays_usable(
    window: MainWindow, folder: Path, tmp_path: Path
) -> None:
    dialog, out = shown(window), tmp_path / "out"
    (folder / "broken.png").write_bytes(b"no picture")
    before = window.session.document
    aim(dialog, "enlarge", folder, out)
    dialog._fields["scale"].show_value(0.5)
    assert states(dialog) == [""] * 4 and dialog.start_button.isEnabled()
    dialog.start_button.click()
    assert dialog.stop_button.isEnabled() and not dialog.start_button.isEnabled()
    until(finished(dialog))
    a, b, broken, c = states(dialog)
    assert a.startswith("made in") and b.startswith("made in") and c.startswith("made in")
    assert broken.startswith("failed:") and "1 failed" in dialog.note.text()
    for name in NAMES:
        made = formats.open_document(out / name).document
        assert (made.width, made.height) == (30, 20)
    assert not (out / "broken.png").exists()
    assert window.session.document is before and len(window.documents.pages) == 1
    assert not window.messages.text.text()
    # Started again it makes only what is missing.
    (out / "b.png").unlink()
    (folder / "broken.png").unlink()
    kept = (out / "a.png").stat().st_mtime_ns
    dialog.look()
    assert states(dialog) == ["already there", "", "already there"]
    dialog.start_button.click()
    until(finished(dialog))
    assert (out / "b.png").exists() and (out / "a.png").stat().st_mtime_ns == kept
    dialog.again.setChecked(True)
    dialog.start_button.click()
    until(finished(dialog))
    assert (out / "a.png").stat().st_mtime_ns != kept


def test_a_missing_network_is_a_sentence_in_each_line(
    window: MainWindow, folder: Path, tmp_path: Path
) -> None:
    dialog = shown(window)
    aim(dialog, "clean", folder, tmp_path / "out")
    dialog.start_button.click()
    until(finished(dialog))
    assert all("not installed" in text for text in states(dialog))
    assert not window.messages.text.text(), "the lines say it"
    assert window.session.queue.is_idle


def test_what_is_incomplete_is_said(window: MainWindow, folder: Path, tmp_path: Path) -> None:
    dialog = shown(window)
    assert not dialog.start_button.isEnabled()
    aim(dialog, "edit", folder, tmp_path / "out")
    dialog.start_button.click()
    assert "prompt is empty" in dialog.note.text() and not dialog.work.is_running
    dialog.out.setText(str(folder))
    assert "overwrite" in dialog.note.text() and not dialog.start_button.isEnabled()
    dialog.photos.setText(str(tmp_path / "nowhere"))
    assert "cannot be read" in dialog.note.text()
    (tmp_path / "steps.json").write_text("[]")
    dialog.use_file(tmp_path / "steps.json")
    assert "no steps" in dialog.note.text()
    (tmp_path / "steps.json").write_text('[{"tool": "enlarge", "width": 20}]')
    dialog.use_file(tmp_path / "steps.json")
    assert dialog.recipe.currentText() == "steps.json" and dialog.steps()[0].values == {"width": 20}


@pytest.mark.needs_asset("styles")
def test_a_layer_of_the_picture_is_a_recipe_and_a_stopped_batch_goes_on(
    window: MainWindow, folder: Path, tmp_path: Path
) -> None:
    session, out = window.session, tmp_path / "out"
    values = {"style": "mosaic", "amount": 1.0, "strokes": "medium", "keep_colours": False}
    style.submit(session, values, source=source_of(session.document, PICTURE))
    until(lambda: len(session.tray.items) == 1)
    session.apply(session.tray.items[0].id)
    layer = session.document.active_layer()
    assert isinstance(layer, GenerativeLayer)
    session.tray.clear()
    dialog = shown(window)
    aim(dialog, layer.id, folder, out)
    begun: list[int] = []
    dialog.work.begun.connect(begun.append)
    dialog.start_button.click()
    until(lambda: len(begun) == 2)
    dialog.stop_button.click()
    assert finished(dialog)() and "Stopped" in dialog.note.text()
    assert states(dialog)[0].startswith("made in") and states(dialog)[1:] == ["stopped"] * 2
    until(lambda: session.queue.is_idle)
    assert [one.name for one in out.iterdir()] == ["a.png"]
    dialog.start_button.click()
    until(finished(dialog))
    assert sorted(one.name for one in out.iterdir()) == list(NAMES)
    made = formats.open_document(out / "c.png").document
    plain = formats.open_document(folder / "c.png").document
    assert made.rect == plain.rect and not session.tray.items
    # Stopping its job in the queue panel stops all of it.
    dialog.again.setChecked(True)
    dialog.start_button.click()
    until(lambda: session.queue.running is not None)
    session.queue.cancel_running()
    until(finished(dialog))
    assert "Stopped" in dialog.note.text()


def test_a_document_that_cannot_be_written_is_a_sentence(
    window: MainWindow, folder: Path, tmp_path: Path
) -> None:
    dialog = shown(window)
    (tmp_path / "out").write_text("a file where the folder should be")
    aim(dialog, "enlarge", folder, tmp_path / "out")
    dialog._fields["scale"].show_value(0.5)
    dialog.start_button.click()
    until(finished(dialog))
    assert all(text.startswith("failed:") for text in states(dialog))
    assert not isinstance(window.crash, StudioError)
