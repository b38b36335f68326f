"""The bar that is shown as long as the prompt panel changes a layer that is there already."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from studio.document.document import Document
from studio.edit.request import Task
from studio.edit.settings import EditSettings, own_adapters
from studio.ui.widgets.translation import tr
from studio.ui.widgets.widgets import Wrapped


class RecipeBar(QFrame):
    """Says which layer Generate makes again; ``ended`` says whether its settings are kept."""

    ended = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("recipeBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.layer_id: str | None = None
        """The layer that Generate makes again, None if it makes a new one."""
        self.before: tuple[EditSettings, Task] | None = None
        """What the panel showed before."""
        self.text = Wrapped()
        self.done = QPushButton(tr("Done"))
        self.done.setToolTip(tr("Keep these settings for the next edit"))
        self.cancel = QPushButton(tr("Cancel"))
        self.cancel.setToolTip(tr("Bring the settings from before back; the layer stays as it is"))
        for button in (self.done, self.cancel):
            button.setAccessibleName(button.text())
            button.setAccessibleDescription(button.toolTip())
        self.done.clicked.connect(lambda: self.ended.emit(True))
        self.cancel.clicked.connect(lambda: self.ended.emit(False))
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.done)
        row.addWidget(self.cancel)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 8, 8)
        column.setSpacing(6)
        column.addWidget(self.text)
        column.addLayout(row)
        self.hide()

    def begin(self, layer_id: str, name: str, settings: EditSettings) -> None:
        """Show that a layer is changed, and the adapters of its recipe that no prompt names."""
        self.layer_id = layer_id
        said = tr("Changing the layer “{name}”", name=name)
        own = own_adapters(settings.adapters)
        adapters = ", ".join(f"{_file_name(use.path)} {use.weight:g}" for use in own)
        self.text.setText(
            tr("{text} (with {adapters})", text=said, adapters=adapters) if adapters else said
        )
        self.setAccessibleName(self.text.text())
        self.show()

    def end(self) -> None:
        """Go back to making new layers."""
        self.layer_id = None
        self.before = None
        self.hide()

    def follow(self, document: Document) -> None:
        """End if the layer is gone, keeping the settings."""
        if self.layer_id is not None and document.find(self.layer_id) is None:
            self.ended.emit(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc on its buttons cancels."""
        if event.key() == Qt.Key.Key_Escape:
            self.ended.emit(False)
            return
        super().keyPressEvent(event)


def _file_name(path: str) -> str:
    return path.replace("\\", "/").rsplit("/", 1)[-1].rsplit(".", 1)[0]
