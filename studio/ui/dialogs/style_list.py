"""The presets of the Style tool as thumbnails, and the slot for a painting before them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QListView, QListWidget, QListWidgetItem

from studio.catalog.styles import PAINTING, PRESETS
from studio.document.raster import Pixels
from studio.ui.widgets.pixels import image_of
from studio.ui.widgets.theme import Theme
from studio.ui.widgets.translation import message, tr

PICTURE = QSize(84, 56)
CELL = QSize(104, 108)
"""Room for two lines of a name below its picture."""
COLUMNS = 3
ID = Qt.ItemDataRole.UserRole
RATIO = 2
"""Thumbnails are sharp on a screen of 200 %."""


class StyleList(QListWidget):
    """One row of pictures after the other; ``chosen`` is emitted for each choice of the artist."""

    chosen = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setAccessibleName(tr("Style"))
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setWordWrap(True)
        self.setIconSize(PICTURE)
        self.setGridSize(CELL)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        bar = self.verticalScrollBar().sizeHint().width()
        self.setFixedWidth(COLUMNS * CELL.width() + bar + 2 * self.frameWidth() + 6)
        self._add(PAINTING, tr("Your painting"))
        for row in PRESETS:
            self._add(row.id, message(row.label))
        self.show_painting(None)
        self.show_thumbnails(())
        self.currentItemChanged.connect(self._on_current)

    def _add(self, style: str, label: str) -> None:
        item = QListWidgetItem(label)
        item.setData(ID, style)
        item.setToolTip(label)
        # Names take two lines; Qt would make them as high as the first item's.
        item.setSizeHint(CELL)
        item.setTextAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self.addItem(item)

    @property
    def style_id(self) -> str:
        """The chosen style."""
        return str(self.currentItem().data(ID))

    def choose(self, style: str) -> None:
        """Choose a style without a signal."""
        blocked = self.blockSignals(True)
        for row in range(self.count()):
            if self.item(row).data(ID) == style:
                self.setCurrentRow(row)
        self.blockSignals(blocked)
        self.scrollToItem(self.currentItem())

    def show_painting(self, painting: Pixels | None) -> None:
        """Show the artist's painting in its slot, or an empty frame."""
        self.item(0).setIcon(_empty(self._theme) if painting is None else _icon(painting))

    def show_thumbnails(self, made: Sequence[Pixels] | Pixels) -> None:
        """Show the first presets' thumbnails, (h, w, 3) uint8 each, and grey for the rest."""
        for number in range(len(PRESETS)):
            icon = _icon(made[number]) if number < len(made) else _plain(self._theme)
            self.item(number + 1).setIcon(icon)

    def _on_current(self, item: QListWidgetItem | None, _: object) -> None:
        if item is not None:
            self.chosen.emit(self.style_id)


def _icon(pixels: Pixels) -> QIcon:
    """Return the middle of a picture as an icon, which a choice does not tint."""
    picture = QPixmap.fromImage(image_of(pixels)).scaled(
        PICTURE * RATIO,
        Qt.AspectRatioMode.KeepAspectRatioByExpanding,
        Qt.TransformationMode.SmoothTransformation,
    )
    left = (picture.width() - RATIO * PICTURE.width()) // 2
    top = (picture.height() - RATIO * PICTURE.height()) // 2
    return _of(picture.copy(left, top, RATIO * PICTURE.width(), RATIO * PICTURE.height()))


def _plain(theme: Theme) -> QIcon:
    picture = QPixmap(PICTURE * RATIO)
    picture.fill(QColor(theme.hover))
    return _of(picture)


def _empty(theme: Theme) -> QIcon:
    """Return a dashed frame with a plus sign: something can be dropped here."""
    width, height = RATIO * PICTURE.width(), RATIO * PICTURE.height()
    picture = QPixmap(width, height)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setPen(QPen(QColor(theme.muted), 2 * RATIO / 2, Qt.PenStyle.DashLine))
    painter.drawRect(RATIO, RATIO, width - 2 * RATIO, height - 2 * RATIO)
    painter.setPen(QPen(QColor(theme.text), 2 * RATIO))
    middle, arm = (width // 2, height // 2), 10 * RATIO
    painter.drawLine(middle[0] - arm, middle[1], middle[0] + arm, middle[1])
    painter.drawLine(middle[0], middle[1] - arm, middle[0], middle[1] + arm)
    painter.end()
    return _of(picture)


def _of(picture: QPixmap) -> QIcon:
    picture.setDevicePixelRatio(RATIO)
    icon = QIcon()
    for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected, QIcon.Mode.Disabled):
        icon.addPixmap(picture, mode)
    return icon
