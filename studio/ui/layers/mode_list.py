"""The list of blend modes in the layers panel, with a line between the sections as in Photoshop."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QComboBox, QListView

from studio.document.blend import BlendMode
from studio.ui.widgets.translation import message

LETTERS = 14
"""Least visible letters of the chosen mode; the open list is as wide as it needs to be."""


class ModeList(QComboBox):
    """Shows the mode of the active layer; group modes are listed for groups only."""

    chosen = Signal(object)
    """The ``BlendMode`` that was picked."""

    def __init__(self) -> None:
        super().__init__()
        self._only_groups: list[int] = []
        section = None
        for mode in BlendMode:
            row = mode.value
            if section not in (None, row.section):
                if BlendMode(self.itemData(self.count() - 1)).value.only_groups:
                    self._only_groups.append(self.count())
                self.insertSeparator(self.count())
            section = row.section
            if row.only_groups:
                self._only_groups.append(self.count())
            self.addItem(message(row.label), mode)
        self.setMaxVisibleItems(self.count())
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(LETTERS)
        self.activated.connect(lambda: self.chosen.emit(self.currentData()))

    def show_mode(self, mode: BlendMode, *, group: bool) -> None:
        """Show the mode of a layer, which may be a ``group``, without emitting a signal."""
        view, model = self.view(), self.model()
        assert isinstance(view, QListView) and isinstance(model, QStandardItemModel)
        for index in self._only_groups:
            view.setRowHidden(index, not group)
            if self.itemData(index) is not None:  # A separator is never enabled.
                model.item(index).setEnabled(group)
        self.setCurrentIndex(self.findData(mode))

    def showPopup(self) -> None:
        """Open the list as wide as its longest label."""
        self.view().setMinimumWidth(self.view().sizeHintForColumn(0) + 24)
        super().showPopup()
