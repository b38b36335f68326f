"""A real window over a real session; the engine is the real one with the starter."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "packaging"))

# What drives the window for the guide's pictures drives it here; test modules import it from here.
from calm_subjects import Calm
from journeys.driving import close, drag, offer, pause, until

from studio import app
from studio.core.settings import Settings
from studio.document.io.common import Opened
from studio.document.io.formats import document_from_array
from studio.document.render.compositor import warm_up
from studio.edit.request import EditResult, Task
from studio.session.jobs import Job
from studio.ui.threads.engine_thread import WindowEngine
from studio.ui.window.main_window import MainWindow

__all__ = ["close", "drag", "offer", "pause", "picture", "until"]


def picture(width: int = 160, height: int = 120) -> Opened:
    """Return an opened photo-like picture: a gradient with a disc."""
    y, x = np.mgrid[0:height, 0:width]
    pixels = np.dstack([x * 255 // width, y * 255 // height, (x + y) % 256]).astype(np.uint8)
    pixels[(x - 50) ** 2 + (y - 40) ** 2 < 400] = (220, 180, 40)
    return Opened(document_from_array(pixels, "Photo"), format="png")


def inline_engine() -> WindowEngine:
    """Return an engine in the process of the tests, which loads torch once for all of them.

    What is about the engine's process is in test_engine_process.py.
    """
    from studio.catalog.hashes import kept_hashes
    from studio.engine.engine import Engine

    return Engine(hashes=kept_hashes())


@pytest.fixture
def window(qapp: object, home: Path) -> Iterator[MainWindow]:
    """Give a shown window with a small picture open."""
    made = app.build(Settings(home / "settings.json"), inline_engine)
    made.show()
    warm_up()
    made.documents.start_painting()
    made.session.adopt(picture(), None)
    until(lambda: made.canvas.is_complete, 20)
    yield made
    close(made)


@pytest.fixture
def calm(qapp: object, tmp_path: Path) -> Iterator[Calm]:
    """Give a panel by itself."""
    made = Calm(tmp_path / "subjects")
    yield made
    made.session.queue.clear()
    made.panel.deleteLater()


@pytest.fixture
def ready(window: MainWindow) -> MainWindow:
    """Give a window with a mask and a prompt, whose canvas has the keys."""
    make_ready(window)
    window.activateWindow()
    window.canvas.setFocus()
    until(lambda: window.canvas.hasFocus(), 20)
    return window


def make_ready(window: MainWindow) -> None:
    """Give a window a mask and a prompt."""
    window.prompt.show_settings(replace(window.prompt.settings, prompt="a teddy bear"))
    window.tool_options.size = 30
    drag(window, (50, 40), (80, 60))


def land_results(window: MainWindow, count: int = 3, seed: int = 1) -> None:
    """Let a finished job bring results, as the engine's does."""
    request = window.session.request(Task.FILL)
    shape = (request.region.height, request.region.width, 3)
    images = tuple(np.full(shape, 255 * (n + 1) // (count + 1), np.uint8) for n in range(count))
    seeds = tuple(range(seed, seed + count))
    result = EditResult(request=request, images=images, seeds=seeds)
    window.session.queue.finished.emit(Job(request, "teddy bear", owner=window.session), result)
