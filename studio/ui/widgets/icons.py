"""Phosphor icons from the font that QtAwesome ships, tinted by the theme.

The font and its table are read directly: importing QtAwesome itself loads all of its fonts, and
OpenGL with it, which would cost a third of the window's start.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QIconEngine, QPainter, QPixmap

from studio.core.errors import StudioError
from studio.ui.widgets.theme import DARK, Theme

PREFIX = "ph."
GAP = 4
"""Pixels between an icon and the text of a button; Qt's styles leave 2 to 4 and have no setting."""


@cache
def _font_files() -> tuple[Path, Path]:
    spec = find_spec("qtawesome")
    folders = list(spec.submodule_search_locations or ()) if spec else []
    for folder in folders:
        fonts = Path(folder) / "fonts"
        font = sorted(fonts.glob("phosphor-*.ttf"))
        table = sorted(fonts.glob("phosphor-charmap-*.json"))
        if font and table:
            return font[-1], table[-1]
    raise StudioError("The icons are missing.", "Install Lienzo again.")


@cache
def glyphs() -> dict[str, str]:
    """Return the characters of the icon font by name."""
    table: dict[str, str] = json.loads(_font_files()[1].read_text(encoding="utf-8"))
    return {name: chr(int(code, 16)) for name, code in table.items()}


@cache
def _family() -> str:
    font_id = QFontDatabase.addApplicationFontFromData(_font_files()[0].read_bytes())
    families = QFontDatabase.applicationFontFamilies(font_id)
    return families[0] if families else ""


class GlyphEngine(QIconEngine):
    """Draws one character of the icon font at any size."""

    def __init__(self, name: str, colour: str, disabled: str) -> None:
        super().__init__()
        self._name, self._colour, self._disabled = name, colour, disabled

    def clone(self) -> QIconEngine:
        """Return a copy for another QIcon."""
        return GlyphEngine(self._name, self._colour, self._disabled)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        """Draw the icon into a rectangle."""
        off = mode is QIcon.Mode.Disabled
        # If the size is wider than high, the excess is the gap before the text.
        square = QRect(rect.topLeft(), QSize(min(rect.width(), rect.height()), rect.height()))
        draw(painter, square, self._name, self._disabled if off else self._colour)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        """Return the icon as a picture of ``size`` device pixels."""
        if size.isEmpty():
            # A layout may squeeze a button to nothing for one frame before a panel has unfolded.
            return QPixmap()
        picture = QPixmap(size)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return picture


def draw(painter: QPainter, rect: QRect, name: str, colour: str) -> None:
    """Draw an icon such as "ph.eye" into a rectangle."""
    font = QFont(_family())
    font.setPixelSize(max(1, min(rect.width(), rect.height())))
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    painter.setFont(font)
    painter.setPen(QColor(colour))
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, glyphs()[name.removeprefix(PREFIX)])


def size_beside_text(side: int = 18) -> QSize:
    """Return the icon size of a button that also has a text, with the gap between the two."""
    return QSize(side + GAP, side)


class Icons:
    """Makes icons in the colours of the current theme."""

    def __init__(self, theme: Theme = DARK) -> None:
        self.theme = theme

    def get(
        self, name: str, *, accent: bool = False, on_accent: bool = False, colour: str = ""
    ) -> QIcon:
        """Return an icon; ``on_accent`` for one on the accent colour.

        ``colour`` is another colour of the theme, by its name.
        """
        theme = self.theme
        own = "on_accent" if on_accent else "accent_text" if accent else "text"
        return QIcon(GlyphEngine(name, getattr(theme, colour or own), theme.disabled))
