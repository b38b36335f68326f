"""Segments of similar colour in a photo, by OpenCV, in the colours of segmentation classes."""

from __future__ import annotations

from studio.control_maps.segmentation import CLASSES, colour_segments, group_segments, superpixels
from studio.core.progress import Progress
from studio.edit.request import Pixels


class SegmentationAnnotator:
    """Superpixels grouped by colour into at most ``regions`` segments of distinct class colours.

    Nothing is recognised: the shapes come from the photo, and the artist assigns their classes by
    filling them. ``detail`` is the approximate number of superpixels.
    """

    def __init__(self, regions: int = 12, detail: int = 600) -> None:
        self.regions = min(max(1, int(regions)), len(CLASSES))
        self.detail = max(1, int(detail))

    def annotate(self, image: Pixels, progress: Progress) -> Pixels:
        """Return the (h, w, 3) uint8 map of an (h, w, 3) uint8 sRGB picture."""
        progress.report(0.0, "Dividing the picture into regions")
        labels = superpixels(image, self.detail)
        progress.report(0.5, "Grouping regions by colour")
        groups = group_segments(image, labels, self.regions)
        progress.report(0.9, "Grouping regions by colour")
        return colour_segments(groups)
