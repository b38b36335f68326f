"""Lifts a thing off a photo: its soft alpha, its own colours, and the place behind it filled."""

from __future__ import annotations

import time
from functools import partial

import cv2
import numpy as np
from numpy.typing import NDArray

from studio.core.errors import StudioError
from studio.core.geometry import Rect
from studio.core.notices import Notice, notice
from studio.core.progress import Progress
from studio.edit.lifting import CONTEXT, LEAST_CONTEXT
from studio.edit.photo_tools import PhotoRequest, PhotoResult
from studio.edit.region import region_around
from studio.engine.photo.filling import fill
from studio.engine.photo.networks import Networks
from studio.engine.photo.subject import fine_alpha, flattened, optional, subject_of
from studio.retouch.decontaminate import foreground_colours
from studio.retouch.matting import grown
from studio.retouch.shadows import shadow_of
from studio.retouch.subject_network import person_edge

Pixels = NDArray[np.uint8]

MARGIN = 0.012
"""How far the hole reaches beyond the thing, over its longer side: the glow of its edge."""

LEAST_MARGIN, MOST_MARGIN = 4, 40
"""The same in pixels."""

NEARBY = 0.1
"""The surroundings of a thing, over its longer side, in which its colours are estimated."""

LARGE = 0.4
"""The share of the surroundings above which a filling may fail."""

GRAIN = 64
"""Pixels around the hole in which the photo's grain is measured."""


def run(request: PhotoRequest, progress: Progress, networks: Networks) -> PhotoResult:
    """Lift the thing under the mask of the request; without a mask, the subject of the picture.

    ``image`` is the thing (h, w, 4) uint8 sRGB with straight alpha; ``arrays`` has "thing" and
    "place", two rectangles (x, y, width, height) in document pixels, and of the place its
    "picture" and "fill" (h, w, 3) uint8 and the "hole" (h, w) uint8 that was filled. StudioError
    if there is nothing to lift, or nothing left around it.
    """
    started = time.perf_counter()
    seen = request.picture()
    picture = flattened(seen)
    region, rough = request.region, request.mask
    if rough is None:
        progress.report(0.05, "Looking for the subject")
        rough = subject_of(picture, networks).mask
        part = _around(rough, region)
        rows, columns = _slices(part, region)
        seen, picture, rough = (
            np.ascontiguousarray(one[rows, columns]) for one in (seen, picture, rough)
        )
        region = part
    else:
        person = person_edge(picture, rough, partial(optional, networks))
        rough = rough if person is None else person
    progress.report(0.2, "Refining the edge")
    alpha, notes = fine_alpha(picture, rough)
    if seen.shape[2] == 4:
        alpha = np.minimum(alpha, seen[:, :, 3])
    cut = time.perf_counter()
    box = _box(alpha)
    thing = _colours(picture, alpha, box)
    progress.report(0.4, "Filling the place behind")
    hole = _hole(picture, alpha, box)
    area = _hole_area(hole)
    rows, columns = _slices(area, Rect(0, 0, region.width, region.height))
    fill, said = _filled(picture, hole, area, progress.sub(0.4, 0.6), networks)
    progress.report(1.0)
    return PhotoResult(
        request=request,
        image=thing,
        arrays={
            "thing": np.array((region.x + box.x, region.y + box.y, box.width, box.height)),
            "place": np.array((region.x + area.x, region.y + area.y, area.width, area.height)),
            "picture": np.ascontiguousarray(picture[rows, columns]),
            "fill": fill,
            "hole": np.ascontiguousarray(hole[rows, columns]),
        },
        notes=(*notes, *said),
        timings={"cut": cut - started, "fill": time.perf_counter() - cut},
    )


def _filled(
    picture: Pixels,
    hole: Pixels,
    area: Rect,
    progress: Progress,
    networks: Networks,
) -> tuple[Pixels, tuple[Notice, ...]]:
    """Return the part ``area`` of the picture with the hole filled, and notices."""
    height, width = hole.shape
    rows, columns = _slices(area, Rect(0, 0, width, height))
    made = fill(picture, hole, progress, networks, margin=0, detailed=True)
    return np.ascontiguousarray(made[rows, columns]), _said(hole)


def _said(hole: Pixels) -> tuple[Notice, ...]:
    """Return what the artist should know about the filling."""
    if float((hole > 0).mean()) <= LARGE:
        return ()
    text = "The thing is large, so the place behind it may look wrong. Try Run again."
    return (notice(text),)


def _hole_area(hole: Pixels) -> Rect:
    """Return the bounds of a hole with the surroundings whose grain is measured."""
    height, width = hole.shape
    return Rect(*cv2.boundingRect(hole)).expand(GRAIN).intersect(Rect(0, 0, width, height))


def _around(mask: Pixels, region: Rect) -> Rect:
    """Return the part of ``region`` around a mask of it, with room for the filling's context."""
    x, y, width, height = cv2.boundingRect((mask > 0).astype(np.uint8))
    inside = Rect(region.x + x, region.y + y, width, height)
    padding = max(LEAST_CONTEXT, round(CONTEXT * max(width, height)))
    return region_around(inside, region, padding)


def _slices(part: Rect, region: Rect) -> tuple[slice, slice]:
    x, y = part.x - region.x, part.y - region.y
    return slice(y, y + part.height), slice(x, x + part.width)


def _box(alpha: Pixels) -> Rect:
    """Return the bounds of the thing; StudioError if there is none, or it is everything."""
    x, y, width, height = cv2.boundingRect((alpha > 0).astype(np.uint8))
    if width == 0 or int(alpha.max()) < 128:
        raise StudioError(
            "There is no thing here that could be lifted.",
            "Click another place, or draw around the thing with the lasso.",
        )
    if int(alpha.min()) == 255:
        raise StudioError(
            "The selection covers the whole picture, so there is nothing to lift it from.",
            "Select only the thing that should become a layer.",
        )
    return Rect(x, y, width, height)


def _colours(picture: Pixels, alpha: Pixels, box: Rect) -> Pixels:
    """Return the thing (h, w, 4) uint8 of ``box``, its edge without the background."""
    height, width = alpha.shape
    margin = round(NEARBY * max(box.width, box.height)) + 8
    near = box.expand(margin).intersect(Rect(0, 0, width, height))
    rows, columns = _slices(near, Rect(0, 0, width, height))
    share = np.ascontiguousarray(alpha[rows, columns])
    colours = foreground_colours(np.ascontiguousarray(picture[rows, columns]), share)
    rgba: Pixels = np.dstack([colours, share])
    rgba[share == 0] = 0
    inner = _slices(box, near)
    return np.ascontiguousarray(rgba[inner])


def _hole(picture: Pixels, alpha: Pixels, box: Rect) -> Pixels:
    """Return what is filled (h, w) uint8, 0 or 255: the thing, its edge's glow and its shadow."""
    thing = (alpha > 0).astype(np.uint8) * np.uint8(255)
    margin = round(MARGIN * max(box.width, box.height))
    hole = grown(thing, min(MOST_MARGIN, max(LEAST_MARGIN, margin)))
    hole[shadow_of(picture, hole > 0)] = 255
    return hole if not hole.all() else thing
