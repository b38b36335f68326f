"""Four photos of a doll in, a subject out, put into another photo in a pose of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from journeys import drawing, driving
from journeys.figures import (
    control_of,
    drag_joint,
    move_figure,
    paint_figure,
    place,
    shrink_figure,
)
from studio.document.document import Document
from studio.document.io.formats import SaveOptions, open_document
from studio.document.layer import ControlLayer, GenerativeLayer
from studio.document.render.compositor import composite
from studio.edit.request import EditRequest
from studio.ui.training.training_card import TrainingCard
from studio.ui.window.main_window import MainWindow

NAME, KIND, TAG = "luna", "girl", "<luna>"
SEED, PICK = 1, 0
NECK = (150, 175)
SMALLER = 4
"""Presses of the minus key, each a twentieth less."""
ARMS = {
    "left elbow": (38, -38),
    "left wrist": (48, -95),
    "right elbow": (-38, -38),
    "right wrist": (-48, -95),
}
"""Where the joints of the lifted arms go, in pixels from their shoulders."""
TEACHING = 7200.0
"""Seconds that a training may take on a busy machine."""


def walk(window: MainWindow, folder: Path) -> Iterator[QWidget]:
    """Yield the window at each step; AssertionError where the result is not what was asked."""
    launch = folder / "launch.png"
    drawing.save(drawing.photograph("rocket"), str(launch))
    driving.open_file(window, launch)
    yield gather(window, folder)
    yield teach(window)
    wait_for(window)
    pose(window)
    yield window
    driving.generate(window, PICK)
    yield window
    finish(window, folder)
    yield window


def gather(window: MainWindow, folder: Path) -> QWidget:
    """Drop four photos on the sheet, once they are checked; give the subject a name and a kind."""
    photos = [folder / f"{NAME} {number}.png" for number in range(1, 5)]
    for image, path in zip(drawing.doll_photos(), photos, strict=True):
        drawing.save(image, str(path))
    window.menus.actions["teach"].trigger()
    sheet = window.commands.subjects.sheet
    driving.until(lambda: sheet.form.resolved is not None)
    driving.drop(sheet, photos)
    driving.until(lambda: len(sheet.row.cards) == len(photos) and not sheet.row.is_busy)
    QTest.keyClicks(sheet.naming.name, NAME)
    QTest.keyClicks(sheet.naming.kind, KIND)
    QTest.keyClick(sheet.naming.kind, Qt.Key.Key_Tab)
    driving.until(sheet.teach.isEnabled)
    assert all(card.is_kept and not card.findings for card in sheet.row.cards), "a photo is bad"
    return sheet


def teach(window: MainWindow) -> QWidget:
    """Begin the training, and come back when it is half done."""
    window.commands.subjects.sheet.teach.click()
    driving.until(lambda: window.subjects.cards)
    (card,) = window.subjects.cards
    driving.share(window, "prompt", "subjects", 300)
    driving.until(lambda: is_half_done(card), TEACHING)
    return window


def is_half_done(card: TrainingCard) -> bool:
    """Whether half of the steps are done and there are pictures to see."""
    status = card.status
    return status is not None and status.samples is not None and 2 * status.step >= status.steps


def wait_for(window: MainWindow) -> None:
    """Wait until the subject is there, and put it into the prompt."""
    subjects = window.session.subjects
    driving.until(lambda: [one.tag for one in subjects.all()] == [TAG], TEACHING)
    driving.until(lambda: window.session.queue.is_idle and window.subjects.chips)
    (chip,) = window.subjects.chips
    chip.put.click()
    text = window.prompt.prompt.toPlainText()
    assert text.strip() == TAG, text


def pose(window: MainWindow) -> None:
    """Draw a figure, put it to the left, lift its arms, and paint over it."""
    window.menus.actions["control_figure"].trigger()
    window.tool_options.picked_joint = None
    shrink_figure(window, SMALLER)
    move_figure(window, *NECK)
    for name, (across, down) in ARMS.items():
        x, y = place(window, f"{name.split()[0]} shoulder")
        drag_joint(window, name, x + across, y + down)
    paint_figure(window)
    driving.say(window, TAG, SEED)


def finish(window: MainWindow, folder: Path) -> None:
    """Keep the result, check what was promised, and export it in layers."""
    session = window.session
    item, mask = session.tray.selected, session.document.mask
    assert item is not None and isinstance(item.result.request, EditRequest) and mask is not None
    assert [use.kind for use in item.result.request.adapters] == ["subject"]
    assert [use.kind for use in item.result.request.controls] == ["pose"]
    (photo,) = (one for one in session.document.layers if not isinstance(one, ControlLayer))
    before = composite(session.document, session.document.rect)
    window.tray.apply.click()
    made = session.document.active_layer()
    assert isinstance(made, GenerativeLayer) and made.recipe["prompt"] == TAG
    after = composite(session.document, session.document.rect)
    outside = mask.read(session.document.rect)[:, :, 0] == 0
    assert np.array_equal(after[outside], before[outside]), "the photo changed outside the mask"
    window.layer_commands.toggle_visible(control_of(window).id)
    window.menus.actions["mask_clear"].trigger()
    for kind in ("ora", "psd"):
        opened = exported(window, folder / f"launch with {NAME}.{kind}", kind)
        names = {one.name for one in opened.walk()}
        assert {made.name, photo.name} <= names, names
        assert np.array_equal(composite(opened, opened.rect), after), f"{kind} looks different"
    driving.share(window, "prompt", "layers", 300)


def exported(window: MainWindow, path: Path, kind: str) -> Document:
    """Export, wait until the window says so, and return what is in the file."""
    window.files.export(path, SaveOptions(format=kind))
    bar = window.messages
    driving.until(lambda: bar.isVisible() and path.name in bar.text.text())
    return open_document(path).document
