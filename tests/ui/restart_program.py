"""The real program for one start: prints where its parts are, does one thing, and quits.

``python restart_program.py HOME STEP``; STEP is one of the names in ``STEPS``.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def main(home: str, step: str) -> None:
    """Start, settle, report, quit."""
    os.environ["LIENZO_HOME"] = home
    sys.path[:0] = [str(ROOT)]
    from studio import app
    from studio.core.settings import Settings

    made = app.application()
    window = app.frame(Settings(Path(home) / "settings.json"))
    window.show()
    made.processEvents()
    app.furnish(window)
    app.start(window, warm_up=False)
    _run(lambda: False, 2.5)
    STEPS[step](window)
    _run(lambda: False, 1.0)
    print(json.dumps(places(window)), flush=True)
    window.close()
    made.processEvents()
    os._exit(0)


def places(window: object) -> dict[str, object]:
    """Return where the canvas and the panels of a window are."""
    canvas = window.canvas  # type: ignore[attr-defined]
    docks = {}
    for name, dock in window.docks.items():  # type: ignore[attr-defined]
        box = dock.geometry()
        place = [box.x(), box.y(), box.width(), box.height()]
        behind = dock.visibleRegion().isEmpty() and not dock.isFloating()
        docks[name] = [dock.isHidden(), dock.isFloating(), None if behind else place]
    return {
        "canvas": [canvas.width(), canvas.height()],
        "window": [window.width(), window.height()],  # type: ignore[attr-defined]
        "docks": docks,
        "maximised": window.isMaximized(),  # type: ignore[attr-defined]
        "screen": [
            canvas.screen().availableGeometry().width(),
            canvas.screen().availableGeometry().height(),
        ],
        "generate": canvas.window()
        .rect()
        .contains(
            window.prompt.generate.mapTo(window, window.prompt.generate.rect().center())  # type: ignore[attr-defined]
        ),
    }


def _run(done: Callable[[], bool], seconds: float) -> None:
    from PySide6.QtWidgets import QApplication

    end = time.monotonic() + seconds
    while time.monotonic() < end and not done():
        QApplication.processEvents()
        time.sleep(0.01)


def _floats(window: object) -> None:
    dock = window.docks["layers"]  # type: ignore[attr-defined]
    dock.setFloating(True)
    dock.setGeometry(200, 150, 300, 260)


STEPS: dict[str, Callable[[object], None]] = {
    "look": lambda window: None,
    "maximise": lambda window: window.showMaximized(),  # type: ignore[attr-defined]
    "resize": lambda window: window.resize(1100, 700),  # type: ignore[attr-defined]
    "float": _floats,
    "hide": lambda window: window.docks["layers"].hide(),  # type: ignore[attr-defined]
}

if __name__ == "__main__":
    main(*sys.argv[1:])
