"""The list of everything in the model folders: a name and a line below it for each."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QFont, QIcon, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from studio.catalog.library import Entry
from studio.ui.widgets.icons import Icons
from studio.ui.widgets.translation import tr

ENTRY = Qt.ItemDataRole.UserRole
LINE = Qt.ItemDataRole.UserRole + 1
GREY = Qt.ItemDataRole.UserRole + 2
ICON = 16
GAP = 6


class LibraryList(QListWidget):
    """One entry a row; Enter and a double click use it. Greyed ones can be selected, to see why."""

    used = Signal()

    def __init__(self, icons: Icons) -> None:
        super().__init__()
        self.setAccessibleName(tr("Models and parts"))
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumHeight(126)
        self.setItemDelegate(TwoLines(self, icons))
        self.itemDoubleClicked.connect(lambda _: self.used.emit())

    def add(self, entry: Entry, line: str, icon: QIcon, tip: str, *, grey: bool) -> None:
        """Add a row; ``tip`` is what a low panel has no room for."""
        item = QListWidgetItem(icon, entry.name)
        item.setData(ENTRY, entry)
        item.setData(LINE, line)
        item.setData(GREY, grey)
        item.setToolTip(tip)
        item.setData(Qt.ItemDataRole.AccessibleDescriptionRole, tip)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{entry.name}, {line}")
        self.addItem(item)

    @property
    def entry(self) -> Entry | None:
        """The current entry."""
        item = self.currentItem()
        found = item.data(ENTRY) if item is not None and not item.isHidden() else None
        return found if isinstance(found, Entry) else None

    def leave_hidden(self) -> None:
        """Make the first visible entry the current one if the current one is hidden.

        From a hidden row, the arrow keys do not move.
        """
        item = self.currentItem()
        if item is not None and item.isHidden():
            self._to_first()

    def _to_first(self) -> None:
        rows = (self.item(row) for row in range(self.count()))
        first = next((row for row, one in enumerate(rows) if not one.isHidden()), -1)
        self.setCurrentRow(first)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Begin at the first visible entry if none is current."""
        super().focusInEvent(event)
        if self.entry is None:
            self._to_first()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Use the current entry on Enter; other keys move or search."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.used.emit()
            return
        super().keyPressEvent(event)


class TwoLines(QStyledItemDelegate):
    """Draws the name, and below it a muted line."""

    def __init__(self, parent: QObject, icons: Icons) -> None:
        super().__init__(parent)
        self._icons = icons

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Return the height of two lines."""
        return QSize(0, 2 * option.fontMetrics.lineSpacing() + 2 * GAP)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw a row."""
        view = option.widget
        if not isinstance(view, QWidget):
            return
        panel = QStyle.PrimitiveElement.PE_PanelItemViewItem
        view.style().drawPrimitive(panel, option, painter, view)
        room: QRect = option.rect.adjusted(GAP, GAP, -GAP, -GAP)
        height = room.height() // 2
        icon = index.data(Qt.ItemDataRole.DecorationRole)
        theme = self._icons.theme
        is_grey = bool(index.data(GREY))
        text, muted, grey = (QColor(one) for one in (theme.text, theme.muted, theme.disabled))
        if option.state & QStyle.StateFlag.State_Selected:
            muted = grey = text
        painter.save()
        bold = QFont(option.font)
        first = QRect(room.left(), room.top(), room.width() - ICON - GAP, height)
        self._line(painter, first, str(index.data()), grey if is_grey else text, bold)
        second = first.translated(0, height)
        second.setRight(room.right())
        self._line(painter, second, str(index.data(LINE)), grey if is_grey else muted, bold)
        if isinstance(icon, QIcon) and not icon.isNull():
            icon.paint(painter, QRect(room.right() - ICON, room.top(), ICON, ICON))
        painter.restore()

    def _line(
        self, painter: QPainter, place: QRect, text: str, colour: QColor, font: QFont
    ) -> None:
        painter.setFont(font)
        painter.setPen(colour)
        dots = Qt.TextElideMode.ElideMiddle
        shown = painter.fontMetrics().elidedText(text, dots, place.width())
        painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
