"""The folding form of sampling settings below the prompt, with rows made from the schema."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import pairwise

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QHBoxLayout, QToolButton, QWidget

from studio.catalog.families.spec import Capability, FamilySpec
from studio.catalog.families.table import family
from studio.catalog.model_spec import ModelSpec
from studio.catalog.samplers import SAMPLERS, SCHEDULES
from studio.catalog.settings import COMMON, Choice, Setting, Value, all_values
from studio.document.shareable import file_name
from studio.edit.request import MATCHED_TASKS, Sampling, Task
from studio.edit.settings import EditSettings
from studio.session.edit_settings import EditState
from studio.ui.prompt.setting_field import ChoiceField, SettingField, TextField, setting_field
from studio.ui.prompt.vae_choice import VaeChoice
from studio.ui.widgets.add_model import add_button
from studio.ui.widgets.listening import listen
from studio.ui.widgets.model_items import fill_models, model_rows
from studio.ui.widgets.translation import message, tr
from studio.ui.widgets.widgets import IconHolder, Section, describe, form, icon_button

ROWS = ("steps", "cfg_scale", "sampler", "schedule", "seed")
"""Rows above those of the model's family."""
PLACE_ROWS = ("mask_blur", "padding", "match_fill")
"""Rows below them."""
SOFT_EDGES = (Task.FILL, Task.REPLACE, Task.INSTRUCT, Task.VARY)
"""The tasks whose results fade in from the edge of a mask."""
ELSEWHERE = ("denoise",)
"""Fields that the prompt panel lays out."""
WIDTH = 90


class SamplingForm(Section):
    """The model and a field for each setting of the schema, bound to an ``EditState``.

    ``fields`` are the fields common to all models, by id; ``extras`` those of the family.
    """

    model_changed = Signal(str)
    folder_asked = Signal()
    file_asked = Signal()
    find_asked = Signal()
    get_asked = Signal()
    models_offered = Signal()

    def __init__(self, holder: IconHolder, state: EditState) -> None:
        super().__init__(tr("Settings"), holder)
        self._state = state
        self._models: dict[str, ModelSpec] = {}
        self._last_seed = -1
        self.model = QComboBox()
        self.model.setMinimumContentsLength(10)
        self.add_model = add_button(holder, self)
        self.vae = VaeChoice(state)
        self.random = icon_button(holder, "ph.dice-five", tr("Random seed"))
        self.lock = icon_button(
            holder, "ph.lock-simple", tr("Keep the seed of the last result"), checkable=True
        )
        names = (*ROWS, *PLACE_ROWS, *ELSEWHERE)
        self.fields: dict[str, SettingField] = {name: setting_field(COMMON[name]) for name in names}
        self.extras: dict[str, SettingField] = {}
        self._extra_settings: tuple[Setting, ...] = ()
        self._layout = self._lay_out()
        self._connect()
        self._show(state.settings)
        listen(self, state.changed, self._show)
        listen(self, state.task_changed, self._show_task)
        self._show_task(state.task)

    def _lay_out(self) -> QFormLayout:
        layout = form(self.body)
        describe(self.model, tr("Model"), tr("What paints"))
        layout.addRow(tr("Model"), _line(self.model, self.add_model))
        layout.addRow(tr("VAE"), _line(self.vae))
        beside = {"seed": (self.random, self.lock)}
        for name in (*ROWS, *PLACE_ROWS):
            line = _line(self.fields[name], *beside.get(name, ()))
            layout.addRow(message(COMMON[name].label), line)
        return layout

    def _connect(self) -> None:
        for name, field in self.fields.items():
            field.edited.connect(partial(self._on_edited, name))
        self.model.currentIndexChanged.connect(self._on_model)
        self.random.clicked.connect(self._on_random)
        self.lock.toggled.connect(self._on_lock)

    # Models

    @property
    def has_models(self) -> bool:
        """Whether there are models to choose from yet."""
        return bool(self._models)

    @property
    def spec(self) -> ModelSpec | None:
        """The model of the settings, None if it is not offered."""
        return self._models.get(self._state.settings.model)

    def set_models(self, models: Sequence[ModelSpec], chosen: str) -> None:
        """Offer models. ``chosen`` is taken the first time, with the settings that suit it."""
        first = not self._models
        self._models = {model.id: model for model in models}
        if first and not self._state.is_restored and self._models:
            self._state.use_model(self._models.get(chosen) or next(iter(self._models.values())))
        self._show(self._state.settings)
        self.models_offered.emit()

    def choose_model(self, model: str) -> None:
        """Choose a model by its id, as if it had been picked in the list."""
        self.model.setCurrentIndex(max(0, self.model.findData(model)))

    def _on_model(self) -> None:
        spec = self._models.get(str(self.model.currentData()))
        if spec is not None and spec.id != self._state.settings.model:
            self._state.use_model(spec)
            self.model_changed.emit(spec.id)

    def _show_models(self, chosen: str) -> None:
        """List the models; a missing one is listed as long as it is the chosen one."""
        wanted = model_rows(self._models.values())
        if wanted and chosen not in self._models:
            wanted.append((chosen, tr("{name} (not found)", name=file_name(chosen))))
        shown = [
            (self.model.itemData(i), self.model.itemText(i)) for i in range(self.model.count())
        ]
        blocked = self.model.blockSignals(True)
        if shown != wanted:
            fill_models(self.model, wanted)
        self.model.setCurrentIndex(self.model.findData(chosen))
        self.model.blockSignals(blocked)

    # Showing

    def _show(self, settings: EditSettings) -> None:
        self._show_models(settings.model)
        row = family(self.spec.family) if self.spec is not None else None
        self._show_choices(settings.sampling, row)
        for name, field in self.fields.items():
            holder = settings.sampling if hasattr(settings.sampling, name) else settings
            field.show_value(getattr(holder, name))
        self._show_extras(settings.sampling, row)

    def _show_choices(self, sampling: Sampling, row: FamilySpec | None) -> None:
        """Offer the samplers of the family, and the schedules of the sampler."""
        samplers = row.samplers if row is not None else SAMPLERS
        _offer(self.fields["sampler"], [Choice(one.id, one.label) for one in samplers.values()])
        known = samplers[sampling.sampler].schedules if sampling.sampler in samplers else SCHEDULES
        _offer(self.fields["schedule"], [Choice(one, SCHEDULES[one].label) for one in known])

    def _show_extras(self, sampling: Sampling, row: FamilySpec | None) -> None:
        settings = row.settings if row is not None else ()
        if settings != self._extra_settings:
            self._make_extras(settings)
        for name, value in all_values(sampling.extras, settings).items():
            self.extras[name].show_value(value)
            self._show_use(name, row)

    def _show_use(self, name: str, row: FamilySpec | None) -> None:
        """Grey out a setting that the model does not use, with the reason as tooltip."""
        setting = next(one for one in self._extra_settings if one.id == name)
        reason = "" if row is None else row.reason(Capability.SETTING, name, self.spec)
        field = self.extras[name]
        field.setEnabled(not reason)
        describe(field, message(setting.label), message(reason or setting.tip))

    def _make_extras(self, settings: tuple[Setting, ...]) -> None:
        """Insert the rows of another family's settings between the others."""
        above = 2 + len(ROWS)
        for _ in self._extra_settings:
            self._layout.removeRow(above)
        self._extra_settings = settings
        self.extras = {one.id: setting_field(one) for one in settings}
        for index, one in enumerate(settings):
            field = self.extras[one.id]
            field.edited.connect(partial(self._on_extra, one.id))
            self._layout.insertRow(above + index, message(one.label), _line(field))
        stops: list[QWidget] = [self.lock, *self.extras.values(), self.fields[PLACE_ROWS[0]]]
        for before, after in pairwise(stops):
            QWidget.setTabOrder(before, after)

    def _show_task(self, task: Task) -> None:
        """Grey out the settings that a task ignores."""
        self.fields["mask_blur"].setEnabled(task in SOFT_EDGES)
        self.fields["padding"].setEnabled(task is not Task.GENERATE)
        self.fields["match_fill"].setEnabled(task in MATCHED_TASKS)

    # Changing

    def _on_edited(self, name: str, value: Value) -> None:
        if name == "sampler":
            self._state.use_sampler(str(value), self.spec)
        elif name in PLACE_ROWS:
            self._state.update(**{name: value})
        else:
            self._state.choose(**{name: value})

    def _on_extra(self, name: str, value: Value) -> None:
        self._state.choose_extra(name, value)

    # The seed

    def note_seed(self, seed: int) -> None:
        """Remember the seed of the last result; it stays if the lock is on."""
        self._last_seed = seed
        if self.lock.isChecked() and self._state.settings.sampling.seed < 0:
            self._state.choose(seed=seed)

    def _on_random(self) -> None:
        self.lock.setChecked(False)
        self._state.choose(seed=-1)
        field = self.fields["seed"]
        if isinstance(field, TextField) and not field.text():
            field.setText("-1")

    def _on_lock(self, locked: bool) -> None:
        if locked and self._state.settings.sampling.seed < 0 and self._last_seed >= 0:
            self._state.choose(seed=self._last_seed)


def _line(field: QWidget, *buttons: QToolButton) -> QHBoxLayout:
    field.setMinimumWidth(WIDTH)
    line = QHBoxLayout()
    line.setSpacing(4)
    line.addWidget(field, 1)
    for button in buttons:
        line.addWidget(button)
    return line


def _offer(field: SettingField, choices: Sequence[Choice]) -> None:
    if isinstance(field, ChoiceField):
        field.set_choices(choices)
