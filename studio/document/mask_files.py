"""Derives a mask from a picture file: from its brightness, its alpha, or a hole in a photo."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from studio.core.notices import Notice, notice

Pixels = NDArray[np.uint8]

NEARLY = 16
"""The tolerance, in 1/255, of a grey value to black or white and of a channel to the others."""
SHARE = 0.98
"""The share of the pixels that have to match; the rest may be antialiased or stray."""


def mask_of(rgba: Pixels) -> tuple[Pixels, Notice | None]:
    """Return the mask in a picture, with a notice if the picture is ambiguous.

    ``rgba`` is (h, w, 4) uint8 with straight alpha, the mask (h, w) uint8 with 255 = change here.
    The mask of an opaque picture is its brightness, even if a few pixels are not quite opaque; of
    a single colour on a transparent ground it is the alpha; of a photo with a transparent hole it
    is the hole, as ComfyUI's mask editor saves it.
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
    """Whether visible pixels (n, 4) have nearly the same colour."""
    colours = pixels[:, :3].astype(np.int16)
    middle = np.median(colours, axis=0)
    return bool((np.abs(colours - middle).max(axis=1) <= NEARLY).mean() >= SHARE)


def _is_black_and_white(pixels: Pixels) -> bool:
    """Whether visible pixels (n, 4) are grey, and nearly all of them black or white."""
    colours = pixels[:, :3].astype(np.int16)
    grey = colours.max(axis=1) - colours.min(axis=1) <= NEARLY
    level = colours.mean(axis=1)
    ends = (level <= NEARLY) | (level >= 255 - NEARLY)
    return bool(grey.mean() >= SHARE and ends.mean() >= 0.9)
