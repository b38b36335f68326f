"""From a photo of a person to a new pose: a skeleton, an arm, a look, a figure."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from journeys import driving
from journeys.driving import choose, drag
from journeys.figures import (
    control_of,
    drag_joint,
    move_figure,
    paint_figure,
    person,
    place,
    shrink_figure,
)
from studio.control_maps.pose import JOINTS
from studio.core.paths import resource
from studio.document.io.formats import open_document
from studio.document.layer import ControlLayer, GenerativeLayer
from studio.document.render.compositor import composite
from studio.edit.request import EditRequest
from studio.ui.window.main_window import MainWindow

PROMPT = "a woman in an orange dress waving"
SEED, PICK = 60, 3
NECK = (400, 150)
"""Where the small figure's neck goes, so that it stands on the helmet."""
SMALLER = 23
"""Presses of the minus key, each a twentieth less."""
ELBOW, WRIST = (467, 130), (478, 84)
SUIT = ((120, 320), (220, 420))


def walk(window: MainWindow, folder: Path) -> Iterator[QWidget]:
    """Yield the window at each step; AssertionError where the result is not what was asked."""
    driving.open_file(window, resource("samples", "sample-astronaut.jpg"))
    session, actions = window.session, window.menus.actions
    photo = composite(session.document, session.document.rect)
    actions["control_pose"].trigger()
    driving.until(lambda: isinstance(session.document.active_layer(), ControlLayer))
    choose(window, "pose")
    yield window
    pose(window)
    yield window
    driving.share(window, "prompt", "layers", 520)
    choose(window, "select_rectangle")
    drag(window, SUIT[0], (170, 370), SUIT[1])
    window.references.from_selection.click()
    driving.until(lambda: window.references.rows)
    driving.say(window, PROMPT, SEED)
    yield window
    actions["select_none"].trigger()
    choose(window, "mask")
    paint_figure(window, 1.12)
    yield window
    driving.generate(window, PICK)
    yield window
    finish(window, folder, photo)
    yield window


def pose(window: MainWindow) -> None:
    """Make the figure small by keys, drag it to its place, show its legs, lift its left arm."""
    shrink_figure(window, SMALLER)
    move_figure(window, *NECK)
    for name, confidence in zip(JOINTS, person(window)[:, 2].tolist(), strict=True):
        if confidence <= 0:
            drag(window, place(window, name), held=Qt.KeyboardModifier.AltModifier)
    drag_joint(window, "left elbow", *ELBOW)
    drag_joint(window, "left wrist", *WRIST)


def finish(window: MainWindow, folder: Path, photo: np.ndarray) -> None:
    """Keep the result, hide the skeleton, and check what was promised."""
    session, actions = window.session, window.menus.actions
    wrist = place(window, "left wrist")
    assert np.allclose(wrist, WRIST, atol=2), f"the wrist is at {wrist}"
    assert (person(window)[:, 2] > 0).all(), "a joint is still hidden"
    item = session.tray.selected
    assert item is not None and isinstance(item.result.request, EditRequest)
    request = item.result.request
    assert [use.kind for use in request.controls] == ["pose"]
    assert [use.mode for use in request.references] == ["look"]
    mask = session.document.mask
    assert mask is not None
    window.tray.apply.click()
    made = session.document.active_layer()
    assert isinstance(made, GenerativeLayer)
    after = composite(session.document, session.document.rect)
    outside = mask.read(session.document.rect)[:, :, 0] == 0
    assert np.array_equal(after[outside], photo[outside]), "the photo changed outside the mask"
    changed = (after[~outside] != photo[~outside]).any(axis=1).mean()
    assert changed > 0.8, f"only {changed:.0%} of the mask was filled"
    path = folder / "figure.ora"
    session.export(path)
    kept = open_document(path).document
    assert isinstance(kept.find(made.id), GenerativeLayer)
    window.layer_commands.toggle_visible(control_of(window).id)
    actions["mask_clear"].trigger()
    driving.share(window, "prompt", "layers", 360)
