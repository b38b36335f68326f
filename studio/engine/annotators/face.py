"""Crops the largest face of a picture, from the head joints that Lightweight OpenPose finds."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from studio.catalog.annotators import pose_weights
from studio.control_maps.pose import JOINTS, Joints
from studio.core.geometry import Rect
from studio.core.notices import Notice, notice
from studio.core.progress import Progress
from studio.edit.request import Pixels
from studio.engine.annotators.pose import PoseAnnotator

NOSE, NECK = JOINTS.index("nose"), JOINTS.index("neck")
EYES = JOINTS.index("right eye"), JOINTS.index("left eye")
EARS = JOINTS.index("right ear"), JOINTS.index("left ear")
HEAD = (NOSE, *EYES, *EARS)
HEIGHTS = {
    EARS: 1.5,
    EYES: 3.6,
    (NOSE, EARS[0]): 1.8,
    (NOSE, EARS[1]): 1.8,
    (EYES[0], EARS[0]): 2.3,
    (EYES[1], EARS[1]): 2.3,
    (NOSE, NECK): 1.0,
}
"""Lower bound of a head's height over the distance of two joints: in a head 23 cm high the ears are
15 cm apart, the eyes 6.3, ear and nose 13 and ear and eye 10 seen from the side, nose and neck 23.
Turning the head shortens every distance, so the largest estimate is the best."""
AROUND = 1.5
"""Side of the cropped square in head heights: includes the hair and a small margin."""


def face_of(image: Pixels, progress: Progress) -> tuple[Pixels, Notice | None]:
    """Return the square around the largest face of an (h, w, 3) uint8 sRGB picture.

    If none is found, or the pose weights are not installed, it is the whole picture, with a notice
    for the artist. StudioError if the pose weights are damaged.
    """
    if pose_weights() is None:
        return image, notice(
            "The whole reference is used, not only its face: the pose-detection weights "
            "are not installed."
        )
    height, width = image.shape[:2]
    box = largest_face(PoseAnnotator().find(image, progress).people, width, height)
    if box is None:
        return image, notice("No face was found in the reference, so the whole picture is used.")
    return np.ascontiguousarray(image[box.y : box.bottom, box.x : box.right]), None


def largest_face(people: Iterable[Joints], width: int, height: int) -> Rect | None:
    """Return the square around the largest head, clipped to the picture; None if there is none.

    At least two joints of a head must be visible.
    """
    found = [box for person in people if (box := _face(person)) is not None]
    whole = Rect(0, 0, width, height)
    seen = [cut for box in found if not (cut := box.intersect(whole)).is_empty]
    return max(seen, key=lambda box: box.area, default=None)


def _face(person: Joints) -> Rect | None:
    seen = [joint for joint in HEAD if person[joint, 2] > 0]
    if len(seen) < 2:
        return None
    tall = max(
        times * float(np.hypot(*(person[one, :2] - person[other, :2])))
        for (one, other), times in HEIGHTS.items()
        if person[one, 2] > 0 and person[other, 2] > 0
    )
    side = max(1, round(AROUND * tall))
    x, y = person[seen, :2].mean(axis=0)
    return Rect(round(float(x) - side / 2), round(float(y) - side / 2), side, side)
