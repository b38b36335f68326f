"""The comparison of systems in the window, over the real engine with the starter's weights."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from conftest import close, inline_engine, picture, until
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from studio import app
from studio.catalog.generations import SYSTEMS
from studio.catalog.models import model_folder
from studio.core.paths import resource
from studio.core.settings import Settings
from studio.document.layer import GenerativeLayer
from studio.edit.request import Task
from studio.session.generations.run import Column, State
from studio.session.jobs import Job
from studio.ui.generations.generations_window import KEPT, GenerationsWindow
from studio.ui.generations.systems_list import NAME
from studio.ui.widgets.model_items import HEADING, model_rows
from studio.ui.window.main_window import MainWindow


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """Give a folder of the artist's with a second model, the starter under another name."""
    folder = tmp_path / "models"
    target = folder / "own"
    shutil.copytree(resource("starter"), target, copy_function=os.link, symlinks=True)
    (target / "lienzo.json").unlink()
    values = json.loads(resource("starter", "lienzo.json").read_text("utf-8"))
    (target / "lienzo.json").write_text(json.dumps({**values, "name": "Own"}), "utf-8")
    return folder


def shown(window: MainWindow, names: list[str], prompt: str = "a red car") -> GenerationsWindow:
    """Open the comparison by its action, with some systems chosen and few steps."""
    window.settings.set(KEPT, {"systems": names, "rows": 2, "seed": 3, "prompt": prompt})
    window.menus.actions["generations"].trigger()
    (found,) = window.findChildren(GenerationsWindow)
    until(lambda: found.isVisible() and found.systems.systems, 60)
    assert [one.id for one in found.systems.chosen] == names
    return found


def finished(dialog: GenerationsWindow) -> None:
    until(lambda: not dialog.run.is_running and not dialog._refresh.isActive(), 900)


def states(dialog: GenerationsWindow) -> list[State]:
    return [column.state for column in dialog.run.columns]


def test_a_day_with_the_comparison(window: MainWindow, own: Path, tmp_path: Path) -> None:
    """Two systems, an edit in the middle, layers, the tray, a second document, the sheet."""
    window.settings.set("model_folders", [str(own)])
    dialog = shown(window, ["starter", str(own / "own")])
    assert not dialog.isModal() and dialog.prompt.text() == "a red car"
    previews: list[bool] = []
    dialog.run.changed.connect(
        lambda column: previews.append(any(cell.preview is not None for cell in column.cells))
    )
    QTest.keyClick(dialog.prompt, Qt.Key.Key_Return)
    assert dialog.run.is_running and dialog.stop_button.isEnabled()
    first = dialog.run.columns[0]
    until(lambda: first.cells[0].state is State.DONE, 500)
    # It is shown here, so that the docks below the picture stay folded and do not move it.
    assert window.session.queue.jobs and not window.arrangement.folding.is_full
    # An edit of the artist goes first, though the comparison was there before it.
    order: list[object] = []
    window.session.queue.finished.connect(lambda job, _: order.append(job.owner))
    window.prompt.prompt.setPlainText("a penguin")
    edit = window.session.submit(Task.GENERATE)
    until(lambda: edit.state.value == "done", 500)
    assert order[0] is window.session
    finished(dialog)
    assert states(dialog) == [State.DONE, State.DONE] and any(previews)
    assert [view.column.system.name for view in dialog.pictures.views] == ["Lienzo Starter", "Own"]
    for view in dialog.pictures.views:
        figures = view.column.figures
        assert figures.quality is not None and figures.seconds and figures.variety
        assert f"{100 * figures.quality:.0f} %" in view.lines.text()
        assert not view.stop.isVisible() and not view.again.isVisible()
    # The same weights and seeds make the same pictures, whatever came between.
    one, other = (column.cells[1].picture for column in dialog.run.columns)
    assert one is not None and other is not None and (one == other).all()
    assert dialog.measurements.chart.chart.points
    assert "Lienzo Starter: quality" in dialog.measurements.chart.accessibleDescription()
    assert dialog.measurements.table.rowCount() == 2
    take_by_keyboard(window, dialog, str(own / "own"))

    # A second document gets what is taken while it is in front.
    window.documents.fill(lambda session: session.adopt(picture(), None))
    dialog.layer_button.click()
    assert len(window.session.document.layers) == 2
    dialog.save_sheet(tmp_path / "sheet.png")
    with Image.open(tmp_path / "sheet.png") as sheet:
        assert sheet.width > 400
    dialog.save_sheet(tmp_path / "no" / "sheet.png")
    assert "no folder" in dialog.note.text()
    assert not window.messages.text.text()


def take_by_keyboard(window: MainWindow, dialog: GenerationsWindow, model: str) -> None:
    """Go to the second picture of the second system, and take it as a layer and to the tray."""
    dialog.activateWindow()
    dialog.pictures.focus_first()
    cells = [view.cells for view in dialog.pictures.views]
    for key, target in (
        (Qt.Key.Key_Down, cells[0][1]),
        (Qt.Key.Key_Right, cells[1][1]),
        (Qt.Key.Key_Right, cells[1][1]),
    ):
        QTest.keyClick(dialog.focusWidget(), key)
        assert dialog.focusWidget() is target
    assert "Own, seed 4" in cells[1][1].accessibleName()
    before = len(window.session.document.layers)
    QTest.keyClick(cells[1][1], Qt.Key.Key_Return)
    layer = window.session.document.active_layer()
    assert len(window.session.document.layers) == before + 1 and isinstance(layer, GenerativeLayer)
    assert layer.recipe["sampling"]["seed"] == 4 and layer.recipe["model"] == model
    kept = len(window.session.tray.items)
    dialog.tray_button.click()
    assert len(window.session.tray.items) == kept + 1


def test_stopping_and_going_on(window: MainWindow, own: Path) -> None:
    window.settings.set("model_folders", [str(own)])
    dialog = shown(window, ["starter", str(own / "own")])
    dialog.compare_button.click()
    first, second = dialog.run.columns
    until(lambda: first.cells[0].state is State.DONE, 500)
    dialog.pictures.views[0].stop.click()
    assert first.cells[1].state is State.STOPPED and dialog.run.is_running
    until(lambda: second.cells[0].state is State.DONE, 500)
    dialog.stop_button.click()
    until(lambda: window.session.queue.is_idle, 60)
    assert second.cells[1].state is State.STOPPED and not dialog.run.is_running
    until(lambda: not dialog._refresh.isActive(), 10)
    assert dialog.pictures.views[1].again.isVisible()
    # The window may be hidden meanwhile.
    dialog.reject()
    dialog.run.again(second)
    finished(dialog)
    assert second.state is State.DONE and first.state is State.STOPPED


@pytest.fixture
def empty(qapp: object, home: Path) -> Iterator[MainWindow]:
    """Give a window without a document whose comparison was interrupted by the last close."""
    before = app.build(Settings(home / "settings.json"), inline_engine)
    before.show()
    dialog = shown(before, ["starter"])
    dialog.prompt.setText("una guitarra")
    dialog.rows.setValue(3)
    dialog.compare_button.click()
    until(lambda: dialog.run.columns[0].cells[0].fraction > 0, 500)
    close(before)
    made = app.build(Settings(home / "settings.json"), inline_engine)
    made.show()
    yield made
    close(made)


def test_the_prompt_and_the_systems_come_back_after_a_restart(empty: MainWindow) -> None:
    empty.menus.actions["generations"].trigger()
    (dialog,) = empty.findChildren(GenerationsWindow)
    until(lambda: bool(dialog.systems.systems), 60)
    assert dialog.prompt.text() == "una guitarra" and dialog.rows.value() == 3
    assert [one.id for one in dialog.systems.chosen] == ["starter"]
    # Without a document a picture begins one.
    dialog.rows.setValue(1)
    dialog.compare_button.click()
    finished(dialog)
    dialog.pictures.focus_first()
    dialog.layer_button.click()
    assert empty.has_document and len(empty.session.document.layers) == 1
    spec = dialog.run.columns[0].system.spec
    assert spec is not None and empty.session.document.width == spec.native_size


def test_what_cannot_begin_is_a_sentence_and_damaged_systems_are_grey(
    window: MainWindow, tmp_path: Path
) -> None:
    broken = tmp_path / "models" / "broken"
    broken.mkdir(parents=True)
    (broken / "model_index.json").write_text("{")
    window.settings.set("model_folders", [str(tmp_path / "models")])
    dialog = shown(window, ["starter"], "  ")
    dialog.compare_button.click()
    assert "prompt is empty" in dialog.note.text() and not dialog.run.is_running
    rows = [dialog.systems.topLevelItem(n) for n in range(dialog.systems.topLevelItemCount())]
    names = {item.text(NAME): item for item in rows if item is not None}
    assert len(rows) == 2 + len(SYSTEMS)
    assert not names["broken"].flags() & Qt.ItemFlag.ItemIsEnabled
    assert "cannot be read" in names["broken"].text(2)
    for one in dialog.systems.systems:
        if one.error is not None:
            assert not names[one.name].flags() & Qt.ItemFlag.ItemIsEnabled
    item = names["Lienzo Starter"]
    item.setCheckState(NAME, Qt.CheckState.Unchecked)
    dialog.prompt.setText("a red car")
    dialog.compare_button.click()
    assert "No system is chosen" in dialog.note.text()


def test_the_systems_of_the_course_come_after_the_artists_models_under_a_heading(
    window: MainWindow,
) -> None:
    """The starter stays the first one, whatever else ships."""
    window.docks["models"].raise_()
    window.commands.models.load()
    until(lambda: window.models.chooser.count() and not window.background.is_busy, 60)
    models = window.session.shared.models()
    rows = [id for id, _ in model_rows(models)]
    chooser = window.models.chooser
    assert [chooser.itemData(n) for n in range(chooser.count())] == rows
    there = [name for name in SYSTEMS if model_folder(name).is_dir()]
    small = [one.id for one in models if one.id in SYSTEMS]
    assert set(small) <= set(there) and rows[0] == "starter"
    if small:
        at = rows.index(HEADING)
        assert rows[at + 1 :] == small
        assert not chooser.model().index(at, 0).flags() & Qt.ItemFlag.ItemIsEnabled


def engines() -> list[psutil.Process]:
    """Return the engine's processes of this one."""
    found = []
    for child in psutil.Process().children():
        if any("spawn_main" in part for part in child.cmdline()):
            found.append(child)
    return found


@pytest.fixture
def apart(qapp: object, home: Path) -> Iterator[MainWindow]:
    """Give a window whose engine is in a process of its own, as the program has it."""
    made = app.build(Settings(home / "settings.json"))
    made.show()
    made.documents.start_painting()
    made.session.adopt(picture(), None)
    yield made
    close(made)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_a_killed_engine_is_a_sentence_in_its_column_and_the_next_one_goes_on(
    apart: MainWindow, own: Path
) -> None:
    apart.settings.set("model_folders", [str(own)])
    dialog = shown(apart, ["starter", str(own / "own")])
    dialog.rows.setValue(1)
    killed: list[int] = []

    def kill(column: Column) -> None:
        if column is dialog.run.columns[0] and column.cells[0].fraction > 0.4 and not killed:
            (child,) = engines()
            killed.append(child.pid)
            os.kill(child.pid, signal.SIGKILL)

    dialog.run.changed.connect(kill)
    reported: list[Job] = []
    apart.session.queue.failed.connect(lambda job, _: reported.append(job))
    dialog.compare_button.click()
    finished(dialog)
    first, second = dialog.run.columns
    assert killed and reported
    assert first.state is State.FAILED and "memory ran out" in str(first.error)
    assert second.state is State.DONE and second.figures.quality is not None
    assert not apart.messages.text.text(), "the column says it"
    assert "memory ran out" in dialog.pictures.views[0].lines.text()
    dialog.pictures.views[0].again.click()
    finished(dialog)
    assert first.state is State.DONE and first.error is None
