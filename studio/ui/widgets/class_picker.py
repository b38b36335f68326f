"""A field for a class of segmentation maps, found by typing or in a list with its colours."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QComboBox, QCompleter, QLineEdit

from studio.control_maps.segmentation import CLASSES
from studio.ui.widgets.translation import thing, tr

WIDTH = 150
ROWS = 18
RIM = "#82878f"


class ClassPicker(QComboBox):
    """Chooses a class; text that matches none reverts to the last one."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._shown = ""
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setMaxVisibleItems(ROWS)
        self.setIconSize(QSize(22, 14))
        self.setFixedWidth(WIDTH)
        for row in CLASSES.values():
            self.addItem(swatch(row.colour), thing(row.label), row.id)
        completer = self.completer()
        if isinstance(completer, QCompleter):
            completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
            completer.setFilterMode(Qt.MatchFlag.MatchContains)
            completer.setMaxVisibleItems(ROWS)
            completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setAccessibleName(tr("Class"))
        self.setToolTip(tr("The class of the segment: type to search, or open the list."))
        self.activated.connect(self._on_activated)
        line = self.lineEdit()
        if isinstance(line, QLineEdit):
            line.setAccessibleName(tr("Class"))
            line.editingFinished.connect(self._settle)

    def show_class(self, name: str) -> None:
        """Show a class without emitting a signal."""
        self._shown = name
        self.setCurrentIndex(self.findData(name))
        self.setEditText(self.itemText(self.currentIndex()))

    def find_class(self, typed: str) -> str:
        """Return the class named by a text, else the first that contains it, "" if none.

        A class that starts with the text takes precedence over one that contains it later.
        """
        wanted = typed.strip().casefold()
        names = [(self.itemText(at).casefold(), at) for at in range(self.count())]
        if not wanted:
            return ""
        places = [(name != wanted, name.find(wanted), at) for name, at in names if wanted in name]
        return str(self.itemData(min(places)[2])) if places else ""

    def _on_activated(self, index: int) -> None:
        self._shown = str(self.itemData(index))
        self.chosen.emit(self._shown)

    def _settle(self) -> None:
        found = self.find_class(self.currentText())
        new = found not in ("", self._shown)
        self.show_class(found or self._shown)
        if new:
            self.chosen.emit(found)


def swatch(color: tuple[int, int, int]) -> QIcon:
    """Return a patch of a colour, with a border that is visible if the bar has the same colour."""
    picture = QPixmap(56, 36)
    picture.fill(QColor(RIM))
    painter = QPainter(picture)
    painter.fillRect(2, 2, 52, 32, QColor(*color))
    painter.end()
    return QIcon(picture)
