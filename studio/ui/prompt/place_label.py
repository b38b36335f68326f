"""The label that shows which place the next edit will change."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from studio.core.geometry import Rect
from studio.document.document import Document
from studio.document.raster import Raster
from studio.edit.prepare import WHOLE
from studio.edit.request import Task
from studio.edit.where import Kind, Place, place_of
from studio.ui.widgets.translation import tr
from studio.ui.widgets.widgets import Wrapped


class PlaceLabel(Wrapped):
    """One line such as "In the mask", updated when the mask or the selection changes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.setObjectName("caption")
        self.place = Place(Kind.NOWHERE)
        self._task = Task.FILL
        self._layer = ""
        self._seen: tuple[Raster | None, Raster | None, Rect | None] = (None, None, None)
        self._say()

    def show_document(self, document: Document) -> None:
        """Follow the mask and the selection of a document."""
        seen = document.mask, document.selection, document.rect
        if seen[0] is self._seen[0] and seen[1] is self._seen[1] and seen[2] == self._seen[2]:
            return
        self._seen = seen
        self.place = place_of(document)
        self._say()

    def show_task(self, task: Task) -> None:
        """Follow the task of Generate."""
        self._task = task
        self._say()

    def show_layer(self, name: str) -> None:
        """Show that Generate remakes a layer; "" for a new one."""
        self._layer = name
        self._say()

    def _say(self) -> None:
        text = self._text()
        self.setText(text)
        self.setAccessibleName(tr("Where: {place}", place=text))

    def _text(self) -> str:
        if self._layer:
            return tr("In the place of “{name}”", name=self._layer)
        if self._task is Task.EXTEND:
            return tr("In the empty part of the canvas")
        if self._task is Task.GENERATE:
            return tr("The whole canvas, as a new picture")
        if self.place.ignored:
            return tr("In the selection; the mask does not count")
        if self.place.kind is Kind.NOWHERE and self._task in WHOLE:
            return tr("The whole picture: no mask, no selection")
        return {
            Kind.MASK: tr("In the mask"),
            Kind.SELECTION: tr("In the selection"),
            Kind.BOTH: tr("Where mask and selection meet"),
            Kind.NOWHERE: tr("Nowhere: paint a mask (Q) or select (M)"),
        }[self.place.kind]
