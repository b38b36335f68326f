"""Depth of a photo without a model: the ground, and nothing that stands on it."""

from __future__ import annotations

from studio.control_maps.depth import ground
from studio.core.progress import Progress
from studio.edit.request import Pixels


class DepthAnnotator:
    """A ground that gets farther towards the top, whatever the photo shows.

    One photo alone has no order of layers, and without a network nothing tells how far its things
    are: this looks at the size of the photo only. It is a start to paint on; the document's layers
    (``depth_from_layers``) or MiDaS say more. ``horizon`` is where the ground ends, as a part of
    the height from the top, 0..1.
    """

    def __init__(self, horizon: float = 0.0) -> None:
        self.horizon = horizon

    def annotate(self, image: Pixels, progress: Progress) -> Pixels:
        """Return an (h, w, 3) uint8 depth map, near white, of an (h, w, 3) uint8 picture's size."""
        progress.report(0.0, "Drawing the ground")
        return ground(image.shape[1], image.shape[0], self.horizon)
