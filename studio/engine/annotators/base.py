"""Derives a control image from a photo."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Protocol, runtime_checkable

from studio.control_maps.openpose import Poses
from studio.control_maps.pose import draw_pose
from studio.core.errors import StudioError
from studio.core.geometry import Rect
from studio.core.progress import Progress
from studio.edit.annotate import AnnotateRequest, AnnotateResult, default_pose
from studio.edit.request import Pixels

ANNOTATORS: Mapping[str, str] = {
    "canny": "studio.engine.annotators.canny.CannyAnnotator",
    "lineart": "studio.engine.annotators.lineart.LineArtAnnotator",
    "pose": "studio.engine.annotators.pose.PoseAnnotator",
    "depth": "studio.engine.annotators.depth.DepthAnnotator",
    "segmentation": "studio.engine.annotators.segmentation.SegmentationAnnotator",
    "softedge": "studio.engine.annotators.soft_edges.SoftEdgeAnnotator",
    "mlsd": "studio.engine.annotators.straight_lines.StraightLinesAnnotator",
    "pidinet": "studio.engine.annotators.detectors.pidinet",
    "pidinet-scribble": "studio.engine.annotators.detectors.pidinet_scribble",
    "hed": "studio.engine.annotators.detectors.hed",
    "hed-scribble": "studio.engine.annotators.detectors.hed_scribble",
    "aux-lineart": "studio.engine.annotators.detectors.lineart",
    "aux-lineart-coarse": "studio.engine.annotators.detectors.lineart_coarse",
    "midas": "studio.engine.annotators.detectors.midas",
    "aux-openpose": "studio.engine.annotators.detectors.openpose",
}
"""Id -> dotted name of a class without required arguments; some ids are kinds of control."""


def annotate(request: AnnotateRequest, progress: Progress) -> AnnotateResult:
    """Run a request; the result of an annotator that finds people includes their poses."""
    maker = annotator(request.annotator, **request.options)
    picture = request.picture()
    progress.check()
    if isinstance(maker, PoseFinder):
        poses = maker.find(picture, progress)
        return AnnotateResult(request, drawn_poses(poses), poses)
    return AnnotateResult(request, maker.annotate(picture, progress))


def drawn_poses(poses: Poses) -> Pixels:
    """Return the (h, w, 3) uint8 skeletons of people, or a default figure if there are none."""
    return draw_pose(ensure_people(poses).people, poses.width, poses.height)


def ensure_people(poses: Poses) -> Poses:
    """Return ``poses``, or a default figure in the middle if no people were found.

    It is the same figure that the layer of a result shows, so that a map is never empty.
    """
    if poses.people:
        return poses
    whole = Rect(0, 0, poses.width, poses.height)
    return Poses(poses.width, poses.height, (default_pose(whole),))


@runtime_checkable
class PoseFinder(Protocol):
    """An annotator that finds people."""

    def find(self, image: Pixels, progress: Progress) -> Poses:
        """Return the people in an (h, w, 3) uint8 sRGB picture, in its pixels."""


class Annotator(Protocol):
    """Makes control images of one kind."""

    def annotate(self, image: Pixels, progress: Progress) -> Pixels:
        """Return an (h, w, 3) uint8 control image for an (h, w, 3) uint8 sRGB picture."""


def annotator(kind: str, **options: object) -> Annotator:
    """Return the annotator for ``kind`` with its options; StudioError if there is none."""
    if kind not in ANNOTATORS:
        raise StudioError(
            "Lienzo cannot make a control image of the kind {kind} from a picture yet.",
            "Choose another kind.",
            kind=kind,
        )
    module, name = ANNOTATORS[kind].rsplit(".", 1)
    made: Annotator = getattr(importlib.import_module(module), name)(**options)
    return made
