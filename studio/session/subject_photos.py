"""Preparation of a subject's photos for training: crops, masks, captions and the thumbnail."""

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
    """One whole photo (h, w, 3) uint8 sRGB, with the crop and mask used for training.

    ``box`` is the crop; pixels beyond the photo repeat its edge and have no weight. ``mask`` (h, w)
    uint8 is 255 where the subject is, None if the whole photo has full weight. ``source`` is the
    file that it was read from, None for a layer or a picture of the clipboard.
    """

    image: Pixels = field(repr=False)
    box: Rect
    mask: Pixels | None = field(default=None, repr=False)
    caption: str = CAPTION
    source: Path | None = None

    def cut(self) -> TrainPhoto:
        """Return the cropped photo for training."""
        mask = self.mask
        if mask is None and not frame_of(self.image).contains(self.box):
            mask = np.full(self.image.shape[:2], 255, np.uint8)
        shape = None if mask is None else cut_out(mask, self.box, "constant")
        return TrainPhoto(cut_out(self.image, self.box, "edge"), shape, self.caption)


def frame_of(image: Pixels) -> Rect:
    """Return the rectangle of a photo."""
    return Rect(0, 0, image.shape[1], image.shape[0])


def cut_out(pixels: Pixels, box: Rect, beyond: Literal["edge", "constant"]) -> Pixels:
    """Return the pixels in a box; beyond the array its edge is repeated, or the value is 0."""
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
    """Return the subject of a photo: from its cut-out or selection, else by detection."""
    if photo.mask is not None:
        return masked_subject(photo.mask)
    return find_subject(photo.image)


def plan_photo(photo: LoadedPhoto, subject: Found) -> PlannedPhoto:
    """Return a photo cropped to its subject, with a caption; uncropped if no subject was found."""
    image = photo.image
    caption = propose_caption(image, subject.mask)
    if not subject.found:
        return PlannedPhoto(image, frame_of(image), None, caption, photo.path)
    return PlannedPhoto(image, subject_square(subject.mask), subject.mask, caption, photo.path)


def with_mask(photo: PlannedPhoto, mask: Pixels) -> PlannedPhoto:
    """Return a photo cropped to another mask (h, w) uint8; all 255 or all 0 means no mask."""
    if mask.min() > 0 or not mask.any():
        return replace(photo, mask=None, box=frame_of(photo.image))
    return replace(photo, mask=mask, box=subject_square(mask))


def write_thumbnail(subject: Subject, photos: Sequence[TrainPhoto]) -> None:
    """Write a subject's thumbnail from the first photo; StudioError if that fails."""
    if not photos:
        return
    photo = photos[0]
    mask = photo.mask
    if mask is None:
        mask = np.full(photo.image.shape[:2], 255, np.uint8)
    picture = thumbnail(photo.image, mask, THUMBNAIL_SIDE)
    encoded = cv2.imencode(".png", cv2.cvtColor(picture, cv2.COLOR_RGBA2BGRA))[1]
    write_file(subject.thumbnail, encoded.tobytes())
