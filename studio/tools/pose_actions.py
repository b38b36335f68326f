"""Actions on the figures of a pose layer; each function is one history entry."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import numpy as np

from studio.control_maps.openpose import Poses, write_poses
from studio.control_maps.pose import Joints
from studio.control_maps.pose_edit import (
    PARENTS,
    ROOT,
    box_of,
    complete_person,
    mirror_joints,
    move_person,
    moved_joint,
    place_hidden_joints,
    preset,
    rotate_limb,
    scale_limb,
    with_joint_hidden,
)
from studio.core.atomic import Check, replace_file
from studio.core.errors import StudioError
from studio.core.geometry import Rect
from studio.document.control import POSE, people_of, pose_layer, with_people
from studio.document.document import Document
from studio.document.io.common import differs
from studio.document.layer import ControlLayer
from studio.document.locked import check_unlocked
from studio.edit.annotate import FILLS, default_pose
from studio.session.session import Session
from studio.session.sources import read_people
from studio.tools.context import PickedJoint

NAME = "Pose"
PLACES = (0.5, 0.25, 0.75, 0.1, 0.9, 0.4, 0.6)
"""Candidate positions of a new figure, as fractions of the width of the canvas."""


# Finding


def find_pose(document: Document) -> ControlLayer | None:
    """Return the pose layer to edit: the active one, else the topmost, preferably visible."""
    active = document.active_layer()
    if isinstance(active, ControlLayer) and _has_joints(active):
        return active
    found = [one for one in document.walk() if isinstance(one, ControlLayer) and _has_joints(one)]
    seen = [layer for layer in found if is_seen(document, layer)]
    return next(reversed(seen or found), None)


def is_seen(document: Document, layer: ControlLayer) -> bool:
    """Whether a layer and all groups around it are visible."""
    if not layer.visible:
        return False
    group = document.parent_of(layer.id)
    while group is not None:
        if not group.visible:
            return False
        group = document.parent_of(group.id)
    return True


def pose_target(document: Document) -> ControlLayer:
    """Return the pose layer to edit; StudioError if there is none or it cannot be changed."""
    layer = find_pose(document)
    if layer is None:
        active = document.active_layer()
        if isinstance(active, ControlLayer) and active.control.kind == POSE:
            raise StudioError(
                "This pose is a picture; it has no joints to drag.",
                "Add a figure or import OpenPose JSON with Figure in the options bar.",
            )
        raise StudioError(
            "There is no figure to drag.",
            "Add one with Figure in the options bar, or make a pose from the picture.",
        )
    check_unlocked(document, [layer.id])
    if not is_seen(document, layer):
        raise StudioError("The layer is hidden.", "Show it in the layers panel first.")
    return layer


def shown_people(layer: ControlLayer, canvas: Rect) -> list[Joints]:
    """Return the people of a layer, in its pixels, with a place for every joint.

    A person without any known joint is placed in the middle of the canvas, all joints hidden.
    """
    people = people_of(layer)
    for number, person in enumerate(people):
        if person.any():
            people[number] = place_hidden_joints(person)
        else:
            people[number] = _body("standing", 0.5, canvas.shift(-layer.x, -layer.y))
            people[number][:, 2] = 0
    return people


def valid_pick(document: Document, choice: PickedJoint | None) -> PickedJoint | None:
    """Return the pick if it still exists; undo may have removed it."""
    layer = find_pose(document)
    if choice is None or layer is None or choice.layer != layer.id:
        return None
    return choice if choice.person < len(layer.control.people) else None


def stops(document: Document) -> list[PickedJoint]:
    """Return everything that can be picked, in tab order: each figure, then its joints."""
    layer = find_pose(document)
    if layer is None or not is_seen(document, layer):
        return []
    people = layer.control.people
    return [
        PickedJoint(layer.id, number, joint)
        for number, person in enumerate(people)
        for joint in (None, *range(len(person)))
    ]


def pivot_of(joint: int | None) -> int:
    """Return the pivot of a joint's limb: the parent for an end joint, the root for None."""
    if joint is None:
        return ROOT
    return joint if joint in PARENTS.values() else PARENTS[joint]


# Changing


def activate(session: Session, layer: ControlLayer) -> None:
    """Make a layer the active one, without a history entry."""
    if session.document.active != layer.id:
        session.amend(session.document.replace(active=layer.id))


def with_person(document: Document, layer: ControlLayer, person: int, body: Joints) -> Document:
    """Return the document with one figure of a layer replaced and the layer redrawn."""
    people = people_of(layer)
    people[person] = body
    return document.update(with_people(layer, people, document.rect))


def add_person(session: Session, pose: str, name: str = NAME) -> PickedJoint:
    """Add a person in a pose of PRESETS in a free place, in a new layer if there is none."""
    document = session.document
    layer = pose_target(document) if find_pose(document) is not None else None
    canvas = document.rect
    if layer is None:
        made = pose_layer([_body(pose, PLACES[0], canvas)], canvas, name)
        session.edit("Add figure", lambda old: old.insert(made))
        return PickedJoint(made.id, 0)
    others = shown_people(layer, canvas)
    local = canvas.shift(-layer.x, -layer.y)
    people = [*people_of(layer), _body(pose, _room(others, local), local)]
    grown = with_people(layer, people, canvas)
    activate(session, layer)
    session.edit("Add figure", lambda old: old.update(grown))
    return PickedJoint(layer.id, len(people) - 1)


def remove_person(session: Session, person: int) -> None:
    """Remove a figure; the layer stays."""
    layer = _layer_of(session, person)
    people = people_of(layer)
    del people[person]
    rest = with_people(layer, people, session.document.rect)
    session.edit("Remove figure", lambda old: old.update(rest))


def mirror_person(session: Session, person: int) -> None:
    """Mirror a figure in place."""
    session.edit("Mirror figure", _changed(session, person, mirror_joints))


def hide_joint(session: Session, person: int, joint: int, hidden: bool = True) -> None:
    """Leave a joint out of the drawing, or show it again."""
    change = _changed(session, person, lambda body: with_joint_hidden(body, joint, hidden))
    session.edit("Hide joint" if hidden else "Show joint", change)


def is_hidden(document: Document, choice: PickedJoint) -> bool:
    """Whether the picked joint is hidden."""
    layer = document.find(choice.layer)
    if not isinstance(layer, ControlLayer) or choice.joint is None:
        return False
    return layer.control.people[choice.person][choice.joint][2] <= 0


def move_by(
    session: Session,
    choice: PickedJoint,
    dx: float,
    dy: float,
    locked: bool = False,
    *,
    within: float = 0.0,
) -> None:
    """Move the picked joint or figure by document pixels.

    Here and below, a call ``within`` seconds of the last one extends its history entry.
    """
    joint = choice.joint
    if joint is None:
        change = _changed(session, choice.person, lambda body: move_person(body, dx, dy))
        session.edit("Move figure", change, merge=("move", choice), within=within)
        return

    def shift(body: Joints) -> Joints:
        return moved_joint(body, joint, body[joint, 0] + dx, body[joint, 1] + dy, locked)

    change = _changed(session, choice.person, shift)
    session.edit("Move joint", change, merge=("move", choice), within=within)


def turn(session: Session, choice: PickedJoint, degrees: float, *, within: float = 0.0) -> None:
    """Rotate the limb below the picked joint, or the whole figure, clockwise."""
    pivot = pivot_of(choice.joint)
    change = _changed(session, choice.person, lambda body: rotate_limb(body, degrees, pivot))
    label = "Turn limb" if choice.joint is not None else "Turn figure"
    session.edit(label, change, merge=("turn", choice), within=within)


def scale(session: Session, choice: PickedJoint, factor: float, *, within: float = 0.0) -> None:
    """Scale the limb below the picked joint, or the whole figure, by a factor."""
    pivot = pivot_of(choice.joint)
    change = _changed(session, choice.person, lambda body: scale_limb(body, factor, pivot))
    label = "Scale limb" if choice.joint is not None else "Scale figure"
    session.edit(label, change, merge=("scale", choice), within=within)


# Files


def import_poses(session: Session, path: Path) -> int:
    """Add the people of an OpenPose JSON file, in a new layer if there is none; return how many.

    Missing joints of a person are completed; people without any joint are skipped, and a file
    without anyone left adds one default figure in the middle.
    """
    document = session.document
    layer = pose_target(document) if find_pose(document) is not None else None
    canvas = document.rect
    found = [complete_person(one) for one in read_people(path, canvas) if (one[:, 2] > 0).any()]
    found = found or [default_pose(canvas)]
    if layer is None:
        made = pose_layer(found, canvas, path.stem)
        session.edit("Import poses", lambda old: old.insert(made))
    else:
        corner = np.array((layer.x, layer.y, 0), np.float32)
        people = [*people_of(layer), *(person - corner for person in found)]
        grown = with_people(layer, people, canvas)
        activate(session, layer)
        session.edit("Import poses", lambda old: old.update(grown))
    return len(found)


def export_poses(session: Session, path: Path) -> None:
    """Write the people of the pose layer as OpenPose JSON; an error leaves the old file."""
    document = session.document
    layer = find_pose(document)
    if layer is None or not layer.control.people:
        raise StudioError(
            "There is no figure to export.",
            "Add one with Figure in the options bar, or make a pose from the picture.",
        )
    corner = np.array((layer.x, layer.y, 0), np.float32)
    people = tuple(person + corner for person in people_of(layer))
    data = write_poses(Poses(document.width, document.height, people)).encode("utf-8")

    def check(stream: BinaryIO) -> None:
        if stream.read() != data:
            raise differs("OpenPose JSON")

    def write(stream: BinaryIO) -> Check:
        stream.write(data)
        return check

    replace_file(path, write)


# Helpers


def _has_joints(layer: ControlLayer) -> bool:
    """Whether a layer is a pose of joints or empty; a picture of a pose has no joints."""
    return layer.control.kind == POSE and bool(layer.control.people or not layer.raster.tiles)


def _layer_of(session: Session, person: int) -> ControlLayer:
    layer = pose_target(session.document)
    if person >= len(layer.control.people):
        raise StudioError("That figure no longer exists.", "Pick another one on the canvas.")
    activate(session, layer)
    return layer


def _changed(
    session: Session, person: int, how: Callable[[Joints], Joints]
) -> Callable[[Document], Document]:
    """Return a function that replaces one figure in a document."""
    layer = _layer_of(session, person)
    body = how(shown_people(layer, session.document.rect)[person])
    return lambda old: with_person(old, layer, person, body)


def _body(pose: str, share: float, canvas: Rect) -> Joints:
    """Return a person on a canvas, centred as near as possible to a fraction of its width."""
    height = FILLS * min(canvas.width, canvas.height)
    x = canvas.x + share * canvas.width - height / 2
    return _within(preset(pose, x, canvas.y + (canvas.height - height) / 2, height), canvas)


def _within(body: Joints, canvas: Rect) -> Joints:
    """Return a person moved into a canvas, and scaled down if it is too large."""
    left, top, right, bottom = box_of(body)
    beyond = max((right - left) / canvas.width, (bottom - top) / canvas.height)
    if beyond > 1:
        body = scale_limb(body, 1 / beyond)
        left, top, right, bottom = box_of(body)
    dx = max(canvas.x - left, 0.0) + min(canvas.right - right, 0.0)
    dy = max(canvas.y - top, 0.0) + min(canvas.bottom - bottom, 0.0)
    return move_person(body, dx, dy)


def _room(people: list[Joints], canvas: Rect) -> float:
    """Return the fraction of the width at which a new figure is farthest from all others."""
    boxes = [box_of(person) for person in people]
    middles = [((left + right) / 2 - canvas.x) / canvas.width for left, _, right, _ in boxes]
    return max(PLACES, key=lambda share: min((abs(share - x) for x in middles), default=0.0))
