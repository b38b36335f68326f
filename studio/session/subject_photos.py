"""Photos of a subject before a training: what was read, what of it counts, a small picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

import cv2
import numpy as np

from studio.catalog.subjects import Subject
from studio.core.atomic import write_file
from studio.core.geometry import Rect
from studio.edit.training import Pixels, TrainPhoto
from studio.photos.crops import subject_square
from studio.photos.photos import Subject as Found
from studio.photos.photos import find_subject, masked_subject, propose_caption, thumbnail
from studio.session.photos import LoadedPhoto

CAPTION = "a photo of {subject}"
THUMBNAIL_SIDE = 192
"""Pixels."""


@dataclass(frozen=True, slots=True, eq=False)
class PlannedPhoto:
    """One whole photo (h, w, 3) uint8 sRGB, and what of it counts.

    ``box`` is what is cut out of it; what lies beyond the photo repeats its edge, and counts for
    nothing. ``mask`` (h, w) uint8 is 255 where the subject is, None where all of it counts.
    ``source`` is the file that it was read from, None for a layer or a picture of the clipboard.
    """

    image: Pixels = field(repr=False)
    box: Rect
    mask: Pixels | None = field(default=None, repr=False)
    caption: str = CAPTION
    source: Path | None = None

    def cut(self) -> TrainPhoto:
        """Return what a model learns from."""
        mask = self.mask
        if mask is None and not frame_of(self.image).contains(self.box):
            mask = np.full(self.image.shape[:2], 255, np.uint8)
        shape = None if mask is None else cut_out(mask, self.box, "constant")
        return TrainPhoto(cut_out(self.image, self.box, "edge"), shape, self.caption)


def frame_of(image: Pixels) -> Rect:
    """Return the rectangle of a photo."""
    return Rect(0, 0, image.shape[1], image.shape[0])


def cut_out(pixels: Pixels, box: Rect, beyond: Literal["edge", "constant"]) -> Pixels:
    """Return what is in a box; beyond the pixels their edge is repeated, or there is 0."""
    inside = box.intersect(frame_of(pixels))
    part = pixels[inside.y : inside.bottom, inside.x : inside.right]
    if inside == box:
        return np.ascontiguousarray(part)
    around = (
        (inside.y - box.y, box.bottom - inside.bottom),
        (inside.x - box.x, box.right - inside.right),
    )
    return np.pad(part, (*around, *((0, 0),) * (pixels.ndim - 2)), mode=beyond)


def subject_of(photo: LoadedPhoto) -> Found:
    """Return the subject of a photo: what a cut-out or a selection says, else what is found."""
    if photo.mask is not None:
        return masked_subject(photo.mask)
    return find_subject(photo.image)


def planned(photo: LoadedPhoto, subject: Found) -> PlannedPhoto:
    """Return a photo cut to its subject and described; all of it where none was found."""
    image = photo.image
    caption = propose_caption(image, subject.mask)
    if not subject.found:
        return PlannedPhoto(image, frame_of(image), None, caption, photo.path)
    return PlannedPhoto(image, subject_square(subject.mask), subject.mask, caption, photo.path)


def with_mask(photo: PlannedPhoto, mask: Pixels) -> PlannedPhoto:
    """Return a photo with another mask (h, w) uint8, cut to it; all 255 or all 0 is none."""
    if mask.min() > 0 or not mask.any():
        return replace(photo, mask=None, box=frame_of(photo.image))
    return replace(photo, mask=mask, box=subject_square(mask))


def write_thumbnail(subject: Subject, photos: Sequence[TrainPhoto]) -> None:
    """Write a subject's small picture from the first photo; StudioError where the disk refuses."""
    if not photos:
        return
    photo = photos[0]
    mask = photo.mask
    if mask is None:
        mask = np.full(photo.image.shape[:2], 255, np.uint8)
    picture = thumbnail(photo.image, mask, THUMBNAIL_SIDE)
    encoded = cv2.imencode(".png", cv2.cvtColor(picture, cv2.COLOR_RGBA2BGRA))[1]
    write_file(subject.thumbnail, encoded.tobytes())
