"""Lift and its neighbours in the window: rows, keys, refusals, and the move tool afterwards."""

from __future__ import annotations

import pytest
from conftest import until

from studio.core.geometry import Rect
from studio.document.raster import Raster
from studio.tools.registry import spec
from studio.ui.commands import asset_reasons
from studio.ui.window.main_window import MainWindow


@pytest.fixture
def offered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the rows be enabled without the networks."""
    monkeypatch.setattr(asset_reasons, "missing_asset", lambda id: None)


@pytest.mark.parametrize(
    "name", ["lift", "background_remove", "background_cut", "subject_select", "edge_refine"]
)
def test_a_row_that_cannot_work_says_why(offered: None, window: MainWindow, name: str) -> None:
    window.session.edit("Empty", lambda old: old.replace(layers=(), active=None))
    count = len(window.session.history.entries)
    window.menus.actions[name].trigger()
    assert window.messages.errors and window.messages.hint.text()
    assert len(window.session.history.entries) == count and not window.session.queue.jobs


def test_without_its_networks_lift_says_how_to_fetch_them(
    offered: None, window: MainWindow
) -> None:
    session = window.session
    session.edit("Select", lambda old: old.replace(selection=None))
    window.menus.actions["subject_select"].trigger()
    until(lambda: "assets fetch" in window.messages.hint.text(), 240)
    assert session.document.selection is None


def test_a_lifted_thing_is_moved_by_the_move_tool(window: MainWindow) -> None:
    window.tool_bar.choose(spec("brush"))
    window.session.photo.landed.emit("subject")
    assert window.tool_bar.current.id == "brush"
    window.session.photo.landed.emit("lift")
    assert window.tool_bar.current.id == "move"


def test_the_edge_brush_needs_an_edge_and_asks_for_what_was_painted(window: MainWindow) -> None:
    session = window.session
    window.tool_bar.choose(spec("refine_edge"))
    box = Raster.filled(Rect(30, 30, 60, 50), 255)
    session.edit("Select", lambda old: old.replace(selection=box))
    queued: list[str] = []
    session.queue.changed.connect(lambda: queued.extend(j.label for j in session.queue.jobs))
    before = session.document.selection
    from studio.tools.context import Gesture, Pointer, ToolContext

    ctx = ToolContext(session, window.tool_options)
    gesture = Gesture(spec("refine_edge").create(), ctx)
    gesture.press(Pointer(30, 40))
    gesture.move(Pointer(30, 60))
    assert not queued
    gesture.cancel()
    assert session.document.selection is before and not queued
    gesture.press(Pointer(30, 40))
    gesture.release(Pointer(30, 60))
    until(lambda: bool(queued), 10)
    assert queued[0] == "Refine the edge"
    until(lambda: not session.queue.jobs, 240)
