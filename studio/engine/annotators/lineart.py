"""Line art by the extended difference of Gaussians, by OpenCV."""

from __future__ import annotations

from studio.control_maps.edges import STANDARD_SIDE, at_side, enlarge_lines, line_art
from studio.core.progress import Progress
from studio.edit.request import Pixels


class LineArtAnnotator:
    """Soft white lines on black, as the public line art ControlNets expect.

    Options as for ``line_art``; the picture is scaled down to a longer side of ``side`` pixels.
    """

    def __init__(self, detail: float = 0.5, width: float = 1.4, side: int = STANDARD_SIDE) -> None:
        self.detail = detail
        self.width = width
        self.side = max(64, side)

    def annotate(self, image: Pixels, progress: Progress) -> Pixels:
        """Return the (h, w, 3) uint8 lines of an (h, w, 3) uint8 sRGB picture."""
        progress.report(0.0, "Drawing lines")
        lines = line_art(at_side(image, self.side), self.detail, self.width)
        progress.report(1.0, "Drawing lines")
        return enlarge_lines(lines, image.shape[1], image.shape[0])
