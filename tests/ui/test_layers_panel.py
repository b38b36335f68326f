"""The rows of the layers panel, several of them at once, and the masks in them."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from conftest import drag, until
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QTreeWidgetItem

from studio.core.geometry import Rect
from studio.document.document import Document
from studio.document.layer import Layer, LayerMask
from studio.document.raster import Raster
from studio.tools.registry import spec
from studio.ui.layers.layers_panel import ID, MASK, NAME, ROW
from studio.ui.widgets.theme import THEMES
from studio.ui.window.main_window import MainWindow

HELD = Qt.KeyboardModifier


def rows(window: MainWindow) -> list[QTreeWidgetItem]:
    tree = window.layers.tree
    return [item for i in range(tree.topLevelItemCount()) if (item := tree.topLevelItem(i))]


def click(
    window: MainWindow, row: int, column: int, held: Qt.KeyboardModifier = HELD.NoModifier
) -> None:
    """Press on a cell of the panel."""
    tree = window.layers.tree
    item = rows(window)[row]
    box = tree.visualItemRect(item)
    x = tree.columnViewportPosition(column) + tree.columnWidth(column) // 2
    QTest.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, held, QPoint(x, box.center().y()))


@pytest.fixture
def stacked(window: MainWindow) -> MainWindow:
    """Give a window with four layers, the topmost active."""
    for name in ("One", "Two", "Three"):
        pixels = np.full((120, 160, 4), 120, np.uint8)
        window.session.edit("Layer", lambda old, p=pixels: old)
        window.layer_commands.add()
        active = window.session.document.active_layer()
        assert active is not None
        raster = Raster.from_array(pixels)
        window.session.edit(
            "Fill", lambda old, a=active, r=raster, n=name: old.update(a.replace(raster=r, name=n))
        )
    window.layers.refresh()
    return window


def names(window: MainWindow) -> list[str]:
    return [layer.name for layer in reversed(window.session.document.layers)]


def chosen(window: MainWindow) -> list[str]:
    document = window.session.document
    found = (document.find(one) for one in window.layer_commands.chosen)
    return [layer.name for layer in found if layer is not None]


def test_rows_are_28_pixels_high(stacked: MainWindow) -> None:
    tree = stacked.layers.tree
    assert all(tree.visualItemRect(item).height() == ROW == 28 for item in rows(stacked))


def test_masks_and_locks_make_no_row_higher(stacked: MainWindow) -> None:
    window = stacked
    tree = window.layers.tree
    window.layer_commands.add_mask()
    window.menus.actions["layer_locked"].trigger()
    window.layers.refresh()
    until(lambda: not rows(window)[0].icon(MASK).isNull())
    assert [tree.visualItemRect(item).height() for item in rows(window)] == [ROW] * 4


def test_shift_and_control_choose_several_and_commands_act_on_all(stacked: MainWindow) -> None:
    window = stacked
    click(window, 0, NAME)
    click(window, 2, NAME, HELD.ShiftModifier)
    assert sorted(chosen(window)) == ["One", "Three", "Two"]
    click(window, 1, NAME, HELD.ControlModifier)
    assert sorted(chosen(window)) == ["One", "Three"]
    window.layer_commands.set_opacity(0.5)
    opacities = {layer.name: layer.opacity for layer in window.session.document.layers}
    assert opacities == {"Photo": 1.0, "One": 0.5, "Two": 1.0, "Three": 0.5}
    window.session.undo()
    before = names(window)
    window.layer_commands.delete()
    assert names(window) == ["Two", "Photo"]
    window.session.undo()
    assert names(window) == before


def test_what_is_chosen_is_marked_and_follows_undo(stacked: MainWindow) -> None:
    window = stacked
    click(window, 0, NAME)
    click(window, 1, NAME, HELD.ShiftModifier)
    window.menus.actions["layer_group"].trigger()
    assert names(window) == ["Group", "One", "Photo"]
    window.session.undo()
    window.layers.refresh()
    marked = [item.text(NAME) for item in window.layers.tree.selectedItems()]
    assert marked and set(marked) <= {"Two", "Three"}
    # A layer that becomes active in another way is chosen alone.
    photo = window.session.document.layers[0]
    window.layer_commands.activate(photo.id)
    window.layers.refresh()
    assert [item.text(NAME) for item in window.layers.tree.selectedItems()] == ["Photo"]
    assert chosen(window) == ["Photo"]


def test_the_move_tool_moves_all_that_are_chosen(stacked: MainWindow) -> None:
    window = stacked
    click(window, 0, NAME)
    click(window, 1, NAME, HELD.ShiftModifier)
    window.tool_bar.choose(spec("move"))
    drag(window, (50, 50), (57, 54))
    places = {layer.name: (layer.x, layer.y) for layer in window.session.document.layers}
    assert places == {"Photo": (0, 0), "One": (0, 0), "Two": (7, 4), "Three": (7, 4)}


def test_several_are_dragged_together(stacked: MainWindow) -> None:
    window = stacked
    ids = [str(item.data(NAME, ID)) for item in rows(window)]
    window.layers.tree.dropped.emit([ids[0], ids[1]], None, 0)
    assert names(window) == ["One", "Photo", "Three", "Two"]


# Masks


@pytest.fixture
def masked(stacked: MainWindow) -> MainWindow:
    """Give a window whose topmost layer has a mask."""
    stacked.layer_commands.add_mask()
    stacked.layers.refresh()
    return stacked


def mask_of(window: MainWindow) -> np.ndarray:
    layer = window.session.document.active_layer()
    assert layer is not None and layer.mask is not None
    return layer.mask.raster.read(window.session.document.rect)[:, :, 0]


def test_a_click_on_the_mask_paints_on_it_and_one_on_the_name_on_the_pixels(
    masked: MainWindow,
) -> None:
    window = masked
    plain = rows(window)[0].icon(MASK).pixmap(24, 24).toImage()
    click(window, 0, MASK)
    assert window.tool_options.paint_layer_mask
    assert window.menus.actions["mask_paint"].isChecked()
    assert window.tool_bar.current.id == "brush"
    until(lambda: rows(window)[0].icon(MASK).pixmap(24, 24).toImage() != plain, 20)
    click(window, 0, NAME)
    assert not window.tool_options.paint_layer_mask
    assert not window.menus.actions["mask_paint"].isChecked()


@pytest.mark.parametrize(("grey", "left"), [(0, 0), (255, 255), (128, 128)])
def test_black_hides_white_reveals_and_grey_is_half(
    masked: MainWindow, grey: int, left: int
) -> None:
    window = masked
    click(window, 0, MASK)
    options = window.tool_options
    options.size, options.hardness, options.opacity = 30, 1.0, 1.0
    options.color = (0, 0, 0)
    drag(window, (40, 60), (120, 60))
    assert mask_of(window)[60, 80] == 0
    options.color = (grey, grey, grey)
    drag(window, (40, 60), (120, 60))
    assert abs(int(mask_of(window)[60, 80]) - left) <= 1


def test_shift_switches_the_mask_and_alt_shows_it_alone(masked: MainWindow) -> None:
    window = masked
    layer = window.session.document.active_layer()
    assert layer is not None
    click(window, 0, MASK, HELD.ShiftModifier)
    off = window.session.document.active_layer()
    assert off is not None and off.mask is not None and not off.mask.enabled
    click(window, 0, MASK, HELD.AltModifier)
    assert window.canvas.mask_alone == layer.id
    assert window.menus.actions["mask_alone"].isChecked()
    grabbed = window.canvas.grab().toImage()
    middle = grabbed.pixelColor(grabbed.width() // 2, grabbed.height() // 2)
    assert (middle.red(), middle.green(), middle.blue()) == (255, 255, 255)
    click(window, 0, MASK, HELD.AltModifier)
    assert window.canvas.mask_alone == ""


@pytest.mark.parametrize("way", ["undo", "delete", "other", "row"])
def test_a_mask_is_never_painted_on_a_layer_without_one(masked: MainWindow, way: str) -> None:
    window = masked
    click(window, 0, MASK)
    assert window.tool_options.paint_layer_mask
    if way == "undo":
        window.session.undo()
    elif way == "delete":
        window.layer_commands.delete_mask()
    elif way == "other":
        window.layer_commands.activate(window.session.document.layers[0].id)
    else:
        click(window, 2, NAME)
    until(lambda: not window.tool_options.paint_layer_mask, 20)
    assert not window.menus.actions["mask_paint"].isChecked()
    assert not window.options_bar.paint_layer_mask.isChecked()


def shown_at(window: MainWindow, x: int, y: int) -> tuple[int, int, int]:
    """Return the colour on the screen at a point of the document.

    ``grab`` of the canvas would paint it; this is what was painted without being asked.
    """
    QApplication.processEvents()
    screen = window.screen().grabWindow(window.winId()).toImage()
    at = window.canvas.mapTo(window, window.canvas.widget_point(x + 0.5, y + 0.5))
    colour = screen.pixelColor(at * screen.devicePixelRatio())
    return colour.red(), colour.green(), colour.blue()


MASK_CHANGES = {
    "brush": lambda window: drag(window, (40, 60), (120, 60)),
    "invert": lambda window: window.layer_commands.invert_layer_mask(),
    "move": lambda window: window.layer_commands.nudge(400, 0),
    "delete": lambda window: window.layer_commands.delete_mask(),
    "other": lambda window: window.layer_commands.activate(window.session.document.layers[0].id),
    "gone": lambda window: window.layer_commands.delete(),
    "pixels": lambda window: click(window, 0, NAME),
    "undo": lambda window: window.session.undo(),
}


@pytest.mark.parametrize("state", ["shown", "hidden", "off", "group hidden"])
@pytest.mark.parametrize("change", MASK_CHANGES)
def test_a_mask_alone_is_painted_again_whatever_changes_it(
    masked: MainWindow, change: str, state: str
) -> None:
    window, session = masked, masked.session
    active = session.document.active_layer()
    assert active is not None and active.mask is not None
    grey = LayerMask(Raster(channels=1, default=90), active.mask.enabled)
    session.edit("Grey", lambda old: old.update(active.replace(mask=grey)))
    if state == "group hidden":
        window.layer_commands.group()
        group = session.document.active_layer()
        assert group is not None
        session.edit("Hide", lambda old: old.update(group.replace(visible=False)))
        window.layer_commands.activate(active.id)
    elif state == "hidden":
        window.layer_commands.toggle_visible(active.id)
    elif state == "off":
        window.layer_commands.toggle_mask(active.id)
    session.edit("Black", lambda old: old.update(_filled_mask(old, active.id, 0)))
    window.layers.refresh()
    window.canvas.show_mask_alone(active.id)
    window.tool_options.paint_layer_mask = True
    window.tool_bar.choose(spec("brush"))
    window.tool_options.size, window.tool_options.color = 40, (255, 255, 255)
    until(lambda: window.canvas.is_complete, 20)
    assert shown_at(window, 80, 60) == (0, 0, 0)
    if change == "brush" and "hidden" in state:
        # A brush does not paint on what is hidden; the fill of a mask does the same to its pixels.
        session.edit("White", lambda old: old.update(_filled_mask(old, active.id, 255)))
    else:
        MASK_CHANGES[change](window)
    until(lambda: shown_at(window, 80, 60) != (0, 0, 0), 20)
    seen = shown_at(window, 80, 60)
    window.canvas.repaint()
    assert shown_at(window, 80, 60) == seen


def _filled_mask(document: Document, layer_id: str, value: int) -> Layer:
    layer = document.find(layer_id)
    assert layer is not None and layer.mask is not None
    raster = layer.mask.raster.write(0, 0, np.full((120, 160, 1), value, np.uint8))
    return layer.replace(mask=LayerMask(raster, layer.mask.enabled))


# The mask of the next edit


def test_an_outline_is_filled_and_the_mask_inverted(window: MainWindow) -> None:
    plane = np.zeros((120, 160), np.uint8)
    cv2.circle(plane, (80, 60), 40, 255, 3)
    window.session.edit("Mask", lambda old: old.replace(mask=Raster.from_array(plane)))
    window.menus.actions["mask_fill"].trigger()
    rect = window.session.document.rect
    mask = window.session.document.mask
    assert mask is not None and mask.read(rect)[60, 80, 0] == 255
    window.menus.actions["mask_inverse"].trigger()
    inverse = window.session.document.mask
    assert inverse is not None
    assert (mask.read(rect).astype(int) + inverse.read(rect) == 255).all()
    window.session.edit("None", lambda old: old.replace(mask=None))
    window.menus.actions["mask_fill"].trigger()
    assert window.session.document.mask is None
    window.menus.actions["mask_inverse"].trigger()
    everything = window.session.document.mask
    assert everything is not None and everything.bounds() == Rect(0, 0, 160, 120)


def test_each_tool_keeps_its_own_size(window: MainWindow) -> None:
    sizes = {"mask": 44, "brush": 7, "eraser": 90}
    for name, size in sizes.items():
        window.tool_bar.choose(spec(name))
        window.options_bar.brush_size.set_value(size)
    for name, size in sizes.items():
        window.tool_bar.choose(spec(name))
        assert window.tool_options.size == size
        assert window.options_bar.brush_size.value == size


@pytest.mark.parametrize("theme", sorted(THEMES))
def test_the_mask_has_a_colour_of_its_own(theme: str) -> None:
    from PySide6.QtGui import QColor

    from studio.ui.canvas.overlays import MASK_COLOUR, REGION_COLOURS

    others = [*REGION_COLOURS, (0, 0, 0), (255, 255, 255)]
    for name in ("accent", "accent_text", "selected"):
        colour = QColor(getattr(THEMES[theme], name))
        others.append((colour.red(), colour.green(), colour.blue()))
    mine = cv2.cvtColor(np.float32([[MASK_COLOUR]]) / 255, cv2.COLOR_RGB2LAB)
    for other in others:
        lab = cv2.cvtColor(np.float32([[other]]) / 255, cv2.COLOR_RGB2LAB)
        assert np.linalg.norm(mine - lab) > 25, other


# Menus


def test_the_canvas_has_a_menu_that_picks_layers(
    stacked: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = stacked
    shown: list[list[str]] = []

    def run(menu: QMenu, point: QPoint) -> None:
        shown.append([action.text() for action in menu.actions() if action.text()])
        inner = menu.actions()[0].menu()
        assert isinstance(inner, QMenu)
        shown.append([action.text() for action in inner.actions()])
        inner.actions()[-1].trigger()

    monkeypatch.setattr(window.commands._masks, "run_menu", run)
    middle = window.canvas.rect().center()
    event = QContextMenuEvent(
        QContextMenuEvent.Reason.Mouse, middle, window.canvas.mapToGlobal(middle)
    )
    QApplication.sendEvent(window.canvas, event)
    assert shown[1] == ["Three", "Two", "One", "Photo"]
    assert {window.menus.actions[name].text() for name in ("undo", "paste", "fit")} <= set(shown[0])
    active = window.session.document.active_layer()
    assert active is not None and active.name == "Photo"


def test_the_menus_of_the_right_button_fit_a_low_screen(
    stacked: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = stacked
    heights: dict[str, int] = {}

    def run(menu: QMenu, point: QPoint) -> None:
        menu.ensurePolished()
        heights["canvas"] = menu.sizeHint().height()
        for inner in menu.findChildren(QMenu):
            heights[inner.title()] = inner.sizeHint().height()
            assert inner.actions()

    def look() -> None:
        menu = QApplication.activePopupWidget()
        if isinstance(menu, QMenu):
            heights["row"] = menu.sizeHint().height()
            menu.close()

    monkeypatch.setattr(window.commands._masks, "run_menu", run)
    window.canvas.customContextMenuRequested.emit(window.canvas.rect().center())
    timer = QTimer()
    timer.timeout.connect(look)
    timer.start(20)
    window.layers.tree.customContextMenuRequested.emit(QPoint(30, 10))
    timer.stop()
    assert len(heights) == 6
    # Qt's menus wrap into a second column if they are higher than the screen.
    assert max(heights.values()) < 640, heights


def test_the_menu_of_a_row_locks_and_unlocks(stacked: MainWindow) -> None:
    window = stacked
    locked = window.menus.actions["layer_locked"]

    def choose() -> None:
        menu = QApplication.activePopupWidget()
        if isinstance(menu, QMenu):
            assert locked in menu.actions()
            locked.trigger()
            menu.close()

    timer = QTimer()
    timer.timeout.connect(choose)
    timer.start(20)
    for state in (True, False):
        window.layers.tree.customContextMenuRequested.emit(QPoint(30, 10))
        active = window.session.document.active_layer()
        assert active is not None and active.locked is state
    timer.stop()
