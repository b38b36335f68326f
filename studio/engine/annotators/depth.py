"""Depth of a photo without a model: a ground plane without objects."""

from __future__ import annotations

from studio.control_maps.depth import ground
from studio.core.progress import Progress
from studio.edit.request import Pixels


class DepthAnnotator:
    """A ground plane that recedes towards the top, independent of the photo's content.

    A single photo has no layer order, and without a network the depth of its objects is unknown:
    only the size of the photo is used. It is a start to paint on; the document's layers
    (``depth_from_layers``) or MiDaS give more. ``horizon`` is the height at which the ground ends,
    as a fraction from the top, 0..1.
    """

    def __init__(self, horizon: float = 0.0) -> None:
        self.horizon = horizon

    def annotate(self, image: Pixels, progress: Progress) -> Pixels:
        """Return an (h, w, 3) uint8 depth map, white = near, for an (h, w, 3) uint8 picture."""
        progress.report(0.0, "Drawing the ground")
        return ground(image.shape[1], image.shape[0], self.horizon)
