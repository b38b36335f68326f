"""Edges after Canny (1986), by OpenCV."""

from __future__ import annotations

import cv2
import numpy as np

from studio.core.progress import Progress
from studio.edit.request import Pixels


class CannyAnnotator:
    """White one-pixel edges on black, as the public Canny ControlNets expect.

    ``low`` and ``high`` are the hysteresis thresholds on the gradient, 0..255 and beyond; ``blur``
    is the sigma in pixels of a Gaussian before it, 0 for none.
    """

    def __init__(self, low: float = 100, high: float = 200, blur: float = 0) -> None:
        self.low = low
        self.high = high
        self.blur = blur

    def annotate(self, image: Pixels, progress: Progress) -> Pixels:
        """Return the (h, w, 3) uint8 edges of an (h, w, 3) uint8 sRGB picture."""
        progress.report(0.0, "Finding edges")
        grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
        if self.blur > 0:
            grey = cv2.GaussianBlur(grey, (0, 0), self.blur)
        low, high = sorted((self.low, self.high))
        edges = cv2.Canny(grey, low, high)
        progress.report(1.0, "Finding edges")
        return np.repeat(edges[:, :, None], 3, axis=2).astype(np.uint8)
