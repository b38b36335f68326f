"""A word of a photo is changed: an apple on a table becomes an orange, then a lemon."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from journeys import drawing, driving
from journeys.driving import choose, drag
from studio.document.layer import GenerativeLayer
from studio.document.render.compositor import composite
from studio.edit.request import Task
from studio.edit.rewrite import Inversion
from studio.ui.window.main_window import MainWindow

APPLE, BRUSH = (505, 104), 168
CAPTION, ORANGE, LEMON = (f"{thing} in a photo" for thing in ("an apple", "an orange", "a lemon"))
READING = 1800.0
"""Seconds that reading a picture may take on a busy machine."""


def walk(window: MainWindow, folder: Path) -> Iterator[QWidget]:
    """Yield the window at each step; AssertionError where the result is not what was asked."""
    path = folder / "breakfast.png"
    drawing.save(drawing.apple_on_table(), str(path))
    driving.open_file(window, path)
    session, actions, panel = window.session, window.menus.actions, window.words
    photo = composite(session.document, session.document.rect)
    choose(window, "mask", BRUSH)
    drag(window, APPLE)
    actions["words"].trigger()
    driving.share(window, "words", "layers", 600)
    type_words(panel.caption, CAPTION)
    type_words(panel.text, ORANGE)
    yield window
    panel.status.read.click()
    driving.until(lambda: session.queue.is_idle, READING)
    yield window
    change(window)
    yield window
    window.tray.apply.click()
    layer = check(window, photo)
    actions["mask_clear"].trigger()
    choose(window, "brush", BRUSH / 4)
    actions["mask_paint"].trigger()
    driving.share(window, "words", "layers", 440)
    yield window
    actions["layer_words"].trigger()
    type_words(panel.text, LEMON)
    change(window)
    window.tray.apply.click()
    again = check(window, photo)
    assert (again.id, again.name) == (layer.id, LEMON), "another layer was made"
    yield window


def type_words(field: QPlainTextEdit, words: str) -> None:
    """Type into a field what it should say, and wave the completions away."""
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, words)
    QTest.keyClick(field, Qt.Key.Key_Escape)


def change(window: MainWindow) -> None:
    """Press the button, and wait for the result."""
    session = window.session
    wanted = len(session.tray.items) + 1
    window.words.change.click()
    driving.until(lambda: len(session.tray.items) == wanted and session.queue.is_idle, READING)


def check(window: MainWindow, photo: np.ndarray) -> GenerativeLayer:
    """Return the layer that was made, once it is sure that the rest of the photo is as it was."""
    session = window.session
    made = session.document.active_layer()
    assert isinstance(made, GenerativeLayer) and made.mask is not None
    assert made.recipe["task"] == Task.REWRITE.value
    after = composite(session.document, session.document.rect)
    outside = made.mask.raster.read(session.document.rect)[:, :, 0] == 0
    assert 0.8 < outside.mean() < 1, f"{1 - outside.mean():.0%} of the photo lies in the mask"
    assert np.array_equal(after[outside], photo[outside]), "the photo changed outside the mask"
    (data,) = session.document.attachments.values()
    read = Inversion.from_bytes(data)
    assert read.ceiling - read.psnr < 1.5, f"read with {read.psnr:.1f} of {read.ceiling:.1f} dB"
    # Red became orange, or yellow: there is more green where the apple was.
    was, now = (image[90:140, 480:530, 1].mean() for image in (photo, after))
    assert now > was + 40, f"green went from {was:.0f} to {now:.0f}"
    return made
