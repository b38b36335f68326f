"""The pose tool: drags joints, limbs and whole figures of a pose layer."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from studio.control_maps.pose import Joints
from studio.control_maps.pose_edit import (
    below,
    figure_at,
    move_person,
    moved_joint,
    nearest_joint,
    rotate_limb,
    scale_limb,
    with_joint_hidden,
)
from studio.document.history import Edit
from studio.document.layer import ControlLayer
from studio.tools.context import PickedJoint, Stroke, ToolContext
from studio.tools.pose_actions import (
    activate,
    pivot_of,
    pose_target,
    shown_people,
    with_person,
)

SLACK = 0.25
"""Fraction of the reach that the pointer may move before a press becomes a drag."""
SMALLEST = 0.05

Change = Callable[[float, float], Joints | None]
"""Maps the pointer, in pixels of the layer, to the new figure; None changes nothing."""


class PoseTool:
    """Edits the people of a control layer, never pixels of the picture.

    A press on a joint drags it; Shift rotates and Control stretches the limb below it,
    Alt hides or shows the joint. A press inside a figure, away from its joints, moves the figure.
    """

    def drag(self, ctx: ToolContext) -> Stroke:
        """Pick a joint or a figure and change it until the release; a press elsewhere unpicks."""
        layer = pose_target(ctx.document)
        people = shown_people(layer, ctx.document.rect)
        x, y = ctx.pointer.x - layer.x, ctx.pointer.y - layer.y
        hit = nearest_joint(people, x, y, ctx.reach)
        person = hit[0] if hit is not None else figure_at(people, x, y, ctx.reach)
        joint = hit[1] if hit is not None else None
        if person is None:
            ctx.options.picked_joint = None
            return
        activate(ctx.session, layer)
        ctx.options.picked_joint = PickedJoint(layer.id, person, joint)
        yield from _Drag(ctx, layer, people[person], person).begin(joint)


class _Drag:
    """One figure during a gesture."""

    def __init__(self, ctx: ToolContext, layer: ControlLayer, body: Joints, person: int) -> None:
        self._ctx = ctx
        self._layer = layer
        self._body = body
        self._person = person
        self._x, self._y = ctx.pointer.x - layer.x, ctx.pointer.y - layer.y

    def begin(self, joint: int | None) -> Stroke:
        """Run the change that the held keys select."""
        pointer = self._ctx.pointer
        if joint is None:
            with self._ctx.edit("Move figure") as edit:
                yield from self._follow(edit, self._moved)
        elif pointer.alt:
            hidden = bool(self._body[joint, 2] > 0)
            with self._ctx.edit("Hide joint" if hidden else "Show joint") as edit:
                self._show(edit, with_joint_hidden(self._body, joint, hidden))
        elif pointer.shift:
            with self._ctx.edit("Turn limb") as edit:
                yield from self._follow(edit, self._turning(joint))
        elif pointer.control:
            with self._ctx.edit("Scale limb") as edit:
                yield from self._follow(edit, self._scaling(joint))
        else:
            with self._ctx.edit("Move joint") as edit:
                yield from self._follow(edit, self._moving(joint))

    def _follow(self, edit: Edit, change: Change) -> Stroke:
        ctx, layer = self._ctx, self._layer
        slack = ctx.reach * SLACK
        begun = False
        while True:
            x, y = ctx.pointer.x - layer.x, ctx.pointer.y - layer.y
            begun = begun or math.hypot(x - self._x, y - self._y) > slack
            made = change(x, y) if begun else None
            if made is None:
                edit.document = edit.before
            else:
                self._show(edit, made)
            if ctx.released:
                return
            yield

    def _show(self, edit: Edit, body: Joints) -> None:
        edit.document = with_person(edit.before, self._layer, self._person, body)

    def _moved(self, x: float, y: float) -> Joints:
        return move_person(self._body, x - self._x, y - self._y)

    def _moving(self, joint: int) -> Change:
        place = self._body[joint]
        # The joint keeps its offset from the pointer: dragged by its edge, it does not jump.
        dx, dy = float(place[0]) - self._x, float(place[1]) - self._y
        locked = self._ctx.options.bone_lock
        return lambda x, y: moved_joint(self._body, joint, x + dx, y + dy, locked)

    def _turning(self, joint: int) -> Change:
        """Rotate the limb by the angle that the pointer moves around its pivot.

        If the pivot is the pressed joint, the angle starts where the pointer leaves the handle.
        """
        pivot = pivot_of(joint)
        cx, cy = (float(part) for part in self._body[pivot, :2])
        reach = self._ctx.reach if pivot == joint else 0.0
        first = None if pivot == joint else math.atan2(self._y - cy, self._x - cx)
        turn = 0.0

        def change(x: float, y: float) -> Joints | None:
            nonlocal first, turn
            if math.hypot(x - cx, y - cy) > reach:
                angle = math.atan2(y - cy, x - cx)
                first = angle if first is None else first
                turn = angle - first
            return rotate_limb(self._body, math.degrees(turn), pivot) if turn else None

        return change

    def _scaling(self, joint: int) -> Change:
        """Stretch the limb along its direction, so that its end follows the pointer."""
        pivot = pivot_of(joint)
        rows = [row for row in below(pivot) if row != pivot] if pivot == joint else [joint]
        arms = self._body[rows, :2] - self._body[pivot, :2]
        axis = arms.mean(axis=0)
        size = float(np.hypot(*axis))
        if size == 0:
            return lambda x, y: None
        axis = axis / size
        length = float((arms @ axis).max())

        def change(x: float, y: float) -> Joints:
            along = (x - self._x) * float(axis[0]) + (y - self._y) * float(axis[1])
            return scale_limb(self._body, max(1 + along / length, SMALLEST), pivot)

        return change
