"""The object tool in the window: hover, click, other sizes, keys, and what it says."""

from __future__ import annotations

import numpy as np
import pytest
from conftest import until
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from studio.document.io.common import Opened
from studio.document.io.formats import document_from_array
from studio.tools.registry import spec
from studio.ui.window.main_window import MainWindow


def photo() -> Opened:
    rows, columns = np.mgrid[:240, :320]
    pixels = np.dstack([rows // 3 + 60, columns // 4 + 60, rows // 4 + 90]).astype(np.uint8)
    pixels[np.hypot(columns - 160, rows - 120) < 50] = (230, 190, 40)
    return Opened(document_from_array(pixels, "Photo"), format="png")


def test_without_the_network_the_tool_says_what_to_do(window: MainWindow) -> None:
    window.session.adopt(photo(), None)
    refused = []
    window.session.failed.connect(refused.append)
    window.tool_bar.choose(spec("select_object"))
    until(lambda: bool(refused))
    assert "MobileSAM" in str(refused[0]) and "assets fetch mobile-sam" in str(refused[0])
    finder = window.page.object_watch.finder
    assert not finder.is_busy and window.status.work.text() == ""


@pytest.mark.needs_asset("mobile-sam")
def test_hover_click_and_keys_select_the_disc(window: MainWindow) -> None:
    window.session.adopt(photo(), None)
    canvas, finder = window.canvas, window.page.object_watch.finder
    window.tool_bar.choose(spec("select_object"))
    assert "objects" in window.status.work.text() or finder.is_busy
    until(lambda: finder.is_ready, 240)
    assert window.status.work.text() == ""
    at = canvas.widget_point(160, 120)
    shown: list[object] = []
    finder.hovered.connect(shown.append)
    QTest.mouseMove(canvas, at)
    until(lambda: any(one is not None for one in shown), 60)
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    until(lambda: window.session.document.selection is not None, 60)
    truth = np.hypot(*np.mgrid[-120:120, -160:160]) < 50

    def overlap() -> float:
        selection = window.session.document.selection
        assert selection is not None
        got = selection.read(window.session.document.rect)[:, :, 0] >= 128
        return float((got & truth).sum() / (got | truth).sum())

    assert overlap() > 0.95
    entries = len(window.session.history.entries)
    pick = finder.pick
    assert pick is not None
    direction = -1 if pick.index == len(pick.found.logits) - 1 else 1
    window.menus.actions["object_larger" if direction > 0 else "object_smaller"].trigger()
    until(lambda: finder.pick is not None and finder.pick.index == pick.index + direction, 60)
    assert len(window.session.history.entries) == entries
    window.menus.actions["select_none"].trigger()
    window.menus.actions["object_middle"].trigger()
    until(lambda: window.session.document.selection is not None, 60)
    assert overlap() > 0.95


def test_the_size_keys_change_the_brush_with_other_tools(window: MainWindow) -> None:
    window.tool_bar.choose(spec("brush"))
    before = window.tool_options.size
    window.menus.actions["brush_larger"].trigger()
    assert window.tool_options.size > before


def _click(window: MainWindow, x: float, y: float, *, twice: bool = False) -> None:
    at = window.canvas.widget_point(x, y)
    none = Qt.KeyboardModifier.NoModifier
    QTest.mouseClick(window.canvas, Qt.MouseButton.LeftButton, none, at)
    if twice:
        QTest.mouseDClick(window.canvas, Qt.MouseButton.LeftButton, none, at)
        QTest.mouseRelease(window.canvas, Qt.MouseButton.LeftButton, none, at)


@pytest.mark.needs_asset("mobile-sam", "migan")
@pytest.mark.parametrize("later", [False, True])
def test_a_double_click_lifts_the_thing(window: MainWindow, later: bool) -> None:
    window.session.adopt(photo(), None)
    finder = window.page.object_watch.finder
    window.tool_bar.choose(spec("select_object"))
    until(lambda: finder.is_ready, 240)
    if later:  # The first of the two clicks chooses another size, which does not count.
        _click(window, 160, 120)
        until(lambda: finder.pick is not None and not finder.is_busy, 60)
        assert finder.pick is not None
        size = finder.pick.mask.bounds()
    _click(window, 160, 120, twice=True)
    until(lambda: len(window.session.document.layers) == 3)
    lifted = window.session.document.layers[-1].bounds()
    assert abs(lifted.width - 100) < 8 and abs(lifted.height - 100) < 8
    assert not later or abs(lifted.width - size.width) < 8
    assert window.session.document.selection is None
    assert window.tool_bar.current.id == "move"


@pytest.mark.needs_asset("mobile-sam")
def test_every_use_of_a_selected_thing_is_one_click_away(window: MainWindow) -> None:
    window.session.adopt(photo(), None)
    finder = window.page.object_watch.finder
    window.tool_bar.choose(spec("select_object"))
    buttons = window.options_bar.object_choice.buttons
    until(lambda: all(one.isVisible() for one in buttons.values()), 20)
    assert not any(one.isEnabled() for one in buttons.values())
    until(lambda: finder.is_ready, 240)
    _click(window, 160, 120)
    until(lambda: window.session.document.selection is not None, 60)
    assert all(one.isEnabled() for one in buttons.values())
    buttons["layer_copy"].click()
    assert len(window.session.document.layers) == 2
    buttons["mask_from_selection"].click()
    assert window.session.document.mask is not None
    assert not any(one.isEnabled() for one in buttons.values())
