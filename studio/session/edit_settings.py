"""The single owner of the settings of the next edit; panels display and change them.

Nothing else keeps a copy: the panels' fields show these values, and each change of a field is made
here first. Every field of ``EditSettings`` has its event, named after it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from studio.catalog.families.spec import Capability
from studio.catalog.families.table import family
from studio.catalog.model_spec import ModelSpec
from studio.catalog.settings import Value
from studio.core.events import Event
from studio.document.document import Document
from studio.document.raster import Raster
from studio.edit.networks import LORA
from studio.edit.request import AdapterUse, Sampling, Task
from studio.edit.settings import EditSettings, changed_fields, own_adapters
from studio.edit.steering import Reference, Region, changed_places
from studio.edit.vae import VAE
from studio.session.known_places import KnownPlaces

Changes = frozenset[str]
MODEL = "model"
TASKS = (Task.FILL, Task.REPLACE, Task.EXTEND, Task.INSTRUCT, Task.VARY, Task.GENERATE)
"""The tasks of Generate; the first one that a model has replaces one that it does not have."""


@dataclass(frozen=True, slots=True)
class Draft:
    """Settings with their task.

    ``chosen`` names the fields of ``Sampling`` and the extras that the artist has set by hand;
    choosing another model does not change these.
    """

    settings: EditSettings = field(default_factory=EditSettings)
    task: Task = Task.FILL
    chosen: Changes = frozenset()


@dataclass(frozen=True, slots=True)
class LayerChange:
    """The layer whose recipe is being changed; the next Generate regenerates it.

    ``before`` is the draft from before the change began.
    """

    layer_id: str
    name: str
    before: Draft


class EditState:
    """Belongs to one document. Every event is emitted after the change, in the same thread."""

    def __init__(self, draft: Draft | None = None) -> None:
        self._draft = draft or Draft()
        self._layer: LayerChange | None = None
        self._is_restored = False
        self._places = KnownPlaces()
        self.prompt_changed: Event[[str]] = Event()
        self.negative_prompt_changed: Event[[str]] = Event()
        self.model_changed: Event[[str]] = Event()
        self.sampling_changed: Event[[Sampling]] = Event()
        self.mask_blur_changed: Event[[int]] = Event()
        self.padding_changed: Event[[int]] = Event()
        self.match_fill_changed: Event[[bool]] = Event()
        self.references_changed: Event[[tuple[Reference, ...]]] = Event()
        self.adapters_changed: Event[[tuple[AdapterUse, ...]]] = Event()
        self.regions_changed: Event[[tuple[Region, ...]]] = Event()
        self.task_changed: Event[[Task]] = Event()
        self.layer_changed: Event[[LayerChange | None]] = Event()
        """Another layer's recipe, or none, is being changed."""
        self.changed: Event[[EditSettings]] = Event()
        """Emitted once after each change, however many fields it affects."""

    # Reading

    @property
    def settings(self) -> EditSettings:
        """The current settings."""
        return self._draft.settings

    @property
    def task(self) -> Task:
        """The task that Generate will run."""
        return self._draft.task

    @property
    def draft(self) -> Draft:
        """The current settings with the task."""
        return self._draft

    @property
    def layer(self) -> LayerChange | None:
        """The layer whose recipe is being changed, None if Generate makes a new one."""
        return self._layer

    @property
    def is_restored(self) -> bool:
        """Whether the draft comes from the recovery journal, so no model applies its defaults."""
        return self._is_restored

    # Changing

    def update(self, **changes: Any) -> None:
        """Change fields of the settings by their names."""
        self.replace(replace(self.settings, **changes))

    def replace(self, settings: EditSettings, task: Task | None = None) -> None:
        """Change the settings as a whole, and the task unless it is None."""
        self._set(replace(self._draft, settings=settings, task=task or self.task))

    def choose(self, **values: Any) -> None:
        """Change fields of ``Sampling`` by hand, so that choosing another model keeps them."""
        chosen = self._draft.chosen.union(values)
        sampling = replace(self.settings.sampling, **values)
        settings = replace(self.settings, sampling=sampling)
        self._set(replace(self._draft, settings=settings, chosen=chosen))

    def choose_extra(self, name: str, value: Value) -> None:
        """Change a setting of the model's family by hand."""
        extras = {**self.settings.sampling.extras, name: value}
        sampling = replace(self.settings.sampling, extras=extras)
        chosen = self._draft.chosen.union((name,))
        settings = replace(self.settings, sampling=sampling)
        self._set(replace(self._draft, settings=settings, chosen=chosen))

    def set_task(self, task: Task) -> None:
        """Change the task alone."""
        self._set(replace(self._draft, task=task))

    def _set(self, draft: Draft) -> None:
        old, self._draft = self._draft, draft
        names = changed_fields(draft.settings, old.settings)
        for one in fields(EditSettings):
            if one.name in names:
                event: Event[[Any]] = getattr(self, f"{one.name}_changed")
                # A listener may have changed it further.
                event.emit(getattr(self.settings, one.name))
        if draft.task is not old.task:
            self.task_changed.emit(self.task)
        if names or draft != old:
            self.changed.emit(self.settings)

    # Models

    def use_model(self, spec: ModelSpec) -> None:
        """Switch to another model, with its defaults for settings not chosen by the artist.

        A few-step sampler sets its steps in any case. Settings that the model's family does not
        have are dropped, and a task that the model does not have becomes its first one, unless a
        layer's recipe is being changed.
        """
        sampling, chosen = self.settings.sampling, self._draft.chosen
        row = family(spec.family)
        suited = asdict(spec.first_settings)
        kept = {name for name in suited if name in chosen}
        if sampling.sampler not in row.samplers:
            kept -= {"sampler", "schedule"}
        if "sampler" in kept:
            suited = asdict(spec.suited_to(sampling.sampler))
        elif sampling.sampler != suited["sampler"]:
            kept.discard("schedule")
            if spec.few_step is not None and suited["sampler"] == spec.few_step.sampler:
                # Values chosen for a many-step sampler do not apply to a few-step one.
                kept -= {"steps", "cfg_scale"}
        values = {name: value for name, value in suited.items() if name not in kept}
        known = {one.id for one in row.settings}
        extras = {name: value for name, value in sampling.extras.items() if name in known}
        sampling = replace(sampling, **values, extras=extras)
        chosen = chosen - (suited.keys() - kept) - (self.settings.sampling.extras.keys() - known)
        settings = replace(self.settings, model=spec.id, sampling=sampling)
        task = self.task if self._layer is not None else _task_for(spec, self.task)
        self._set(replace(self._draft, settings=settings, chosen=chosen, task=task))

    def use_sampler(self, sampler: str, spec: ModelSpec | None) -> None:
        """Switch to another sampler by hand.

        Four steps are too few for an ordinary sampler and twenty too many for a few-step one, so
        steps and guidance scale change with it if the model has such a sampler.
        """
        old, row = self.settings.sampling, family(spec.family) if spec is not None else None
        schedule = old.schedule
        if row is not None and sampler in row.samplers:
            known = row.samplers[sampler].schedules
            schedule = schedule if schedule in known else known[0]
        values: dict[str, Any] = {"sampler": sampler, "schedule": schedule}
        few = spec.few_step.sampler if spec is not None and spec.few_step is not None else ""
        if spec is not None and few in (sampler, old.sampler):
            suited = spec.suited_to(sampler)
            values |= {"steps": suited.steps, "cfg_scale": suited.cfg_scale}
        sampling = replace(old, **values)
        chosen = self._draft.chosen.union(("sampler",)) - (values.keys() - {"sampler", "schedule"})
        settings = replace(self.settings, sampling=sampling)
        self._set(replace(self._draft, settings=settings, chosen=chosen))

    def take_over(self, other: EditState) -> None:
        """Copy the model and sampling settings of another document.

        Prompt, seed, references and region prompts belong to the other picture and are not copied.
        """
        draft = other.layer.before if other.layer is not None else other.draft
        theirs, mine = draft.settings, self.settings
        settings = replace(
            mine,
            model=theirs.model,
            sampling=replace(theirs.sampling, seed=mine.sampling.seed),
            mask_blur=theirs.mask_blur,
            padding=theirs.padding,
            match_fill=theirs.match_fill,
        )
        self._set(replace(self._draft, settings=settings, chosen=draft.chosen - {"seed"}))

    # The change of a layer

    def begin_layer(self, layer_id: str, name: str, settings: EditSettings, task: Task) -> None:
        """Show the recipe of a layer; until ``end_layer``, Generate regenerates that layer."""
        before = self._layer.before if self._layer is not None else self._draft
        self._layer = LayerChange(layer_id, name, before)
        self.replace(settings, task)
        self.layer_changed.emit(self._layer)

    def end_layer(self, keep: bool) -> None:
        """Return to making new layers, with the settings shown (``keep``) or the earlier ones.

        Adapters of the recipe that are neither LoRAs nor a VAE nor named in a prompt are dropped in
        any case: no field shows them.
        """
        if self._layer is None:
            return
        before, self._layer = self._layer.before, None
        self.layer_changed.emit(None)
        if not keep:
            self._set(before)
            return
        shown_kinds = (LORA, VAE)
        own = [use for use in own_adapters(self.settings.adapters) if use.kind not in shown_kinds]
        shown = [use for use in self.settings.adapters if use not in own]
        before_own = own_adapters(before.settings.adapters)
        earlier = [use for use in before_own if use.kind not in shown_kinds]
        self.update(adapters=(*earlier, *shown))

    def restore(self, draft: Draft, layer: LayerChange | None = None) -> None:
        """Restore the state kept in the recovery journal."""
        self._is_restored = True
        self._layer = layer
        self._set(draft)
        self.layer_changed.emit(layer)

    # Places

    def follow_canvas(self, old: Document, new: Document) -> None:
        """Move and scale references and region prompts along with a canvas that was changed.

        Going back to a canvas restores their masks exactly.
        """

        def changed(settings: EditSettings) -> EditSettings:
            def place(where: Raster) -> Raster:
                return self._places.on(where, old, new)

            references, regions = changed_places(settings.references, settings.regions, place)
            return replace(settings, references=references, regions=regions)

        self._change_places(changed)

    def forget_places(self) -> None:
        """Unmask all references and drop the masks of region prompts: another picture is open."""
        self._change_places(_without_places)

    def _change_places(self, change: Callable[[EditSettings], EditSettings]) -> None:
        if self._layer is not None:
            before = self._layer.before
            before = replace(before, settings=change(before.settings))
            self._layer = replace(self._layer, before=before)
        self.replace(change(self.settings))


def _without_places(settings: EditSettings) -> EditSettings:
    references = tuple(
        one if one.where is None else replace(one, where=None) for one in settings.references
    )
    regions = tuple(
        one if one.where is None else replace(one, where=None) for one in settings.regions
    )
    return replace(settings, references=references, regions=regions)


def _task_for(spec: ModelSpec, task: Task) -> Task:
    """Return the task, or the model's first one if it does not have it."""
    row = family(spec.family)
    able = [one for one in TASKS if not row.reason(Capability.TASK, one.value, spec)]
    return task if task in able or task not in TASKS or not able else able[0]
