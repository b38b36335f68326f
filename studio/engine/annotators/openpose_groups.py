"""Groups OpenPose's maps into people: finds peaks, the limbs between them, and the bodies.

After Cao et al. 2017 (arXiv 1611.08050), sections 3.2 and 3.3. Bodies are assembled in order of the
limbs' confidence, regardless of their kind, so that one wrong limb does not misplace the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from studio.control_maps.pose import JOINTS, LIMBS, Joints

Maps = NDArray[np.float32]
Candidates = NDArray[np.float32]

FIELDS_OF: tuple[tuple[int, int, int], ...] = tuple(
    (start, end, field)
    for (start, end), field in zip(
        (*LIMBS, (2, 16), (5, 17)),
        (12, 20, 14, 16, 22, 24, 0, 2, 4, 6, 8, 10, 28, 30, 34, 32, 36, 18, 26),
        strict=True,
    )
)
"""Per limb its two joints and the map of its field's x; that of its y follows. The last two, from
shoulder to ear, are not drawn, but connect a head whose neck is hidden."""

PEAK = 0.1
"""Minimum confidence of a joint."""
APART = 3.0
"""Peaks of one joint closer than this, in cells of the maps, are merged."""
MOST = 100
"""Maximum number of peaks per joint; bounds the time for a crowd."""
SAMPLES = 12
ALONG = 0.05
"""Minimum component of the field along a limb at a sample point."""
SHARE = 0.8
"""Minimum share of the samples that reach it."""
LEAST_JOINTS = 3
LEAST_CONFIDENCE = 0.2
"""Minimum mean confidence of a person's joints."""


@dataclass(frozen=True, slots=True)
class _Limb:
    """A candidate limb: two (joint, candidate index) pairs, and its score."""

    score: float
    start: tuple[int, int]
    end: tuple[int, int]


def people_of(heat: Maps, fields: Maps, least: float = LEAST_CONFIDENCE) -> tuple[Joints, ...]:
    """Return the people in the maps, the most confident first, each (18, 3) float32.

    ``heat`` is (18 or more, h, w) confidence, ``fields`` (38, h, w). x and y are in cells, the
    centre of the first one at 0; the third number is the confidence, 0..1, 0 for a joint that was
    not found; ``least`` is the minimum mean of those found. Non-finite values are treated as 0.
    Empty if there are no people.
    """
    heat = np.nan_to_num(heat[: len(JOINTS)], nan=0.0, posinf=0.0, neginf=0.0)
    fields = np.nan_to_num(fields, nan=0.0, posinf=0.0, neginf=0.0)
    found = [peaks(layer) for layer in heat]
    limbs: list[_Limb] = []
    for start, end, field in FIELDS_OF:
        limbs += _limbs(start, end, found, fields[field : field + 2], heat.shape[1])
    bodies = [_body(group, found) for group in _groups(limbs)]
    counted = [body for body in bodies if _counts(body, least)]
    return tuple(sorted(counted, key=lambda body: -float(body[:, 2].sum())))


def peaks(layer: Maps, apart: float = APART) -> Candidates:
    """Return the local maxima of one (h, w) map as (n, 3) x, y and confidence, highest first.

    Subcell positions are those of the parabola through a peak and its neighbours.
    """
    if not layer.size:
        return np.zeros((0, 3), np.float32)
    highest = cv2.dilate(layer, np.ones((3, 3), np.uint8))
    rows, columns = np.nonzero((layer >= highest) & (layer > PEAK))
    order = np.argsort(-layer[rows, columns], kind="stable")[: MOST * 4]
    places = np.stack([columns[order], rows[order]], axis=1).astype(np.float32)
    kept = _spread(places, apart)[:MOST]
    rows, columns = rows[order][kept], columns[order][kept]
    padded = np.pad(layer, 1, mode="edge")
    made = np.empty((len(kept), 3), np.float32)
    middle = layer[rows, columns]
    made[:, 0] = columns + _vertex(padded[rows + 1, columns], middle, padded[rows + 1, columns + 2])
    made[:, 1] = rows + _vertex(padded[rows, columns + 1], middle, padded[rows + 2, columns + 1])
    made[:, 2] = np.clip(middle, 0, 1)
    return made


def _spread(places: Candidates, apart: float) -> list[int]:
    """Return the indices of the places that are not close to an earlier one."""
    away = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1))
    kept: list[int] = []
    for number in range(len(places)):
        if not kept or away[number, kept].min() >= apart:
            kept.append(number)
    return kept


def _vertex(before: Maps, middle: Maps, after: Maps) -> Maps:
    """Return the vertex, -0.5..0.5 from the middle, of the parabola through three levels."""
    bend = before - 2 * middle + after
    flat = np.abs(bend) < 1e-6
    offset = np.where(flat, 0.0, (before - after) / (2 * np.where(flat, 1.0, bend)))
    return np.asarray(np.clip(offset, -0.5, 0.5), np.float32)


def _limbs(
    start: int, end: int, found: Sequence[Candidates], field: Maps, height: int
) -> list[_Limb]:
    """Return the limbs between all candidates of two joints that the field supports."""
    first, second = found[start], found[end]
    if not len(first) or not len(second):
        return []
    bones = second[None, :, :2] - first[:, None, :2]
    lengths = np.maximum(np.hypot(bones[..., 0], bones[..., 1]), 1e-6)
    steps = np.linspace(0, 1, SAMPLES, dtype=np.float32)
    places = first[:, None, None, :2] + bones[:, :, None] * steps[:, None]
    flow = _at(field, places)
    along = (flow * (bones / lengths[..., None])[:, :, None]).sum(axis=-1)
    runs = along > ALONG
    count = runs.sum(axis=-1)
    score = np.where(runs, along, 0).sum(axis=-1) / np.maximum(count, 1)
    # A limb longer than half the picture more likely joins two people.
    score += np.minimum(0.5 * height / lengths - 1, 0)
    good = (count >= SHARE * SAMPLES) & (score > 0)
    return [_Limb(float(score[i, j]), (start, int(i)), (end, int(j))) for i, j in np.argwhere(good)]


def _at(field: Maps, places: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the (2, h, w) field at places (..., 2), interpolated bilinearly."""
    height, width = field.shape[1:]
    x = np.clip(places[..., 0], 0, width - 1)
    y = np.clip(places[..., 1], 0, height - 1)
    left, top = np.floor(x).astype(int), np.floor(y).astype(int)
    right, low = np.minimum(left + 1, width - 1), np.minimum(top + 1, height - 1)
    across, down = x - left, y - top
    upper = field[:, top, left] * (1 - across) + field[:, top, right] * across
    lower = field[:, low, left] * (1 - across) + field[:, low, right] * across
    mixed = upper * (1 - down) + lower * down
    return np.asarray(np.moveaxis(mixed, 0, -1), np.float32)


def _groups(limbs: Iterable[_Limb]) -> list[dict[int, int]]:
    """Return bodies as joint -> candidate: limbs are joined unless a joint would occur twice."""
    body_of: dict[tuple[int, int], dict[int, int]] = {}
    for limb in sorted(limbs, key=lambda limb: -limb.score):
        first = body_of.setdefault(limb.start, dict([limb.start]))
        second = body_of.setdefault(limb.end, dict([limb.end]))
        # A body has each joint once, so a limb between two bodies that share one is rejected.
        if not first.keys() & second.keys():
            first.update(second)
            for joint in second.items():
                body_of[joint] = first
    return list({id(body): body for body in body_of.values()}.values())


def _body(group: dict[int, int], found: Sequence[Candidates]) -> Joints:
    body = np.zeros((len(JOINTS), 3), np.float32)
    for joint, candidate in group.items():
        body[joint] = found[joint][candidate]
    return body


def _counts(body: Joints, least: float) -> bool:
    seen = body[:, 2] > 0
    if seen.sum() < LEAST_JOINTS:
        return False
    return float(body[seen, 2].mean()) >= least
