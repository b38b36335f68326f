"""Fills large holes: views of the network, drawn again with patches, and detail at full size.

All of it happens on a copy of the size of the network, so that a hole of 2,000 pixels takes hardly
longer than one of 300; only the last step, which copies the photo's own detail, is at full size.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from studio.core.geometry import Rect
from studio.core.progress import Progress
from studio.engine.photo.migan import SIDE, Migan
from studio.retouch.detail import Sources, low_frequencies, sources_of, with_detail
from studio.retouch.holes import context_of, grown
from studio.retouch.matting import continued
from studio.retouch.palette import Palette
from studio.retouch.patch_match import can_match, complete
from studio.retouch.seams import match_seam

Pixels = NDArray[np.uint8]
Mask = NDArray[np.bool_]
Floats = NDArray[np.float32]

CONTEXT = 2.0
"""Side of the square that is looked at, relative to the hole."""
NEAR_CONTEXT = 1.5
"""The same for the nearer views."""
BLUR = 1.0
"""Detail finer than this, in pixels of the copy, is copied: the mean of views has less."""
STRANGE = 0.2
"""Colours that belong to the surroundings less than this are replaced."""
APART, COARSE = 50.0, 4.0
"""Grey levels by which the views may differ, after a blur of so many pixels of the copy."""
MOST_UNSURE = 0.25
"""Share of the hole in which they may, so that patches are taken there."""
BESIDE = 6
"""What is replaced around them as well, in pixels of the copy: their blurred edge."""
LEAST_WEIGHT = np.float32(0.02)
"""Weight of a view where it has the removed thing's colours; elsewhere it is up to 1."""


def fill_large(
    network: Migan,
    image: Pixels,
    waiting: Mask,
    box: Rect,
    progress: Progress,
    view: int | None = None,
    seed: int = 0,
) -> Pixels:
    """Return the filling (h, w, 3) uint8 of ``box`` of ``image`` (h, w, 3) uint8.

    ``waiting`` (h, w) are the pixels that nothing may be copied from. The mean of the network's
    view and that of the mirrored picture is taken; a view counts less where it has colours that the
    removed thing had and its surroundings do not have. ``view`` 0..3 takes one view, the last two
    from nearer.
    """
    near = view is not None and view % 4 > 1
    where = context_of(box, NEAR_CONTEXT if near else CONTEXT, SIDE, image.shape)
    rows, columns = slice(where.y, where.bottom), slice(where.x, where.right)
    seen = np.ascontiguousarray(image[rows, columns])
    gap = np.ascontiguousarray(waiting[rows, columns])
    inner = box.shift(-where.x, -where.y)
    area = np.s_[inner.y : inner.bottom, inner.x : inner.right]
    ground, hole = _reduced(seen, gap)
    thing = ground[hole]
    ground = without_thing(ground, hole)
    steps = (1, -1) if view is None else ((1, -1)[view % 2],)
    palette = Palette(thing, ground[~hole])
    guess, apart = _views(network, ground, hole, palette, steps, progress.sub(0, 0.5))
    guess = match_seam(guess, hole)
    progress.report(0.5, "Filling")
    guess = _without_strangers(guess, hole, apart, palette, progress.sub(0.5, 0.1), seed)
    low = low_frequencies(guess, hole, BLUR)
    alike = Sources.nowhere((hole.shape[0], hole.shape[1]))
    if can_match(hole):
        alike = sources_of(low, hole, progress.sub(0.6, 0.3), seed)
    return np.ascontiguousarray(with_detail(seen, gap, low, alike)[area])


def _without_strangers(
    guess: Pixels, hole: Mask, apart: Floats, palette: Palette, progress: Progress, seed: int
) -> Pixels:
    """Return ``guess`` with patches where its colours are not those of the surroundings.

    There the network has continued the removed thing or invented another. It also has where the
    views are ``apart`` (h, w) by many grey levels, since each invents something else; but if that
    is so in a large part of the hole, patches would make an even worse picture.
    """
    strange = (palette.of_surroundings(guess) < STRANGE) & hole
    unsure = (apart > APART) & hole
    if np.count_nonzero(unsure) < MOST_UNSURE * np.count_nonzero(hole):
        strange |= unsure
    strange = cv2.morphologyEx(strange.astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3))) > 0
    if not strange.any():
        return guess
    strange = grown(strange, BESIDE) & hole
    return complete(guess, strange, progress, seed) if can_match(strange) else guess


def without_thing(image: Pixels, hole: Mask) -> Pixels:
    """Return ``image`` (h, w, 3) uint8 with the colours around ``hole`` continued into it.

    Resampling mixes neighbours: without this, the removed thing would colour the pixels around the
    hole of an enlarged copy, and the network would continue that colour.
    """
    known = (~hole).astype(np.float32)
    smooth = continued(image.astype(np.float32), known)
    result = image.copy()
    result[hole] = np.clip(smooth[hole] + 0.5, 0, 255)
    return result


def _reduced(image: Pixels, hole: Mask) -> tuple[Pixels, Mask]:
    """Return both at the size of the network at most; a pixel that the hole touches is in it."""
    height, width = hole.shape
    scale = SIDE / max(height, width)
    if scale >= 1:
        return image, hole
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
    gap = cv2.resize(hole.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0
    return small, gap if not gap.all() else _mostly(hole, size)


def _mostly(hole: Mask, size: tuple[int, int]) -> Mask:
    part = cv2.resize(hole.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    return np.asarray(part >= part.max(), np.bool_)


def _views(
    network: Migan,
    image: Pixels,
    hole: Mask,
    palette: Palette,
    steps: tuple[int, ...],
    progress: Progress,
) -> tuple[Pixels, Floats]:
    """Return the weighted mean of views of ``image``, at most SIDE wide and high.

    A step of -1 is the view of the mirrored picture. The second array (h, w) is by how many grey
    levels the views are apart.
    """
    height, width = hole.shape
    pad = ((0, SIDE - height), (0, SIDE - width))
    wide = np.pad(image, (*pad, (0, 0)), mode="symmetric")
    gap = np.pad(hole, pad, mode="symmetric")
    seen: list[Floats] = []
    total = np.zeros((height, width, 3), np.float32)
    weights = np.zeros((height, width, 1), np.float32)
    for number, step in enumerate(steps):
        progress.report(number / len(steps), "Filling")
        made = network.fill(
            np.ascontiguousarray(wide[:, ::step]), np.ascontiguousarray(gap[:, ::step])
        )
        made = np.ascontiguousarray(made[:, ::step][:height, :width])
        weight = palette.of_surroundings(made)[:, :, None] ** 2 + LEAST_WEIGHT
        total += weight * made
        blurred = cv2.GaussianBlur(made.astype(np.float32), (0, 0), COARSE)
        seen.append(np.asarray(blurred, np.float32))
        weights += weight
    mean = np.rint(total / weights)
    result = image.copy()
    result[hole] = mean[hole]
    apart = np.abs(seen[0] - seen[-1]).max(axis=2)
    return result, np.asarray(apart, np.float32)
