"""The licences of the files of a model, before it is downloaded."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from studio.catalog.first_fetch import licence_text, page_of
from studio.catalog.first_models import LICENCES, FirstModel
from studio.ui.widgets.text_dialog import TextDialog
from studio.ui.widgets.translation import message, tr


class LicenceDialog(TextDialog):
    """Each licence with the files that it is for."""

    def __init__(self, rows: Sequence[FirstModel], parent: QWidget | None = None) -> None:
        super().__init__(tr("Licences"), parent)
        self.page.setPlainText(licences_text(rows))


def licences_text(rows: Sequence[FirstModel]) -> str:
    """Return the licences of some files, each once: a summary, the pages, and the whole text."""
    parts = []
    for id in dict.fromkeys(row.licence for row in rows):
        licence = LICENCES[id]
        under = [row for row in rows if row.licence == id]
        head = [f"{row.title}: {page_of(row)}" for row in under]
        name = licence.name if id else message(licence.name)
        text = licence_text(under[0])
        body = [name.upper(), *head, "", message(licence.summary)]
        if text:
            body += [tr("The text below binds, not this summary."), "", text.strip()]
        parts.append("\n".join(body))
    return f"\n\n\n{'—' * 30}\n\n".join(parts)
