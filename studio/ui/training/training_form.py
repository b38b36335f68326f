"""The folding form of training settings, each with its default."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from PySide6.QtCore import QLocale, QRegularExpression, Signal
from PySide6.QtGui import QRegularExpressionValidator
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QGridLayout,
    QLineEdit,
    QSizePolicy,
    QSpinBox,
    QWidget,
)

from studio.catalog.families.spec import Capability
from studio.catalog.families.table import family
from studio.catalog.models import ModelSpec
from studio.core.errors import StudioError
from studio.edit.training import TrainSettings
from studio.edit.training_defaults import conflicts, resolve_defaults, unused_settings
from studio.ui.widgets.translation import mark, message, tr
from studio.ui.widgets.widgets import IconHolder, Section, caption, inset

COLUMNS = 2
RATE = QRegularExpression(r"\d*[.,]?\d*([eE][-+]?\d+)?")
"""Pattern of a learning rate, with either decimal separator."""
METHODS = (
    ("lora", mark("LoRA"), mark("A small file beside the model: fast, and subjects combine")),
    (
        "dreambooth",
        mark("Full DreamBooth"),
        mark("Trains the whole UNet: slow, with a large file"),
    ),
    ("textual_inversion", mark("Textual inversion"), mark("Trains only an embedding: a tiny file")),
    ("pivotal", mark("New word and LoRA"), mark("Trains an embedding and a LoRA together")),
)
PRIORS = (
    (
        "frozen",
        mark("Frozen copy of the model"),
        mark("The prediction of the frozen model is the target"),
    ),
    (
        "images",
        mark("Pictures of the class"),
        mark("The model generates class pictures first, as in DreamBooth"),
    ),
    ("none", mark("Not at all"), mark("The whole class may start to look like the subject")),
)
LAYERS = (
    ("attention", mark("Attention"), mark("The LoRA changes the attention layers of the UNet")),
    (
        "all",
        mark("Attention and convolutions"),
        mark("The LoRA changes more layers: closer, but slower"),
    ),
)
WHOLE: Mapping[str, tuple[str, int, int, str]] = {
    "steps": (mark("Steps"), 0, 20000, mark("Number of training steps")),
    "batch": (mark("Batch"), 0, 64, mark("Photos per step")),
    "accumulation": (
        mark("Accumulation"), 1, 64, mark("Batches per optimizer step; needs no more memory"),
    ),
    "resolution": (mark("Resolution"), 0, 2048, mark("Side in pixels to which the photos are "
                                                     "scaled")),
    "rank": (mark("Rank"), 1, 256, mark("How much a LoRA can hold")),
    "vectors": (mark("Vectors"), 1, 16, mark("Tokens of the new embedding")),
    "class_images": (
        mark("Class pictures"), 1, 400, mark("How many pictures of the kind are generated first"),
    ),
    "sample_every": (
        mark("Evaluate every (steps)"), 0, 20000, mark("Steps between two evaluations"),
    ),
    "seed": (mark("Training seed"), 0, 2**31 - 1, mark("The same seed gives the same training")),
}  # fmt: skip
RATES: Mapping[str, tuple[str, str]] = {
    "rate": (mark("Rate"), mark("Learning rate of the UNet")),
    "text_rate": (mark("Text rate"), mark("Learning rate of the text encoder")),
    "embedding_rate": (mark("Word rate"), mark("Learning rate of new words")),
}
NUMBERS: Mapping[str, tuple[str, float, str]] = {
    "prior_weight": (
        mark("Weight of the class"),
        10,
        mark("Weight of the prior-preservation loss"),
    ),
    "snr_gamma": (
        mark("Min-SNR gamma"), 50, mark("Weighting of the noise levels; 5 is common, 0 is none"),
    ),
}  # fmt: skip
SWITCHES: Mapping[str, tuple[str, str]] = {
    "train_text_encoder": (
        mark("Train the text encoder"),
        mark("Follows prompts less closely, but matches the subject better"),
    ),
    "masked": (
        mark("Only what the masks show"),
        mark("The background of the photos is not learned"),
    ),
    "mirror": (mark("Mirrored too"), mark("Switch it off where left and right matter, as in text")),
    "checkpointing": (mark("Gradient checkpointing"), mark("Needs less memory and more time")),
}
ORDER = (
    "method", "layers", "rank", "vectors", "steps", "batch", "accumulation", "resolution",
    "rate", "text_rate", "embedding_rate", "seed", "prior", "prior_weight", "class_images",
    "snr_gamma", "sample_every",
)  # fmt: skip


class TrainingForm(Section):
    """Reads and shows ``TrainSettings``; an empty field shows its default as a placeholder."""

    changed = Signal()

    def __init__(self, holder: IconHolder) -> None:
        super().__init__(tr("Expert settings"), holder)
        self._spec: ModelSpec | None = None
        self.choices = {
            "method": _choice(tr("Method"), METHODS),
            "prior": _choice(tr("Prior preservation"), PRIORS),
            "layers": _choice(tr("Layers"), LAYERS),
        }
        self.whole = {name: _whole(*row) for name, row in WHOLE.items()}
        self.rates = {name: _rate(*row) for name, row in RATES.items()}
        self.numbers = {name: _number(*row) for name, row in NUMBERS.items()}
        self.switches = {name: _switch(*row) for name, row in SWITCHES.items()}
        self._lay_out()
        self.show_settings(TrainSettings())
        for combo in self.choices.values():
            combo.currentIndexChanged.connect(self._on_edited)
        for field in self.whole.values():
            field.valueChanged.connect(self._on_edited)
        for number in self.numbers.values():
            number.valueChanged.connect(self._on_edited)
        for line in self.rates.values():
            line.textChanged.connect(self._on_edited)
        for box in self.switches.values():
            box.toggled.connect(self._on_edited)

    def _lay_out(self) -> None:
        grid = QGridLayout(self.body)
        grid.setContentsMargins(0, 0, 0, 4)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(6)
        fields = self._fields
        down = -(-len(ORDER) // COLUMNS)
        for index, name in enumerate(ORDER):
            row, column = index % down, index // down
            field = fields[name]
            label = caption(field.accessibleName())
            label.setToolTip(field.toolTip())
            grid.addWidget(label, row, 3 * column)
            grid.addWidget(field, row, 3 * column + 1)
        for index, box in enumerate(self.switches.values()):
            grid.addWidget(box, down + index // COLUMNS, 3 * (index % COLUMNS), 1, 2)
        for column in range(COLUMNS):
            grid.setColumnStretch(3 * column + 1, 1)
        grid.setColumnMinimumWidth(2, 8)
        chain = [self.heading, *(fields[name] for name in ORDER), *self.switches.values()]
        for before, after in pairwise(chain):
            QWidget.setTabOrder(before, after)

    @property
    def settings(self) -> TrainSettings:
        """The values of the fields, 0 for an empty one."""
        values: dict[str, Any] = {n: str(c.currentData()) for n, c in self.choices.items()}
        values |= {name: field.value() for name, field in self.whole.items()}
        values |= {name: _read(line) or 0.0 for name, line in self.rates.items()}
        values |= {name: round(field.value(), 3) for name, field in self.numbers.items()}
        values |= {name: box.isChecked() for name, box in self.switches.items()}
        return TrainSettings.from_dict(values)

    def problems(self) -> list[StudioError]:
        """Return the errors of the settings, each with a hint."""
        found = [
            StudioError("“{text}” is not a number.", "Change the settings.", text=line.text())
            for line in self.rates.values()
            if _read(line) is None
        ]
        settings = self.settings
        if self._spec is not None:
            row = family(self._spec.family)
            reason = row.reason(Capability.TRAINING, settings.method, self._spec)
            if reason:
                found.append(
                    StudioError(
                        "{model} cannot learn a subject this way: {reason}",
                        "Choose another model or another method.",
                        model=self._spec.name,
                        reason=message(reason),
                    )
                )
        return [*found, *conflicts(settings)]

    def show_settings(self, settings: TrainSettings) -> None:
        """Fill the fields."""
        values = settings.to_dict()
        self.blockSignals(True)
        for name, combo in self.choices.items():
            combo.setCurrentIndex(max(0, combo.findData(values[name])))
        for name, field in self.whole.items():
            field.setValue(values[name])
        for name, line in self.rates.items():
            line.setText(_rate_text(values[name]))
        for name, number in self.numbers.items():
            number.setValue(values[name])
        for name, box in self.switches.items():
            box.setChecked(values[name])
        self.blockSignals(False)
        self._update()

    def show_model(self, spec: ModelSpec) -> None:
        """Show the defaults of another model."""
        self._spec = spec
        self._update()

    @property
    def resolved(self) -> TrainSettings | None:
        """The settings with their defaults filled in; None before a model is set."""
        return resolve_defaults(self.settings, self._spec) if self._spec is not None else None

    def _on_edited(self) -> None:
        if not self.signalsBlocked():
            self._update()
            self.changed.emit()

    def _update(self) -> None:
        settings = self.settings
        full = self.resolved
        if full is not None:
            values = full.to_dict()
            for name in ("steps", "batch", "resolution", "sample_every"):
                shown = tr("{value} (default)", value=values[name])
                self.whole[name].setSpecialValueText(shown)
            for name, line in self.rates.items():
                line.setPlaceholderText(_rate_text(values[name]) or "-")
        idle = unused_settings(settings)
        for name, field in self._fields.items():
            field.setEnabled(name not in idle)

    @property
    def _fields(self) -> dict[str, QWidget]:
        return {**self.choices, **self.whole, **self.rates, **self.numbers}


def _rate_text(value: float) -> str:
    """Return a learning rate as the window's language writes it, "" for none."""
    locale = QLocale()
    locale.setNumberOptions(QLocale.NumberOption.OmitGroupSeparator)
    return locale.toString(value, "g", 6) if value else ""


def _read(line: QLineEdit) -> float | None:
    """Return the number of a field, 0 if it is empty, None if it is no number."""
    text = line.text().strip().replace(",", ".")
    if not text:
        return 0.0
    try:
        value = float(text)
    except ValueError:
        return None
    return value if abs(value) < 1e6 else None


def _choice(label: str, rows: tuple[tuple[str, str, str], ...]) -> QComboBox:
    combo = QComboBox()
    combo.setAccessibleName(label)
    combo.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
    combo.setMinimumWidth(150)
    tips = []
    for value, text, tip in rows:
        combo.addItem(tr(text), value)
        tips.append(f"{tr(text)}: {tr(tip)}")
    combo.setToolTip("\n".join(tips))
    return combo


def _whole(label: str, low: int, high: int, tip: str) -> QSpinBox:
    spin = QSpinBox()
    spin.setRange(low, high)
    spin.setAccessibleName(tr(label))
    spin.setToolTip(tr(tip))
    spin.setMinimumWidth(120)
    inset(spin)
    return spin


def _rate(label: str, tip: str) -> QLineEdit:
    line = QLineEdit()
    line.setAccessibleName(tr(label))
    line.setToolTip(tr(tip))
    line.setValidator(QRegularExpressionValidator(RATE, line))
    return line


def _number(label: str, high: float, tip: str) -> QDoubleSpinBox:
    spin = QDoubleSpinBox()
    spin.setObjectName("stepped")
    spin.setRange(0, high)
    spin.setDecimals(2)
    spin.setSingleStep(0.1)
    spin.setAccessibleName(tr(label))
    spin.setToolTip(tr(tip))
    inset(spin)
    return spin


def _switch(label: str, tip: str) -> QCheckBox:
    box = QCheckBox(tr(label))
    box.setAccessibleName(tr(label))
    box.setToolTip(tr(tip))
    return box
