"""Pictures of LoRAs as thumbnails; read on the thread pool, shown on the main thread."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QSize, Qt
from PySide6.QtGui import QImage, QImageReader, QPixmap

from studio.catalog.lora_list import lora_picture

RATIO = 2
"""Thumbnails are sharp on a screen of 200 %."""


def read_thumbnail(path: Path, side: int) -> QImage | None:
    """Return the middle square of a LoRA's picture, ``side`` logical pixels; None if it has none.

    Also None for a picture that cannot be read.
    """
    data = lora_picture(path)
    if not data:
        return None
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    reader = QImageReader(buffer)
    reader.setAutoTransform(True)
    size = reader.size()
    if size.isValid():
        wanted = size.scaled(
            QSize(side, side) * RATIO, Qt.AspectRatioMode.KeepAspectRatioByExpanding
        )
        reader.setScaledSize(wanted.expandedTo(QSize(1, 1)))
    image = reader.read()
    if image.isNull():
        return None
    edge = min(image.width(), image.height())
    left, top = (image.width() - edge) // 2, (image.height() - edge) // 2
    return image.copy(left, top, edge, edge).scaled(
        QSize(side, side) * RATIO,
        Qt.AspectRatioMode.IgnoreAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )


def pixmap(image: QImage | None) -> QPixmap | None:
    """Return a thumbnail for a label or an icon."""
    if image is None:
        return None
    found = QPixmap.fromImage(image)
    found.setDevicePixelRatio(RATIO)
    return found
