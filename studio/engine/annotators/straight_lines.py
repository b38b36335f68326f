"""Straight lines by M-LSD (Gu et al. 2021, arXiv 2106.00186), in OpenCV."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from studio.core.assets.places import asset_path, damaged_asset
from studio.core.progress import Progress
from studio.edit.request import Pixels

TEXT = "Finding straight lines"
SIDE = 512
"""The side of the network's input in pixels; its maps have half of it."""
STRIDE = 2
SCORE = 0.1
"""Least score of a line's middle, 0..1, as in the authors' demo and the public ControlNets."""
LENGTH = 10.0
"""Least length of a line in cells of the maps."""

Lines = NDArray[np.float32]


class StraightLinesAnnotator:
    """White straight lines on black, as the public M-LSD ControlNets expect.

    ``score`` is the least score of a line, 0..1: a smaller one finds fainter lines.
    """

    def __init__(self, score: float = SCORE) -> None:
        self.score = min(max(0.01, float(score)), 1.0)

    def annotate(self, image: Pixels, progress: Progress) -> Pixels:
        """Return the (h, w, 3) uint8 lines of an (h, w, 3) uint8 sRGB picture.

        StudioError if the weights are missing or damaged.
        """
        progress.report(0.0, TEXT)
        lines = find_lines(image, self.score)
        progress.check()
        drawn = np.zeros(image.shape, np.uint8)
        thickness = max(1, round(max(image.shape[:2]) / SIDE))
        # The last four bits of OpenCV's coordinates are fractions of a pixel.
        for x0, y0, x1, y1 in np.rint(lines * 16).astype(int).tolist():
            cv2.line(drawn, (x0, y0), (x1, y1), (255, 255, 255), thickness, cv2.LINE_AA, 4)
        progress.report(1.0, TEXT)
        return drawn


def find_lines(image: Pixels, score: float = SCORE) -> Lines:
    """Return the straight lines of an (h, w, 3) uint8 sRGB picture, (n, 4) float32 of x0 y0 x1 y1.

    They are in the picture's pixels, with the centre of the first pixel at 0, and clipped to it.
    """
    height, width = image.shape[:2]
    seen = cv2.resize(image, (SIDE, SIDE), interpolation=cv2.INTER_AREA).astype(np.float32)
    # The fourth channel marks pixels of the picture, as against padding.
    picture = np.dstack([seen, np.ones((SIDE, SIDE), np.float32)])[None]
    try:
        network = cv2.dnn.readNetFromONNX(str(asset_path("mlsd")))
        network.setInput(picture)
        offsets, scores = network.forward(["offsets", "scores"])
    except cv2.error as error:
        raise damaged_asset("mlsd") from error
    rows, columns = np.nonzero(scores[0, :, :, 0] >= score)
    middles = np.stack([columns, rows, columns, rows], 1).astype(np.float32)
    ends = middles + offsets[0, rows, columns]
    ends = ends[np.hypot(ends[:, 2] - ends[:, 0], ends[:, 3] - ends[:, 1]) >= LENGTH]
    factor = np.array((width, height, width, height), np.float32) * (STRIDE / SIDE)
    last = np.array((width - 1, height - 1, width - 1, height - 1), np.float32)
    clipped: Lines = np.clip((ends + 0.5) * factor - 0.5, 0, last).astype(np.float32)
    return clipped
