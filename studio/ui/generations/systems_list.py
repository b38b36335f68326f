"""The list of systems to compare: the built-in ones, then those of the artist's folders."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from studio.session.generations.systems import System
from studio.ui.widgets.translation import error_text, tr

NAME, YEAR, PAPER = range(3)
SYSTEM = Qt.ItemDataRole.UserRole
DISABLED = QPalette.ColorGroup.Disabled


class SystemsList(QTreeWidget):
    """A row a system with a check box; one that cannot take part is grey and says why."""

    chosen_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Systems to compare"))
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setHeaderLabels([tr("System"), tr("Year"), tr("Paper, or why it cannot be compared")])
        header = self.header()
        header.setStretchLastSection(True)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(YEAR, QHeaderView.ResizeMode.ResizeToContents)
        self._shown: tuple[System, ...] = ()
        self.itemChanged.connect(lambda *_: self.chosen_changed.emit())

    def show_systems(self, systems: Sequence[System], chosen: Sequence[str]) -> None:
        """Show the systems; those whose ids are in ``chosen`` are checked."""
        blocked = self.blockSignals(True)
        self.clear()
        self._shown = tuple(systems)
        for system in self._shown:
            item = _item(system, system.id in chosen)
            self.addTopLevelItem(item)
            if system.error is not None:
                for column in range(3):
                    item.setForeground(
                        column, self.palette().color(DISABLED, QPalette.ColorRole.Text)
                    )
        first = self.topLevelItem(0)
        if first is not None:
            self.setCurrentItem(first)
        self.blockSignals(blocked)
        self.chosen_changed.emit()

    @property
    def systems(self) -> tuple[System, ...]:
        """All systems of the list."""
        return self._shown

    @property
    def chosen(self) -> tuple[System, ...]:
        """The checked ones, in the order of the list."""
        rows = (self.topLevelItem(row) for row in range(self.topLevelItemCount()))
        return tuple(
            item.data(NAME, SYSTEM)
            for item in rows
            if item is not None and item.checkState(NAME) is Qt.CheckState.Checked
        )


def _item(system: System, is_chosen: bool) -> QTreeWidgetItem:
    paper = system.paper
    year = str(paper.year) if paper is not None else ""
    about = paper.source if paper is not None else ""
    item = QTreeWidgetItem([system.name, year, about])
    item.setData(NAME, SYSTEM, system)
    flags = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable
    checked = Qt.CheckState.Checked if is_chosen and system.can_run else Qt.CheckState.Unchecked
    item.setCheckState(NAME, checked)
    if system.error is None:
        item.setFlags(flags | Qt.ItemFlag.ItemIsEnabled)
    else:
        reason = " ".join(error_text(system.error))
        item.setText(PAPER, reason)
        item.setFlags(Qt.ItemFlag.ItemIsSelectable)
        item.setData(NAME, Qt.ItemDataRole.AccessibleTextRole, f"{system.name}: {reason}")
    for column in range(3):
        item.setToolTip(column, item.text(PAPER))
    return item
