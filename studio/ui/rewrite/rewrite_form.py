"""The form for the inversion and the attention settings of a rewrite."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QVBoxLayout, QWidget

from studio.edit.request import Sampling
from studio.edit.rewrite import METHODS, RewriteUse
from studio.ui.widgets.translation import mark, tr
from studio.ui.widgets.widgets import IconHolder, Scale, Section, Wrapped, describe, form

STEPS, CFG_SCALE = 50, 7.5
"""The settings with which the method was published and measured."""

FIELD = 160
"""Width in pixels of a slider with its number; a longer label is placed above it."""

WAYS = {
    "null_text": (
        mark("Null-text inversion"),
        mark(
            "Closest to the picture; even strong edits keep the rest. Optimises an empty "
            "prompt for each step, which takes several times as long as an edit, once."
        ),
    ),
    "negative_prompt": (
        mark("Negative-prompt inversion"),
        mark(
            "Quick to read: the caption replaces the empty prompt. Close to the picture; "
            "strong edits come out weaker."
        ),
    ),
    "ddim": (
        mark("DDIM inversion only"),
        mark(
            "Quick to read, but at a high CFG scale the picture drifts from the "
            "original. For loose changes of style."
        ),
    ),
}
"""By method: its name, and its cost and quality."""


class RewriteForm(QWidget):
    """Method, local mask, and under More the steps, CFG scale and kept attention."""

    changed = Signal()

    def __init__(self, holder: IconHolder) -> None:
        super().__init__()
        self._blend: tuple[str, ...] = ()
        self.method = QComboBox()
        for name in METHODS:
            self.method.addItem(tr(WAYS[name][0]), name)
            index = self.method.count() - 1
            self.method.setItemData(index, tr(WAYS[name][1]), Qt.ItemDataRole.ToolTipRole)
        self.cost = Wrapped()
        self.cost.setObjectName("caption")
        self.local = QCheckBox(tr("Only where the changed words act"))
        self.threshold = Scale(tr("Size of the place"), 0, 1, decimals=2)
        self.more = Section(tr("More"), holder)
        self.steps = Scale(tr("Steps"), 1, 100, curve=1.6)
        self.cfg = Scale(tr("Follow the new text"), 1, 20, decimals=1)
        self.cross = Scale(tr("Keep the layout"), 0, 100, suffix=" %")
        self.self_attention = Scale(tr("Keep the shapes"), 0, 100, suffix=" %")
        self._lay_out()
        self._connect()
        self.show_use(RewriteUse(""), Sampling(steps=STEPS, cfg_scale=CFG_SCALE))

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self.method.setAccessibleName(tr("Method"))
        self.method.setMinimumContentsLength(10)
        self.method.setToolTip(tr("How the picture is inverted"))
        self.local.setAccessibleName(self.local.text())
        self.local.setToolTip(tr("The area that the changed words affect becomes a layer mask"))
        describe(
            self.threshold,
            tr("Size of the place"),
            tr("Threshold of the attention mask: the higher, the smaller the place"),
        )
        column.addWidget(self.method)
        column.addWidget(self.cost)
        column.addWidget(self.local)
        place = QWidget()
        lines = form(place)
        lines.addRow(tr("Size of the place"), self.threshold)
        column.addWidget(place)
        column.addWidget(self.more)
        rows = form(self.more.body)
        rows.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        cfg = tr("CFG scale: how closely the edit follows the new text")
        where = tr(
            "Cross-attention kept: in this share of the steps, new words act in the "
            "place of the old ones"
        )
        shapes = tr(
            "Self-attention kept: in this share of the steps, the shapes of the picture are kept"
        )
        for label, field, tip in (
            (
                tr("Steps"),
                self.steps,
                tr("More steps reproduce the picture better and take longer"),
            ),
            (tr("Follow the new text"), self.cfg, cfg),
            (tr("Keep the layout"), self.cross, where),
            (tr("Keep the shapes"), self.self_attention, shapes),
        ):
            describe(field, label, tip)
            field.setMinimumWidth(FIELD)
            rows.addRow(label, field)

    def _connect(self) -> None:
        self.method.currentIndexChanged.connect(self._on_edited)
        self.local.toggled.connect(self._on_edited)
        for scale in self.findChildren(Scale):
            scale.changed.connect(self._on_edited)

    def show_use(self, use: RewriteUse, sampling: Sampling) -> None:
        """Show other settings without emitting a signal."""
        blocked = self.blockSignals(True)
        self._blend = use.blend
        self.method.setCurrentIndex(max(0, self.method.findData(use.method)))
        self.local.setChecked(use.local)
        self.threshold.show_value(use.threshold)
        self.steps.show_value(sampling.steps)
        self.cfg.show_value(sampling.cfg_scale)
        self.cross.show_value(100 * use.cross)
        self.self_attention.show_value(100 * use.self_attention)
        self.blockSignals(blocked)
        self._show_cost()

    def use(self, source: str, weights: dict[str, float]) -> RewriteUse:
        """Return the values of the fields for a caption and the weights of the new words."""
        return RewriteUse(
            source=source,
            method=str(self.method.currentData()),
            weights=weights,
            cross=self.cross.value / 100,
            self_attention=self.self_attention.value / 100,
            local=self.local.isChecked(),
            blend=self._blend,
            threshold=self.threshold.value,
        )

    def sampling(self, sampling: Sampling) -> Sampling:
        """Return ``sampling`` with the steps and the scale of this form, DDIM and one picture."""
        return replace(
            sampling,
            steps=int(self.steps.value),
            cfg_scale=self.cfg.value,
            sampler="ddim",
            schedule="normal",
            variations=1,
        )

    def _show_cost(self) -> None:
        self.cost.setText(tr(WAYS[str(self.method.currentData())][1]))
        self.threshold.setEnabled(self.local.isChecked())

    def _on_edited(self) -> None:
        self._show_cost()
        if not self.signalsBlocked():
            self.changed.emit()
