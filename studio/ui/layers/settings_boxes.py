"""The settings of the active layer below the rows: one box for each kind that has one."""

from __future__ import annotations

from importlib import import_module
from typing import Protocol, cast, runtime_checkable

from PySide6.QtCore import QEvent, SignalInstance
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.document.document import Document
from studio.document.kinds import LAYER_KINDS, LayerKind, kind_of
from studio.document.layer import Layer
from studio.ui.widgets.widgets import IconHolder


class SettingsBox(Protocol):
    """Protocol of the QWidget classes named in ``panel`` of a row of ``LAYER_KINDS``.

    It is constructed with an ``IconHolder``.
    """

    changed: SignalInstance
    """The id of the layer and the fields that differ, for ``LayerKind.with_settings``."""
    resized: SignalInstance
    """Its visible part has another height."""

    def show_layer(self, layer: Layer, model: str) -> None:
        """Show the settings of a layer; ``model`` is the one in use."""
        ...

    def flush(self) -> None:
        """Emit pending changes at once."""
        ...


@runtime_checkable
class ShowsDocument(Protocol):
    """A box that shows more than its layer."""

    def show_document(self, document: Document) -> None:
        """Show what it needs of the document."""
        ...


class SettingsBoxes(QWidget):
    """Holds the boxes and shows the one for the active layer's kind."""

    def __init__(self, holder: IconHolder) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self.boxes: dict[str, SettingsBox] = {}
        for kind in LAYER_KINDS:
            if kind.panel:
                box = _made(kind, holder)
                cast(QWidget, box).hide()
                column.addWidget(cast(QWidget, box))
                self.boxes[kind.id] = box

    def event(self, event: QEvent) -> bool:
        """Let the enclosing scroll area follow a box that needs another height."""
        done = super().event(event)
        viewport = self.parentWidget()
        if event.type() is QEvent.Type.LayoutRequest and viewport is not None:
            area = viewport.parentWidget()
            if area is not None:
                area.updateGeometry()
        return done

    def show_layer(self, layer: Layer | None, model: str) -> bool:
        """Show the box of a layer; False if its kind has none. Other boxes are flushed."""
        wanted = kind_of(layer).id if layer is not None else ""
        for name, box in self.boxes.items():
            if name != wanted and cast(QWidget, box).isVisibleTo(self):
                box.flush()
            cast(QWidget, box).setVisible(name == wanted)
        found = self.boxes.get(wanted)
        if layer is None or found is None:
            return False
        cast(QWidget, found).setEnabled(not layer.locked)
        found.show_layer(layer, model)
        return True

    def show_document(self, document: Document) -> None:
        """Show what the visible box needs of the document, such as a histogram."""
        for box in self.boxes.values():
            if isinstance(box, ShowsDocument) and cast(QWidget, box).isVisibleTo(self):
                box.show_document(document)

    def flush(self) -> None:
        """Emit pending changes of all boxes at once."""
        for box in self.boxes.values():
            box.flush()


def _made(kind: LayerKind, holder: IconHolder) -> SettingsBox:
    module, _, name = kind.panel.partition(":")
    made: SettingsBox = getattr(import_module(module), name)(holder)
    return made
