"""Edit by words in the window: the real panel, the real engine with the starter, few steps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from conftest import picture, until
from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QPlainTextEdit,
    QSlider,
    QWidget,
)

from studio.document.layer import GenerativeLayer, RasterLayer
from studio.document.raster import Raster
from studio.document.render.compositor import composite
from studio.edit.apply import result_layer
from studio.edit.request import EditRequest, EditResult, Task
from studio.edit.rewrite import Inversion
from studio.session.jobs import Job, JobState
from studio.session.rewrites import Reading
from studio.ui.rewrite.rewrite_form import WAYS
from studio.ui.rewrite.rewrite_panel import RewritePanel
from studio.ui.rewrite.rewrite_status import quality
from studio.ui.widgets.theme import DARK
from studio.ui.window.main_window import MainWindow

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def panel(window: MainWindow) -> Iterator[RewritePanel]:
    """Give the panel, shown by its shortcut and set to be quick."""
    window.activateWindow()
    window.canvas.setFocus()
    until(lambda: window.canvas.hasFocus(), 10)
    QTest.keyClick(window.canvas, Qt.Key.Key_E, CONTROL | SHIFT)
    panel = window.words
    until(panel.caption.hasFocus, 10)
    panel.form.method.setCurrentIndex(panel.form.method.findData("negative_prompt"))
    panel.form.steps.set_value(2)
    panel.form.cfg.set_value(3)
    yield panel


def type_words(panel: RewritePanel, caption: str, text: str) -> None:
    panel.caption.setPlainText(caption)
    panel.text.setPlainText(text)


def started(window: MainWindow) -> list[Job]:
    """The jobs that run from now on."""
    jobs: list[Job] = []

    def note() -> None:
        running = window.session.queue.running
        if running is not None and running not in jobs:
            jobs.append(running)

    window.session.queue.changed.connect(note)
    return jobs


def brought(job: Job) -> bool:
    assert isinstance(job.request, EditRequest) and job.request.rewrite is not None
    return job.request.rewrite.inversion is not None


def done(window: MainWindow) -> None:
    until(lambda: window.session.queue.is_idle)
    assert not window.messages.isVisible(), window.messages.text.text()


def looked_up(panel: RewritePanel) -> None:
    """Wait until the panel knows whether the picture was read."""
    until(lambda: not (panel._wait.isActive() or panel._busy), 30)


def made_from(request: EditRequest) -> GenerativeLayer:
    """Return the layer of an edit that was asked for, as if it had left the picture as it was."""
    assert request.image is not None
    return result_layer(EditResult(request=request, images=(request.image,), seeds=(1,)), 0)


def top(window: MainWindow) -> GenerativeLayer:
    layer = window.session.document.active_layer()
    assert isinstance(layer, GenerativeLayer)
    return layer


def test_change_apply_change_again_save_open_continue_by_keyboard(
    window: MainWindow, panel: RewritePanel, tmp_path: Path
) -> None:
    session, jobs = window.session, started(window)
    photo = session.document.layers[0]
    before = composite(session.document, session.document.rect)
    QTest.keyClicks(panel.caption, "a red apple")
    QTest.keyClick(panel.caption, Qt.Key.Key_Escape)
    panel.caption.setFocus()
    assert panel.text.toPlainText() == "a red apple" and not panel.change.isEnabled()
    for _ in range(6):
        focus = QApplication.focusWidget()
        if focus is None or focus is panel.text:
            break
        QTest.keyClick(focus, Qt.Key.Key_Tab)
    assert panel.text.hasFocus()
    QTest.keyClick(panel.text, Qt.Key.Key_A, CONTROL)
    QTest.keyClicks(panel.text, "a green apple")
    QTest.keyClick(panel.text, Qt.Key.Key_Escape)
    QTest.keyClick(panel.text, Qt.Key.Key_Return, CONTROL)
    done(window)
    (item,) = session.tray.items
    assert item.prompt == "a green apple" and not brought(jobs[0])
    assert not window.menus.actions["more_like"].isEnabled()
    QTest.keyClick(window, Qt.Key.Key_Return, CONTROL | SHIFT)
    layer = top(window)
    assert layer.recipe["task"] == Task.REWRITE.value and layer.mask is not None
    assert session.document.layers[0] is photo and len(session.document.layers) == 2
    mask = layer.mask.raster.read(session.document.rect)[:, :, 0]
    after = composite(session.document, session.document.rect)
    assert np.array_equal(after[mask == 0], before[mask == 0])
    assert len(session.document.attachments) == 1
    window.session.save(tmp_path / "a.ora")
    window.session.open(tmp_path / "a.ora")
    assert panel.caption.toPlainText() in ("", "a green apple") and panel.target is None

    window.menus.actions["layer_words"].trigger()
    assert panel.target == layer.id and layer.name in panel.remakes.text()
    assert (panel.caption.toPlainText(), panel.text.toPlainText()) == (
        "a red apple",
        "a green apple",
    )
    assert panel.form.method.currentData() == "negative_prompt" and panel.form.steps.value == 2
    looked_up(panel)
    assert "dB" in panel.status.text.text() and panel.status.read.isHidden()
    assert QApplication.focusWidget() is panel.text
    QTest.keyClick(panel.text, Qt.Key.Key_A, CONTROL)
    QTest.keyClicks(panel.text, "a blue apple")
    QTest.keyClick(panel.text, Qt.Key.Key_Escape)
    QTest.keyClick(panel.text, Qt.Key.Key_Return, CONTROL)
    done(window)
    assert brought(jobs[1]) and len(session.document.attachments) == 1
    window.tray.apply.click()
    again = top(window)
    assert again.id == layer.id and again.recipe["prompt"] == "a blue apple"
    assert len(session.document.layers) == 2


def test_reading_says_how_well_and_when_it_no_longer_fits(
    window: MainWindow, panel: RewritePanel
) -> None:
    session = window.session
    entries = len(session.history.entries)
    assert not panel.status.read.isEnabled()
    type_words(panel, "a red apple", "a red apple")
    looked_up(panel)
    assert "Not read yet" in panel.status.text.text() and panel.status.read.isEnabled()
    shown: list[tuple[int, int]] = []
    session.queue.progressed.connect(
        lambda job, event: shown.append((panel.status.bar.value(), round(1000 * event.fraction)))
    )
    panel.status.read.click()
    assert panel.status.bar.isVisible() and panel.status.stop.isVisible()
    done(window)
    looked_up(panel)
    assert not session.tray.items and len(session.history.entries) == entries
    (data,) = session.document.attachments.values()
    made = Inversion.from_bytes(data)
    text = panel.status.text.text()
    assert f"{made.psnr:.1f} dB" in text and f"{made.ceiling:.1f} dB" in text
    assert panel.status.read.isHidden() and not panel.status.bar.isVisible()
    assert shown[-1][0] > 0 and all(bar == fraction for bar, fraction in shown)
    panel.text.setPlainText("a green apple")
    looked_up(panel)
    assert panel.status.text.text() == text
    # Another picture, then the same again, then other settings.
    dab = RasterLayer(raster=Raster.from_array(np.full((9, 9, 4), 255, np.uint8)))
    session.edit("Stroke", lambda old: old.insert(dab))
    looked_up(panel)
    assert "has changed since it was read" in panel.status.text.text()
    assert panel.status.read.isVisible() and panel.status.read.isEnabled()
    session.undo()
    looked_up(panel)
    assert "dB" in panel.status.text.text()
    panel.form.steps.set_value(3)
    looked_up(panel)
    assert "Not read yet" in panel.status.text.text()


def test_reading_can_be_stopped(window: MainWindow, panel: RewritePanel) -> None:
    type_words(panel, "a red apple", "a green apple")
    panel.form.steps.set_value(90)
    panel.status.read.click()
    job = window.session.queue.running
    assert job is not None
    until(lambda: job.fraction > 0)
    panel.status.stop.click()
    assert "Stopping" in panel.status.left.text() and not panel.status.stop.isEnabled()
    done(window)
    assert job.state is JobState.CANCELLED and not window.session.document.attachments
    assert not panel.status.bar.isVisible() and panel.status.read.isEnabled()


def test_differences_are_marked(panel: RewritePanel) -> None:
    type_words(panel, "a red apple on a table", "a green apple on a big table")
    assert [marks.marked for marks in panel.marks] == [["red"], ["green", "big"]]
    chips = panel.chips.chips
    assert [chip.word for chip in chips] == ["a", "green", "apple", "on", "a", "big", "table"]
    assert [chip.word for chip in chips if chip.new] == ["green", "big"]
    assert panel.chips.chosen is chips[1]
    formats = panel.text.document().firstBlock().layout().formats()
    assert [(one.start, one.length) for one in formats] == [(2, 5), (19, 3)]
    names = [chip.accessibleName() for chip in chips]
    assert "green, new, weight 1.00" in names and "apple, weight 1.00" in names


def test_the_new_text_begins_as_the_caption(panel: RewritePanel) -> None:
    panel.caption.setPlainText("a red")
    panel.caption.appendPlainText("apple")
    assert panel.text.toPlainText() == "a red\napple"
    panel.text.setPlainText("a green apple")
    panel.caption.setPlainText("a red apple, shiny")
    assert panel.text.toPlainText() == "a green apple"


def test_words_are_weighed_by_mouse_and_by_keyboard(panel: RewritePanel) -> None:
    type_words(panel, "a red apple", "a red apple")
    assert not panel.change.isEnabled()
    a, red, apple = panel.chips.chips
    QTest.mouseClick(red, Qt.MouseButton.LeftButton)
    assert panel.chips.chosen is red and "red" in panel.chips.name.text()
    slider = panel.chips.weight.findChild(QSlider)
    assert slider is not None and "red" in slider.accessibleName()
    slider.setValue(500)
    assert panel.use.weights == {"red": 1.5} and red.text().endswith("1.50")
    assert panel.change.isEnabled()
    red.setFocus()
    QTest.keyClick(red, Qt.Key.Key_Right)
    assert panel.chips.chosen is apple and QApplication.focusWidget() is apple
    for _ in range(3):
        QTest.keyClick(apple, Qt.Key.Key_Minus)
    assert panel.use.weights == {"red": 1.5, "apple": 0.7}
    assert apple.accessibleName() == "apple, weight 0.70"
    panel.text.setPlainText("a red pear")
    assert panel.use.weights == {"red": 1.5}
    assert panel.chips.chosen is not None and panel.chips.chosen.word == "pear"
    QTest.mouseClick(panel.chips.chips[1], Qt.MouseButton.LeftButton)
    panel.chips.plain.click()
    assert panel.use.weights == {} and a is not panel.chips.chips[0]


def test_the_settings_reach_the_request(window: MainWindow, panel: RewritePanel) -> None:
    form, jobs = panel.form, started(window)
    form.method.setCurrentIndex(form.method.findData("ddim"))
    assert form.cost.text() == WAYS["ddim"][1]
    form.local.setChecked(False)
    assert not form.threshold.isEnabled()
    form.cross.set_value(60)
    form.self_attention.set_value(20)
    type_words(panel, "a red apple", "a green apple")
    panel.chips.show_weights({"green": 1.8})
    panel.change.click()
    window.session.queue.clear()
    until(lambda: window.session.queue.is_idle)
    request = jobs[0].request
    assert isinstance(request, EditRequest) and request.rewrite is not None
    use = request.rewrite
    assert (use.method, use.local, use.cross, use.self_attention) == ("ddim", False, 0.6, 0.2)
    assert use.weights == {"green": 1.8} and use.source == "a red apple"
    assert (request.sampling.steps, request.sampling.cfg_scale) == (2, 3)
    assert request.prompt == "a green apple" and request.task is Task.REWRITE
    layer = made_from(request)
    window.session.edit("Add", lambda old: old.insert(layer))
    form.method.setCurrentIndex(0)
    form.cross.set_value(10)
    type_words(panel, "other", "words")
    window.commands.edit_recipe(layer.id)
    assert panel.use.to_recipe() == use.to_recipe() and panel.target == layer.id
    assert panel.text.toPlainText() == "a green apple"


def test_what_a_model_cannot_do_is_greyed_out_with_the_reason(
    window: MainWindow, panel: RewritePanel, tmp_path: Path
) -> None:
    type_words(panel, "a red apple", "a green apple")
    looked_up(panel)
    assert panel.change.isEnabled() and panel.reason.isHidden()
    session = window.session
    session.edit_settings = replace(session.edit_settings, model=str(tmp_path / "gone"))
    panel.refresh()
    looked_up(panel)
    assert "gone" in panel.reason.text() and panel.reason.isVisible()
    for part in (panel.change, panel.form, panel.text, panel.caption, panel.chips):
        assert not part.isEnabled()
    assert not panel.status.read.isEnabled()
    session.edit_settings = replace(session.edit_settings, model="starter")
    panel.refresh()
    looked_up(panel)
    assert panel.change.isEnabled() and panel.reason.isHidden()


def test_the_layer_may_go_and_the_document_too(window: MainWindow, panel: RewritePanel) -> None:
    session = window.session
    type_words(panel, "a red apple", "a green apple")
    layer = made_from(session.wording("a green apple", panel.use, panel.sampling).request())
    session.edit("Add", lambda old: old.insert(layer))
    window.menus.actions["layer_words"].trigger()
    assert panel.target is not None and panel.change.text() == "Change the layer"
    session.undo()
    assert panel.target is None and panel.change.text() == "Change the picture"
    assert not window.menus.actions["layer_words"].isEnabled()
    session.redo()
    window.menus.actions["layer_words"].trigger()
    panel.whole.click()
    assert panel.target is None
    session.adopt(picture(64, 64), None)
    assert panel.caption.toPlainText() == panel.text.toPlainText() == ""
    looked_up(panel)
    assert "Describe the picture first" in panel.status.text.text()


def test_a_caption_is_proposed(window: MainWindow, panel: RewritePanel) -> None:
    recipe = {"task": "fill", "prompt": "a teddy bear"}
    made = GenerativeLayer(name="bear", recipe=recipe)
    window.session.edit("Add", lambda old: old.insert(made))
    window.menus.actions["words"].trigger()
    assert panel.caption.toPlainText() == "a teddy bear"
    assert QApplication.focusWidget() is panel.text
    panel.caption.setPlainText("my own words")
    window.menus.actions["words"].trigger()
    assert panel.caption.toPlainText() == "my own words"


def test_a_mask_says_that_it_limits(window: MainWindow, panel: RewritePanel) -> None:
    assert panel.place.isHidden()
    mask = Raster.from_array(np.full((40, 40), 255, np.uint8), 10, 10)
    window.session.edit("Mask", lambda old: old.replace(mask=mask))
    assert panel.place.isVisible()


def test_generate_belongs_to_the_panel_with_the_focus(
    window: MainWindow, panel: RewritePanel
) -> None:
    asked: list[object] = []
    window.prompt.asked.connect(asked.append)
    type_words(panel, "a red apple", "a red apple")
    panel.text.setFocus()
    window.menus.actions["generate"].trigger()
    assert not asked and window.session.queue.is_idle
    window.commands.focus_prompt()
    window.menus.actions["generate"].trigger()
    assert asked == [Task.FILL]


def test_an_unknown_subject_is_said(window: MainWindow, panel: RewritePanel) -> None:
    type_words(panel, "a <luna> apple", "a green apple")
    looked_up(panel)
    assert "luna" in panel.status.text.text()
    panel.change.click()
    assert window.messages.isVisible() and window.session.queue.is_idle


def test_everything_has_a_name(panel: RewritePanel) -> None:
    type_words(panel, "a red apple", "a green apple")
    panel.form.more.heading.click()
    kinds = (QAbstractButton, QAbstractSpinBox, QComboBox, QPlainTextEdit, QSlider)
    nameless = [
        one
        for one in panel.findChildren(QWidget)
        if isinstance(one, kinds) and one.isVisible() and not one.accessibleName()
    ]
    assert not nameless
    assert all(
        one.focusPolicy() & Qt.FocusPolicy.TabFocus
        for one in (panel.change, panel.text, panel.whole)
    )


def test_a_badly_read_picture_stands_out(window: MainWindow, panel: RewritePanel) -> None:
    status = panel.status
    for psnr, style in ((27.0, "caption"), (20.0, "notice"), (29.5, "caption")):
        noise = np.zeros((4, 2, 2), np.float32)
        inversion = Inversion("", "ddim", 2, 7.5, noise, None, psnr, 30.0)
        status.show_reading("", Reading("key", inversion))
        assert status.text.objectName() == style
        colour = status.text.palette().color(QPalette.ColorRole.WindowText).name()
        assert colour == (DARK.warning if style == "notice" else DARK.muted)
    status.show_reading("", None)
    assert status.text.objectName() == "caption"


def test_the_words_of_the_active_layer_are_offered_again(
    window: MainWindow, panel: RewritePanel
) -> None:
    assert not panel.again.isVisible()
    type_words(panel, "a red apple", "a green apple")
    words = window.session.wording("a green apple", panel.use, panel.sampling)
    layer = made_from(words.request())
    window.session.edit("Apply", lambda old: old.insert(layer))
    assert panel.again.isVisible() and panel.again.accessibleName()
    window.layer_commands.activate(window.session.document.layers[0].id)
    assert not panel.again.isVisible()
    window.layer_commands.activate(layer.id)
    assert panel.again.isVisible()
    type_words(panel, "", "")
    panel.again.setFocus()
    QTest.keyClick(panel.again, Qt.Key.Key_Space)
    assert panel.target == layer.id and not panel.again.isVisible()
    assert panel.text.toPlainText() == "a green apple"
    panel.whole.click()
    assert panel.again.isVisible()


def test_tab_goes_from_the_text_to_its_words(panel: RewritePanel) -> None:
    type_words(panel, "a red apple", "a green apple")
    type_words(panel, "a red apple", "a small green apple")
    wanted = [panel.text, *panel.chips.chips, panel.form.method]
    found: list[QWidget] = []
    place: QWidget = panel.text
    while place is not panel.form.method:
        if place in wanted:
            found.append(place)
        place = place.nextInFocusChain()
        assert place is not panel.caption
    assert found == wanted[:-1]


@pytest.mark.parametrize(("psnr", "word"), [(24.5, "was read."), (23, "fairly"), (18, "badly")])
def test_how_well_is_said_in_words(psnr: float, word: str) -> None:
    made = Inversion("", "ddim", 2, 7.5, np.zeros((4, 2, 2), np.float32), None, psnr, 25.0)
    assert word in quality(made) and "25.0 dB" in quality(made)
