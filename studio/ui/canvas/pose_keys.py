"""Keyboard control of the pose tool: Tab steps through the joints, arrows move the picked one."""

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
"""Key presses less than this many seconds apart form one history entry."""
GROW = (Qt.Key.Key_Plus, Qt.Key.Key_Equal)
LETTERS = (Qt.Key.Key_R, Qt.Key.Key_O, Qt.Key.Key_F)
OWN = (*ARROWS, *GROW, *LETTERS, Qt.Key.Key_Minus, Qt.Key.Key_Delete)
"""Keys that act on a picked joint, even if they are shortcuts elsewhere."""


def owns(session: Session, options: ToolOptions, event: QKeyEvent) -> bool:
    """Whether a key acts on the picked joint and must not trigger a shortcut."""
    held = _held(event) & ~Qt.KeyboardModifier.ShiftModifier
    if held or pose_actions.valid_pick(session.document, options.picked_joint) is None:
        return False
    # Delete discards the result that is shown, as with every tool.
    discards = event.key() == Qt.Key.Key_Delete and session.tray.selected is not None
    return event.key() in OWN and not discards


def has_stops(session: Session) -> bool:
    """Whether Tab steps through figures, and leaves the canvas after the last joint."""
    return bool(pose_actions.stops(session.document))


def handle_key(session: Session, options: ToolOptions, event: QKeyEvent) -> bool:
    """Handle a key; False if the tool has no use for it. Raises StudioError."""
    key = event.key()
    if key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
        back = key == Qt.Key.Key_Backtab or bool(_held(event) & Qt.KeyboardModifier.ShiftModifier)
        return _step(session, options, -1 if back else 1)
    choice = pose_actions.valid_pick(session.document, options.picked_joint)
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
    # A held key is one history entry, however slowly a busy machine repeats it.
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
    choice = pose_actions.valid_pick(session.document, options.picked_joint)
    start = 0 if step > 0 else len(stops) - 1
    place = stops.index(choice) + step if choice in stops else start
    if not 0 <= place < len(stops):
        options.picked_joint = None
        return False
    options.picked_joint = stops[place]
    return True


def _held(event: QKeyEvent) -> Qt.KeyboardModifier:
    return event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
