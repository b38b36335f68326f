"""One system of a comparison: its name and paper, its pictures, its measurements."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget

from studio.session.generations.run import Column, State
from studio.ui.generations.cell_view import RING, SIDE, CellView
from studio.ui.generations.figure_texts import about_text, column_lines
from studio.ui.widgets.translation import tr
from studio.ui.widgets.widgets import Elided, IconHolder, Wrapped, icon_button


class ColumnView(QWidget):
    """Shows one column; ``stop`` and ``again`` act on it alone."""

    stop_asked = Signal(object)
    again_asked = Signal(object)

    def __init__(self, column: Column, holder: IconHolder) -> None:
        super().__init__()
        self.column = column
        name = column.system.name
        self.setAccessibleName(name)
        self.title = Elided(name)
        self.title.setObjectName("strong")
        self.about = Elided(about_text(column) or " ")
        self.about.setObjectName("caption")
        paper = column.system.paper
        if paper is not None:
            self.about.setAccessibleDescription(paper.source)
        self.cells = [CellView(name, cell, holder.icons) for cell in column.cells]
        self.lines = Wrapped()
        self.lines.setObjectName("caption")
        self.lines.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.stop: QToolButton = icon_button(
            holder, "ph.stop-circle", tr("Stop {system}", system=name)
        )
        self.again: QToolButton = icon_button(
            holder, "ph.arrows-clockwise", tr("Make the missing pictures of {system}", system=name)
        )
        self.stop.clicked.connect(lambda: self.stop_asked.emit(self.column))
        self.again.clicked.connect(lambda: self.again_asked.emit(self.column))
        self._lay_out()
        self.refresh()

    def _lay_out(self) -> None:
        head = QVBoxLayout()
        head.setSpacing(0)
        head.addWidget(self.title)
        head.addWidget(self.about)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(head)
        for cell in self.cells:
            layout.addWidget(cell)
        layout.addWidget(self.lines)
        # Both buttons share one place, so that nothing moves.
        layout.addWidget(self.stop)
        layout.addWidget(self.again)
        layout.addStretch(1)
        self.setFixedWidth(SIDE + 2 * RING)

    def refresh(self) -> None:
        """Show the newest state of the column."""
        column = self.column
        for view in self.cells:
            view.refresh()
        text = "\n".join(column_lines(column))
        if text != self.lines.text():
            self.lines.setText(text)
        wrong = "notice" if column.error is not None else "caption"
        if self.lines.objectName() != wrong:
            self.lines.setObjectName(wrong)
            self.lines.style().polish(self.lines)
        busy = column.state in (State.WAITING, State.RUNNING)
        focused = self.stop.hasFocus() or self.again.hasFocus()
        self.stop.setVisible(busy)
        self.again.setVisible(not busy and _is_incomplete(column))
        if focused and self.isVisible():
            (
                self.stop if busy else self.again if self.again.isVisible() else self.cells[0]
            ).setFocus()


def _is_incomplete(column: Column) -> bool:
    return column.system.can_run and any(cell.result is None for cell in column.cells)
