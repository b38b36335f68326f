"""A section with a row for each item, a hint while there is none, and a button that adds one."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Protocol

from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from studio.ui.widgets.widgets import IconHolder, Section, Wrapped, icon_button


class Row(Protocol):
    """A row of such a section."""

    @property
    def stops(self) -> list[QWidget]:
        """The widgets in tab order."""


class RowsSection(Section):
    """``title``, ``hint`` and ``add`` are the texts of heading, hint and button."""

    def __init__(self, title: str, holder: IconHolder, hint: str, add: str) -> None:
        super().__init__(title, holder)
        self._title = title
        self.hint = Wrapped(hint)
        self.hint.setObjectName("caption")
        self.add = icon_button(holder, "ph.plus", add, text=add)
        self.add.setObjectName("adder")
        self.add.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._list = QVBoxLayout()
        self._list.setSpacing(6)

    def _stack(self, spacing: int, *after: QWidget) -> None:
        """Lay out the rows, the hint, the button and what comes after it."""
        column = QVBoxLayout(self.body)
        column.setContentsMargins(0, 0, 0, 4)
        column.setSpacing(spacing)
        column.addLayout(self._list)
        for part in (self.hint, self.add, *after):
            column.addWidget(part)

    def _show_rows(self, rows: Sequence[Row], *after: QWidget, unfold: bool) -> None:
        """Show the number of rows in the heading, and put them into the tab order."""
        count = len(rows)
        self.heading.setText(f"{self._title} ({count})" if count else self._title)
        self.heading.setAccessibleName(self.heading.text())
        if unfold:
            self.heading.setChecked(True)
        self.hint.setVisible(not count)
        stops: list[QWidget] = [self.heading]
        for row in rows:
            stops += row.stops
        for before, behind in pairwise([*stops, self.add, *after]):
            QWidget.setTabOrder(before, behind)
