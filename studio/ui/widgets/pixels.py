"""Conversion between numpy arrays and Qt images; every function copies, sharing no buffer."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage, QPixmap

Pixels = NDArray[np.uint8]


def image_of(pixels: Pixels, *, premultiplied: bool = False) -> QImage:
    """Return (h, w, 3) RGB or (h, w, 4) RGBA uint8 as a QImage that Qt draws fast."""
    data = np.ascontiguousarray(pixels)
    height, width, channels = data.shape
    if channels == 3:
        kind, target = QImage.Format.Format_RGB888, QImage.Format.Format_RGB32
    else:
        kind = QImage.Format.Format_RGBA8888
        if premultiplied:
            kind = QImage.Format.Format_RGBA8888_Premultiplied
        target = QImage.Format.Format_ARGB32_Premultiplied
    image = QImage(data.data, width, height, width * channels, kind)
    # convertToFormat copies, so the array may be freed afterwards.
    return image.convertToFormat(target)


def pixmap_of(pixels: Pixels, *, premultiplied: bool = False) -> QPixmap:
    """Return (h, w, 3) or (h, w, 4) uint8 as a QPixmap."""
    return QPixmap.fromImage(image_of(pixels, premultiplied=premultiplied))


def array_of(image: QImage) -> Pixels:
    """Return a QImage as (h, w, 4) uint8 straight RGBA."""
    plain = image.convertToFormat(QImage.Format.Format_RGBA8888)
    height, width = plain.height(), plain.width()
    rows = np.frombuffer(plain.constBits(), np.uint8).reshape(height, plain.bytesPerLine())
    return rows[:, : width * 4].reshape(height, width, 4).copy()


def tint_mask(mask: Pixels, colour: tuple[int, int, int], strength: float) -> QImage:
    """Return a (h, w) uint8 mask as an image of one colour, with alpha mask times ``strength``."""
    alpha = mask.astype(np.float32) * strength
    out = np.empty((*mask.shape, 4), np.uint8)
    for channel in range(3):
        out[:, :, channel] = alpha * (colour[channel] / 255)
    out[:, :, 3] = alpha
    return image_of(out, premultiplied=True)
