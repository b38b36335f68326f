"""The image size dialog: what is scaled, to which size, and how."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QLabel, QWidget

from studio.core.errors import StudioError
from studio.document.document import MAX_SIZE, Document, size_error
from studio.edit.enlarging import (
    DETAIL,
    HOWS,
    LAYER,
    PICTURE,
    SELECTION,
    check_cost,
    cost_of,
    scope_size,
)
from studio.ui.dialogs.forms import Form
from studio.ui.widgets.amounts import bytes_text, time_text
from studio.ui.widgets.lengths import PLACES, size_text
from studio.ui.widgets.translation import error_text, mark, message, tr
from studio.ui.widgets.widgets import inset

SCOPES = (
    (PICTURE, mark("The whole picture")),
    (LAYER, mark("The active layer")),
    (SELECTION, mark("The selection, as a new layer")),
)
UNITS = (("px", mark("pixels")), ("%", mark("per cent")))


class ImageSizeDialog(Form):
    """Asks for a new size; ``scope``, ``how`` and ``result_size`` are the choices.

    ``speed`` is the time for a megapixel of the network's input in seconds, ``missing`` the reason
    if the network is not installed.
    """

    def __init__(
        self,
        document: Document,
        speed: float,
        missing: StudioError | None,
        parent: QWidget | None,
    ) -> None:
        super().__init__(tr("Image size"), tr("Apply"), parent)
        self.setMinimumWidth(440)
        self._document, self._speed, self._missing = document, speed, missing
        self._sizes: Mapping[str, tuple[int, int] | None] = {
            scope: scope_size(document, scope) for scope, _ in SCOPES
        }
        self.chosen = [document.width, document.height]
        self.scope_choice = QComboBox()
        for scope, label in SCOPES:
            if self._sizes[scope] is not None:
                self.scope_choice.addItem(tr(label), scope)
        self.unit = QComboBox()
        for name, label in UNITS:
            self.unit.addItem(tr(label), name)
        self.fields = (QDoubleSpinBox(), QDoubleSpinBox())
        self.locked = QCheckBox(tr("Keep the proportions"))
        self.locked.setAccessibleName(self.locked.text())
        self.locked.setChecked(True)
        self.how_choice = QComboBox()
        for how, label in HOWS.items():
            self.how_choice.addItem(message(label), how)
        self.now, self.then, self.note = QLabel(), QLabel(), QLabel()
        self.note.setObjectName("notice")
        self.note.setWordWrap(True)
        self._arrange()
        self._connect()
        start = DETAIL if missing is None else "lanczos"
        self.how_choice.setCurrentIndex(self.how_choice.findData(start))
        self._on_scope()
        self.fields[0].setFocus()
        self.fields[0].selectAll()

    def _arrange(self) -> None:
        self.add(tr("Scale"), self.scope_choice)
        self.rows.addRow(tr("Now"), self.now)
        self.add(tr("Unit"), self.unit)
        for label, field in zip((tr("Width"), tr("Height")), self.fields, strict=True):
            inset(field)
            field.setObjectName("stepped")
            self.add(label, field)
        self.rows.addRow("", self.locked)
        self.add(tr("Resampling"), self.how_choice)
        self.rows.addRow(tr("Then"), self.then)
        # Room for three lines, so that no button moves when the text changes.
        self.note.setMinimumHeight(3 * self.note.fontMetrics().lineSpacing() + 4)
        self.rows.addRow("", self.note)

    def _connect(self) -> None:
        self.scope_choice.activated.connect(self._on_scope)
        self.unit.activated.connect(self._show)
        self.how_choice.currentIndexChanged.connect(self._tell)
        self.locked.toggled.connect(self._on_locked)
        for axis, field in enumerate(self.fields):
            field.valueChanged.connect(partial(self._on_field, axis))

    @property
    def scope(self) -> str:
        """What is scaled, as in ``edit.enlarging``."""
        return str(self.scope_choice.currentData())

    @property
    def how(self) -> str:
        """The id of the way to resample."""
        return str(self.how_choice.currentData())

    @property
    def result_size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.chosen[0], self.chosen[1]

    @property
    def _old(self) -> tuple[int, int]:
        return self._sizes[self.scope] or (self._document.width, self._document.height)

    def _on_scope(self, *_: object) -> None:
        self.chosen = list(self._old)
        self.now.setText(size_text(*self._old, self._document.dpi))
        self._show()

    def _show(self, *_: object) -> None:
        """Show the size in the unit."""
        unit = str(self.unit.currentData())
        for axis, field in enumerate(self.fields):
            blocked = field.blockSignals(True)
            field.setDecimals(PLACES[unit])
            field.setSuffix(f" {unit}")
            whole = 100 / self._old[axis] if unit == "%" else 1.0
            field.setRange(whole, MAX_SIZE * whole)
            field.setSingleStep(1.0)
            field.setValue(self.chosen[axis] * whole)
            field.blockSignals(blocked)
        self._tell()

    def _on_field(self, axis: int, value: float) -> None:
        is_share = self.unit.currentData() == "%"
        pixels = round(value * self._old[axis] / 100) if is_share else round(value)
        self.chosen[axis] = min(max(pixels, 1), MAX_SIZE)
        if self.locked.isChecked():
            self._follow(axis, value / 100 if is_share else None)
        self._tell()

    def _on_locked(self, is_locked: bool) -> None:
        if is_locked:
            self._follow(0)
            self._tell()

    def _follow(self, axis: int, share: float | None = None) -> None:
        """Set the other side in proportion, and show it."""
        other = 1 - axis
        factor = self.chosen[axis] / self._old[axis] if share is None else share
        self.chosen[other] = min(max(round(self._old[other] * factor), 1), MAX_SIZE)
        field = self.fields[other]
        blocked = field.blockSignals(True)
        is_share = self.unit.currentData() == "%"
        shown = 100 * factor if is_share else self.chosen[other]
        field.setValue(shown)
        field.blockSignals(blocked)

    def _tell(self, *_: object) -> None:
        self.then.setText(size_text(*self.result_size, self._document.dpi))
        error = self._refusal()
        text = self._remark() if error is None else " ".join(error_text(error)).strip()
        self.note.setText(text)
        self.accept_button.setEnabled(error is None)

    def _refusal(self) -> StudioError | None:
        """Return why this cannot be done, None if it can."""
        error = size_error(*self.result_size)
        if error is not None or self.how != DETAIL:
            return error
        cost = cost_of(self._document, self.scope, self.result_size)
        if cost.megapixels and self._missing is not None:
            return self._missing
        try:
            check_cost(cost)
        except StudioError as found:
            return found
        return None

    def _remark(self) -> str:
        """Return what the choice takes, or means."""
        if self.how != DETAIL:
            return ""
        cost = cost_of(self._document, self.scope, self.result_size)
        if not cost.megapixels:
            return tr("No larger than before: resampled by Lanczos, without the network.")
        said = tr(
            "About {time} and {memory} of memory. The network invents the detail; compare it with"
            " the photo.",
            time=time_text(cost.seconds(self._speed)),
            memory=bytes_text(cost.memory),
        )
        old, new = self._old, self.result_size
        if max(new[0] / old[0], new[1] / old[1]) > 4:
            said += " " + tr("Beyond four times the size it adds no more.")
        return said
