"""Cuts a subject out of a small picture, with the steps before and after.

GrabCut is Rother et al. 2004; the fast guided filter is He and Sun 2015, "Fast Guided Filter".
"""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]

ROUNDS = 3
"""The number of GrabCut iterations, each of which refits both colour models."""

RIM = 0.02
"""The width of the frame that counts as background, as a share of the longer side."""

SPECK = 0.0005
"""A piece smaller than this share of the picture is a speck."""

GUIDE_RADIUS = 2
"""The radius of the guided filter's window, in pixels of the small picture."""

GUIDE_FLOOR = 1e-3
"""The variance of greys, 0..1, below which the guide counts as flat (epsilon in the paper)."""

STRIP = 512
"""The number of rows of a large photo that are processed at a time."""

SHARPER = 2.0
"""The factor that steepens the guided mask's slightly soft edge to about the photo's."""


def stretch_range(salient: Floats) -> Floats:
    """Return saliency stretched to 0..1, ignoring a few pixels at either end of its range."""
    low, high = np.percentile(salient, (2, 99.5))
    if high - low < 1e-6:
        return np.zeros_like(salient)
    return np.asarray(np.clip((salient - low) / (high - low), 0, 1), np.float32)


def salient_seeds(salient: Floats) -> Pixels:
    """Return GrabCut's labels: probably foreground above Otsu's threshold, the frame background."""
    levels = (salient * 255).astype(np.uint8)
    threshold, _ = cv2.threshold(levels, 0, 255, cv2.THRESH_OTSU)
    stands_out = levels > threshold
    seeds = np.where(stands_out, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    rim = np.ones(salient.shape, np.bool_)
    wide = max(1, round(RIM * max(salient.shape)))
    rim[wide:-wide, wide:-wide] = False
    seeds[rim & ~stands_out] = cv2.GC_BGD
    return seeds


def grab_cut(small: Pixels, seeds: Pixels) -> Pixels | None:
    """Return 1 where GrabCut finds foreground, (h, w) uint8; None if either side has no pixels."""
    front = (seeds == cv2.GC_FGD) | (seeds == cv2.GC_PR_FGD)
    # k-means for each side's mixture of five Gaussians needs at least five pixels.
    if min(int(front.sum()), int((~front).sum())) < 5:
        return None
    cv2.setRNGSeed(1)  # k-means is random; the same photo must give the same mask
    back, fore = np.zeros((1, 65), np.float64), np.zeros((1, 65), np.float64)
    labels = seeds.copy()
    cv2.grabCut(small, labels, (0, 0, 1, 1), back, fore, ROUNDS, cv2.GC_INIT_WITH_MASK)
    return np.asarray(labels & 1, np.uint8)


def components(cut: Pixels, weights: Floats | None = None) -> list[tuple[float, Pixels]]:
    """Return weights and masks of the connected components of (h, w) uint8 0 or 1, heaviest first.

    The weight is the sum of ``weights`` (h, w), or else the area in pixels; specks are left out.
    """
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (3, 3))
    calm = cv2.morphologyEx(cut, cv2.MORPH_OPEN, disc)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(calm, connectivity=4)
    each = np.ones(cut.shape, np.float32) if weights is None else weights
    heavy = np.bincount(labels.reshape(-1), each.reshape(-1), count)
    order = [int(i) + 1 for i in np.argsort(-heavy[1:], kind="stable")]
    least = SPECK * cut.size
    return [
        (float(heavy[i]), (labels == i).astype(np.uint8))
        for i in order
        if heavy[i] > 0 and stats[i, cv2.CC_STAT_AREA] >= least
    ]


def fill_holes(piece: Pixels) -> Pixels:
    """Return a piece, (h, w) uint8 0 or 1, without holes."""
    outlines, _ = cv2.findContours(piece, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    return np.asarray(cv2.drawContours(np.zeros_like(piece), outlines, -1, 1, cv2.FILLED), np.uint8)


def colour_contrast(small: Pixels, piece: Pixels) -> float:
    """Return how much the colours of a piece differ from those outside, 0..1.

    The Hellinger distance of two histograms of CIELAB colours.
    """
    lab = cv2.cvtColor(small, cv2.COLOR_RGB2LAB)
    found = [
        cv2.calcHist([lab], [0, 1, 2], part, [8, 16, 16], [0, 256] * 3).reshape(-1)
        for part in (piece, 1 - piece)
    ]
    inside, outside = (np.sqrt(one / max(1.0, float(one.sum()))) for one in found)
    return float(math.sqrt(max(0.0, 1 - float(inside @ outside))))


def edge_step(small: Pixels, piece: Pixels) -> float:
    """Return the distance of the colours on both sides of a piece's outline, in CIELAB.

    It is near 0 for a piece of a soft gradient.
    """
    calm = cv2.GaussianBlur(small, (0, 0), 1.0).astype(np.float32) / 255
    lab = cv2.cvtColor(calm, cv2.COLOR_RGB2LAB)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (7, 7))
    # There is no other side at the frame.
    framed = cv2.copyMakeBorder(piece, 1, 1, 1, 1, cv2.BORDER_REPLICATE)
    rim = cv2.morphologyEx(framed, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    outline = np.asarray(rim)[1:-1, 1:-1] > 0
    if not outline.any():
        return 0.0
    steps = [cv2.dilate(lab[:, :, i], disc) - cv2.erode(lab[:, :, i], disc) for i in range(3)]
    return float(np.median(np.linalg.norm(np.stack(steps, axis=2)[outline], axis=1)))


def guided_upsample(part: Pixels, small: Pixels, piece: Pixels) -> Pixels:
    """Return a small mask, 0 or 1, upsampled to the size of ``part``: (h, w) uint8 0..255."""
    shape = piece.astype(np.float32)
    if part.shape == small.shape:
        return piece * np.uint8(255)
    guide = np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), np.float32) / np.float32(255)
    mean, level = _mean(guide), _mean(shape)
    spread = _mean(guide * guide) - mean * mean + np.float32(GUIDE_FLOOR)
    slope = np.asarray((_mean(guide * shape) - mean * level) / spread, np.float32)
    height, width = part.shape[:2]
    wide_slope = cv2.resize(_mean(slope), (width, height))
    wide_rise = cv2.resize(_mean(np.asarray(level - slope * mean, np.float32)), (width, height))
    grey = cv2.cvtColor(part, cv2.COLOR_RGB2GRAY)
    mask = np.empty((height, width), np.uint8)
    for top in range(0, height, STRIP):
        rows = slice(top, top + STRIP)
        soft = wide_slope[rows] * (grey[rows] * np.float32(1 / 255)) + wide_rise[rows]
        mask[rows] = np.clip((soft - 0.5) * (SHARPER * 255) + 127.5, 0, 255)
    return mask


def _mean(values: Floats) -> Floats:
    side = 2 * GUIDE_RADIUS + 1
    return np.asarray(cv2.blur(values, (side, side), borderType=cv2.BORDER_REFLECT), np.float32)
