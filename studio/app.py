"""The composition root: the only place that creates and connects the window's objects."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from studio.core.paths import config_dir, data_dir
from studio.core.settings import Settings
from studio.ui.widgets import calm_wheel, theme, translation
from studio.ui.window.main_window import MainWindow

if TYPE_CHECKING:
    from studio.ui.threads.engine_thread import WindowEngine

LOG = logging.getLogger(__name__)


def application(argv: Sequence[str] = ("lienzo",)) -> QApplication:
    """Return the QApplication, created on the first call."""
    running = QApplication.instance()
    if isinstance(running, QApplication):
        return running
    app = QApplication(list(argv))
    app.setApplicationName("Lienzo")
    app.setDesktopFileName("lienzo")
    return app


def build(
    settings: Settings | None = None, make_engine: Callable[[], WindowEngine] | None = None
) -> MainWindow:
    """Return the complete window, not shown yet; nothing here imports torch."""
    window = frame(settings)
    furnish(window, make_engine)
    return window


def frame(settings: Settings | None = None) -> MainWindow:
    """Return an empty window in the artist's theme, size and language, for an early first paint."""
    app = application()
    settings = settings if settings is not None else Settings(config_dir() / "settings.json")
    translation.install(app, settings.get("language", ""))
    calm_wheel.install(app)
    theme.apply(app, theme.theme_of(settings.get("theme", "dark")))
    return MainWindow(settings)


def furnish(window: MainWindow, make_engine: Callable[[], WindowEngine] | None = None) -> None:
    """Create the session and the engine's thread, and fill the window.

    ``make_engine`` creates the engine for the thread; None means one in its own process.
    """
    from studio.session.session import Session
    from studio.ui.threads.background import Background
    from studio.ui.threads.engine_thread import EngineThread

    engine = EngineThread(window, make_engine) if make_engine else EngineThread(window)
    session = Session(engine, window.settings, data_dir() / "journal")
    window.furnish(session, engine, Background(window), data_dir() / "locks")


def start(window: MainWindow, paths: Sequence[Path] = (), *, warm_up: bool = True) -> None:
    """Show the window; slow work starts after its first paint."""
    window.without_document.wait()
    window.show()
    QTimer.singleShot(0, window, lambda: _after_first_paint(window, paths, warm_up))


def run(paths: Sequence[Path] = ()) -> int:
    """Open the window and return the exit code after it was closed."""
    app = application(sys.argv[:1])
    window = frame()
    window.show()
    app.processEvents(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
    furnish(window)
    window.crash.install()
    start(window, paths)
    code = app.exec()
    if not window.stopped_cleanly:
        # A thread that cannot be stopped (a model half loaded) must not crash the exit.
        logging.shutdown()
        os._exit(code)
    return code


def _after_first_paint(window: MainWindow, paths: Sequence[Path], warm_up: bool) -> None:
    from studio.ui.window.startup import Startup

    Startup(window, paths, warm_up=warm_up).begin()
