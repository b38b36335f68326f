"""The real program for one start: prints where its parts are, does one thing, and quits.

``python restart_program.py HOME STEP``; STEP is one of the names in ``STEPS``.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 40
"""Of the event loop, each as long as it takes to empty it: longer than any delay of the docks."""


def main(home: str, step: str) -> None:
    """Start, settle, report, quit."""
    os.environ["LIENZO_HOME"] = home
    sys.path[:0] = [str(ROOT), str(ROOT / "packaging")]
    from journeys.driving import until

    from studio import app
    from studio.core.settings import Settings

    made = app.application()
    window = app.frame(Settings(Path(home) / "settings.json"))
    window.show()
    made.processEvents()
    app.furnish(window)
    app.start(window, warm_up=False)
    until(lambda: window.has_document and not window.arrangement.is_settling)
    until(lambda: window.canvas.is_complete and not window.background.is_busy)
    STEPS[step](window)
    print(json.dumps(steady(lambda: places(window))), flush=True)
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


def steady(look: Callable[[], dict[str, object]]) -> dict[str, object]:
    """Return what there is to see once it stays the same while the event loop goes round."""
    from journeys.driving import until

    seen: list[dict[str, object]] = []

    def stays() -> bool:
        seen.append(look())
        del seen[:-ROUNDS]
        return len(seen) == ROUNDS and all(one == seen[0] for one in seen)

    until(stays)
    return seen[-1]


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
