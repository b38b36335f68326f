"""Estimates the outline of a person's body from the joints of a skeleton."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from studio.control_maps.pose import LIMBS, Joints
from studio.core.geometry import Rect

Pixels = NDArray[np.uint8]

NOSE, NECK = 0, 1
SHOULDERS, HIPS = (2, 5), (8, 11)
TRUNK = (2, 5, 11, 8)

LIMB_WIDTH = 0.36
"""The width of a limb with its clothes, over the length from the neck to the hips."""

HEAD_WIDTH = 0.62
"""The width of a head with its hair, over the same length."""

CERTAIN = 0.25
"""The share of a limb's width that is certainly body, whatever the clothes."""


def has_figure(joints: Joints) -> bool:
    """Whether there are two joints, of (18, 3), that are not left out."""
    return int((joints[:, 2] > 0).sum()) >= 2


def figure_box(joints: Joints) -> Rect:
    """Return a rectangle around a person, hair and feet included; it may exceed the picture."""
    seen = joints[joints[:, 2] > 0, :2]
    margin = _trunk_length(joints) * 0.45
    low, high = seen.min(axis=0) - margin, seen.max(axis=0) + margin
    return Rect.from_edges(
        math.floor(low[0]), math.floor(low[1]), math.ceil(high[0]), math.ceil(high[1])
    )


def draw_figure(joints: Joints, shape: tuple[int, int]) -> tuple[Pixels, Pixels]:
    """Draw the probable and the certain pixels of a body: two (h, w) uint8, 0 or 1.

    ``joints`` (18, 3) are in pixels of that picture.
    """
    length = _trunk_length(joints)
    probable, certain = np.zeros(shape, np.uint8), np.zeros(shape, np.uint8)
    seen = joints[:, 2] > 0
    for drawing, part in ((probable, 1.0), (certain, CERTAIN)):
        wide = max(1, round(length * LIMB_WIDTH * part))
        for start, end in LIMBS:
            if seen[start] and seen[end]:
                cv2.line(drawing, _point(joints[start]), _point(joints[end]), 1, wide)
        if seen[NOSE]:
            radius = max(1, round(length * HEAD_WIDTH / 2 * part))
            cv2.circle(drawing, _point(joints[NOSE]), radius, 1, cv2.FILLED)
    if seen[list(TRUNK)].all():
        corners = np.array([_point(joints[one]) for one in TRUNK], np.int32)
        for drawing in (probable, certain):
            cv2.fillConvexPoly(drawing, cv2.convexHull(corners), 1)
    return probable, certain


def _trunk_length(joints: Joints) -> float:
    """Return the length from the neck to the hips in pixels, from the visible joints."""
    seen = joints[:, 2] > 0
    hips = [joints[one, :2] for one in HIPS if seen[one]]
    if seen[NECK] and hips:
        return max(1.0, float(np.linalg.norm(np.mean(hips, axis=0) - joints[NECK, :2])))
    if seen[list(SHOULDERS)].all():
        # Shoulders are about three quarters as far apart.
        left, right = (joints[one, :2] for one in SHOULDERS)
        return max(1.0, float(np.linalg.norm(left - right)) / 0.75)
    spread = joints[seen, :2].max(axis=0) - joints[seen, :2].min(axis=0)
    return max(1.0, float(spread.max()) / 2)


def _point(joint: Joints) -> tuple[int, int]:
    return round(float(joint[0])), round(float(joint[1]))
