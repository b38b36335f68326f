"""Parts of the window that are closed in the middle of their work: nothing reaches them."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import shiboken6
from conftest import picture, until
from PIL import Image
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from studio.core.events import Event
from studio.core.geometry import Rect
from studio.core.progress import Progress
from studio.edit.prepare import visible_rgb
from studio.session.edit_settings import EditState
from studio.ui.dialogs.annotate_dialog import AnnotateDialog
from studio.ui.threads.background import THREADS, Background
from studio.ui.training.photo_sources import file_photos
from studio.ui.training.teach_sheet import TeachSheet
from studio.ui.widgets.listening import Listener
from studio.ui.window import parts
from studio.ui.window.main_window import MainWindow
from studio.ui.window.startup import Startup


@contextmanager
def held(background: Background, owner: QObject) -> Iterator[None]:
    """Keep every thread busy, so that what is begun inside ends only after it."""
    go, waiting = threading.Event(), []

    def wait(progress: Progress) -> None:
        waiting.append(True)
        go.wait()

    def fail(error: BaseException) -> None:
        raise error

    until(lambda: not background.is_busy)
    for _ in range(THREADS):
        background.run(wait, lambda _: None, fail, owner=owner)
    until(lambda: len(waiting) == THREADS)
    try:
        yield
    finally:
        go.set()
        until(lambda: not background.is_busy)


def is_of(part: QObject | None, owner: QObject) -> bool:
    """Whether a part is the owner or goes with it."""
    return part is not None and (part is owner or is_of(part.parent(), owner))


STUCK = """
import sys, threading, weakref
from PySide6.QtCore import QCoreApplication, QEvent, QThread
import shiboken6
from studio.edit.annotate import AnnotateRequest
from studio.session.edit_settings import EditState
from studio.session.jobs import Job
from studio.ui.threads.engine_thread import EngineThread

class Stuck:
    def __init__(self):
        self.began, self.go = threading.Event(), threading.Event()

    def run(self, request, progress):
        self.began.set()
        self.go.wait()

app, stuck = QCoreApplication([]), Stuck()
for starts in (False, True):
    engine = EngineThread(app)
    thread = engine._thread
    engine._worker._engine = stuck
    if starts:
        engine.start(Job(None, "loading"), None)
        assert stuck.began.wait(60)
    assert engine.stop(0.01) is not starts and engine.is_running is starts
    engine.deleteLater()
    del engine
    app.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    app.processEvents()
    assert shiboken6.isValid(thread) is starts, "the thread that is used is kept, the other is not"
stuck.go.set()
while shiboken6.isValid(thread):
    app.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    app.processEvents()
print("whole")
"""


def test_an_engine_that_cannot_be_stopped_outlives_the_window() -> None:
    # In a process of its own, since Qt ends the whole process if this goes wrong.
    command = [sys.executable, "-X", "faulthandler", "-c", STUCK]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert (done.returncode, done.stdout, done.stderr) == (0, "whole\n", "")


def edges(window: MainWindow, folder: Path) -> AnnotateDialog:
    document = window.session.document
    dialog = AnnotateDialog(
        "canny",
        "Edges",
        lambda: visible_rgb(document, document.rect),
        Rect(0, 0, 160, 120),
        window.background,
        window,
    )
    dialog.show()
    until(lambda: dialog._busy)
    # A second wish waits behind the first one, as when a slider moves.
    dialog.scales["low"].set_value(7)
    return dialog


def sheet(window: MainWindow, folder: Path) -> TeachSheet:
    made = TeachSheet(window.session, window.background, window.icons, window)
    made.open_for("starter", "en")
    made.add(file_photos([folder / "photo.png"]))
    return made


def references(window: MainWindow, folder: Path) -> QWidget:
    source = parts.SessionReferences(window.session)
    made = parts.ReferencesBox(window.icons, EditState(), source, window.background)
    made.show_model("starter")
    made.add([source.active_layer()])
    return made


def regions(window: MainWindow, folder: Path) -> QWidget:
    source = parts.SessionReferences(window.session)
    made = parts.RegionsBox(
        window.icons,
        EditState(),
        parts.SessionPlaces(window.session),
        source,
        window.references,
        window.background,
    )
    window.layer_commands.select_rect(Rect(10, 10, 40, 40))
    made.add.click()
    made._attach(made.rows[0], [source.active_layer()])
    return made


def models(window: MainWindow, folder: Path) -> QWidget:
    made = parts.ModelsPanel(window.background, window.icons)
    made.set_models(window.session.shared.models())
    made.show_model("starter")
    made.set_seen(True)
    return made


def words(window: MainWindow, folder: Path) -> QWidget:
    made = parts.RewritePanel(window.session, window.background, window.icons)
    made.show()
    until(lambda: made._busy)
    return made


def files(window: MainWindow, folder: Path) -> QObject:
    made = parts.Files(window.background, window)
    made.open_sample(folder / "photo.png")
    return made


def startup(window: MainWindow, folder: Path) -> QObject:
    made = Startup(window, (), warm_up=False)
    made.begin()
    return made


def fill_regions(window: MainWindow, folder: Path) -> QObject:
    page = window.page
    made = parts.RegionWatch(page.session, page.canvas, window.background, lambda: True, page)
    window.tool_bar.chosen.connect(made.use_tool)
    window.commands._controls.add_empty("segmentation")
    window.tool_bar.tool_actions["control_fill"].trigger()
    assert made._finder.is_busy
    return made


def commands(window: MainWindow, folder: Path) -> QObject:
    window.commands.models.load()
    window.commands.models.load_words("starter")
    return window.commands.models


def controls(window: MainWindow, folder: Path) -> QObject:
    window.commands._controls.add_depth()
    return window.commands._controls


def subjects(window: MainWindow, folder: Path) -> QObject:
    window.commands.subjects.resume(folder)
    return window.commands.subjects


WORKING: tuple[Callable[[MainWindow, Path], QObject], ...] = (
    edges,
    sheet,
    references,
    regions,
    models,
    words,
    files,
    startup,
    fill_regions,
    commands,
    controls,
    subjects,
)


@pytest.mark.parametrize("begin", WORKING, ids=lambda begin: begin.__name__)
def test_a_part_that_is_closed_in_the_middle_of_its_work_hears_nothing_of_it(
    window: MainWindow, tmp_path: Path, begin: Callable[[MainWindow, Path], QObject]
) -> None:
    Image.new("RGB", (40, 30), "red").save(tmp_path / "photo.png")
    before, history = window.session.document.layers, window.session.history
    with held(window.background, window):
        owner = begin(window, tmp_path)
        mine = [task for task in window.background._tasks if is_of(task.owner, owner)]
        assert mine, "it has begun something"
        layers = window.session.document.layers
        shiboken6.delete(owner)
        assert all(task.cancelled.is_set() for task in mine)
    assert not any(task.is_wanted for task in mine)
    assert window.session.history is history, "no file is opened by a window part that is gone"
    assert window.session.document.layers == layers
    assert len(layers) - len(before) <= (1 if begin is fill_regions else 0)


def test_what_was_asked_for_comes_while_its_owner_is_there(window: MainWindow) -> None:
    came: list[object] = []
    owner = QObject(window)
    task = window.background.run(lambda progress: 5, came.append, came.append, owner=owner)
    until(lambda: not window.background.is_busy)
    assert came == [5] and task.is_over
    shiboken6.delete(owner)
    assert not task.cancelled.is_set(), "it ended before its owner did"


def test_a_closed_dialog_gives_its_preview_up(window: MainWindow, tmp_path: Path) -> None:
    with held(window.background, window):
        dialog = edges(window, tmp_path)
        task = dialog._task
        dialog.reject()
        assert task is not None and task.cancelled.is_set() and not task.is_wanted
    assert dialog.preview.pixmap().isNull()
    dialog.deleteLater()


def events(window: MainWindow) -> list[Event[...]]:
    """Return every event of the session that a window shows."""
    session = window.session
    owners = (
        session,
        session.shared,
        session.queue,
        session.tray,
        session.subjects,
        session.history,
    )
    return [one for owner in owners for one in vars(owner).values() if isinstance(one, Event)]


def test_every_part_of_the_window_listens_only_while_it_is_there(window: MainWindow) -> None:
    window.menus.actions["teach"].trigger()
    for event in events(window):
        for listener in event._listeners:
            other = getattr(listener, "__self__", None)
            inner = isinstance(listener, Listener) or not isinstance(other, QObject)
            assert inner, f"{listener} is called although its widget may be gone"
            assert isinstance(listener, Listener) or other is not None, f"whose is {listener}?"


PANELS: tuple[Callable[[MainWindow], QWidget], ...] = (
    lambda window: parts.RewritePanel(window.session, window.background, window.icons),
    lambda window: parts.LayersPanel(window.session, window.layer_commands, window.icons),
    lambda window: parts.HistoryPanel(window.session, window.icons),
    lambda window: parts.SubjectsPanel(window.session, window.icons),
    lambda window: parts.TrayPanel(window.session, window.icons),
    lambda window: parts.QueuePanel(window.session.queue, window.icons),
    lambda window: parts.CanvasView(window.session, window.tool_options),
    lambda window: TeachSheet(window.session, window.background, window.icons, window),
)


def test_a_closed_panel_hears_nothing_of_the_session(window: MainWindow, tmp_path: Path) -> None:
    before = [len(event._listeners) for event in events(window)]
    for make in PANELS:
        shiboken6.delete(make(window))
    assert [len(event._listeners) for event in events(window)] == before
    window.layer_commands.add()
    window.menus.actions["undo"].trigger()
    window.session.adopt(picture(90, 60), None)
    window.session.queue.changed.emit()
    window.session.tray.changed.emit()
    window.session.subjects.refresh()
    window.session.settings.set("theme", "light")
    window.apply_theme()
    until(lambda: not window.background.is_busy)
