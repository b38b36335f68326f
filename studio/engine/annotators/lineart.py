"""Line art by the extended difference of Gaussians (Winnemöller et al. 2012), by OpenCV."""

from __future__ import annotations

import cv2
import numpy as np

from studio.core.progress import Progress
from studio.edit.request import Pixels

WIDER = 1.6
"""The second Gaussian's width over the first one's: a Laplacian of Gaussian, about (Marr 1980)."""

STANDARD_SIDE = 1024


class LineArtAnnotator:
    """Soft white lines on black, as the public line art ControlNets expect.

    ``detail`` (0..1) is how faint a line may be that is still drawn; ``width`` is the sigma in
    pixels of the finest line on a picture with a side of 1024.
    """

    def __init__(self, detail: float = 0.5, width: float = 1.4) -> None:
        self.detail = min(max(detail, 0.0), 1.0)
        self.width = max(width, 0.3)

    def annotate(self, image: Pixels, progress: Progress) -> Pixels:
        """Return the (h, w, 3) uint8 lines of an (h, w, 3) uint8 sRGB picture."""
        progress.report(0.0, "Drawing lines")
        grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY).astype(np.float32) / 255
        sigma = max(0.5, self.width * max(grey.shape) / STANDARD_SIDE)
        fine = cv2.GaussianBlur(grey, (0, 0), sigma)
        progress.report(0.4, "Drawing lines")
        dark = cv2.GaussianBlur(grey, (0, 0), sigma * WIDER) - fine
        progress.report(0.8, "Drawing lines")
        # A line is where the picture is darker than around it, by more than a threshold.
        threshold = 0.06 * (1 - self.detail) ** 2 + 0.002
        lines = np.tanh(np.maximum(dark - threshold, 0) / (0.5 * threshold + 0.004))
        levels = np.rint(lines * 255).astype(np.uint8)
        progress.report(1.0, "Drawing lines")
        return np.repeat(levels[:, :, None], 3, axis=2)
