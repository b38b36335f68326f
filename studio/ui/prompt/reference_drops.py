"""Drops of pictures and layers on the prompt panel, on any of its fields."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QWidget

from studio.core.errors import StudioError
from studio.ui.layers.layers_panel import ID, NAME, LayerTree
from studio.ui.prompt.reference_sources import ReferenceSource, Work, holds_pictures, pictures_in
from studio.ui.widgets.translation import tr

WATCHED = (QEvent.Type.DragEnter, QEvent.Type.DragMove, QEvent.Type.Drop)


class PictureDrops(QObject):
    """Accepts pictures dropped on widgets; other drops, such as text, go to the widget itself."""

    dropped = Signal(object)
    """A list with the ``Work`` for each picture."""
    failed = Signal(object)

    def __init__(self, source: ReferenceSource, parent: QObject) -> None:
        super().__init__(parent)
        self._source = source

    def watch(self, widget: QWidget) -> None:
        """Accept pictures dropped on a widget."""
        widget.setAcceptDrops(True)
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Accept drags and drops of pictures and layers."""
        if event.type() not in WATCHED or not isinstance(event, QDropEvent):
            return False
        tree = event.source()
        is_layer = isinstance(tree, LayerTree)
        if not is_layer and not holds_pictures(event.mimeData()):
            return False
        dropping = event.type() is QEvent.Type.Drop
        if is_layer:
            # After a MoveAction the source list would remove the row.
            action = Qt.DropAction.IgnoreAction if dropping else event.proposedAction()
        else:
            action = Qt.DropAction.CopyAction
        event.setDropAction(action)
        event.accept()
        if dropping:
            try:
                self.dropped.emit(self._works(event))
            except StudioError as error:
                self.failed.emit(error)
        return True

    def _works(self, event: QDropEvent) -> list[Work]:
        tree = event.source()
        if isinstance(tree, LayerTree):
            item = tree.currentItem()
            return [self._source.layer(str(item.data(NAME, ID)) if item is not None else "")]
        return pictures_in(event.mimeData(), tr("Dropped picture"))
