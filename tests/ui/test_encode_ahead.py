"""An opened picture is encoded for the object tool before the tool is chosen, and unnoticed."""

from __future__ import annotations

import pytest
from conftest import pause, until
from test_object_tool import photo

from studio.catalog.model_spec import STARTER
from studio.core.errors import StudioError
from studio.edit.objects import object_picture
from studio.session.jobs import Job
from studio.session.photo.encode import encode
from studio.session.photo.subject import select_subject
from studio.tools.registry import spec
from studio.ui.documents import encode_ahead
from studio.ui.window.main_window import MainWindow


@pytest.fixture
def idle(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> MainWindow:
    """Give a window whose engine is loaded and whose pictures are encoded after a short rest."""
    monkeypatch.setattr(encode_ahead, "REST", 50)
    window.page.encode_ahead._timer.setInterval(50)
    window.engine.warm_up(STARTER)
    until(lambda: window.engine.is_warm)
    return window


def jobs_of(window: MainWindow) -> list[Job]:
    """Return the list to which each job that begins is added."""
    begun: list[Job] = []

    def note() -> None:
        running = window.session.queue.running
        if running is not None and running not in begun:
            begun.append(running)

    window.session.queue.changed.connect(note)
    return begun


@pytest.mark.needs_asset("mobile-sam")
def test_the_tool_finds_the_picture_encoded(idle: MainWindow) -> None:
    begun = jobs_of(idle)
    finder = idle.page.object_watch.finder
    said: list[str] = []
    idle.page.object_watch.told.connect(said.append)
    idle.session.adopt(photo(), None)
    until(lambda: finder.is_ready)
    assert [job.is_ahead for job in begun] == [True] and not any(said)
    idle.tool_bar.choose(spec("select_object"))
    pause(400)
    assert len(begun) == 1 and not finder.is_busy


@pytest.mark.needs_asset("mobile-sam", "u2netp")
def test_real_work_stops_it_and_it_is_tried_again(idle: MainWindow) -> None:
    begun = jobs_of(idle)
    finder = idle.page.object_watch.finder
    idle.session.adopt(photo(), None)
    until(lambda: bool(begun))
    select_subject(idle.session)
    assert begun[0].cancelled.is_set()
    until(lambda: finder.is_ready)
    assert [job.is_ahead for job in begun] == [True, False, True]
    assert idle.session.document.selection is not None


@pytest.mark.needs_asset("mobile-sam")
def test_choosing_the_tool_takes_it_over(idle: MainWindow) -> None:
    begun = jobs_of(idle)
    idle.session.adopt(photo(), None)
    until(lambda: bool(begun))
    assert idle.queue.label.text() == "Nothing is running" and not idle.queue.cancel.isEnabled()
    idle.tool_bar.choose(spec("select_object"))
    assert not begun[0].is_ahead and "objects" in idle.status.work.text()
    until(lambda: idle.page.object_watch.finder.is_ready)
    assert len(begun) == 1


@pytest.mark.needs_asset("mobile-sam")
def test_nothing_is_encoded_while_the_engine_loads(window: MainWindow) -> None:
    window.page.encode_ahead._timer.setInterval(20)
    begun = jobs_of(window)
    window.session.adopt(photo(), None)
    pause(300)
    assert not begun and not window.engine.is_warm


def test_without_the_network_nothing_happens_and_nothing_is_said(idle: MainWindow) -> None:
    begun = jobs_of(idle)
    failed: list[StudioError] = []
    idle.session.failed.connect(failed.append)
    idle.session.adopt(photo(), None)
    pause(400)
    assert not begun and not failed


def test_the_error_of_such_a_job_is_not_shown(idle: MainWindow) -> None:
    failed: list[StudioError] = []
    idle.session.failed.connect(failed.append)
    idle.page.object_watch.finder.prepare()
    until(lambda: bool(failed))  # asked for: the network is missing
    failed.clear()
    over: list[Job] = []
    idle.session.queue.failed.connect(lambda job, error: over.append(job))
    encode(idle.session, object_picture(idle.session.document), ahead=True)
    until(lambda: bool(over))
    assert not failed
