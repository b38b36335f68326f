"""Choice of the control layer that a tool paints on, and of its colour."""

from __future__ import annotations

from collections.abc import Collection

from studio.control_maps.depth import FAR, NEAR
from studio.control_maps.segmentation import CLASSES, Colour
from studio.core.errors import StudioError
from studio.document.document import Document
from studio.document.layer import ControlLayer
from studio.document.locked import check_unlocked
from studio.tools.context import ToolOptions
from studio.tools.pose_actions import is_seen

DEPTH = "depth"
SEGMENTATION = "segmentation"
PAINTED = (SEGMENTATION, DEPTH)
"""Kinds in which a colour encodes a class or a depth."""


def active_kind(document: Document) -> str:
    """Return the kind of the active layer if it is a control layer, else ""."""
    layer = document.active_layer()
    return layer.control.kind if isinstance(layer, ControlLayer) else ""


def find_control(document: Document, kinds: Collection[str]) -> ControlLayer | None:
    """Return the layer of some kinds to paint on: the active, else the topmost, preferably visible.

    The first of ``kinds`` with any layer takes precedence over the others.
    """
    active = document.active_layer()
    if isinstance(active, ControlLayer) and active.control.kind in kinds:
        return active
    layers = [one for one in document.walk() if isinstance(one, ControlLayer)]
    for kind in kinds:
        found = [layer for layer in layers if layer.control.kind == kind]
        seen = [layer for layer in found if is_seen(document, layer)]
        if found:
            return (seen or found)[-1]
    return None


def check_changeable(document: Document, layer: ControlLayer) -> None:
    """Raise StudioError if a layer is locked or hidden."""
    check_unlocked(document, [layer.id])
    if not is_seen(document, layer):
        raise StudioError("The layer is hidden.", "Show it in the layers panel first.")


def paint_colour(kind: str, options: ToolOptions) -> Colour:
    """Return the sRGB colour of the chosen class or depth, on a layer of one of PAINTED."""
    if kind == DEPTH:
        grey = round(FAR + (NEAR - FAR) * min(max(options.depth, 0.0), 1.0))
        return grey, grey, grey
    return CLASSES[options.segment_class].colour
