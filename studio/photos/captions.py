"""Proposes the training caption of a photo, with a placeholder for the subject's name."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from studio.control_maps.edges import at_side
from studio.photos.masks import HALF

Pixels = NDArray[np.uint8]
Colour = tuple[int, int, int]

PLAIN = "a photo of {subject}"
ON_COLOUR = "a photo of {{subject}} on {article} {colour} background"

WORK_SIDE = 128
LEAST_GROUND = 0.08
"""A background that takes up a smaller share of the photo is not mentioned."""

ONE_COLOUR = 0.9
"""The share of the background that has to be near its median colour."""

NEAR = 20.0
"""The largest such distance in CIELAB; it allows for light that falls off across a wall."""

COLOURS: tuple[tuple[str, Colour], ...] = (
    ("white", (255, 255, 255)), ("white", (238, 238, 236)), ("white", (250, 246, 235)),
    ("grey", (205, 205, 207)), ("grey", (150, 152, 156)), ("grey", (110, 110, 112)),
    ("grey", (75, 76, 80)), ("black", (0, 0, 0)), ("black", (30, 30, 33)),
    ("red", (222, 62, 58)), ("red", (240, 20, 20)), ("red", (150, 20, 25)),
    ("orange", (245, 150, 50)), ("orange", (255, 110, 20)), ("orange", (245, 180, 110)),
    ("yellow", (250, 218, 84)), ("yellow", (255, 245, 30)), ("yellow", (250, 240, 160)),
    ("yellow", (205, 175, 40)),
    ("green", (92, 186, 100)), ("green", (20, 120, 45)), ("green", (165, 215, 110)),
    ("green", (180, 225, 180)), ("green", (90, 110, 50)), ("green", (25, 60, 30)),
    ("blue", (74, 138, 228)), ("blue", (30, 60, 200)), ("blue", (150, 195, 240)),
    ("blue", (25, 40, 100)), ("blue", (70, 100, 150)), ("blue", (200, 222, 245)),
    ("purple", (150, 96, 206)), ("purple", (90, 30, 130)), ("purple", (200, 170, 230)),
    ("pink", (248, 158, 190)), ("pink", (250, 205, 215)), ("pink", (235, 60, 150)),
    ("brown", (146, 100, 66)), ("brown", (95, 60, 35)), ("brown", (190, 150, 110)),
    ("brown", (55, 38, 28)),
    ("turquoise", (70, 194, 190)), ("turquoise", (20, 130, 135)), ("turquoise", (165, 225, 220)),
)  # fmt: skip
"""Shades, sRGB 0..255, of the colour names in the vocabulary of image models and the starter."""


def propose_caption(image: Pixels, mask: Pixels) -> str:
    """Return an English caption with ``{subject}`` as the placeholder for the name.

    ``image`` is (h, w, 3) uint8, ``mask`` (h, w) uint8. A background of one colour is named, so
    that its colour is attributed to the background and not to the subject.
    """
    colour = background_colour(image, mask)
    if not colour:
        return PLAIN
    article = "an" if colour[0] in "aeiou" else "a"
    return ON_COLOUR.format(article=article, colour=colour)


def background_colour(image: Pixels, mask: Pixels) -> str:
    """Return the name of the colour around a subject; "" if it is not nearly uniform."""
    small, shape = at_side(image[:, :, :3], WORK_SIDE), at_side(mask, WORK_SIDE)
    # The subject's soft edge belongs to neither the subject nor the background.
    near = cv2.dilate(shape, np.ones((5, 5), np.uint8))
    ground = small[near <= HALF // 2]
    if len(ground) < LEAST_GROUND * shape.size:
        return ""
    lab = _lab(ground)
    middle = np.median(lab, axis=0)
    same = np.linalg.norm(lab - middle, axis=1) <= NEAR
    if float(same.mean()) < ONE_COLOUR:
        return ""
    return _named(middle.astype(np.float32))


def colour_name(colour: Colour) -> str:
    """Return the name of the shade nearest to an sRGB colour, 0..255, in CIELAB (CIE 1976)."""
    return _named(_lab(np.array([colour], np.uint8))[0])


def _named(lab: NDArray[np.float32]) -> str:
    table = _lab(np.array([shade for _, shade in COLOURS], np.uint8))
    return COLOURS[int(np.linalg.norm(table - lab, axis=1).argmin())][0]


def _lab(colours: Pixels) -> NDArray[np.float32]:
    """Return (n, 3) uint8 sRGB as CIELAB, L 0..100."""
    row = np.ascontiguousarray(colours)[None].astype(np.float32) / np.float32(255)
    return np.asarray(cv2.cvtColor(row, cv2.COLOR_RGB2LAB)[0], np.float32)
