"""Painting depth and segmentation in the window: the options bar, the mouse, the class picker."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import numpy as np
import pytest
from conftest import drag, pause, until
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from studio.control_maps.segmentation import CLASSES, nearest_class, superpixels
from studio.core.geometry import Rect
from studio.document.control import control_layer
from studio.document.layer import ControlLayer
from studio.document.raster import Pixels
from studio.tools import regions
from studio.tools.registry import spec
from studio.ui.window.main_window import MainWindow

SKY, TREE = CLASSES["sky"].colour, CLASSES["tree"].colour


def add(window: MainWindow, kind: str) -> ControlLayer:
    document = window.session.document
    black = np.zeros((document.height, document.width, 3), np.uint8)
    layer = control_layer(kind, black, kind)
    window.session.edit("Add", lambda old: old.insert(layer))
    return layer


def activate(window: MainWindow, layer_id: str) -> None:
    window.session.amend(window.session.document.replace(active=layer_id))


def parts(window: MainWindow) -> set[str]:
    """Return which of the two parts are seen in the options bar."""
    pause(1)  # The bar is laid out anew.
    bar = window.options_bar
    found = {"class": bar.segment_class, "depth": bar.nearness}
    return {name for name, widget in found.items() if widget.isVisible()}


def pixel(window: MainWindow, x: int, y: int) -> tuple[int, ...]:
    layer = window.session.document.active_layer()
    assert isinstance(layer, ControlLayer)
    return tuple(int(value) for value in layer.raster.read(Rect(x, y, 1, 1))[0, 0, :3])


def test_the_bar_shows_what_suits_tool_and_layer(window: MainWindow) -> None:
    photo = window.session.document.layers[0].id
    choose = window.tool_bar.choose
    choose(spec("brush"))
    assert parts(window) == set()
    choose(spec("control_fill"))
    assert parts(window) == {"class", "depth"}
    regions, depth, edges = (add(window, kind) for kind in ("segmentation", "depth", "canny"))
    for layer, fill, brush in (
        (regions.id, {"class"}, {"class"}),
        (depth.id, {"depth"}, {"depth"}),
        (edges.id, {"class", "depth"}, set()),
        (photo, {"class", "depth"}, set()),
    ):
        activate(window, layer)
        choose(spec("control_fill"))
        assert parts(window) == fill
        choose(spec("brush"))
        assert parts(window) == brush
        assert window.options_bar.color.isVisible()
        choose(spec("eraser"))
        assert parts(window) == set()
    activate(window, regions.id)
    window.session.new(60, 40)
    choose(spec("brush"))
    assert parts(window) == set(), "another document, another layer"


def test_a_class_and_a_depth_are_the_colour_of_the_brush(window: MainWindow) -> None:
    photo = window.session.document.layers[0].id
    options, bar = window.tool_options, window.options_bar
    options.color = (9, 8, 7)
    window.tool_bar.choose(spec("brush"))
    bar.segment_class.chosen.emit("tree")
    assert options.segment_class == "tree" and options.color == (9, 8, 7)
    regions, depth = add(window, "segmentation"), add(window, "depth")
    activate(window, regions.id)
    assert options.color == TREE
    bar.segment_class.chosen.emit("sky")
    assert options.color == SKY
    options.size, options.hardness = 20, 1.0
    drag(window, (60, 60), (90, 60))
    assert pixel(window, 75, 60) == SKY
    activate(window, depth.id)
    assert options.color == (255, 255, 255)
    bar.nearness.set_value(40)
    assert options.depth == 0.4 and options.color == (102, 102, 102)
    activate(window, photo)
    assert options.color == (9, 8, 7), "the picture's own colour is back"


def test_a_colour_that_was_picked_meanwhile_stays(window: MainWindow) -> None:
    photo = window.session.document.layers[0].id
    add(window, "segmentation")
    window.tool_options.color = (1, 2, 3)
    activate(window, photo)
    assert window.tool_options.color == (1, 2, 3)


def test_a_class_is_found_by_typing(window: MainWindow) -> None:
    add(window, "segmentation")
    window.tool_bar.choose(spec("control_fill"))
    window.activateWindow()
    picker, options = window.options_bar.segment_class, window.tool_options
    line = picker.lineEdit()
    assert line is not None
    assert picker.accessibleName() == line.accessibleName() == "Class"
    assert picker.toolTip() and window.options_bar.nearness.toolTip()
    assert picker.count() == len(CLASSES)
    assert picker.focusPolicy() & Qt.FocusPolicy.TabFocus
    line.setFocus()
    until(line.hasFocus, 10)
    for typed, name in (("waterf", "waterfall"), ("TOWER", "tower"), ("ridge", "bridge")):
        line.selectAll()
        QTest.keyClicks(line, typed)
        QTest.keyClick(line, Qt.Key.Key_Escape)  # Closes the list of what fits.
        QTest.keyClick(line, Qt.Key.Key_Return)
        assert options.segment_class == name and options.color == CLASSES[name].colour
        assert picker.currentText() == CLASSES[name].label
    line.selectAll()
    QTest.keyClicks(line, "xyzzy")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert options.segment_class == "bridge" and picker.currentText() == "Bridge"
    assert picker.find_class("sea") == "sea" and picker.find_class("light") == "light"


def test_every_class_has_its_colour_beside_it(window: MainWindow) -> None:
    picker = window.options_bar.segment_class
    for at in range(picker.count()):
        seen = picker.itemIcon(at).pixmap(16, 16).toImage().pixelColor(8, 8)
        assert (seen.red(), seen.green(), seen.blue()) == CLASSES[picker.itemData(at)].colour


def test_the_fill_by_mouse_and_alt_picks_it_again(window: MainWindow) -> None:
    add(window, "segmentation")
    window.tool_bar.tool_actions["control_fill"].trigger()
    picker, options = window.options_bar.segment_class, window.tool_options
    picker.setCurrentIndex(picker.findData("tree"))
    picker.activated.emit(picker.currentIndex())
    drag(window, (50, 40), (51, 40))
    until(lambda: any(pixel(window, 50, 40)), 20)
    red, green, blue = pixel(window, 50, 40)
    assert nearest_class((red, green, blue)).id == "tree"
    assert window.session.history.entries[-1].label == "Fill region"
    picker.chosen.emit("sky")
    place: QPoint = window.canvas.widget_point(50, 40)
    QTest.mouseClick(
        window.canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.AltModifier, place
    )
    assert options.segment_class == "tree" and picker.currentText() == "Tree"
    assert pixel(window, 50, 40) == TREE


def test_the_gradient_by_mouse_and_escape(window: MainWindow) -> None:
    add(window, "depth")
    window.tool_bar.tool_actions["control_gradient"].trigger()
    assert parts(window) == set()
    before = window.session.document
    drag(window, (20, 60), (80, 60), (140, 60), release=False)
    assert window.session.document is not before
    window.canvas.setFocus()
    QTest.keyClick(window.canvas, Qt.Key.Key_Escape)
    assert window.session.document is before
    drag(window, (20, 60), (80, 60), (140, 60))
    assert pixel(window, 5, 60)[0] == 255 and pixel(window, 155, 60)[0] == 0
    assert pixel(window, 80, 60)[0] == pytest.approx(127, abs=6)


def test_without_a_layer_the_window_says_what_to_do(window: MainWindow) -> None:
    window.tool_bar.choose(spec("control_fill"))
    drag(window, (50, 40), (60, 40))
    assert "segmentation" in window.messages.text.text()


class Gate:
    """Superpixels that come when they are let, and who looked for them."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.threads: list[threading.Thread] = []

    def __call__(self, image: Pixels) -> np.ndarray:
        self.threads.append(threading.current_thread())
        assert self.open.wait(60)
        return superpixels(image)


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    """Hold the search for regions until the test opens the gate."""
    made = Gate()
    monkeypatch.setattr(regions, "superpixels", made)
    yield made
    made.open.set()


def test_regions_are_found_beside_the_window_s_work(window: MainWindow, gate: Gate) -> None:
    canvas, finder = window.canvas, window.canvas.context.regions
    window.tool_bar.choose(spec("control_fill"))
    pause(50)
    assert not finder.is_busy, "there is no layer to fill"
    layer = add(window, "segmentation")
    until(lambda: gate.threads, 20)
    assert gate.threads[0] is not threading.main_thread()
    assert finder.is_busy and "regions" in window.status.work.text()
    assert canvas.cursor().shape() is Qt.CursorShape.BusyCursor
    before, entries = window.session.document, len(window.session.history.entries)
    drag(window, (20, 20))
    assert window.session.document is before and not window.session.history.is_editing
    drag(window, (60, 60), (80, 70), release=False)
    gate.open.set()
    until(lambda: not finder.is_busy, 20)
    assert window.status.work.text() == ""
    assert canvas.cursor().shape() is Qt.CursorShape.CrossCursor
    drag_on(window, (80, 70))
    assert pixel(window, 60, 60) == pixel(window, 80, 70) == SKY, "the whole way counts"
    assert pixel(window, 20, 20) == SKY, "the press that came too early is not lost"
    labels = [entry.label for entry in window.session.history.entries[entries:]]
    assert labels == ["Fill region"] * 2
    assert window.session.document.active == layer.id and len(gate.threads) == 1


def test_regions_of_a_picture_that_is_no_more_are_thrown_away(
    window: MainWindow, gate: Gate
) -> None:
    finder = window.canvas.context.regions
    add(window, "segmentation")
    window.tool_bar.choose(spec("control_fill"))
    until(lambda: gate.threads, 20)
    drag(window, (20, 20))
    window.session.new(40, 30)
    add(window, "segmentation")
    gate.open.set()
    until(lambda: not finder.is_busy, 20)
    found = finder.get(window.session.document)
    assert found is not None and found.labels.shape == (30, 40)
    assert not any(pixel(window, 20, 20)), "the press was for another picture"
    count = len(gate.threads)
    window.tool_bar.choose(spec("brush"))
    window.session.undo()
    window.session.redo()
    pause(50)
    assert len(gate.threads) == count, "nobody needs them now"


def test_an_error_on_the_way_to_regions_is_told(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[BaseException] = []
    monkeypatch.setattr(window.canvas.context.regions.failed, "_listeners", [told.append])

    def broken(image: Pixels) -> np.ndarray:
        raise MemoryError

    monkeypatch.setattr(regions, "superpixels", broken)
    add(window, "segmentation")
    window.tool_bar.choose(spec("control_fill"))
    until(lambda: told, 20)
    assert isinstance(told[0], MemoryError) and not window.canvas.context.regions.is_busy
    assert window.status.work.text() == ""


def drag_on(window: MainWindow, point: tuple[float, float]) -> None:
    """Move a drag that goes on to a document point and end it there."""
    canvas = window.canvas
    QTest.mouseMove(canvas, canvas.widget_point(*point))
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=canvas.widget_point(*point))
