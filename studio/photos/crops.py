"""Cuts square crops around a subject, for training and for thumbnails."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from studio.core.geometry import Rect
from studio.photos.masks import bounds_of

Pixels = NDArray[np.uint8]

MARGIN = 0.15
"""The margin around a subject on each side, as a share of its longer side."""

CORNER = 0.18
"""The radius of a square thumbnail's corners, as a share of its side."""

OVERSAMPLING = 4


def crop_to_subject(image: Pixels, mask: Pixels, margin: float = MARGIN) -> tuple[Pixels, Pixels]:
    """Return a square of a photo and of its mask around the subject, at the photo's own scale.

    ``image`` is (h, w, c) uint8, ``mask`` (h, w) uint8, ``margin`` a share of the subject's longer
    side. The square is moved into the frame if it fits; pixels outside the frame repeat the edge
    and are 0 in the mask. An empty mask counts as the whole photo.
    """
    height, width = image.shape[:2]
    square = subject_square(mask, margin)
    inside = square.intersect(Rect(0, 0, width, height))
    rows, columns = slice(inside.y, inside.bottom), slice(inside.x, inside.right)
    if inside == square:
        return image[rows, columns].copy(), mask[rows, columns].copy()
    beyond = (
        (inside.y - square.y, square.bottom - inside.bottom),
        (inside.x - square.x, square.right - inside.right),
    )
    shape = np.full(mask.shape, 255, np.uint8) if not (mask > 0).any() else mask
    return (
        np.pad(image[rows, columns], (*beyond, (0, 0)), mode="edge"),
        np.pad(shape[rows, columns], beyond),
    )


def subject_square(mask: Pixels, margin: float = MARGIN) -> Rect:
    """Return the square that ``crop_to_subject`` cuts out; it may extend beyond the frame."""
    return _square(_box(mask), mask.shape[1], mask.shape[0], margin)


def thumbnail(image: Pixels, mask: Pixels, size: int, *, round_: bool = True) -> Pixels:
    """Return a subject as a disc, or a square with round corners: (size, size, 4) uint8 straight.

    ``image`` is (h, w, 3) uint8, ``mask`` (h, w) uint8; a small subject is enlarged.
    """
    picture, _ = crop_to_subject(image, mask)
    method = cv2.INTER_AREA if picture.shape[0] >= size else cv2.INTER_CUBIC
    out = np.empty((size, size, 4), np.uint8)
    out[:, :, :3] = cv2.resize(picture[:, :, :3], (size, size), interpolation=method)
    out[:, :, 3] = _disc(size, 0.5 if round_ else CORNER)
    return out


def _box(mask: Pixels) -> Rect:
    box = bounds_of(mask)
    return Rect(0, 0, mask.shape[1], mask.shape[0]) if box.is_empty else box


def _square(box: Rect, width: int, height: int, margin: float) -> Rect:
    longer = max(box.width, box.height)
    # The margin shrinks before the square extends beyond the frame.
    side = min(math.ceil(longer * (1 + 2 * margin)), max(longer, min(width, height)))
    x = _moved(box.x + box.width / 2 - side / 2, side, width)
    y = _moved(box.y + box.height / 2 - side / 2, side, height)
    return Rect(x, y, side, side)


def _moved(start: float, side: int, frame: int) -> int:
    """Return the start of a span moved into the frame, or centred on it if it is too long."""
    if side > frame:
        return -((side - frame) // 2)
    return min(max(0, round(start)), frame - side)


def _disc(size: int, radius: float) -> Pixels:
    """Return the alpha of a rounded square; ``radius`` is a share of its side, 0.5 is a disc."""
    large = size * OVERSAMPLING
    y, x = np.indices((large, large), np.float32) + np.float32(0.5)
    reach = radius * large
    inner = large / 2 - reach
    across = np.maximum(np.abs(x - large / 2) - inner, 0)
    down = np.maximum(np.abs(y - large / 2) - inner, 0)
    shape = (np.hypot(across, down) <= reach).astype(np.uint8) * 255
    return np.asarray(cv2.resize(shape, (size, size), interpolation=cv2.INTER_AREA), np.uint8)
