"""Control layers in the window: made from the picture, set in the layers panel, switched off."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from conftest import pause, picture, until
from PIL import Image
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QDoubleSpinBox,
    QFileDialog,
    QLineEdit,
    QSpinBox,
)

from studio.catalog.annotators import POSE_FOLDER, POSE_WEIGHTS, pose_weights
from studio.control_maps.edges import STANDARD_SIDE, at_side, canny_edges, enlarge_lines
from studio.core.paths import data_dir, resource
from studio.document.control import people_of
from studio.document.layer import ControlLayer, RasterLayer
from studio.document.raster import Raster
from studio.edit.prepare import visible_rgb
from studio.edit.request import Task
from studio.edit.steering import Reference
from studio.ui.commands import control_commands
from studio.ui.dialogs.annotate_dialog import AnnotateDialog
from studio.ui.layers.layers_panel import BADGE
from studio.ui.window.main_window import MainWindow


def active_control(window: MainWindow) -> ControlLayer:
    layer = window.session.document.active_layer()
    assert isinstance(layer, ControlLayer)
    return layer


@pytest.fixture
def figure(window: MainWindow) -> MainWindow:
    window.menus.actions["control_figure"].trigger()
    window.layers.refresh()
    return window


def test_edges_come_from_the_dialog_as_a_layer_that_is_undone(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[AnnotateDialog] = []

    def use(dialog: AnnotateDialog) -> int:
        asked.append(dialog)
        dialog.scales["low"].set_value(40)
        dialog.scales["high"].set_value(90)
        dialog.scales["side"].set_value(256)
        until(lambda: not dialog.preview.pixmap().isNull())
        return 1

    monkeypatch.setattr(control_commands.AnnotateDialog, "exec", use)
    window.menus.actions["control_canny"].trigger()
    until(lambda: isinstance(window.session.document.active_layer(), ControlLayer), 60)
    layer = active_control(window)
    document = window.session.document
    shown = visible_rgb(document, document.rect)
    expected = enlarge_lines(canny_edges(at_side(shown, 256), 40, 90), 160, 120)
    assert np.array_equal(layer.raster.read(document.rect)[:, :, :3], expected)
    assert expected.any()
    assert layer.control.kind == "canny"
    window.menus.actions["undo"].trigger()
    assert not any(isinstance(one, ControlLayer) for one in window.session.document.walk())
    assert len(asked) == 1


def test_the_preview_follows_the_sliders_and_the_newest_wish_wins(window: MainWindow) -> None:
    document = window.session.document
    shown = visible_rgb(document, document.rect)
    dialog = AnnotateDialog(
        "canny", "Canny", lambda: shown, document.rect, window.background, window
    )
    until(lambda: not dialog._busy and not dialog.preview.pixmap().isNull())
    before = dialog.preview.pixmap().toImage()
    for value in (150, 300, 450):
        dialog.scales["low"].set_value(value)
        dialog.scales["high"].set_value(500)
    until(lambda: not dialog._busy, 10)
    after = dialog.preview.pixmap().toImage()
    dialog._show(canny_edges(at_side(shown, STANDARD_SIDE), 450, 500))
    assert after == dialog.preview.pixmap().toImage() != before
    dialog.refresh()
    dialog.reject()
    pause(50)  # What was still being drawn finds the dialog closed.
    dialog.deleteLater()


def test_the_box_changes_the_control_in_one_step_of_the_history(figure: MainWindow) -> None:
    window, box = figure, figure.layers.control
    assert box.isVisible()
    entries = len(window.session.history.entries)
    box.strength.set_value(0.5)
    box.strength.set_value(0.35)
    box.start.setValue(20)
    box.mode.setCurrentIndex(2)
    box.mode.activated.emit(2)
    box.flush()
    control = active_control(window).control
    assert (control.strength, control.start, control.mode) == (0.35, 0.2, "control")
    assert len(window.session.history.entries) == entries + 1
    box.end.setValue(10)
    box.flush()
    control = active_control(window).control
    assert (control.start, control.end) == (0.1, 0.1)
    window.session.undo()
    window.layers.refresh()
    assert box.start.value() == 20 and box.end.value() == 100


def test_its_settings_grow_with_what_is_unfolded(figure: MainWindow) -> None:
    panel = figure.layers
    figure.resize(1440, 1100)
    pause(50)
    before = panel.settings.height()
    panel.control.more.heading.click()
    until(lambda: panel.settings.height() > before, 5)
    assert panel.control.model.visibleRegion().boundingRect().height() > 10
    panel.control.more.heading.click()
    until(lambda: panel.settings.height() == before, 5)


def test_what_the_model_cannot_follow_is_said(figure: MainWindow, tmp_path: Path) -> None:
    box = figure.layers.control
    box.model.setText(str(tmp_path))
    box.model.editingFinished.emit()
    figure.layers.refresh()
    assert box.reason.isVisible() and str(tmp_path) in box.reason.text()


def test_a_single_file_can_be_chosen(
    figure: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = figure.layers.control
    own = resource("starter", "controlnet-pose", "diffusion_pytorch_model.safetensors")
    (tmp_path / "other.safetensors").write_bytes(b"no weights at all")
    for file, fits in ((own, True), (tmp_path / "other.safetensors", False)):
        monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_, name=file: (str(name), ""))
        box.file.click()
        assert active_control(figure).control.model == str(file)
        until(lambda fits=fits: box.reason.isHidden() is fits, 20)  # type: ignore[misc]
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("", ""))
    box.file.click()
    assert active_control(figure).control.model == str(tmp_path / "other.safetensors")


def test_the_badge_switches_it_off_and_an_edit_is_without_it(figure: MainWindow) -> None:
    window = figure
    window.session.edit_settings = window.prompt.settings
    prompted = window.prompt.settings
    window.prompt.prompt.setPlainText("a man")
    assert [use.kind for use in window.session.request(Task.GENERATE).controls] == ["pose"]
    item = window.layers.tree.currentItem()
    assert item is not None
    window.layers.tree.itemClicked.emit(item, BADGE)
    assert not active_control(window).control.used
    assert window.session.request(Task.GENERATE).controls == ()
    window.menus.actions["control_used"].trigger()
    assert active_control(window).control.used
    assert prompted is not None


def test_a_layer_becomes_a_control_and_a_file_too(window: MainWindow, tmp_path: Path) -> None:
    menus = window.menus.menus
    kinds = {action.text(): action for action in menus["control_convert"].actions()}
    kinds["Depth"].trigger()
    assert active_control(window).control.kind == "depth"
    Image.new("RGB", (160, 120), "white").save(tmp_path / "map.png")
    window.commands._controls.add_file("canny", tmp_path / "map.png")
    until(lambda: active_control(window).control.kind == "canny", 20)
    window.commands._controls.add_file("pose", tmp_path / "map.json")
    until(window.messages.isVisible, 20)
    empty = {action.text(): action for action in menus["control_empty"].actions()}
    empty["Pose"].trigger()
    assert len(people_of(active_control(window))) == 1
    empty["Depth"].trigger()
    assert not active_control(window).raster.read(window.session.document.rect)[:, :, :3].any()


def test_it_is_reached_by_keyboard_and_every_part_has_a_name(figure: MainWindow) -> None:
    box = figure.layers.control
    kinds = (QAbstractButton, QComboBox, QSpinBox, QDoubleSpinBox, QLineEdit)
    parts = [one for kind in kinds for one in box.findChildren(kind)]
    for part in parts:
        inner = part.objectName() == "qt_spinbox_lineedit"
        if part.isVisible() and not inner and part.focusPolicy() != Qt.FocusPolicy.NoFocus:
            assert part.accessibleName(), type(part).__name__
    box.used.setFocus()
    QTest.keyClick(box.used, Qt.Key.Key_Space)
    box.flush()
    assert not active_control(figure).control.used


def test_the_active_layer_of_pixels_hides_the_box(figure: MainWindow) -> None:
    photo = next(one for one in figure.session.document.layers if type(one) is RasterLayer)
    figure.layer_commands.activate(photo.id)
    figure.layers.refresh()
    assert not figure.layers.control.isVisible()


def test_detectors_are_offered_where_their_weights_lie_and_else_say_what_they_need(
    window: MainWindow, tmp_path: Path
) -> None:
    controls, menu = window.commands._controls, window.menus.menus["control_detect"]
    controls.use_detector_folder(str(tmp_path))
    assert window.messages.isVisible()
    assert not window.session.settings.get("detector_folder", "")
    controls.show_detectors()
    rows = {action.text(): action for action in menu.actions()}
    assert not rows["Soft edges (PiDiNet)"].isEnabled()
    assert "table5_pidinet.pth" in rows["Soft edges (PiDiNet)"].toolTip()
    (tmp_path / "table5_pidinet.pth").write_bytes(b"no weights")
    controls.use_detector_folder(str(tmp_path))
    controls.show_detectors()
    rows = {action.text(): action for action in menu.actions()}
    assert rows["Soft edges (PiDiNet)"].isEnabled() and not rows["Depth (MiDaS)"].isEnabled()
    rows["Soft edges (PiDiNet)"].trigger()
    until(lambda: window.session.queue.is_idle, 120)
    assert "PiDiNet" in window.messages.text.text()


def test_what_was_typed_belongs_to_the_layer_it_was_typed_for(figure: MainWindow) -> None:
    window, box = figure, figure.layers.control
    first = active_control(window)
    empty = {a.text(): a for a in window.menus.menus["control_empty"].actions()}
    empty["Depth"].trigger()
    second = active_control(window)
    window.layer_commands.activate(first.id)
    window.layers.refresh()
    box.strength.set_value(0.3)
    window.layer_commands.activate(second.id)
    window.layers.refresh()
    strengths = {
        layer.id: layer.control.strength
        for layer in window.session.document.walk()
        if isinstance(layer, ControlLayer)
    }
    assert strengths == {first.id: 0.3, second.id: 1.0}


def test_the_wheel_over_a_field_changes_nothing_and_another_kind_keeps_the_figure(
    figure: MainWindow,
) -> None:
    box, before = figure.layers.control, figure.session.document
    for field in (box.kind, box.start):
        point = QPointF(field.rect().center())
        event = QWheelEvent(
            point, field.mapToGlobal(point), QPoint(), QPoint(0, -120),
            Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(field, event)
    box.flush()
    assert figure.session.document is before
    layer = active_control(figure)
    figure.layer_commands.change_settings(layer.id, {"kind": "depth"})
    assert len(active_control(figure).control.people) == 1


def test_a_control_layer_is_no_reference(figure: MainWindow) -> None:
    figure.references.heading.click()
    figure.references.from_layer.click()
    assert "cannot be used as a picture" in figure.messages.text.text()
    assert not figure.references.rows


def test_a_reference_mask_ends_with_its_picture(window: MainWindow) -> None:
    mask = Raster.from_array(np.full((9, 9), 255, np.uint8))
    reference = Reference(np.zeros((8, 8, 3), np.uint8), "a", where=mask)
    window.prompt.show_settings(replace(window.prompt.settings, references=(reference,)))
    window.session.adopt(picture(), None)
    assert [one.where for one in window.prompt.settings.references] == [None]


def test_pose_from_the_picture_is_greyed_out_until_its_weights_are_there(
    window: MainWindow,
) -> None:
    action, menu = window.menus.actions["control_pose"], window.menus.menus["control"]
    assert pose_weights() is None, "the tests have a data folder of their own"
    assert not action.isEnabled() and menu.toolTipsVisible()
    assert "not installed" in action.toolTip() and "assets fetch openpose" in action.toolTip()
    weights = data_dir().joinpath(*POSE_FOLDER) / POSE_WEIGHTS
    weights.parent.mkdir(parents=True)
    weights.touch()
    menu.aboutToShow.emit()
    assert action.isEnabled() and "not installed" not in action.toolTip()
    weights.unlink()
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    app.applicationStateChanged.emit(Qt.ApplicationState.ApplicationActive)
    assert not action.isEnabled(), "coming back to the window is enough"
