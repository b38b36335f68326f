"""From a photo to a control image."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Protocol, runtime_checkable

from studio.core.errors import StudioError
from studio.core.progress import Progress
from studio.document.io.openpose import Poses
from studio.document.pose import draw_pose
from studio.edit.annotate import AnnotateRequest, AnnotateResult
from studio.edit.request import Pixels

ANNOTATORS: Mapping[str, str] = {
    "canny": "studio.engine.annotators.canny.CannyAnnotator",
    "lineart": "studio.engine.annotators.lineart.LineArtAnnotator",
}
"""Kind of control -> dotted name of a class without required arguments."""


def annotate(request: AnnotateRequest, progress: Progress) -> AnnotateResult:
    """Do what a request asks; an annotator that finds people says where they stand."""
    maker = annotator(request.annotator, **request.options)
    if isinstance(maker, PoseFinder):
        poses = maker.find(request.image, progress)
        height, width = request.image.shape[:2]
        return AnnotateResult(request, draw_pose(poses.people, width, height), poses)
    return AnnotateResult(request, maker.annotate(request.image, progress))


@runtime_checkable
class PoseFinder(Protocol):
    """An annotator that finds people."""

    def find(self, image: Pixels, progress: Progress) -> Poses:
        """Return the people in an (h, w, 3) uint8 sRGB picture, in its pixels."""


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
