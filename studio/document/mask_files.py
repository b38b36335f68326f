"""Reads the mask out of a picture file: its brightness, its alpha, or the hole in a photo."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from studio.core.notices import Notice, notice

Pixels = NDArray[np.uint8]

NEARLY = 16
"""How far a grey value may be from black or white, and a channel from the others, in 1/255."""
SHARE = 0.98
"""The share of the pixels that have to agree; the rest may be antialiased or stray."""


def mask_of(rgba: Pixels) -> tuple[Pixels, Notice | None]:
    """Return the mask that a picture holds, and what to say if it could be read in another way.

    ``rgba`` is (h, w, 4) uint8 with straight alpha, the mask (h, w) uint8 with 255 = change here.
    An opaque picture counts by its brightness, also when a few pixels are not quite opaque. A
    single colour on a transparent ground counts by its alpha. A photo with a transparent hole is
    changed in the hole, as ComfyUI's mask editor saves it.
    """
    alpha = np.ascontiguousarray(rgba[:, :, 3])
    grey = np.asarray(cv2.cvtColor(rgba[:, :, :3], cv2.COLOR_RGB2GRAY), np.uint8)
    if (alpha == 255).all():
        return grey, None
    visible = alpha > 0
    if not visible.any():
        return grey, notice("The mask is fully transparent, so its brightness is used.")
    if _is_one_colour(rgba[visible]):
        if (alpha >= 255 - NEARLY).mean() < SHARE:
            return alpha, None
        return grey, _brightness()
    if _is_black_and_white(rgba[visible]):
        shown = grey.astype(np.uint16) * alpha // 255
        return shown.astype(np.uint8), _brightness()
    return 255 - alpha, notice(
        "The mask is a photo with a transparent hole: the hole is changed, the rest is kept."
    )


def _brightness() -> Notice:
    return notice("The mask is black and white and has transparency: its white parts are changed.")


def _is_one_colour(pixels: Pixels) -> bool:
    """Tell whether visible pixels (n, 4) have nearly the same colour."""
    colours = pixels[:, :3].astype(np.int16)
    middle = np.median(colours, axis=0)
    return bool((np.abs(colours - middle).max(axis=1) <= NEARLY).mean() >= SHARE)


def _is_black_and_white(pixels: Pixels) -> bool:
    """Tell whether visible pixels (n, 4) are grey, and nearly all of them black or white."""
    colours = pixels[:, :3].astype(np.int16)
    grey = colours.max(axis=1) - colours.min(axis=1) <= NEARLY
    level = colours.mean(axis=1)
    ends = (level <= NEARLY) | (level >= 255 - NEARLY)
    return bool(grey.mean() >= SHARE and ends.mean() >= 0.9)
