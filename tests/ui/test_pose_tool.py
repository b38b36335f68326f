"""The pose tool in the window: mouse, keys, the menu Figure, and the handles on the picture."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import drag, pause, until
from PySide6.QtCore import QCoreApplication, QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QToolButton

from studio.control_maps.pose import COLOURS, JOINTS
from studio.control_maps.pose_edit import PRESETS, box_of, preset
from studio.document.control import people_of, pose_layer
from studio.document.layer import ControlLayer
from studio.tools import pose_actions
from studio.tools.context import PickedJoint
from studio.tools.registry import spec
from studio.ui.canvas import pose_keys, pose_overlay
from studio.ui.window.main_window import MainWindow

WRIST, NOSE = JOINTS.index("left wrist"), JOINTS.index("nose")
KEY, HELD = Qt.Key, Qt.KeyboardModifier


@pytest.fixture
def figure(window: MainWindow) -> MainWindow:
    """Give the window with one figure, the pose tool and the focus on the canvas."""
    layer = pose_layer([preset("standing", 30, 5, 110)], window.session.document.rect, "Pose")
    window.session.edit("Add", lambda old: old.insert(layer))
    window.tool_bar.tool_actions["pose"].trigger()
    window.activateWindow()
    window.canvas.setFocus()
    until(lambda: window.canvas.hasFocus(), 10)
    return window


def layer_of(window: MainWindow) -> ControlLayer:
    layer = window.session.document.active_layer()
    assert isinstance(layer, ControlLayer)
    return layer


def spot(window: MainWindow, joint: int) -> tuple[float, float]:
    body = people_of(layer_of(window))[0]
    return float(body[joint, 0]), float(body[joint, 1])


def press(window: MainWindow, key: Qt.Key, held: Qt.KeyboardModifier = HELD.NoModifier) -> None:
    QTest.keyClick(window.canvas, key, held)


def test_a_joint_is_dragged_by_the_mouse_and_undone(figure: MainWindow) -> None:
    before = figure.session.document
    x, y = spot(figure, WRIST)
    drag(figure, (x, y), (x + 10, y - 10), (x + 20, y - 30))
    assert spot(figure, WRIST) == pytest.approx((x + 20, y - 30), abs=1.5)
    assert figure.session.history.entries[-1].label == "Move joint"
    assert figure.options_bar.picked.text() == "Figure 1, left wrist: confidence 100 %"
    figure.menus.actions["undo"].trigger()
    assert figure.session.document is before


def test_escape_rolls_the_drag_back_and_then_lets_go(figure: MainWindow) -> None:
    before = figure.session.document
    x, y = spot(figure, WRIST)
    drag(figure, (x, y), (x + 20, y - 30), release=False)
    assert figure.session.document is not before
    press(figure, KEY.Key_Escape)
    assert figure.session.document is before
    assert figure.tool_options.picked_joint is not None
    press(figure, KEY.Key_Escape)
    assert figure.tool_options.picked_joint is None
    assert "Tab" in figure.options_bar.picked.text()


def test_near_enough_is_the_same_on_the_screen_at_every_zoom(figure: MainWindow) -> None:
    for zoom in (0.5, 4.0):
        figure.canvas.zoom_to(zoom)
        x, y = spot(figure, WRIST)
        for away, joint in ((8, WRIST), (12, None)):
            figure.tool_options.picked_joint = None
            place = figure.canvas.widget_point(x, y) + QPoint(away, 0)
            QTest.mouseClick(figure.canvas, Qt.MouseButton.LeftButton, pos=place)
            found = figure.tool_options.picked_joint
            assert (found.joint if found else None) == joint, (zoom, away)


def test_keys_go_through_the_joints_and_change_them(figure: MainWindow) -> None:
    options, entries = figure.tool_options, len(figure.session.history.entries)
    press(figure, KEY.Key_Tab)
    layer = layer_of(figure)
    assert options.picked_joint == PickedJoint(layer.id, 0)
    assert figure.canvas.accessibleDescription() == "Figure 1"
    press(figure, KEY.Key_Tab)
    assert options.picked_joint == PickedJoint(layer.id, 0, NOSE)
    assert "nose" in figure.canvas.accessibleDescription()
    x, y = spot(figure, NOSE)
    press(figure, KEY.Key_Right)
    press(figure, KEY.Key_Up, HELD.ShiftModifier)
    assert spot(figure, NOSE) == pytest.approx((x + 1, y - 10), abs=0.02)
    press(figure, KEY.Key_O)
    assert people_of(layer_of(figure))[0][NOSE, 2] == 0
    assert figure.options_bar.picked.text() == "Figure 1, nose: hidden"
    press(figure, KEY.Key_O)
    labels = [entry.label for entry in figure.session.history.entries[entries:]]
    assert labels == ["Move joint", "Hide joint", "Show joint"]
    press(figure, KEY.Key_Backtab, HELD.ShiftModifier)
    assert options.picked_joint == PickedJoint(layer.id, 0)
    before = people_of(layer_of(figure))[0]
    for key, held, label in (
        (KEY.Key_R, HELD.NoModifier, "Turn figure"),
        (KEY.Key_R, HELD.ShiftModifier, "Turn figure"),
        (KEY.Key_Plus, HELD.NoModifier, "Scale figure"),
        (KEY.Key_Minus, HELD.NoModifier, "Scale figure"),
    ):
        press(figure, key, held)
        assert figure.session.history.entries[-1].label == label
    assert people_of(layer_of(figure))[0] == pytest.approx(before, abs=0.05)
    press(figure, KEY.Key_F)
    assert figure.session.history.entries[-1].label == "Mirror figure"
    press(figure, KEY.Key_Down)
    assert figure.session.history.entries[-1].label == "Move figure"
    press(figure, KEY.Key_Delete)
    assert layer_of(figure).control.people == () and options.picked_joint is None
    assert figure.tool_bar.current.id == "pose"


def test_a_held_arrow_is_one_step_to_undo(
    figure: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pose_keys, "PAUSE", 0.1)
    session = figure.session
    press(figure, KEY.Key_Tab)
    press(figure, KEY.Key_Tab)
    before, entries = session.document, len(session.history.entries)
    x, y = spot(figure, NOSE)
    press(figure, KEY.Key_Right)
    for number in range(12):
        # The first repetition comes late, as a keyboard has it.
        pause(200 if number == 0 else 1)
        held = QKeyEvent(QKeyEvent.Type.KeyPress, KEY.Key_Right, HELD.NoModifier, "", True)
        QCoreApplication.sendEvent(figure.canvas, held)
    assert spot(figure, NOSE) == pytest.approx((x + 13, y), abs=0.02)
    assert len(session.history.entries) == entries + 1
    after = session.document
    figure.menus.actions["undo"].trigger()
    assert session.document is before
    figure.menus.actions["redo"].trigger()
    assert session.document is after
    press(figure, KEY.Key_Right)
    assert len(session.history.entries) == entries + 2, "what was undone is over"
    pause(200)
    press(figure, KEY.Key_Right)
    assert len(session.history.entries) == entries + 3, "a pause ends the step"
    press(figure, KEY.Key_Tab)
    press(figure, KEY.Key_Right)
    assert len(session.history.entries) == entries + 4, "another joint is another step"
    figure.menus.actions["undo"].trigger()
    assert spot(figure, NOSE) == pytest.approx((x + 15, y), abs=0.02)


def test_tab_leaves_the_canvas_behind_the_last_joint(figure: MainWindow) -> None:
    for _ in range(1 + len(JOINTS)):
        press(figure, KEY.Key_Tab)
        assert figure.canvas.hasFocus()
    picked = figure.tool_options.picked_joint
    assert picked is not None and picked.joint == len(JOINTS) - 1
    press(figure, KEY.Key_Tab)
    assert not figure.canvas.hasFocus() and figure.tool_options.picked_joint is None


def test_with_nothing_picked_the_keys_are_the_window_s_own(figure: MainWindow) -> None:
    view, before = figure.canvas.view, figure.session.document
    press(figure, KEY.Key_Right)
    assert figure.canvas.view != view
    press(figure, KEY.Key_Delete)
    assert figure.session.document is before
    figure.tool_bar.choose(spec("move"))
    figure.canvas.setFocus()
    press(figure, KEY.Key_Tab)
    assert figure.tool_options.picked_joint is None and not figure.tool_bar.isVisible()
    press(figure, KEY.Key_Tab)
    assert figure.tool_bar.isVisible()


def test_keys_during_a_drag_wait(figure: MainWindow) -> None:
    x, y = spot(figure, WRIST)
    drag(figure, (x, y), (x + 20, y - 30), release=False)
    press(figure, KEY.Key_Delete)
    press(figure, KEY.Key_R)
    assert len(layer_of(figure).control.people) == 1
    place = figure.canvas.widget_point(x + 20, y - 30)
    QTest.mouseRelease(figure.canvas, Qt.MouseButton.LeftButton, pos=place)
    assert figure.session.history.entries[-1].label == "Move joint"


def test_the_menu_adds_mirrors_hides_and_removes(window: MainWindow) -> None:
    window.tool_bar.choose(spec("pose"))
    button = window.options_bar.figure
    assert isinstance(button, QToolButton) and button.menu() is window.figures.menu
    until(button.isVisible, 10)
    assert button.accessibleName() == "Figure"
    actions = window.figures.actions
    assert window.options_bar.picked.text() == "No figure yet: add one."
    window.figures.update_enabled()
    assert not actions["mirror"].isEnabled() and not actions["export"].isEnabled()
    for count, pose in enumerate(("standing", "sitting", "running", "waving"), 1):
        actions[pose].trigger()
        assert len(layer_of(window).control.people) == count
        assert window.options_bar.picked.text() == f"Figure {count}"
    assert len(window.session.document.layers) == 2
    window.figures.update_enabled()
    actions["mirror"].trigger()
    assert window.session.history.entries[-1].label == "Mirror figure"
    assert not actions["hide"].isEnabled()
    window.tool_options.picked_joint = PickedJoint(layer_of(window).id, 3, WRIST)
    window.figures.update_enabled()
    actions["hide"].trigger()
    assert layer_of(window).control.people[3][WRIST][2] == 0
    window.figures.update_enabled()
    assert actions["hide"].text().startswith("Show joint")
    actions["remove"].trigger()
    assert len(layer_of(window).control.people) == 3
    assert window.options_bar.picked.text() == "Click a joint, or press Tab."
    window.figures.update_enabled()
    assert not actions["remove"].isEnabled() and actions["export"].isEnabled()


def test_figures_go_to_a_file_and_come_back(
    figure: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "figura.json"
    named = str(path.with_suffix(""))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (named, ""))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    figure.figures.actions["export"].trigger()
    assert path.exists() and "figura.json" in figure.messages.text.text()
    figure.figures.actions["import"].trigger()
    one, other = people_of(layer_of(figure))
    assert other == pytest.approx(one, abs=0.02)
    path.write_text("no json")
    before = figure.session.document
    figure.figures.actions["import"].trigger()
    assert "no poses that can be read" in figure.messages.text.text()
    assert figure.session.document is before


def test_bone_lengths_are_kept_where_the_box_is_checked(figure: MainWindow) -> None:
    until(figure.options_bar.bone_lock.isVisible, 10)
    figure.options_bar.bone_lock.click()
    assert figure.tool_options.bone_lock
    before = people_of(layer_of(figure))[0]
    x, y = spot(figure, WRIST)
    drag(figure, (x, y), (x + 30, y - 60))
    after = people_of(layer_of(figure))[0]
    elbow = JOINTS.index("left elbow")
    lengths = [((body[WRIST, :2] - body[elbow, :2]) ** 2).sum() ** 0.5 for body in (before, after)]
    assert lengths[0] == pytest.approx(lengths[1], abs=0.05)
    assert abs(after[WRIST] - before[WRIST]).max() > 5


def test_without_a_figure_a_press_says_how_to_get_one(window: MainWindow) -> None:
    window.tool_bar.choose(spec("pose"))
    before = window.session.document
    drag(window, (40, 40), (80, 60))
    assert window.messages.text.text() == "There is no figure to drag."
    assert "Figure" in window.messages.hint.text() and window.session.document is before


def test_handles_are_painted_filled_hollow_and_faint(figure: MainWindow) -> None:
    canvas = figure.canvas
    canvas.zoom_to(4.0)
    until(lambda: canvas.is_complete, 10)
    elbow = JOINTS.index("left elbow")
    body = people_of(layer_of(figure))[0]
    body[WRIST] = (150, 60, 0)
    body[elbow] = (140, 100, 0.2)
    figure.session.edit(
        "Set",
        lambda old: old.update(pose_layer([body], old.rect, "Pose").replace(id=old.active)),
    )
    grab = canvas.grab().toImage()
    ratio = grab.devicePixelRatio()

    def at(joint: int) -> tuple[int, int, int]:
        x, y = canvas.view.to_view(float(body[joint, 0]), float(body[joint, 1]))
        colour = grab.pixelColor(round(x), round(y))
        return colour.red(), colour.green(), colour.blue()

    shoulder = JOINTS.index("left shoulder")
    assert at(shoulder) == COLOURS[shoulder]
    figure.tool_bar.choose(spec("hand"))
    bare = canvas.grab().toImage()
    x, y = (round(part) for part in canvas.view.to_view(150, 60))
    inside, ground = grab.pixelColor(x, y), bare.pixelColor(x, y)
    assert inside == ground, "a hidden joint is hollow"
    edge = round(pose_overlay.RADIUS * ratio)
    assert grab.pixelColor(x + edge, y) != bare.pixelColor(x + edge, y)


def test_what_is_pointed_at_says_its_name(figure: MainWindow) -> None:
    x, y = spot(figure, WRIST)
    place = QPointF(figure.canvas.widget_point(x, y))
    figure.canvas.hover(place)
    assert figure.canvas.toolTip() == "left wrist: confidence 100 %"
    figure.canvas.hover(None)
    assert figure.canvas.toolTip() == ""
    figure.canvas.hover(place)
    figure.tool_bar.choose(spec("brush"))
    assert figure.canvas.toolTip() == ""


@pytest.mark.parametrize("size", [(160, 120), (90, 400), (400, 90)])
def test_new_figures_stand_inside_the_picture(window: MainWindow, size: tuple[int, int]) -> None:
    window.session.new(*size)
    for pose in (*PRESETS, *PRESETS):
        pose_actions.add_person(window.session, pose)
    for body in people_of(layer_of(window)):
        left, top, right, bottom = box_of(body)
        assert min(left, top) >= -0.1
        assert right <= size[0] + 0.1 and bottom <= size[1] + 0.1


def test_every_joint_has_a_name() -> None:
    assert pose_overlay.NAMES == JOINTS


def test_every_icon_of_the_menu_can_be_drawn(window: MainWindow) -> None:
    menu = window.figures.menu
    drawn = [action.icon() for action in menu.actions() if not action.isSeparator()]
    assert len(drawn) == 6
    assert all(not icon.pixmap(16, 16).isNull() for icon in drawn)
