"""The blend modes in the layers panel: grouped, for groups too, by mouse, keyboard and keys."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from conftest import until
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from studio.document import kinds
from studio.document.blend import BlendMode, Section
from studio.document.document import Document
from studio.document.kinds import LAYER_KINDS
from studio.document.layer import GroupLayer, Layer, RasterLayer
from studio.document.raster import Raster
from studio.ui.layers.layers_panel import BADGE, NAME
from studio.ui.window.main_window import MainWindow

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "document"))


def pixels(name: str) -> RasterLayer:
    return RasterLayer(name=name, raster=Raster.from_array(np.full((40, 50, 4), 200, np.uint8)))


@pytest.fixture
def grouped(window: MainWindow) -> MainWindow:
    """Give a window with a layer, a group and a layer in it, the layer at the bottom active."""
    bottom = pixels("bottom")
    group = GroupLayer(name="group", children=(pixels("inside"),))
    made = Document(width=50, height=40, layers=(bottom, group), active=bottom.id)
    window.session.edit("Layers", lambda _: made)
    window.layers.refresh()
    return window


def named(window: MainWindow, name: str) -> Layer:
    return next(one for one in window.session.document.walk() if one.name == name)


def activate(window: MainWindow, name: str) -> None:
    window.layer_commands.activate(named(window, name).id)
    window.layers.refresh()


def test_the_list_has_photoshops_sections(grouped: MainWindow) -> None:
    box = grouped.layers.blend
    listed = [box.itemData(i) for i in range(box.count())]
    assert [one for one in listed if one is not None] == list(BlendMode)
    sections: list[list[BlendMode]] = [[]]
    for one in listed:
        sections.append([]) if one is None else sections[-1].append(one)
    assert len(sections) == len(Section)
    assert all(len({mode.value.section for mode in one}) == 1 for one in sections)
    assert box.currentData() is BlendMode.NORMAL


def test_only_groups_offer_to_pass_through(grouped: MainWindow) -> None:
    box = grouped.layers.blend
    item = box.findData(BlendMode.PASS_THROUGH)
    assert box.view().isRowHidden(item) and box.view().isRowHidden(item + 1)
    # Neither do the keys of the list reach it.
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Home)
    assert named(grouped, "bottom").blend is BlendMode.NORMAL
    activate(grouped, "group")
    assert not box.view().isRowHidden(item)
    QTest.keyClick(box, Qt.Key.Key_Home)
    assert named(grouped, "group").blend is BlendMode.PASS_THROUGH
    grouped.session.history.undo()
    assert named(grouped, "group").blend is BlendMode.NORMAL


def test_typing_in_the_open_list_chooses_a_mode(grouped: MainWindow) -> None:
    box = grouped.layers.blend
    box.setFocus()
    box.showPopup()
    QTest.keyClicks(box.view(), "lum")
    QTest.keyClick(box.view(), Qt.Key.Key_Return)
    until(lambda: not box.view().isVisible())
    assert named(grouped, "bottom").blend is BlendMode.LUMINOSITY
    QTest.keyClick(box, Qt.Key.Key_Up)
    assert named(grouped, "bottom").blend is BlendMode.COLOUR


def test_shift_plus_and_minus_go_through_the_modes(grouped: MainWindow) -> None:
    grouped.activateWindow()
    grouped.canvas.setFocus()
    until(grouped.canvas.hasFocus)
    shift = Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(grouped.canvas, Qt.Key.Key_Plus, shift)
    assert named(grouped, "bottom").blend is BlendMode.DISSOLVE
    QTest.keyClick(grouped.canvas, Qt.Key.Key_Minus, shift)
    QTest.keyClick(grouped.canvas, Qt.Key.Key_Minus, shift)
    # Before the first comes the last: pass-through is not for layers.
    assert named(grouped, "bottom").blend is BlendMode.LUMINOSITY
    activate(grouped, "group")
    QTest.keyClick(grouped.canvas, Qt.Key.Key_Minus, shift)
    assert named(grouped, "group").blend is BlendMode.PASS_THROUGH


def test_a_mode_of_groups_is_refused_for_layers_among_them(grouped: MainWindow) -> None:
    refused: list[object] = []
    grouped.layer_commands.refused.connect(lambda error, about: refused.append(error))
    both = [named(grouped, name).id for name in ("bottom", "group")]
    grouped.layer_commands.choose(both)
    grouped.layer_commands.set_blend(BlendMode.PASS_THROUGH)
    assert len(refused) == 1 and "Only a group" in str(refused[0])
    assert named(grouped, "group").blend is BlendMode.NORMAL
    grouped.layer_commands.set_blend(BlendMode.HUE)
    assert {named(grouped, name).blend for name in ("bottom", "group")} == {BlendMode.HUE}


def test_a_locked_layer_keeps_its_mode(grouped: MainWindow) -> None:
    layer = named(grouped, "bottom")
    grouped.layer_commands.toggle_locked(layer.id)
    grouped.layers.refresh()
    assert not grouped.layers.blend.isEnabled()
    grouped.layer_commands.next_blend()
    assert named(grouped, "bottom").blend is BlendMode.NORMAL


def test_a_further_kind_has_its_label_and_icon(
    grouped: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    from invert_layer import ROW, InvertLayer

    monkeypatch.setattr(kinds, "LAYER_KINDS", (*LAYER_KINDS, ROW))
    grouped.session.edit("Add", lambda old: old.insert(InvertLayer(name="neg")))
    grouped.layers.refresh()
    row = grouped.layers.tree.topLevelItem(0)
    assert row is not None and row.text(NAME) == "neg"
    assert row.toolTip(BADGE) == ROW.label and not row.icon(NAME).isNull()
    assert row.data(BADGE, Qt.ItemDataRole.AccessibleTextRole) == ROW.label
    # It composites in the view, blends, hides and goes like any other.
    view = grouped.canvas.grab().toImage()
    grouped.layer_commands.toggle_visible(row.data(NAME, Qt.ItemDataRole.UserRole))
    until(lambda: grouped.canvas.grab().toImage() != view)
    grouped.session.history.undo()
    grouped.layer_commands.delete()
    assert not any(isinstance(one, InvertLayer) for one in grouped.session.document.walk())
