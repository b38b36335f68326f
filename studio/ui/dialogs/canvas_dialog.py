"""The canvas size dialog: old and new size, in pixels or on paper, and the anchor."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon, QKeyEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QGridLayout,
    QLabel,
    QToolButton,
    QWidget,
)

from studio.document.document import MAX_SIZE
from studio.ui.dialogs.forms import Form
from studio.ui.widgets.lengths import PLACES, UNITS, DpiField, length, size_text
from studio.ui.widgets.translation import mark, tr
from studio.ui.widgets.widgets import IconHolder, inset

CANVAS_UNITS = (*UNITS, ("%", mark("per cent")))

ANCHORS = (
    (mark("Top left"), mark("Top"), mark("Top right")),
    (mark("Left"), mark("Middle"), mark("Right")),
    (mark("Bottom left"), mark("Bottom"), mark("Bottom right")),
)
ARROWS = {
    (-1, -1): "ph.arrow-up-left",
    (0, -1): "ph.arrow-up",
    (1, -1): "ph.arrow-up-right",
    (-1, 0): "ph.arrow-left",
    (0, 0): "ph.square",
    (1, 0): "ph.arrow-right",
    (-1, 1): "ph.arrow-down-left",
    (0, 1): "ph.arrow-down",
    (1, 1): "ph.arrow-down-right",
}
STEPS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class AnchorGrid(QWidget):
    """Nine buttons, one of which is the anchor; arrows show where the canvas grows."""

    def __init__(self, holder: IconHolder) -> None:
        super().__init__()
        self._holder = holder
        self.place = (1, 1)
        self.buttons: dict[tuple[int, int], QToolButton] = {}
        group = QButtonGroup(self)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(2)
        for row, labels in enumerate(ANCHORS):
            for column, label in enumerate(labels):
                button = QToolButton()
                button.setCheckable(True)
                button.setObjectName("cell")
                button.setIconSize(QSize(16, 16))
                button.setAccessibleName(tr(label))
                button.setToolTip(tr(label))
                button.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
                button.clicked.connect(partial(self.choose, column, row))
                group.addButton(button)
                grid.addWidget(button, row, column)
                self.buttons[column, row] = button
        grid.setColumnStretch(3, 1)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.choose(1, 1)

    @property
    def anchor(self) -> tuple[float, float]:
        """The anchor, 0 to 1 on each axis: 0, 0 is the top left corner."""
        return self.place[0] / 2, self.place[1] / 2

    def choose(self, column: int, row: int, *_: object) -> None:
        """Choose a button, 0 to 2 on each axis."""
        self.place = column, row
        for (x, y), button in self.buttons.items():
            way = max(-1, min(1, x - column)), max(-1, min(1, y - row))
            near = abs(x - column) <= 1 and abs(y - row) <= 1
            icon = self._holder.icons.get(ARROWS[way], accent=way == (0, 0)) if near else QIcon()
            button.setIcon(icon)
            button.setChecked((x, y) == self.place)
        label = tr(ANCHORS[row][column])
        self.setAccessibleDescription(label)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the anchor with the arrow keys."""
        for key, (x, y) in STEPS.items():
            if event.key() == key:
                column, row = self.place
                self.choose(min(max(column + x, 0), 2), min(max(row + y, 0), 2))
                return
        super().keyPressEvent(event)


class CanvasDialog(Form):
    """Asks for another size of the canvas and its density.

    ``result_size``, ``anchor`` and ``dpi`` are the choices.
    """

    def __init__(
        self, width: int, height: int, dpi: float, holder: IconHolder, parent: QWidget | None
    ) -> None:
        super().__init__(tr("Canvas size"), tr("Apply"), parent)
        self._old = width, height
        self._old_dpi = dpi
        self._unit = "px"
        self.chosen = [width, height]
        self.unit = QComboBox()
        for name, label in CANVAS_UNITS:
            self.unit.addItem(tr(label), name)
        self.relative = QCheckBox(tr("Add to the size"))
        self.relative.setAccessibleName(self.relative.text())
        self.fields = (QDoubleSpinBox(), QDoubleSpinBox())
        self.anchor_grid = AnchorGrid(holder)
        self.density = DpiField(dpi)
        self.now = QLabel(size_text(width, height, dpi))
        self.then = QLabel()
        self.note = QLabel()
        self.note.setObjectName("notice")
        self.note.setWordWrap(True)
        self.rows.addRow(tr("Now"), self.now)
        self.add(tr("Unit"), self.unit)
        for label, field in ((tr("Width"), self.fields[0]), (tr("Height"), self.fields[1])):
            inset(field)
            field.setObjectName("stepped")
            self.add(label, field)
        self.rows.addRow("", self.relative)
        self.add(tr("Pixels per inch"), self.density)
        self.add(tr("Anchor"), self.anchor_grid)
        self.rows.addRow(tr("Then"), self.then)
        self.rows.addRow("", self.note)
        self.unit.activated.connect(self._on_unit)
        self.relative.toggled.connect(self._show)
        self.density.valueChanged.connect(self._show)
        for axis, field in enumerate(self.fields):
            field.valueChanged.connect(partial(self._on_field, axis))
        self._show()
        self.fields[0].setFocus()
        self.fields[0].selectAll()

    @property
    def result_size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.chosen[0], self.chosen[1]

    @property
    def anchor(self) -> tuple[float, float]:
        """The anchor, 0 to 1 on each axis."""
        return self.anchor_grid.anchor

    @property
    def dpi(self) -> float:
        """Pixels per inch; exactly the old value unless it was changed."""
        untouched = round(self._old_dpi, self.density.decimals()) == self.density.value()
        return self._old_dpi if untouched else self.density.value()

    def _length(self, pixels: float, axis: int) -> float:
        """Return a length in the unit from pixels."""
        if self._unit == "%":
            return 100 * pixels / self._old[axis]
        return length(pixels, self._unit, self.dpi)

    def _pixels(self, length: float, axis: int) -> int:
        """Return a length in the unit as whole pixels."""
        return round(length / self._length(1.0, axis))

    def _on_unit(self) -> None:
        self._unit = str(self.unit.currentData())
        self._show()

    def _show(self, *_: object) -> None:
        """Show the size in the unit, absolute or as the difference."""
        added = self.relative.isChecked()
        for axis, field in enumerate(self.fields):
            blocked = field.blockSignals(True)
            field.setDecimals(PLACES[self._unit])
            field.setSuffix(f" {self._unit}")
            least = -self._old[axis] + 1 if added else 1
            most = MAX_SIZE - self._old[axis] if added else MAX_SIZE
            field.setRange(self._length(least, axis), self._length(most, axis))
            field.setSingleStep(1.0 if self._unit != "in" else 0.1)
            base = self._old[axis] if added else 0
            field.setValue(self._length(self.chosen[axis] - base, axis))
            field.blockSignals(blocked)
        self._tell()

    def _on_field(self, axis: int, value: float) -> None:
        base = self._old[axis] if self.relative.isChecked() else 0
        self.chosen[axis] = min(max(base + self._pixels(value, axis), 1), MAX_SIZE)
        self._tell()

    def _tell(self) -> None:
        self.then.setText(size_text(*self.result_size, self.dpi))
        smaller = any(new < old for new, old in zip(self.chosen, self._old, strict=True))
        self.note.setText(
            tr("The canvas gets smaller; layers keep what lies outside.") if smaller else ""
        )
