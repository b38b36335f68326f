"""Reads and writes OpenPose JSON: the skeletons of people and their positions in the picture."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from studio.control_maps.pose import JOINTS, Joints
from studio.core.errors import StudioError

LARGEST = 16 * 2**20
BODY_25 = (0, 1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18)
"""The indices of the COCO model's 18 joints in OpenPose's BODY_25, which also has the middle hip
and the feet."""

HINT = "Export the pose again, as OpenPose JSON with 18 or 25 joints a person."


@dataclass(frozen=True, slots=True, eq=False)
class Poses:
    """People on a canvas of ``width`` x ``height`` pixels, each (18, 3) float32.

    A row is x and y in pixels and the confidence, 0..1; a joint that was not found has 0.
    """

    width: int
    height: int
    people: tuple[Joints, ...]


def read_poses(path: Path) -> Poses:
    """Return the people in a file; joints that are missing or not finite numbers are not found.

    Reads what OpenPose, ControlNet's editors and ComfyUI write: an object with "people", or a list
    of such objects, of which the first is used. Coordinates of 0..1 are relative to the canvas if
    its size is known. StudioError if the file contains no readable person.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise _unreadable(path, f"{path.stat().st_size // 2**20} MiB")
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise _unreadable(path, str(error) or type(error).__name__) from error
    if isinstance(content, list) and content:
        content = content[0]
    people = content.get("people") if isinstance(content, dict) else None
    if not isinstance(people, list):
        raise _unreadable(path, "people")
    found = [_person(entry) for entry in people]
    known = tuple(person for person in found if person is not None)
    if people and not known:
        raise _unreadable(path, "pose_keypoints_2d")
    width, height = _length(content, "canvas_width"), _length(content, "canvas_height")
    return Poses(width, height, tuple(_in_pixels(person, width, height) for person in known))


def write_poses(poses: Poses) -> str:
    """Return people as OpenPose JSON; a joint that was not found is three zeros."""
    people = []
    for person in poses.people:
        rows = np.where(person[:, 2:] > 0, person, 0).astype(float)
        numbers = [round(float(number), 3) for number in rows.reshape(-1)]
        people.append({"pose_keypoints_2d": numbers})
    content = {
        "version": 1.3,
        "canvas_width": poses.width,
        "canvas_height": poses.height,
        "people": people,
    }
    return json.dumps(content) + "\n"


def _person(entry: Any) -> Joints | None:
    numbers = entry.get("pose_keypoints_2d") if isinstance(entry, dict) else None
    if not isinstance(numbers, list) or len(numbers) < 3:
        return None
    rows = [tuple(map(_number, numbers[i : i + 3])) for i in range(0, len(numbers) - 2, 3)]
    # 25 joints or more are BODY_25; anything else is taken in the order of the 18.
    order = BODY_25 if len(rows) >= 25 else tuple(range(len(JOINTS)))
    made = np.zeros((len(JOINTS), 3), np.float32)
    for joint, place in enumerate(order):
        row = rows[place] if place < len(rows) else (math.nan,) * 3
        if all(map(math.isfinite, row)) and row[2] > 0:
            made[joint] = (row[0], row[1], min(row[2], 1.0))
    return made


def _number(value: Any) -> float:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    # A coordinate beyond any possible canvas is invalid.
    return float(value) if number and abs(value) < 10**6 else math.nan


def _length(content: Mapping[str, Any], name: str) -> int:
    length = _number(content.get(name))
    return int(length) if math.isfinite(length) and length > 0 else 0


def _in_pixels(person: Joints, width: int, height: int) -> Joints:
    seen = person[person[:, 2] > 0]
    if not width or not height or not len(seen) or seen[:, :2].max() > 1.0:
        return person
    scaled = person.copy()
    scaled[:, :2] *= (width, height)
    return scaled


def _unreadable(path: Path, reason: str) -> StudioError:
    return StudioError(
        "There are no poses that can be read in {path} ({reason}).",
        HINT,
        path=str(path),
        reason=reason.splitlines()[0][:200],
    )
