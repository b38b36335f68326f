"""Puts edits by an instruction back in place on the photo, with a mask of what they changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from studio.core.notices import Notice, notice
from studio.edit.request import Pixels
from studio.retouch.registration import Motion, aligned, changed, register

WORTH_SAYING = 1.0
"""Pixels of motion below which nothing is said."""
CUT = 0.01
"""Part of the picture that a model cut off, above which it is said."""


@dataclass(frozen=True, slots=True)
class InPlace:
    """Pictures (h, w, 3) that lie on the photo, masks (h, w) of what they changed, and notices."""

    images: tuple[Pixels, ...]
    masks: tuple[Pixels, ...]
    notes: tuple[Notice, ...]


def keep_in_place(photo: Pixels, edited: Sequence[Pixels]) -> InPlace:
    """Return edits of a photo (h, w, 3) uint8 moved onto it; a photo without features stays."""
    images, masks, notes = [], [], []
    for number, one in enumerate(edited):
        motion = register(photo, one)
        picture, covered = aligned(one, photo, motion)
        images.append(picture)
        masks.append(changed(photo, picture, covered))
        if number == 0:
            notes = _notes(photo, motion, float(covered.mean()))
    return InPlace(tuple(images), tuple(masks), tuple(notes))


def _notes(photo: Pixels, motion: Motion, covered: float) -> list[Notice]:
    height, width = photo.shape[:2]
    corners = np.array([[0, 0], [width, height]], np.float32)
    zooms = np.array([motion.matrix[0, 0], motion.matrix[1, 1]])
    moved = float(np.abs(corners * zooms + motion.matrix[:, 2] - corners).max())
    if moved < WORTH_SAYING:
        return []
    found = [
        notice(
            "The model moved the picture by up to {pixels} pixels; it was put back in place.",
            pixels=round(moved),
        )
    ]
    if 1 - covered > CUT:
        found.append(
            notice(
                "The model cut off {share} % at the edges; there the picture stays as it was.",
                share=round(100 * (1 - covered)),
            )
        )
    return found
