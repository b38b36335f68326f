"""Matches a model's fill to the photo around it: colours and grain."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from studio.retouch.grain import match_grain
from studio.retouch.seams import mean_around, membrane

Pixels = NDArray[np.uint8]
Mask = NDArray[np.bool_]
Floats = NDArray[np.float32]

LARGEST = 1024
"""Longest side in pixels at which corrections, which are of low frequency, are computed."""
RING = 8.0
"""Standard deviation in pixels of the low-pass of the colour shift."""
OUTLIER = 32.0
"""Differences of one pixel beyond this many grey levels are edges, and are cut to it."""
MOST_SHIFT = 24.0
"""A larger mean difference in grey levels is other content, not the shift of an autoencoder."""
SEAM = 3.0
"""Standard deviation in pixels of the means on both sides of the seam."""
ALONG = 6.0
"""Standard deviation in pixels of the smoothing of the step along the seam."""
SAME_GROUND = 8.0
"""Up to this step in grey levels, the fill continues the ground and is matched to it entirely."""
OTHER_GROUND = 16.0
"""From this step on, the fill is of another colour on purpose and is left alone."""
FADE = 24.0
"""Pixels in which the matching of the seam fades out if the fill's own colour is to be kept."""


def match_fill(
    photo: Pixels,
    made: Pixels,
    mask: Pixels,
    margin: float = 16.0,
    keep_colour: bool = False,
    seed: int = 0,
) -> Pixels:
    """Return a model's picture (h, w, 3) uint8 with colours and grain matched inside the mask.

    ``photo`` (h, w, 3) is what the model got and ``mask`` (h, w) what it changed, both uint8. An
    autoencoder shifts the colours outside the mask as well, so the shift is measured there, at
    least ``margin`` pixels from the mask, where ``made`` shows the photo again. Its low frequencies
    are continued into the mask by a membrane and subtracted. A wanted change of colour is not part
    of them. The small step that remains at the seam is then removed; with ``keep_colour`` only
    within about ``FADE`` pixels of it. Last, missing grain is added, made from ``seed``.

    No pixel outside the mask changes, and nothing if the fill equals the photo.
    """
    hole = mask > 0
    result = made.copy()
    if not hole.any() or hole.all() or np.array_equal(photo[hole], made[hole]):
        return result
    correction = _correction(photo, made, hole, margin, keep_colour)
    result[hole] = np.clip(made[hole] + correction[hole] + 0.5, 0, 255)
    whole = np.where(hole[:, :, None], result, photo)
    result[hole] = match_grain(whole, hole, seed, again=made)[hole]
    return result


def _correction(
    photo: Pixels, made: Pixels, hole: Mask, margin: float, keep_colour: bool
) -> Floats:
    """Return the colours (h, w, 3) in grey levels to add inside the hole."""
    height, width = hole.shape
    factor = math.ceil(max(height, width) / LARGEST)
    size = math.ceil(width / factor), math.ceil(height / factor)
    before, after = _reduced(photo, size), _reduced(made, size)
    share = _reduced(hole.astype(np.uint8), size)
    inside, outside = share > 1 - 1e-4, share < 1e-4
    if not inside.any() or not outside.any():
        return np.zeros((height, width, 3), np.float32)
    correction = _shift(before - after, outside, margin / factor)
    correction += _seam(before, after + correction, inside, outside, keep_colour)
    if factor > 1:
        large = cv2.resize(correction, (width, height), interpolation=cv2.INTER_LINEAR)
        correction = np.asarray(large, np.float32)
    return correction


def _reduced(pixels: Pixels, size: tuple[int, int]) -> Floats:
    reduced = cv2.resize(pixels.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    return np.asarray(reduced, np.float32)


def _shift(difference: Floats, outside: Mask, margin: float) -> Floats:
    """Return the low-pass of a difference (h, w, 3) outside, continued over everything else."""
    distance = cv2.distanceTransform(outside.astype(np.uint8), cv2.DIST_L2, 5)
    known = outside & (distance > margin)
    if not known.any():
        known = outside
    mean = mean_around(np.clip(difference, -OUTLIER, OUTLIER), known, RING)
    known &= np.abs(mean).max(axis=2) <= MOST_SHIFT
    if not known.any():
        return np.zeros_like(difference)
    return membrane(mean, known, ~known)


def _seam(before: Floats, after: Floats, inside: Mask, outside: Mask, keep_colour: bool) -> Floats:
    """Return the remaining step of colour at the seam, continued over the inside.

    The means on both sides belong to places some pixels apart, so that on a graded ground their
    difference is not the step. It grows with the width of the means; the step is its linear
    extrapolation to width 0.
    """
    narrow = mean_around(before, outside, SEAM) - mean_around(after, inside, SEAM)
    wide = mean_around(before, outside, 2 * SEAM) - mean_around(after, inside, 2 * SEAM)
    reach = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (5, 5))
    border = inside & (cv2.dilate((~inside).astype(np.uint8), reach) > 0)
    border &= cv2.dilate(outside.astype(np.uint8), reach, iterations=2) > 0
    step = mean_around(2 * narrow - wide, border, ALONG)
    size = np.abs(step).max(axis=2, keepdims=True)
    step *= np.clip((OTHER_GROUND - size) / (OTHER_GROUND - SAME_GROUND), 0, 1)
    if not border.any():
        return np.zeros_like(before)
    result = membrane(step, border, inside)
    if keep_colour:
        depth = cv2.distanceTransform(inside.astype(np.uint8), cv2.DIST_L2, 5)
        result *= np.exp(-np.asarray(depth, np.float32) / FADE)[:, :, None]
    return result
