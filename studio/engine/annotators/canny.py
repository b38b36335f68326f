"""Edges after Canny (1986), by OpenCV."""

from __future__ import annotations

from studio.control_maps.edges import STANDARD_SIDE, at_side, canny_edges, enlarge_lines
from studio.core.progress import Progress
from studio.edit.request import Pixels


class CannyAnnotator:
    """White edges on black, as the public Canny ControlNets expect.

    Options as for ``canny_edges``; the picture is scaled down to a longer side of ``side`` pixels,
    as in a large photo all grain would become edges.
    """

    def __init__(
        self, low: float = 100, high: float = 200, blur: float = 0, side: int = STANDARD_SIDE
    ) -> None:
        self.low = low
        self.high = high
        self.blur = blur
        self.side = max(64, side)

    def annotate(self, image: Pixels, progress: Progress) -> Pixels:
        """Return the (h, w, 3) uint8 edges of an (h, w, 3) uint8 sRGB picture."""
        progress.report(0.0, "Finding edges")
        edges = canny_edges(at_side(image, self.side), self.low, self.high, self.blur)
        progress.report(1.0, "Finding edges")
        return enlarge_lines(edges, image.shape[1], image.shape[0])
