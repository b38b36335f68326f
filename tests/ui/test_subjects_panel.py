"""The subjects panel: photos in, a subject in a prompt out, with the real engine."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from calm_subjects import QUICK, Calm, Idle, begun, photo_file
from conftest import pause, until
from PySide6.QtCore import QEvent, QMimeData, Qt, QUrl
from PySide6.QtGui import QGuiApplication, QKeyEvent, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

from studio.catalog.subjects import LORA, RUN, UNET, WORDS, Subject, write_subject
from studio.core.settings import Settings
from studio.edit.exchange import ExportRequest, ImportRequest
from studio.edit.request import EditRequest, Task
from studio.edit.subjects import KIND
from studio.edit.training import Score, TrainRequest, TrainResult
from studio.session.jobs import Job, JobState
from studio.session.session import Session
from studio.ui.commands import subject_commands
from studio.ui.training.curves import smooth
from studio.ui.training.subject_chip import SubjectChip
from studio.ui.training.subjects_panel import SubjectsPanel
from studio.ui.training.training_card import TrainingCard
from studio.ui.widgets.icons import Icons
from studio.ui.widgets.theme import DARK, LIGHT
from studio.ui.widgets.widgets import IconHolder
from studio.ui.window.main_window import MainWindow


def press(widget: QWidget, key: Qt.Key) -> None:
    widget.setFocus()
    QTest.keyClick(widget, key)


# The whole way


def taught_by_keyboard(window: MainWindow, files: list[Path]) -> Job:
    """Fill the sheet and begin; return the job."""
    QTest.keySequence(window, "Ctrl+Shift+T")
    sheet = window.commands.subjects.sheet
    until(sheet.isActiveWindow, 20)
    QTest.keyClicks(sheet.naming.name, "luna")
    QTest.keyClicks(sheet.naming.kind, "ball")
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
    QGuiApplication.clipboard().setMimeData(mime)
    sheet.from_file.setFocus()
    QTest.keySequence(sheet, "Ctrl+V")
    until(lambda: len(sheet.row.cards) == len(files) and not sheet.row.is_busy, 60)
    # What lies there when Python ends would be deleted twice.
    QGuiApplication.clipboard().clear()
    sheet.form.show_settings(QUICK)
    sheet.naming.check()
    until(lambda: sheet.teach.isEnabled(), 30)
    QTest.keySequence(sheet, "Ctrl+Return")
    until(lambda: window.session.queue.running is not None, 30)
    assert not sheet.isVisible() and not sheet.row.cards
    training = window.session.queue.running
    assert training is not None and training.label == "luna"
    return training


def paused_and_resumed(window: MainWindow, training: Job) -> TrainingCard:
    """Pause a training by its card once it has made a step, and let it go on."""
    card = window.subjects.card_of(training)
    assert card is not None and not window.subjects.unfinished
    assert not window.subjects.empty.isVisibleTo(window.subjects)
    until(lambda: card.status is not None and card.status.step >= 1)
    press(card.pause, Qt.Key.Key_Space)
    until(lambda: training.state is JobState.PAUSED)
    assert "Paused" in card.state.text() and card.resume.isVisibleTo(card)
    assert window.queue.resume.isVisibleTo(window.queue)
    press(card.resume, Qt.Key.Key_Space)
    until(lambda: training.state is JobState.RUNNING, 30)
    return card


def test_photos_to_prompt_by_keyboard_with_an_edit_on_the_way(
    window: MainWindow, tmp_path: Path
) -> None:
    session, queue = window.session, window.session.queue
    ended: list[Job] = []
    queue.finished.connect(lambda job, result: ended.append(job))
    files = [photo_file(tmp_path / f"photo {n}.png", n) for n in range(3)]
    training = taught_by_keyboard(window, files)
    card = paused_and_resumed(window, training)
    assert card.status is not None
    step = card.status.step
    # An edit that is asked meanwhile goes first; the training goes on behind it by itself.
    settings = window.prompt.settings
    sampling = replace(settings.sampling, steps=1, sampler="ddim", seed=3, variations=1)
    window.prompt.show_settings(replace(settings, prompt="a ball", sampling=sampling))
    edit = session.submit(Task.GENERATE)
    until(lambda: window.subjects.chips)
    assert ended == [edit, training] and card.status.step >= step
    assert not window.subjects.cards and not window.subjects.unfinished
    (chip,) = window.subjects.chips
    subject = chip.subject
    assert subject.tag == "<luna>" and subject.thumbnail.is_file()
    assert not (subject.folder / RUN).exists()
    assert all(file.is_file() for file in files)
    # Into the prompt, and into the request.
    chip.weight.set_value(0.75)
    window.prompt.prompt.setPlainText("a photo of ")
    window.prompt.prompt.moveCursor(QTextCursor.MoveOperation.End)
    press(chip, Qt.Key.Key_Return)
    assert window.prompt.prompt.toPlainText() == "a photo of <luna>"
    window.prompt.set_task(Task.GENERATE)
    QTest.keyClick(window.prompt.prompt, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    asked = queue.running
    assert asked is not None and isinstance(asked.request, EditRequest)
    assert [(use.kind, Path(use.path), use.weight) for use in asked.request.adapters] == [
        (KIND, subject.folder, 0.75)
    ]
    until(lambda: asked in ended)
    assert len(session.tray.items) == 2


def test_closed_window_keeps_the_training_and_the_next_one_takes_it_up(
    window: MainWindow, tmp_path: Path
) -> None:
    request = begun(window.session, tmp_path)
    window.commands.subjects.begin(request)
    run = Path(request.folder) / RUN
    # Before the first look is over there is nothing to show yet, but what there is counts.
    until(lambda: window.subjects.cards[0].job.text == "Evaluating the training")
    window.session._saved = window.session.document
    assert window.close() and window.stopped_cleanly
    assert (run / "state.safetensors").is_file()
    session = Session(Idle(), Settings(None), subjects_root=Path(request.folder).parent)
    panel = SubjectsPanel(session, IconHolder(Icons(DARK)))
    (row,) = panel.unfinished
    assert row.folder == Path(request.folder) and row.resume.isEnabled()
    panel.deleteLater()


# Unfinished trainings


def test_unfinished_training_goes_on_or_is_given_up(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, panel = window.session, window.subjects
    request = begun(session, tmp_path)
    added: list[Job] = []
    monkeypatch.setattr(session.queue, "add", added.append)
    session.subjects.refresh()
    (row,) = panel.unfinished
    assert "luna" in row.accessibleName() and "luna" in row.resume.accessibleDescription()
    window.commands.subjects.remind()
    assert "has not finished" in window.messages.text.text()
    press(row.resume, Qt.Key.Key_Space)
    until(lambda: added, 20)
    again = added[0].request
    assert isinstance(again, TrainRequest) and again.settings == QUICK
    assert [p.image.tobytes() for p in again.photos] == [p.image.tobytes() for p in request.photos]
    (tmp_path / "photo 1.png").unlink()
    press(row.resume, Qt.Key.Key_Space)
    until(lambda: "photo 1.png, used to train" in window.messages.text.text(), 20)
    assert len(added) == 1
    answers = [False, True]
    monkeypatch.setattr(subject_commands, "confirm", lambda *_: answers.pop(0))
    press(row.give_up, Qt.Key.Key_Space)
    assert panel.unfinished == [row] and Path(request.folder).is_dir()
    press(row.give_up, Qt.Key.Key_Space)
    assert not panel.unfinished and not Path(request.folder).exists()
    assert panel.empty.isVisibleTo(panel)
    assert (tmp_path / "photo 0.png").is_file()


def test_training_whose_plan_is_damaged_can_only_be_given_up(calm: Calm) -> None:
    folder = calm.session.subjects.folder_of("luna")
    (folder / RUN).mkdir(parents=True)
    (folder / RUN / "plan.json").write_text("{")
    calm.session.subjects.refresh()
    (row,) = calm.panel.unfinished
    assert not row.resume.isEnabled() and row.give_up.isEnabled()


# A training that runs


def test_card_shows_where_a_training_stands(calm: Calm) -> None:
    job, card = calm.train()
    assert not card.samples.isVisible() and not card.losses.isVisible()
    calm.tell(job, 210)
    assert "Step 210 of 300" in card.state.text() and "42 s left" in card.state.text()
    assert card.bar.value() == 700
    assert "step 100" in card.best.text() and "0.71" in card.best.text()
    assert card.samples.count == 4
    assert "step 200" in card.samples.accessibleDescription()
    assert "best" not in card.samples.accessibleDescription()
    last = smooth([(n, 1.0 / (n + 1)) for n in range(210)])[-1][1]
    assert f"{last:.3g}" in card.losses.accessibleDescription()
    told = card.scores.accessibleDescription()
    assert "0.8" in told and "0.3" in told and "step 100" in told
    calm.tell(job, 220, best=200, seconds_left=600.0)
    assert "best so far" in card.samples.accessibleDescription()
    assert "10 min left" in card.state.text()
    ground = card.losses.grab().toImage()
    calm.tell(job, 260, best=20)
    assert card.losses.grab().toImage() != ground
    calm.icons.theme = LIGHT
    calm.panel._holder.refresh()
    assert card.scores.grab().toImage().pixelColor(60, 40).lightness() > 200


def test_training_is_paused_let_go_on_and_stopped(calm: Calm) -> None:
    job, card = calm.train()
    calm.tell(job, 30)
    card.pause.click()
    assert job.is_held and "Stopping" in card.state.text() and not card.cancel.isEnabled()
    calm.runner.stop()
    assert job.state is JobState.PAUSED and "Paused" in card.state.text()
    assert "Step 30" in card.state.text() and card.resume.isVisibleTo(card)
    assert not card.pause.isVisibleTo(card)
    assert calm.panel.card_of(job) is card and not calm.panel.unfinished
    card.resume.click()
    assert calm.session.queue.running is job and card.pause.isVisibleTo(card)
    card.cancel.click()
    calm.runner.stop()
    assert calm.session.queue.is_idle and not calm.panel.cards
    (row,) = calm.panel.unfinished
    assert row.folder == calm.session.subjects.folder_of("luna")


def test_training_gives_way_to_an_edit(calm: Calm) -> None:
    _, card = calm.train()
    calm.session.new(32, 32)
    calm.session.edit_settings = replace(calm.session.edit_settings, prompt="a cat")
    edit = calm.session.submit(Task.GENERATE)
    calm.runner.stop()
    assert calm.session.queue.running is edit and "Waiting for other jobs" in card.state.text()
    other, second = calm.train("rex")
    assert calm.session.queue.running is edit and len(calm.panel.cards) == 2
    calm.session.queue.cancel(other.id)
    assert calm.panel.cards == [card] and not second.isVisible()


# Subjects


def chip_of(calm: Calm, name: str) -> SubjectChip:
    return next(chip for chip in calm.panel.chips if chip.subject.name == name)


def test_chips_show_the_subjects_and_their_weights_count(calm: Calm) -> None:
    assert calm.panel.empty.isVisible() and "<luna>" in calm.panel.empty.text()
    calm.put("rex", facts={"photos": 4, "likeness": 0.7, "drift": 0.1})
    calm.put("Luna")
    assert [chip.subject.name for chip in calm.panel.chips] == ["Luna", "rex"]
    assert not calm.panel.empty.isVisible()
    rex = chip_of(calm, "rex")
    assert "dog" in rex.kind.text() and "4 photos" in rex.kind.text()
    assert "0.70" in rex.toolTip() and "sks dog" in rex.toolTip()
    rex.weight.set_value(0.4)
    assert calm.session.subjects.weights == {"rex": 0.4}
    assert calm.session.subjects.uses(["a photo of <rex>"])[0].weight == 0.4
    calm.session.subjects.refresh()
    assert chip_of(calm, "rex").weight.value == 0.4


def test_chip_is_renamed_in_place(calm: Calm) -> None:
    calm.put("rex")
    asked: list[tuple[str, str]] = []
    calm.panel.rename_asked.connect(lambda old, new: asked.append((old, new)))
    chip = chip_of(calm, "rex")
    press(chip, Qt.Key.Key_F2)
    assert chip.title.currentWidget() is chip.field and chip.field.selectedText() == "rex"
    QTest.keyClicks(chip.field, "toby")
    QTest.keyClick(chip.field, Qt.Key.Key_Escape)
    assert not asked and chip.title.currentWidget() is chip.name
    chip.begin_renaming()
    QTest.keyClicks(chip.field, "toby")
    QTest.keyClick(chip.field, Qt.Key.Key_Return)
    assert asked == [("rex", "toby")] and chip.title.currentWidget() is chip.name


def test_chip_keys_are_its_own(calm: Calm) -> None:
    calm.put("rex")
    chip = chip_of(calm, "rex")
    for key in (Qt.Key.Key_Delete, Qt.Key.Key_F2, Qt.Key.Key_Return):
        event = QKeyEvent(QEvent.Type.ShortcutOverride, key, Qt.KeyboardModifier.NoModifier)
        event.ignore()
        QApplication.sendEvent(chip, event)
        assert event.isAccepted()


@pytest.mark.parametrize(
    ("files", "layouts"),
    [
        ((LORA,), ["kohya", "diffusers", "peft"]),
        ((LORA, WORDS), ["kohya", "diffusers", "peft"]),
        ((UNET,), ["kohya", "diffusers", "peft"]),
        ((WORDS,), ["kohya", "diffusers"]),
    ],
)
def test_exports_fit_what_the_subject_has(
    calm: Calm, files: tuple[str, ...], layouts: list[str]
) -> None:
    calm.put("rex", files=files)
    chip, asked = chip_of(calm, "rex"), []
    calm.panel.export_asked.connect(lambda name, layout: asked.append((name, layout)))
    menus = [action.menu() for action in chip.menu.actions() if action.menu() is not None]
    exports = menus[0]
    assert exports is not None
    for action in exports.actions():  # type: ignore[attr-defined]
        action.trigger()
    assert asked == [("rex", layout) for layout in layouts]


def test_every_part_has_a_name_and_is_reached_by_tab(calm: Calm) -> None:
    calm.put("rex")
    job, card = calm.train("mika")
    calm.tell(job, 30)
    folder = calm.session.subjects.folder_of("left")
    (folder / RUN).mkdir(parents=True)
    calm.session.subjects.refresh()
    (chip,), (row,) = calm.panel.chips, calm.panel.unfinished
    parts = [calm.panel.teach, calm.panel.bring, *card.stops, *chip.stops, *row.stops]
    assert all(part.accessibleName() for part in parts)
    for part in (card, card.bar, card.samples, card.losses, card.scores, row):
        assert part.accessibleName()
    chain: list[QWidget] = []
    place: QWidget | None = calm.panel.teach
    while place is not None and place not in chain:
        chain.append(place)
        place = place.nextInFocusChain()
    order = [part for part in chain if part in parts]
    assert order == parts


# The window


@pytest.fixture
def library(window: MainWindow) -> Callable[..., Subject]:
    """Give what puts subjects into the window's library."""

    def put(name: str, files: tuple[str, ...] = (LORA,)) -> Subject:
        folder = window.session.subjects.folder_of(name)
        folder.mkdir(parents=True)
        for file in files:
            (folder / file).write_bytes(b"")
        subject = Subject(name, "dog", "sks dog", "lora", "b", "starter", 512, folder, files)
        write_subject(subject)
        window.session.subjects.refresh()
        return subject

    return put


def test_prompt_completes_subjects_and_marks_unknown_ones(
    window: MainWindow, library: Callable[..., Subject]
) -> None:
    window.commands.models.load_words("starter")
    until(lambda: not window.background.is_busy, 30)
    library("luna")
    library("rex")
    library("zorblax")
    panel, edit = window.prompt, window.prompt.prompt
    QTest.keyClicks(edit, "<")
    assert edit.completions == ["<luna>", "<rex>", "<zorblax>"]
    QTest.keyClicks(edit, "r")
    assert edit.completions == ["<rex>"]
    QTest.keyClick(edit, Qt.Key.Key_Tab)
    assert edit.toPlainText() == "<rex>"
    edit.clear()
    QTest.keyClicks(edit, "a teddy bear with lu")
    assert edit.completions[0] == "<luna>"
    edit._take("<luna>")
    assert edit.toPlainText() == "a teddy bear with <luna>"
    edit.setPlainText("<Zorblax> beside a teddy bear with <luna>")
    panel._check_prompt()
    assert not panel.notice.isVisibleTo(panel)
    edit.setPlainText("a <lunna> and a <qwrtzpl> on a qwrtzpk")
    panel._check_prompt()
    text = panel.notice.text()
    assert "&lt;lunna&gt;" in text and "&lt;qwrtzpl&gt;" in text and "qwrtzpk" in text
    assert '<a href="&lt;lunna&gt;">&lt;luna&gt;</a>' in text
    panel.notice.linkActivated.emit("<lunna>")
    assert edit.toPlainText() == "a <luna> and a <qwrtzpl> on a qwrtzpk"
    popup = edit._completer.popup()
    assert popup is not None
    popup.hide()


def test_learned_subject_gets_its_picture(
    window: MainWindow, library: Callable[..., Subject], tmp_path: Path
) -> None:
    request = begun(window.session, tmp_path)
    shutil.rmtree(request.folder)
    subject = library("luna")
    bare = window.subjects.chips[0].picture.pixmap().toImage()
    window.session.shared.taught.emit(TrainResult(request, 6, 6, False, (), (), 1.0))
    assert subject.thumbnail.is_file()
    assert window.subjects.chips[0].picture.pixmap().toImage() != bare
    assert "luna has been taught" in window.messages.text.text()
    assert "<luna>" in window.messages.hint.text()
    scores = (Score(0, 0.6, 0.0), Score(6, 0.5, 0.1))
    window.session.shared.taught.emit(TrainResult(request, 6, 6, False, scores, (), 1.0))
    assert "no closer to the photos" in window.messages.hint.text()


def test_unknown_subject_is_refused_with_a_reason(window: MainWindow) -> None:
    window.prompt.prompt.setPlainText("a photo of <luna>")
    window.prompt.set_task(Task.GENERATE)
    window.prompt.generate.click()
    assert "no subject called luna" in window.messages.text.text()
    assert window.session.queue.is_idle


def test_rename_delete_export_and_import_reach_the_session(
    window: MainWindow,
    library: Callable[..., Subject],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    session, commands = window.session, window.commands.subjects
    library("rex")
    library("luna")
    added: list[Job] = []
    monkeypatch.setattr(session.queue, "add", added.append)
    commands.rename("rex", "luna")
    assert "luna already" in window.messages.text.text()
    commands.rename("rex", "toby")
    assert [chip.subject.name for chip in window.subjects.chips] == ["luna", "toby"]
    target = tmp_path / "toby"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    commands.ask_export("toby", "peft")
    assert isinstance(added[0].request, ExportRequest)
    assert added[0].request.path == f"{target}.safetensors" and added[0].request.layout == "peft"
    answers = [False, False, True]
    monkeypatch.setattr(subject_commands, "confirm", lambda *_: answers.pop(0))
    target.with_name("toby.safetensors").write_bytes(b"precious")
    commands.ask_export("toby", "peft")
    assert len(added) == 1, "nobody was asked about a file with the ending"
    shutil.copy(target.with_name("toby.safetensors"), tmp_path / "my dog!.safetensors")
    chosen = str(tmp_path / "my dog!.safetensors")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (chosen, ""))

    def accept(dialog: subject_commands.ImportDialog) -> int:
        assert dialog.values == ("my-dog", "")
        dialog.kind.setText("dog")
        return 1

    monkeypatch.setattr(subject_commands.ImportDialog, "exec", accept)
    commands.ask_import()
    request = added[1].request
    assert isinstance(request, ImportRequest)
    assert (request.name, request.kind, request.path) == ("my-dog", "dog", chosen)
    commands.ask_delete("toby")
    assert len(window.subjects.chips) == 2
    commands.ask_delete("toby")
    assert [chip.subject.name for chip in window.subjects.chips] == ["luna"]
    pause(1)
