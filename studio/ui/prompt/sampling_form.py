"""The settings of an edit by their usual names, folded away under the prompt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QRegularExpression, Signal
from PySide6.QtGui import QRegularExpressionValidator
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QWidget

from studio.catalog.models import ModelSpec
from studio.catalog.samplers import SAMPLERS, SCHEDULES, usable_schedule
from studio.edit.request import KEEPS_SHAPES, Sampling, Task
from studio.edit.settings import EditSettings
from studio.ui.widgets.translation import tr
from studio.ui.widgets.widgets import IconHolder, Scale, Section, describe, form, icon_button


class SamplingForm(Section):
    """Model, steps, CFG scale, sampler, schedule, seed, mask blur and padding.

    It makes the field of the denoising strength as well, which the prompt panel lays out.
    """

    changed = Signal()
    model_changed = Signal(str)
    folder_asked = Signal()

    def __init__(self, holder: IconHolder) -> None:
        super().__init__(tr("Settings"), holder)
        self._models: dict[str, ModelSpec] = {}
        self.model = QComboBox()
        self.model.setMinimumContentsLength(10)
        self.add_folder = icon_button(holder, "ph.folder-plus", tr("Add a model folder…"))
        self.steps = Scale(tr("Steps"), 1, 100, curve=1.6)
        self.cfg = Scale(tr("Follow the prompt"), 1, 20, decimals=1)
        self.sampler = QComboBox()
        for name, sampler in SAMPLERS.items():
            self.sampler.addItem(sampler.label, name)
        self.schedule = QComboBox()
        self.seed = QLineEdit()
        self.seed.setValidator(QRegularExpressionValidator(QRegularExpression(r"-1|\d{1,20}")))
        self.random = icon_button(holder, "ph.dice-five", tr("Random seed"))
        self.lock = icon_button(
            holder, "ph.lock-simple", tr("Keep the seed of the last result"), checkable=True
        )
        self.denoise = Scale(tr("How much may change"), 0.05, 1, decimals=2)
        self.blur = Scale(tr("Soft edge inside"), 0, 64, suffix=" px")
        self.padding = Scale(tr("Surroundings seen"), 0, 256, suffix=" px", curve=1.5)
        self._last_seed = -1
        self._last_sampler = ""
        self._lay_out()
        self._connect()
        self.show_settings(EditSettings(sampling=Sampling(denoise=KEEPS_SHAPES)))

    def _lay_out(self) -> None:
        layout = form(self.body)
        rows: tuple[tuple[str, str, tuple[QWidget, ...]], ...] = (
            (tr("Model"), tr("What paints"), (self.model, self.add_folder)),
            (tr("Steps"), tr("Sampling steps: more take longer"), (self.steps,)),
            (
                tr("Follow the prompt"),
                tr("CFG scale: how strongly the prompt counts; too much makes harsh colours"),
                (self.cfg,),
            ),
            (tr("Sampler"), tr("How noise becomes a picture, step by step"), (self.sampler,)),
            (
                tr("Step spacing"),
                tr("Schedule type: which noise levels the steps have"),
                (self.schedule,),
            ),
            (
                tr("Seed"),
                tr("The same seed gives the same picture; -1 draws a new one each time"),
                (self.seed, self.random, self.lock),
            ),
            (
                tr("Soft edge inside"),
                tr("Mask blur: how far the result fades in from the edge of the mask"),
                (self.blur,),
            ),
            (
                tr("Surroundings seen"),
                tr("Padding: how much around the place the model looks at"),
                (self.padding,),
            ),
        )
        for label, tip, widgets in rows:
            describe(widgets[0], label, tip)
            widgets[0].setMinimumWidth(90)
            line = QHBoxLayout()
            line.setSpacing(4)
            line.addWidget(widgets[0], 1)
            for widget in widgets[1:]:
                line.addWidget(widget)
            layout.addRow(label, line)
        describe(
            self.denoise,
            tr("How much may change"),
            tr("Denoising strength: low keeps shapes and colours, 1 paints anew"),
        )

    def _connect(self) -> None:
        for scale in (self.steps, self.cfg, self.denoise, self.blur, self.padding):
            scale.changed.connect(self._on_edited)
        self.seed.textChanged.connect(self._on_edited)
        self.schedule.currentIndexChanged.connect(self._on_edited)
        self.sampler.currentIndexChanged.connect(self._on_sampler)
        self.model.currentIndexChanged.connect(self._on_model)
        self.random.clicked.connect(self._on_random)
        self.lock.toggled.connect(self._on_lock)
        self.add_folder.clicked.connect(self.folder_asked)

    @property
    def has_models(self) -> bool:
        """Whether there are models to choose from by now."""
        return bool(self._models)

    def set_models(self, models: Sequence[ModelSpec], chosen: str) -> None:
        """Offer models; ``chosen`` stays chosen where it is among them."""
        first = not self._models
        blocked = self.model.blockSignals(True)
        self.model.clear()
        self._models = {model.id: model for model in models}
        for model in models:
            self.model.addItem(model.name, model.id)
        index = self.model.findData(chosen)
        self.model.setCurrentIndex(max(0, index))
        self.model.blockSignals(blocked)
        if first:
            self._use_defaults()
            self.changed.emit()

    def choose_model(self, model: str) -> None:
        """Choose a model by its id, as if it had been picked in the list."""
        self.model.setCurrentIndex(max(0, self.model.findData(model)))

    def set_task(self, task: Task) -> None:
        """Grey out what does not count for a task."""
        uses_mask = task in (Task.FILL, Task.REPLACE)
        self.blur.setEnabled(uses_mask)
        self.padding.setEnabled(task is not Task.GENERATE)

    def show_settings(self, settings: EditSettings) -> None:
        """Show other settings without telling anybody."""
        sampling = settings.sampling
        blocked = self.blockSignals(True)
        self.steps.show_value(sampling.steps)
        self.cfg.show_value(sampling.cfg_scale)
        self.sampler.setCurrentIndex(max(0, self.sampler.findData(sampling.sampler)))
        self._fill_schedules(sampling.schedule)
        self._last_sampler = sampling.sampler
        self.seed.setText(str(sampling.seed))
        self.denoise.show_value(sampling.denoise)
        self.blur.show_value(settings.mask_blur)
        self.padding.show_value(settings.padding)
        index = self.model.findData(settings.model)
        if index >= 0:
            self.model.setCurrentIndex(index)
        self.blockSignals(blocked)

    def read(self, settings: EditSettings) -> EditSettings:
        """Return ``settings`` with what stands in the fields."""
        sampling = replace(
            settings.sampling,
            steps=int(self.steps.value),
            cfg_scale=self.cfg.value,
            sampler=str(self.sampler.currentData()),
            schedule=str(self.schedule.currentData() or "normal"),
            seed=self._seed(),
            denoise=self.denoise.value,
        )
        return replace(
            settings,
            model=str(self.model.currentData() or settings.model),
            sampling=sampling,
            mask_blur=int(self.blur.value),
            padding=int(self.padding.value),
        )

    def note_seed(self, seed: int) -> None:
        """Remember the seed of the last result; it stays where the lock is on."""
        self._last_seed = seed
        if self.lock.isChecked() and self._seed() < 0:
            self.seed.setText(str(seed))

    def _seed(self) -> int:
        try:
            return int(self.seed.text())
        except ValueError:
            return -1

    def _fill_schedules(self, wanted: str) -> None:
        blocked = self.schedule.blockSignals(True)
        sampler = str(self.sampler.currentData())
        self.schedule.clear()
        for name in SAMPLERS[sampler].schedules:
            self.schedule.addItem(SCHEDULES[name].label, name)
        self.schedule.setCurrentIndex(self.schedule.findData(usable_schedule(sampler, wanted)))
        self.schedule.blockSignals(blocked)

    def _on_edited(self) -> None:
        self.changed.emit()

    def _on_sampler(self) -> None:
        self._fill_schedules(str(self.schedule.currentData() or "normal"))
        if self.signalsBlocked():
            return
        spec = self._models.get(str(self.model.currentData()))
        sampler = str(self.sampler.currentData())
        few = spec.few_step.sampler if spec is not None and spec.few_step is not None else ""
        if spec is not None and few in (sampler, self._last_sampler):
            # Four steps are too few for the other samplers, and twenty too many for this one.
            suited = spec.suited_to(sampler)
            self.steps.show_value(suited.steps)
            self.cfg.show_value(suited.cfg_scale)
        self._last_sampler = sampler
        self.changed.emit()

    def _use_defaults(self) -> str:
        """Show the settings that suit the chosen model; returns its id."""
        spec = self._models.get(str(self.model.currentData()))
        if spec is None:
            return ""
        blocked = self.blockSignals(True)
        suited = spec.first_settings
        self.steps.show_value(suited.steps)
        self.cfg.show_value(suited.cfg_scale)
        self.sampler.setCurrentIndex(max(0, self.sampler.findData(suited.sampler)))
        self._fill_schedules(suited.schedule)
        self._last_sampler = suited.sampler
        self.blockSignals(blocked)
        return spec.id

    def _on_model(self) -> None:
        if self.signalsBlocked():
            return
        chosen = self._use_defaults()
        if chosen:
            self.model_changed.emit(chosen)
        self.changed.emit()

    def _on_random(self) -> None:
        self.lock.setChecked(False)
        self.seed.setText("-1")

    def _on_lock(self, locked: bool) -> None:
        if locked and self._seed() < 0 and self._last_seed >= 0:
            self.seed.setText(str(self._last_seed))
