"""Registers an edited picture onto its original, and finds what was changed.

Models that edit by an instruction return the whole picture anew, often shifted, zoomed or cropped
by some per cent. ``register`` finds that motion and ``aligned`` undoes it; ``changed`` returns a
soft mask of what the model meant to change, so that everything else stays the photo.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]

EDGE = 1024
"""Longest edge of the copies on which the motion is found; more gives no better answer."""
FEATURES = 4000
RATIO = 0.8
"""Lowe's ratio of the distances to the nearest and the second nearest feature (Lowe 2004)."""
REACHES = (3.0, 2.0, 1.5, 1.0)
"""Pixels that a matched feature may be off the motion, in each round of the fit."""
FEWEST = 12
"""Matches below which no motion is believed."""
LARGEST_ZOOM = 1.6
LARGEST_GRAIN = 3.0
"""Difference in CIELAB, after the blur, that still counts as grain."""


@dataclass(frozen=True, slots=True)
class Motion:
    """The motion from the original to the edited picture, in pixels of the original.

    ``matrix`` (2, 3) maps the place of a pixel of the original to its place in the edited picture:
    scales on the diagonal, shifts in the last column. ``share`` is the part of the matched features
    that follow it; 0 if no motion was found and ``matrix`` is the identity.
    """

    matrix: Floats
    share: float

    @property
    def is_still(self) -> bool:
        """Whether no pixel moves by more than a tenth of a pixel per 100."""
        return bool(np.abs(self.matrix - STILL).max() < 1e-3)


STILL = np.array([[1, 0, 0], [0, 1, 0]], np.float32)


def register(original: Pixels, edited: Pixels) -> Motion:
    """Return the motion between two (h, w, 3) uint8 pictures of the same size.

    SIFT features (Lowe 2004), RANSAC over a shift and one scale for each axis, and a fit to all
    that agree: hundreds of features average to a fraction of a pixel. Maximising the enhanced
    correlation coefficient afterwards (Evangelidis and Psarakis 2008) made it worse on photos with
    a blurred background.
    """
    height, width = original.shape[:2]
    scale = min(1.0, EDGE / max(height, width))
    first, second = _grey(original, scale), _grey(edited, scale)
    found, share = _matched(first, second)
    back = np.array(found, np.float32)
    # Pixel x of the photo is at (x + 0.5) scale - 0.5 of the small copy.
    for axis in (0, 1):
        zoom, shift = float(found[axis, axis]), float(found[axis, 2])
        small = zoom * (0.5 * scale - 0.5) + shift
        back[axis, 2] = (small + 0.5) / scale - 0.5
    return Motion(back, share)


def aligned(edited: Pixels, original: Pixels, motion: Motion) -> tuple[Pixels, NDArray[np.bool_]]:
    """Return the edited picture moved onto the original, and the pixels (h, w) that it covers.

    Uncovered pixels are those of the original.
    """
    height, width = original.shape[:2]
    flags = cv2.INTER_LANCZOS4 | cv2.WARP_INVERSE_MAP
    if motion.is_still:
        return edited.copy(), np.ones((height, width), bool)
    moved = cv2.warpAffine(
        edited, motion.matrix, (width, height), flags=flags, borderMode=cv2.BORDER_REPLICATE
    )
    matrix = motion.matrix
    xs = np.arange(width) * matrix[0, 0] + matrix[0, 2]
    ys = np.arange(height) * matrix[1, 1] + matrix[1, 2]
    inside_x = (xs >= 0) & (xs <= width - 1)
    inside_y = (ys >= 0) & (ys <= height - 1)
    covered = inside_y[:, None] & inside_x[None, :]
    result = np.where(covered[..., None], moved, original)
    return np.ascontiguousarray(result.astype(np.uint8)), covered


def changed(original: Pixels, edited: Pixels, covered: NDArray[np.bool_]) -> Pixels:
    """Return a soft mask (h, w) uint8 of what differs between two registered pictures.

    255 = changed. The difference is measured in CIELAB after a small blur, against the difference
    of the picture's quietest half, so that the grain that a model adds everywhere does not count.
    """
    height, width = original.shape[:2]
    radius = max(1.0, max(height, width) / 512)
    difference = np.linalg.norm(_lab(original, radius) - _lab(edited, radius), axis=2)
    difference[~covered] = 0
    quiet = float(np.median(difference[covered])) if covered.any() else 0.0
    # If most of the picture was changed, its quietest half is no measure of the grain.
    quiet = min(quiet, LARGEST_GRAIN)
    low, high = max(3.0, 2.5 * quiet), max(8.0, 5 * quiet)
    strong = (difference > high).astype(np.uint8)
    weak = (difference > low).astype(np.uint8)
    # A weak difference counts if it is connected to a strong one (Canny 1986).
    count, labels = cv2.connectedComponents(weak)
    kept = np.zeros(count, bool)
    kept[np.unique(labels[strong > 0])] = True
    kept[0] = False
    mask: Any = kept[labels].astype(np.uint8) * 255
    size = 2 * round(2 * radius) + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    mask = cv2.morphologyEx(mask, cv2.MORPH_OPEN, kernel)
    mask = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((3 * size, 3 * size), np.uint8))
    mask = cv2.dilate(mask, kernel, iterations=2)
    soft = cv2.GaussianBlur(mask, (0, 0), 1.5 * radius)
    return np.where(covered, soft, 0).astype(np.uint8)


def _grey(picture: Pixels, scale: float) -> Pixels:
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    if scale == 1.0:
        return np.asarray(grey, np.uint8)
    height, width = grey.shape
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.uint8)


def _lab(picture: Pixels, sigma: float) -> Floats:
    lab = cv2.cvtColor(picture.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    return np.asarray(cv2.GaussianBlur(lab, (0, 0), sigma), np.float32)


def _matched(first: Pixels, second: Pixels) -> tuple[Floats, float]:
    """Return the motion that most features follow, and their share; the identity and 0 if none."""
    sift: Any = cv2.SIFT.create(FEATURES)
    points, described = sift.detectAndCompute(first, None)
    others, described_too = sift.detectAndCompute(second, None)
    if described is None or described_too is None or len(points) < 2 or len(others) < 2:
        return STILL.copy(), 0.0
    pairs = cv2.BFMatcher().knnMatch(described, described_too, k=2)
    good = [one[0] for one in pairs if len(one) == 2 and one[0].distance < RATIO * one[1].distance]
    if len(good) < FEWEST:
        return STILL.copy(), 0.0
    source = np.array([points[one.queryIdx].pt for one in good], np.float32)
    target = np.array([others[one.trainIdx].pt for one in good], np.float32)
    matrix, share = _consensus(source, target)
    zooms = np.array([matrix[0, 0], matrix[1, 1]])
    if share * len(good) < FEWEST or (zooms > LARGEST_ZOOM).any() or (zooms < 0.5).any():
        return STILL.copy(), 0.0
    return matrix, share


def _consensus(source: Floats, target: Floats) -> tuple[Floats, float]:
    """Return a motion by RANSAC (Fischler and Bolles 1981) and the share of inliers."""
    rng = np.random.default_rng(0)
    best = np.zeros(len(source), bool)
    for _ in range(500):
        some = rng.choice(len(source), 2, replace=False)
        apart = np.abs(source[some[0]] - source[some[1]])
        if apart.min() < 16:
            continue
        inliers = _inliers(_fit(source[some], target[some]), source, target)
        if inliers.sum() > best.sum():
            best = inliers
    if best.sum() < 2:
        return STILL.copy(), 0.0
    share = float(best.mean())
    for reach in REACHES:
        close = _inliers(_fit(source[best], target[best]), source, target, reach)
        if close.sum() >= FEWEST:
            best = close
    return _fit(source[best], target[best]), share


def _fit(source: Floats, target: Floats) -> Floats:
    """Return the least squares fit of one scale and shift for each axis."""
    matrix = STILL.copy()
    for axis in (0, 1):
        middle, other = source[:, axis].mean(), target[:, axis].mean()
        spread = float(((source[:, axis] - middle) ** 2).sum())
        product = float(((source[:, axis] - middle) * (target[:, axis] - other)).sum())
        zoom = product / spread if spread > 1e-6 else 1.0
        matrix[axis, axis] = zoom
        matrix[axis, 2] = other - zoom * middle
    return matrix


def _inliers(
    matrix: Floats, source: Floats, target: Floats, reach: float = REACHES[0]
) -> NDArray[np.bool_]:
    moved = source * np.array([matrix[0, 0], matrix[1, 1]]) + matrix[:, 2]
    return np.asarray(np.linalg.norm(moved - target, axis=1) < reach)
