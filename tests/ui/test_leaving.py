"""Another document comes to the front, or one is closed, in the middle of something."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from conftest import drag, picture, until
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget

from studio.core.errors import StudioError
from studio.document.io import formats
from studio.document.layer import LayerMask
from studio.document.raster import Raster
from studio.edit.request import EditResult, Task
from studio.session.jobs import Job, Listener
from studio.session.losses import Loss
from studio.tools.context import PickedJoint
from studio.tools.registry import TOOLS
from studio.ui.dialogs import questions
from studio.ui.documents import files
from studio.ui.documents.document_page import DocumentPage
from studio.ui.window.main_window import MainWindow

Answer = QMessageBox.StandardButton
NONE = Qt.KeyboardModifier.NoModifier


def second(window: MainWindow) -> DocumentPage:
    """Open another picture beside what is open, and go back to the first."""
    first = window.page
    window.menus.actions["layer_add"].trigger()
    page = window.documents.fill(lambda session: session.adopt(picture(90, 60), None))
    window.documents.show(first)
    until(lambda: page.canvas.is_complete and first.canvas.is_complete, 20)
    return page


def by_key(window: MainWindow, page: DocumentPage) -> None:
    window.activateWindow()
    window.canvas.setFocus()
    until(lambda: window.canvas.hasFocus(), 20)
    QTest.keyClick(window.canvas, Qt.Key.Key_Tab, Qt.KeyboardModifier.ControlModifier)


def by_tab(window: MainWindow, page: DocumentPage) -> None:
    place = window.tabs.tabRect(window.documents.open_pages.index(page)).center()
    QTest.mouseClick(window.tabs, Qt.MouseButton.LeftButton, pos=place)


def by_opening(window: MainWindow, page: DocumentPage) -> None:
    window.documents.fill(lambda session: session.adopt(picture(70, 50), None))


def by_closing(window: MainWindow, page: DocumentPage) -> None:
    """Begin to close the document in front, think better of it, and go to the other one."""
    window.menus.actions["close"].trigger()
    window.documents.show(page)


WAYS: dict[str, Callable[[MainWindow, DocumentPage], None]] = {
    "Ctrl+Tab": by_key,
    "a click on a tab": by_tab,
    "another document opens": by_opening,
    "Ctrl+W and Cancel": by_closing,
}


def move(canvas: QWidget, x: float, y: float) -> None:
    """Move the mouse over a canvas with the left button down, as the pointer is dragged on."""
    point = QPointF(x, y)
    left = Qt.MouseButton.LeftButton
    event = QMouseEvent(QEvent.Type.MouseMove, point, canvas.mapToGlobal(point), left, left, NONE)
    QApplication.sendEvent(canvas, event)


def hover(canvas: QWidget, x: float, y: float) -> None:
    """Move the mouse over a canvas with no button down."""
    point, none = QPointF(x, y), Qt.MouseButton.NoButton
    event = QMouseEvent(QEvent.Type.MouseMove, point, canvas.mapToGlobal(point), none, none, NONE)
    QApplication.sendEvent(canvas, event)


@pytest.fixture(autouse=True)
def cancels(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answer each question with Cancel, so that the window stays as it is."""
    monkeypatch.setattr(files, "ask_to_save", lambda *_, **__: Answer.Cancel)


def drag_on(page: DocumentPage) -> None:
    """Move on over another canvas with the button held, let it go there, and hover."""
    for x in (50, 70):
        move(page.canvas, x, 60)
    QTest.mouseRelease(page.canvas, Qt.MouseButton.LeftButton, NONE, page.canvas.rect().center())
    hover(page.canvas, 90, 70)


@pytest.mark.parametrize("way", WAYS)
def test_a_stroke_ends_in_its_own_document(window: MainWindow, way: str) -> None:
    first, page = window.page, second(window)
    for row in TOOLS:
        window.documents.show(first)
        window.tool_bar.choose(row)
        before, other = first.session.document, page.session.document
        drag(window, (30, 30), (60, 50), (50, 80), release=False)
        WAYS[way](window, page)
        front = window.page
        assert front is not first, row.id
        drag_on(front)
        assert page.session.document is other and len(page.session.history.entries) == 1, row.id
        assert not first.session.history.is_editing and not first.canvas.input.is_dragging, row.id
        after = first.session.document
        kept = row.id in ("mask", "brush", "select_rectangle", "select_lasso")
        assert after is not before or not kept, row.id
        window.documents.show(first)
        # The picture stays where it was on the screen when the bar of another tool is less high.
        QApplication.processEvents()
        view = first.canvas.view
        hover(first.canvas, 40, 40)
        hover(first.canvas, 90, 80)
        assert first.session.document is after and first.canvas.view == view, row.id
        place = first.canvas.rect().center()
        QTest.mouseRelease(first.canvas, Qt.MouseButton.LeftButton, NONE, place)
        assert first.session.document is after, row.id
        # A stroke of the remove tool has queued a job, whose result becomes a layer.
        until(lambda: first.session.queue.is_idle)
        if front is not page:
            window.documents.drop(front)


def press_space(window: MainWindow) -> None:
    QTest.keyPress(window.canvas, Qt.Key.Key_Space)
    place = window.canvas.rect().center()
    QTest.mousePress(window.canvas, Qt.MouseButton.LeftButton, NONE, place)
    assert window.canvas.input._pan_from is not None


def press_backslash(window: MainWindow) -> None:
    QTest.keyPress(window.canvas, Qt.Key.Key_Backslash)
    assert window.session._shown.holds_before


def switch_compare_on(window: MainWindow) -> None:
    window.menus.actions["compare"].setEnabled(True)
    window.menus.actions["compare"].trigger()
    assert window.session._shown.holds_before


def press_alt(window: MainWindow) -> None:
    drag(window, (30, 30), (50, 40), release=False, held=Qt.KeyboardModifier.AltModifier)


HELD: dict[str, Callable[[MainWindow], None]] = {
    "space": press_space,
    "backslash": press_backslash,
    "compare": switch_compare_on,
    "alt": press_alt,
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("held", HELD)
def test_what_is_held_ends_with_the_document_that_is_left(
    window: MainWindow, held: str, way: str
) -> None:
    first, page = window.page, second(window)
    window.activateWindow()
    window.canvas.setFocus()
    until(lambda: window.canvas.hasFocus(), 20)
    HELD[held](window)
    WAYS[way](window, page)
    front, other, view = window.page, page.session.document, page.canvas.view
    drag_on(front)
    for one in (first, page, front):
        assert not one.session._shown.holds_before
        assert one.canvas.input._pan_from is None and not one.canvas.input._space
        assert not one.canvas.input.is_dragging and not one.session.history.is_editing
    assert not window.menus.actions["compare"].isChecked()
    assert page.session.document is other and page.canvas.view == view
    window.documents.show(first)
    view = first.canvas.view
    hover(first.canvas, 90, 80)
    assert first.canvas.view == view and first.canvas.input.shows_circle


def test_keys_are_let_go_when_another_program_gets_them(window: MainWindow) -> None:
    window.activateWindow()
    window.canvas.setFocus()
    until(lambda: window.canvas.hasFocus(), 20)
    press_backslash(window)
    other = QWidget()
    other.show()
    other.activateWindow()
    until(lambda: not window.isActiveWindow(), 20)
    assert not window.session._shown.holds_before
    other.close()
    other.deleteLater()


def test_brushes_and_keys_act_on_what_they_acted_on_in_each_document(window: MainWindow) -> None:
    first, page = window.page, second(window)
    mask = LayerMask(Raster.from_array(np.full((60, 90), 255, np.uint8), 0, 0))
    for one in (first, page):
        one.session.edit(
            "Mask", lambda d: d.update(d.walk().__iter__().__next__().replace(mask=mask))
        )
        one.session.amend(one.session.document.replace(active=one.session.document.layers[0].id))
    options, joint = window.tool_options, PickedJoint("figure", 0)
    window.menus.actions["mask_paint"].trigger()
    options.picked_joint = joint
    assert options.paint_layer_mask
    window.documents.show(page)
    assert not options.paint_layer_mask and options.picked_joint is None
    assert not window.menus.actions["mask_paint"].isChecked()
    window.documents.show(first)
    assert options.paint_layer_mask and options.picked_joint == joint
    assert window.menus.actions["mask_paint"].isChecked()


def test_a_sample_on_which_a_stroke_is_drawn_is_not_replaced(window: MainWindow) -> None:
    first = window.page
    first.is_sample = True
    assert first.can_be_replaced
    drag(window, (30, 30), (60, 50), release=False)
    window.documents.fill(lambda session: session.adopt(picture(70, 50), None))
    assert window.page is not first and first.session.document.mask is not None


# What closing would lose


class Held:
    """Stands where the engine's thread does; a job never ends."""

    def __init__(self) -> None:
        self.jobs: list[Job] = []

    def start(self, job: Job, listener: Listener) -> None:
        self.jobs.append(job)


@pytest.fixture
def asked(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> list[tuple[Loss, ...]]:
    """Collect the questions; each is answered with Cancel."""
    queue = window.session.queue
    monkeypatch.setattr(queue, "_runner", Held())
    said: list[tuple[Loss, ...]] = []

    def ask(parent: object, *losses: Loss, quits: bool = False) -> Answer:
        said.append(losses)
        return Answer.Cancel

    monkeypatch.setattr(files, "ask_to_save", ask)
    return said


def generate(page: DocumentPage) -> Job:
    """Ask for a new picture, which leaves the document as it is."""
    page.prompt.prompt.setPlainText("a cat")
    return page.session.submit(Task.GENERATE)


def finish(window: MainWindow, job: Job, count: int = 2) -> None:
    shape = (job.request.region.height, job.request.region.width, 3)  # type: ignore[union-attr]
    images = tuple(np.full(shape, 40 * n, np.uint8) for n in range(count))
    window.session.queue.on_done(
        job, EditResult(request=job.request, images=images, seeds=tuple(range(count)))
    )


def test_closing_an_unmodified_document_names_its_jobs(
    window: MainWindow, asked: list[tuple[Loss, ...]], tmp_path: Path
) -> None:
    page = window.page
    page.session.path = tmp_path / "garden.ora"
    running, waiting = generate(page), generate(page)
    assert not page.session.can_lose
    assert window.files.close() is False
    assert asked == [(Loss("garden.ora", jobs=2),)]
    assert page.is_open and not running.cancelled.is_set() and waiting in page.session.queue.jobs
    assert window.close() is False and asked[1:] == asked[:1]
    window.session.queue.clear()
    # It is being stopped, so that nothing is lost any more.
    assert window.files.close() is True and not page.is_open
    window.session.queue.on_done(running, EditResult(request=running.request, images=(), seeds=()))


def test_closing_names_results_that_are_neither_applied_nor_saved(
    window: MainWindow, asked: list[tuple[Loss, ...]], tmp_path: Path
) -> None:
    page = window.page
    finish(window, generate(page), 3)
    page.session.apply(page.session.tray.items[0].id)
    assert window.files.close() is False
    assert [loss.results for loss in asked[-1]] == [2] and asked[-1][0].changes
    page.session.save(tmp_path / "garden.ora")
    finish(window, generate(page), 1)
    assert window.files.close() is False
    assert [loss.results for loss in asked[-1]] == [1]


def test_quitting_asks_once_for_all_that_would_be_lost(
    window: MainWindow, asked: list[tuple[Loss, ...]]
) -> None:
    first, page = window.page, second(window)
    jobs = [generate(first), generate(page)]
    assert window.close() is False
    assert [[loss.jobs for loss in one] for one in asked] == [[1, 1]]
    window.session.queue.clear()
    window.session.queue.on_done(jobs[0], EditResult(request=jobs[0].request, images=(), seeds=()))


def test_the_question_names_what_is_lost_and_offers_what_fits(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[QMessageBox] = []

    def look(box: QMessageBox) -> Answer:
        seen.append(box)
        return Answer.Cancel

    monkeypatch.setattr(questions, "_asked", look)
    questions.ask_to_save(window, Loss("a.ora", True, 2, 1), Loss("b.ora", jobs=3))
    questions.ask_to_save(window, Loss("b.ora", jobs=3))
    both, jobs = seen
    assert "a.ora" in both.text() and "b.ora" not in both.text()
    told = both.informativeText()
    assert "2 results" in told and "one job" in told and "b.ora: 3 jobs" in told
    assert both.standardButtons() & Answer.Save and not jobs.standardButtons() & Answer.Save
    assert "b.ora" in jobs.text() and "3 jobs" in jobs.informativeText()
    assert jobs.defaultButton() is jobs.button(Answer.Cancel)
    for box in seen:
        box.deleteLater()


def test_what_is_made_while_a_file_is_written_is_asked_about_again(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    page = window.page
    drag(window, (30, 30), (60, 50))
    page.session.path = tmp_path / "garden.ora"
    answers = [Answer.Save, Answer.Cancel]
    monkeypatch.setattr(files, "ask_to_save", lambda *_, **__: answers.pop(0))
    assert window.files.close()
    drag(window, (60, 60), (90, 80))
    until(lambda: not answers, 60)
    until(lambda: not window.background.is_busy, 60)
    assert page.is_open and page.session.can_lose
    assert (tmp_path / "garden.ora").exists()


def test_a_file_that_is_being_written_is_finished_before_the_window_closes(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "garden.png"
    window.files.export(path, formats.SaveOptions(format="png"))
    assert window.close() is False, "not before it is written"
    until(lambda: not window.isVisible(), 60)
    assert path.exists()


def test_a_file_that_cannot_be_written_keeps_the_window_open(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise StudioError("The disk is full.")

    monkeypatch.setattr(formats, "save_document", refuse)
    window.files.export(tmp_path / "garden.png", formats.SaveOptions(format="png"))
    assert window.files.close() is True
    assert window.close() is False
    until(lambda: not window.background.is_busy, 60)
    assert window.isVisible() and window.page.is_open
    assert "disk is full" in window.messages.text.text()
