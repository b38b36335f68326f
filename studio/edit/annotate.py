"""Requests to annotators and their results, as plain data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.control_maps.openpose import Poses
from studio.control_maps.pose import Joints
from studio.control_maps.pose_edit import complete_person, preset
from studio.core.geometry import Rect
from studio.document.control import control_layer, pose_layer
from studio.document.layer import ControlLayer

Pixels = NDArray[np.uint8]
FILLS = 0.8
"""Height of the default person, relative to the canvas, if no person was found."""


@dataclass(frozen=True, slots=True, eq=False)
class AnnotateRequest:
    """Make the control image of a picture that covers ``region``.

    ``picture`` returns it, (h, w, 3) uint8 sRGB; compositing a large canvas takes a while and is
    left to the worker. ``annotator`` is a row of the table of annotators, ``kind`` the control kind
    of the layer, ``options`` are those of the annotator.
    """

    annotator: str
    kind: str
    picture: Callable[[], Pixels] = field(repr=False)
    region: Rect
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """The finished picture of an ``AnnotateRequest``, (h, w, 3) uint8 sRGB."""

    pixels: Pixels = field(repr=False)

    def __call__(self) -> Pixels:
        """Return the pixels."""
        return self.pixels


@dataclass(frozen=True, slots=True, eq=False)
class AnnotateResult:
    """The control image (h, w, 3) uint8; ``poses`` are the detected people of a pose annotator."""

    request: AnnotateRequest
    picture: Pixels = field(repr=False)
    poses: Poses | None = None


def annotated_layer(result: AnnotateResult, name: str) -> ControlLayer:
    """Return the control layer of a result.

    Every joint of a partly visible person gets a position, so that it can be shown and dragged; if
    no person was found, a standing one is placed in the middle.
    """
    region = result.request.region
    if result.poses is None:
        return control_layer(result.request.kind, result.picture, name, region.x, region.y)
    people = [complete_person(person) for person in result.poses.people] or [default_pose(region)]
    corner = np.array((region.x, region.y, 0), np.float32)
    moved = [person + corner for person in people]
    return pose_layer(moved, region, name)


def default_pose(region: Rect) -> Joints:
    """Return a standing person (18, 3) in the middle of a region, in pixels from its corner."""
    height = FILLS * min(region.width, region.height)
    return preset("standing", (region.width - height) / 2, (region.height - height) / 2, height)
