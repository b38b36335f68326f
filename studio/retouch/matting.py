"""Refines the rough mask of a thing to the soft alpha of its edge, hair included.

Within a band along the rough edge, the colours of the thing and of the background are continued
from both sides; the position of a pixel's colour between the two is its alpha (as in Chuang et al.
2001, "A Bayesian Approach to Digital Matting", with one colour a side). Where both colours are
alike, or the pixel's colour is not between them, the rough mask decides. A few rounds continue
the colours from what the previous round found, so that they come from nearer places.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from studio.retouch.guided_filter import guided_filter

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]

WORK_AREA = 700_000
"""Pixels of the largest copy on which the rounds run; the last step is at full size."""

BAND = 0.012
"""Half the width of the band along a hard edge, over the thing's longer side."""

LEAST_BAND, MOST_BAND = 3, 48
"""Its limits in pixels."""

LOW, HIGH = 12, 243
"""A rough mask between these values is uncertain."""

ROUNDS = 3
"""On drawn fur: errors of 21, 16, 15 and 15 thousand pixels after 1, 2, 3 and 4 rounds."""

NOISE = np.float32(22.0**2)
"""Squared distance of two colours, 0..255, at which they count half as different."""

OFF_LINE = np.float32(2.0)
"""Weight of a colour's squared distance from the line between the two colours."""

SURE = np.float32(0.9)
"""Alpha above which a pixel of the band passes its colour on to the next round."""

SHARE = np.float32(0.3)
"""The weight of such a pixel beside one outside the band."""

GUIDE_RADIUS, GUIDE_FLOOR = 4, 1e-4
"""Window radius in pixels and epsilon (variance of colours 0..1) of the guided filter."""

TRIM = np.float32(0.04)
"""Alpha below this is 0, and above 1 minus this is 1."""

STRIP = 256
"""Rows of a large photo that are processed at a time."""


@dataclass(frozen=True, slots=True)
class _Sides:
    """At working size: both colours (h, w, 3) in 0..255, how much they count and the guess."""

    front: Floats
    back: Floats
    trust: Floats
    guess: Floats


def refine_alpha(image: Pixels, rough: Pixels, unknown: Pixels | None = None) -> Pixels:
    """Return the alpha (h, w) uint8 of a thing in a photo (h, w, 3 or 4) uint8 sRGB.

    ``rough`` (h, w) uint8 is its approximate mask. ``unknown`` (h, w) uint8 is above 0 where alpha
    is to be estimated; by default ``edge_band``. Elsewhere alpha is ``rough``, which counts as 0
    up to LOW and as 255 from HIGH. A mask that has nothing inside or nothing outside the unknown
    part is not estimated.
    """
    band = edge_band(rough) if unknown is None else unknown
    rough = _certain(rough, band)
    known = rough[band == 0]
    if not known.size or int(known.max()) <= 127 or int(known.min()) > 127:
        return rough.copy()
    height, width = rough.shape
    scale = min(1.0, (WORK_AREA / (height * width)) ** 0.5)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = cv2.resize(image[:, :, :3], size, interpolation=cv2.INTER_AREA).astype(np.float32)
    level = cv2.resize(rough, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    free = cv2.resize(band, size, interpolation=cv2.INTER_AREA) > 0
    sides = _sides(small, level / np.float32(255), free)
    alpha = _at_full_size(image, sides, rough, band)
    return _connected(alpha, rough, band)


def edge_band(rough: Pixels, share: float = BAND) -> Pixels:
    """Return where a rough mask (h, w) uint8 is uncertain: 255 there, 0 elsewhere, (h, w) uint8.

    These are its soft parts, and a band of ``share`` of the thing's longer side on either side.
    """
    soft = ((rough > LOW) & (rough < HIGH)).astype(np.uint8)
    solid = (rough > 127).astype(np.uint8)
    framed = cv2.copyMakeBorder(solid, 1, 1, 1, 1, cv2.BORDER_REPLICATE)
    rim = cv2.morphologyEx(framed, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))[1:-1, 1:-1]
    _, _, width, height = cv2.boundingRect(solid)
    half = int(np.clip(round(share * max(width, height)), LEAST_BAND, MOST_BAND))
    return grown(np.maximum(soft, np.asarray(rim, np.uint8)) * np.uint8(255), half)


def grown(mask: Pixels, radius: int) -> Pixels:
    """Return a mask (h, w) uint8, 0 or 255, grown by ``radius`` pixels in every direction."""
    if radius < 1 or not mask.any():
        return (mask > 0).astype(np.uint8) * np.uint8(255)
    away = cv2.distanceTransform((mask == 0).astype(np.uint8), cv2.DIST_L2, 3)
    return np.asarray(away <= radius, np.uint8) * np.uint8(255)


def _sides(small: Floats, level: Floats, free: NDArray[np.bool_]) -> _Sides:
    """Estimate both colours and alpha of a working copy; ``level`` is the rough mask, 0..1."""
    inside = (~free & (level > 0.5)).astype(np.float32)
    outside = (~free & (level <= 0.5)).astype(np.float32)
    front, back = continued(small, inside), continued(small, outside)
    share = np.where(free, SHARE, np.float32(1))
    for turn in range(ROUNDS):
        raw, trust = _between(small, front, back)
        guess = np.where(free, trust * raw + (1 - trust) * level, level)
        if turn + 1 < ROUNDS:
            fore = np.where(guess > SURE, guess, 0) ** 2 * share
            behind = np.where(guess < 1 - SURE, 1 - guess, 0) ** 2 * share
            front, back = continued(small, fore), continued(small, behind)
    smooth = guided_filter(
        np.rint(small).astype(np.uint8), guess.astype(np.float32), GUIDE_RADIUS, GUIDE_FLOOR
    )
    return _Sides(front, back, trust, smooth)


def _between(photo: Floats, front: Floats, back: Floats) -> tuple[Floats, Floats]:
    """Return each pixel's position between both colours, 0..1, and how much that counts, 0..1."""
    line = front - back
    apart = np.einsum("ijk,ijk->ij", line, line)
    off = photo - back
    raw = np.clip(np.einsum("ijk,ijk->ij", off, line) / np.maximum(apart, 1), 0, 1)
    off -= raw[:, :, None] * line
    missed = np.einsum("ijk,ijk->ij", off, off)
    return raw.astype(np.float32), (apart / (apart + NOISE + OFF_LINE * missed)).astype(np.float32)


def continued(values: Floats, weight: Floats) -> Floats:
    """Return (h, w, c) float32 continued from where ``weight`` (h, w), 0..1, is above 0.

    The pull-push pyramid of Gortler et al. 1996, "The Lumigraph".
    """
    levels = [(values * weight[:, :, None], weight)]
    while min(levels[-1][1].shape) > 2:
        total, share = (np.asarray(cv2.pyrDown(one), np.float32) for one in levels[-1])
        levels.append((total, share))
    total, share = levels[-1]
    found = total / np.maximum(share, np.float32(1e-6))[:, :, None]
    for total, share in reversed(levels[:-1]):
        wide = cv2.pyrUp(found, dstsize=(share.shape[1], share.shape[0]))
        wide = wide.reshape(total.shape)
        here = total / np.maximum(share, np.float32(1e-6))[:, :, None]
        known = np.minimum(share * 4, 1)[:, :, None]
        found = here * known + wide * (1 - known)
    return np.asarray(found, np.float32)


def _at_full_size(image: Pixels, sides: _Sides, rough: Pixels, band: Pixels) -> Pixels:
    """Return alpha (h, w) uint8 of the photo itself, with the colours of the working copy."""
    height, width = rough.shape
    alpha = rough.copy()
    same = sides.guess.shape == rough.shape
    for top in range(0, height, STRIP):
        rows = slice(top, min(height, top + STRIP))
        free = band[rows] > 0
        if not free.any():
            continue
        columns = np.flatnonzero(free.any(axis=0))
        part = rows, slice(int(columns[0]), int(columns[-1]) + 1)
        if same:
            soft = sides.guess[part]
        else:
            front, back, trust, guess = (
                enlarged_part(one, part, (height, width))
                for one in (sides.front, sides.back, sides.trust, sides.guess)
            )
            raw, _ = _between(image[part][:, :, :3].astype(np.float32), front, back)
            soft = trust * raw + (1 - trust) * guess
        trimmed = np.clip((soft - TRIM) / (1 - 2 * TRIM), 0, 1)
        found = np.rint(trimmed * 255).astype(np.uint8)
        alpha[part] = np.where(band[part] > 0, found, rough[part])
    return alpha


def enlarged_part(small: Floats, part: tuple[slice, slice], shape: tuple[int, int]) -> Floats:
    """Return one part of a working copy enlarged bilinearly to ``shape``."""
    rows, columns = part
    down, across = small.shape[0] / shape[0], small.shape[1] / shape[1]
    size = columns.stop - columns.start, rows.stop - rows.start
    # From pixel centres of the part to those of the copy.
    move = np.array(
        (
            (across, 0, (columns.start + 0.5) * across - 0.5),
            (0, down, (rows.start + 0.5) * down - 0.5),
        )
    )
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    found = cv2.warpAffine(small, move, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(found, np.float32)


def _connected(alpha: Pixels, rough: Pixels, band: Pixels) -> Pixels:
    """Return alpha without specks that touch no solid part, and without such holes."""
    known = band == 0
    _, labels = cv2.connectedComponents((alpha > LOW).astype(np.uint8), connectivity=8)
    found = np.where(_touching(labels, known & (rough > 127)), alpha, 0)
    _, labels = cv2.connectedComponents((found < HIGH).astype(np.uint8), connectivity=4)
    open_ = _touching(labels, known & (rough <= 127))
    return _certain(np.where(open_ | (found >= HIGH), found, 255).astype(np.uint8), None)


def _certain(alpha: Pixels, band: Pixels | None) -> Pixels:
    """Return alpha with traces of 0 removed, and, outside ``band``, those of 255."""
    found = np.where(alpha <= LOW, np.uint8(0), alpha)
    return found if band is None else np.where((band == 0) & (found >= HIGH), np.uint8(255), found)


def _touching(labels: NDArray[Any], where: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which pixels belong to a component, 1 or more, that has a pixel ``where``."""
    chosen = np.zeros(int(labels.max()) + 1, np.bool_)
    chosen[labels[where]] = True
    chosen[0] = False
    return np.asarray(chosen[labels], np.bool_)
