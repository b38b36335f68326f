"""The guide inside the program, and that it says what the window does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from conftest import close, until
from PySide6.QtCore import QUrl
from PySide6.QtGui import QTextImageFormat
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from studio import app
from studio.core.settings import Settings
from studio.ui import theme, translation
from studio.ui.guide_viewer import PICTURE, GuideViewer, guide_file
from studio.ui.main_window import MainWindow

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
    again = opened(window)
    assert again is viewer


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
