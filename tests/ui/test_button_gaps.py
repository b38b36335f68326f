"""Icons of buttons do not touch their texts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QAbstractButton, QPushButton, QToolButton, QWidget

from studio.ui.widgets.icons import GAP, Icons
from studio.ui.widgets.theme import THEMES
from studio.ui.widgets.widgets import shows_text_beside_icon
from studio.ui.window.main_window import MainWindow


def buttons(root: QWidget) -> Iterator[QAbstractButton]:
    """Yield each button with an icon of the font before a text; carets of headings are narrow."""
    for kind in (QPushButton, QToolButton):
        for button in root.findChildren(kind):
            drawn = not button.icon().isNull() and shows_text_beside_icon(button)
            if drawn and button.objectName() != "section":
                yield button


def test_each_icon_beside_a_text_keeps_a_gap(window: MainWindow) -> None:
    found = list(buttons(window))
    names = {button.text() for button in found}
    assert {"Generate", "Apply", "Fill the outline", "Open…", "Discard"} <= names, names
    assert {"Lift something and move it", "Remove something"} <= names, names
    for button in found:
        size = button.iconSize()
        assert size.width() - size.height() == GAP, button.text()
        assert button.sizeHint().width() > size.width() + button.fontMetrics().horizontalAdvance(
            button.text()
        ), button.text()


@pytest.mark.parametrize("theme", sorted(THEMES))
def test_an_icon_with_room_for_a_gap_is_drawn_before_it(theme: str, qapp: object) -> None:
    side = 40
    icons = Icons(THEMES[theme])
    for name in ("ph.paint-bucket", "ph.text-aa", "ph.folder-open"):
        square = icons.get(name).pixmap(QSize(side, side)).toImage()
        wide = icons.get(name).pixmap(QSize(side + 2 * GAP, side)).toImage()
        assert inked(wide), name
        assert inked(wide) == inked(square), name


def inked(picture: QImage) -> list[int]:
    """Return the columns with something in them."""
    across, down = range(picture.width()), range(picture.height())
    return [x for x in across if any(picture.pixelColor(x, y).alpha() > 0 for y in down)]
