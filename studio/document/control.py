"""Control layers: made from a picture or a skeleton, and what one says about a region."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from studio.core.geometry import Rect
from studio.document.blend import BlendMode
from studio.document.layer import Control, ControlLayer, RasterLayer, Skeleton
from studio.document.pose import JOINTS, Joints, draw_pose
from studio.document.raster import Pixels, Raster

POSE = "pose"
LINES = ("canny", "lineart", "scribble", "softedge", POSE)
"""Kinds that are light lines on black: laid over a picture as a screen, black shows nothing."""
SOLID_OPACITY = 0.5
MODES = ("balanced", "prompt", "control")


def control_layer(kind: str, pixels: Pixels, name: str, x: int = 0, y: int = 0) -> ControlLayer:
    """Return a layer of a control image (h, w, 3) uint8 with its corner at x, y."""
    opaque = np.dstack([pixels, np.full(pixels.shape[:2], 255, np.uint8)])
    return _layer(Control(kind=kind), Raster.from_array(opaque, x, y), name)


def pose_layer(people: Iterable[Joints], canvas: Rect, name: str) -> ControlLayer:
    """Return a layer of skeletons, each (18, 3) with x and y in document pixels."""
    skeletons = tuple(as_skeleton(person) for person in people)
    control = Control(kind=POSE, people=skeletons)
    return _layer(control, _drawn(skeletons, canvas), name)


def as_control(layer: RasterLayer, kind: str) -> ControlLayer:
    """Return a raster layer as a control layer of a kind, with the same id, pixels and place."""
    made = _layer(Control(kind=kind), layer.raster, layer.name)
    return made.replace(id=layer.id, x=layer.x, y=layer.y, mask=layer.mask, locked=layer.locked)


def with_people(layer: ControlLayer, people: Iterable[Joints], canvas: Rect) -> ControlLayer:
    """Return a pose layer with other people, in pixels of the layer, drawn anew."""
    skeletons = tuple(as_skeleton(person) for person in people)
    control = layer.control.replace(people=skeletons)
    raster = _drawn(skeletons, canvas.shift(-layer.x, -layer.y))
    return layer.replace(control=control, raster=raster)


def people_of(layer: ControlLayer) -> list[Joints]:
    """Return the people (18, 3) float32 of a pose layer, in pixels of the layer."""
    return [np.array(person, np.float32) for person in layer.control.people]


def as_skeleton(person: Joints) -> Skeleton:
    """Return joints (18, 3) as plain numbers, to a hundredth of a pixel."""
    return tuple((round(float(x), 2), round(float(y), 2), float(seen)) for x, y, seen in person)


def control_picture(layer: ControlLayer, region: Rect) -> Pixels | None:
    """Return what a layer says about a region as (h, w, 3) uint8; None where it says nothing.

    A pose is drawn anew, so that its lines are as wide as they should be for the region.
    """
    local = region.shift(-layer.x, -layer.y)
    rgba = layer.raster.read(local)
    if layer.mask is not None and layer.mask.enabled:
        rgba[layer.mask.raster.read(local)[:, :, 0] == 0] = 0
    if not rgba[:, :, 3].any():
        return None
    if layer.control.people:
        moved = [person - _corner(local) for person in people_of(layer)]
        return draw_pose(moved, region.width, region.height)
    alpha = rgba[:, :, 3:].astype(np.uint16)
    return ((rgba[:, :, :3] * alpha + 127) // 255).astype(np.uint8)


def read_control(stored: Mapping[str, Any]) -> Control:
    """Return what `dataclasses.asdict` made of a Control; ValueError where it cannot be one."""
    numbers = [float(stored[name]) for name in ("strength", "start", "end")]
    if not all(map(math.isfinite, numbers)):
        raise ValueError("a control's numbers")
    mode = str(stored.get("mode", "balanced"))
    return Control(
        kind=str(stored["kind"]),
        strength=min(max(numbers[0], 0.0), 2.0),
        start=min(max(numbers[1], 0.0), 1.0),
        end=min(max(numbers[2], 0.0), 1.0),
        mode=mode if mode in MODES else "balanced",
        model=str(stored.get("model", "")),
        used=bool(stored.get("used", True)),
        people=tuple(_read_person(person) for person in stored.get("people", ())),
    )


def _read_person(stored: Any) -> Skeleton:
    rows = tuple((float(x), float(y), float(seen)) for x, y, seen in stored)
    if len(rows) != len(JOINTS) or not all(math.isfinite(n) for row in rows for n in row):
        raise ValueError("a person's joints")
    return rows


def _layer(control: Control, raster: Raster, name: str) -> ControlLayer:
    lines = control.kind in LINES
    return ControlLayer(
        name=name,
        raster=raster,
        control=control,
        blend=BlendMode.SCREEN if lines else BlendMode.NORMAL,
        opacity=1.0 if lines else SOLID_OPACITY,
    )


def _corner(rect: Rect) -> Joints:
    return np.array((rect.x, rect.y, 0), np.float32)


def _drawn(people: tuple[Skeleton, ...], canvas: Rect) -> Raster:
    """Draw skeletons at the size of a canvas; where there is no line it is transparent."""
    moved = [np.array(person, np.float32) - _corner(canvas) for person in people]
    drawn = draw_pose(moved, canvas.width, canvas.height)
    alpha = np.where(drawn.any(axis=2), np.uint8(255), np.uint8(0))
    return Raster.from_array(np.dstack([drawn, alpha]), canvas.x, canvas.y)
