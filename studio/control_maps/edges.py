"""Extracts edges and lines of a picture with OpenCV, for Canny and line art controls."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]

WIDER = 1.6
"""The second Gaussian's width over the first one's: a Laplacian of Gaussian, about (Marr 1980)."""

STANDARD_SIDE = 1024
"""The longer side, in pixels, at which edges are detected unless the artist asks for more."""


def canny_edges(image: Pixels, low: float = 100, high: float = 200, blur: float = 0) -> Pixels:
    """Return the edges of (h, w, 3) uint8 sRGB after Canny (1986) as (h, w, 3), white on black.

    ``low`` and ``high`` are the hysteresis thresholds on the gradient, 0..255 and beyond; ``blur``
    is the sigma in pixels of a Gaussian applied first, 0 for none.
    """
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    if blur > 0:
        grey = cv2.GaussianBlur(grey, (0, 0), blur)
    low, high = sorted((low, high))
    return _three(np.asarray(cv2.Canny(grey, low, high), np.uint8))


def line_art(image: Pixels, detail: float = 0.5, width: float = 1.4) -> Pixels:
    """Return soft white lines on black, (h, w, 3) uint8, of (h, w, 3) uint8 sRGB.

    By the extended difference of Gaussians (Winnemöller et al. 2012). A higher ``detail`` (0..1)
    draws fainter lines; ``width`` is the sigma in pixels of the finest line on a picture with a
    side of 1024.
    """
    detail = min(max(detail, 0.0), 1.0)
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY).astype(np.float32) / 255
    sigma = max(0.5, max(width, 0.3) * max(grey.shape) / STANDARD_SIDE)
    fine = cv2.GaussianBlur(grey, (0, 0), sigma)
    dark = cv2.GaussianBlur(grey, (0, 0), sigma * WIDER) - fine
    # A line is darker than its surroundings by more than a threshold.
    threshold = 0.06 * (1 - detail) ** 2 + 0.002
    lines = np.tanh(np.maximum(dark - threshold, 0) / (0.5 * threshold + 0.004))
    return _three(np.rint(lines * 255).astype(np.uint8))


def at_side(image: Pixels, side: int) -> Pixels:
    """Return a picture scaled down so that its longer side is at most ``side`` pixels."""
    height, width = image.shape[:2]
    if max(height, width) <= side:
        return image
    scale = side / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA))


def enlarge_lines(lines: Pixels, width: int, height: int) -> Pixels:
    """Return lines drawn on a small copy, scaled up to the size of the picture."""
    if lines.shape[:2] == (height, width):
        return lines
    return np.asarray(cv2.resize(lines, (width, height), interpolation=cv2.INTER_LINEAR))


def _three(grey: Pixels) -> Pixels:
    return np.repeat(grey[:, :, None], 3, axis=2)
