"""Edits skeletons; each function returns a new one and leaves its argument unchanged."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from studio.control_maps.pose import JOINTS, Joints

ROOT = JOINTS.index("neck")

PARENTS: dict[int, int] = {
    JOINTS.index(joint): JOINTS.index(parent)
    for joint, parent in (
        ("nose", "neck"), ("right eye", "nose"), ("left eye", "nose"),
        ("right ear", "right eye"), ("left ear", "left eye"),
        ("right shoulder", "neck"), ("right elbow", "right shoulder"),
        ("right wrist", "right elbow"), ("left shoulder", "neck"),
        ("left elbow", "left shoulder"), ("left wrist", "left elbow"),
        ("right hip", "neck"), ("right knee", "right hip"), ("right ankle", "right knee"),
        ("left hip", "neck"), ("left knee", "left hip"), ("left ankle", "left knee"),
    )
}  # fmt: skip
"""The parent of each joint; the neck is the root."""

PRESETS: dict[str, tuple[tuple[float, float], ...]] = {
    "standing": (
        (0.50, 0.08), (0.50, 0.19), (0.39, 0.20), (0.36, 0.35), (0.35, 0.49), (0.61, 0.20),
        (0.64, 0.35), (0.65, 0.49), (0.44, 0.51), (0.43, 0.73), (0.42, 0.95), (0.56, 0.51),
        (0.57, 0.73), (0.58, 0.95), (0.48, 0.06), (0.52, 0.06), (0.45, 0.07), (0.55, 0.07),
    ),
    "sitting": (
        (0.50, 0.10), (0.50, 0.25), (0.37, 0.27), (0.31, 0.45), (0.38, 0.60), (0.63, 0.27),
        (0.69, 0.45), (0.62, 0.60), (0.43, 0.64), (0.27, 0.68), (0.29, 0.94), (0.57, 0.64),
        (0.73, 0.68), (0.71, 0.94), (0.47, 0.08), (0.53, 0.08), (0.44, 0.09), (0.56, 0.09),
    ),
    "running": (
        (0.57, 0.09), (0.53, 0.20), (0.44, 0.22), (0.32, 0.33), (0.42, 0.43), (0.61, 0.21),
        (0.67, 0.35), (0.81, 0.30), (0.45, 0.51), (0.34, 0.70), (0.13, 0.75), (0.54, 0.50),
        (0.70, 0.63), (0.66, 0.87), (0.55, 0.07), (0.59, 0.07), (0.52, 0.08), (0.61, 0.08),
    ),
    "waving": (
        (0.48, 0.09), (0.48, 0.20), (0.37, 0.21), (0.34, 0.36), (0.33, 0.50), (0.59, 0.21),
        (0.72, 0.14), (0.76, 0.01), (0.42, 0.52), (0.41, 0.74), (0.40, 0.95), (0.54, 0.52),
        (0.56, 0.74), (0.57, 0.95), (0.46, 0.07), (0.50, 0.07), (0.43, 0.08), (0.53, 0.08),
    ),
}  # fmt: skip
"""Initial poses: each joint's position in a square, left and right being the person's own."""


def preset(name: str, x: float, y: float, height: float) -> Joints:
    """Return a person (18, 3) in a pose of ``PRESETS``, in a square of that height at x, y."""
    made = np.ones((len(JOINTS), 3), np.float32)
    made[:, :2] = np.array(PRESETS[name], np.float32) * height + (x, y)
    return made


def below(joint: int) -> tuple[int, ...]:
    """Return a joint and all its descendants."""
    found = [joint]
    for child, parent in PARENTS.items():
        if parent == joint:
            found += below(child)
    return tuple(found)


def moved_joint(person: Joints, joint: int, x: float, y: float, locked: bool = False) -> Joints:
    """Return the person with a joint moved to x, y and made visible.

    ``locked`` keeps the lengths of bones: the joint gets as near as its bone allows, and its
    descendants move along. The neck moves the whole person.
    """
    made = person.copy()
    target = np.array((x, y), np.float32)
    if not locked:
        made[joint, :2] = target
    else:
        parent = PARENTS.get(joint)
        if parent is not None:
            bone = person[joint, :2] - person[parent, :2]
            aim = target - person[parent, :2]
            length, far = float(np.hypot(*bone)), float(np.hypot(*aim))
            target = person[parent, :2] + (aim * (length / far) if far > 0 else bone)
        made[list(below(joint)), :2] += target - person[joint, :2]
    made[joint, 2] = max(float(made[joint, 2]), 1.0)
    return made


def move_person(person: Joints, dx: float, dy: float) -> Joints:
    """Return the person moved by dx, dy."""
    made = person.copy()
    made[:, :2] += (dx, dy)
    return made


def rotate_limb(person: Joints, degrees: float, joint: int = ROOT) -> Joints:
    """Return the person with a joint's descendants rotated about it, clockwise on the screen."""
    angle = math.radians(degrees)
    turn = np.array(
        [[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]], np.float32
    )
    return _about(person, joint, turn)


def scale_limb(person: Joints, factor: float, joint: int = ROOT) -> Joints:
    """Return the person with a joint's descendants scaled about it by a factor."""
    return _about(person, joint, np.eye(2, dtype=np.float32) * np.float32(factor))


def mirror_joints(person: Joints) -> Joints:
    """Return the person's mirror image in place: left becomes right."""
    made = person.copy()
    seen = person[person[:, 2] > 0]
    if not len(seen):
        return made
    made[:, 0] = seen[:, 0].min() + seen[:, 0].max() - person[:, 0]
    for joint, name in enumerate(JOINTS):
        if name.startswith("right "):
            other = JOINTS.index(name.replace("right", "left"))
            made[[joint, other]] = made[[other, joint]]
    return made


def with_joint_hidden(person: Joints, joint: int, hidden: bool = True) -> Joints:
    """Return the person with a joint hidden from the drawing, or shown again."""
    made = person.copy()
    made[joint, 2] = 0.0 if hidden else 1.0
    return made


def complete_person(person: Joints) -> Joints:
    """Return the person with a position for every joint, so that each can be shown and dragged.

    Joints that were not found stay hidden and get the positions of the standing preset, fitted to
    the joints that were found.
    """
    seen = person[:, 2] > 0
    made = person.copy()
    if seen.all():
        return made
    model = preset("standing", 0, 0, 1.0)[:, :2]
    if seen.sum() < 2:
        height, offset = 200.0, np.zeros(2, np.float32)
        if seen.any():
            offset = person[seen][0, :2] - model[seen][0] * height
    else:
        spread = float(np.ptp(model[seen], axis=0).max())
        height = float(np.ptp(person[seen, :2], axis=0).max()) / max(spread, 1e-6)
        offset = person[seen, :2].mean(axis=0) - model[seen].mean(axis=0) * height
    made[~seen, :2] = model[~seen] * height + offset
    return made


def place_hidden_joints(person: Joints) -> Joints:
    """Return the person with a position for every joint; hidden joints keep theirs.

    Unlike ``complete_person`` it gives a new position only to joints without one: 0, 0 in a file.
    """
    made = person.copy()
    lost = (person[:, 2] <= 0) & (person[:, :2] == 0).all(axis=1)
    if lost.any():
        made[lost] = complete_person(person)[lost]
    return made


def nearest_joint(
    people: Sequence[Joints], x: float, y: float, within: float
) -> tuple[int, int] | None:
    """Return (person, joint) nearest to a point, None if none is within that distance."""
    best: tuple[float, tuple[int, int]] | None = None
    for number, person in enumerate(people):
        away = np.hypot(person[:, 0] - x, person[:, 1] - y)
        joint = int(away.argmin())
        if away[joint] <= within and (best is None or away[joint] < best[0]):
            best = (float(away[joint]), (number, joint))
    return best[1] if best else None


def figure_at(people: Sequence[Joints], x: float, y: float, margin: float) -> int | None:
    """Return the figure with a point in its box, grown by a margin; the nearest limb decides."""
    best: tuple[float, int] | None = None
    for number, person in enumerate(people):
        left, top, right, bottom = box_of(person)
        if not (left - margin <= x <= right + margin and top - margin <= y <= bottom + margin):
            continue
        away = min(_distance(person, limb, x, y) for limb in PARENTS.items())
        if best is None or away < best[0]:
            best = away, number
    return best[1] if best else None


def box_of(person: Joints) -> tuple[float, float, float, float]:
    """Return left, top, right and bottom of a person's visible joints, or of all if none is."""
    seen = person[person[:, 2] > 0, :2]
    places = seen if len(seen) > 1 else person[:, :2]
    (left, top), (right, bottom) = places.min(axis=0), places.max(axis=0)
    return float(left), float(top), float(right), float(bottom)


def _distance(person: Joints, limb: tuple[int, int], x: float, y: float) -> float:
    start, end = person[limb[0], :2], person[limb[1], :2]
    bone, aim = end - start, np.array((x, y), np.float32) - start
    length = float(bone @ bone)
    along = min(max(float(aim @ bone) / length, 0.0), 1.0) if length > 0 else 0.0
    return float(np.hypot(*(aim - along * bone)))


def _about(person: Joints, joint: int, change: Joints) -> Joints:
    made = person.copy()
    centre = person[joint, :2]
    rows = list(below(joint))
    made[rows, :2] = (person[rows, :2] - centre) @ change.T + centre
    return made
