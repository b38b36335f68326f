"""From a photo to a control image."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Protocol

from studio.core.errors import StudioError
from studio.core.progress import Progress
from studio.edit.request import Pixels

ANNOTATORS: Mapping[str, str] = {
    "canny": "studio.engine.annotators.canny.CannyAnnotator",
    "lineart": "studio.engine.annotators.lineart.LineArtAnnotator",
}
"""Kind of control -> dotted name of a class without required arguments."""


class Annotator(Protocol):
    """Makes the control image of one kind."""

    def annotate(self, image: Pixels, progress: Progress) -> Pixels:
        """Return an (h, w, 3) uint8 control image for an (h, w, 3) uint8 sRGB picture."""


def annotator(kind: str, **options: object) -> Annotator:
    """Return the annotator for ``kind`` with its options; StudioError where there is none."""
    if kind not in ANNOTATORS:
        raise StudioError(
            "There is no way yet to make a control image of the kind {kind} from a picture.",
            "Choose another kind.",
            kind=kind,
        )
    module, name = ANNOTATORS[kind].rsplit(".", 1)
    made: Annotator = getattr(importlib.import_module(module), name)(**options)
    return made
