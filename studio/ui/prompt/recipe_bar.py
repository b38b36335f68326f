"""The bar that is shown while the prompt panel edits the recipe of an existing layer."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout

from studio.edit.networks import LORA
from studio.edit.settings import own_adapters
from studio.edit.vae import VAE
from studio.session.edit_settings import EditState, LayerChange
from studio.ui.widgets.listening import listen
from studio.ui.widgets.translation import tr
from studio.ui.widgets.widgets import Wrapped


class RecipeBar(QFrame):
    """Shows which layer Generate remakes; ``ended`` carries whether its settings are kept."""

    ended = Signal(bool)

    def __init__(self, state: EditState) -> None:
        super().__init__()
        self._state = state
        self.setObjectName("recipeBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.text = Wrapped()
        self.done = QPushButton(tr("Done"))
        self.done.setToolTip(tr("Keep these settings for the next edit"))
        self.cancel = QPushButton(tr("Cancel"))
        self.cancel.setToolTip(tr("Restore the previous settings; the layer stays as it is"))
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
        listen(self, state.layer_changed, self._show)
        self._show(state.layer)

    @property
    def layer_id(self) -> str | None:
        """The layer that Generate remakes, None if it makes a new one."""
        return self._state.layer.layer_id if self._state.layer is not None else None

    def _show(self, layer: LayerChange | None) -> None:
        """Show the layer, and the adapters of its recipe that no other part of the panel shows."""
        if layer is None:
            self.hide()
            return
        said = tr("Changing the layer “{name}”", name=layer.name)
        every = own_adapters(self._state.settings.adapters)
        own = [use for use in every if use.kind not in (LORA, VAE)]
        adapters = ", ".join(f"{_file_name(use.path)} {use.weight:g}" for use in own)
        self.text.setText(
            tr("{text} (with {adapters})", text=said, adapters=adapters) if adapters else said
        )
        self.setAccessibleName(self.text.text())
        self.show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Cancel on Esc, also from its buttons."""
        if event.key() == Qt.Key.Key_Escape:
            self.ended.emit(False)
            return
        super().keyPressEvent(event)


def _file_name(path: str) -> str:
    return path.replace("\\", "/").rsplit("/", 1)[-1].rsplit(".", 1)[0]
