"""Measures sharpness and exposure of a photo of a subject, and the similarity of two photos."""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from studio.control_maps.edges import at_side
from studio.core.geometry import Rect
from studio.photos.masks import HALF

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]
Bits = NDArray[np.bool_]

SHARPNESS_SIDE = 512
"""The longer side, in pixels, at which sharpness is measured, whatever the size of the photo."""

FINE, COARSE = 0.8, 1.6
"""Sigmas of the blur that removes grain, and of the blur for the re-blurred comparison."""

WINDOW = 33
"""The side, in pixels, of the windows whose detail is compared."""

LIVELIEST = 90
"""Only windows from this percentile of detail on are measured; skies and walls have none."""

FLATTEST = 5.0
"""The standard deviation of greys below which a photo is too flat to have sharp edges."""

HASH_SIDE, HASH_BITS = 32, 8
"""The sides of the transformed picture and of the square of frequencies that make the hash."""

LOOK_SIDE = 256
"""The longer side, in pixels, at which exposure and colours are measured."""

DARK, DEEP = 30.0, 55.0
"""CIELAB's L that a tenth of the subject, and 1 % of the photo, reach unless it is too dark."""

CLIPPED = 252
"""A channel counts as clipped from this level on, which allows for JPEG noise."""

TINY = 64
"""The side of the thumbnails whose pixels are compared if two hashes are close."""

PARTS = tuple(part / TINY for part in range(TINY, 50, -1))
"""The sizes of a crop that are tried, as shares of the whole photo."""


@dataclass(frozen=True, slots=True)
class Sharpness:
    """``detail`` is the variance of the Laplacian where it is largest, in squared grey levels.

    ``ratio`` is ``detail`` over the variance after another blur, which changes an already blurred
    picture little. Both are 0 for a flat picture, for which ``measured`` is False.
    """

    detail: float
    ratio: float
    measured: bool


@dataclass(frozen=True, slots=True, eq=False)
class Fingerprint:
    """The features that two photos are compared by: hash, hash of the mirror image, thumbnail.

    Hashes are (64,) bool, the thumbnail is (TINY, TINY) float32 of grey levels.
    """

    bits: Bits = field(repr=False)
    mirrored: Bits = field(repr=False)
    tiny: Floats = field(repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class Signature:
    """The colours of a subject: square roots of histograms of hue and of lightness."""

    colours: Floats = field(repr=False)
    lightness: Floats = field(repr=False)


def sharpness(image: Pixels, box: Rect) -> Sharpness:
    """Measure the sharpness inside ``box`` of (h, w, 3) uint8 by the variance of the Laplacian.

    The variance (Pech-Pacheco et al. 2000, "Diatom autofocusing in brightfield microscopy")
    depends on the content of the photo; its ratio to that of a re-blurred copy does not, as in
    Crete et al. 2007, "The blur effect".
    """
    small = at_side(image, SHARPNESS_SIDE)
    scale = small.shape[1] / image.shape[1]
    rows = slice(max(0, int(box.y * scale) - 4), int(box.bottom * scale) + 5)
    columns = slice(max(0, int(box.x * scale) - 4), int(box.right * scale) + 5)
    grey = cv2.cvtColor(np.ascontiguousarray(small[rows, columns]), cv2.COLOR_RGB2GRAY)
    if min(grey.shape) < 3 or float(grey.std()) < FLATTEST:
        return Sharpness(0.0, 0.0, False)
    fine = cv2.GaussianBlur(np.asarray(grey, np.float32), (0, 0), FINE)
    detail = _variance(np.asarray(fine, np.float32))
    rest = _variance(np.asarray(cv2.GaussianBlur(fine, (0, 0), COARSE), np.float32))
    places = detail >= np.percentile(detail, LIVELIEST)
    most = float(detail[places].mean())
    return Sharpness(most, most / (float(rest[places].mean()) + 0.1), True)


def _variance(grey: Floats) -> Floats:
    """Return the variance of the Laplacian around each pixel (its mean is about 0)."""
    curved = cv2.Laplacian(grey, cv2.CV_32F) ** 2
    return np.asarray(cv2.blur(curved, (WINDOW, WINDOW), borderType=cv2.BORDER_REFLECT), np.float32)


def is_dark(image: Pixels, mask: Pixels) -> bool:
    """Whether a subject is underexposed, and not merely dark in a photo with enough light."""
    light, shape = _subject_in_lab(image, mask)
    subject = float(np.percentile(light[:, :, 0][shape], 90))
    return subject < DARK and float(np.percentile(light[:, :, 0], 99)) < DEEP


def clipped_part(image: Pixels, mask: Pixels) -> float:
    """Return the share of the subject in which two or three channels are clipped, 0..1.

    One clipped channel is merely a saturated colour; a second one loses hue and shading.
    """
    small, shape = _subject(image, mask)
    return float(((small[shape] >= CLIPPED).sum(axis=1) >= 2).mean())


def _subject(image: Pixels, mask: Pixels) -> tuple[Pixels, Bits]:
    """Return a small copy and the subject's pixels in it; all of them if it is too small to see."""
    small, shape = at_side(image, LOOK_SIDE), at_side(mask, LOOK_SIDE) > HALF
    return small, shape if shape.any() else np.ones(small.shape[:2], np.bool_)


def _subject_in_lab(image: Pixels, mask: Pixels) -> tuple[Floats, Bits]:
    small, shape = _subject(image, mask)
    lab = cv2.cvtColor(small.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    return np.asarray(lab, np.float32), shape


def fingerprint(image: Pixels) -> Fingerprint:
    """Return the fingerprint of (h, w, 3) uint8, robust to scaling, compression and mirroring.

    The hash is of 64 signs: the lowest frequencies of the cosine transform against their median
    (Zauner 2010, "Implementation and Benchmarking of Perceptual Image Hash Functions").
    """
    grey = cv2.cvtColor(np.ascontiguousarray(image), cv2.COLOR_RGB2GRAY)
    small = cv2.resize(grey, (HASH_SIDE, HASH_SIDE), interpolation=cv2.INTER_AREA)
    waves = np.asarray(cv2.dct(small.astype(np.float32)), np.float32)[:HASH_BITS, :HASH_BITS]
    # Mirroring flips the sign of the odd horizontal frequencies.
    turned = waves * np.array((1, -1) * (HASH_BITS // 2), np.float32)
    tiny = cv2.resize(grey, (TINY, TINY), interpolation=cv2.INTER_AREA).astype(np.float32)
    calm = np.asarray(cv2.GaussianBlur(tiny, (0, 0), 1.0), np.float32)
    return Fingerprint(_signs(waves), _signs(np.asarray(turned, np.float32)), calm)


def _signs(waves: Floats) -> Bits:
    flat = waves.reshape(-1)
    return np.asarray(flat > np.median(flat[1:]), np.bool_)


def hash_distance(one: Fingerprint, other: Fingerprint) -> int:
    """Return the Hamming distance of two hashes, 0..64, or of the mirror image if it is smaller."""
    return int(min((one.bits != other.bits).sum(), (one.bits != other.mirrored).sum()))


def overlap(one: Fingerprint, other: Fingerprint) -> tuple[float, float]:
    """Return how well two photos match, one of them perhaps cropped or mirrored.

    The first number is their correlation, -1..1, at the best offset; the second the largest local
    difference there, over the spread of grey levels. (-1, inf) for a flat one.
    """
    best, difference = -1.0, float("inf")
    turned = np.ascontiguousarray(other.tiny[:, ::-1])
    for second in (other.tiny, turned):
        for whole, part in ((one.tiny, second), (second, one.tiny)):
            for size in (round(share * TINY) for share in PARTS):
                found, spot = _placed(whole, part, size)
                if found > best:
                    best, difference = found, spot
    return best, difference


def _placed(whole: Floats, part: Floats, size: int) -> tuple[float, float]:
    """Return the correlation and the largest local difference of a crop at its best offset."""
    sized = cv2.resize(part, (size, size), interpolation=cv2.INTER_AREA)
    if float(sized.std()) < 2 or float(whole.std()) < 2:
        return -1.0, float("inf")
    scores = cv2.matchTemplate(whole, sized, cv2.TM_CCOEFF_NORMED)
    _, score, _, (x, y) = cv2.minMaxLoc(scores)
    under = whole[y : y + size, x : x + size]
    spread = float(under.std())
    if spread < 2:
        return -1.0, float("inf")
    even = (sized - sized.mean()) * (spread / float(sized.std())) + under.mean()
    spots = cv2.blur((under - even) ** 2, (8, 8), borderType=cv2.BORDER_REFLECT)
    return float(score), float(np.sqrt(spots.max())) / spread


def signature(image: Pixels, mask: Pixels) -> Signature:
    """Return the colours of a subject of (h, w, 3) uint8 in CIELAB, independent of its pose."""
    lab, shape = _subject_in_lab(image, mask)
    part = shape.astype(np.uint8)
    colours = cv2.calcHist([lab], [1, 2], part, [14, 14], [-84, 84, -84, 84])
    light = cv2.calcHist([lab], [0], part, [8], [0, 101]).reshape(1, -1)
    return Signature(_rooted(np.asarray(colours)), _rooted(np.asarray(light)))


def _rooted(counts: Floats) -> Floats:
    # Soft bins, so that slightly more light does not move everything to the next bin.
    soft = cv2.GaussianBlur(counts, (0, 0), 0.8, borderType=cv2.BORDER_REFLECT).reshape(-1)
    return np.asarray(np.sqrt(soft / max(1e-6, float(soft.sum()))), np.float32)


def signature_distance(one: Signature, other: Signature) -> float:
    """Return the distance of two subjects' colours, 0..1: Hellinger distances, mostly of hue."""
    hue = 1 - float(one.colours @ other.colours)
    light = 1 - float(one.lightness @ other.lightness)
    return 0.75 * float(np.sqrt(max(0.0, hue))) + 0.25 * float(np.sqrt(max(0.0, light)))
