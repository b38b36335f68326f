"""The pictures of a comparison: a column a system, a row a seed, all reached by the arrow keys."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from studio.session.generations.run import Cell, Column
from studio.ui.generations.cell_view import CellView
from studio.ui.generations.column_view import ColumnView
from studio.ui.widgets.translation import tr
from studio.ui.widgets.widgets import IconHolder


class ColumnsPage(QScrollArea):
    """Scrolls both ways; the chosen picture is the one that had the focus last."""

    stop_asked = Signal(object)
    again_asked = Signal(object)
    taken = Signal()
    chosen = Signal()

    def __init__(self, holder: IconHolder) -> None:
        super().__init__()
        self._holder = holder
        self.views: list[ColumnView] = []
        self._chosen: CellView | None = None
        self.setAccessibleName(tr("Pictures"))
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        # Only the pictures and buttons inside take the focus.
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.show_columns(())

    def show_columns(self, columns: Sequence[Column]) -> None:
        """Show other columns."""
        self._chosen = None
        body = QWidget()
        outer = QVBoxLayout(body)
        outer.setContentsMargins(0, 0, 0, 0)
        row = QHBoxLayout()
        row.setSpacing(10)
        self.views = [ColumnView(column, self._holder) for column in columns]
        for place, view in enumerate(self.views):
            row.addWidget(view, 0, Qt.AlignmentFlag.AlignTop)
            view.stop_asked.connect(self.stop_asked)
            view.again_asked.connect(self.again_asked)
            for depth, cell in enumerate(view.cells):
                cell.chosen.connect(self._on_chosen)
                cell.taken.connect(self.taken)
                cell.moved.connect(lambda dx, dy, x=place, y=depth: self._go(x + dx, y + dy))
        if not self.views:
            hint = QLabel(
                tr("Type a prompt and press Compare: each system makes its pictures here.")
            )
            hint.setObjectName("hint")
            hint.setWordWrap(True)
            row.addWidget(hint, 1)
        row.addStretch(1)
        outer.addLayout(row)
        outer.addStretch(1)
        self.setWidget(body)

    def refresh(self, column: Column) -> None:
        """Show the newest state of one column."""
        for view in self.views:
            if view.column is column:
                view.refresh()

    @property
    def cell(self) -> Cell | None:
        """The chosen cell, if any."""
        return self._chosen.cell if self._chosen is not None else None

    def focus_first(self) -> None:
        """Move the focus to the chosen picture, or to the first one."""
        target = self._chosen or (self.views[0].cells[0] if self.views else None)
        if target is not None:
            target.setFocus()

    def _go(self, x: int, y: int) -> None:
        if 0 <= x < len(self.views) and 0 <= y < len(self.views[x].cells):
            self.views[x].cells[y].setFocus()

    def _on_chosen(self, view: CellView) -> None:
        if self._chosen is not None and self._chosen is not view:
            self._chosen.choose(False)
        self._chosen = view
        view.choose(True)
        self.ensureWidgetVisible(view)
        self.chosen.emit()
