"""Ctrl+I and "fill the outline" act on the mask that the tool in hand works on, and say so."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from conftest import until
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from studio.document.raster import Raster
from studio.tools.registry import spec
from studio.ui.window.main_window import MainWindow

RECT = (160, 120)


@pytest.fixture
def ringed(window: MainWindow) -> MainWindow:
    """Give a window with a ring as edit mask, as selection and, in black, as layer mask."""
    plane = np.zeros((120, 160), np.uint8)
    cv2.circle(plane, (80, 60), 40, 255, 3)
    ring = Raster.from_array(plane)
    window.layer_commands.add_mask()
    layer = window.session.document.active_layer()
    assert layer is not None and layer.mask is not None
    black = layer.mask.raster.write(0, 0, 255 - plane)
    mask = type(layer.mask)(black)
    window.session.edit("Masks", lambda d: d.update(layer.replace(mask=mask)).replace(mask=ring))
    window.activateWindow()
    window.canvas.setFocus()
    until(lambda: window.canvas.hasFocus(), 20)
    return window


def middles(window: MainWindow) -> dict[str, int]:
    document = window.session.document
    layer = document.active_layer()
    assert layer is not None and layer.mask is not None
    rasters = {
        "mask": document.mask,
        "layer mask": layer.mask.raster,
        "selection": document.selection,
    }
    return {name: int(one.read(document.rect)[60, 80, 0]) for name, one in rasters.items() if one}


@pytest.mark.parametrize(
    ("tool", "on_layer_mask", "what"),
    [
        ("mask", True, "mask"),
        ("brush", True, "layer mask"),
        ("brush", False, "mask"),
        ("select_lasso", False, "selection"),
    ],
)
@pytest.mark.parametrize("key", ["Ctrl+I", "Ctrl+Alt+I", "Ctrl+Alt+F"])
def test_keys_act_on_what_is_edited(
    ringed: MainWindow, tool: str, on_layer_mask: bool, what: str, key: str
) -> None:
    window, actions = ringed, ringed.menus.actions
    if what == "selection":
        window.session.edit("Select", lambda d: d.replace(selection=d.mask))
    window.tool_bar.choose(spec(tool))
    window.tool_options.paint_layer_mask = on_layer_mask
    window.options_bar.show_options()
    before = middles(window)
    held = Qt.KeyboardModifier.ControlModifier
    if "Alt" in key:
        held |= Qt.KeyboardModifier.AltModifier
    assert what in actions["mask_fill"].text() and what in actions["mask_inverse"].text()
    QTest.keyClick(window.canvas, key[-1], held)
    until(lambda: middles(window) != before, 20)
    after = middles(window)
    assert {name for name in before if after.get(name) != before[name]} == {what}


def test_without_any_mask_a_sentence_says_so(window: MainWindow) -> None:
    window.tool_bar.choose(spec("move"))
    before = window.session.document
    for name in ("mask_inverse", "mask_fill"):
        window.messages._keep(lambda one: False)
        window.menus.actions[name].trigger()
        assert window.session.document is before
        assert "no" in window.messages.text.text()
