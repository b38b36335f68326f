"""Draws a pattern overlay of a Photoshop document with its position, scale and rotation."""

from __future__ import annotations

import math
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from psd_tools import PSDImage
from psd_tools.api.layers import Layer as PsdLayer
from psd_tools.api.numpy_io import get_pattern, get_pattern_color_channels
from psd_tools.constants import ColorMode, Tag

from studio.core.geometry import Rect

Floats = NDArray[Any]


def draw_pattern(
    psd: PSDImage, layer: PsdLayer, place: Rect, descriptor: Any
) -> tuple[Floats | None, Floats | None]:
    """Return colours (h, w, c) 0..1 and coverage of a pattern in ``place``; None if there is none.

    The origin of a pattern linked with its layer is the layer's reference point, else the corner
    of the canvas; "phase" offsets it (measured on files of that kind).
    """
    identity = str(descriptor[b"Ptrn"][b"Idnt"].value).rstrip("\0")
    pattern = psd._get_pattern(identity)
    if not pattern:
        return None, None
    panel: Floats = np.asarray(get_pattern(pattern), np.float32)
    colours = get_pattern_color_channels(pattern)
    own = panel[:, :, -1:] if panel.shape[2] > colours else None
    panel = panel[:, :, :colours]
    if pattern.color_table and colours == 1:  # Indices of a palette.
        if psd.color_mode != ColorMode.RGB:
            return None, None
        indices = (panel[:, :, 0] * 255).round().clip(0, 255).astype(np.uint8)
        panel = np.asarray(pattern.color_table, np.float32)[indices] / 255
    x, y = _origin(layer, descriptor)
    angle = math.radians(float(descriptor.get(b"Angl", 0.0)))
    scale = max(0.01, float(descriptor.get(b"Scl ", 100.0)) / 100)
    if angle == 0.0 and scale == 1.0:
        rows = (np.arange(place.y, place.bottom) - math.floor(y)) % panel.shape[0]
        columns = (np.arange(place.x, place.right) - math.floor(x)) % panel.shape[1]
        found = [None if one is None else one[rows][:, columns] for one in (panel, own)]
        return found[0], found[1]
    if scale < 1.0:  # Scaled down by area averaging first, to avoid aliasing.
        size = [max(1, round(side * scale)) for side in panel.shape[1::-1]]
        panel, own = _small(panel, size), None if own is None else _small(own, size)
        scale = 1.0
    dx = np.arange(place.x, place.right, dtype=np.float32)[None, :] + 0.5 - np.float32(x)
    dy = np.arange(place.y, place.bottom, dtype=np.float32)[:, None] + 0.5 - np.float32(y)
    # Counterclockwise; row numbers increase downwards.
    u = (math.cos(angle) * dx - math.sin(angle) * dy) / scale - 0.5
    v = (math.sin(angle) * dx + math.cos(angle) * dy) / scale - 0.5
    return _sampled(panel, u, v), None if own is None else _sampled(own, u, v)


def _origin(layer: PsdLayer, descriptor: Any) -> tuple[float, float]:
    phase = descriptor.get(b"phase") or {}
    x, y = (float(phase.get(key, 0.0)) for key in (b"Hrzn", b"Vrtc"))
    if bool(descriptor.get(b"Algn", True)):
        point = layer.tagged_blocks.get_data(Tag.REFERENCE_POINT) or (0.0, 0.0)
        x, y = x + float(point[0]), y + float(point[1])
    if not (math.isfinite(x) and math.isfinite(y)):
        raise ValueError("the place of a pattern is no number")
    return x, y


def _small(panel: Floats, size: list[int]) -> Floats:
    found = cv2.resize(panel, size, interpolation=cv2.INTER_AREA)
    return found.reshape(size[1], size[0], panel.shape[2])


def _sampled(panel: Floats, u: Floats, v: Floats) -> Floats:
    """Return interpolated values of a repeated panel."""
    height, width = panel.shape[:2]
    around = np.pad(panel, ((1, 1), (1, 1), (0, 0)), mode="wrap")
    u, v = (np.mod(u, width) + 1).astype(np.float32), (np.mod(v, height) + 1).astype(np.float32)
    u, v = np.broadcast_arrays(u, v)
    found = cv2.remap(around, np.ascontiguousarray(u), np.ascontiguousarray(v), cv2.INTER_LINEAR)
    return found.reshape(*u.shape, panel.shape[2])
