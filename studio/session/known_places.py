"""Remembers masks of canvases that were cropped or scaled, so that undo restores them exactly."""

from __future__ import annotations

from collections import deque

from studio.document.document import Document
from studio.document.frame import Frame
from studio.document.raster import Raster
from studio.edit.rescaling import reframed

MOST = 32
"""Masks that are remembered; a document has at most a dozen."""


class KnownPlaces:
    """The forms of each mask by the frame of the canvas; the newest masks are kept."""

    def __init__(self) -> None:
        self._masks: deque[dict[Frame, Raster]] = deque(maxlen=MOST)

    def on(self, raster: Raster, old: Document, new: Document) -> Raster:
        """Return a mask of the canvas ``old`` on the canvas ``new``."""
        forms = next((one for one in self._masks if one.get(old.frame) is raster), None)
        if forms is None:
            forms = {old.frame: raster}
            self._masks.append(forms)
        if new.frame not in forms:
            forms[new.frame] = reframed(raster, old, new)
        return forms[new.frame]
