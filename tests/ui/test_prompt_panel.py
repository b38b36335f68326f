"""The prompt box while it is typed in, the change of a layer, and the place of the next edit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from conftest import drag, until
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from studio.catalog.vocabulary import Vocabulary
from studio.core.geometry import Rect
from studio.document.layer import GenerativeLayer
from studio.document.raster import Raster
from studio.edit.request import AdapterUse, Sampling, Task
from studio.ui.widgets.prompt_edit import PromptEdit
from studio.ui.window.main_window import MainWindow

WORDS = Vocabulary(
    {
        "en": ["cat", "caterpillar", "car", "carrot", "hot dog", "bear", "teddy bear"],
        "es": ["gato", "oruga", "caracol", "oso", "oso de peluche", "carro"],
    },
    {"en": ["red", "redder"], "es": ["rojo"]},
)


@pytest.fixture
def field(window: MainWindow) -> PromptEdit:
    prompt = window.prompt.prompt
    window.prompt.set_words(WORDS, None, "en")
    window.activateWindow()
    prompt.setFocus()
    until(prompt.hasFocus, 20)
    return prompt


def popup_of(field: PromptEdit) -> object:
    return field._completer.popup()


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("key", [Qt.Key.Key_Tab, Qt.Key.Key_Return])
def test_a_whole_word_wins_over_its_longer_relatives(
    field: PromptEdit, window: MainWindow, language: str, key: Qt.Key
) -> None:
    window.prompt.set_words(WORDS, None, language)
    whole = {"en": ["cat", "a car", "bear", "red", "teddy bear"], "es": ["oso", "un carro"]}
    for text in whole[language]:
        field.clear()
        QTest.keyClicks(field, text)
        popup = popup_of(field)
        QTest.keyClick(popup if popup.isVisible() else field, key)  # type: ignore[attr-defined]
        assert field.toPlainText().strip() == text


def test_a_beginning_is_completed_by_tab(field: PromptEdit) -> None:
    QTest.keyClicks(field, "a hot")
    QTest.keyClick(field, Qt.Key.Key_Tab)
    assert field.toPlainText() == "a hot dog"


@pytest.mark.parametrize(
    ("language", "offered"), [("en", ["car", "carrot"]), ("es", ["carro", "caracol"])]
)
def test_only_words_of_the_interface_are_offered(
    field: PromptEdit, window: MainWindow, language: str, offered: list[str]
) -> None:
    window.prompt.set_words(WORDS, None, language)
    QTest.keyClicks(field, "ca")
    assert [one for one in field.completions if one.startswith("car")] == offered
    every = {name for code in WORDS.languages for name in WORDS.concepts(code)}
    assert set(field.completions) <= set(WORDS.concepts(language)) <= every


def test_the_starter_offers_words_of_one_language_only() -> None:
    starter = Vocabulary.load("starter")
    for language, other in (("en", "es"), ("es", "en")):
        own, foreign = starter.concepts(language), set(starter.concepts(other))
        for letter in "abcdefghilmnoprstu":
            found = starter.complete(letter, 50, language)
            assert set(found) <= set(own)
            assert not (set(found) - set(own)) & foreign


def test_nothing_is_said_of_a_word_while_it_is_typed(field: PromptEdit, window: MainWindow) -> None:
    panel = window.prompt
    QTest.keyClicks(field, "a qwrtzpl")
    panel._check_prompt()
    assert panel.notice.isHidden()
    QTest.keyClicks(field, " ")
    panel._check_prompt()
    assert "qwrtzpl" in panel.notice.text()
    QTest.keyClicks(field, "qwzz")
    panel._check_prompt()
    assert "qwzz" not in panel.notice.text() and "qwrtzpl" in panel.notice.text()
    window.canvas.setFocus()
    until(lambda: "qwzz" in panel.notice.text(), 20)


def test_an_open_list_goes_with_the_focus(field: PromptEdit, window: MainWindow) -> None:
    QTest.keyClicks(field, "a c")
    popup = popup_of(field)
    until(popup.isVisible, 20)  # type: ignore[attr-defined]
    window.canvas.setFocus()
    until(lambda: not popup.isVisible(), 20)  # type: ignore[attr-defined]
    assert QApplication.activePopupWidget() is None and window.canvas.hasFocus()
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_B)
    assert window.tool_bar.current.id == "brush" and field.toPlainText() == "a c"


@pytest.mark.parametrize("lines", [1, 2, 6])
def test_the_list_leaves_the_line_that_is_typed_free(field: PromptEdit, lines: int) -> None:
    field.setPlainText("\n".join(["a"] * (lines - 1) + [""]))
    field.moveCursor(field.textCursor().MoveOperation.End)
    QTest.keyClicks(field, "c")
    popup = popup_of(field)
    until(popup.isVisible, 20)  # type: ignore[attr-defined]
    corner = field.viewport().mapToGlobal(field.cursorRect().topLeft())
    line = field.cursorRect().translated(corner - field.cursorRect().topLeft())
    assert not popup.geometry().intersects(line)  # type: ignore[attr-defined]
    popup.hide()  # type: ignore[attr-defined]


def test_the_third_hint_puts_its_example_in_selected(window: MainWindow) -> None:
    window.prompt.prompt.clear()
    window.welcome.step_chosen.emit("paint")
    prompt = window.prompt.prompt
    assert prompt.toPlainText() and prompt.textCursor().selectedText() == prompt.toPlainText()
    QTest.keyClicks(prompt, "x")
    assert prompt.toPlainText() == "x"


# The change of a layer


@pytest.fixture
def made(window: MainWindow) -> GenerativeLayer:
    """Give a layer whose recipe differs from the panel in everything."""
    drag(window, (50, 40), (80, 60))
    session, panel = window.session, window.prompt
    sampling = Sampling(3, 2.5, "ddim", "normal", 77, 0.4, 2)
    panel.show_settings(
        replace(
            panel.settings,
            prompt="a teddy bear",
            negative_prompt="blurry",
            sampling=sampling,
            mask_blur=9,
            padding=50,
            adapters=(AdapterUse("lora", "/somewhere/ink wash.safetensors", 0.6),),
        )
    )
    request = session.request(Task.REPLACE)
    size = request.region.width, request.region.height
    pixels = np.full((size[1], size[0], 4), 200, np.uint8)
    assert request.mask is not None
    layer = GenerativeLayer(
        name="Bear",
        raster=Raster.from_array(pixels, request.region.x, request.region.y),
        recipe=request.to_recipe(),
        recipe_mask=session.document.mask,
    )
    session.edit("Layer", lambda old: old.insert(layer))
    panel.show_settings(replace(panel.settings, prompt="mine", adapters=(), mask_blur=2))
    panel.set_task(Task.FILL)
    return layer


def test_the_change_of_a_layer_is_shown_as_long_as_it_lasts(
    window: MainWindow, made: GenerativeLayer
) -> None:
    panel, session = window.prompt, window.session
    before = panel.settings
    window.commands.edit_recipe(made.id)
    assert not panel.recipe.isHidden()
    assert "Bear" in panel.recipe.text.text()
    assert [row.name.text() for row in panel.loras.rows] == ["ink wash"]
    shown = panel.settings
    assert (shown.prompt, shown.mask_blur, shown.padding) == ("a teddy bear", 9, 50)
    assert shown.adapters == (AdapterUse("lora", "/somewhere/ink wash.safetensors", 0.6),)
    assert shown.sampling.seed == 77 and panel.task is Task.REPLACE
    assert "Bear" in panel.place.text()
    asked: list[object] = []
    session.queue.changed.connect(lambda: asked.append([job.target for job in session.queue.jobs]))
    panel.form.fields["mask_blur"].set_value(11)
    assert panel.settings.mask_blur == 11
    assert panel.settings.adapters == shown.adapters, "typing loses the LoRA"
    panel.recipe.cancel.click()
    assert panel.recipe.isHidden() and panel.task is Task.FILL
    assert panel.settings == before


def test_done_keeps_the_settings_and_the_loras_that_are_shown(
    window: MainWindow, made: GenerativeLayer
) -> None:
    panel = window.prompt
    window.commands.edit_recipe(made.id)
    panel.recipe.done.click()
    assert panel.recipe.isHidden() and panel.recipe.layer_id is None
    assert panel.settings.prompt == "a teddy bear"
    assert [use.weight for use in panel.settings.adapters] == [0.6]
    assert [row.name.text() for row in panel.loras.rows] == ["ink wash"]


def test_the_change_ends_when_the_layer_or_the_document_goes(
    window: MainWindow, made: GenerativeLayer
) -> None:
    panel, session = window.prompt, window.session
    window.commands.edit_recipe(made.id)
    session.edit("Delete", lambda old: old.remove(made.id))
    assert panel.recipe.isHidden()
    session.undo()
    window.commands.edit_recipe(made.id)
    session.new(50, 50)
    assert panel.recipe.isHidden() and panel.settings.prompt == "a teddy bear"


# The place


def box(x: int, y: int, width: int, height: int) -> Raster:
    return Raster.from_array(np.full((height, width), 255, np.uint8), x, y)


def test_the_place_of_the_next_edit_is_said(window: MainWindow) -> None:
    panel, session = window.prompt, window.session

    def show(**values: Raster | None) -> str:
        session.edit("Place", lambda old: old.replace(**values))
        return panel.place.text()

    panel.set_task(Task.FILL)
    assert "Nowhere" in panel.place.text()
    assert show(mask=box(20, 20, 60, 60)) == "In the mask"
    assert "meet" in show(selection=box(50, 50, 60, 60))
    assert show(mask=None) == "In the selection"
    assert "does not count" in show(mask=box(2, 2, 5, 5))
    request = session.request(Task.FILL)
    assert request.mask is not None
    bounds = Raster.from_array(request.mask, request.region.x, request.region.y).bounds()
    assert bounds == Rect(50, 50, 60, 60)
    panel.set_task(Task.GENERATE)
    assert "whole canvas" in panel.place.text()
    panel.set_task(Task.REPLACE)
    session.undo(), session.undo(), session.undo(), session.undo()
    assert "whole picture" in panel.place.text()


def test_replace_begins_with_a_strength_that_keeps_shapes(window: MainWindow) -> None:
    panel = window.prompt
    panel.set_task(Task.REPLACE)
    assert panel.settings.sampling.denoise == pytest.approx(0.6)
    assert panel.strength.isVisibleTo(panel)
    panel.set_task(Task.FILL)
    assert not panel.strength.isVisibleTo(panel)


def test_marks_of_other_programs_are_no_words(window: MainWindow) -> None:
    panel = window.prompt
    panel.set_words(WORDS, None, "en")
    panel.set_networks(["Ink", "luna_v1"])
    panel.prompt.setPlainText("(cat:1.2), [car|bear], <lora:ink:0.8> BREAK ((teddy bear)) red++")
    panel._check_prompt()
    assert panel.notice.text() == ""
    panel.prompt.setPlainText("(qwrtz:1.2) <lora:rex:1> car")
    panel._check_prompt()
    said = panel.notice.text()
    assert "qwrtz" in said and "LoRA called rex" in said and "lora" not in said


def test_a_suggestion_leaves_the_brackets(window: MainWindow) -> None:
    panel = window.prompt
    panel.set_words(WORDS, None, "en")
    panel.prompt.setPlainText("a (caterpilar:1.2)")
    panel._check_prompt()
    panel.notice.linkActivated.emit("caterpilar")
    assert panel.prompt.toPlainText() == "a (caterpillar:1.2)"


def test_words_in_brackets_and_loras_are_completed(field: PromptEdit, window: MainWindow) -> None:
    window.prompt.set_networks(["Ink", "luna_v1"])
    QTest.keyClicks(field, "a (caterp")
    assert "caterpillar" in field.completions
    QTest.keyClick(field, Qt.Key.Key_Tab)
    assert field.toPlainText() == "a (caterpillar"
    for typed, offered in (("<i", "Ink"), ("<lora:lu", "luna_v1")):
        field.clear()
        QTest.keyClicks(field, f"a cat {typed}")
        assert field.completions == [f"<lora:{offered}:1>"]
        QTest.keyClick(field, Qt.Key.Key_Tab)
        assert field.toPlainText() == f"a cat <lora:{offered}:1>"
