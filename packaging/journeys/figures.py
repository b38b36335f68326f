"""Works on the one figure of a pose layer by mouse: moves it, and paints the mask over it."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from journeys.driving import choose, drag, focus_canvas
from studio.control_maps.pose import JOINTS, Joints
from studio.document.control import people_of
from studio.document.layer import ControlLayer
from studio.ui.window.main_window import MainWindow

LIMBS = (
    ("neck", "nose", 0.55),
    ("right shoulder", "right elbow", 0.42),
    ("right elbow", "right wrist", 0.42),
    ("left shoulder", "left elbow", 0.42),
    ("left elbow", "left wrist", 0.42),
    ("right shoulder", "right hip", 0.52),
    ("neck", "right hip", 0.52),
    ("neck", "left hip", 0.52),
    ("left shoulder", "left hip", 0.52),
    ("right hip", "right knee", 0.46),
    ("right knee", "right ankle", 0.46),
    ("left hip", "left knee", 0.46),
    ("left knee", "left ankle", 0.46),
)
"""From joint to joint, and the brush for it, in widths of the shoulders."""
HEAD = 1.08


def control_of(window: MainWindow) -> ControlLayer:
    """Return the one control layer of the document."""
    (layer,) = (one for one in window.session.document.walk() if isinstance(one, ControlLayer))
    return layer


def person(window: MainWindow) -> Joints:
    """Return the one figure."""
    (found,) = people_of(control_of(window))
    return found


def place(window: MainWindow, joint: str) -> tuple[float, float]:
    """Return where a joint is."""
    x, y = person(window)[JOINTS.index(joint), :2].tolist()
    return x, y


def shrink_figure(window: MainWindow, presses: int) -> None:
    """Pick the figure and make it smaller by keys, by a twentieth each time."""
    focus_canvas(window)
    QTest.keyClick(window.canvas, Qt.Key.Key_Tab)
    for _ in range(presses):
        QTest.keyClick(window.canvas, Qt.Key.Key_Minus)


def move_figure(window: MainWindow, x: float, y: float) -> None:
    """Drag the figure by its trunk, so that its neck comes to a place."""
    (neck_x, neck_y), (hip_x, hip_y) = place(window, "neck"), place(window, "left hip")
    held = (neck_x + hip_x) / 2, (neck_y + hip_y) / 2
    there = held[0] + x - neck_x, held[1] + y - neck_y
    drag(window, held, ((held[0] + there[0]) / 2, (held[1] + there[1]) / 2), there)


def drag_joint(window: MainWindow, joint: str, x: float, y: float) -> None:
    """Drag a joint to a place."""
    start = place(window, joint)
    drag(window, start, ((start[0] + x) / 2, (start[1] + y) / 2), (x, y))


def paint_figure(window: MainWindow, stout: float = 1.0) -> None:
    """Drag the mask brush along every limb and over the head; ``stout`` makes the brush wider."""
    at = {name: row[:2].astype(float) for name, row in zip(JOINTS, person(window), strict=True)}
    wide = float(np.hypot(*(at["left shoulder"] - at["right shoulder"]))) * stout
    for first, last, share in LIMBS:
        choose(window, "mask", round(wide * share))
        start, end = at[first], at[last]
        middle = (start + end) / 2
        drag(window, *((float(x), float(y)) for x, y in (start, middle, end)))
    head = (at["left ear"] + at["right ear"] + at["nose"]) / 3 - (0, wide * 0.06)
    choose(window, "mask", round(wide * HEAD))
    drag(window, (float(head[0]), float(head[1])))
