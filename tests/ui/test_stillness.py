"""Nothing that comes by itself moves the picture under the pointer, or the buttons beside it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from conftest import land_results, make_ready, pause, until
from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QLabel, QWidget

from studio.core.errors import StudioError
from studio.core.paths import resource
from studio.core.progress import ProgressEvent
from studio.edit.request import Task
from studio.tools.registry import TOOLS
from studio.ui.window.main_window import MainWindow

SIZES = ((1280, 720), (1440, 900))
JOBS = 20


@dataclass(frozen=True)
class Place:
    """Where things are on the screen, and how large the picture is drawn."""

    window: QRect
    canvas: QRect
    corner: QPoint
    zoom: float
    buttons: tuple[QPoint, ...]


def place(window: MainWindow) -> Place:
    """Return where canvas, picture and the buttons that are used all the time are now."""
    canvas = window.canvas
    buttons: tuple[QWidget, ...] = (
        window.prompt.generate,
        window.prompt.prompt,
        window.layers.tree,
        *(
            button
            for action in window.tool_bar.tool_actions.values()
            if (button := window.tool_bar.widgetForAction(action)) is not None
        ),
    )
    return Place(
        window.geometry(),
        QRect(canvas.mapToGlobal(QPoint(0, 0)), canvas.size()),
        canvas.mapToGlobal(canvas.widget_point(0, 0)),
        canvas.view.zoom,
        tuple(one.mapToGlobal(QPoint(0, 0)) for one in buttons),
    )


@pytest.fixture(params=SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def still(
    window: MainWindow, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[MainWindow]:
    """Give a window of a size that has settled, with a mask and a prompt and no engine."""
    monkeypatch.setattr(window.engine, "start", lambda job, listener: None)
    window.resize(*request.param)
    make_ready(window)
    until(lambda: not window.arrangement.is_settling, 60)
    rest(window)
    yield window
    window.session.queue.running = None
    window.session.queue.clear()


def rest(window: MainWindow) -> None:
    """Let layouts and timers of the window do what they do."""
    layout = window.arrangement
    pause(1)
    until(lambda: not layout.folding.is_waiting and not layout._fit.isActive(), 20)
    pause(1)
    pause(1)


def assert_still(window: MainWindow, before: Place, *, canvas: bool = True) -> None:
    """Compare; without ``canvas`` its lower edge may have moved, the picture may not."""
    rest(window)
    after = place(window)
    assert after.window == before.window
    assert after.zoom == before.zoom
    assert after.corner == before.corner
    assert after.buttons == before.buttons
    if canvas:
        assert after.canvas == before.canvas


def test_tools(still: MainWindow) -> None:
    before, height = place(still), still.options_bar.height()
    for spec in TOOLS:
        still.tool_bar.choose(spec)
        assert_still(still, before)
        assert still.options_bar.height() == height, spec.id
        for kind in ("segmentation", "depth", ""):
            still.options_bar.show_kind(kind)
            assert_still(still, before)
            assert still.options_bar.height() == height, (spec.id, kind)


def test_a_growing_queue(still: MainWindow) -> None:
    window, queue = still, still.session.queue
    long = "a red fox beside a blue house with a long garden " * 4
    window.prompt.show_settings(replace(window.prompt.settings, prompt=long))
    before = place(window)
    window.session.submit(Task.FILL)
    assert_still(window, before, canvas=False)
    opened = place(window)
    for _ in range(JOBS):
        window.session.submit(Task.FILL)
        assert_still(window, opened)
    waiting = window.queue.waiting
    assert waiting.count() == JOBS and "a red fox" in waiting.item(0).toolTip()
    assert not waiting.horizontalScrollBar().isVisible()
    assert waiting.viewport().height() >= waiting.sizeHintForRow(0)
    job = queue.running
    assert job is not None
    for fraction in (0.1, 0.9):
        queue.on_progress(job, ProgressEvent(fraction, "A long sentence about the work. " * 8))
        assert_still(window, opened)
    while len(queue.jobs) > 1:
        queue.cancel(queue.jobs[-1].id)
        assert_still(window, opened)


def test_results_and_folding(still: MainWindow) -> None:
    window = still
    before = place(window)
    land_results(window)
    assert_still(window, before, canvas=False)
    opened = place(window)
    docks = [window.docks[name].geometry() for name in ("tray", "queue")]
    assert opened.canvas.height() < before.canvas.height()
    for count in (1, 9):
        land_results(window, count)
        assert_still(window, opened)
    window.session.tray.select(window.session.tray.items[2].id)
    assert_still(window, opened)
    window.session.tray.clear()
    until(lambda: window.arrangement.folding.is_folded, 20)
    assert_still(window, before)
    land_results(window)
    assert_still(window, opened)
    assert [window.docks[name].geometry() for name in ("tray", "queue")] == docks


MESSAGES: dict[str, Callable[[MainWindow], object]] = {
    "a notice": lambda w: w.messages.show_notice("Saved a.ora."),
    "notices": lambda w: [w.messages.show_notice(f"Saved {n}.", "And a hint.") for n in range(9)],
    "an error": lambda w: w.messages.show_error(StudioError("Not so.", "But so.")),
    "a long error": lambda w: w.messages.show_error(StudioError("Long. " * 300, "Hint. " * 200)),
    "errors": lambda w: [w.messages.show_error(StudioError(f"Error {n}.")) for n in range(9)],
    "work": lambda w: w.status.show_work("Reading a folder with a long name. " * 9),
    "the engine": lambda w: w.status.show_engine("Loading the engine… " * 9),
}


@pytest.mark.parametrize("name", MESSAGES)
def test_messages(still: MainWindow, name: str) -> None:
    before = place(still)
    MESSAGES[name](still)
    assert_still(still, before)


def test_words_that_the_model_does_not_know(still: MainWindow) -> None:
    window = still
    window.commands.models.load_words("starter")
    until(lambda: not window.background.is_busy, 60)
    before = place(window)
    window.prompt.prompt.setPlainText("a teddy bear and a qwrtzpl, an elefant and a wrrrzt")
    window.prompt._check_prompt()
    assert window.prompt.notice.isVisible()
    rest(window)
    after = place(window)
    # The panel may grow by the notice, so that the layers below it move; nothing else does.
    layers = len(before.buttons[:2])
    assert after.buttons[:layers] == before.buttons[:layers]
    assert after.buttons[layers + 1 :] == before.buttons[layers + 1 :]
    assert (after.canvas, after.corner, after.zoom) == (before.canvas, before.corner, before.zoom)


LONG = "a_photo_with_quite_a_long_name_without_a_space_as_downloads_have_it_" * 3


def test_long_names(still: MainWindow, tmp_path: Path) -> None:
    window, session = still, still.session
    layer = session.document.layers[0]
    before = place(window)
    session.edit("Rename", lambda old: old.update(layer.replace(name=LONG)))
    assert_still(window, before)
    path = tmp_path / f"{LONG}.ora"
    window.files._write(path, None)
    until(lambda: session.path == path, 60)
    assert_still(window, before)
    width = window.prompt.width()
    window.prompt.begin_recipe(layer.id, LONG, window.prompt.settings, Task.FILL)
    rest(window)
    # The bar of the recipe is there because the artist asked for it; it may take height.
    assert window.prompt.width() == width
    assert place(window).canvas == before.canvas
    window.prompt.end_recipe(False)
    assert_still(window, before)


def test_no_label_of_a_panel_asks_for_the_width_of_a_long_word(still: MainWindow) -> None:
    labels = [
        label
        for dock in still.docks.values()
        for label in dock.findChildren(QLabel)
        if label.wordWrap()
    ]
    assert len(labels) > 10
    wide = []
    for label in labels:
        label.setText(LONG)
        if label.minimumSizeHint().width() > still.docks["prompt"].width():
            wide.append(f"{label.objectName()} of {type(label.parent()).__name__}")
    assert not wide, "these are to be studio.ui.widgets.widgets.Wrapped"


def test_the_hints_of_the_first_start(still: MainWindow) -> None:
    window = still
    window.welcome.show()
    rest(window)
    before = place(window)
    window.welcome._on_close()
    assert_still(window, before, canvas=False)


def test_another_model(still: MainWindow, tmp_path: Path) -> None:
    window = still
    window.commands.models.load()
    until(lambda: not window.background.is_busy, 60)
    rest(window)
    before = place(window)
    name = "a model whose folder has quite a long name, as downloads often do, v1.5-inpainting"
    shutil.copytree(resource("starter"), tmp_path / name, copy_function=os.symlink)
    window.commands.models.use_folder(tmp_path)
    until(lambda: name in window.prompt.settings.model, 60)
    until(lambda: not window.background.is_busy, 60)
    assert_still(window, before)


def test_a_second_document(still: MainWindow) -> None:
    window = still
    before = place(window)
    page = window.documents.add()
    page.session.new(300, 200)
    window.documents.show(page)
    rest(window)
    after = place(window)
    assert after.canvas.width() == before.canvas.width()
    window.documents.drop(page)
    assert_still(window, before)
