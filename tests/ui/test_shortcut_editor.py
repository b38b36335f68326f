"""The shortcut editor: search, change, take away, reset, sets; all of it at once and for good."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from conftest import until
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialogButtonBox

from studio.core.settings import Settings
from studio.tools.registry import spec
from studio.ui.keys.key_sets import FIXED
from studio.ui.keys.keymap import Keymap
from studio.ui.keys.shortcut_editor import ShortcutEditor
from studio.ui.window.main_window import MainWindow


@pytest.fixture
def editor(window: MainWindow) -> Iterator[ShortcutEditor]:
    made = ShortcutEditor(window.keymap, window)
    made.show()
    yield made
    made.reject()
    made.deleteLater()


def type_key(editor: ShortcutEditor, key: str) -> None:
    combination = QKeySequence(key)[0]
    editor.edit.setFocus()
    QTest.keyClick(editor.edit, combination.key(), combination.keyboardModifiers())


def press(window: MainWindow, key: Qt.Key) -> None:
    window.activateWindow()
    window.canvas.setFocus()
    until(lambda: window.canvas.hasFocus(), 20)
    QTest.keyClick(window.canvas, key)


def test_every_action_and_tool_is_listed_with_its_keys(
    window: MainWindow, editor: ShortcutEditor
) -> None:
    for name, action in window.menus.actions.items():
        keys = [key.toString(QKeySequence.SequenceFormat.NativeText) for key in action.shortcuts()]
        assert editor._items[name].text(1).split("   ") == (keys or [""])
    for name, action in window.tool_bar.tool_actions.items():
        assert editor._items[f"tool_{name}"].text(1) == action.shortcut().toString()


def test_a_tool_gets_another_letter_which_its_owner_loses(
    window: MainWindow, editor: ShortcutEditor
) -> None:
    editor.choose("tool_brush")
    type_key(editor, "E")
    assert "Eraser" in editor.note.text() and editor.give.isEnabled()
    editor.give.click()
    assert editor._items["tool_eraser"].text(1) == ""
    assert window.tool_bar.tool_actions["brush"].shortcut().toString() == "B", "not yet applied"
    editor.buttons.button(QDialogButtonBox.StandardButton.Apply).click()
    window.tool_bar.choose(spec("move"))
    press(window, Qt.Key.Key_E)
    assert window.tool_bar.current.id == "brush"
    press(window, Qt.Key.Key_B)
    assert window.tool_bar.current.id == "brush"
    assert "(E)" in window.tool_bar.tool_actions["brush"].toolTip()
    assert window.settings.get("shortcuts") == {"tool_brush": ["E"], "tool_eraser": []}


def test_a_menu_shows_the_new_key_and_reset_brings_the_old_one_back(
    window: MainWindow, editor: ShortcutEditor
) -> None:
    editor.choose("layer_merge")
    type_key(editor, "Ctrl+Alt+9")
    editor.add.click()
    editor.apply()
    action = window.menus.actions["layer_merge"]
    assert [key.toString() for key in action.shortcuts()] == ["Ctrl+E", "Ctrl+Alt+9"]
    editor.choose("layer_merge")
    editor.reset.click()
    editor.apply()
    assert [key.toString() for key in action.shortcuts()] == ["Ctrl+E"]
    assert window.settings.get("shortcuts") == {}
    editor.choose("layer_merge")
    editor.remove.click()
    editor.apply()
    assert not action.shortcuts()
    editor.reset_all.click()
    editor.apply()
    assert action.shortcut().toString() == "Ctrl+E"


def test_the_keys_of_krita(window: MainWindow, editor: ShortcutEditor) -> None:
    editor.sets.setCurrentIndex(editor.sets.findData("krita"))
    editor.sets.activated.emit(editor.sets.currentIndex())
    editor.apply()
    press(window, Qt.Key.Key_T)
    assert window.tool_bar.current.id == "move"
    press(window, Qt.Key.Key_F)
    assert window.tool_bar.current.id == "control_fill"
    assert window.menus.actions["select_none"].shortcut().toString() == "Ctrl+Shift+A"
    assert window.settings.get("shortcut_set") == "krita"


def test_keys_of_the_canvas_are_refused_with_a_sentence(editor: ShortcutEditor) -> None:
    editor.choose("tool_brush")
    for key in FIXED:
        editor.edit.setKeySequence(QKeySequence(key))
        assert not editor.give.isEnabled() and "canvas" in editor.note.text(), key


def test_search_finds_names_and_keys(editor: ShortcutEditor) -> None:
    def found() -> set[str]:
        return {name for name, item in editor._items.items() if not item.isHidden()}

    editor.search.setText("merge")
    assert "layer_merge" in found() and "tool_brush" not in found()
    editor.search.setText("ctrl+shift+d")
    assert "select_again" in found() and "layer_merge" not in found()
    editor.search.setText("zzzz")
    assert not found() and all(group.isHidden() for group in editor._groups)


def test_cancel_changes_nothing(window: MainWindow, editor: ShortcutEditor) -> None:
    editor.choose("tool_brush")
    type_key(editor, "Y")
    editor.give.click()
    editor.reject()
    assert window.tool_bar.tool_actions["brush"].shortcut().toString() == "B"


def test_settings_that_are_no_keys_are_dropped(window: MainWindow) -> None:
    settings = Settings(None)
    settings.set("shortcut_set", "nothing")
    settings.set("shortcuts", {"tool_brush": ["E"], "undo": 7, "gone": ["Ctrl+9"], "redo": ["?!x"]})
    made = Keymap(settings)
    for name, row in window.keymap.rows.items():
        made.rows[name] = row
    keys = made.resolved(made.chosen, made.changes)
    assert keys["tool_brush"] == ("E",) and keys["tool_eraser"] == ()
    assert keys["undo"] == ("Ctrl+Z",) and "gone" not in keys
