"""The first minute with a photo: a badge goes, a person is lifted, she gets another background.

The portrait is a sample photo (NASA, public domain), the launch pad one of scikit-image (SpaceX,
CC0). Everything is done by the window's own keys, fields and mouse. The seconds of each step are
printed; they include the waiting for the networks.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from journeys import drawing, driving
from journeys.driving import drag, in_dialog, press
from studio.core.paths import resource
from studio.document.document import Document
from studio.document.io.formats import open_document
from studio.document.layer import GenerativeLayer, RasterLayer
from studio.document.render.compositor import composite
from studio.ui.dialogs.image_size_dialog import ImageSizeDialog
from studio.ui.window.main_window import MainWindow

BADGE, BRUSH = (168, 385), 112
"""The middle of the round badge on the suit, and a brush that covers it at once."""
HELD, MOVE = (160, 330), (-70, 0)
"""Where the astronaut is held, and how far she is dragged."""
WIDE, LARGE = 800, 1024
"""Widths of the new background and of the finished picture."""
GAP = 12


def walk(window: MainWindow, folder: Path) -> Iterator[QWidget | QPixmap]:
    """Yield the window at each step; AssertionError where the result is not what was asked."""
    launch, exported = folder / "launch pad.png", folder / "portrait.psd"
    drawing.save(drawing.photograph("rocket"), str(launch))
    with step("open"):
        open_photo(window, resource("samples", "sample-astronaut.jpg"))
    session = window.session
    before = composite(session.document, session.document.rect)
    with step("mark the badge"):
        mark_badge(window)
    yield window
    with step("remove the badge"):
        release(window)
    yield window
    with step("lift and move"):
        lift(window)
    yield window
    shown: list[QPixmap] = []
    with step("another background"):
        replace_background(window, launch, shown)
    yield shown[-1]
    yield window
    with step("enlarge"):
        enlarge(window, shown)
    yield shown[-1]
    with step("export"):
        export(window, exported)
    check(session.document, open_document(exported).document, before)
    save_pair(before, session.document, folder / "before-after.jpg")
    yield window


@contextmanager
def step(name: str) -> Iterator[None]:
    """Print how long a step took, with the waiting for the networks."""
    started = time.monotonic()
    yield
    print(f"  {name}: {time.monotonic() - started:.1f} s", flush=True)


def done(window: MainWindow) -> None:
    """Wait until every job is done and painted."""
    driving.until(lambda: window.session.queue.is_idle, 3 * driving.PATIENCE)
    driving.until(lambda: window.canvas.is_complete)


def open_photo(window: MainWindow, path: Path) -> None:
    """Open a file by the dialog."""
    before = window.session.history
    in_dialog(window, "Ctrl+O", lambda dialog: driving.name_file(dialog, path))
    driving.until(lambda: window.session.history is not before)
    driving.until(lambda: window.canvas.is_complete)


def mark_badge(window: MainWindow) -> None:
    """Press on the badge with the remove tool; the button of the mouse stays down."""
    press(window, "J")
    window.options_bar.brush_size.set_value(BRUSH)
    drag(window, BADGE, release=False)


def release(window: MainWindow) -> None:
    """Let the button go: what is under the stroke goes as well."""
    canvas = window.canvas
    place = canvas.widget_point(*BADGE)
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, driving.NONE, place)
    driving.until(lambda: not window.session.queue.is_idle)
    done(window)
    assert len(window.session.tray.items) == 2, "a filling is missing"
    press(window, "Ctrl+Shift+M")
    press(window, "Ctrl+0")


def lift(window: MainWindow) -> None:
    """Lift the astronaut with her hair, and drag her to the left."""
    press(window, "Ctrl+Alt+J")
    done(window)
    layer = window.session.document.active_layer()
    assert layer is not None and window.tool_bar.current.id == "move"
    x, y = HELD
    drag(window, HELD, (x + MOVE[0] / 2, y), (x + MOVE[0], y + MOVE[1]))
    moved = window.session.document.active_layer()
    assert moved is not None and abs(moved.x - layer.x - MOVE[0]) <= 2


def replace_background(window: MainWindow, path: Path, shown: list[QPixmap]) -> None:
    """Place another photo, lower it below the astronaut, and let it cover the canvas."""
    count = len(window.session.document.layers)
    in_dialog(window, "Ctrl+Shift+P", lambda dialog: driving.name_file(dialog, path))
    driving.until(lambda: len(window.session.document.layers) == count + 1)
    press(window, "Ctrl+[")
    resize(window, WIDE, "layer", shown)


def resize(window: MainWindow, width: int, scope: str, shown: list[QPixmap]) -> None:
    """Type a width in the dialog of the image size, and wait until it is done."""

    def fill(dialog: QWidget) -> None:
        assert isinstance(dialog, ImageSizeDialog)
        choice = dialog.scope_choice
        choice.setFocus()
        for _ in range(choice.findData(scope)):
            QTest.keyClick(choice, Qt.Key.Key_Down)
        field = dialog.fields[0]
        field.setFocus()
        field.selectAll()
        QTest.keyClicks(field, str(width))
        assert dialog.scope == scope and dialog.result_size[0] == width
        driving.pause(300)
        shown.append(driving.with_dialog(window, dialog))
        dialog.accept_button.click()

    before = window.session.document
    in_dialog(window, "Ctrl+Alt+Z", fill)
    driving.until(lambda: window.session.document is not before, 3 * driving.PATIENCE)
    done(window)


def enlarge(window: MainWindow, shown: list[QPixmap]) -> None:
    """Double the whole picture with invented detail."""
    resize(window, LARGE, "picture", shown)
    assert window.session.document.width == LARGE


def export(window: MainWindow, path: Path) -> None:
    """Export by the menu, and wait until the window says so."""
    act = window.menus.actions["export_psd"].trigger
    driving.act_in_dialog(act, lambda dialog: driving.name_file(dialog, path))
    bar = window.messages
    driving.until(lambda: bar.isVisible() and path.name in bar.text.text())


def check(made: Document, opened: Document, photo: np.ndarray) -> None:
    """Check what was promised: the photo is untouched, all layers are there and in the file."""
    kinds = [type(layer) for layer in made.layers]
    assert kinds.count(GenerativeLayer) >= 1 and RasterLayer in kinds, kinds
    assert [one.name for one in opened.walk()] == [one.name for one in made.walk()]
    after = composite(made, made.rect)
    difference = np.abs(composite(opened, opened.rect).astype(int) - after.astype(int))
    assert difference.max() <= 1, "the PSD looks different"
    lowest = made.layers[0]
    assert isinstance(lowest, RasterLayer)
    small = np.asarray(Image.fromarray(lowest.raster.read(made.rect)).resize(photo.shape[1::-1]))
    error = np.abs(small[..., :3].astype(int) - photo[..., :3]).mean()
    assert error < 6, f"the photo at the bottom changed by {error:.1f} grey levels"


def save_pair(before: np.ndarray, made: Document, path: Path) -> None:
    """Save the photo and what became of it, side by side, for the README."""
    after = composite(made, made.rect)
    side = driving.WIDEST // 2 - GAP // 2
    pair = Image.new("RGB", (2 * side + GAP, side), "white")
    for x, pixels in ((0, before), (side + GAP, after)):
        one = Image.fromarray(np.ascontiguousarray(pixels[..., :3]))
        pair.paste(one.resize((side, side), Image.Resampling.LANCZOS), (x, 0))
    pair.save(path, quality=driving.QUALITIES[0], optimize=True)
