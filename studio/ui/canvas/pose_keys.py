"""The pose tool by keyboard: Tab goes from joint to joint, arrows move the picked one."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from studio.session.session import Session
from studio.tools import pose_actions
from studio.tools.context import PickedJoint, ToolOptions

ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
FAR = 10
DEGREES = 5.0
FACTOR = 1.05
PAUSE = 0.7
"""Presses that follow one another within so many seconds are one history entry."""
GROW = (Qt.Key.Key_Plus, Qt.Key.Key_Equal)
LETTERS = (Qt.Key.Key_R, Qt.Key.Key_O, Qt.Key.Key_F)
OWN = (*ARROWS, *GROW, *LETTERS, Qt.Key.Key_Minus, Qt.Key.Key_Delete)
"""Keys that belong to a picked joint, whatever else they are a shortcut for."""


def owns(session: Session, options: ToolOptions, event: QKeyEvent) -> bool:
    """Whether a key acts on the picked joint, so that no shortcut may take it."""
    held = _held(event) & ~Qt.KeyboardModifier.ShiftModifier
    if held or pose_actions.picked(session.document, options.picked_joint) is None:
        return False
    # Delete throws away the result that is being looked at, as with every tool.
    discards = event.key() == Qt.Key.Key_Delete and session.tray.selected is not None
    return event.key() in OWN and not discards


def has_stops(session: Session) -> bool:
    """Whether Tab goes through figures, and leaves the canvas behind the last joint."""
    return bool(pose_actions.stops(session.document))


def pressed(session: Session, options: ToolOptions, event: QKeyEvent) -> bool:
    """Do what a key asks for; False if it is none of the tool's. Raises StudioError."""
    key = event.key()
    if key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
        back = key == Qt.Key.Key_Backtab or bool(_held(event) & Qt.KeyboardModifier.ShiftModifier)
        return _step(session, options, -1 if back else 1)
    choice = pose_actions.picked(session.document, options.picked_joint)
    if choice is None:
        return False
    if key == Qt.Key.Key_Escape:
        options.picked_joint = None
        return True
    if not owns(session, options, event):
        return False
    _change(session, options, choice, event)
    return True


def _change(session: Session, options: ToolOptions, choice: PickedJoint, event: QKeyEvent) -> None:
    key, shift = event.key(), bool(_held(event) & Qt.KeyboardModifier.ShiftModifier)
    # A key that is held down is one step to undo, however slowly a busy machine repeats it.
    within = math.inf if event.isAutoRepeat() else PAUSE
    for arrow, (x, y) in ARROWS.items():
        if key == arrow:
            step = FAR if shift else 1
            pose_actions.move_by(
                session, choice, x * step, y * step, options.bone_lock, within=within
            )
    if key == Qt.Key.Key_R:
        pose_actions.turn(session, choice, -DEGREES if shift else DEGREES, within=within)
    elif key in GROW:
        pose_actions.scale(session, choice, FACTOR, within=within)
    elif key == Qt.Key.Key_Minus:
        pose_actions.scale(session, choice, 1 / FACTOR, within=within)
    elif key == Qt.Key.Key_F:
        pose_actions.mirror_person(session, choice.person)
    elif key == Qt.Key.Key_Delete:
        pose_actions.remove_person(session, choice.person)
        options.picked_joint = None
    elif key == Qt.Key.Key_O and choice.joint is not None:
        hidden = pose_actions.is_hidden(session.document, choice)
        pose_actions.hide_joint(session, choice.person, choice.joint, not hidden)


def _step(session: Session, options: ToolOptions, step: int) -> bool:
    """Pick the next figure or joint; False past the last one, where the focus moves on."""
    stops = pose_actions.stops(session.document)
    choice = pose_actions.picked(session.document, options.picked_joint)
    start = 0 if step > 0 else len(stops) - 1
    place = stops.index(choice) + step if choice in stops else start
    if not 0 <= place < len(stops):
        options.picked_joint = None
        return False
    options.picked_joint = stops[place]
    return True


def _held(event: QKeyEvent) -> Qt.KeyboardModifier:
    return event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
