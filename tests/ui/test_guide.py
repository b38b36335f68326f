"""The guide inside the program, and that it says what the window does."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from importlib import util
from pathlib import Path

import pytest
from conftest import close, picture, until
from PySide6.QtCore import QUrl
from PySide6.QtGui import QTextImageFormat
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from studio import app
from studio.cli.command_files import FILES
from studio.cli.main import COMMANDS
from studio.core.settings import Settings
from studio.ui.dialogs.guide_viewer import PICTURE, GuideViewer, guide_file
from studio.ui.keys.keymap import portable
from studio.ui.widgets import theme, translation
from studio.ui.widgets.translation import message
from studio.ui.window.main_window import MainWindow

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guide.md"
TEXT = GUIDE.read_text(encoding="utf-8")


def opened(window: MainWindow) -> GuideViewer:
    """Open the guide by its action, and return the viewer."""
    window.menus.actions["guide"].trigger()
    viewer = next(one for one in window.findChildren(GuideViewer))
    until(viewer.isVisible, 20)
    return viewer


def top_of(viewer: GuideViewer) -> str:
    """Return the text of the first lines that are seen."""
    cursor = viewer.page.cursorForPosition(viewer.page.viewport().rect().topLeft())
    cursor.movePosition(cursor.MoveOperation.NextBlock, cursor.MoveMode.KeepAnchor, 3)
    return cursor.selectedText()


def test_the_guide_opens_inside_with_contents_and_pictures(window: MainWindow) -> None:
    viewer = opened(window)
    headings = re.findall(r"^#{2,3} (.+)$", TEXT, flags=re.MULTILINE)
    tree = viewer.contents
    listed = []
    for row in range(tree.topLevelItemCount()):
        item = tree.topLevelItem(row)
        listed += [item.text(0), *(item.child(n).text(0) for n in range(item.childCount()))]
    assert listed[1:] == headings
    pictures = 0
    block = viewer.page.document().begin()
    while block.isValid():
        for fragment in block:
            form = fragment.fragment().charFormat()
            if form.isImageFormat():
                image = viewer.page.document().resource(
                    2, QUrl(QTextImageFormat(form.toImageFormat()).name())
                )
                assert image.width() / image.devicePixelRatio() <= PICTURE + 1
                assert image.width() > 1
                pictures += 1
        block = block.next()
    assert pictures == len(re.findall(r"^ *!\[", TEXT, flags=re.MULTILINE))
    until(lambda: viewer.page.horizontalScrollBar().maximum() == 0, 20)
    viewer.resize(600, 500)
    until(lambda: viewer.page.viewport().width() < 500, 20)
    until(lambda: viewer.page.horizontalScrollBar().maximum() == 0, 20)
    again = opened(window)
    assert again is viewer


def test_links_lead_to_the_pages_on_the_generations_and_back(window: MainWindow) -> None:
    viewer = opened(window)
    assert viewer.go_to("Generations side by side") and not viewer.back.isEnabled()
    place = viewer.page.verticalScrollBar().value()
    viewer.page.anchorClicked.emit(QUrl("generations/index.md"))
    assert viewer.path.name == "index.md" and viewer.back.isEnabled()
    first = viewer.contents.topLevelItem(0)
    assert first is not None and first.text(0).startswith("The generations")
    assert viewer.go_to("In a lecture")
    # A heading of another page, then back twice by the keyboard and by the button.
    viewer.page.anchorClicked.emit(QUrl("../guide.md#edit-by-words"))
    assert viewer.path.name == "guide.md" and "Edit by words" in top_of(viewer)
    viewer.go_back()
    assert viewer.path.name == "index.md"
    viewer.back.click()
    assert viewer.path.name == "guide.md" and not viewer.back.isEnabled()
    assert abs(viewer.page.verticalScrollBar().value() - place) <= 2
    for wrong in ("generations/none.md", "../README.md", "https://example.com/a.md"):
        viewer.page.anchorClicked.emit(QUrl(wrong))
        assert viewer.path.name == "guide.md" and wrong in viewer.note.text()


def test_the_guide_opens_at_its_beginning(window: MainWindow) -> None:
    viewer = opened(window)
    bar = viewer.page.verticalScrollBar()
    until(lambda: bar.maximum() > 1000, 20)
    viewer.resize(700, 500)
    until(lambda: viewer.page.viewport().width() < 600, 20)
    until(lambda: viewer.page.picture_width == viewer._drawn, 20)
    assert bar.value() == 0


def test_the_guide_is_searched_and_followed(window: MainWindow) -> None:
    viewer = opened(window)
    viewer.search.setText("Null-text")
    assert viewer.count.text().startswith("1 of ")
    assert viewer.page.textCursor().block().text().find("ull-text") >= 0
    first = viewer.page.textCursor().position()
    QTest.keyClick(viewer.search, "\r")
    assert viewer.page.textCursor().position() > first
    viewer.search.setText("qwrtzpl")
    assert viewer.count.text() == "Not found"
    viewer.page.anchorClicked.emit(QUrl("#from-a-photo-of-a-person-to-a-new-pose"))
    assert "From a photo of a person" in top_of(viewer)
    viewer.page.anchorClicked.emit(QUrl("https://example.org/"))
    assert viewer.note.isVisible() and "example.org" in viewer.note.text()


def test_every_link_inside_the_guide_leads_to_a_heading(window: MainWindow) -> None:
    viewer = opened(window)
    for anchor in re.findall(r"\]\(#([^)]+)\)", TEXT):
        assert viewer.go_to(anchor), anchor


def test_the_guide_follows_the_theme(window: MainWindow) -> None:
    viewer = opened(window)
    viewer.go_to("Tools")
    window.session.settings.set("theme", "light")
    window.apply_theme()
    assert viewer.page.palette().base().color().name() == theme.LIGHT.field
    window.session.settings.set("theme", "dark")
    window.apply_theme()


def test_without_a_translation_the_guide_is_english_and_says_so(qapp: QApplication) -> None:
    settings = Settings(None)
    settings.set("language", "es")
    window = app.build(settings)
    try:
        window.show()
        viewer = opened(window)
        translated = guide_file("es")[1] == "es"
        assert viewer.note.isVisible() is not translated
        assert "Opening and saving" in viewer.page.toPlainText() or translated
    finally:
        close(window)
        translation.install(qapp, "en")


@pytest.mark.parametrize("language", translation.LANGUAGES)
def test_there_is_a_guide_for_every_language(language: str) -> None:
    path, _ = guide_file(language)
    assert path.is_file()


# What the guide says of keys, menus and commands


def rows_below(head: str) -> list[list[str]]:
    """Return the cells of the table of the guide whose first line is ``head``."""
    lines = TEXT.splitlines()
    start = lines.index(head) + 2
    found = []
    for line in lines[start:]:
        if not line.startswith("|"):
            break
        found.append([cell.strip() for cell in line.strip("|").split(" | ")])
    assert found
    return found


KEY_ROWS = rows_below("| menu | action | keys | in Krita's set |")
TOOL_ROWS = rows_below("| tool | key | what it does |")
BOLD_KEYS = re.findall(r"\*\*([^*]+)\*\*\s\(([^()]*(?:\([^()]*\))?[^()]*)\)", TEXT)
KEY = re.compile(r"(?:Ctrl|Alt|Shift)\+(?:Shift\+|Alt\+)*(?:\w+|\S)|F\d+|Del|Tab\b")
NOT_ACTIONS = {
    "Before": "\\",
    "Apply": "Enter",
    "Discard": "Delete",
    "Teach": "Ctrl+Return",
}
"""Buttons by the keys that they answer to; the tests of their panels press them."""


def keys_of(cell: str) -> tuple[str, ...]:
    return tuple(re.findall(r"`([^`]+)`", cell))


@pytest.fixture(scope="module")
def furnished(qapp: QApplication) -> Iterator[MainWindow]:
    made = app.build(Settings(None))
    made.session.adopt(picture(), None)
    yield made
    close(made)


def plain(text: str) -> str:
    return text.replace("&", "").rstrip("…")


def path_of(window: MainWindow, name: str) -> str:
    """Return where an action stands, as the guide writes it: "File: Export"."""
    if name.startswith("tool_"):
        return "Tools"
    action = window.menus.actions[name]

    def search(menu: QMenu, path: str) -> str:
        for one in menu.actions():
            if one is action:
                return path
            inner = one.menu()
            if isinstance(inner, QMenu):
                found = search(inner, f"{path}: {plain(one.text())}")
                if found:
                    return found
        return ""

    for one in window.menuBar().actions():
        menu = one.menu()
        if isinstance(menu, QMenu):
            found = search(menu, plain(one.text()))
            if found:
                return found
    return "not there yet" if name.startswith("later_") else "no menu"


@pytest.mark.parametrize("row", KEY_ROWS, ids=[row[1] for row in KEY_ROWS])
def test_each_key_of_the_guide_is_the_program_s(furnished: MainWindow, row: list[str]) -> None:
    menu, label, keys, krita = row
    keymap = furnished.keymap
    if label == "Opacity 10 % to 100 %":
        assert [keymap.keys(f"opacity_{digit}") for digit in range(10)] == [
            (str(digit),) for digit in range(10)
        ]
        assert [keymap.defaults(f"opacity_{digit}", "krita") for digit in range(10)] == [()] * 10
        return
    named = [
        name
        for name, one in keymap.rows.items()
        if plain(one.action.text()) == label and path_of(furnished, name) == menu
    ]
    assert len(named) == 1, f"{menu}: {label} is {named}"
    written = tuple(portable(key) for key in keys_of(keys))
    assert keymap.keys(named[0]) == written
    assert [one.toString() for one in keymap.rows[named[0]].action.shortcuts()] == list(written)
    others = written if not krita else tuple(portable(key) for key in keys_of(krita))
    assert keymap.defaults(named[0], "krita") == others


def test_the_guide_leaves_no_key_out(furnished: MainWindow) -> None:
    written = {portable(key) for row in KEY_ROWS for key in keys_of(row[2])}
    given = {key for name in furnished.keymap.rows for key in furnished.keymap.keys(name)}
    digits = {str(digit) for digit in range(10)}
    assert written | digits == given | digits


@pytest.mark.parametrize("row", TOOL_ROWS, ids=[row[0] for row in TOOL_ROWS])
def test_each_tool_of_the_guide_is_taken_by_its_key(furnished: MainWindow, row: list[str]) -> None:
    action = next(one for one in furnished.tool_bar.tool_actions.values() if one.text() == row[0])
    assert action.shortcut().toString() == row[1]
    action.trigger()
    assert message(furnished.tool_bar.current.label) == row[0]
    for held in re.findall(r"\b(?:Shift|Alt|Ctrl)\b", row[2]):
        assert held in message(furnished.tool_bar.current.tip), f"the tip says nothing of {held}"


@pytest.mark.parametrize("said", BOLD_KEYS, ids=[name for name, _ in BOLD_KEYS])
def test_each_name_with_a_key_is_an_action_with_that_key(
    furnished: MainWindow, said: tuple[str, str]
) -> None:
    name, rest = said
    name = " ".join(name.split())
    keys = [portable(key) for key in KEY.findall(rest)]
    if NOT_ACTIONS.get(name) or not keys:
        return
    owners = {plain(one.action.text()): one.id for one in furnished.keymap.rows.values()}
    found = [one for label, one in owners.items() if label == plain(name)]
    assert found, f"no action is called {name}"
    assert set(keys) & set(furnished.keymap.keys(found[0])), (name, keys)


def test_every_key_that_the_guide_names_belongs_to_something(furnished: MainWindow) -> None:
    given = {key for name in furnished.keymap.rows for key in furnished.keymap.keys(name)}
    own = {"Ctrl+C", "Shift+R", "Alt+click", "Shift+click", "Shift+Tab"}
    own |= {"Shift+drag", "Ctrl+drag", "Ctrl+Up", "Ctrl+Down"}
    prose = "\n".join(line for line in TEXT.splitlines() if not line.startswith("|"))
    named = set(re.findall(r"(?<![\w+])(?:(?:Ctrl|Alt|Shift)\+)+(?:\w+|[^\s\w)])", prose))
    missing = {key for key in named if portable(key) not in given and key not in own}
    assert not missing


MENU_PATHS = [
    ("Layer", "Edit the words again"),
    ("Control", "Draw a figure"),
    *((found[1], found[0]) for found in re.findall(r"\*\*([^*]+)\*\* \((\w+) menu", TEXT)),
    *((found[1], found[0]) for found in re.findall(r"\*\*([^*]+)\*\* \((View|Edit)\)", TEXT)),
]


@pytest.mark.parametrize("path", MENU_PATHS, ids=[" > ".join(path) for path in MENU_PATHS])
def test_each_menu_path_of_the_guide_leads_to_an_action(
    furnished: MainWindow, path: tuple[str, str]
) -> None:
    menu = furnished.menus.menus[path[0].lower()]
    assert path[1] in {plain(action.text()) for action in menu.actions()}


def test_each_command_line_of_the_table_is_understood() -> None:
    for cell, _ in rows_below("| command | what it does |"):
        for command in re.findall(r"`lienzo (\w+)", cell):
            assert command in {*COMMANDS, *FILES}, command


HEADINGS = {
    "Closing",
    "Exchange",
    "In the window",
    "Methods",
    "Painting depth and segmentation",
    "Poses",
    "The panel",
    "While it learns",
    "bold",
}
"""What is bold because a paragraph begins with it, and the word that says what bold means."""


def test_what_is_bold_in_the_guide_stands_in_the_window() -> None:
    path = GUIDE.parents[1] / "packaging" / "translate.py"
    spec = util.spec_from_file_location("translate", path)
    assert spec is not None and spec.loader is not None
    translate = util.module_from_spec(spec)
    sys.modules["translate"] = translate
    spec.loader.exec_module(translate)
    said = {
        text.replace("&", "").rstrip("…. :").casefold()
        for _, text in translate.collect(GUIDE.parents[1] / "studio")
    }
    bold = {" ".join(one.split()).rstrip("….:") for one in re.findall(r"\*\*([^*]+)\*\*", TEXT)}
    assert len(bold) > 60
    assert not {one for one in bold - HEADINGS if one.casefold() not in said}
