"""The dialog for a new picture: a preset or custom size in pixels or on paper, and a background."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from math import isclose
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication
from PySide6.QtWidgets import (
    QButtonGroup,
    QColorDialog,
    QComboBox,
    QDialog,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from studio.core.limits import LIMITS
from studio.core.settings import Settings
from studio.document.document import DPI, MAX_AREA, MAX_SIZE, Document, size_error
from studio.document.new_document import (
    COLOURS,
    PER_INCH,
    PRESETS,
    PRINT_DPI,
    Colour,
    Preset,
    new_document,
    parse_background,
    pixels_of,
    usual_dpi,
)
from studio.ui.bars.colour_pair import Well
from studio.ui.dialogs.forms import Form
from studio.ui.widgets.lengths import PLACES, UNITS, DpiField, length, size_text
from studio.ui.widgets.translation import decimals, error_text, mark, message, tr
from studio.ui.widgets.widgets import IconHolder, inset

SETTING = "new_document"
CUSTOM, CLIPBOARD, COLOUR = "custom", "clipboard", "colour"
BACKGROUNDS = (
    ("white", mark("White")),
    ("black", mark("Black")),
    ("transparent", mark("Transparent")),
    (COLOUR, mark("A colour")),
)
START = 1024.0
"""Side of the first new picture in pixels."""
WIDTH = 500
MOST = 1e7
"""Largest length that can be typed, in any unit."""


def clipboard_size() -> tuple[int, int] | None:
    """Return the size of the picture on the clipboard in pixels, or None without one."""
    data = QGuiApplication.clipboard().mimeData()
    if data is None or not data.hasImage():
        return None
    image = QGuiApplication.clipboard().image()
    return None if image.isNull() else (image.width(), image.height())


class NewDialog(Form):
    """Asks for a new document, which ``document`` returns; it starts with the last choices.

    ``colour`` is offered as the background until another one is chosen.
    """

    def __init__(
        self,
        settings: Settings,
        holder: IconHolder,
        colour: Colour,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(tr("New picture"), tr("Create"), parent)
        self._settings = settings
        self._unit = "px"
        self._lengths = [START, START]
        self._colour = colour
        self._pasted = clipboard_size()
        self.preset = QComboBox()
        self.fields = (QDoubleSpinBox(), QDoubleSpinBox())
        self.unit = QComboBox()
        self.turns = (QToolButton(), QToolButton())
        self.density = DpiField(DPI)
        self.background = QComboBox()
        self.well = Well(holder, tr("Colour of the background"), self)
        self.info = QLabel()
        self.note = QLabel()
        self._lay_out()
        self._restore()
        self._connect()
        self._show()
        self.fields[0].setFocus()
        self.fields[0].selectAll()

    def _lay_out(self) -> None:
        self._fill_presets()
        for name, label in UNITS:
            self.unit.addItem(tr(label), name)
        for name, label in BACKGROUNDS:
            self.background.addItem(tr(label), name)
        self.add(tr("Preset"), self.preset)
        for label, field in zip((tr("Width"), tr("Height")), self.fields, strict=True):
            inset(field)
            field.setObjectName("stepped")
            self.add(label, field)
        self.add(tr("Unit"), self.unit)
        self.rows.addRow(tr("Orientation"), self._turn_row())
        self.add(tr("Pixels per inch"), self.density)
        ground = QHBoxLayout()
        ground.setSpacing(6)
        ground.addWidget(self.background, 1)
        self.well.setFixedSize(28, 28)
        ground.addWidget(self.well)
        self.background.setAccessibleName(tr("Background"))
        self.rows.addRow(tr("Background"), ground)
        # As high as their longest texts, so that no button moves while typing.
        for text, lines in ((self.info, 2), (self.note, 3)):
            text.setWordWrap(True)
            text.ensurePolished()
            text.setMinimumHeight(lines * text.fontMetrics().lineSpacing() + 4)
            text.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.setMinimumWidth(WIDTH)
        self.rows.addRow("", self.info)
        self.rows.addRow("", self.note)

    def _fill_presets(self) -> None:
        self.preset.addItem(tr("Custom"), CUSTOM)
        if self._pasted is not None:
            width, height = self._pasted
            self.preset.addItem(f"{tr('Clipboard')}  ·  {width} x {height} px", CLIPBOARD)
        unit = ""
        for one in PRESETS:
            if (one.unit == "px") != (unit == "px"):
                self.preset.insertSeparator(self.preset.count())
            unit = one.unit
            places = 0 if unit != "in" else 1
            size = f"{decimals(one.width, places)} x {decimals(one.height, places)} {unit}"
            if unit == "px":
                size = f"{one.width:g} x {one.height:g} px"
            self.preset.addItem(f"{message(one.label)}  ·  {size}", one.name)

    def _turn_row(self) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(0)
        self._turning = QButtonGroup(self)
        labels = (tr("Portrait"), tr("Landscape"))
        for index, (button, label) in enumerate(zip(self.turns, labels, strict=True)):
            button.setObjectName("segment")
            button.setProperty("place", ("first", "last")[index])
            button.setText(label)
            button.setAccessibleName(label)
            button.setCheckable(True)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            self._turning.addButton(button, index)
            line.addWidget(button, 1)
        return row

    def _connect(self) -> None:
        self.preset.activated.connect(self._on_preset)
        self.unit.activated.connect(self._on_unit)
        self._turning.idClicked.connect(self._on_turn)
        self.density.valueChanged.connect(self._tell)
        self.background.currentIndexChanged.connect(self._tell)
        self.well.clicked.connect(self._pick)
        for axis, field in enumerate(self.fields):
            field.valueChanged.connect(partial(self._on_field, axis))

    # Choices

    @property
    def size_asked(self) -> tuple[int, int]:
        """Width and height in pixels, possibly beyond the limits."""
        width, height = (pixels_of(one, self._unit, self.density.value()) for one in self._lengths)
        return width, height

    @property
    def ground(self) -> Colour | None:
        """The colour of the background, None for a transparent one."""
        name = str(self.background.currentData())
        return self._colour if name == COLOUR else COLOURS[name]

    def document(self) -> Document:
        """Return the new document; StudioError if it is too large."""
        ground = self.ground
        layer = tr("Layer {number}", number=1) if ground is None else tr("Background")
        return new_document(*self.size_asked, self.density.value(), ground, layer)

    def remember(self) -> None:
        """Store the choices for the next time; StudioError if the settings cannot be saved."""
        red, green, blue = self._colour
        chosen = {
            "width": self._lengths[0],
            "height": self._lengths[1],
            "unit": self._unit,
            "dpi": self.density.value(),
            "background": str(self.background.currentData()),
            "colour": f"#{red:02x}{green:02x}{blue:02x}",
        }
        self._settings.set(SETTING, chosen)

    def _restore(self) -> None:
        """Restore the last choices as far as they are valid."""
        kept: dict[str, Any] = self._settings.get(SETTING, {})
        unit, dpi = str(kept.get("unit")), _number(kept.get("dpi"))
        lengths = [_number(kept.get(name)) for name in ("width", "height")]
        if (unit == "px" or unit in PER_INCH) and LIMITS["dpi"].holds(dpi):
            width, height = (pixels_of(one, unit, dpi) for one in lengths)
            if size_error(width, height) is None:
                self._unit, self._lengths = unit, lengths
                self.density.setValue(dpi)
        self.background.setCurrentIndex(max(0, self.background.findData(kept.get("background"))))
        colour = str(kept.get("colour", ""))
        if colour.startswith("#") and QColor.isValidColorName(colour):
            self._colour = parse_background(QColor(colour).name()) or self._colour

    # Changes

    def _on_preset(self) -> None:
        name = self.preset.currentData()
        preset = next((one for one in PRESETS if one.name == name), None)
        if name == CLIPBOARD and self._pasted is not None:
            self._take(self._pasted[0], self._pasted[1], "px")
        elif preset is not None:
            self._take(preset.width, preset.height, preset.unit)
        self._show()

    def _take(self, width: float, height: float, unit: str) -> None:
        """Set a size, and switch between the default densities of screen and paper accordingly."""
        other = DPI if unit != "px" else PRINT_DPI
        if self.density.value() == other and usual_dpi(unit) != usual_dpi(self._unit):
            self.density.setValue(usual_dpi(unit))
        self._unit, self._lengths = unit, [width, height]

    def _on_unit(self) -> None:
        unit, dpi = str(self.unit.currentData()), self.density.value()
        one = length(1.0, unit, dpi) / length(1.0, self._unit, dpi)
        self._unit, self._lengths = unit, [side * one for side in self._lengths]
        self._show()

    def _on_turn(self, landscape: int) -> None:
        self._lengths.sort(reverse=bool(landscape))
        self._show()

    def _on_field(self, axis: int, value: float) -> None:
        self._lengths[axis] = value
        self._tell()

    def _pick(self) -> None:
        chosen = QColorDialog.getColor(QColor(*self._colour), self, self.well.text())
        if chosen.isValid():
            self._colour = chosen.red(), chosen.green(), chosen.blue()
            self._tell()

    # Display

    def _show(self) -> None:
        """Show the lengths in their unit."""
        self.unit.setCurrentIndex(self.unit.findData(self._unit))
        for axis, field in enumerate(self.fields):
            blocked = field.blockSignals(True)
            field.setDecimals(PLACES[self._unit])
            field.setSuffix(f" {self._unit}")
            # Sizes beyond the limit can be typed: they are refused with a message, not truncated.
            field.setRange(0, MOST)
            field.setSingleStep(1.0 if self._unit != "in" else 0.1)
            field.setValue(self._lengths[axis])
            field.blockSignals(blocked)
        self._tell()

    def _tell(self, *_: object) -> None:
        """Show the resulting size, and whether it is within the limits."""
        width, height = self.size_asked
        self._show_match()
        for index, button in enumerate(self.turns):
            button.setEnabled(self._lengths[0] != self._lengths[1])
            button.setChecked(index == (self._lengths[0] > self._lengths[1]))
        self.well.setVisible(self.background.currentData() == COLOUR)
        self.well.show_colour(self._colour)
        self.info.setText(size_text(width, height, self.density.value()))
        error = size_error(width, height)
        limits = message(
            "A side may be 1 to {limit} pixels long, and a picture have {most} megapixels.",
            {"limit": MAX_SIZE, "most": MAX_AREA // 10**6},
        )
        self.note.setText(limits if error is None else " ".join(error_text(error)))
        self.note.setObjectName("caption" if error is None else "notice")
        self.note.style().unpolish(self.note)
        self.note.style().polish(self.note)
        self.accept_button.setEnabled(error is None)
        self.accept_button.setAccessibleDescription("" if error is None else self.note.text())

    def _show_match(self) -> None:
        """Show the preset of this size, in either orientation."""
        name = next((one.name for one in PRESETS if self._is(one)), CUSTOM)
        if self._pasted is not None and (list(self._pasted), "px") == (self._lengths, self._unit):
            name = CLIPBOARD
        self.preset.setCurrentIndex(self.preset.findData(name))

    def _is(self, preset: Preset) -> bool:
        """Whether the size is that of a preset, in any unit and orientation."""
        dpi = self.density.value()
        one = length(1.0, preset.unit, dpi) / length(1.0, self._unit, dpi)
        now = sorted(side * one for side in self._lengths)
        wanted = sorted((preset.width, preset.height))
        return all(isclose(*pair, rel_tol=1e-9) for pair in zip(now, wanted, strict=True))


def ask_new(
    dialog: NewDialog,
    begin: Callable[[Document], object],
    attempt: Callable[[Callable[[], object]], bool],
) -> None:
    """Ask for size and background and let ``begin`` open the new picture.

    ``attempt`` calls a function, shows its error, and returns whether there was none.
    """
    accepted = dialog.exec() == QDialog.DialogCode.Accepted
    if accepted and attempt(lambda: begin(dialog.document())):
        attempt(dialog.remember)
    dialog.deleteLater()


def _number(value: object) -> float:
    """Return a stored number, 0 for anything else."""
    usable = isinstance(value, int | float) and 0 <= value < MOST
    return float(value) if usable else 0.0  # type: ignore[arg-type]
