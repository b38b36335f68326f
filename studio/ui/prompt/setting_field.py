"""Fields made from a settings schema: a slider, a list, a check box, or a line of text."""

from __future__ import annotations

import math
from collections.abc import Iterable

from PySide6.QtCore import QLocale, QRegularExpression, Qt, Signal
from PySide6.QtGui import QRegularExpressionValidator
from PySide6.QtWidgets import QCheckBox, QComboBox, QCompleter, QLineEdit

from studio.catalog.settings import Choice, Kind, Setting, Value
from studio.ui.widgets.translation import message
from studio.ui.widgets.widgets import Scale, describe

LARGEST = 2**31
"""Larger whole numbers are typed: no slider and no number field holds them exactly."""
OPEN_END = 100.0
"""End of the slider of a number without a bound; larger values can be typed."""


class NumberField(Scale):
    """A number; ``edited`` carries it in the schema's type, int or float."""

    edited = Signal(object)

    def __init__(self, setting: Setting) -> None:
        step = setting.step or (1.0 if setting.kind is Kind.WHOLE else 0.01)
        least = -OPEN_END if setting.minimum is None else setting.minimum
        most = OPEN_END if setting.maximum is None else setting.maximum
        low, high = setting.slider or (least, most)
        super().__init__(
            message(setting.label),
            low,
            high,
            decimals=max(0, math.ceil(-math.log10(step) - 1e-9)),
            suffix=f" {setting.unit}" if setting.unit else "",
            curve=setting.curve,
            least=least,
            most=most,
        )
        self._is_whole = setting.kind is Kind.WHOLE
        self.changed.connect(self._on_changed)

    def show_value(self, value: Value) -> None:
        """Show a value without emitting a signal."""
        super().show_value(float(value))

    def _on_changed(self, value: float) -> None:
        self.edited.emit(round(value) if self._is_whole else value)


class ChoiceField(QComboBox):
    """One of several choices; ``edited`` carries its id."""

    edited = Signal(object)

    def __init__(self, setting: Setting) -> None:
        super().__init__()
        self.set_choices(setting.choices)
        self.currentIndexChanged.connect(self._on_changed)

    def set_choices(self, choices: Iterable[Choice]) -> None:
        """Offer other choices without emitting a signal; the current one stays if it is offered."""
        wanted = [(one.id, message(one.label)) for one in choices]
        if wanted == [(self.itemData(i), self.itemText(i)) for i in range(self.count())]:
            return
        chosen, blocked = self.currentData(), self.blockSignals(True)
        self.clear()
        for name, label in wanted:
            self.addItem(label, name)
        self.setCurrentIndex(max(0, self.findData(chosen)))
        self.blockSignals(blocked)

    def show_value(self, value: Value) -> None:
        """Show a value without emitting a signal; one that is not offered shows as empty."""
        blocked = self.blockSignals(True)
        self.setCurrentIndex(self.findData(value))
        self.blockSignals(blocked)

    def _on_changed(self) -> None:
        if self.currentIndex() >= 0:
            self.edited.emit(self.currentData())


class SwitchField(QCheckBox):
    """Yes or no."""

    edited = Signal(object)

    def __init__(self, setting: Setting) -> None:
        super().__init__()
        self.clicked.connect(self._on_clicked)

    def show_value(self, value: Value) -> None:
        """Show a value without emitting a signal."""
        blocked = self.blockSignals(True)
        self.setChecked(bool(value))
        self.blockSignals(blocked)

    def _on_clicked(self, checked: bool) -> None:
        self.edited.emit(checked)


class TextField(QLineEdit):
    """A text, or a whole number that is too large for a slider."""

    edited = Signal(object)

    def __init__(self, setting: Setting) -> None:
        super().__init__()
        self._setting = setting
        self._is_whole = setting.kind is Kind.WHOLE
        if self._is_whole:
            below = "-1|" if setting.minimum is not None and setting.minimum < 0 else ""
            pattern = QRegularExpression(rf"{below}\d{{1,20}}")
            self.setValidator(QRegularExpressionValidator(pattern))
        if setting.completions is not None:
            self._complete(setting.completions(QLocale().name().split("_")[0]))
        self.setText(str(setting.default))
        self.textChanged.connect(self._on_changed)

    def _complete(self, names: Iterable[str]) -> None:
        """Complete a name in the line while it is typed.

        A list below it would be a window of its own that Qt destroys with the completer while
        PySide still knows it, which ends the program.
        """
        completer = QCompleter(sorted(names), self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setCompletionMode(QCompleter.CompletionMode.InlineCompletion)
        self.setCompleter(completer)

    @property
    def value(self) -> Value:
        """The value of the text; the default if it is no number."""
        if not self._is_whole:
            return self.text()
        try:
            return int(self.text())
        except ValueError:
            return self._setting.default

    def show_value(self, value: Value) -> None:
        """Show a value without emitting a signal; a text of the same value is left as typed."""
        if self.value != value:
            blocked = self.blockSignals(True)
            self.setText(str(value))
            self.blockSignals(blocked)

    def _on_changed(self) -> None:
        self.edited.emit(self.value)


SettingField = NumberField | ChoiceField | SwitchField | TextField


def setting_field(setting: Setting) -> SettingField:
    """Return the field of a setting, with its name and tip."""
    field: SettingField
    if setting.kind is Kind.CHOICE:
        field = ChoiceField(setting)
    elif setting.kind is Kind.SWITCH:
        field = SwitchField(setting)
    elif setting.kind is Kind.TEXT or (setting.maximum or 0) >= LARGEST:
        field = TextField(setting)
    else:
        field = NumberField(setting)
    describe(field, message(setting.label), message(setting.tip) if setting.tip else "")
    field.show_value(setting.default)
    return field
