"""Keys in the real window: each does something that is seen, or says a sentence."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from conftest import drag, until
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QKeySequence, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QWidget

from studio.core.geometry import Rect
from studio.document import selection
from studio.document.layer import RasterLayer
from studio.document.masks import add_mask
from studio.tools.registry import TOOLS, spec
from studio.ui.commands import actions as tables
from studio.ui.keys.key_sets import FIXED, KRITA, SETS
from studio.ui.keys.keymap import portable
from studio.ui.keys.later import LATER
from studio.ui.window.main_window import MainWindow

NONE = Qt.KeyboardModifier.NoModifier
ALTGR = Qt.KeyboardModifier.GroupSwitchModifier


def items(rows: tuple[tables.Item, ...]) -> Iterator[tables.Item]:
    """Yield the actions of a menu and its submenus."""
    for row in rows:
        if row.menu is not None:
            yield from items(row.menu)
        elif row.id:
            yield row


WITH_KEYS = sorted(
    [row.id for _, rows in tables.MENUS for row in items(rows) if row.shortcut]
    + [f"opacity_{digit}" for digit in range(10)]
    + [row.id for row in LATER if row.keys]
)


def press(widget: QWidget, key: str) -> None:
    """Press a key or a combination, as on a keyboard that has it."""
    combination = QKeySequence(key)[0]
    QTest.keyClick(widget, combination.key(), combination.keyboardModifiers())


def focus(window: MainWindow) -> None:
    window.activateWindow()
    window.canvas.setFocus()
    until(lambda: window.canvas.hasFocus(), 20)


class Answers:
    """Closes the dialogs that a key opens, and counts them."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self._timer = QTimer()
        self._timer.timeout.connect(self._look)
        self._timer.start(5)

    def _look(self) -> None:
        for one in QApplication.topLevelWidgets():
            if one.isVisible() and isinstance(one, QDialog):
                self.seen.append(one.windowTitle())
                one.reject()
            elif one.isVisible() and isinstance(one, QMenu):
                self.seen.append("menu")
                one.close()

    def stop(self) -> None:
        self._timer.stop()


@pytest.fixture
def answers(qapp: object) -> Iterator[Answers]:
    made = Answers()
    yield made
    made.stop()


def state(window: MainWindow) -> tuple[object, ...]:
    """Return what an artist sees of a window, as far as keys change it."""
    options = window.tool_options
    document = window.session.document
    shown = [one for one in window.findChildren(QWidget) if one.isVisible()]
    return (
        id(document),
        window.session.history.position,
        [job.id for job in window.session.queue.jobs],
        window.canvas.view,
        window.canvas.show_mask,
        window.tool_bar.current.id,
        (options.size, options.hardness, options.opacity, options.color, options.background),
        options.paint_layer_mask,
        window.messages.isVisible() and window.messages.text.text(),
        len(shown),
        QApplication.focusWidget(),
        window.isVisible(),
        QApplication.clipboard().image().cacheKey(),
    )


@pytest.mark.parametrize("name", WITH_KEYS)
def test_every_key_does_something_or_says_why_not(
    window: MainWindow, answers: Answers, name: str
) -> None:
    document = selection.select_rect(window.session.document, Rect(30, 30, 40, 40))
    window.session.edit("Rectangle selection", lambda _: document)
    window.session._saved = window.session.document
    window.tool_options.opacity = 0.55
    window.tool_options.color = (10, 20, 30)
    window.tool_bar.choose(spec("brush"))
    window.canvas.zoom_to(3.0)
    focus(window)
    before = state(window)
    press(window.canvas, window.keymap.keys(name)[0])
    until(lambda: answers.seen or not window.isVisible() or state(window) != before, 20)


def test_no_two_actions_share_a_key_in_any_set(window: MainWindow) -> None:
    fixed = {portable(key) for key in FIXED}
    for chosen in SETS:
        owners: dict[str, str] = {}
        for name in window.keymap.rows:
            for key in window.keymap.defaults(name, chosen):
                assert key, f"{chosen}: {name} has a key that Qt does not know"
                assert key not in fixed, f"{chosen}: {key} of {name} belongs to the canvas"
                if chosen == "lienzo" or name in KRITA:
                    assert key not in owners, f"{chosen}: {key}: {name}, {owners.get(key)}"
                    owners[key] = name
        given = [key for keys in window.keymap.resolved(chosen, {}).values() for key in keys]
        assert len(given) == len(set(given))
    assert set(KRITA) <= set(window.keymap.rows)


@pytest.mark.parametrize("row", TOOLS, ids=[row.id for row in TOOLS])
def test_every_letter_takes_its_tool(window: MainWindow, row: object) -> None:
    other = next(one for one in TOOLS if one is not row)
    window.tool_bar.choose(other)
    focus(window)
    press(window.canvas, row.shortcut)
    assert window.tool_bar.current is row
    assert row.shortcut in window.tool_bar.tool_actions[row.id].toolTip()


def test_brackets_typed_with_altgr_change_the_brush(window: MainWindow) -> None:
    focus(window)
    options = window.tool_options
    windows = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    for held in (ALTGR, windows):
        for key, text, field, direction in (
            (Qt.Key.Key_BracketLeft, "[", "size", -1),
            (Qt.Key.Key_BracketRight, "]", "size", 1),
            (Qt.Key.Key_BraceLeft, "{", "hardness", -1),
            (Qt.Key.Key_BraceRight, "}", "hardness", 1),
        ):
            options.size, options.hardness = 40.0, 0.5
            old = getattr(options, field)
            QTest.sendKeyEvent(QTest.KeyAction.Click, window.canvas, key, text, held)
            assert (getattr(options, field) - old) * direction > 0, (text, held)
    old = options.size
    press(window.canvas, ",")
    assert options.size < old
    press(window.canvas, ".")
    press(window.canvas, ".")
    assert options.size > old


def test_altgr_writes_into_fields_and_moves_layers_with_ctrl(window: MainWindow) -> None:
    window.activateWindow()
    window.prompt.prompt.setFocus()
    until(window.prompt.prompt.hasFocus, 20)
    size = window.tool_options.size
    QTest.sendKeyEvent(
        QTest.KeyAction.Click, window.prompt.prompt, Qt.Key.Key_BracketLeft, "[", ALTGR
    )
    assert window.prompt.prompt.toPlainText() == "[" and window.tool_options.size == size
    window.layer_commands.add()
    top = window.session.document.active
    focus(window)
    event = QKeyEvent(
        QEvent.Type.KeyPress,
        Qt.Key.Key_BracketLeft,
        Qt.KeyboardModifier.ControlModifier | ALTGR,
        "[",
    )
    QApplication.sendEvent(window.canvas, event)
    assert window.session.document.layers[0].id == top


def test_a_key_whose_action_is_grey_says_why(window: MainWindow) -> None:
    focus(window)
    said = {}
    for name, row in window.keymap.rows.items():
        if row.action.isEnabled() or not window.keymap.keys(name):
            continue
        window.messages.hide()
        press(window.canvas, window.keymap.keys(name)[0])
        assert window.messages.isVisible(), name
        assert row.action.text().rstrip("…") in window.messages.text.text()
        said[name] = window.messages.hint.text()
    assert {"undo", "redo", "apply", "mask_paint", "control_used", "cancel"} <= set(said)
    assert said["undo"] == "There is nothing to undo."
    assert all(said.values())


def test_a_character_of_altgr_is_not_taken_for_the_digit_on_its_key(window: MainWindow) -> None:
    focus(window)
    for text, key in (("[", Qt.Key.Key_BracketLeft), ("{", Qt.Key.Key_BraceLeft)):
        event = QKeyEvent(QEvent.Type.ShortcutOverride, key, ALTGR, text)
        event.ignore()
        QApplication.sendEvent(window.canvas, event)
        assert event.isAccepted(), text
    plain = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_BracketLeft, NONE, "[")
    plain.ignore()
    QApplication.sendEvent(window.canvas, plain)
    assert not plain.isAccepted()


def test_delete_clears_the_selection_and_undo_brings_it_back(window: MainWindow) -> None:
    before = window.session.document
    focus(window)
    press(window.canvas, "Del")
    assert (
        window.session.document is before and "Nothing is selected" in window.messages.text.text()
    )
    window.layer_commands.select_rect(Rect(20, 30, 10, 10))
    press(window.canvas, "Del")
    layer = window.session.document.layers[0]
    assert isinstance(layer, RasterLayer)
    alpha = layer.raster.read(window.session.document.rect)[:, :, 3]
    assert not alpha[30:40, 20:30].any()
    assert (np.delete(alpha, slice(30, 40), 0) == 255).all()
    press(window.canvas, "Ctrl+Z")
    layer = window.session.document.layers[0]
    assert isinstance(layer, RasterLayer)
    assert (layer.raster.read(window.session.document.rect)[:, :, 3] == 255).all()


def test_delete_on_a_layer_mask_hides_and_fill_shows(window: MainWindow) -> None:
    photo = window.session.document.layers[0].id
    window.session.edit("Add layer mask", lambda d: add_mask(d, photo))
    window.tool_options.paint_layer_mask = True
    window.layer_commands.select_rect(Rect(20, 30, 10, 10))
    focus(window)

    def mask() -> int:
        layer = window.session.document.layers[0]
        assert layer.mask is not None
        return int(layer.mask.raster.read(Rect(25, 35, 1, 1))[0, 0, 0])

    press(window.canvas, "Del")
    assert mask() == 0
    press(window.canvas, "Ctrl+Del")
    assert mask() == 255
    window.tool_options.color = (128, 128, 128)
    press(window.canvas, "Alt+Del")
    assert mask() == 128
    layer = window.session.document.layers[0]
    assert isinstance(layer, RasterLayer)
    assert (layer.raster.read(window.session.document.rect)[:, :, 3] == 255).all()


def test_fill_uses_both_colours(window: MainWindow) -> None:
    window.tool_options.color, window.tool_options.background = (200, 0, 0), (0, 0, 200)
    window.layer_commands.select_rect(Rect(20, 30, 10, 10))
    focus(window)
    for key, colour in (("Alt+Backspace", (200, 0, 0)), ("Ctrl+Backspace", (0, 0, 200))):
        press(window.canvas, key)
        layer = window.session.document.layers[0]
        assert isinstance(layer, RasterLayer)
        pixels = layer.raster.read(window.session.document.rect)
        assert tuple(pixels[35, 25]) == (*colour, 255)
        assert tuple(pixels[35, 31][:3]) not in ((200, 0, 0), (0, 0, 200))


def test_x_and_d_change_the_colours_and_the_patches_show_them(window: MainWindow) -> None:
    options, pair = window.tool_options, window.colours
    options.color, options.background = (200, 0, 0), (0, 0, 200)
    focus(window)
    press(window.canvas, "X")
    assert options.color == (0, 0, 200) and options.background == (200, 0, 0)
    assert pair.foreground.accessibleDescription() == "#0000c8"
    press(window.canvas, "D")
    assert options.color == (0, 0, 0) and options.background == (255, 255, 255)
    assert pair.background.accessibleDescription() == "#ffffff"


def test_ctrl_j_copies_the_selection_or_the_layer(window: MainWindow) -> None:
    focus(window)
    press(window.canvas, "Ctrl+J")
    assert len(window.session.document.layers) == 2
    press(window.canvas, "Ctrl+Z")
    window.layer_commands.select_rect(Rect(20, 30, 10, 12))
    press(window.canvas, "Ctrl+J")
    copy = window.session.document.active_layer()
    assert copy is not None and copy.bounds() == Rect(20, 30, 10, 12)
    assert window.session.document.layers[0].bounds() == window.session.document.rect
    press(window.canvas, "Ctrl+Z")
    press(window.canvas, "Ctrl+Shift+J")
    left = window.session.document.layers[0]
    assert isinstance(left, RasterLayer)
    assert not left.raster.read(Rect(20, 30, 10, 12))[:, :, 3].any()


def test_a_selection_comes_back(window: MainWindow) -> None:
    focus(window)
    press(window.canvas, "Ctrl+Shift+D")
    assert "Nothing was selected" in window.messages.text.text()
    window.layer_commands.select_rect(Rect(20, 30, 10, 12))
    chosen = window.session.document.selection
    press(window.canvas, "Ctrl+D")
    assert window.session.document.selection is None
    window.layer_commands.add()
    press(window.canvas, "Ctrl+Shift+D")
    assert window.session.document.selection is chosen


def test_digits_set_the_opacity_of_brush_or_layer(window: MainWindow) -> None:
    window.tool_bar.choose(spec("brush"))
    focus(window)
    press(window.canvas, "5")
    assert window.tool_options.opacity == 0.5
    window.edit_commands._digit = None
    press(window.canvas, "0")
    assert window.tool_options.opacity == 1.0
    window.tool_bar.choose(spec("move"))
    window.edit_commands._digit = None
    press(window.canvas, "3")
    assert window.session.document.layers[0].opacity == 0.3
    assert window.tool_options.opacity == 1.0


def test_tab_hides_the_panels_and_shows_them_again(window: MainWindow) -> None:
    focus(window)
    shown = {name for name, dock in window.docks.items() if dock.isVisible()}
    width = window.canvas.width()
    press(window.canvas, "Tab")
    assert not any(dock.isVisible() for dock in window.docks.values())
    assert not window.tool_bar.isVisible()
    until(lambda: window.canvas.width() > width, 20)
    press(window.canvas, "Tab")
    assert {name for name, dock in window.docks.items() if dock.isVisible()} == shown
    assert window.tool_bar.isVisible()


def test_f6_goes_round_the_panels(window: MainWindow) -> None:
    focus(window)
    seen = set()
    for _ in range(len(window.docks) + 1):
        press(QApplication.focusWidget(), "F6")
        focused = QApplication.focusWidget()
        assert focused is not None
        seen |= {name for name, dock in window.docks.items() if dock.isAncestorOf(focused)}
        if focused is window.canvas:
            break
    assert {"prompt", "layers"} <= seen and window.canvas.hasFocus()


def test_zoom_tool_zooms_in_out_and_to_a_rectangle(window: MainWindow) -> None:
    canvas = window.canvas
    window.tool_bar.choose(spec("zoom"))
    before = window.session.document
    canvas.zoom_to(1.0)
    drag(window, (80, 60))
    assert canvas.view.zoom > 1.0
    drag(window, (80, 60), held=Qt.KeyboardModifier.AltModifier)
    assert canvas.view.zoom == 1.0
    drag(window, (40, 40), (60, 60), (80, 80))
    assert canvas.view.zoom > 2.0
    x, y = canvas.document_point(QPointF(canvas.rect().center()))
    assert abs(x - 60) < 3 and abs(y - 60) < 3
    assert window.session.document is before


def test_the_wheel_zooms_at_the_pointer_and_shift_scrolls(window: MainWindow) -> None:
    canvas = window.canvas
    canvas.zoom_to(1.0)
    point = QPointF(canvas.widget_point(50, 50))
    under = canvas.document_point(point)
    _wheel(canvas, point, NONE)
    assert canvas.view.zoom > 1.0
    assert canvas.document_point(point) == pytest.approx(under)
    zoom = canvas.view.zoom
    _wheel(canvas, point, Qt.KeyboardModifier.ShiftModifier)
    assert canvas.view.zoom == zoom and canvas.document_point(point) != pytest.approx(under)


def _wheel(widget: QWidget, point: QPointF, held: Qt.KeyboardModifier) -> None:
    event = QWheelEvent(
        point,
        QPointF(widget.mapToGlobal(point.toPoint())),
        QPoint(0, 0),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        held,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)
