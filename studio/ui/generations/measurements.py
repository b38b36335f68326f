"""The measurements of a comparison: the chart, and a table with the same numbers."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QSplitter,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from studio.session.generations.chart import chart_of
from studio.session.generations.run import Column
from studio.ui.generations.chart_view import ChartView
from studio.ui.generations.figure_texts import (
    chart_text,
    memory_text,
    quality_text,
    seconds_text,
    state_text,
    variety_text,
    weights_text,
)
from studio.ui.widgets.icons import Icons
from studio.ui.widgets.translation import tr


class Measurements(QWidget):
    """Shows chart and table side by side."""

    def __init__(self, icons: Icons) -> None:
        super().__init__()
        self.chart = ChartView(icons)
        self.table = QTableWidget()
        self.table.setAccessibleName(tr("Measurements"))
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.verticalHeader().hide()
        self.table.setTabKeyNavigation(False)
        heads = [
            tr("System"),
            tr("Quality"),
            tr("A picture"),
            tr("Variety"),
            tr("Memory"),
            tr("Weights"),
            tr("State"),
        ]
        self.table.setColumnCount(len(heads))
        self.table.setHorizontalHeaderLabels(heads)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)
        split = QSplitter()
        split.addWidget(self.chart)
        split.addWidget(self.table)
        split.setChildrenCollapsible(False)
        split.setStretchFactor(0, 1)
        split.setSizes([560, 560])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(split)

    def show_columns(self, columns: Sequence[Column]) -> None:
        """Show the newest measurements."""
        chart = chart_of([(one.system.name, one.figures) for one in columns])
        self.chart.show_chart(chart, chart_text(chart, tuple(columns)))
        current = self.table.currentRow()
        self.table.setRowCount(len(columns))
        for row, column in enumerate(columns):
            figures = column.figures
            texts = (
                column.system.name,
                quality_text(figures),
                seconds_text(figures),
                variety_text(figures),
                memory_text(figures),
                weights_text(figures),
                state_text(column),
            )
            for place, text in enumerate(texts):
                item = QTableWidgetItem(text)
                if 0 < place < len(texts) - 1:
                    item.setTextAlignment(
                        Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
                    )
                self.table.setItem(row, place, item)
        if 0 <= current < len(columns):
            self.table.setCurrentCell(current, 0)
