"""The words of a new text as chips: removed and added words, and the weight of each."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from studio.edit.wording import Fate, compare_words
from studio.ui.widgets.flow import Flow
from studio.ui.widgets.translation import decimals, tr
from studio.ui.widgets.widgets import IconHolder, Scale, caption, icon_button

HEAVIEST = 3.0
NUDGE = 0.1


class Chip(QToolButton):
    """One word of the new text; + and - change its weight while it has the focus."""

    nudged = Signal(float)

    def __init__(self, word: str, *, new: bool) -> None:
        super().__init__()
        self.word, self.new = word, new
        self.setObjectName("chip")
        self.setProperty("fate", "new" if new else "same")
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.show_weight(1.0)

    def show_weight(self, weight: float) -> None:
        """Show the weight of the word."""
        mark = "" if weight == 1 else f"  \u00d7{decimals(weight)}"
        self.setText(self.word.replace("&", "&&") + mark)
        told = {"word": self.word, "weight": decimals(weight)}
        if self.new:
            self.setAccessibleName(tr("{word}, new, weight {weight}", **told))
        else:
            self.setAccessibleName(tr("{word}, weight {weight}", **told))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Change the weight of the word, or move to another one."""
        steps = {Qt.Key.Key_Plus: NUDGE, Qt.Key.Key_Equal: NUDGE, Qt.Key.Key_Minus: -NUDGE}
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self.nudged.emit(step)


class PromptChips(QWidget):
    """A chip per word and a slider for the chosen one's weight; ``changed`` follows a change.

    Chips of the same word share their weight, as they do in the model.
    """

    changed = Signal()
    picked = Signal()
    """The artist chose another word."""

    def __init__(self, holder: IconHolder) -> None:
        super().__init__()
        self._weights: dict[str, float] = {}
        self._picked = ""
        self._texts = ("", "")
        self._group = QButtonGroup(self)
        self.chips: list[Chip] = []
        self.row = QWidget()
        self._flow = Flow(self.row)
        self.name = caption("")
        self.name.setTextFormat(Qt.TextFormat.PlainText)
        self.weight = Scale(tr("Weight of the word"), 0, HEAVIEST, decimals=2)
        self.plain = icon_button(holder, "ph.arrow-counter-clockwise", tr("Back to weight 1"))
        self.place = QWidget()
        self.row.setAccessibleName(tr("Words"))
        below = QVBoxLayout(self.place)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(2)
        below.addWidget(self.name)
        line = QHBoxLayout()
        line.addWidget(self.weight, 1)
        line.addWidget(self.plain)
        below.addLayout(line)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.row)
        column.addWidget(self.place)
        self.weight.changed.connect(self._on_weight)
        self.plain.clicked.connect(lambda: self.weight.set_value(1))
        self._group.buttonClicked.connect(self._on_picked)
        self._show_chosen()

    @property
    def chosen(self) -> Chip | None:
        """The chip whose weight the slider shows."""
        return next((chip for chip in self.chips if chip.isChecked()), None)

    @property
    def weights(self) -> dict[str, float]:
        """The weights of the words of the new text that differ from 1."""
        words = {chip.word.casefold() for chip in self.chips}
        return {
            word: weight for word, weight in self._weights.items() if weight != 1 and word in words
        }

    @property
    def stops(self) -> list[QWidget]:
        """The widgets in tab order."""
        scale = [*self.weight.findChildren(QSlider), *self.weight.findChildren(QDoubleSpinBox)]
        return [*self.chips, *scale, self.plain]

    def show_weights(self, weights: Mapping[str, float]) -> None:
        """Show other weights without emitting a signal."""
        self._weights = {word.casefold(): weight for word, weight in weights.items()}
        for chip in self.chips:
            chip.show_weight(self._weight_of(chip))
        self._show_chosen()

    def show_texts(self, source: str, target: str) -> None:
        """Show the words of a text compared with those of its caption."""
        if (source, target) == self._texts:
            return
        self._texts = (source, target)
        self._clear()
        for fate, word in compare_words(source, target):
            if fate is Fate.GONE:
                self._add_gone(word.text)
            else:
                self._add_chip(word.text, new=fate is Fate.NEW)
        self._choose()
        self.row.updateGeometry()

    def _clear(self) -> None:
        while (item := self._flow.takeAt(0)) is not None:
            widget = item.widget()
            if isinstance(widget, Chip):
                self._group.removeButton(widget)
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.chips = []

    def _add_gone(self, text: str) -> None:
        label = QLabel(text)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setObjectName("gone")
        label.setAccessibleName(tr("{word}, removed", word=text))
        self._flow.addWidget(label)
        label.show()

    def _add_chip(self, text: str, *, new: bool) -> None:
        chip = Chip(text, new=new)
        chip.show_weight(self._weight_of(chip))
        chip.setToolTip(tr("Select it, then drag its weight, or press + and -"))
        chip.nudged.connect(self._on_nudged)
        self._group.addButton(chip)
        self.chips.append(chip)
        self._flow.addWidget(chip)
        chip.show()

    def _choose(self) -> None:
        """Choose the word that the artist picked, else the first new one, else the first."""
        same = [chip for chip in self.chips if chip.word.casefold() == self._picked]
        new = [chip for chip in self.chips if chip.new]
        for chip in (*same, *new, *self.chips):
            chip.setChecked(True)
            break
        self._show_chosen()

    def _on_picked(self, chip: QAbstractButton) -> None:
        if isinstance(chip, Chip):
            self._picked = chip.word.casefold()
        self._show_chosen()
        self.picked.emit()

    def _show_chosen(self) -> None:
        chip = self.chosen
        self.place.setVisible(chip is not None)
        if chip is None:
            return
        label = tr("Weight of “{word}”", word=chip.word)
        self.name.setText(label)
        self.weight.setAccessibleName(label)
        for part in self.weight.findChildren(QWidget):
            part.setAccessibleName(label)
        self.weight.show_value(self._weight_of(chip))
        self.plain.setEnabled(self._weight_of(chip) != 1)

    def _weight_of(self, chip: Chip) -> float:
        return self._weights.get(chip.word.casefold(), 1.0)

    def _on_nudged(self, step: float) -> None:
        self._show_chosen()
        self.weight.set_value(round(self.weight.value + step, 2))

    def _on_weight(self, weight: float) -> None:
        chosen = self.chosen
        if chosen is None:
            return
        self._weights[chosen.word.casefold()] = round(weight, 2)
        for chip in self.chips:
            chip.show_weight(self._weight_of(chip))
        self.plain.setEnabled(weight != 1)
        self.row.updateGeometry()
        self.changed.emit()
