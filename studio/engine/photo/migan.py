"""MI-GAN (Sargsyan et al. 2023), the network that fills holes, by OpenCV's runtime."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Mask = NDArray[np.bool_]

SIDE = 512
"""Side in pixels of the square that the network was trained on."""


class Migan:
    """The network loaded from its ONNX file."""

    def __init__(self, file: Path) -> None:
        dnn: Any = cv2.dnn
        self._net = dnn.readNetFromONNX(str(file))

    def fill(self, image: Pixels, hole: Mask) -> Pixels:
        """Return ``image`` (512, 512, 3) uint8 RGB with ``hole`` (512, 512) filled.

        The network blends softly, so that pixels near the hole change as well.
        """
        assert image.shape == (SIDE, SIDE, 3)
        pixels = np.ascontiguousarray(image.transpose(2, 0, 1))[None]
        mask = np.where(hole, 0, 255).astype(np.uint8)[None, None]
        self._net.setInput(pixels, "image")
        self._net.setInput(mask, "mask")
        result: Pixels = self._net.forward()[0].transpose(1, 2, 0)
        return np.ascontiguousarray(result)
