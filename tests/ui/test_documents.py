"""Several open documents in one window: each with its own canvas, panels, jobs and file."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from conftest import drag, picture, until
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QMessageBox

from studio.core.progress import ProgressEvent
from studio.document.io import formats
from studio.document.raster import Raster
from studio.edit.request import EditResult, Task
from studio.session.jobs import Job, Listener
from studio.session.losses import Loss
from studio.ui.documents.document_page import DocumentPage
from studio.ui.window.main_window import MainWindow


class Held:
    """Stands where the engine's thread does; a job ends when the test says so."""

    def __init__(self) -> None:
        self.jobs: list[Job] = []

    def start(self, job: Job, listener: Listener) -> None:
        self.jobs.append(job)
        self.listener = listener

    def report(self) -> None:
        """Send the picture of a step."""
        request = self.jobs[-1].request
        shape = (1, request.region.height, request.region.width, 3)
        self.listener.on_progress(
            self.jobs[-1], ProgressEvent(0.5, "", np.full(shape, 9, np.uint8))
        )

    def answer(self) -> None:
        """Send two results."""
        request = self.jobs[-1].request
        shape = (request.region.height, request.region.width, 3)
        images = tuple(np.full(shape, 40 * n, np.uint8) for n in (1, 2))
        self.listener.on_done(
            self.jobs[-1], EditResult(request=request, images=images, seeds=(5, 6))
        )


@pytest.fixture
def engine(window: MainWindow) -> Iterator[Held]:
    """Let jobs wait for the test instead of the engine."""
    held, queue = Held(), window.session.queue
    runner, queue._runner = queue._runner, held
    yield held
    queue._runner = runner
    for job in held.jobs:
        if queue.running is job:
            queue.on_done(job, EditResult(request=job.request, images=(), seeds=()))


def second(window: MainWindow, width: int = 90, height: int = 60) -> DocumentPage:
    """Open another picture beside what is open."""
    page = window.documents.fill(lambda session: session.adopt(picture(width, height), None))
    until(lambda: page.canvas.is_complete, 20)
    return page


def mask_something(page: DocumentPage, prompt: str) -> None:
    mask = Raster.from_array(np.full((20, 20), 255, np.uint8), 10, 10)
    page.session.edit("Mask", lambda old: old.replace(mask=mask))
    page.prompt.prompt.setPlainText(prompt)


def test_a_second_document_is_fitted_into_the_middle_of_its_canvas(window: MainWindow) -> None:
    for width, height in ((90, 60), (300, 900)):
        canvas = second(window, width, height).canvas
        until(lambda shown=canvas: shown.isVisible() and shown.width() > 700, 20)
        left, top = canvas.view.to_view(0, 0)
        right, bottom = canvas.view.to_view(width, height)
        across, down = canvas.device_size
        assert abs(left + right - across) <= 2 and abs(top + bottom - down) <= 2
        assert left >= 0 and top >= 0


def test_a_second_document_leaves_the_first_as_it_was(window: MainWindow) -> None:
    first = window.page
    drag(window, (40, 40), (80, 60))
    window.prompt.prompt.setPlainText("a cat")
    document, before = first.session.document, len(first.session.history.entries)
    page = second(window)
    assert window.page is page and window.documents.pages == [first, page]
    assert window.canvas is page.canvas and page.canvas.isVisible() and not first.canvas.isVisible()
    assert window.prompt.prompt.toPlainText() == "" and window.session.document.width == 90
    window.menus.actions["layer_add"].trigger()
    window.menus.actions["undo"].trigger()
    window.prompt.prompt.setPlainText("a dog")
    assert first.session.document is document
    window.documents.show(first)
    assert window.prompt.prompt.toPlainText() == "a cat" and window.prompt.isVisible()
    assert first.session.edit_settings.prompt == "a cat"
    assert page.session.edit_settings.prompt == "a dog"
    assert len(first.session.history.entries) == before
    assert window.layers.tree.topLevelItemCount() == 1
    window.menus.actions["undo"].trigger()
    assert first.session.document.mask is None and page.session.document.mask is None


def test_a_job_of_the_first_lands_there_while_the_second_is_painted(
    window: MainWindow, engine: Held
) -> None:
    first = window.page
    mask_something(first, "a cat")
    window.prompt.generate.click()
    page = second(window)
    window.tool_options.size = 10
    drag(window, (20, 20), (50, 30))
    painted = page.session.document
    engine.report()
    assert first.canvas._preview is not None and page.canvas._preview is None
    assert first.tray.list.count() == 1 and page.tray.list.count() == 0
    engine.answer()
    assert len(first.session.tray.items) == 2 and page.session.tray.items == ()
    assert page.session.document is painted and page.session.shown is painted
    assert first.session.previewed is not None
    window.documents.show(first)
    window.menus.actions["apply"].trigger()
    assert len(first.session.document.layers) == 2 and len(page.session.document.layers) == 1


def test_a_document_that_is_closed_in_the_middle_of_its_job_takes_it_along(
    window: MainWindow, engine: Held
) -> None:
    first = window.page
    mask_something(first, "a cat")
    window.prompt.generate.click()
    page = second(window)
    mask_something(page, "a dog")
    window.prompt.generate.click()
    window.documents.drop(first)
    assert engine.jobs[0].cancelled.is_set() and window.page is page
    # It was done before it heard that it was to stop.
    engine.answer()
    assert len(engine.jobs) == 2 and page.session.tray.items == ()
    engine.answer()
    assert len(page.session.tray.items) == 2


def test_the_queue_names_the_document_where_several_are_open(
    window: MainWindow, engine: Held, tmp_path: Path
) -> None:
    first = window.page
    mask_something(first, "a cat")
    first.session.path = tmp_path / "garden.ora"
    window.session.submit(Task.FILL)
    assert window.queue.label.text() == "a cat"
    second(window)
    window.queue.refresh()
    assert window.queue.label.text() == "a cat  ·  garden.ora"
    first.session.save(tmp_path / "meadow.ora")
    assert window.queue.label.text() == "a cat  ·  meadow.ora", "a new name is shown at once"


def test_a_closed_document_is_freed(window: MainWindow) -> None:
    first, page = window.page, second(window)
    drag(window, (20, 20), (50, 30))
    window.commands.models.load()
    until(lambda: not window.background.is_busy, 60)
    parts = [page, page.session, page.session.history, page.canvas, page.prompt, page.layers]
    kept = [weakref.ref(part) for part in parts]
    window.documents.drop(page)
    del page, parts
    assert window.page is first
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    gc.collect()
    assert [ref() for ref in kept] == [None] * len(kept)


def test_a_file_opens_beside_what_is_open_and_once_only(window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "garden.png"
    formats.save_document(picture(80, 60).document, path)
    first = window.page
    drag(window, (40, 40), (80, 60))
    window.files.open(path)
    until(lambda: window.session.path == path, 30)
    page = window.page
    assert page is not first and first.is_open and first.session.document.mask is not None
    window.documents.show(first)
    window.files.open(path)
    assert window.page is page and len(window.documents.pages) == 2


def test_a_file_opens_flattened_as_a_document_of_its_own(
    window: MainWindow, tmp_path: Path
) -> None:
    path = tmp_path / "garden.ora"
    formats.save_document(picture(80, 60).document, path)
    window.menus.actions["flattened"].trigger()
    assert "no file yet" in window.messages.text.text()
    window.files.open(path)
    until(lambda: window.session.path == path, 30)
    layered = window.page
    window.menus.actions["layer_add"].trigger()
    window.files.save()
    until(lambda: not window.session.is_modified, 30)
    window.menus.actions["flattened"].trigger()
    until(lambda: window.page is not layered, 30)
    assert len(window.session.document.layers) == 1 and window.session.path is None
    assert len(layered.session.document.layers) == 2


def test_a_file_cannot_be_saved_over_another_that_is_open(
    window: MainWindow, tmp_path: Path
) -> None:
    path = tmp_path / "garden.ora"
    formats.save_document(picture(80, 60).document, path)
    before = path.read_bytes()
    window.files.open(path)
    until(lambda: window.session.path == path, 30)
    second(window)
    window.files._write(path, None)
    assert "another tab" in window.messages.text.text()
    until(lambda: not window.background.is_busy, 30)
    assert path.read_bytes() == before and window.session.path is None


def test_the_last_page_that_is_closed_leaves_a_blank_one(window: MainWindow) -> None:
    page = window.page
    window.documents.drop(page)
    assert window.page is not page and window.session.is_blank and not page.is_open
    blank = window.page
    assert second(window) is blank and not window.session.is_blank


# Tabs


def test_tabs_show_switch_move_and_close_documents(window: MainWindow) -> None:
    first, page = window.page, second(window)
    tabs = window.tabs
    assert tabs.count() == 2 and tabs.currentIndex() == 1
    window.menus.actions["document_next"].trigger()
    assert window.page is first and tabs.currentIndex() == 0
    window.menus.actions["document_previous"].trigger()
    assert window.page is page
    tabs.moveTab(1, 0)
    assert window.documents.pages == [page, first] and window.page is page
    tabs.setCurrentIndex(1)
    assert window.page is first
    page.session._saved = page.session.document
    tabs.close_asked.emit([page])
    assert window.documents.pages == [first] and tabs.count() == 1


def test_tabs_mark_changes_and_news(window: MainWindow, engine: Held) -> None:
    first = window.page
    mask_something(first, "a cat")
    assert window.tabs.tabText(0).endswith("•")
    window.session.submit(Task.FILL)
    job = window.session.running
    assert job is not None
    second(window)
    image = np.zeros((job.request.region.height, job.request.region.width, 3), np.uint8)
    window.session.queue.on_done(job, EditResult(request=job.request, images=(image,), seeds=(1,)))
    assert window.tabs.tabText(0).startswith("★")
    window.tabs.setCurrentIndex(0)
    assert not window.tabs.tabText(0).startswith("★")


def test_quitting_asks_once_for_all_documents_with_changes(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    from studio.ui.documents import files

    first = window.page
    drag(window, (20, 20), (50, 30))
    page = second(window)
    drag(window, (20, 20), (50, 30))
    asked: list[tuple[str, ...]] = []

    def ask(parent: object, *losses: Loss, quits: bool = False) -> QMessageBox.StandardButton:
        asked.append(tuple(loss.name for loss in losses))
        return QMessageBox.StandardButton.Cancel

    monkeypatch.setattr(files, "ask_to_save", ask)
    assert window.close() is False
    assert asked == [(first.title, page.title)]
    assert window.documents.pages == [first, page] and first.is_open and page.is_open
    window.menus.actions["close"].trigger()
    assert asked[1:] == [(page.title,)] and page.is_open
    monkeypatch.setattr(files, "ask_to_save", lambda *_, **__: QMessageBox.StandardButton.Discard)
    window.menus.actions["close_all"].trigger()
    assert not page.is_open and window.session.is_blank
