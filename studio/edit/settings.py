"""The settings of an edit, and the one table that converts them to a request and back."""

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
    """The artist's settings for the next edit; lengths are in document pixels.

    ``adapters`` holds those that no prompt names, and the files of those that a recipe's prompt
    names; others named in a prompt are looked up when a request is made.
    """

    prompt: str = ""
    negative_prompt: str = ""
    model: str = "starter"
    sampling: Sampling = field(default_factory=Sampling)
    mask_blur: int = 6
    padding: int = 32
    match_fill: bool = True
    references: tuple[Reference, ...] = ()
    adapters: tuple[AdapterUse, ...] = ()
    regions: tuple[Region, ...] = ()

    @property
    def has_content(self) -> bool:
        """Whether the artist has written or added anything worth keeping."""
        texts = self.prompt.strip() or self.negative_prompt.strip()
        return bool(texts or self.references or self.regions)


@dataclass(frozen=True, slots=True)
class Origin:
    """The name of a request's references, and the offset in pixels from it to the document."""

    name: str = ""
    dx: int = 0
    dy: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """One field of the settings: its conversion to the request's field of that name, and back."""

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
            "match_fill",
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
"""By the fields of ``EditSettings``. A region prompt's own reference comes back as one of the
references, masked to the same place."""


def own_adapters(adapters: Iterable[AdapterUse]) -> tuple[AdapterUse, ...]:
    """Return the adapters that were added on their own, not by a prompt."""
    return tuple(use for use in adapters if use.kind != SUBJECT and not is_named(use))


def with_settings(request: EditRequest, settings: EditSettings) -> EditRequest:
    """Return a request with the settings applied, references and region prompts cropped to it."""
    return request.replace(
        **{name: row.to_request(settings, request.region) for name, row in ROWS.items()}
    )


def settings_of(request: EditRequest, name: str = "", dx: int = 0, dy: int = 0) -> EditSettings:
    """Return the settings that a request was made from, the inverse of ``with_settings``.

    ``name`` is given to its references; ``dx`` and ``dy`` are the offset from the request's pixels
    to the document's.
    """
    origin = Origin(name, dx, dy)
    return EditSettings(**{name: row.to_settings(request, origin) for name, row in ROWS.items()})


def fit_settings(
    sampling: Sampling, spec: ModelSpec, row: FamilySpec
) -> tuple[Sampling, tuple[Notice, ...]]:
    """Return the settings of a recipe that this program and a model support.

    ``row`` is the model's family. Notices name the settings that are dropped or replaced by the
    model's defaults.
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
