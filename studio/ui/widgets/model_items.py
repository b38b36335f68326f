"""The models in a list to choose from: those of the artist, then the systems of the course."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QComboBox

from studio.catalog.generations import SYSTEMS
from studio.catalog.model_spec import ModelSpec
from studio.ui.widgets.translation import tr

HEADING = ""
"""The id of a row that is a heading and cannot be chosen."""


def model_rows(models: Iterable[ModelSpec]) -> list[tuple[str, str]]:
    """Return (id, name) of models in their order, the systems of the course under a heading."""
    rows = [(one.id, one.name) for one in models]
    small = [row for row in rows if row[0] in SYSTEMS]
    own = [row for row in rows if row[0] not in SYSTEMS]
    return [*own, (HEADING, tr("Systems of the course (small)")), *small] if small else own


def fill_models(combo: QComboBox, rows: Sequence[tuple[str, str]]) -> None:
    """Put rows of ``model_rows`` into a list."""
    combo.clear()
    for id, name in rows:
        combo.addItem(name, id)
        items = combo.model()
        if id == HEADING and isinstance(items, QStandardItemModel):
            items.item(combo.count() - 1).setEnabled(False)
