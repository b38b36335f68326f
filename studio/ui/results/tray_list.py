"""The thumbnails of the results tray."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QKeyEvent, QMouseEvent, QPainter, QPixmap, QResizeEvent
from PySide6.QtWidgets import QListView, QListWidget, QListWidgetItem

from studio.edit.request import Pixels
from studio.ui.widgets import icons
from studio.ui.widgets.pixels import pixmap_of
from studio.ui.widgets.theme import Theme
from studio.ui.widgets.translation import tr

SIDE = 104
"""Largest side of a thumbnail in pixels, reduced until ``ROW`` of them fit side by side."""
LEAST_SIDE = 72
ROW = 4
"""Thumbnails per row, the default number of variations."""
ROOM = 12
"""Pixels around a thumbnail."""
MARGIN = 2
"""Pixels; Qt wraps a row that is exactly as wide as the list."""
ID = Qt.ItemDataRole.UserRole
RATIO = 2
"""Thumbnails are sharp on a screen of 200 %."""
APPLIED_OPACITY = 0.35
MARK = 26
"""Side of the mark on applied results."""


class TrayList(QListWidget):
    """Enter applies, Delete discards; Esc or a click outside the thumbnails deselects."""

    applied = Signal()
    discarded = Signal()
    picked = Signal(object)
    """The id of the selected variation, or None."""
    left = Signal()
    """Esc was pressed."""

    def __init__(self) -> None:
        super().__init__()
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self._fit()
        self.setUniformItemSizes(True)
        self.itemSelectionChanged.connect(self._on_selection)

    def add(self, icon: QIcon, label: str, item_id: str | None = None) -> QListWidgetItem:
        """Append a thumbnail, which cannot be selected without an id."""
        item = QListWidgetItem(icon, "")
        if item_id is None:
            item.setFlags(Qt.ItemFlag.ItemIsEnabled)
        item.setData(ID, item_id)
        item.setToolTip(label)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, label)
        self.addItem(item)
        return item

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Shrink the thumbnails if a row of them would not fit."""
        self._fit()
        super().resizeEvent(event)

    def _fit(self) -> None:
        # Without the scroll bar, whose visibility depends on the thumbnails' size.
        width = self.contentsRect().width() - self.verticalScrollBar().sizeHint().width()
        side = max(LEAST_SIDE, min(SIDE, (width - MARGIN) // ROW - ROOM))
        self.setIconSize(QSize(side, side))
        self.setGridSize(QSize(side + ROOM, side + ROOM))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Apply, discard, leave, or move the selection."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.applied.emit()
        elif event.key() == Qt.Key.Key_Delete:
            self.discarded.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Deselect on a click outside the thumbnails."""
        item = self.itemAt(event.position().toPoint())
        if item is None or item.data(ID) is None:
            self.clearSelection()
            self.picked.emit(None)
        super().mousePressEvent(event)

    def _on_selection(self) -> None:
        found = self.selectedItems()
        self.picked.emit(found[0].data(ID) if found else None)


def thumbnail(image: Pixels, applied: Theme | None = None) -> QIcon:
    """Return a picture (h, w, 3) as a square icon that is sharp at 2x.

    With a theme in ``applied``, for an applied result, it is dimmed and marked.
    """
    picture = pixmap_of(image).scaled(
        SIDE * RATIO,
        SIDE * RATIO,
        Qt.AspectRatioMode.KeepAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )
    square = QPixmap(picture) if applied is None else _dimmed(picture, applied)
    square.setDevicePixelRatio(RATIO)
    icon = QIcon()
    # Selected pictures keep their colours.
    for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected, QIcon.Mode.Disabled):
        icon.addPixmap(square, mode)
    return icon


def _dimmed(picture: QPixmap, theme: Theme) -> QPixmap:
    square = QPixmap(picture.size())
    square.fill(QColor(theme.field))
    painter = QPainter(square)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setOpacity(APPLIED_OPACITY)
    painter.drawPixmap(0, 0, picture)
    painter.setOpacity(1.0)
    side = MARK * RATIO
    sign = QRect(square.width() - side - 6, square.height() - side - 6, side, side)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.accent))
    painter.drawEllipse(sign)
    icons.draw(painter, sign.adjusted(8, 8, -8, -8), "ph.check", theme.on_accent)
    painter.end()
    return square


def label_of(prompt: str, seed: int, *, applied: bool) -> str:
    """Return the label of a variation."""
    label = tr("{prompt}, seed {seed}", prompt=prompt or "-", seed=seed)
    return tr("{result} (applied)", result=label) if applied else label
