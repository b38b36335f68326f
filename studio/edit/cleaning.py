"""Mixes a photo with its cleaned version by the amounts of "Clean"."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]

LUMA = np.array((0.299, 0.587, 0.114), np.float32)
"""ITU-R BT.601."""
ROWS = 512
"""Rows that are mixed at a time."""


def shares(noise: float, jpeg: float) -> tuple[float, float]:
    """Return the shares of the cleaned picture in lightness and in colour, each 0..1.

    ``noise`` and ``jpeg`` are per cent. Coloured noise carries hardly any detail and is removed
    first, at half the amount (docs/performance.md: up to 0.5 dB better than one share for both);
    a JPEG file has lost detail in both alike.
    """
    light = max(noise, jpeg) / 100
    colour = max(min(1.0, 2 * noise / 100), jpeg / 100)
    return light, colour


def mixed(photo: Pixels, clean: Pixels, noise: float, jpeg: float) -> Pixels:
    """Return a photo mixed with its cleaned version, each (h, w, 3) uint8.

    Amounts of 0 return the photo's bytes. They are per cent, see ``shares``.
    """
    light, colour = shares(noise, jpeg)
    if light == 0 and colour == 0:
        return photo
    made = np.empty_like(photo)
    for top in range(0, photo.shape[0], ROWS):
        part = slice(top, top + ROWS)
        old = photo[part].astype(np.float32)
        change = clean[part].astype(np.float32) - old
        lightness = (change @ LUMA)[:, :, None]
        change = light * lightness + colour * (change - lightness)
        made[part] = np.rint(np.clip(old + change, 0, 255))
    return made
