"""The dark and light themes: one palette each, applied to one style sheet."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPalette
from PySide6.QtWidgets import QApplication

from studio.core.paths import resource


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours as "#rrggbb"; every text colour has a contrast of 4.5:1 on its backgrounds."""

    name: str
    window: str
    panel: str
    raised: str
    hover: str
    field: str
    border: str
    field_border: str
    text: str
    muted: str
    disabled: str
    accent: str
    accent_hover: str
    on_accent: str
    accent_text: str
    selected: str
    canvas: str
    checker_a: str
    checker_b: str
    warning: str
    danger: str


DARK = Theme(
    name="dark",
    window="#1f2023",
    panel="#27292d",
    raised="#33363b",
    hover="#3d4046",
    field="#1a1b1e",
    border="#16171a",
    field_border="#6f747d",
    text="#e6e7ea",
    muted="#abb0b9",
    disabled="#767b85",
    accent="#4fc3ae",
    accent_hover="#66d3bf",
    on_accent="#08211c",
    accent_text="#63d0bc",
    selected="#2b4a47",
    canvas="#17181a",
    checker_a="#3a3b3e",
    checker_b="#47494c",
    warning="#e5b567",
    danger="#f28b82",
)

LIGHT = Theme(
    name="light",
    window="#e9eaec",
    panel="#f5f5f7",
    raised="#ffffff",
    hover="#dfe2e6",
    field="#ffffff",
    border="#cfd2d7",
    field_border="#82878f",
    text="#1d1f23",
    muted="#565b64",
    disabled="#8b9099",
    accent="#0c7565",
    accent_hover="#0a6557",
    on_accent="#ffffff",
    accent_text="#0b6b5c",
    selected="#cfe8e3",
    canvas="#c6c8cc",
    checker_a="#ffffff",
    checker_b="#dfe0e2",
    warning="#7a4f00",
    danger="#b3261e",
)

THEMES = {"dark": DARK, "light": LIGHT}

TEXT_PAIRS = (
    ("text", "window"),
    ("text", "panel"),
    ("text", "raised"),
    ("text", "hover"),
    ("text", "field"),
    ("text", "selected"),
    ("muted", "window"),
    ("muted", "panel"),
    ("muted", "field"),
    ("on_accent", "accent"),
    ("on_accent", "accent_hover"),
    ("accent_text", "panel"),
    ("accent_text", "window"),
    ("warning", "panel"),
    ("warning", "window"),
    ("danger", "panel"),
    ("danger", "window"),
)
"""Text colours and their backgrounds; a test measures each pair."""


def theme_of(choice: str) -> Theme:
    """Return the theme for a setting: "dark", "light", or "system"."""
    if choice in THEMES:
        return THEMES[choice]
    light = QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Light
    return LIGHT if choice == "system" and light else DARK


def contrast(first: str, second: str) -> float:
    """Return the contrast ratio of two colours by WCAG 2.2, 1 to 21."""
    bright, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def apply(app: QApplication, theme: Theme) -> None:
    """Apply a theme to the whole application, including dialogs, which are Qt's own."""
    app.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)
    QIcon.setThemeSearchPaths([str(resource("icons"))])
    QIcon.setThemeName(f"lienzo-{theme.name}")
    app.setStyle("Fusion")
    app.setPalette(_palette(theme))
    app.setStyleSheet(style_sheet(theme))


def style_sheet(theme: Theme) -> str:
    """Return the style sheet with the colours of a theme; KeyError for an unknown @name."""
    colours = {field.name: str(getattr(theme, field.name)) for field in fields(theme)}
    colours["icons"] = resource("styles").as_posix()
    text = resource("styles", "lienzo.qss").read_text(encoding="utf-8")
    return re.sub(r"@([a-z_]+)", lambda match: colours[match.group(1)], text)


def _palette(theme: Theme) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for which, colour in (
        (role.Window, theme.panel),
        (role.WindowText, theme.text),
        (role.Base, theme.field),
        (role.AlternateBase, theme.panel),
        (role.Text, theme.text),
        (role.Button, theme.raised),
        (role.ButtonText, theme.text),
        (role.BrightText, theme.danger),
        (role.ToolTipBase, theme.raised),
        (role.ToolTipText, theme.text),
        (role.PlaceholderText, theme.muted),
        (role.Highlight, theme.accent),
        (role.HighlightedText, theme.on_accent),
        (role.Accent, theme.accent),
        (role.Link, theme.accent_text),
        (role.LinkVisited, theme.accent_text),
        (role.Light, theme.hover),
        (role.Midlight, theme.raised),
        (role.Mid, theme.field_border),
        (role.Dark, theme.border),
        (role.Shadow, theme.border),
    ):
        palette.setColor(which, QColor(colour))
    for which in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, which, QColor(theme.disabled))
    return palette


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
