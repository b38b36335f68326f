"""Drives a real window by its own widgets, for the guide's pictures and for the tests."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image
from PySide6.QtCore import (
    QCoreApplication,
    QEvent,
    QEventLoop,
    QMimeData,
    QPoint,
    QPointF,
    QSize,
    Qt,
    QTimer,
    QUrl,
)
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage, QKeySequence, QPainter, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QWidget

from studio.core.assets.places import assets_folder
from studio.core.settings import Settings

if TYPE_CHECKING:
    from studio.ui.window.main_window import MainWindow

PATIENCE = float(os.environ.get("LIENZO_TEST_PATIENCE", "240"))
"""Seconds that a job may take on a machine that does other things too."""
SIZE = (1440, 900)
WIDEST = 1100
"""Pixels across a picture of the guide."""
QUALITIES = (85, 80, 75)
HEAVIEST = 145_000
"""Bytes of a picture; the first of the qualities that stays below is taken."""
NONE = Qt.KeyboardModifier.NoModifier


# Waiting


def until(condition: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Run the event loop until a condition holds; TimeoutError if it does not in time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() >= end:
            raise TimeoutError("it did not happen in time")
        pause(10)


def pause(milliseconds: int) -> None:
    """Run the event loop for a while; unlike QTest.qWait it lets other threads run Python."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


# The window


@contextmanager
def running(theme: str = "dark", language: str = "en") -> Iterator[MainWindow]:
    """Give a started window with settings and subjects of its own, once its engine is loaded."""
    from studio import app

    own = os.environ.get("LIENZO_HOME")
    os.environ.setdefault("LIENZO_ASSETS", str(assets_folder()))
    with tempfile.TemporaryDirectory() as home:
        os.environ["LIENZO_HOME"] = home
        settings = Settings(None)
        settings.set("theme", theme)
        settings.set("language", language)
        window = app.build(settings)
        try:
            window.resize(QSize(*SIZE))
            app.start(window)
            until(lambda: window.session.document.layers and window.engine.build_info)
            yield window
        finally:
            close(window)
            os.environ.pop("LIENZO_HOME")
            if own is not None:
                os.environ["LIENZO_HOME"] = own


def close(window: MainWindow) -> None:
    """Close a window without being asked about changes and jobs, and wait for its engine."""
    # A drag that is under way would become a change when the window closes.
    window.documents.current.leave()
    window.session.queue.clear()
    for page in window.documents.pages:
        page.session._saved = page.session.document
    window.close()
    until(lambda: not window.engine.is_running)
    window.deleteLater()


def open_file(window: MainWindow, path: Path) -> None:
    """Open a file and wait until it is painted."""
    before = window.session.history
    window.files.open(path)
    until(lambda: window.session.history is not before)
    settle(window)


def settle(window: MainWindow) -> None:
    """Take the pointer away, and wait until nothing moves any more and everything is painted."""
    QCoreApplication.sendEvent(window.canvas, QEvent(QEvent.Type.Leave))
    pause(700)
    until(lambda: window.canvas.is_complete)


# Hands


def drag(
    window: MainWindow,
    *points: tuple[float, float],
    release: bool = True,
    held: Qt.KeyboardModifier = NONE,
) -> None:
    """Drag the mouse over the canvas along document points; a single one is a click."""
    canvas = window.canvas
    places: list[QPoint] = [canvas.widget_point(x, y) for x, y in points]
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, held, places[0])
    for place in places[1:]:
        QTest.mouseMove(canvas, place)
    if release:
        QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, held, places[-1])


def drop(widget: QWidget, paths: Sequence[Path], held: Qt.KeyboardModifier = NONE) -> None:
    """Drop files on a widget, as from a file manager; AssertionError if it takes none."""
    taken = offer(widget, [QUrl.fromLocalFile(str(path)) for path in paths], held)
    assert taken, f"{widget.accessibleName()} takes no files"


def offer(widget: QWidget, urls: Sequence[QUrl], held: Qt.KeyboardModifier = NONE) -> bool:
    """Drag addresses over a widget and let them go; whether it took them."""
    mime = QMimeData()
    mime.setUrls(list(urls))
    at, action, button = QPoint(9, 9), Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    taken = []
    for event in (
        QDragEnterEvent(at, action, mime, button, held),
        QDropEvent(QPointF(at), action, mime, button, held),
    ):
        event.ignore()
        QCoreApplication.sendEvent(widget, event)
        taken.append(event.isAccepted())
    return all(taken)


def focus_canvas(window: MainWindow) -> None:
    """Give the canvas the keys."""
    window.activateWindow()
    window.canvas.setFocus()
    until(window.canvas.hasFocus)


def press(window: MainWindow, keys: str) -> None:
    """Press keys on the canvas, such as "Ctrl+O"."""
    focus_canvas(window)
    QTest.keySequence(window.canvas, QKeySequence(keys))


def in_dialog(window: MainWindow, keys: str, work: Callable[[QWidget], None]) -> None:
    """Press keys that open a dialog, and work in it until it is closed; its errors are raised."""
    act_in_dialog(lambda: press(window, keys), work)


def act_in_dialog(act: Callable[[], object], work: Callable[[QWidget], None]) -> None:
    """Do what opens a dialog, and work in that; AssertionError without one."""
    errors: list[Exception] = []
    end = time.monotonic() + 20

    def begin() -> None:
        dialog = QApplication.activeModalWidget()
        if dialog is None and time.monotonic() < end:
            QTimer.singleShot(20, begin)
            return
        try:
            assert dialog is not None, "no dialog opened"
            work(dialog)
        except (AssertionError, TimeoutError) as error:
            errors.append(error)
            for left in QApplication.topLevelWidgets():
                if left.isModal():
                    left.close()

    QTimer.singleShot(0, begin)
    act()
    until(lambda: errors or QApplication.activeModalWidget() is None)
    if errors:
        raise errors[0]


def name_file(dialog: QWidget, path: Path) -> None:
    """Paste the path of a file into a file dialog, and press Enter."""
    assert isinstance(dialog, QFileDialog)
    field = dialog.findChild(QLineEdit, "fileNameEdit")
    assert field is not None
    # Typed letter by letter, a list of suggestions would take the Enter key.
    field.setText(str(path))
    QTest.keyClick(field, Qt.Key.Key_Return)


def choose(window: MainWindow, tool: str, size: float | None = None) -> None:
    """Take a tool, and a brush of a size in document pixels."""
    window.tool_bar.tool_actions[tool].trigger()
    if size is not None:
        window.options_bar.brush_size.set_value(size)


def say(window: MainWindow, prompt: str, seed: int, steps: int = 20, cfg: float = 3.0) -> None:
    """Fill in the prompt panel: words, seed and DDIM, which shows more than four steps do."""
    shown = window.prompt.settings
    sampling = replace(shown.sampling, steps=steps, cfg_scale=cfg, sampler="ddim", seed=seed)
    window.prompt.show_settings(replace(shown, prompt=prompt, sampling=sampling))


def generate(window: MainWindow, pick: int) -> None:
    """Make the variations, and look at one of them."""
    tray = window.session.tray
    wanted = len(tray.items) + window.prompt.settings.sampling.variations
    window.prompt.generate.click()
    until(lambda: len(tray.items) == wanted and window.session.queue.is_idle, 3 * PATIENCE)
    tray.select(tray.items[pick].id)


def share(window: MainWindow, upper: str, lower: str, height: int) -> None:
    """Give the upper panel on the right so many pixels and the lower one the rest."""
    docks = [window.docks[upper], window.docks[lower]]
    for dock in docks:
        dock.raise_()
    whole = sum(dock.height() for dock in docks)
    window.resizeDocks(docks, [height, whole - height], Qt.Orientation.Vertical)


# Pictures


def with_dialog(window: MainWindow, dialog: QWidget) -> QPixmap:
    """Return a picture of the window with a dialog over its middle."""
    whole, above = window.grab(), dialog.grab()
    painter = QPainter(whole)
    x, y = (window.width() - dialog.width()) // 2, (window.height() - dialog.height()) // 2
    painter.fillRect(x - 1, y - 1, dialog.width() + 2, dialog.height() + 2, Qt.GlobalColor.gray)
    painter.drawPixmap(x, y, above)
    painter.end()
    return whole


def save_picture(picture: QPixmap, path: Path) -> None:
    """Write a picture as JPEG, no wider than fits a page."""
    image = picture.toImage().convertToFormat(QImage.Format.Format_RGB888)
    width, height = image.width(), image.height()
    rows = memoryview(image.constBits())
    made = Image.frombuffer(
        "RGB", (width, height), bytes(rows), "raw", "RGB", image.bytesPerLine(), 1
    )
    if width > WIDEST:
        size = (WIDEST, round(height * WIDEST / width))
        made = made.resize(size, Image.Resampling.LANCZOS)
    # Colours in full: red letters and the lines of skeletons blur otherwise.
    for quality in QUALITIES:
        made.save(path, quality=quality, subsampling=0, optimize=True)
        if path.stat().st_size <= HEAVIEST:
            break
