"""Fills the holes of a picture: structure by a network, detail and grain from the surroundings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from studio.core.assets import asset_path
from studio.core.errors import StudioError
from studio.core.geometry import Rect
from studio.core.progress import Progress
from studio.engine.photo.large import (
    CONTEXT,
    LEAST_WEIGHT,
    NEAR_CONTEXT,
    fill_large,
    without_thing,
)
from studio.engine.photo.migan import SIDE, Migan
from studio.retouch.grain import match_grain
from studio.retouch.holes import Hole, context_of, grown, holes_of, margin_of
from studio.retouch.palette import Palette
from studio.retouch.patch_match import can_match, complete
from studio.retouch.seams import match_seam

T = TypeVar("T")
Pixels = NDArray[np.uint8]
Mask = NDArray[np.bool_]

NETWORK, PATCHES = "network", "patches"
METHODS = (NETWORK, PATCHES)
FAR_CONTEXT, FAR_LEAST = 3.0, 192
"""The same for the farthest view, and its least side in pixels."""
VIEWS = 5
"""Views whose mean is taken: two distances, each also mirrored, and a third. On 30 known removals
four were 1 dB closer to the photo than one, and the fifth gave 0.1 dB more."""
LARGE = 1.05
"""Holes whose surroundings are wider than the network's square, times this, are large."""
SPOT = 48
"""Holes up to this size in pixels are filled from one view."""
PATCH_CONTEXT = 3.0
"""The same for patches, which can only copy what is in it."""
PATCH_LEAST = 256
"""Its least side in pixels."""


class Cache(Protocol):
    """Keeps loaded networks; ``engine.photo.networks.Networks`` is one."""

    def get(self, key: str, make: Callable[[], T], /) -> T:
        """Return the network of a key, made on first use."""


def fill(
    image: Pixels,
    mask: Pixels,
    progress: Progress,
    networks: Cache,
    method: str = NETWORK,
    margin: int | None = None,
    grain: bool = True,
    view: int | None = None,
    seed: int = 0,
    detailed: bool = False,
) -> Pixels:
    """Return ``image`` (h, w, 3) uint8 sRGB with the thing under ``mask`` (h, w) uint8 removed.

    Every pixel of the mask above 0 is in the hole, which then grows by ``margin`` pixels (by
    default relative to its size). Not a byte changes outside the grown hole. An empty mask
    returns a copy. ``view`` 0..4 takes one view of the network instead of the mean of all, which
    gives another, sharper filling; ``seed`` is that of patches and grain. ``detailed`` fills also
    what is not large as large holes are: from two views, with the detail of the surroundings, which
    is sharper and on average farther from the truth. StudioError if nothing
    is left outside the mask, or if the network is not installed; Cancelled.
    """
    if method not in METHODS:
        raise ValueError(method)
    bare = mask > 0
    if bare.all():
        raise StudioError(
            "The mask covers the whole picture, so nothing is left to fill it from.",
            "Mark only the thing that should disappear.",
        )
    hole = grown(bare, margin_of(bare) if margin is None else margin)
    if hole.all():
        hole = bare
    result = image.copy()
    holes = holes_of(hole)
    waiting = hole.copy()
    for number, one in enumerate(holes):
        part = progress.sub(number / len(holes), 1 / len(holes))
        part.report(0.0, "Filling")
        area = np.s_[one.box.y : one.box.bottom, one.box.x : one.box.right]
        filled = _fill_one(result, waiting, one, part, networks, method, view, seed, detailed)
        if grain and method == NETWORK and not _is_large(one.box, image, detailed):
            filled = _with_grain(result, filled, waiting, one, seed)
        result[area][one.mask] = filled[one.mask]
        waiting[area] &= ~one.mask
    progress.report(1.0)
    return result


def _fill_one(
    image: Pixels,
    waiting: Mask,
    hole: Hole,
    progress: Progress,
    networks: Cache,
    method: str,
    view: int | None,
    seed: int,
    detailed: bool,
) -> Pixels:
    """Return the filling of ``hole.box``; ``waiting`` (h, w) are all pixels not yet filled."""
    box = hole.box
    if method == PATCHES:
        where = context_of(box, PATCH_CONTEXT, PATCH_LEAST, image.shape)
        seen, gap = _cut(image, where), _cut(waiting, where)
        if not can_match(gap):
            where = context_of(box, 2 * PATCH_CONTEXT, 2 * PATCH_LEAST, image.shape)
            seen, gap = _cut(image, where), _cut(waiting, where)
        if can_match(gap):
            filled = complete(seen, gap, progress, seed)
            return _cut(filled, box.shift(-where.x, -where.y))
        raise StudioError(
            "Around the marked place too little is left to copy patches from.",
            "Mark a smaller place, or choose another variation.",
        )
    network = networks.get("migan", lambda: Migan(asset_path("migan")))
    if _is_large(box, image, detailed):
        return fill_large(network, image, waiting, box, progress, view, seed)
    filled, gap, where = _mean_of_views(network, image, waiting, box, progress, view)
    filled = match_seam(filled, gap)
    return _cut(filled, box.shift(-where.x, -where.y))


def _is_large(box: Rect, image: Pixels, detailed: bool) -> bool:
    """Tell whether a hole is filled on a reduced copy, with the detail of its surroundings."""
    where = context_of(box, CONTEXT, SIDE, image.shape)
    if max(where.width, where.height) > LARGE * SIDE:
        return True
    return detailed and max(box.width, box.height) > SPOT


def _mean_of_views(
    network: Migan, image: Pixels, waiting: Mask, box: Rect, progress: Progress, view: int | None
) -> tuple[Pixels, Mask, Rect]:
    """Return the filled crop around ``box``, its hole, and its place in the picture.

    What the network invents differs between a picture and its mirror image, and between
    distances; the mean of ``VIEWS`` views keeps what they agree on. ``view`` chooses a single one.
    """
    where = context_of(box, FAR_CONTEXT, SIDE, image.shape)
    gap = _cut(waiting, where)
    seen = without_thing(_cut(image, where), gap)
    chosen = range(VIEWS if max(box.width, box.height) > SPOT else 1)
    if view is not None:
        chosen = range(view % VIEWS, view % VIEWS + 1)
    palette = Palette(_cut(image, where)[gap], seen[~gap])
    total = np.zeros(seen.shape, np.float32)
    weights = np.zeros((*gap.shape, 1), np.float32)
    for done, number in enumerate(chosen):
        progress.report(0.7 * done / len(chosen), "Filling")
        place = _place_of(number, box, image).shift(-where.x, -where.y)
        part = np.s_[place.y : place.bottom, place.x : place.right]
        made = seen.copy()
        near = number in (2, 3)
        made[part] = _by_network(
            network, _cut(seen, place), _cut(gap, place), number % 2 == 1, enlarge=not near
        )
        weight = palette.of_surroundings(made)[:, :, None] ** 2 + LEAST_WEIGHT
        total += weight * made
        weights += weight
    filled = seen.copy()
    filled[gap] = np.clip(total[gap] / weights[gap] + 0.5, 0, 255)
    return filled, gap, where


def _place_of(number: int, box: Rect, image: Pixels) -> Rect:
    """Return what the view of a number shows of the picture."""
    if number < 2:
        return context_of(box, CONTEXT, SIDE, image.shape)
    if number < 4:
        return context_of(box, NEAR_CONTEXT, SIDE * 3 // 4, image.shape)
    return context_of(box, FAR_CONTEXT, FAR_LEAST, image.shape)


def _by_network(
    network: Migan, image: Pixels, hole: Mask, mirrored: bool, enlarge: bool = True
) -> Pixels:
    """Return ``image`` with ``hole`` filled by the network, at the resolution of the network.

    A picture smaller than the network's square is enlarged to it, or else continued by its mirror
    image.
    """
    height, width = hole.shape
    scale = SIDE / max(height, width)
    scale = scale if enlarge else min(scale, 1.0)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    small = np.asarray(cv2.resize(image, size, interpolation=way), np.uint8)
    gap = cv2.resize(hole.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0
    pad = ((0, SIDE - size[1]), (0, SIDE - size[0]))
    small = np.pad(small, (*pad, (0, 0)), mode="symmetric")
    gap = np.pad(gap, pad, mode="symmetric")
    if mirrored:
        small, gap = small[:, ::-1], gap[:, ::-1]
    filled = network.fill(np.ascontiguousarray(small), np.ascontiguousarray(gap))
    if mirrored:
        filled = filled[:, ::-1]
    filled = np.ascontiguousarray(filled[: size[1], : size[0]])
    way = cv2.INTER_CUBIC if scale < 1 else cv2.INTER_AREA
    large = cv2.resize(filled, (width, height), interpolation=way) if scale != 1 else filled
    result = image.copy()
    result[hole] = large[hole]
    return result


def _with_grain(image: Pixels, filled: Pixels, waiting: Mask, hole: Hole, seed: int) -> Pixels:
    """Return the filling of ``hole.box`` with the grain of the surroundings."""
    where = context_of(hole.box, 2.0, 256, image.shape)
    seen, gap = _cut(image, where).copy(), _cut(waiting, where)
    inner = hole.box.shift(-where.x, -where.y)
    area = np.s_[inner.y : inner.bottom, inner.x : inner.right]
    seen[area][hole.mask] = filled[hole.mask]
    return _cut(match_grain(seen, gap, seed), inner)


def _cut(pixels: NDArray[T], where: Rect) -> NDArray[T]:  # type: ignore[type-var]
    return np.ascontiguousarray(pixels[where.y : where.bottom, where.x : where.right])
