"""Makes control layers from a picture or skeletons, and the control image for a crop."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from studio.control_maps.pose import JOINTS, LIMBS, Joints, draw_pose, line_radius
from studio.core.geometry import Rect
from studio.document.blend import BlendMode
from studio.document.layer import Control, ControlLayer, RasterLayer, Skeleton
from studio.document.raster import TILE, Key, Pixels, Raster, keys_in, tile_rect

POSE = "pose"
LINES = ("canny", "lineart", "scribble", "softedge", POSE)
"""Kinds drawn as light lines on black: shown over a picture in screen mode, so black vanishes."""
SOLID_OPACITY = 0.5
FAR = 100_000.0
"""The largest coordinate of a joint, in pixels."""

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
    """Return a raster layer as a control layer of a kind, with the same id, pixels and position."""
    made = _layer(Control(kind=kind), layer.raster, layer.name)
    return made.replace(id=layer.id, x=layer.x, y=layer.y, mask=layer.mask, locked=layer.locked)


def with_people(layer: ControlLayer, people: Iterable[Joints], canvas: Rect) -> ControlLayer:
    """Return a pose layer redrawn with other people, in pixels of the layer."""
    skeletons = tuple(as_skeleton(person) for person in people)
    control = layer.control.replace(people=skeletons)
    raster = _drawn(skeletons, canvas.shift(-layer.x, -layer.y), layer.raster)
    return layer.replace(control=control, raster=raster)


def people_of(layer: ControlLayer) -> list[Joints]:
    """Return the people (18, 3) float32 of a pose layer, in pixels of the layer."""
    return [np.array(person, np.float32) for person in layer.control.people]


def as_skeleton(person: Joints) -> Skeleton:
    """Return joints (18, 3) as plain numbers, to a hundredth of a pixel."""
    places = np.clip(np.asarray(person, np.float64)[:, :2], -FAR, FAR).round(2).tolist()
    return tuple((x, y, float(seen)) for (x, y), seen in zip(places, person[:, 2], strict=True))


def control_picture(layer: ControlLayer, region: Rect) -> Pixels | None:
    """Return a layer's control image for ``region`` as (h, w, 3) uint8; None if it is empty there.

    A pose is redrawn, so that its lines have the right width for the crop.
    """
    local = region.shift(-layer.x, -layer.y)
    cover = None
    if layer.mask is not None and layer.mask.enabled:
        cover = layer.mask.raster.read(local)
    if layer.control.kind == POSE and layer.control.people:
        moved = [person - _corner(local) for person in people_of(layer)]
        picture = draw_pose(moved, region.width, region.height)
        picture = picture if cover is None else _share(picture, cover)
        return picture if picture.any() else None
    rgba = layer.raster.read(local)
    alpha = rgba[:, :, 3:] if cover is None else _share(rgba[:, :, 3:], cover)
    if not alpha.any():
        return None
    if (alpha == 255).all():
        return np.ascontiguousarray(rgba[:, :, :3])
    return _share(rgba[:, :, :3], alpha)


def _share(pixels: Pixels, part: Pixels) -> Pixels:
    """Return pixels times a part (h, w, 1) of 255."""
    return np.asarray((pixels * part.astype(np.uint16) + 127) // 255, np.uint8)


def read_control(stored: Mapping[str, Any]) -> Control:
    """Return the Control of a `dataclasses.asdict` mapping; ValueError if it is not valid."""
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
        model=_own_folder(str(stored.get("model", ""))),
        used=bool(stored.get("used", True)),
        people=tuple(_read_person(person) for person in stored.get("people", ())),
    )


def _own_folder(path: str) -> str:
    """Return a folder path from a file, unless accessing it could open a connection."""
    return "" if path.startswith(("\\\\", "//")) or "://" in path else path


def _read_person(stored: Any) -> Skeleton:
    rows = tuple((float(x), float(y), float(seen)) for x, y, seen in stored)
    if len(rows) != len(JOINTS) or not all(math.isfinite(n) for row in rows for n in row):
        raise ValueError("a person's joints")
    return as_skeleton(np.array(rows))


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


def _drawn(people: tuple[Skeleton, ...], canvas: Rect, old: Raster | None = None) -> Raster:
    """Draw skeletons at the size of a canvas, transparent apart from the lines.

    Visits only tiles that a limb can touch, and shares unchanged tiles with ``old``, so that
    dragging a joint is as fast on a large canvas.
    """
    moved = [np.array(person, np.float32) - _corner(canvas) for person in people]
    drawn = draw_pose(moved, canvas.width, canvas.height)
    margin = math.ceil(line_radius(canvas.width, canvas.height)) + 2
    tiles: dict[Key, Pixels] = {}
    for key in {key for person in people for key in _touched(person, margin, canvas)}:
        place = tile_rect(key)
        part = place.intersect(canvas)
        x, y = part.x - canvas.x, part.y - canvas.y
        lines = drawn[y : y + part.height, x : x + part.width]
        if not lines.any():
            continue
        tile = np.zeros((TILE, TILE, 4), np.uint8)
        x, y = part.x - place.x, part.y - place.y
        inside = tile[y : y + part.height, x : x + part.width]
        inside[:, :, :3] = lines
        # Channels combined by hand: ten times as fast as ``any`` along so short an axis.
        light = lines[:, :, 0] | lines[:, :, 1] | lines[:, :, 2]
        inside[:, :, 3] = np.where(light > 0, np.uint8(255), np.uint8(0))
        before = old.tile(key) if old is not None else None
        same = before is not None and np.array_equal(before, tile)
        tiles[key] = before if before is not None and same else tile
    return Raster(tiles)


def _touched(person: Skeleton, margin: int, canvas: Rect) -> Iterator[Key]:
    """Yield the tiles of a canvas that a person's joints and limbs may touch."""
    discs = tuple((joint, joint) for joint in range(len(person)))
    for start, end in (*discs, *LIMBS):
        if not (person[start][2] > 0 and person[end][2] > 0):
            continue
        (x, y, _), (u, v, _) = person[start], person[end]
        box = Rect.from_edges(
            math.floor(min(x, u)) - margin,
            math.floor(min(y, v)) - margin,
            math.ceil(max(x, u)) + margin,
            math.ceil(max(y, v)) + margin,
        )
        yield from keys_in(box.intersect(canvas))
