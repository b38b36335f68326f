"""A real window over a real session; the engine is the real one with the starter."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEventLoop, QPoint, Qt, QTimer
from PySide6.QtTest import QTest

from studio import app
from studio.core.settings import Settings
from studio.document.compositor import warm_up
from studio.document.io.common import Opened
from studio.document.io.formats import document_from_array
from studio.ui.main_window import MainWindow

PATIENCE = float(os.environ.get("LIENZO_TEST_PATIENCE", "240"))
"""Seconds that a job may take on a machine that does other things too."""


def until(condition: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Run the event loop until a condition holds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        pause(10)


def pause(milliseconds: int) -> None:
    """Run the event loop for a while; unlike QTest.qWait it lets other threads run Python."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def picture(width: int = 160, height: int = 120) -> Opened:
    """Return an opened photo-like picture: a gradient with a disc."""
    y, x = np.mgrid[0:height, 0:width]
    pixels = np.dstack([x * 255 // width, y * 255 // height, (x + y) % 256]).astype(np.uint8)
    pixels[(x - 50) ** 2 + (y - 40) ** 2 < 400] = (220, 180, 40)
    return Opened(document_from_array(pixels, "Photo"), format="png")


@pytest.fixture
def window(qapp: object, home: Path) -> Iterator[MainWindow]:
    """Give a shown window with a small picture open."""
    made = app.build(Settings(home / "settings.json"))
    made.show()
    warm_up()
    made.canvas.start_painting()
    made.session.adopt(picture(), None)
    until(lambda: made.canvas.is_complete, 20)
    yield made
    close(made)


def close(window: MainWindow) -> None:
    """Close a window without being asked about changes."""
    window.session._saved = window.session.document
    window.close()
    window.deleteLater()


def drag(window: MainWindow, *points: tuple[float, float], release: bool = True) -> None:
    """Drag the mouse over the canvas along document points."""
    canvas = window.canvas
    places: list[QPoint] = [canvas.widget_point(x, y) for x, y in points]
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=places[0])
    for place in places[1:]:
        QTest.mouseMove(canvas, place)
    if release:
        QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=places[-1])
