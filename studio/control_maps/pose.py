"""Draws OpenPose skeletons, the 18 joints of each person, as pose ControlNets expect them."""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np
from numpy.typing import NDArray

Joints = NDArray[np.float32]
Pixels = NDArray[np.uint8]

JOINTS = (
    "nose", "neck", "right shoulder", "right elbow", "right wrist", "left shoulder", "left elbow",
    "left wrist", "right hip", "right knee", "right ankle", "left hip", "left knee", "left ankle",
    "right eye", "left eye", "right ear", "left ear",
)  # fmt: skip
"""The joints of OpenPose's COCO model (Cao et al. 2017), in its order."""

LIMBS = (
    (1, 2), (1, 5), (2, 3), (3, 4), (5, 6), (6, 7), (1, 8), (8, 9), (9, 10), (1, 11), (11, 12),
    (12, 13), (1, 0), (0, 14), (14, 16), (0, 15), (15, 17),
)  # fmt: skip
"""Pairs of joints joined by a line; the index of a limb is that of its colour."""

COLOURS = (
    (255, 0, 0), (255, 85, 0), (255, 170, 0), (255, 255, 0), (170, 255, 0), (85, 255, 0),
    (0, 255, 0), (0, 255, 85), (0, 255, 170), (0, 255, 255), (0, 170, 255), (0, 85, 255),
    (0, 0, 255), (85, 0, 255), (170, 0, 255), (255, 0, 255), (255, 0, 170), (255, 0, 85),
)  # fmt: skip
"""RGB of the joints; a limb has the colour of its index, darkened to LIMB_LIGHT."""

LIMB_LIGHT = 0.6
STANDARD_SIDE = 512
STANDARD_RADIUS = 4.0
_SUBPIXELS = 4


def draw_pose(people: Iterable[Joints], width: int, height: int) -> Pixels:
    """Draw skeletons on black: (height, width, 3) uint8 RGB.

    Each person is (18, 3): x and y in pixels, and a third number that is 0 for a joint to leave
    out. Lines are as wide, in proportion to the shorter side, as in the 512 px pictures that the
    public ControlNets were trained on.
    """
    canvas = np.zeros((height, width, 3), np.uint8)
    radius = line_radius(width, height)
    found = [np.asarray(person, np.float32) for person in people]
    for person in found:
        for number, (start, end) in enumerate(LIMBS):
            if person[start, 2] > 0 and person[end, 2] > 0:
                _limb(canvas, person[start, :2], person[end, :2], radius, COLOURS[number])
    for person in found:
        for joint, colour in zip(person, COLOURS, strict=True):
            if joint[2] > 0:
                _disc(canvas, joint[:2], radius, colour)
    return canvas


def line_radius(width: int, height: int) -> float:
    """Return half the width of a limb, and the radius of a joint, on a canvas in pixels."""
    return max(1.0, STANDARD_RADIUS * min(width, height) / STANDARD_SIDE)


def _limb(
    canvas: Pixels, start: Joints, end: Joints, radius: float, colour: tuple[int, int, int]
) -> None:
    middle = np.asarray((start + end) / 2, np.float32)
    across, down = (float(part) for part in end - start)
    angle = float(np.degrees(np.arctan2(down, across)))
    axes = (_fixed(np.hypot(across, down) / 2), _fixed(radius))
    dark = tuple(int(level * LIMB_LIGHT) for level in colour)
    cv2.ellipse(
        canvas, _point(middle), axes, angle, 0, 360, dark, cv2.FILLED, shift=_SUBPIXELS
    )  # fmt: skip


def _disc(canvas: Pixels, centre: Joints, radius: float, colour: tuple[int, int, int]) -> None:
    cv2.circle(canvas, _point(centre), _fixed(radius), colour, cv2.FILLED, shift=_SUBPIXELS)


def _point(place: Joints) -> tuple[int, int]:
    return _fixed(float(place[0])), _fixed(float(place[1]))


def _fixed(length: float) -> int:
    return round(length * (1 << _SUBPIXELS))
