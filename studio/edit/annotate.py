"""What the artist asks of an annotator, and what comes back, as plain data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.control_maps.openpose import Poses
from studio.control_maps.pose import Joints
from studio.control_maps.pose_edit import completed, preset
from studio.core.geometry import Rect
from studio.document.control import control_layer, pose_layer
from studio.document.layer import ControlLayer

Pixels = NDArray[np.uint8]
FILLS = 0.8
"""How much of the canvas' height somebody takes who is put there because nobody was found."""


@dataclass(frozen=True, slots=True, eq=False)
class AnnotateRequest:
    """Make the control image of a picture that covers ``region``.

    ``picture`` returns it, (h, w, 3) uint8 sRGB; on a large canvas that takes a while, and is left
    to whoever does the work.
    ``annotator`` is a row of the table of annotators, ``kind`` the kind of control that the layer
    is of, ``options`` are the annotator's.
    """

    annotator: str
    kind: str
    picture: Callable[[], Pixels] = field(repr=False)
    region: Rect
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """The picture of an ``AnnotateRequest``, (h, w, 3) uint8 sRGB, once it was made."""

    pixels: Pixels = field(repr=False)

    def __call__(self) -> Pixels:
        """Return it."""
        return self.pixels


@dataclass(frozen=True, slots=True, eq=False)
class AnnotateResult:
    """The control image (h, w, 3) uint8; ``poses`` are the people where those were looked for."""

    request: AnnotateRequest
    picture: Pixels = field(repr=False)
    poses: Poses | None = None


def annotated_layer(result: AnnotateResult, name: str) -> ControlLayer:
    """Return the control layer of a result.

    Every joint of a half-seen person gets a place, so that it can be shown and dragged; where
    nobody was found there is somebody standing in the middle.
    """
    region = result.request.region
    if result.poses is None:
        return control_layer(result.request.kind, result.picture, name, region.x, region.y)
    people = [completed(person) for person in result.poses.people] or [somebody(region)]
    corner = np.array((region.x, region.y, 0), np.float32)
    moved = [person + corner for person in people]
    return pose_layer(moved, region, name)


def somebody(region: Rect) -> Joints:
    """Return a standing person (18, 3) in the middle of a region, in pixels from its corner."""
    height = FILLS * min(region.width, region.height)
    return preset("standing", (region.width - height) / 2, (region.height - height) / 2, height)
