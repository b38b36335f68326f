"""Takes the pictures of the guide's journeys: ``python packaging/journeys OUT [NAME ...]``.

It needs a display (Xvfb or QT_QPA_PLATFORM=offscreen will do) and, for the pose from a photo, the
networks that `lienzo assets fetch` installs. Each journey ends with what it promises being
checked.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QWidget

PACKAGING = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(PACKAGING.parent), str(PACKAGING), str(PACKAGING / "starter")]

from journeys import control, photo, subject, words  # noqa: E402
from journeys.driving import running, save_picture, settle  # noqa: E402
from studio.ui.window.main_window import MainWindow  # noqa: E402

JOURNEYS: dict[str, Callable[[MainWindow, Path], Iterator[QWidget | QPixmap]]] = {
    "photo": photo.walk,
    "control": control.walk,
    "subject": subject.walk,
    "words": words.walk,
}


def main() -> None:
    """Walk, and save a picture at each stop."""
    parser = argparse.ArgumentParser(prog="journeys", description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(JOURNEYS))
    parser.add_argument("--theme", default="dark", choices=("dark", "light"))
    parser.add_argument("--language", default="en", choices=("en", "es"))
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    for name in options.names or JOURNEYS:
        with running(options.theme, options.language) as window, tempfile.TemporaryDirectory() as f:
            window.welcome.hide()
            for number, shown in enumerate(JOURNEYS[name](window, Path(f)), 1):
                path = options.out / f"journey-{name}-{number}.jpg"
                if isinstance(shown, QWidget):
                    settle(window)
                    shown = shown.grab()
                save_picture(shown, path)
                print(path, flush=True)
            for made in Path(f).glob("before-after.jpg"):
                print(shutil.copy(made, options.out), flush=True)


if __name__ == "__main__":
    main()
