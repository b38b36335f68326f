"""Regional prompts in the prompt panel: how a place gets its words and its picture."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from conftest import close, drag, pause, picture, until
from PySide6.QtCore import QCoreApplication, QEvent, QPointF, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QWidget

from studio import app
from studio.core.errors import StudioError
from studio.core.settings import Settings
from studio.document.layer import GenerativeLayer
from studio.document.raster import Raster
from studio.edit.apply import result_layer
from studio.edit.request import EditResult, Sampling, Task
from studio.edit.steering import MOST_REGIONS, Reference, Region
from studio.ui.canvas.overlays import REGION_COLOURS
from studio.ui.prompt.region_row import PICTURES, RegionRow
from studio.ui.prompt.regions_panel import RegionsBox
from studio.ui.widgets.theme import contrast
from studio.ui.window.main_window import MainWindow


@pytest.fixture
def box(window: MainWindow) -> RegionsBox:
    """The regional prompts of the window's prompt panel, unfolded."""
    window.regions.heading.click()
    return window.regions


def kept(window: MainWindow) -> tuple[Region, ...]:
    """What the session would give to an edit."""
    return window.session.edit_settings.regions


def rectangle(x: int, y: int, width: int, height: int) -> Raster:
    return Raster.from_array(np.full((height, width), 255, np.uint8), x, y)


def select(window: MainWindow, raster: Raster | None) -> None:
    window.session.edit("Select", lambda old: old.replace(selection=raster))


def added(window: MainWindow, *texts: str) -> list[RegionRow]:
    """Add regions beside each other, from the left, each 30 x 60 pixels."""
    for number, text in enumerate(texts):
        select(window, rectangle(30 * number, 20, 30, 60))
        window.regions.add.click()
        window.regions.rows[-1].prompt.setText(text)
    return window.regions.rows


def pick_picture(row: RegionRow, kind: str) -> None:
    """Choose from the menu of a region's picture button."""
    names = [name for name, _, _ in PICTURES]
    row.attach.menu().actions()[names.index(kind)].trigger()


def test_a_painted_place_gets_its_words(window: MainWindow, box: RegionsBox) -> None:
    window.tool_options.size = 20
    drag(window, (40, 40), (70, 40))
    painted = window.session.document.mask
    assert painted is not None and box.hint.isVisible()
    box.add.click()
    (row,) = box.rows
    assert window.session.document.mask is None, "room for the next place"
    window.activateWindow()
    QTest.keyClicks(row.prompt, "a red apple")
    row.weight.set_value(0.8)
    (region,) = kept(window)
    assert (region.prompt, region.weight, region.used) == ("a red apple", 0.8, True)
    assert region.where is painted and "%" in row.share.text()
    assert "(1)" in box.heading.text() and not box.hint.isVisible()
    window.prompt.prompt.setPlainText("a table")
    (use,) = window.session.request(Task.GENERATE).regions
    assert (use.prompt, use.weight) == ("a red apple", 0.8)
    assert np.array_equal(use.mask, painted.read(window.session.document.rect)[:, :, 0])
    row.used.click()
    assert not window.session.request(Task.GENERATE).regions and len(kept(window)) == 1
    window.session.undo()
    assert window.session.document.mask is painted


def test_a_region_without_words_says_that_it_does_not_count(
    window: MainWindow, box: RegionsBox
) -> None:
    row = added(window, "")[0]
    assert "No prompt yet" in row.share.text() and "No prompt yet" in row.place.accessibleName()
    row.prompt.setText("a red apple")
    assert row.share.text().endswith("% of the picture")
    row.prompt.setText("  ")
    row.used.click()
    assert row.share.text().endswith("% of the picture"), "it is not meant to count"
    row.used.click()
    assert "No prompt yet" in row.share.text()
    pause(20)
    room = row.share.fontMetrics().horizontalAdvance(row.share.text())
    assert row.share.width() >= room, "all of it can be read"
    pick_picture(row, "layer")
    until(lambda: row.picture is not None, 20)
    assert row.share.text().endswith("% of the picture"), "the picture counts"
    row.set_reference(None)
    assert "No prompt yet" in row.share.text()


def test_the_selection_comes_first_and_may_stay(window: MainWindow, box: RegionsBox) -> None:
    errors: list[StudioError] = []
    box.failed.connect(errors.append)
    box.add.click()
    row = box.rows[0]
    assert kept(window)[0].where is None and not errors
    row.prompt.setText("a banana")
    window.prompt.prompt.setPlainText("a table")
    assert not window.session.request(Task.GENERATE).regions, "it has no place yet"
    row.place.click()
    assert len(errors) == 1 and window.messages.isVisible()
    where, mask = rectangle(10, 10, 40, 40), rectangle(80, 10, 40, 40)
    window.session.edit("Paint", lambda old: old.replace(mask=mask, selection=where))
    box.clears.click()
    row.place.click()
    assert kept(window)[0].where is where is window.session.document.selection
    box.clears.click()
    row.place.click()
    assert window.session.document.selection is None and window.session.document.mask is mask
    row.place.click()
    assert kept(window)[0].where is mask and kept(window)[0].prompt == "a banana"


def test_words_in_a_place_are_enough_for_a_picture(window: MainWindow, box: RegionsBox) -> None:
    with pytest.raises(StudioError, match="prompt is empty"):
        window.session.request(Task.GENERATE)
    added(window, "a red apple")
    assert window.session.request(Task.GENERATE).regions


def test_there_are_six_at_most_and_a_colour_is_used_again(
    window: MainWindow, box: RegionsBox
) -> None:
    rows = added(window, *"abcdef")
    assert len(rows) == MOST_REGIONS == len(set(REGION_COLOURS))
    assert not box.add.isEnabled() and str(MOST_REGIONS) in box.add.toolTip()
    rows[2].remove.click()
    assert box.add.isEnabled()
    assert [region.number for region in kept(window)] == [0, 1, 3, 4, 5]
    box.add.click()
    assert [region.number for region in kept(window)] == [0, 1, 3, 4, 5, 2]
    for colour in REGION_COLOURS:
        assert contrast("#141414", "#{:02x}{:02x}{:02x}".format(*colour)) >= 4.5


def colour_at(window: MainWindow, x: float, y: float) -> tuple[int, int, int]:
    window.canvas.repaint()
    image = window.canvas.grab().toImage()
    place = window.canvas.widget_point(x, y) * window.canvas.ratio
    return image.pixelColor(place).getRgb()[:3]


def test_the_place_that_is_pointed_at_is_tinted(window: MainWindow, box: RegionsBox) -> None:
    rows = added(window, "one", "two")
    select(window, None)
    window.activateWindow()
    window.canvas.setFocus()
    until(lambda: box.shown is None, 5)
    spots = (15.0, 50.0), (45.0, 50.0), (120.0, 100.0)
    plain = [colour_at(window, *spot) for spot in spots]
    rows[0].prompt.setFocus()
    until(lambda: box.shown is rows[0].region, 5)
    tinted = [colour_at(window, *spot) for spot in spots]
    assert tinted[0] != plain[0] and tinted[1:] == plain[1:]
    # The pointer goes before the focus.
    middle = QPointF(rows[1].rect().center())
    rows[1].setAttribute(Qt.WidgetAttribute.WA_UnderMouse, True)
    enter = QEnterEvent(middle, middle, middle)
    QCoreApplication.sendEvent(rows[1], enter)
    assert box.shown is rows[1].region
    seen = [colour_at(window, *spot) for spot in spots]
    assert seen[0] == plain[0] and seen[1] != plain[1] and seen[2] == plain[2]
    change = [int(np.argmax(np.subtract(REGION_COLOURS[n], plain[n]))) for n in (0, 1)]
    assert tinted[0][change[0]] > plain[0][change[0]] and seen[1][change[1]] > plain[1][change[1]]
    rows[1].setAttribute(Qt.WidgetAttribute.WA_UnderMouse, False)
    QCoreApplication.sendEvent(rows[1], QEvent(QEvent.Type.Leave))
    assert box.shown is rows[0].region
    box.heading.click()
    rows[0].hovered.emit()
    assert box.shown is None, "what is folded away points at nothing"


def test_a_picture_counts_in_the_place_of_its_words(window: MainWindow, box: RegionsBox) -> None:
    row = added(window, "a red apple")[0]
    pick_picture(row, "layer")
    until(lambda: row.picture is not None, 20)
    assert row.picture is not None and not row.attach.isVisible()
    row.picture.weight.set_value(0.7)
    row.picture.mode.setCurrentIndex(row.picture.mode.findData("subject"))
    reference = kept(window)[0].reference
    assert reference is not None and (reference.weight, reference.mode) == (0.7, "subject")
    request = window.session.request(Task.GENERATE)
    (use,) = request.references
    assert (use.weight, use.mode) == (0.7, "subject") and use.mask is not None
    assert np.array_equal(use.mask, request.regions[0].mask)
    window.references.adapter.setText("/somewhere")
    window.references.adapter.editingFinished.emit()
    assert window.session.request(Task.GENERATE).references[0].model == "/somewhere"
    until(lambda: window.references.reasons[0] is not None, 20)
    assert not row.picture.mode.isEnabled(), "there is no adapter"
    assert row.prompt.isEnabled() and row.used.isEnabled()
    row.used.click()
    assert not window.session.request(Task.FILL).references if kept(window)[0].used else True
    row.used.click()
    row.picture.remove.click()
    assert kept(window)[0].reference is None and row.attach.isVisibleTo(row)
    assert not window.session.request(Task.GENERATE).references


def test_places_follow_the_canvas_and_undo(window: MainWindow, box: RegionsBox) -> None:
    look = Reference(np.zeros((8, 8, 3), np.uint8), "look")
    window.session.edit_state.update(references=(look,))
    select(window, rectangle(30, 20, 30, 60))
    window.references.rows[0].only.click()
    window.prompt.prompt.setPlainText("a table")
    row = added(window, "one", "two")[1]

    def places() -> list[tuple[int, int]]:
        settings = window.session.edit_settings
        found = [settings.references[0].where, settings.regions[1].where]
        assert found == [window.references.rows[0].reference.where, row.region.where]
        return [(one.bounds().x, one.bounds().y) for one in found if one is not None]

    assert places() == [(30, 20), (30, 20)]
    share = row.share.text()
    window.layer_commands.extend_canvas(50, 10, 0, 0)
    assert places() == [(80, 30), (80, 30)] and row.share.text() != share
    select(window, rectangle(70, 20, 100, 100))
    window.layer_commands.crop()
    assert places() == [(10, 10), (10, 10)]
    window.session.undo()
    window.session.undo()
    window.session.undo()
    assert places() == [(30, 20), (30, 20)] and row.share.text() == share
    window.session.redo()
    assert places() == [(80, 30), (80, 30)]
    window.layer_commands.extend_canvas(-200, 0, 400, 0)
    assert not window.session.request(Task.GENERATE, region=window.session.document.rect).regions
    assert "%" not in row.share.text()
    window.session.adopt(picture(), None)
    assert [region.where for region in kept(window)] == [None, None]
    assert [region.prompt for region in kept(window)] == ["one", "two"]


def test_a_recipe_brings_its_regions(window: MainWindow, box: RegionsBox) -> None:
    added(window, "a red apple", "a banana")
    window.prompt.prompt.setPlainText("a table")
    request = window.session.request(Task.GENERATE)
    image = np.zeros((request.region.height, request.region.width, 3), np.uint8)
    layer = result_layer(EditResult(request=request, images=(image,), seeds=(3,)), 0)
    assert isinstance(layer, GenerativeLayer)
    window.session.edit("Add", lambda old: old.insert(layer.replace(x=5)))
    for row in list(box.rows):
        row.remove.click()
    box.add.click()
    box.rows[0].prompt.setText("mine")
    window.commands.edit_recipe(layer.id)
    regions = kept(window)
    assert [one.prompt for one in regions] == ["a red apple", "a banana"]
    assert [row.prompt.text() for row in box.rows] == ["a red apple", "a banana"]
    corners = [one.where.bounds() for one in regions if one.where is not None]
    assert [(one.x, one.y, one.width) for one in corners] == [(5, 20, 30), (35, 20, 30)]
    window.prompt.show_settings(replace(window.prompt.settings, prompt="other", regions=()))
    assert len(kept(window)) == 2, "settings without regions leave them"


def test_an_unknown_word_is_named_and_mended(window: MainWindow, box: RegionsBox) -> None:
    window.commands.models.load_words("starter")
    until(lambda: window.prompt._words.vocabulary.languages, 30)
    window.prompt.prompt.setPlainText("a table")
    row = added(window, "a dragn")[0]
    until(lambda: window.prompt.notice.isVisible(), 10)
    assert "dragn" in window.prompt.notice.text()
    window.prompt.notice.linkActivated.emit("dragn")
    assert row.prompt.text() == "a dragon" and kept(window)[0].prompt == "a dragon"
    assert window.prompt.prompt.toPlainText() == "a table"


def test_rows_go_by_keyboard_and_tab_goes_through_them(window: MainWindow, box: RegionsBox) -> None:
    rows = added(window, "one", "two")
    pick_picture(rows[0], "layer")
    until(lambda: rows[0].picture is not None, 20)
    seen: list[QWidget] = []
    widget: QWidget | None = box.heading
    ours = {row.prompt for row in rows}
    after = window.prompt.loras.heading
    while widget is not None and widget is not after and len(seen) < 99:
        inner = isinstance(widget, QLineEdit) and widget not in ours
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and not inner and not widget.isHidden():
            seen.append(widget)
        widget = widget.nextInFocusChain()
    wanted: list[QWidget] = [box.heading]
    for row in rows:
        wanted += [stop for stop in row.stops if not stop.isHidden()]
    wanted += [box.add, box.clears]
    assert seen == wanted
    assert all(one.accessibleName() for one in seen)
    window.activateWindow()
    rows = list(rows)
    rows[0].setFocus()
    QTest.keyClick(rows[0], Qt.Key.Key_Delete)
    assert [region.prompt for region in kept(window)] == ["two"]
    until(lambda: rows[1].hasFocus(), 5)
    QTest.keyClick(rows[1].prompt, Qt.Key.Key_Delete)
    assert len(kept(window)) == 1, "it edits the text"
    QTest.keyClick(rows[1], Qt.Key.Key_Delete)
    assert kept(window) == () and box.heading.text() == "Region prompts"


def test_the_panel_has_room_for_a_region_in_each_language(qapp: object) -> None:
    for language in ("en", "es"):
        settings = Settings(None)
        settings.set("language", language)
        made = app.build(settings)
        made.show()
        try:
            made.session.adopt(picture(), None)
            made.regions.heading.click()
            row = added(made, "a red apple that lies on a table beside a banana")[0]
            pick_picture(row, "layer")
            until(lambda row=row: row.picture is not None, 20)
            pause(50)
            body = made.prompt.widget()
            assert body is not None
            wanted, room = body.minimumSizeHint().width(), made.prompt.viewport().width()
            assert wanted <= room, language
        finally:
            close(made)


def test_the_starter_paints_what_the_rows_say(window: MainWindow, box: RegionsBox) -> None:
    select(window, rectangle(0, 0, 80, 120))
    box.add.click()
    box.rows[0].prompt.setText("a red apple")
    select(window, rectangle(80, 0, 80, 120))
    box.add.click()
    box.rows[1].prompt.setText("a banana")
    sampling = Sampling(steps=4, cfg_scale=1.0, sampler="tcd", seed=1)
    window.prompt.show_settings(replace(window.prompt.settings, sampling=sampling))
    window.prompt.set_task(Task.GENERATE)
    window.prompt.generate.click()
    until(lambda: window.session.tray.items)
    (item,) = window.session.tray.items
    image = item.image.astype(int)
    red = image[:, :, 0] - image[:, :, 1]
    apple, banana = red[30:90, 20:60], red[30:90, 100:140]
    assert apple.max() > 100 and np.median(apple) > np.median(banana) + 40
    window.session.apply(item.id)
    layer = window.session.document.active_layer()
    assert isinstance(layer, GenerativeLayer)
    words = [part["prompt"] for part in layer.recipe["regions"]]  # type: ignore[index]
    assert words == ["a red apple", "a banana"]
