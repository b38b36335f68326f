"""What the subjects panel takes, offers and refuses, row by row; nothing is learned here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from calm_subjects import QUICK, Calm, begun, photo_file
from conftest import offer, pause, until
from PySide6.QtCore import QCoreApplication, QUrl

from studio.catalog.subjects import LORA, RUN, Subject, write_subject
from studio.core.progress import ProgressEvent
from studio.document.raster import Raster
from studio.edit.request import Task
from studio.edit.training import TrainRequest, TrainResult
from studio.session.jobs import Job
from studio.ui.commands import subject_commands
from studio.ui.results.queue_panel import QueuePanel
from studio.ui.training import curves, subjects_panel
from studio.ui.training.subject_chip import SubjectChip
from studio.ui.widgets import translation
from studio.ui.widgets.widgets import IconHolder
from studio.ui.window.main_window import MainWindow


@pytest.fixture
def chip(window: MainWindow) -> SubjectChip:
    """Give the chip of a subject of the window."""
    folder = window.session.subjects.folder_of("luna")
    folder.mkdir(parents=True)
    (folder / LORA).write_bytes(b"")
    write_subject(Subject("luna", "dog", "sks dog", "lora", "b", "starter", 512, folder, (LORA,)))
    window.session.subjects.refresh()
    window.docks["subjects"].raise_()
    return window.subjects.chips[0]


# Photos that are dropped


def test_photos_dropped_on_the_panel_begin_to_teach(window: MainWindow, tmp_path: Path) -> None:
    files = [photo_file(tmp_path / f"{n}.png", n) for n in range(2)]
    urls = [QUrl.fromLocalFile(str(file)) for file in files]
    assert offer(window.subjects.viewport(), urls)
    sheet = window.commands.subjects.sheet
    until(lambda: len(sheet.row.cards) == 2 and not sheet.row.is_busy, 60)
    assert sheet.isVisible() and [card.title for card in sheet.row.cards] == ["0", "1"]
    assert len(window.session.document.layers) == 1
    assert "drop here" in window.subjects.empty.text() and window.subjects.toolTip()


def test_a_web_picture_dropped_on_the_panel_is_refused(window: MainWindow) -> None:
    offer(window.subjects.viewport(), [QUrl("https://example.org/a.png")])
    assert "is not on this machine" in window.messages.text.text()


def test_a_control_layer_is_no_photo(window: MainWindow) -> None:
    window.menus.actions["teach"].trigger()
    window.menus.actions["control_figure"].trigger()
    sheet = window.commands.subjects.sheet
    sheet.from_layer.click()
    assert "cannot be used as a picture" in sheet.trouble.text()
    assert not sheet.row.is_busy


# Chips


def test_the_mask_is_filled_with_a_subject(window: MainWindow, chip: SubjectChip) -> None:
    asked: list[Task] = []
    window.prompt.asked.disconnect(window.commands.submit)
    window.prompt.asked.connect(asked.append)
    window.prompt.set_task(Task.GENERATE)
    window.prompt.prompt.setPlainText("something other")
    chip.menu.aboutToShow.emit()
    assert not chip.fill.isEnabled() and "mask" in chip.fill.toolTip()
    mask = Raster.from_array(np.full((30, 30), 255, np.uint8), 10, 10)
    window.session.edit("Paint", lambda old: old.replace(mask=mask))
    chip.menu.aboutToShow.emit()
    assert chip.fill.isEnabled() and chip.menu.toolTipsVisible()
    chip.fill.trigger()
    assert asked == [Task.FILL] and window.prompt.task is Task.FILL
    assert window.session.edit_settings.prompt == "<luna>"


def test_a_learned_subject_is_known_in_spanish(
    window: MainWindow, chip: SubjectChip, tmp_path: Path, qapp: QCoreApplication
) -> None:
    folder = str(chip.subject.folder)
    request = TrainRequest(name="luna", kind="dog", photos=(), folder=folder)
    translation.install(qapp, "es")
    try:
        window.session.shared.taught.emit(TrainResult(request, 6, 6, False, (), (), 1.0))
    finally:
        translation.install(qapp, "en")
    assert window.messages.text.text() == "Lienzo ya conoce a luna."


# Unfinished trainings


def test_an_unfinished_training_says_where_it_stopped(
    calm: Calm, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = {"luna": 120, "rex": 0}
    monkeypatch.setattr(subjects_panel, "stopped_at", lambda folder: steps[folder.name])
    for name in steps:
        (calm.session.subjects.folder_of(name) / RUN).mkdir(parents=True)
    calm.session.subjects.refresh()
    said = {row.folder.name: row.state.text() for row in calm.panel.unfinished}
    assert said == {"luna": "Stopped after 120 steps", "rex": "Not finished"}


def test_resume_twice_queues_one_training(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun(window.session, tmp_path, QUICK)
    added: list[Job] = []
    later: list[Callable[[], None]] = []
    monkeypatch.setattr(window.session.queue, "add", added.append)
    loaded = subject_commands.load_plan

    def run(work: Callable, done: Callable, failed: Callable, **_: object) -> None:
        later.append(lambda: done(work(None)))

    monkeypatch.setattr(subject_commands, "load_plan", lambda folder, _: loaded(folder))
    monkeypatch.setattr(window.background, "run", run)
    window.session.subjects.refresh()
    (row,) = window.subjects.unfinished
    row.resume.click()
    assert not row.resume.isEnabled() and not row.give_up.isEnabled()
    window.session.subjects.refresh()
    (row,) = window.subjects.unfinished
    assert not row.resume.isEnabled(), "the row is another one, the photos are still read"
    window.subjects.resume_asked.emit(row.folder)
    assert len(later) == 1
    later[0]()
    assert len(added) == 1 and row.resume.isEnabled()


def test_a_training_that_was_queued_meanwhile_is_not_queued_again(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = begun(window.session, tmp_path, QUICK)
    later: list[Callable[[], None]] = []
    monkeypatch.setattr(
        window.background,
        "run",
        lambda work, done, failed, **_: later.append(lambda: done(request)),
    )
    begins: list[TrainRequest] = []
    commands = window.commands.subjects
    monkeypatch.setattr(commands, "begin", begins.append)
    commands.resume(Path(request.folder))
    monkeypatch.setattr(commands, "_is_queued", lambda folder: True)
    later[0]()
    assert not begins


# Trainings


def test_the_bar_of_a_training_never_falls_back(calm: Calm) -> None:
    job, card = calm.train()
    calm.tell(job, 210)
    assert card.bar.value() == 700
    calm.session.queue.on_progress(job, ProgressEvent(0.01, "Reading the photos", None, None))
    assert card.bar.value() >= 700


def test_stop_is_greyed_while_a_job_stops(calm: Calm) -> None:
    queue = QueuePanel(calm.session.queue, IconHolder(calm.icons))
    job, _ = calm.train()
    assert queue.cancel.isEnabled()
    queue.cancel.click()
    calm.tell(job, 30)
    assert not queue.cancel.isEnabled() and "Stopping" in queue.left.text()
    calm.runner.stop()
    assert not queue.cancel.isEnabled()
    queue.deleteLater()


def test_curves_are_written_as_the_language_does(
    calm: Calm, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[float] = []

    def decimals(value: float, places: int) -> str:
        written.append(value)
        return "1,5"

    monkeypatch.setattr(curves, "decimals", decimals)
    job, card = calm.train()
    calm.tell(job, 210)
    card.scores.grab()
    assert written[:2] == [0.8, 0.3]
    pause(1)
