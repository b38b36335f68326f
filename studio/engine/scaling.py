"""Converts between the document's pixels and the sizes at which a model works."""

from __future__ import annotations

import cv2
import numpy as np

from studio.catalog.sizes import working_size
from studio.edit.request import Pixels

__all__ = ["cover_cells", "resize", "resize_lines", "resize_mask", "working_size"]


def resize(image: Pixels, width: int, height: int) -> Pixels:
    """Return an (h, w, c) uint8 picture resized: by area averaging down, bicubically up."""
    if image.shape[:2] == (height, width):
        return image.copy()
    shrinks = width * height < image.shape[0] * image.shape[1]
    method = cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(image, (width, height), interpolation=method), dtype=np.uint8)


def cover(image: Pixels, width: int, height: int) -> Pixels:
    """Return the middle of an (h, w, c) uint8 picture that has another proportion, resized."""
    high, wide = image.shape[:2]
    scale = max(width / wide, height / high)
    part_wide, part_high = min(wide, round(width / scale)), min(high, round(height / scale))
    left, top = (wide - part_wide) // 2, (high - part_high) // 2
    return resize(image[top : top + part_high, left : left + part_wide], width, height)


def resize_lines(image: Pixels, width: int, height: int) -> Pixels:
    """Return thin light lines on black, (h, w, 3) uint8, resized without fading or breaking.

    Averaging a one-pixel line down by a factor of four would leave a quarter of its brightness.
    """
    factor = int(max(image.shape[1] / width, image.shape[0] / height))
    if factor > 1:
        image = np.asarray(cv2.dilate(image, np.ones((factor, factor), np.uint8)), np.uint8)
    return resize(image, width, height)


def resize_mask(mask: Pixels, width: int, height: int) -> Pixels:
    """Return a resized (h, w) mask of 0 and 255 that covers every pixel that ``mask`` touches."""
    wanted = (mask > 0).astype(np.float32)
    shrinks = width < mask.shape[1] or height < mask.shape[0]
    method = cv2.INTER_AREA if shrinks else cv2.INTER_NEAREST
    return np.where(cv2.resize(wanted, (width, height), interpolation=method) > 0, 255, 0).astype(
        np.uint8
    )


def cover_cells(mask: Pixels, cell: int) -> Pixels:
    """Return ``mask`` with every cell x cell block filled if any of its pixels is set."""
    height, width = mask.shape
    blocks = mask.reshape(height // cell, cell, width // cell, cell).max(axis=(1, 3))
    return np.asarray(blocks.repeat(cell, axis=0).repeat(cell, axis=1), dtype=np.uint8)
