"""The panels around the canvas: behind tabs, by keyboard, in narrow windows, and how they look."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from conftest import close, pause, picture, until
from PySide6.QtCore import QCoreApplication, QLocale, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication, QSpinBox, QTabBar, QWidget

from studio import app
from studio.core.settings import Settings
from studio.document.layer import GenerativeLayer
from studio.document.raster import Raster
from studio.edit.request import Task
from studio.ui.dialogs.image_size_dialog import ImageSizeDialog
from studio.ui.layers.layers_panel import BADGE, LOCK
from studio.ui.widgets import theme, translation
from studio.ui.widgets.icons import Icons
from studio.ui.widgets.theme import DARK
from studio.ui.widgets.widgets import INSET
from studio.ui.window.main_window import MainWindow

BEHIND = ("words", "history", "models", "subjects")
ENGLISH = {"With detail", "Nearest pixel", "Bicubic"}


@pytest.fixture
def spanish(qapp: QCoreApplication) -> Iterator[MainWindow]:
    """Give a window in Spanish."""
    settings = Settings(None)
    settings.set("language", "es")
    made = app.build(settings)
    made.show()
    made.session.adopt(picture(), None)
    yield made
    close(made)
    translation.install(qapp, "en")


def widths(window: MainWindow) -> list[int]:
    return [window.docks[name].width() for name in ("prompt", "layers", "tray", "queue")]


def test_no_stop_of_the_tab_key_lies_behind_another_panel(window: MainWindow) -> None:
    window.activateWindow()
    window.prompt.prompt.setFocus()
    until(window.prompt.prompt.hasFocus, 10)
    panels = {name: dock.widget() for name, dock in window.docks.items()}
    assert [name for name, panel in panels.items() if not panel.isVisible()] == [
        *BEHIND,
        "tray",
        "queue",
    ]
    seen: list[QWidget] = []
    while (focus := QApplication.focusWidget()) is not None and focus not in seen:
        seen.append(focus)
        window.focusNextChild()
    assert len(seen) > 20
    for name in BEHIND:
        assert not any(panels[name].isAncestorOf(one) for one in seen), name


def test_a_panel_shows_where_its_tab_is_raised(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bool] = []
    monkeypatch.setattr(window.words, "propose", lambda: asked.append(True))
    before = widths(window)
    for name in (*BEHIND, "prompt", "layers"):
        window.docks[name].raise_()
        until(window.docks[name].widget().isVisible, 10)
        pause(20)
        assert widths(window) == before, name
    assert asked and not window.words.isVisible()


def test_panels_float_close_and_go_back(window: MainWindow) -> None:
    before = widths(window)
    dock, panel = window.docks["history"], window.history
    dock.setFloating(True)
    until(panel.isVisible, 10)
    assert window.layers.isVisible()
    dock.setFloating(False)
    dock.close()
    until(lambda: not panel.isVisible(), 10)
    dock.toggleViewAction().trigger()
    dock.raise_()
    until(panel.isVisible, 10)
    window.docks["prompt"].close()
    until(window.words.isVisible, 10)
    window.menus.actions["panels_reset"].trigger()
    until(lambda: window.prompt.isVisible() and window.layers.isVisible(), 10)
    pause(50)
    assert [name for name in BEHIND if window.docks[name].widget().isVisible()] == []
    assert window.arrangement.folding.is_folded
    assert widths(window)[:2] == before[:2]


def test_the_same_panels_are_in_front_after_hiding_them_for_a_while(window: MainWindow) -> None:
    def in_front() -> set[str]:
        docks = window.docks.items()
        return {name for name, dock in docks if not dock.visibleRegion().isEmpty()}

    before = in_front()
    assert {"prompt", "layers"} <= before and not {"words", "history"} & before
    hide = window.menus.actions["panels_hide"]
    hide.trigger()
    until(lambda: not in_front(), 20)
    hide.trigger()
    until(lambda: in_front() == before, 20)


def test_tab_bars_of_panels_have_a_name(window: MainWindow) -> None:
    for _ in range(2):
        pause(50)
        bars = [one for one in window.findChildren(QTabBar) if one.count() > 1]
        assert len(bars) == 2
        assert all(one.accessibleName() == "Panels" for one in bars)
        window.menus.actions["panels_reset"].trigger()


def test_hints_do_not_widen_the_window(spanish: MainWindow) -> None:
    assert spanish.welcome.isVisible()
    assert spanish.minimumSizeHint().width() < 1000


def test_the_ways_to_resample_have_spanish_names(spanish: MainWindow) -> None:
    dialog = ImageSizeDialog(spanish.session.document, 30.0, None, spanish)
    names = [dialog.how_choice.itemText(row) for row in range(dialog.how_choice.count())]
    assert {"Con detalle", "Píxel más cercano"} <= set(names) and not set(names) & ENGLISH
    dialog.deleteLater()


@pytest.mark.parametrize("size", [(1280, 800), (1440, 900)])
@pytest.mark.parametrize("language", ["window", "spanish"])
def test_sliders_of_edits_by_words_stay_usable(
    language: str, size: tuple[int, int], request: pytest.FixtureRequest
) -> None:
    made: MainWindow = request.getfixturevalue(language)
    made.resize(*size)
    made.docks["words"].raise_()
    form = made.words.form
    form.more.heading.click()
    until(form.cross.isVisible, 10)
    pause(50)
    for field in (form.steps, form.cfg, form.cross, form.self_attention):
        assert field._slider.width() >= 80
        right = field.mapTo(made.words._body, field.rect().topRight()).x()
        assert right <= made.words._scroll.viewport().width() - 8


def test_a_word_that_was_put_in_is_scrolled_to(window: MainWindow) -> None:
    window.resize(1280, 640)
    window.regions.heading.click()
    window.prompt.form.heading.click()
    bar = window.prompt.verticalScrollBar()
    until(lambda: bar.maximum() > 100, 10)
    bar.setValue(bar.maximum())
    field = window.prompt.prompt
    assert field.visibleRegion().boundingRect().height() < field.height() // 2
    window.prompt.insert_word("apple")
    assert field.visibleRegion().boundingRect().height() == field.height()


def test_what_a_locked_layer_does_not_let_change_is_greyed(window: MainWindow) -> None:
    window.menus.actions["control_figure"].trigger()
    panel = window.layers
    panel.refresh()
    assert panel.tree.isColumnHidden(LOCK) and panel.control.strength.isEnabled()
    window.menus.actions["layer_locked"].trigger()
    panel.refresh()
    assert not panel.tree.isColumnHidden(LOCK)
    for part in (panel.control.strength, panel.control.used, panel.blend, panel.opacity):
        assert not part.isEnabled()
    # The lock does not take the place of what says that it is a control.
    item = panel.tree.topLevelItem(0)
    described = Qt.ItemDataRole.AccessibleTextRole
    assert item is not None and item.data(LOCK, described) == "Locked"
    assert "Control" in item.data(BADGE, described)
    panel.tree.itemClicked.emit(item, LOCK)
    panel.refresh()
    assert panel.tree.isColumnHidden(LOCK) and panel.blend.isEnabled()


def test_layers_of_edits_by_words_have_a_sign_of_their_own(window: MainWindow) -> None:
    raster = Raster.from_array(
        window.session.document.layers[0].raster.read(picture().document.rect)
    )
    for task in (Task.FILL, Task.REWRITE):
        layer = GenerativeLayer(raster=raster, name=task.value, recipe={"task": task.value})
        window.session.edit("Add", lambda old, one=layer: old.insert(one))
    window.layers.refresh()
    items = [window.layers.tree.topLevelItem(row) for row in range(2)]
    signs = [one.data(BADGE, Qt.ItemDataRole.DecorationRole).toImage() for one in items if one]
    names = ("ph.text-aa", "ph.sparkle")
    expected = [window.layers._small(window.icons.icons.get(one, accent=True)) for one in names]
    assert signs == [one.toImage() for one in expected] and signs[0] != signs[1]


def test_figures_can_be_made_out_in_the_list_of_layers(window: MainWindow) -> None:
    window.session.new(1024, 768)
    window.menus.actions["control_figure"].trigger()
    window.layers.refresh()
    item = window.layers.tree.topLevelItem(0)
    assert item is not None
    shown = item.icon(1).pixmap(34, 34).toImage()
    size = shown.width()
    values = [
        shown.pixelColor(x, y).value() for x in range(2, size - 2) for y in range(2, size - 2)
    ]
    assert sum(value > 140 for value in values) > 0.06 * len(values)
    assert sum(value < 10 for value in values) > 0.4 * len(values)


def test_hints_in_empty_fields_have_contrast(window: MainWindow) -> None:
    role = QPalette.ColorRole.PlaceholderText
    for name, colours in theme.THEMES.items():
        window.session.settings.set("theme", name)
        window.apply_theme()
        for field in (window.prompt.prompt, window.prompt.negative):
            shown = field.palette().color(role)
            assert shown.alpha() == 255
            assert theme.contrast(shown.name(), colours.field) >= 4.5
    window.session.settings.set("theme", "dark")
    window.apply_theme()


def test_numbers_stand_off_from_the_border(window: MainWindow) -> None:
    for field in (window.prompt.variations, window.layers.control.start):
        assert isinstance(field, QSpinBox)
        assert field.lineEdit().textMargins().left() == INSET


def test_the_selected_row_of_a_list_has_a_border(window: MainWindow) -> None:
    view = window.history.list
    window.docks["history"].raise_()
    until(view.isVisible, 10)
    view.setCurrentRow(0)
    pause(50)
    # Not the mouse's: a row under the pointer has another ground.
    place = view.visualItemRect(view.item(0))
    shown = view.viewport().grab(place).toImage()
    accent = [
        y
        for y in range(shown.height())
        if shown.pixelColor(shown.width() // 2, y).name() == DARK.accent
    ]
    assert len(accent) == 2
    window.docks["layers"].raise_()
    until(window.layers.tree.isVisible, 10)
    pause(50)
    tree = window.layers.tree
    row = tree.viewport().grab(tree.visualItemRect(tree.topLevelItem(0))).toImage()
    for y in (0, row.height() - 1):
        assert row.pixelColor(row.width() // 2, y).name() == DARK.accent


def test_icons_come_in_a_colour_of_the_theme(qapp: object) -> None:
    icons = Icons(DARK)
    shown = icons.get("ph.x-circle", colour="danger").pixmap(40, 40).toImage()
    colours = {
        shown.pixelColor(x, y).name()
        for x in range(40)
        for y in range(40)
        if shown.pixelColor(x, y).alpha() == 255
    }
    assert colours == {DARK.danger}


def test_learning_rates_are_written_as_the_language_does() -> None:
    from studio.ui.training.training_form import _rate_text

    before = QLocale()
    try:
        QLocale.setDefault(QLocale("es_ES"))
        assert (_rate_text(1e-4), _rate_text(0.0)) == ("0,0001", "")
        QLocale.setDefault(QLocale("en_US"))
        assert (_rate_text(1e-4), _rate_text(2000.0)) == ("0.0001", "2000")
    finally:
        QLocale.setDefault(before)
