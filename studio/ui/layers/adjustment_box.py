"""The settings of the active adjustment layer, made from the parameters of its row."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QCheckBox,
    QColorDialog,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from studio.core.errors import StudioError
from studio.document.adjustment_layer import AdjustmentLayer
from studio.document.adjustments.lut import Table, read_cube
from studio.document.adjustments.parameters import Colour, Flag, Number, Parameter
from studio.document.adjustments.table import ADJUSTMENTS, find_adjustment
from studio.document.document import Document
from studio.document.histogram import histogram_below, layers_below
from studio.document.layer import Layer
from studio.ui.layers.curve_view import CurveView, LevelsView
from studio.ui.widgets.translation import error_text, message, tr
from studio.ui.widgets.widgets import IconHolder, Scale, Wrapped, caption, form, icon_button

TICK_MS = 30
"""While a slider is dragged, the picture follows this often."""
CHANNELS = {"Red": (0, "#e05050"), "Green": (1, "#40a860"), "Blue": (2, "#5080e0")}
Show = Callable[[Any], None]


class AdjustmentBox(QWidget):
    """Shows one adjustment; ``changed`` carries its layer and the values that differ, at once."""

    changed = Signal(str, object)
    resized = Signal()

    def __init__(self, holder: IconHolder) -> None:
        super().__init__()
        self._row = next(iter(ADJUSTMENTS.values()))
        self._layer = ""
        self._values: dict[str, Any] = {}
        self._pending: dict[str, Any] = {}
        self._filling = False
        self._below: object = None
        self._shown: dict[str, Show] = {}
        self.fields: dict[str, QWidget] = {}
        """The field of each parameter on the page shown."""
        self.page = QComboBox()
        self.page.setAccessibleName(tr("Part"))
        self.page.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.reset = icon_button(holder, "ph.arrow-counter-clockwise", tr("Reset"))
        self.title = caption("")
        self.reason = Wrapped()
        self.reason.setObjectName("notice")
        self.reason.hide()
        self.curve, self.levels = CurveView(), LevelsView()
        self._body: QWidget | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 4, 0, 2)
        self._column.setSpacing(6)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.title)
        head.addWidget(self.page, 1)
        head.addStretch(0)
        head.addWidget(self.reset)
        self._column.addLayout(head)
        self._column.addWidget(self.curve)
        self._column.addWidget(self.levels)
        self._column.addWidget(self.reason)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self.flush)
        self.page.activated.connect(lambda _: self._on_page())
        self.reset.clicked.connect(self._on_reset)
        self.curve.changed.connect(lambda points: self._note(self._curve_id(), points))
        self.levels.changed.connect(self._on_handles)

    def show_layer(self, layer: Layer, model: str) -> None:
        """Show the values of an adjustment layer."""
        assert isinstance(layer, AdjustmentLayer)
        if layer.id != self._layer:
            self.flush()
            self._layer, self._below = layer.id, None
            self._begin(layer.adjustment)
        if not self._pending:
            self._values = dict(layer.values)
            self._fill()

    def show_document(self, document: Document) -> None:
        """Show the histogram of what is below the layer, if it changed."""
        if self._row.id not in ("levels", "curves"):
            return
        below = layers_below(document.layers, self._layer)
        if below != self._below:
            self._below = below
            self._counts = histogram_below(document, self._layer)
            self._show_counts()

    def flush(self) -> None:
        """Emit pending changes at once."""
        pending, self._pending = self._pending, {}
        self._timer.stop()
        if pending:
            self.changed.emit(self._layer, pending)

    def _begin(self, adjustment: str) -> None:
        self._row = find_adjustment(adjustment)
        groups = list(dict.fromkeys(one.group for one in self._row.parameters if one.group))
        self.page.clear()
        for group in groups:
            self.page.addItem(message(group), group)
        self.page.setVisible(bool(groups))
        self.title.setVisible(not groups)
        self.title.setText(message(self._row.label))
        self.reset.setVisible(bool(self._row.parameters))
        self.curve.setVisible(self._row.id == "curves")
        self.levels.setVisible(self._row.id == "levels")
        self.reason.hide()
        self._on_page()

    def _on_page(self) -> None:
        self.flush()
        if self._body is not None:
            self._column.removeWidget(self._body)
            self._body.hide()
            self._body.deleteLater()
        self._body = QWidget()
        self.fields, self._shown = {}, {}
        rows = form(self._body)
        for one in self._row.parameters:
            if one.group in ("", self.page.currentData()):
                field = self._field(one)
                self.fields[one.id] = field
                if isinstance(one, Flag):
                    rows.addRow(field)
                else:
                    rows.addRow(caption(message(one.label)), field)
        self._column.addWidget(self._body)
        self._show_counts()
        if self._values and set(self._values) == {one.id for one in self._row.parameters}:
            self._fill()
        self.resized.emit()

    def _field(self, one: Parameter) -> QWidget:
        label = message(one.label)
        if isinstance(one, Number):
            scale = Scale(label, one.low, one.high, decimals=one.decimals, suffix=one.unit)
            scale.changed.connect(lambda value: self._note(one.id, value))
            self._shown[one.id] = scale.show_value
            return scale
        if isinstance(one, Flag):
            box = QCheckBox(label)
            box.setAccessibleName(label)
            box.toggled.connect(lambda on: self._note(one.id, on))
            self._shown[one.id] = box.setChecked
            return box
        if isinstance(one, Colour | Table):
            button = QPushButton()
            button.setAccessibleName(label)
            choose = self._choose_colour if isinstance(one, Colour) else self._choose_file
            button.clicked.connect(lambda: choose(one.id))
            self._shown[one.id] = (
                (lambda value: _show_colour(button, value))
                if isinstance(one, Colour)
                else (lambda value: button.setText(tr("Replace…") if value else tr("Choose…")))
            )
            return button
        line = QLineEdit()
        line.setAccessibleName(label)
        line.editingFinished.connect(lambda: self._on_text(one, line))
        self._shown[one.id] = lambda value: line.setText(_text(value))
        return line

    def _fill(self) -> None:
        self._filling = True
        for name, show in self._shown.items():
            show(self._values[name])
        if self._row.id == "curves":
            self.curve.show_points(self._values[self._curve_id()])
        elif self._row.id == "levels":
            names = (f"{self._prefix()}{one}" for one in ("black", "gamma", "white"))
            self.levels.show_levels(*(self._values[name] for name in names))
        self._filling = False

    def _note(self, name: str, value: Any) -> None:
        if self._filling or self._values.get(name) == value:
            return
        self._values[name] = value
        self._pending[name] = value
        if self._row.id in ("curves", "levels"):
            self._fill()
        if not self._timer.isActive():
            self._timer.start()

    def _on_text(self, one: Parameter, line: QLineEdit) -> None:
        if line.text() == _text(self._values[one.id]):
            return
        try:
            value = one.parse(line.text())
        except (ValueError, TypeError):
            line.setText(_text(self._values[one.id]))
        else:
            self._note(one.id, value)

    def _on_reset(self) -> None:
        for one in self._row.parameters:
            if self._values.get(one.id) != one.default:
                self._values[one.id] = self._pending[one.id] = one.default
        self._fill()
        self.flush()

    def _on_handles(self, numbers: tuple[float, float, float]) -> None:
        for name, value in zip(("black", "gamma", "white"), numbers, strict=True):
            self._note(f"{self._prefix()}{name}", value)

    def _prefix(self) -> str:
        group = str(self.page.currentData())
        return f"{group.lower()}." if group in CHANNELS else ""

    def _curve_id(self) -> str:
        group = str(self.page.currentData())
        return group.lower() if group in CHANNELS else "points"

    def _show_counts(self) -> None:
        if self._below is None or self._row.id not in ("levels", "curves"):
            return
        row, colour = CHANNELS.get(str(self.page.currentData()), (3, ""))
        view = self.curve if self._row.id == "curves" else self.levels
        view.show_counts(self._counts[row], QColor(colour) if colour else None)

    def _choose_colour(self, name: str) -> None:
        chosen = QColorDialog.getColor(QColor(self._values[name]), self, tr("Colour"))
        if chosen.isValid():
            self._note(name, chosen.name())
            self._fill()

    def _choose_file(self, name: str) -> None:
        path, _ = QFileDialog.getOpenFileName(
            self, tr("Choose a table of colours"), "", tr("Tables of colours") + " (*.cube)"
        )
        if path:
            self.use_file(name, Path(path))

    def use_file(self, name: str, path: Path) -> None:
        """Take the table of a file, or show why it cannot be read."""
        try:
            self._note(name, read_cube(path))
        except StudioError as error:
            self.reason.setText(" ".join(error_text(error)))
            self.reason.show()
        else:
            self.reason.hide()
            self._fill()
        self.resized.emit()


def _show_colour(button: QPushButton, colour: str) -> None:
    button.setText(colour)
    ink = "#000000" if QColor(colour).lightness() > 128 else "#ffffff"
    button.setStyleSheet(f"background: {colour}; color: {ink}")


def _text(value: Any) -> str:
    """Return points or stops as the command line writes them."""
    if isinstance(value, str):
        return value
    return " ".join(f"{a:g}:{b:g}" if isinstance(b, float) else f"{a:g}:{b}" for a, b in value)
