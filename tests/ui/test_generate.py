"""The main job in the window, with the real engine and the starter's weights."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from conftest import drag, pause, until
from PySide6.QtCore import QThread
from PySide6.QtWidgets import QMessageBox

from studio.core.errors import StudioError
from studio.core.progress import Progress, ProgressEvent
from studio.document.io import formats
from studio.document.layer import GenerativeLayer
from studio.document.render.compositor import composite
from studio.edit.request import EditRequest, EditResult, Task
from studio.edit.training import TrainRequest
from studio.session.jobs import Job, JobState
from studio.session.losses import Loss
from studio.ui.threads.engine_thread import EngineThread, Latest
from studio.ui.window.main_window import MainWindow


@pytest.fixture
def ready(window: MainWindow) -> Iterator[MainWindow]:
    """Give a window with a painted mask and a prompt, set to be quick."""
    settings = window.prompt.settings
    sampling = replace(settings.sampling, steps=2, sampler="ddim", seed=7, variations=2)
    window.prompt.show_settings(replace(settings, prompt="a teddy bear", sampling=sampling))
    window.tool_options.size = 30
    drag(window, (50, 40), (80, 60))
    yield window


def test_paint_generate_apply_undo_redo_export(ready: MainWindow, tmp_path: Path) -> None:
    window, session = ready, ready.session
    before = composite(session.document, session.document.rect)
    mask = session.document.mask
    assert mask is not None
    previews: list[object] = []
    session.queue.progressed.connect(lambda job, event: previews.append(event.preview))
    window.prompt.generate.click()
    assert session.queue.running is not None
    until(lambda: session.tray.items)
    assert any(preview is not None for preview in previews)
    assert len(session.tray.items) == 2
    first, second = session.tray.items
    assert not np.array_equal(first.image, second.image)
    assert session.shown is not session.document
    window.tray.before.pressed.emit()
    assert session.shown is session.document
    window.tray.before.released.emit()
    window.tray.refresh()
    window.tray.list.setCurrentRow(1)
    assert session.tray.selected is second
    window.tray.apply.click()
    layer = session.document.active_layer()
    assert isinstance(layer, GenerativeLayer) and layer.recipe["prompt"] == "a teddy bear"
    assert session.tray.items == (first, second) and session.tray.is_applied(second)
    after = composite(session.document, session.document.rect)
    outside = mask.read(session.document.rect)[:, :, 0] == 0
    assert np.array_equal(after[outside], before[outside])
    assert not np.array_equal(after, before)
    window.menus.actions["undo"].trigger()
    assert np.array_equal(composite(session.document, session.document.rect), before)
    window.menus.actions["redo"].trigger()
    assert np.array_equal(composite(session.document, session.document.rect), after)
    path = tmp_path / "result.ora"
    window.files.export(path, formats.SaveOptions())
    until(lambda: not window.background.is_busy, 60)
    back = formats.open_document(path).document
    assert [one.name for one in back.layers] == [one.name for one in session.document.layers]
    assert np.array_equal(composite(back, back.rect), after)
    window.commands.edit_recipe(layer.id)
    assert window.prompt.prompt.toPlainText() == "a teddy bear"
    window.prompt.generate.click()
    until(lambda: len(session.tray.items) == 4)
    window.tray.apply_selected()
    assert len(session.document.layers) == 2


def test_running_job_is_cancelled(ready: MainWindow) -> None:
    session = ready.session
    settings = session.edit_settings
    session.edit_settings = replace(settings, sampling=replace(settings.sampling, steps=90))
    before = session.document
    failed: list[BaseException] = []
    session.queue.failed.connect(lambda job, error: failed.append(error))
    job = session.submit(Task.FILL)
    waiting = session.submit(Task.FILL)
    until(lambda: job.fraction > 0)
    session.queue.cancel(waiting.id)
    ready.queue.cancel.click()
    until(lambda: session.queue.is_idle)
    assert job.state is JobState.CANCELLED and waiting.state is JobState.CANCELLED
    assert session.document is before and not session.tray.items
    assert not ready.messages.isVisible()


def test_window_closes_during_a_job(ready: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    session = ready.session
    settings = session.edit_settings
    session.edit_settings = replace(settings, sampling=replace(settings.sampling, steps=90))
    job = session.submit(Task.FILL)
    until(lambda: job.fraction > 0)
    asked: list[Loss] = []

    def discard(parent: object, loss: Loss, *, quits: bool) -> QMessageBox.StandardButton:
        asked.append(loss)
        return QMessageBox.StandardButton.Discard

    monkeypatch.setattr("studio.ui.documents.files.ask_to_save", discard)
    monkeypatch.setattr("studio.ui.window.main_window.STOP_TIMEOUT", 200.0)
    assert ready.close()
    assert [loss.jobs for loss in asked] == [1] and ready.stopped_cleanly
    assert job.cancelled.is_set()


def test_missing_model_says_why(ready: MainWindow, tmp_path: Path) -> None:
    session = ready.session
    session.edit_settings = replace(session.edit_settings, model=str(tmp_path / "gone"))
    before = session.document
    session.submit(Task.FILL)
    until(lambda: session.queue.is_idle)
    assert ready.messages.isVisible()
    assert "gone" in ready.messages.text.text()
    assert session.document is before


def test_a_bug_in_a_job_reaches_the_crash_dialog(ready: MainWindow, home: Path) -> None:
    session = ready.session
    request = session.request(Task.FILL)
    # Not the type that the engine expects: a bug of ours, not something the artist did.
    session.queue.add(Job(request.replace(sampling="nonsense"), "broken", owner=session))
    until(lambda: session.queue.is_idle)
    until(lambda: ready.findChild(QMessageBox, "crash"), 5)
    box = ready.findChild(QMessageBox, "crash")
    assert box is not None
    box.accept()
    assert any(path.name == "crash.log" for path in home.rglob("*"))


def test_latest_report_wins_and_keeps_the_preview() -> None:
    latest = Latest()
    picture = np.zeros((1, 2, 2, 3), np.uint8)
    assert latest.put(ProgressEvent(0.1, "a", picture))
    assert not latest.put(ProgressEvent(0.2, "", None))
    event = latest.take()
    assert event is not None
    assert (event.fraction, event.text) == (0.2, "a") and event.preview is picture
    assert latest.take() is None


def test_listener_is_called_in_the_main_thread(window: MainWindow) -> None:
    """The worker runs elsewhere; whoever listens hears of it in the thread of the window."""
    calls: list[tuple[str, object]] = []
    main = QThread.currentThread()

    class Listener:
        def on_progress(self, job: Job, event: ProgressEvent) -> None:
            calls.append(("progress", QThread.currentThread()))

        def on_done(self, job: Job, result: EditResult) -> None:
            calls.append(("done", QThread.currentThread()))

        def on_failed(self, job: Job, error: BaseException) -> None:
            calls.append(("failed", QThread.currentThread()))

    ran: list[threading.Thread] = []

    class Engine:
        def run(self, request: EditRequest, progress: Progress) -> EditResult:
            ran.append(threading.current_thread())
            progress.report(0.5, "half")
            raise StudioError("no")

    thread = EngineThread()
    thread._worker._engine = Engine()
    window.prompt.prompt.setPlainText("x")
    request = window.session.request(Task.GENERATE)
    thread.start(Job(request, "x"), Listener())
    until(lambda: any(kind == "failed" for kind, _ in calls), 20)
    assert all(place is main for _, place in calls)
    assert ran and ran[0] is not threading.current_thread()
    assert thread.stop(20)
    pause(1)
    thread.deleteLater()


def test_what_a_training_paints_is_no_result(ready: MainWindow) -> None:
    window = ready
    event = ProgressEvent(0.5, "Learning", np.full((2, 16, 16, 3), 90, np.uint8))
    training = TrainRequest(name="luna", kind="dog", photos=(), folder="")
    window.session.queue.progressed.emit(Job(training, "luna"), event)
    assert window.tray.list.count() == 0
    asked = window.session.request(Task.FILL)
    window.session.queue.progressed.emit(Job(asked, "teddy bear", owner=window.session), event)
    assert window.tray.list.count() == 2
