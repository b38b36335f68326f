"""Depth gradient: fills a depth layer from near to far along a line."""

from __future__ import annotations

import math

import cv2
import numpy as np

from studio.control_maps.depth import depth_gradient
from studio.core.errors import StudioError
from studio.core.geometry import Rect
from studio.document.document import Document
from studio.document.layer import ControlLayer
from studio.document.raster import Pixels, Raster
from studio.tools.context import Stroke, ToolContext
from studio.tools.control_layers import DEPTH, check_changeable, find_control

Point = tuple[float, float]

CLICK = 2.0
"""A drag shorter than this many pixels is a click, which changes nothing."""

LIVE = 4_000_000
"""Up to this many pixels the gradient is drawn live, a larger one at the release."""

STEP = math.pi / 4


class ControlGradientTool:
    """Fills the layer, or its selection, from near at the press to far at the release."""

    def drag(self, ctx: ToolContext) -> Stroke:
        """Show the line and the gradient; Shift constrains the line to steps of 45 degrees."""
        layer = _target(ctx.document)
        start = ctx.pointer.x, ctx.pointer.y
        with ctx.edit("Depth gradient") as edit:
            before = edit.before
            place = _place(before)
            live = place.width * place.height <= LIVE
            while True:
                end = _end(start, ctx)
                ctx.overlay.points = [start, end]
                if math.dist(start, end) < CLICK or place.is_empty:
                    edit.document = before
                elif live or ctx.released:
                    raster = _graded(before, layer, place, start, end)
                    shown = before.update(layer.replace(raster=raster))
                    edit.document = shown.replace(active=layer.id)
                if ctx.released:
                    return
                yield


def _end(start: Point, ctx: ToolContext) -> Point:
    dx, dy = ctx.pointer.x - start[0], ctx.pointer.y - start[1]
    if ctx.pointer.shift:
        angle = round(math.atan2(dy, dx) / STEP) * STEP
        length = dx * math.cos(angle) + dy * math.sin(angle)
        dx, dy = length * math.cos(angle), length * math.sin(angle)
    return start[0] + dx, start[1] + dy


def _place(document: Document) -> Rect:
    """Return the part of the canvas that changes."""
    selection = document.selection
    return document.rect if selection is None else selection.bounds().intersect(document.rect)


def _graded(
    document: Document, layer: ControlLayer, place: Rect, start: Point, end: Point
) -> Raster:
    """Return the layer's pixels with the gradient in a part of the canvas."""
    near, far = (start[0] - place.x, start[1] - place.y), (end[0] - place.x, end[1] - place.y)
    depth = depth_gradient(place.width, place.height, near, far)
    pixels = np.asarray(cv2.cvtColor(depth, cv2.COLOR_RGB2RGBA), np.uint8)
    local = place.shift(-layer.x, -layer.y)
    if document.selection is not None:
        old = layer.raster.read(local)
        pixels = _mixed(old, pixels, document.selection.read(place)[:, :, 0])
    return layer.raster.write(local.x, local.y, pixels)


def _mixed(old: Pixels, new: Pixels, selected: Pixels) -> Pixels:
    """Return opaque ``new`` over ``old``, weighted by ``selected``, (h, w, 4) straight alpha."""
    out = np.where((selected == 255)[:, :, None], new, old)
    edge = (selected > 0) & (selected < 255)
    if edge.any():
        share = selected[edge].astype(np.float32) / 255
        rest = (1 - share) * (old[edge][:, 3].astype(np.float32) / 255)
        alpha = share + rest
        colour = new[edge][:, :3] * share[:, None] + old[edge][:, :3] * rest[:, None]
        out[edge, :3] = np.rint(colour / alpha[:, None])
        out[edge, 3] = np.rint(alpha * 255)
    return out


def _target(document: Document) -> ControlLayer:
    layer = find_control(document, (DEPTH,))
    if layer is None:
        raise StudioError(
            "There is no depth layer for a gradient.",
            "Add one in the Control menu: from the layers, or an empty control layer.",
        )
    check_changeable(document, layer)
    return layer
