"""The one owner of what the artist has set for the next edit; panels show it and change it.

Nothing else keeps a copy: the panels' fields show what is here, and each change of a field goes
here first. Every field of ``EditSettings`` has its event, named after it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from studio.catalog.families.table import family
from studio.catalog.model_spec import ModelSpec
from studio.catalog.settings import Value
from studio.core.events import Event
from studio.edit.request import AdapterUse, Sampling, Task
from studio.edit.settings import EditSettings, changed_fields, own_adapters
from studio.edit.steering import Reference, Region, moved_places

Changes = frozenset[str]
MODEL = "model"


@dataclass(frozen=True, slots=True)
class Draft:
    """Settings with their task.

    ``chosen`` names the fields of ``Sampling`` and the extras that the artist has set by hand;
    another model leaves these alone.
    """

    settings: EditSettings = field(default_factory=EditSettings)
    task: Task = Task.FILL
    chosen: Changes = frozenset()


@dataclass(frozen=True, slots=True)
class LayerChange:
    """The layer whose recipe is being changed: the next Generate makes it again.

    ``before`` is what was set when the change began.
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
        self.prompt_changed: Event[[str]] = Event()
        self.negative_prompt_changed: Event[[str]] = Event()
        self.model_changed: Event[[str]] = Event()
        self.sampling_changed: Event[[Sampling]] = Event()
        self.mask_blur_changed: Event[[int]] = Event()
        self.padding_changed: Event[[int]] = Event()
        self.references_changed: Event[[tuple[Reference, ...]]] = Event()
        self.adapters_changed: Event[[tuple[AdapterUse, ...]]] = Event()
        self.regions_changed: Event[[tuple[Region, ...]]] = Event()
        self.task_changed: Event[[Task]] = Event()
        self.layer_changed: Event[[LayerChange | None]] = Event()
        """Another layer's recipe is being changed, or none any more."""
        self.changed: Event[[EditSettings]] = Event()
        """After any of the above: once a change, however many fields it has."""

    # Reading

    @property
    def settings(self) -> EditSettings:
        """What is set."""
        return self._draft.settings

    @property
    def task(self) -> Task:
        """What Generate asks for."""
        return self._draft.task

    @property
    def draft(self) -> Draft:
        """What is set, with the task."""
        return self._draft

    @property
    def layer(self) -> LayerChange | None:
        """The layer whose recipe is being changed, None if Generate makes a new one."""
        return self._layer

    @property
    def is_restored(self) -> bool:
        """Whether it came from the recovery journal, so that no model brings its defaults."""
        return self._is_restored

    # Changing

    def update(self, **changes: Any) -> None:
        """Change fields of the settings by their names."""
        self.replace(replace(self.settings, **changes))

    def replace(self, settings: EditSettings, task: Task | None = None) -> None:
        """Change the settings as a whole, and the task unless it is None."""
        self._set(replace(self._draft, settings=settings, task=task or self.task))

    def choose(self, **values: Any) -> None:
        """Change fields of ``Sampling`` by the artist's hand, which other models leave alone."""
        chosen = self._draft.chosen.union(values)
        sampling = replace(self.settings.sampling, **values)
        settings = replace(self.settings, sampling=sampling)
        self._set(replace(self._draft, settings=settings, chosen=chosen))

    def choose_extra(self, name: str, value: Value) -> None:
        """Change a setting that only the model's family has, by the artist's hand."""
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
        """Take another model, with the settings that suit it where the artist has chosen none.

        A sampler that needs a model's own few steps brings them in any case. Settings that the
        model's family does not have go.
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
                # What was chosen for a sampler of many steps means nothing for one of few.
                kept -= {"steps", "cfg_scale"}
        values = {name: value for name, value in suited.items() if name not in kept}
        known = {one.id for one in row.settings}
        extras = {name: value for name, value in sampling.extras.items() if name in known}
        sampling = replace(sampling, **values, extras=extras)
        chosen = chosen - (suited.keys() - kept) - (self.settings.sampling.extras.keys() - known)
        settings = replace(self.settings, model=spec.id, sampling=sampling)
        self._set(replace(self._draft, settings=settings, chosen=chosen))

    def use_sampler(self, sampler: str, spec: ModelSpec | None) -> None:
        """Take another sampler, by the artist's hand.

        Four steps are too few for the other samplers and twenty too many for one of few steps, so
        steps and guidance scale change with it if the model brings such a sampler.
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
        """Take model and sampling settings of another document.

        Prompt, seed, references and regions are about the other's picture.
        """
        draft = other.layer.before if other.layer is not None else other.draft
        theirs, mine = draft.settings, self.settings
        settings = replace(
            mine,
            model=theirs.model,
            sampling=replace(theirs.sampling, seed=mine.sampling.seed),
            mask_blur=theirs.mask_blur,
            padding=theirs.padding,
        )
        self._set(replace(self._draft, settings=settings, chosen=draft.chosen - {"seed"}))

    # The change of a layer

    def begin_layer(self, layer_id: str, name: str, settings: EditSettings, task: Task) -> None:
        """Show the recipe of a layer; until ``end_layer`` it is what Generate makes again."""
        before = self._layer.before if self._layer is not None else self._draft
        self._layer = LayerChange(layer_id, name, before)
        self.replace(settings, task)
        self.layer_changed.emit(self._layer)

    def end_layer(self, keep: bool) -> None:
        """Make new layers again, with the settings shown (``keep``) or those from before.

        The adapters of the recipe go in any case if no prompt names them: no field shows them.
        """
        if self._layer is None:
            return
        before, self._layer = self._layer.before, None
        self.layer_changed.emit(None)
        if not keep:
            self._set(before)
            return
        own = own_adapters(self.settings.adapters)
        named = [use for use in self.settings.adapters if use not in own]
        self.update(adapters=(*own_adapters(before.settings.adapters), *named))

    def restore(self, draft: Draft, layer: LayerChange | None = None) -> None:
        """Bring back what the recovery journal kept."""
        self._is_restored = True
        self._layer = layer
        self._set(draft)
        self.layer_changed.emit(layer)

    # Places

    def move_places(self, dx: int, dy: int) -> None:
        """Let references and region prompts follow a canvas that was cropped or extended."""

        def moved(settings: EditSettings) -> EditSettings:
            references, regions = moved_places(settings.references, settings.regions, dx, dy)
            return replace(settings, references=references, regions=regions)

        self._change_places(moved)

    def forget_places(self) -> None:
        """Let references count everywhere and regions nowhere: another picture is open."""
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
