"""The settings of an edit, and the one table that leads from them to a request and back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from operator import attrgetter
from typing import Any

from studio.catalog.families.spec import FamilySpec
from studio.catalog.model_spec import ModelSpec
from studio.catalog.samplers import SCHEDULES, usable_schedule
from studio.core.errors import StudioError
from studio.core.geometry import Rect
from studio.core.notices import Notice, notice
from studio.edit.networks import is_named
from studio.edit.request import AdapterUse, EditRequest, Sampling
from studio.edit.steering import (
    Reference,
    Region,
    reference_uses,
    references_of,
    region_references,
    region_uses,
    regions_of,
)
from studio.edit.subjects import KIND as SUBJECT


@dataclass(frozen=True, slots=True)
class EditSettings:
    """What the artist has set for the next edit; lengths are document pixels.

    ``adapters`` holds what no prompt names, and the files of those that the prompt of a recipe
    names; others that a prompt names are looked up when a request is made.
    """

    prompt: str = ""
    negative_prompt: str = ""
    model: str = "starter"
    sampling: Sampling = field(default_factory=Sampling)
    mask_blur: int = 6
    padding: int = 32
    references: tuple[Reference, ...] = ()
    adapters: tuple[AdapterUse, ...] = ()
    regions: tuple[Region, ...] = ()

    @property
    def has_content(self) -> bool:
        """Whether the artist has written or added anything that would be missed."""
        texts = self.prompt.strip() or self.negative_prompt.strip()
        return bool(texts or self.references or self.regions)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a request comes from: what its references are called, and the way in pixels from its
    coordinates to the document's."""

    name: str = ""
    dx: int = 0
    dy: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """One field of the settings: how it becomes the field of that name of a request, and back."""

    to_request: Callable[[EditSettings, Rect], Any]
    to_settings: Callable[[EditRequest, Origin], Any]


def _same(name: str) -> Row:
    value = attrgetter(name)
    return Row(lambda settings, region: value(settings), lambda request, origin: value(request))


def _reference_uses(settings: EditSettings, region: Rect) -> tuple[Any, ...]:
    return reference_uses((*settings.references, *region_references(settings.regions)), region)


ROWS: Mapping[str, Row] = {
    **{
        name: _same(name)
        for name in (
            "prompt",
            "negative_prompt",
            "model",
            "sampling",
            "mask_blur",
            "padding",
            "adapters",
        )
    },
    "references": Row(
        _reference_uses,
        lambda request, origin: tuple(references_of(request, origin.name, origin.dx, origin.dy)),
    ),
    "regions": Row(
        lambda settings, region: region_uses(settings.regions, region),
        lambda request, origin: regions_of(request, origin.dx, origin.dy),
    ),
}
"""By the fields of ``EditSettings``. A region's own reference comes back as one of the references,
which counts in the same place."""


def own_adapters(adapters: Iterable[AdapterUse]) -> tuple[AdapterUse, ...]:
    """Return the adapters that are there on their own, not because a prompt names them."""
    return tuple(use for use in adapters if use.kind != SUBJECT and not is_named(use))


def with_settings(request: EditRequest, settings: EditSettings) -> EditRequest:
    """Return a request with all that the settings say, references and region prompts cut to it."""
    return request.replace(
        **{name: row.to_request(settings, request.region) for name, row in ROWS.items()}
    )


def settings_of(request: EditRequest, name: str = "", dx: int = 0, dy: int = 0) -> EditSettings:
    """Return the settings that a request was made from: the way back of ``with_settings``.

    ``name`` is what its references are called; ``dx`` and ``dy`` are the way from the request's
    pixels to the document's.
    """
    origin = Origin(name, dx, dy)
    return EditSettings(**{name: row.to_settings(request, origin) for name, row in ROWS.items()})


def fitted(
    sampling: Sampling, spec: ModelSpec, row: FamilySpec
) -> tuple[Sampling, tuple[Notice, ...]]:
    """Return the settings of a recipe as far as this program and a model have them.

    ``row`` is the model's family. What is left out, or replaced by what suits the model, is named
    in notices.
    """
    notes = []
    if sampling.sampler not in row.samplers:
        used = spec.defaults.sampler
        notes.append(
            notice(
                "There is no sampler called {name}; {used} is kept.",
                name=sampling.sampler,
                used=row.samplers[used].label,
            )
        )
        sampling = replace(sampling, sampler=used, schedule=spec.defaults.schedule)
    if sampling.schedule not in SCHEDULES:
        sampling = replace(sampling, schedule=usable_schedule(sampling.sampler, "normal"))
    known = {one.id: one for one in row.settings}
    kept, lost = {}, []
    for name, value in sampling.extras.items():
        try:
            kept[name] = known[name].check(value)
        except (KeyError, StudioError):
            lost.append(f"{name} {value}")
    if lost:
        notes.append(
            notice("Settings that {model} does not have were left out: {names}.",
                   model=spec.name, names=", ".join(lost))
        )  # fmt: skip
        sampling = replace(sampling, extras=kept)
    return sampling, tuple(notes)


def changed_fields(new: EditSettings, old: EditSettings) -> frozenset[str]:
    """Return the names of the fields in which two settings differ."""
    return frozenset(
        one.name for one in fields(EditSettings) if getattr(new, one.name) != getattr(old, one.name)
    )
