"""The layers of a document: raster, generative, control and group layers, with masks."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from studio.core.geometry import Rect, bounding
from studio.document.blend import BlendMode
from studio.document.raster import Raster

L = TypeVar("L", bound="Layer")

EVERYWHERE = Rect(-(1 << 24), -(1 << 24), 1 << 25, 1 << 25)
"""The bounds of a layer that has no pixels of its own and changes all that is below it."""

Skeleton = tuple[tuple[float, float, float], ...]
"""A person's 18 joints in OpenPose's order: x, y in pixels of the layer, and 0 if not found."""


def new_id() -> str:
    """Return a fresh layer id, unique across documents."""
    return uuid.uuid4().hex


@dataclass(frozen=True, slots=True, eq=False)
class LayerMask:
    """A layer mask: a one-channel raster in the layer's own coordinates, 255 = shown."""

    raster: Raster
    enabled: bool = True


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Layer:
    """The base of all layers; x, y offset its pixels and its mask; compared by identity."""

    id: str = field(default_factory=new_id)
    name: str = ""
    visible: bool = True
    opacity: float = 1.0
    blend: BlendMode = BlendMode.NORMAL
    mask: LayerMask | None = None
    locked: bool = False
    x: int = 0
    y: int = 0

    def replace(self: L, **changes: Any) -> L:
        """Return a copy with some fields changed."""
        return dataclasses.replace(self, **changes)

    def bounds(self) -> Rect:
        """Return the tight rectangle, in document pixels, outside which the layer is empty."""
        return Rect(0, 0, 0, 0)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class RasterLayer(Layer):
    """A layer of pixels (four channels, straight alpha)."""

    raster: Raster = field(default_factory=Raster)

    def bounds(self) -> Rect:
        """Return the tight rectangle around pixels that are not transparent."""
        return self.raster.bounds().shift(self.x, self.y)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class GenerativeLayer(RasterLayer):
    """A raster layer that keeps the recipe that made it.

    ``recipe`` is the JSON-ready form of the EditRequest without its pixels; ``recipe_mask`` the
    painted mask (one channel, default 0), or None for a whole picture. Both are in pixels of the
    layer, so that they move with it.
    ``recipe_pictures`` are the control images and references that the recipe refers to by number,
    each with its corner at 0, 0.
    """

    recipe: Mapping[str, object] = field(default_factory=dict)
    recipe_mask: Raster | None = None
    recipe_pictures: tuple[Raster, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """The settings of a control image; ``kind`` is a row of the table of control kinds.

    ``start`` and ``end`` are fractions of the steps, 0..1; ``mode`` is "balanced", "prompt" or
    "control"; ``model`` is the folder of a ControlNet, "" for the one that comes with the model.
    A control that is not ``used`` is left out of edits. ``people`` are those of a pose, drawn in
    its layer's pixels.
    """

    kind: str
    strength: float = 1.0
    start: float = 0.0
    end: float = 1.0
    mode: str = "balanced"
    model: str = ""
    used: bool = True
    people: tuple[Skeleton, ...] = ()

    def replace(self, **changes: Any) -> Control:
        """Return a copy with some fields changed."""
        return dataclasses.replace(self, **changes)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class ControlLayer(RasterLayer):
    """A control image on the canvas: shown over the picture during work, but not part of it.

    Where its raster is transparent it has no effect; the control image is the raster over black.
    """

    control: Control


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class GroupLayer(Layer):
    """A group, isolated unless it passes through; ``children`` are in order from bottom to top.

    Children are in document coordinates; x and y move only the group's own mask, so that moving a
    group has to move its children too.
    """

    children: tuple[Layer, ...] = ()
    expanded: bool = True

    def bounds(self) -> Rect:
        """Return the rectangle around the children."""
        return bounding(child.bounds() for child in self.children)
