"""Scores pictures by a prompt, and finds a prompt's place in a photo."""

from __future__ import annotations

import math

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from studio.core.progress import Progress
from studio.engine.clip.model import Clip
from studio.photos.cut import components, fill_holes, grab_cut

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]

EMPTY = ("a photo", "an empty background", "nothing", "una foto")
"""What a window shows that shows nothing of the prompt."""
WINDOWS = (0.75, 0.5, 0.34)
"""Edges of the windows that are looked at, in parts of the photo's shorter edge."""
STRIDE = 0.25
"""The distance of two windows in parts of their edge."""
LONGEST = 384
"""The longer edge in pixels of the copy of the photo in which the place is found."""
MOST = 3.0
"""Proportions beyond which a photo has more windows along its longer side."""
BATCH = 32
LEAST = 0.6
"""The probability of the best window below which the thing is not there."""
SURE, POSSIBLE = 0.8, 0.6
"""Parts of the highest heat above which a pixel belongs to the thing, surely or probably."""


def to_tensor(picture: Pixels) -> Tensor:
    """Return a picture (h, w, 3) uint8 as (1, 3, h, w) in -1..1."""
    return torch.from_numpy(np.array(picture[..., :3])).permute(2, 0, 1)[None].float() / 127.5 - 1


def likeness(clip: Clip, pictures: list[Pixels], prompt: str, progress: Progress) -> Floats:
    """Return how well pictures (h, w, 3) uint8 fit a prompt, (n,) cosines in -1..1."""
    with torch.no_grad():
        text = clip.texts([prompt])
        found = []
        for number, one in enumerate(pictures):
            progress.report(number / len(pictures), "Comparing with the prompt")
            found.append(float((clip.pictures(to_tensor(one)) @ text.T)[0, 0]))
    return np.array(found, np.float32)


def likeness_of_two(clip: Clip, first: Pixels, second: Pixels) -> float:
    """Return the cosine of two pictures (h, w, 3) uint8, -1..1."""
    with torch.no_grad():
        one, other = (clip.pictures(to_tensor(picture)) for picture in (first, second))
    return float((one * other).sum())


def heat_map(clip: Clip, picture: Pixels, prompt: str, progress: Progress) -> tuple[Floats, float]:
    """Return the heat (h', w') in 0..1 of a prompt in a photo, and the highest probability.

    Windows of several sizes are compared with the prompt and with ``EMPTY``; the heat of a pixel is
    the mean over the sizes of the means of the windows that cover it, stretched to 0..1.
    The copy has at most ``LONGEST`` pixels along its longer edge.
    """
    small = _reduced(picture)
    height, width = small.shape[:2]
    heat, best = np.zeros((height, width), np.float32), 0.0
    with torch.no_grad():
        texts = clip.texts([prompt, *EMPTY])
        for number, part in enumerate(WINDOWS):
            progress.report(number / len(WINDOWS), "Looking for the place")
            edge = max(8, round(part * min(height, width)))
            places = [(top, left) for top in _steps(height, edge) for left in _steps(width, edge)]
            chances = _chances(clip, small, places, edge, texts, progress)
            best = max(best, float(chances.max()))
            heat += _spread(chances, places, edge, (height, width)) / len(WINDOWS)
    low, high = float(heat.min()), float(heat.max())
    return np.asarray((heat - low) / max(1e-6, high - low), np.float32), best


def place_mask(picture: Pixels, heat: Floats) -> Pixels:
    """Return the mask (h, w) uint8 of the thing in the hottest place of a photo (h, w, 3)."""
    small = cv2.resize(
        np.ascontiguousarray(picture[..., :3]), heat.shape[::-1], interpolation=cv2.INTER_AREA
    )
    peak = float(heat.max())
    warm = (heat > POSSIBLE * peak).astype(np.uint8)
    hot = (heat > SURE * peak).astype(np.uint8)
    pieces = components(warm, heat)
    if pieces:
        # Of several places the hottest; another copy of the thing needs another search.
        warm = max(pieces, key=lambda piece: float((heat * piece[1]).max()))[1]
    seeds = np.where(warm > 0, cv2.GC_PR_FGD, cv2.GC_BGD).astype(np.uint8)
    seeds[(warm > 0) & (hot == 0)] = cv2.GC_PR_BGD
    cut = grab_cut(np.asarray(small, np.uint8), seeds)
    found = components(cut, heat) if cut is not None else []
    is_likely = bool(found) and found[0][1].sum() > 0.1 * hot.sum()
    mask = fill_holes(found[0][1]) if is_likely else (hot & warm)
    size = (picture.shape[1], picture.shape[0])
    soft = cv2.resize(mask * 255, size, interpolation=cv2.INTER_LINEAR)
    return np.asarray(np.where(soft >= 128, 255, 0), np.uint8)


def _reduced(picture: Pixels) -> Pixels:
    height, width = picture.shape[:2]
    scale = min(1.0, LONGEST / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    plain = np.ascontiguousarray(picture[..., :3])
    return np.asarray(cv2.resize(plain, size, interpolation=cv2.INTER_AREA), np.uint8)


def _steps(length: int, edge: int) -> list[int]:
    """Return where windows of an edge begin so that they cover a length evenly."""
    room = max(0, length - edge)
    count = 1 + math.ceil(min(room, MOST * length) / max(1.0, STRIDE * edge))
    return sorted({round(room * number / max(1, count - 1)) for number in range(count)})


def _chances(
    clip: Clip,
    small: Pixels,
    places: list[tuple[int, int]],
    edge: int,
    texts: Tensor,
    progress: Progress,
) -> Floats:
    """Return the probability (n,) that each window shows the first of ``texts``."""
    whole, found = to_tensor(small), []
    for start in range(0, len(places), BATCH):
        progress.check()
        pieces = [
            whole[..., top : top + edge, left : left + edge]
            for top, left in places[start : start + BATCH]
        ]
        like = clip.factor * clip.pictures(torch.cat(pieces)) @ texts.T
        # The likeliest other text counts, since all of them say the same.
        pair = torch.stack([like[:, 0], like[:, 1:].amax(1)], 1)
        found.append(pair.softmax(1)[:, 0])
    return np.asarray(torch.cat(found).numpy(), np.float32)


def _spread(
    chances: Floats, places: list[tuple[int, int]], edge: int, size: tuple[int, int]
) -> Floats:
    """Return the mean of the windows over each pixel (h, w), weighted to their middles."""
    line = np.hanning(edge + 2)[1:-1].astype(np.float32)
    weight = np.outer(line, line)
    total, weights = np.zeros(size, np.float32), np.full(size, 1e-6, np.float32)
    for chance, (top, left) in zip(chances, places, strict=True):
        part = np.s_[top : top + edge, left : left + edge]
        fits = weight[: total[part].shape[0], : total[part].shape[1]]
        total[part] += chance * fits
        weights[part] += fits
    return np.asarray(total / weights, np.float32)
