"""Finds the subject of a photo: its mask and its box.

The networks of ``photos.network_masks`` find it if they are installed. Without them, or if nothing
stands out for them, saliency (``photos.saliency``) or a figure's joints seed GrabCut on a small
copy; a guided filter upsamples the mask to full size along the edges of the photo (``photos.cut``).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from studio.control_maps.edges import at_side
from studio.control_maps.pose import Joints
from studio.core.geometry import Rect
from studio.photos.cut import (
    colour_contrast,
    components,
    edge_step,
    fill_holes,
    grab_cut,
    guided_upsample,
    salient_seeds,
    stretch_range,
)
from studio.photos.figure import draw_figure, figure_box, has_figure
from studio.photos.network_masks import network_mask
from studio.photos.saliency import saliency

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]

WORK_SIDE = 256
"""The longer side, in pixels, of the copy that is analysed."""

SMALLEST_SIDE = 16
"""If the shorter side has fewer pixels, the whole picture is the subject."""

SMALLEST_WORK = 8
"""If the small copy's shorter side has fewer pixels (a long strip), nothing is searched for."""

CLOSE_LOOK = 0.4
"""A subject whose box is smaller than this share of the photo gets a second, enlarged pass."""

BREATH = 0.3
"""The margin of the second pass around the subject's box, over the box's longer side."""

WIDER = 0.06
"""The largest edge error of a small subject in the first pass, over the second pass's side."""

SMALLEST_PART = 0.001
"""A subject that takes up less of the view cannot be distinguished from a speck."""

LEAST_CONTRAST = 0.5
"""The least contrast of a subject; parts of grass, bricks and gravel have 0.1 to 0.4."""

LEAST_EDGE = 5.0
"""The least step at a subject's outline, in CIELAB; soft gradients have about 1."""

HALF = 127
"""A mask above this counts as subject."""


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """The subject found in a photo.

    ``mask`` (h, w) uint8 is 255 on the subject, and everywhere if none was found. ``box`` is its
    bounding box. ``pieces`` are the weights of all salient pieces relative to the subject, which
    is the first and 1; ``contrast`` (0..1) is how much the subject's colours differ from those
    around it.
    """

    mask: Pixels = field(repr=False)
    box: Rect
    found: bool
    pieces: tuple[float, ...] = ()
    contrast: float = 0.0


def subject_mask(image: Pixels, hint: Rect | None = None, joints: Joints | None = None) -> Pixels:
    """Return (h, w) uint8, 255 where the subject of (h, w, 3 or 4) uint8 is; see ``find_subject``.

    All of it is 255 if no subject can be distinguished from the background.
    """
    return find_subject(image, hint, joints).mask


def subject_box(image: Pixels, joints: Joints | None = None) -> Rect:
    """Return the box around the subject of (h, w, 3 or 4) uint8; the whole if none is found."""
    return find_subject(image, joints=joints).box


def find_subject(image: Pixels, hint: Rect | None = None, joints: Joints | None = None) -> Subject:
    """Find the single subject of a photo (h, w, 3 or 4) uint8.

    If the photo is partly transparent, its opaque part is the subject. ``hint`` is a rectangle
    that contains the subject, ``joints`` (18, 3) are those of a person, both in pixels of the
    photo; if no outline is found inside it, the rectangle is the mask.
    """
    height, width = image.shape[:2]
    cut = cut_out(image)
    if cut is not None:
        return cut
    if min(height, width) < SMALLEST_SIDE:
        return whole(image)
    rgb = np.ascontiguousarray(image[:, :, :3])
    area = Rect(0, 0, width, height)
    if joints is not None and has_figure(joints):
        asked = figure_box(joints).intersect(area)
        if not asked.is_empty:
            by_network = _by_network(rgb, asked)
            return by_network or _look(rgb, _around(asked, area), asked, joints)
    if hint is not None and not hint.intersect(area).is_empty:
        asked = hint.intersect(area)
        return _by_network(rgb, asked) or _look(rgb, _around(asked, area), asked)
    by_network = _by_network(rgb, area)
    if by_network is not None:
        return by_network
    first = _look(rgb, area, area)
    box = first.box
    if first.found and max(box.width / width, box.height / height) < CLOSE_LOOK:
        return _looked_again(rgb, first)
    return first


def _by_network(rgb: Pixels, asked: Rect) -> Subject | None:
    """Return the subject that the networks find within ``asked``, None if they find none."""
    mask = network_mask(rgb, asked)
    if mask is None or bounds_of(mask).is_empty:
        return None
    return masked_subject(mask)


def whole(image: Pixels) -> Subject:
    """Return the whole photo as its subject, for want of a better one."""
    height, width = image.shape[:2]
    return Subject(np.full((height, width), 255, np.uint8), Rect(0, 0, width, height), False)


def masked_subject(mask: Pixels) -> Subject:
    """Return the subject marked by a mask (h, w) uint8, painted or from a cut-out's alpha.

    If the mask is empty, the whole photo is the subject.
    """
    box = bounds_of(mask)
    if box.is_empty:
        return whole(mask[:, :, None])
    small = at_side((mask > HALF).astype(np.uint8) * 255, WORK_SIDE)
    areas = [weight for weight, _ in components((small > HALF).astype(np.uint8))]
    pieces = tuple(area / areas[0] for area in areas) if areas else (1.0,)
    return Subject(mask, box, True, pieces, 1.0)


def cut_out(image: Pixels) -> Subject | None:
    """Return the opaque part of (h, w, 4) uint8; None if all of it, or nothing, is opaque."""
    if image.shape[2] < 4:
        return None
    alpha = np.ascontiguousarray(image[:, :, 3])
    if int(alpha.min()) > HALF or int(alpha.max()) <= HALF:
        return None
    return masked_subject(alpha)


def bounds_of(mask: Pixels) -> Rect:
    """Return the rectangle around the pixels above HALF of (h, w) uint8; empty if none are."""
    solid = mask > HALF
    rows = np.flatnonzero(solid.any(axis=1))
    columns = np.flatnonzero(solid.any(axis=0))
    if not len(rows):
        return Rect(0, 0, 0, 0)
    return Rect.from_edges(int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)


def _look(rgb: Pixels, view: Rect, asked: Rect, joints: Joints | None = None) -> Subject:
    """Search ``view`` for a subject within ``asked``; both in pixels of the photo."""
    part = np.ascontiguousarray(rgb[view.y : view.bottom, view.x : view.right])
    small = np.ascontiguousarray(at_side(part, WORK_SIDE))
    told = asked != Rect(0, 0, rgb.shape[1], rgb.shape[0])
    missed = _rectangle(rgb, asked) if told else whole(rgb)
    if min(small.shape[:2]) < SMALLEST_WORK:
        return missed
    scale = small.shape[1] / view.width
    if joints is None:
        weights = stretch_range(saliency(small))
        seeds = salient_seeds(weights)
    else:
        placed = (joints - np.array((view.x, view.y, 0), np.float32)) * np.array(
            (scale, scale, 1), np.float32
        )
        probable, certain = draw_figure(np.asarray(placed, np.float32), small.shape[:2])
        weights = probable.astype(np.float32)
        seeds = np.where(probable > 0, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
        seeds[certain > 0] = cv2.GC_FGD
    seeds[_outside(asked.shift(-view.x, -view.y), scale, small)] = cv2.GC_BGD
    cut = grab_cut(small, seeds)
    pieces = components(cut, weights) if cut is not None else []
    if not pieces:
        return missed
    chosen = fill_holes(pieces[0][1])
    contrast = colour_contrast(small, chosen)
    clear = contrast >= LEAST_CONTRAST and edge_step(small, chosen) >= LEAST_EDGE
    # If the artist or a skeleton marks a subject, it may be faint.
    if chosen.mean() < SMALLEST_PART or not (clear or told):
        return missed
    mask = _placed(rgb, part, small, chosen, view)
    box = bounds_of(mask)
    if box.is_empty:
        return missed
    shares = tuple(weight / pieces[0][0] for weight, _ in pieces)
    return Subject(mask, box, True, shares, contrast)


def _rectangle(rgb: Pixels, box: Rect) -> Subject:
    mask = np.zeros(rgb.shape[:2], np.uint8)
    mask[box.y : box.bottom, box.x : box.right] = 255
    return Subject(mask, box, False)


def _outside(asked: Rect, scale: float, small: Pixels) -> NDArray[np.bool_]:
    """Return which pixels of a scaled picture are outside a rectangle of the unscaled one."""
    outside = np.ones(small.shape[:2], np.bool_)
    top, bottom = math.floor(asked.y * scale), math.ceil(asked.bottom * scale)
    left, right = math.floor(asked.x * scale), math.ceil(asked.right * scale)
    outside[max(0, top) : bottom, max(0, left) : right] = False
    return outside


def _looked_again(rgb: Pixels, first: Subject) -> Subject:
    """Return a small subject with its edge refined on an enlarged part of the photo."""
    view = _around(first.box, Rect(0, 0, rgb.shape[1], rgb.shape[0]))
    part = np.ascontiguousarray(rgb[view.y : view.bottom, view.x : view.right])
    small = np.ascontiguousarray(at_side(part, WORK_SIDE))
    before = first.mask[view.y : view.bottom, view.x : view.right]
    known = cv2.resize(before, small.shape[1::-1], interpolation=cv2.INTER_AREA) > HALF
    wide = max(3, round(WIDER * max(small.shape)) | 1)
    grown = cv2.dilate(known.astype(np.uint8), np.ones((wide, wide), np.uint8)) > 0
    seeds = np.where(grown, cv2.GC_PR_BGD, cv2.GC_BGD).astype(np.uint8)
    seeds[known] = cv2.GC_PR_FGD
    cut = grab_cut(small, seeds)
    pieces = components(cut, known.astype(np.float32)) if cut is not None else []
    if not pieces:
        return first
    mask = _placed(rgb, part, small, fill_holes(pieces[0][1]), view)
    box = bounds_of(mask)
    if box.is_empty:
        return first
    return Subject(mask, box, True, first.pieces, first.contrast)


def _around(box: Rect, area: Rect) -> Rect:
    margin = math.ceil(BREATH * max(box.width, box.height)) + 4
    return box.expand(margin).intersect(area)


def _placed(rgb: Pixels, part: Pixels, small: Pixels, piece: Pixels, view: Rect) -> Pixels:
    """Return a piece found on the small copy of a part as a mask of the whole photo."""
    mask = np.zeros(rgb.shape[:2], np.uint8)
    mask[view.y : view.bottom, view.x : view.right] = guided_upsample(part, small, piece)
    return mask
