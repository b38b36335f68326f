"""File > New in the real window: presets, paper, backgrounds, limits, and what comes of it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from conftest import close, drag, picture, until
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QColorDialog, QComboBox, QWidget

from studio import app
from studio.catalog.models import STARTER, identify, model_folder
from studio.core.errors import StudioError
from studio.core.settings import Settings
from studio.document.document import MAX_SIZE
from studio.document.io import formats
from studio.document.layer import RasterLayer
from studio.document.render.compositor import composite
from studio.tools.registry import spec
from studio.ui.dialogs.new_dialog import SETTING, NewDialog
from studio.ui.documents import files, sample
from studio.ui.models.model_choice import kept_model
from studio.ui.window.main_window import MainWindow

Make = Callable[[], NewDialog]


@pytest.fixture
def dialog(window: MainWindow) -> Iterator[Make]:
    """Give what opens the dialog."""
    made: list[NewDialog] = []
    QGuiApplication.clipboard().clear()

    def make() -> NewDialog:
        made.append(NewDialog(window.settings, window.icons, (200, 40, 90), window))
        made[-1].show()
        return made[-1]

    yield make
    for one in made:
        one.reject()
        one.deleteLater()
    QGuiApplication.clipboard().clear()


def choose(box: QComboBox, data: str) -> None:
    """Choose an item as an artist does."""
    index = box.findData(data)
    assert index >= 0, f"{data} is not offered"
    box.setCurrentIndex(index)
    box.activated.emit(index)


def create(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, work: Callable[[NewDialog], object]
) -> None:
    """Trigger the menu's row; ``work`` fills the dialog in before it is accepted."""

    def answer(dialog: NewDialog) -> int:
        dialog.show()
        work(dialog)
        dialog.accept_button.click()
        return dialog.result()

    monkeypatch.setattr(NewDialog, "exec", answer)
    window.menus.actions["new"].trigger()


# The dialog


def test_presets_are_sizes_on_screen_and_on_paper(dialog: Make) -> None:
    one = dialog()
    assert one.size_asked == (1024, 1024) and one.preset.currentData() == "square-1024"
    for name, size, dpi in (
        ("full-hd", (1920, 1080), 96),
        ("hd", (1280, 720), 96),
        ("qhd", (2560, 1440), 96),
        ("4k", (3840, 2160), 96),
        ("a4", (2480, 3508), 300),
        ("a5", (1748, 2480), 300),
        ("letter", (2550, 3300), 300),
        ("square-512", (512, 512), 96),
    ):
        choose(one.preset, name)
        assert (one.size_asked, one.density.value()) == (size, dpi), name
        assert one.preset.currentData() == name
    choose(one.preset, "a4")
    one.turns[1].click()
    assert one.size_asked == (3508, 2480) and one.preset.currentData() == "a4"
    one.density.setValue(150)
    assert one.size_asked == (1754, 1240) and one.preset.currentData() == "a4"
    choose(one.preset, "a5")
    assert one.density.value() == 150, "a density of one's own stays"
    one.fields[0].setValue(100)
    assert one.preset.currentData() == "custom"
    one.fields[1].setValue(100)
    assert not one.turns[0].isEnabled() and not one.turns[1].isEnabled()


def test_another_unit_changes_no_pixel(dialog: Make) -> None:
    one = dialog()
    choose(one.preset, "letter")
    for name, value in (("in", 8.5), ("cm", 21.59), ("mm", 215.9), ("px", 2550), ("in", 8.5)):
        choose(one.unit, name)
        assert one.fields[0].value() == pytest.approx(value, abs=0.005), name
        assert one.size_asked == (2550, 3300) and one.preset.currentData() == "letter"
    one.density.setValue(100)
    assert one.size_asked == (850, 1100)
    choose(one.unit, "px")
    one.density.setValue(300)
    assert one.size_asked == (850, 1100)


def test_the_clipboards_size_is_offered_while_it_holds_a_picture(dialog: Make) -> None:
    assert dialog().preset.findData("clipboard") < 0
    QGuiApplication.clipboard().setImage(QImage(321, 123, QImage.Format.Format_RGB32))
    one = dialog()
    choose(one.preset, "clipboard")
    assert one.size_asked == (321, 123) and "321 x 123" in one.preset.currentText()


def test_what_does_not_fit_is_said_before_it_is_asked(dialog: Make) -> None:
    one = dialog()
    assert f"{MAX_SIZE}" in one.note.text() and "268 megapixels" in one.note.text()
    assert one.note.objectName() == "caption" and one.accept_button.isEnabled()
    for size in ((MAX_SIZE + 1, 10), (20_000, 20_000), (0, 10)):
        for field, value in zip(one.fields, size, strict=True):
            field.setValue(value)
        assert one.size_asked == size, "no digit is swallowed"
        assert not one.accept_button.isEnabled()
        assert one.note.objectName() == "notice" and f"{size[0]} x {size[1]}" in one.note.text()
        QTest.keyClick(one.fields[0], Qt.Key.Key_Return)
        assert one.isVisible()
    one.fields[0].setValue(20)
    assert one.accept_button.isEnabled() and one.note.objectName() == "caption"


def test_it_is_worked_by_keyboard_alone(dialog: Make) -> None:
    one = dialog()
    one.activateWindow()
    until(one.fields[0].hasFocus, 20)
    QTest.keyClicks(one.fields[0], "640")
    seen: list[QWidget | None] = []
    while QApplication.focusWidget() not in seen:
        focused = QApplication.focusWidget()
        seen.append(focused)
        assert isinstance(focused, QWidget) and focused.accessibleName()
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    buttons = one.buttons.buttons()
    wanted = [one.preset, *one.fields, one.unit, one.density, one.background, *buttons]
    assert set(wanted) <= set(seen) and one.turns[0] in seen
    QTest.keyClick(one.fields[0], Qt.Key.Key_Return)
    assert not one.isVisible() and one.size_asked == (640, 1024)
    other = dialog()
    QTest.keyClick(other.background, Qt.Key.Key_Escape)
    assert not other.isVisible()


@pytest.mark.parametrize(("typed", "dpi"), [("1200", 1200.0), ("118.11", 118.11), ("96", 96.0)])
def test_a_density_can_be_typed_and_typed_over(dialog: Make, typed: str, dpi: float) -> None:
    one = dialog()
    one.activateWindow()
    for value in (5000.0, dpi):
        one.density.setFocus()
        until(one.density.hasFocus, 20)
        one.density.selectAll()
        QTest.keyClicks(one.density, f"{value:g}" if value != dpi else typed)
        assert one.density.value() == value
        one.fields[0].setFocus()
        until(one.fields[0].hasFocus, 20)
        assert one.density.value() == value, "what is shown is read back as the same number"
        assert one.density.text() == f"{value:g} dpi"


def test_the_last_values_come_back_and_damaged_ones_do_not(
    window: MainWindow, dialog: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = dialog()
    choose(one.preset, "a5")
    one.turns[1].click()
    one.density.setValue(200)
    choose(one.background, "colour")
    monkeypatch.setattr(QColorDialog, "getColor", lambda *_: QColor(1, 2, 3))
    one.well.click()
    one.remember()
    other = dialog()
    assert (other.size_asked, other.density.value()) == ((1654, 1165), 200)
    assert other.preset.currentData() == "a5" and other.unit.currentData() == "mm"
    assert other.ground == (1, 2, 3) and other.well.isVisible()
    again = Settings(window.settings._path)
    assert again.get(SETTING) == window.settings.get(SETTING)
    good = dict(window.settings.get(SETTING))
    for name, value in (
        ("width", "wide"),
        ("width", 1e300),
        ("width", 1e6),
        ("height", None),
        ("height", -4),
        ("unit", "parsec"),
        ("dpi", 0),
        ("dpi", [300]),
    ):
        window.settings.set(SETTING, {**good, name: value})
        assert dialog().size_asked == (1024, 1024), (name, value)
    window.settings.set(SETTING, {**good, "background": "plaid", "colour": "#nocolour"})
    assert dialog().ground == (255, 255, 255)
    window.settings.set(SETTING, "a5")
    assert dialog().size_asked == (1024, 1024)


# What comes of it


@pytest.mark.parametrize(
    ("background", "name", "colour"),
    [
        ("white", "Background", (255, 255, 255, 255)),
        ("black", "Background", (0, 0, 0, 255)),
        ("colour", "Background", (9, 8, 7, 255)),
        ("transparent", "Layer 1", (0, 0, 0, 0)),
    ],
)
def test_a_new_document_has_a_layer_and_is_unmodified_until_it_is_touched(
    window: MainWindow,
    monkeypatch: pytest.MonkeyPatch,
    background: str,
    name: str,
    colour: tuple[int, ...],
) -> None:
    window.tool_options.color = (9, 8, 7)

    def fill(dialog: NewDialog) -> None:
        choose(dialog.preset, "full-hd")
        choose(dialog.background, background)

    create(window, monkeypatch, fill)
    session = window.session
    document = session.document
    assert (document.width, document.height, document.dpi) == (1920, 1080, 96.0)
    assert [layer.name for layer in document.layers] == [name]
    assert document.active_layer() is document.layers[0]
    assert (composite(document, document.rect) == colour).all()
    assert not session.is_modified and not session.can_lose and not session.history.can_undo
    assert not window.tabs.tabText(window.tabs.currentIndex()).endswith("•")
    asked: list[object] = []
    monkeypatch.setattr(files, "ask_to_save", lambda *names: asked.append(names))
    page = window.page
    window.files.close(page)
    assert not page.is_open and not asked


def test_painting_on_a_new_document_modifies_it_and_undo_brings_it_back(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    create(window, monkeypatch, lambda dialog: choose(dialog.preset, "square-512"))
    session = window.session
    until(lambda: window.canvas.is_complete, 20)
    window.tool_bar.choose(spec("brush"))
    drag(window, (100, 100), (180, 140))
    layer = session.document.layers[0]
    assert isinstance(layer, RasterLayer) and session.is_modified and session.can_lose
    assert np.asarray(layer.raster.read(session.document.rect))[:, :, :3].min() == 0
    assert window.tabs.tabText(window.tabs.currentIndex()).endswith("•")
    window.menus.actions["undo"].trigger()
    assert not session.is_modified
    assert not window.tabs.tabText(window.tabs.currentIndex()).endswith("•")


def test_cancel_makes_nothing_and_remembers_nothing(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    def leave(dialog: NewDialog) -> int:
        choose(dialog.preset, "a4")
        dialog.reject()
        return dialog.result()

    monkeypatch.setattr(NewDialog, "exec", leave)
    before = window.page
    window.menus.actions["new"].trigger()
    assert window.documents.pages == [before] and window.settings.get(SETTING) is None


def test_the_document_is_made_also_where_the_settings_cannot_be_saved(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise StudioError("The settings cannot be saved (full).")

    monkeypatch.setattr(NewDialog, "remember", refuse)
    create(window, monkeypatch, lambda dialog: choose(dialog.preset, "square-512"))
    assert window.session.document.width == 512
    assert "cannot be saved" in window.messages.text.text()


# The tab


def test_a_new_tab_paints_as_the_one_before(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    models = tmp_path / "models" / "own"
    shutil.copytree(model_folder(STARTER), models, copy_function=os.link, symlinks=True)
    window.commands.models.load()
    until(lambda: not window.background.is_busy, 60)
    window.commands.models.use_folder(models.parent)
    until(lambda: not window.background.is_busy, 60)
    own = identify(models).id
    assert own != STARTER and window.prompt.settings.model == own
    sampling = replace(
        window.prompt.settings.sampling,
        **{"steps": 33, "cfg_scale": 4.5, "sampler": "ddim", "denoise": 0.35, "seed": 77},
        variations=3,
    )
    asked = replace(window.prompt.settings, prompt="a cat", sampling=sampling, mask_blur=11)
    window.prompt.show_settings(replace(asked, padding=48))
    create(window, monkeypatch, lambda dialog: choose(dialog.preset, "square-512"))
    assert len(window.documents.pages) == 2
    for settings in (window.prompt.settings, window.session.edit_settings):
        assert settings.model == own and settings.prompt == ""
        assert settings.sampling == replace(sampling, seed=-1)
        assert (settings.mask_blur, settings.padding) == (11, 48)
    assert window.prompt.form.model.currentData() == own
    assert window.page.words_for == own
    shown = window.prompt.form.fields
    assert (shown["steps"].value, shown["denoise"].value, shown["padding"].value) == (33, 0.35, 48)


def test_the_model_is_there_again_after_a_restart_unless_it_is_gone(
    window: MainWindow, tmp_path: Path
) -> None:
    models = tmp_path / "models" / "own"
    shutil.copytree(model_folder(STARTER), models, copy_function=os.link, symlinks=True)
    window.commands.models.use_folder(models.parent)
    own = identify(models).id
    until(lambda: window.prompt.settings.model == own and not window.background.is_busy, 60)
    path = window.settings._path
    for gone in (False, True):
        if gone:
            shutil.rmtree(models)
        again = app.build(Settings(path))
        try:
            again.show()
            again.session.adopt(picture(), None)
            again.commands.models.load()
            until(lambda found=again: found.prompt.form.has_models, 60)
            until(lambda found=again: not found.background.is_busy, 60)
            expected = STARTER if gone else own
            assert again.prompt.settings.model == again.page.words_for == expected
            assert again.prompt.form.model.currentData() == expected
            assert kept_model(again.settings) == expected
            said = again.messages.text.text()
            assert ("own, the model used last, is missing" in said) is gone
        finally:
            close(again)


def test_a_new_tab_takes_the_artists_settings_and_not_those_of_a_recipe(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = window.prompt.settings
    window.prompt.show_settings(
        replace(settings, sampling=replace(settings.sampling, steps=31), prompt="a cat")
    )
    recipe = replace(settings, sampling=replace(settings.sampling, steps=7), prompt="a dog")
    window.prompt.begin_recipe("layer", "dog", recipe, window.prompt.task)
    create(window, monkeypatch, lambda dialog: None)
    assert window.prompt.settings.sampling.steps == 31 and window.prompt.settings.prompt == ""
    assert not window.prompt.recipe.layer_id


# Names


def test_tabs_and_the_title_bar_name_a_document_as_soon_as_it_has_the_name(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def shown() -> tuple[str, str]:
        text = window.tabs.tabText(window.tabs.currentIndex())
        return text, window.windowTitle().removesuffix("[*] - Lienzo")

    assert shown() == ("Untitled", "Untitled")
    window.menus.actions["sample"].trigger()
    until(lambda: len(window.documents.pages) == 2 and not window.background.is_busy, 60)
    assert window.page.is_sample and shown() == ("Sample photo", "Sample photo")
    offered: list[str] = []
    path = tmp_path / "garden.ora"

    def save(parent: object, title: str, start: str, kinds: str, background: object) -> str:
        offered.append(Path(start).name)
        return str(path)

    monkeypatch.setattr("studio.ui.documents.files.ask_save", save)
    window.menus.actions["save_as"].trigger()
    until(lambda: window.session.path == path, 60)
    assert offered == ["Sample photo.ora"] and shown() == ("garden.ora", "garden.ora")
    # It is the artist's own by now: the next document does not take its place.
    create(window, monkeypatch, lambda dialog: None)
    assert len(window.documents.pages) == 3 and shown() == ("Untitled 2", "Untitled 2")
    names = [window.tabs.tabText(i) for i in range(3)]
    assert names == ["Untitled", "garden.ora", "Untitled 2"]


def test_documents_without_a_file_are_told_apart(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def names() -> list[str]:
        return [window.tabs.tabText(i).rstrip(" •") for i in range(window.tabs.count())]

    for _ in range(2):
        create(window, monkeypatch, lambda dialog: None)
    assert names() == ["Untitled", "Untitled 2", "Untitled 3"]
    window.session.save(tmp_path / "garden.ora")
    assert names() == ["Untitled", "Untitled 2", "garden.ora"]
    window.documents.drop(window.documents.pages[0])
    assert names() == ["Untitled 2", "garden.ora"], "none is renamed by another that is closed"
    create(window, monkeypatch, lambda dialog: None)
    assert names() == ["Untitled 2", "garden.ora", "Untitled"]


def test_a_document_that_is_begun_where_none_is_open_paints_as_the_one_before(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = window.prompt.settings
    sampling = replace(settings.sampling, steps=33, cfg_scale=4.5)
    window.prompt.show_settings(replace(settings, sampling=sampling))
    window.documents.drop(window.page)
    assert window.session.is_blank and window.tabs.count() == 0
    create(window, monkeypatch, lambda dialog: choose(dialog.preset, "square-512"))
    assert len(window.documents.pages) == 1 and window.session.document.width == 512
    assert window.session.edit_settings.sampling == replace(sampling, seed=-1)
    until(lambda: window.canvas.isVisible() and window.canvas.is_complete, 20)


def test_another_document_in_the_place_of_the_sample_has_its_own_name(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = formats.open_document(sample.sample_photo())
    page = window.documents.fill(lambda session: session.adopt(opened, None))
    page.is_sample = True
    create(window, monkeypatch, lambda dialog: None)
    assert window.page is page and not page.is_sample
    assert window.tabs.tabText(window.tabs.currentIndex()) == "Untitled 2"
    assert window.windowTitle().startswith("Untitled 2")
