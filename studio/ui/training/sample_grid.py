"""Samples of a subject with fixed seeds, side by side."""

from __future__ import annotations

import cv2
import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.edit.training import Pixels
from studio.ui.widgets.pixels import pixmap_of
from studio.ui.widgets.translation import tr
from studio.ui.widgets.widgets import IconHolder

GAP = 4
SHOWN = 4
LARGEST = 320
"""Longest side, in pixels, of a picture that is kept."""


class SampleGrid(QWidget):
    """Shows the newest samples in a row, and empty frames before the first ones."""

    def __init__(self, holder: IconHolder) -> None:
        super().__init__()
        self._holder = holder
        self._pictures: list[QPixmap] = []
        self._shown: Pixels | None = None
        self._is_best = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Current samples, always with the same seeds"))
        self.setToolTip(self.accessibleName())

    @property
    def count(self) -> int:
        """How many pictures are shown."""
        return len(self._pictures)

    def show_samples(self, samples: Pixels, step: int, *, is_best: bool) -> None:
        """Show (n, h, w, 3) uint8 samples of a step; those of the best step are framed."""
        if samples is not self._shown:
            self._shown = samples
            self._pictures = [_pixmap(picture) for picture in samples[:SHOWN]]
        self._is_best = is_best
        text = tr("Pictures of step {step}", step=step)
        if is_best:
            text = tr("Pictures of step {step}, the best so far", step=step)
        self.setAccessibleDescription(text)
        self.setToolTip(text)
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Set the height to the side of a square: a scroll area ignores height for width."""
        self.setFixedHeight(_side(self.width()))

    def sizeHint(self) -> QSize:
        """Return a size that fits a panel."""
        return QSize(300, _side(300))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the pictures, each whole, in squares."""
        theme = self._holder.icons.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        side = _side(self.width())
        for index in range(SHOWN):
            box = QRectF(index * (side + GAP), 0, side, side)
            if index < len(self._pictures):
                picture = self._pictures[index]
                scale = side / max(picture.width(), picture.height())
                wide, high = picture.width() * scale, picture.height() * scale
                box = QRectF(box.x() + (side - wide) / 2, (side - high) / 2, wide, high)
                painter.drawPixmap(box, picture, QRectF(picture.rect()))
                if self._is_best:
                    painter.setPen(QPen(QColor(theme.accent), 2))
                    painter.setBrush(Qt.BrushStyle.NoBrush)
                    painter.drawRect(box.adjusted(1, 1, -1, -1))
                continue
            painter.setPen(QPen(QColor(theme.hover), 1))
            painter.setBrush(QColor(theme.field))
            painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        painter.end()


def _side(width: int) -> int:
    return max(24, (width - GAP * (SHOWN - 1)) // SHOWN)


def _pixmap(picture: Pixels) -> QPixmap:
    height, width = picture.shape[:2]
    scale = LARGEST / max(height, width)
    if scale < 1:
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        picture = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
    return pixmap_of(picture)
