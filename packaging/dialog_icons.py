"""Draw the icons of Qt's own dialogs from the window's icon font, as two freedesktop themes.

``python packaging/dialog_icons.py`` writes resources/icons/lienzo-dark and lienzo-light; Qt asks
such a theme for the icons of its message boxes and file dialogs. ``--check`` changes nothing and
fails if a file differs.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "resources" / "icons"
sys.path.insert(0, str(ROOT))

ICONS = {
    "dialog-information": "info",
    "dialog-warning": "warning",
    "dialog-error": "warning-octagon",
    "dialog-question": "question",
    "dialog-ok": "check",
    "dialog-ok-apply": "check",
    "dialog-cancel": "x",
    "dialog-close": "x",
    "help-contents": "question",
    "document-open": "folder-open",
    "document-save": "floppy-disk",
    "document-new": "file-plus",
    "document-properties": "info",
    "edit-clear": "x-circle",
    "edit-clear-locationbar-rtl": "x-circle",
    "edit-clear-locationbar-ltr": "x-circle",
    "edit-delete": "trash",
    "edit-rename": "pencil-simple",
    "edit-undo": "arrow-counter-clockwise",
    "edit-redo": "arrow-clockwise",
    "edit-cut": "scissors",
    "edit-copy": "copy",
    "edit-paste": "clipboard",
    "edit-select-all": "selection-all",
    "go-up": "arrow-up",
    "go-down": "arrow-down",
    "go-previous": "arrow-left",
    "go-next": "arrow-right",
    "go-home": "house",
    "go-jump": "arrow-right",
    "view-refresh": "arrow-clockwise",
    "process-stop": "x",
    "folder": "folder",
    "folder-open": "folder-open",
    "folder-new": "folder-plus",
    "inode-directory": "folder",
    "user-home": "house",
    "user-desktop": "desktop",
    "user-trash": "trash",
    "computer": "desktop",
    "drive-harddisk": "hard-drives",
    "drive-removable-media": "hard-drives",
    "drive-optical": "disc",
    "media-optical": "disc",
    "media-floppy": "floppy-disk",
    "network-server": "hard-drives",
    "folder-remote": "folder",
    "text-x-generic": "file",
    "text-x-generic-template": "file",
    "application-octet-stream": "file",
    "application-x-generic": "file",
    "unknown": "file",
    "image-x-generic": "image",
    "view-list-details": "list-dashes",
    "view-list-icons": "squares-four",
    "view-list-text": "list",
    "window-close": "x",
}
"""The icons that Qt's styles look up, by their names in the icon font."""

TINTS = {
    "dialog-information": "accent_text",
    "dialog-question": "accent_text",
    "dialog-warning": "warning",
    "dialog-error": "danger",
}
"""Theme colours of icons; the others have the colour of text."""

INDEX = """[Icon Theme]
Name=Lienzo {name}
Comment=The icons of Lienzo's window
Directories=scalable

[scalable]
Size=16
MinSize=8
MaxSize=512
Type=Scalable
"""


def files() -> dict[Path, str]:
    """Return the content of each file, by its path below the folder of the icons."""
    from studio.ui.widgets.theme import THEMES

    paths = {glyph: outline(glyph) for glyph in sorted(set(ICONS.values()))}
    made: dict[Path, str] = {}
    for name, theme in THEMES.items():
        folder = Path(f"lienzo-{name}")
        made[folder / "index.theme"] = INDEX.format(name=name)
        for icon, glyph in ICONS.items():
            colour = getattr(theme, TINTS.get(icon, "text"))
            made[folder / "scalable" / f"{icon}.svg"] = (
                '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 256 256">'
                f'<path fill="{colour}" d="{paths[glyph]}"/></svg>\n'
            )
    return made


def outline(glyph: str) -> str:
    """Return the shape of an icon in a square of 256, as the data of an SVG path."""
    from PySide6.QtGui import QFont, QPainterPath

    from studio.ui.widgets.icons import _family, glyphs

    font = QFont(_family())
    font.setPixelSize(256)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    path = QPainterPath()
    path.addText(0, 0, font, glyphs()[glyph])
    box = path.boundingRect()
    path.translate(128 - box.center().x(), 128 - box.center().y())
    steps: list[str] = []
    number = 0
    while number < path.elementCount():
        at = path.elementAt(number)
        kind = QPainterPath.ElementType
        if at.type is kind.MoveToElement:
            steps.append(f"M{at.x:.1f} {at.y:.1f}")
        elif at.type is kind.LineToElement:
            steps.append(f"L{at.x:.1f} {at.y:.1f}")
        elif at.type is kind.CurveToElement:
            points = [at, path.elementAt(number + 1), path.elementAt(number + 2)]
            steps.append("C" + " ".join(f"{one.x:.1f} {one.y:.1f}" for one in points))
            number += 2
        number += 1
    return "".join(steps)


def main() -> int:
    """Write the files, or only check them; 1 if one differs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="change nothing")
    options = parser.parse_args()
    from PySide6.QtGui import QGuiApplication

    app = QGuiApplication.instance() or QGuiApplication([])
    differ = 0
    for path, text in files().items():
        target = FOLDER / path
        if target.exists() and target.read_text(encoding="utf-8") == text:
            continue
        differ += 1
        if options.check:
            print(f"{target.relative_to(ROOT)} is not what the font draws", file=sys.stderr)
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    del app
    return 1 if options.check and differ else 0


if __name__ == "__main__":
    sys.exit(main())
