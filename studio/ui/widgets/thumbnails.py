"""Thumbnails of layers and masks, sampled with a stride so that large ones are cheap."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap

from studio.control_maps.pose import Joints, draw_pose
from studio.control_maps.pose_edit import box_of
from studio.core.geometry import Rect
from studio.document.raster import TILE, Pixels, Raster, keys_in
from studio.ui.widgets.pixels import image_of

ROOM = 1.2
"""Size of the picture relative to the figures."""


def sample_pixels(raster: Raster, rect: Rect, side: int) -> Pixels:
    """Return about ``side`` pixels a side of ``rect``: every n-th pixel, (h, w, channels) uint8."""
    stride = max(1, -(-max(rect.width, rect.height) // side))
    width, height = -(-rect.width // stride), -(-rect.height // stride)
    out = np.full((height, width, raster.channels), raster.default, np.uint8)
    for key in keys_in(rect):
        tile = raster.tile(key)
        if tile is None:
            continue
        left, top = key[0] * TILE - rect.x, key[1] * TILE - rect.y
        # First multiple of the stride inside both the tile and the rectangle.
        x, y = -(-max(left, 0) // stride) * stride, -(-max(top, 0) // stride) * stride
        part = tile[y - top :: stride, x - left :: stride]
        u, v = x // stride, y // stride
        target = out[v : v + part.shape[0], u : u + part.shape[1]]
        target[:] = part[: target.shape[0], : target.shape[1]]
    return out


def layer_icon(raster: Raster, rect: Rect, size: int, ground: str, line: str) -> QIcon:
    """Return a thumbnail of the part ``rect`` of a layer, on a plain background, for lists."""
    return _framed(sample_pixels(raster, rect, size * 2), size, ground, line)


def pose_icon(people: Sequence[Joints], size: int, line: str) -> QIcon:
    """Return figures as large as they fit, on black, with lines visible at this size."""
    found = np.array([box_of(person) for person in people])
    (left, top), (right, bottom) = found[:, :2].min(axis=0), found[:, 2:].max(axis=0)
    side = max(right - left, bottom - top, 1.0) * ROOM
    scale = 2 * size / side
    corner = ((left + right - side) / 2, (top + bottom - side) / 2, 0)
    moved = [(person - corner) * (scale, scale, 1) for person in people]
    drawn = cv2.dilate(draw_pose(moved, 2 * size, 2 * size), np.ones((2, 2), np.uint8))
    return _framed(np.asarray(drawn, np.uint8), size, "#000000", line)


def mask_icon(
    raster: Raster, rect: Rect, size: int, line: str, *, enabled: bool, framed: bool = False
) -> QIcon:
    """Return a layer mask's thumbnail, crossed out if disabled, ``framed`` if painted on."""
    plane = sample_pixels(raster, rect, size * 2)[:, :, 0]
    grey = np.dstack([plane, plane, plane])
    return _framed(grey, size, "#000000", line, crossed=not enabled, thick=framed)


def _framed(
    pixels: Pixels, size: int, ground: str, line: str, *, crossed: bool = False, thick: bool = False
) -> QIcon:
    image = image_of(pixels)
    picture = QPixmap(size * 2, size * 2)
    picture.setDevicePixelRatio(2)
    picture.fill(Qt.GlobalColor.transparent)
    scale = min(size / max(1, image.width()), size / max(1, image.height()))
    width, height = image.width() * scale, image.height() * scale
    box = QRectF((size - width) / 2, (size - height) / 2, width, height)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.fillRect(box, QColor(ground))
    painter.drawImage(box, image)
    painter.setPen(QPen(QColor(line), 2.5 if thick else 1.0))
    inset = 1.25 if thick else 0.25
    painter.drawRect(box.adjusted(inset, inset, -inset, -inset))
    if crossed:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor("#f28b82"))
        painter.drawLine(box.topLeft(), box.bottomRight())
        painter.drawLine(box.topRight(), box.bottomLeft())
    painter.end()
    icon = QIcon(picture)
    # Qt would tint the thumbnail of a selected row.
    icon.addPixmap(picture, QIcon.Mode.Selected)
    return icon
