"""One picture of a comparison: its preview, its progress, and whether it is chosen."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.edit.request import Pixels
from studio.session.generations.run import Cell, State
from studio.ui.widgets.icons import Icons
from studio.ui.widgets.pixels import image_of
from studio.ui.widgets.translation import message, tr

SIDE = 132
RING = 3
BAR = 4
ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class CellView(QWidget):
    """Shows one cell; the arrow keys go to the neighbours, Enter takes the picture as a layer."""

    chosen = Signal(object)
    """The cell view that has the focus now."""
    moved = Signal(int, int)
    taken = Signal()

    def __init__(self, system: str, cell: Cell, icons: Icons) -> None:
        super().__init__()
        self._system, self._icons = system, icons
        self.cell = cell
        self.is_chosen = False
        self._source: Pixels | None = None
        self._image = QImage()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.refresh()

    def sizeHint(self) -> QSize:
        """Return the size of the picture with its ring."""
        return QSize(SIDE + 2 * RING, SIDE + 2 * RING)

    def refresh(self) -> None:
        """Show the newest state of the cell."""
        picture = self.cell.picture
        if picture is not self._source:
            self._source = picture
            self._image = image_of(picture) if picture is not None else QImage()
        name = tr(
            "{system}, seed {seed}: {state}",
            system=self._system,
            seed=self.cell.seed,
            state=self.state_text(),
        )
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.update()

    def state_text(self) -> str:
        """Return the state in the window's language."""
        cell = self.cell
        if cell.state is State.RUNNING:
            return message(cell.text) if cell.text else tr("waits")
        return {
            State.WAITING: tr("waits"),
            State.DONE: tr("made"),
            State.FAILED: tr("no picture"),
            State.STOPPED: tr("stopped"),
        }[cell.state]

    def choose(self, is_chosen: bool) -> None:
        """Show whether the buttons act on this picture."""
        self.is_chosen = is_chosen
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the picture or the state, the progress, and the ring."""
        theme = self._icons.theme
        painter = QPainter(self)
        room = self.rect().adjusted(RING, RING, -RING, -RING)
        painter.fillRect(room, QColor(theme.canvas))
        if self._image.isNull():
            painter.setPen(QColor(theme.muted))
            painter.drawText(
                room.adjusted(6, 6, -6, -6),
                int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap),
                self.state_text(),
            )
        else:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(self._fitted(room), self._image)
        if self.cell.state is State.RUNNING:
            line = QRect(room.left(), room.bottom() - BAR + 1, room.width(), BAR)
            painter.fillRect(line, QColor(theme.field))
            line.setWidth(round(room.width() * self.cell.fraction))
            painter.fillRect(line, QColor(theme.accent))
        if self.is_chosen or self.hasFocus():
            colour = QColor(theme.accent if self.hasFocus() else theme.field_border)
            painter.setPen(QPen(colour, RING))
            half = RING // 2 + 1
            painter.drawRect(self.rect().adjusted(half - 1, half - 1, -half, -half))
        painter.end()

    def _fitted(self, room: QRect) -> QRect:
        size = self._image.size().scaled(room.size(), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRect(room.topLeft(), size)
        place.moveCenter(room.center())
        return place

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to a neighbour, or take the picture."""
        step = ARROWS.get(Qt.Key(event.key()))
        if step is not None:
            self.moved.emit(*step)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.taken.emit()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the picture."""
        self.setFocus()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Take the picture as a layer."""
        self.taken.emit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Become the chosen picture."""
        self.chosen.emit(self)
        super().focusInEvent(event)
