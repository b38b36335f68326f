"""The settings of the active control layer: its kind, strength and range of steps."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from studio.catalog.controls import CONTROL_KINDS, MODES
from studio.catalog.reasons import control_reason
from studio.core.errors import StudioError
from studio.document.layer import Control, ControlLayer, Layer
from studio.ui.widgets.translation import error_text, message, tr
from studio.ui.widgets.widgets import (
    IconHolder,
    Scale,
    Section,
    Wrapped,
    caption,
    form,
    icon_button,
    number,
)

SETTLES_MS = 250
"""A dragged slider makes one history entry once it rests for this long."""


class ControlBox(QWidget):
    """Shows one control; ``changed`` carries its layer and the fields that differ."""

    changed = Signal(str, object)
    resized = Signal()
    """Its visible part has another height."""

    def __init__(self, holder: IconHolder) -> None:
        super().__init__()
        self._control: Control | None = None
        self._asked = ""
        self._reasons: dict[tuple[str, str], StudioError | None] = {}
        self._layer = ""
        self._pending: dict[str, Any] = {}
        self._filling = False
        self.used = QCheckBox(tr("Steers edits"))
        self.kind = QComboBox()
        self.strength = Scale(tr("Strength"), 0, 2, decimals=2)
        self.start = number(tr("Start of influence"), 0, 100, 0, " %")
        self.end = number(tr("End of influence"), 0, 100, 100, " %")
        self.mode = QComboBox()
        self.model = QLineEdit()
        self.browse = icon_button(holder, "ph.folder-open", tr("Choose a ControlNet folder"))
        self.file = icon_button(holder, "ph.file-plus", tr("Choose a ControlNet file"))
        self.reason = Wrapped()
        self.more = Section(tr("Influence"), holder)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SETTLES_MS)
        self._timer.timeout.connect(self.flush)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 2)
        column.setSpacing(6)
        for kind in CONTROL_KINDS.values():
            self.kind.addItem(message(kind.label), kind.id)
        for mode, label in MODES.items():
            self.mode.addItem(message(label), mode)
        for box in (self.kind, self.mode):
            box.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.used.setToolTip(tr("Edits follow this layer, whether it is shown or hidden"))
        self.model.setPlaceholderText(tr("The model's own"))
        self.model.setClearButtonEnabled(False)
        named = (
            (self.used, tr("Steers edits")),
            (self.kind, tr("Kind of control")),
            (self.mode, tr("Balance of prompt and control")),
            (self.model, tr("ControlNet folder or file")),
        )
        for widget, name in named:
            widget.setAccessibleName(name)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.used)
        head.addWidget(self.kind, 1)
        column.addLayout(head)
        first = QWidget()
        rows = form(first)
        rows.addRow(caption(tr("Strength")), self.strength)
        column.addWidget(first)
        self.reason.setObjectName("notice")
        self.reason.hide()
        column.addWidget(self.reason)
        rows = form(self.more.body)
        part = QHBoxLayout()
        part.setSpacing(6)
        part.addWidget(self.start, 1)
        part.addWidget(caption(tr("to")))
        part.addWidget(self.end, 1)
        rows.addRow(caption(tr("Steps")), part)
        rows.addRow(caption(tr("Balance")), self.mode)
        folder = QHBoxLayout()
        folder.setSpacing(4)
        folder.addWidget(self.model, 1)
        folder.addWidget(self.browse)
        folder.addWidget(self.file)
        rows.addRow(caption(tr("ControlNet")), folder)
        column.addWidget(self.more)

    def _connect(self) -> None:
        self.used.toggled.connect(lambda on: self._note("used", on))
        self.kind.activated.connect(lambda: self._note("kind", self.kind.currentData()))
        self.mode.activated.connect(lambda: self._note("mode", self.mode.currentData()))
        self.strength.changed.connect(lambda value: self._note("strength", round(value, 2)))
        self.start.valueChanged.connect(lambda value: self._note("start", value / 100))
        self.end.valueChanged.connect(lambda value: self._note("end", value / 100))
        self.model.editingFinished.connect(self._on_folder)
        self.browse.clicked.connect(self._choose_folder)
        self.file.clicked.connect(self._choose_file)
        self.more.heading.toggled.connect(lambda unfolded: self.resized.emit())

    def show_layer(self, layer: Layer, model: str) -> None:
        """Show the control of a layer, and the reason if the current model does not support it."""
        assert isinstance(layer, ControlLayer)
        if model != self._asked:
            self._asked = model
            self._reasons.clear()
        asked = layer.control.kind, layer.control.model
        if asked not in self._reasons:
            self._reasons[asked] = control_reason(model, *asked)
        error = self._reasons[asked]
        self.show_control(layer.id, layer.control, *(error_text(error) if error else ("", "")))

    def show_control(self, layer: str, control: Control, reason: str, hint: str = "") -> None:
        """Show a layer's control; ``reason`` is why the model in use does not support it, or ""."""
        if layer != self._layer:
            self.flush()
            self._layer = layer
        self.reason.setText(reason)
        self.reason.setToolTip(hint)
        self.reason.setVisible(bool(reason))
        if self._pending:
            return  # The artist is dragging it.
        self._control = control
        self._filling = True
        self.used.setChecked(control.used)
        self.kind.setCurrentIndex(self.kind.findData(control.kind))
        self.mode.setCurrentIndex(self.mode.findData(control.mode))
        self.strength.show_value(control.strength)
        self.start.setValue(round(control.start * 100))
        self.end.setValue(round(control.end * 100))
        self.model.setText(control.model)
        self._filling = False

    def flush(self) -> None:
        """Emit pending changes at once."""
        pending, self._pending = self._pending, {}
        self._timer.stop()
        if pending:
            self.changed.emit(self._layer, pending)

    def _note(self, name: str, value: Any) -> None:
        if self._filling or self._control is None:
            return
        self._pending[name] = value
        if name in ("start", "end"):
            self._order(name)
        self._timer.start()

    def _order(self, name: str) -> None:
        """Move the other end along, so that the start never exceeds the end."""
        if self.start.value() > self.end.value():
            other, value = (
                (self.end, self.start.value())
                if name == "start"
                else (self.start, self.end.value())
            )
            other.setValue(value)

    def _on_folder(self) -> None:
        if self._control is not None and self.model.text() != self._control.model:
            self._note("model", self.model.text().strip())
            self.flush()

    def _choose_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, tr("Choose a ControlNet folder"))
        self._use(name)

    def _choose_file(self) -> None:
        name, _ = QFileDialog.getOpenFileName(
            self, tr("Choose a ControlNet file"), "", tr("ControlNets") + " (*.safetensors)"
        )
        self._use(name)

    def _use(self, name: str) -> None:
        if name:
            self.model.setText(name)
            self._on_folder()
