"""The history panel: all entries, the current one marked; a click restores one."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QBrush, QColor
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from studio.session.session import Session
from studio.ui.widgets.listening import listen
from studio.ui.widgets.translation import message, tr
from studio.ui.widgets.widgets import IconHolder


class HistoryPanel(QWidget):
    """Lists the entries of the session's history, the oldest first."""

    def __init__(self, session: Session, holder: IconHolder) -> None:
        super().__init__()
        self._session = session
        self._holder = holder
        self._filling = False
        self.list = QListWidget()
        self.list.setAccessibleName(tr("History"))
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.addWidget(self.list)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.refresh)
        listen(self, session.opened, self._timer.start)
        listen(self, session.committed, self._timer.start)
        self.list.currentRowChanged.connect(self._on_row)

    def refresh(self) -> None:
        """Show the current entries."""
        history = self._session.history
        self._filling = True
        self.list.clear()
        quiet = QBrush(QColor(self._holder.icons.theme.disabled))
        for index, entry in enumerate(history.entries):
            item = QListWidgetItem(message(entry.label))
            if index > history.position:
                item.setForeground(quiet)
                item.setData(Qt.ItemDataRole.AccessibleDescriptionRole, tr("Undone"))
            self.list.addItem(item)
        self.list.setCurrentRow(history.position)
        self._filling = False

    def _on_row(self, row: int) -> None:
        if not self._filling and row >= 0:
            self._session.history.go_to(row)
