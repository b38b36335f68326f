"""Which model families there are and what each can do, as data that needs no torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from studio.catalog.controls import CONTROL_KINDS
from studio.catalog.references import MODES
from studio.catalog.settings import Setting
from studio.core.errors import StudioError


@dataclass(frozen=True, slots=True)
class FamilySpec:
    """One row: a module with ``load`` and ``run``, and what the tools may offer.

    ``tasks`` are values of ``edit.request.Task``, ``adapters`` keys of the engine's adapter table.
    ``training`` are ways to teach it a subject. ``missing`` says, for a capability that is not
    there, why a tool is greyed out. ``settings`` are those beyond the ones that every family has;
    their values travel in ``Sampling.extras``.
    """

    id: str
    label: str
    module: str
    tasks: frozenset[str]
    adapters: frozenset[str] = frozenset()
    controls: frozenset[str] = frozenset()
    references: frozenset[str] = frozenset()
    training: frozenset[str] = frozenset()
    missing: Mapping[str, str] = field(default_factory=dict)
    settings: tuple[Setting, ...] = ()

    def can(self, capability: str) -> bool:
        """Whether a task, adapter, control, reference or way of learning of that name is there."""
        groups = (self.tasks, self.adapters, self.controls, self.references, self.training)
        return any(capability in group for group in groups)

    def reason(self, capability: str) -> str:
        """Return why ``capability`` is not there, in English; empty where it is."""
        if self.can(capability):
            return ""
        return self.missing.get(capability, "This kind of model cannot do that.")


FAMILIES: Mapping[str, FamilySpec] = {
    "stable_diffusion": FamilySpec(
        id="stable_diffusion",
        label="Stable Diffusion 1.x",
        module="studio.engine.families.stable_diffusion.family",
        tasks=frozenset({"generate", "fill", "replace", "extend", "rewrite"}),
        adapters=frozenset({"lora", "textual_inversion", "dreambooth"}),
        controls=frozenset(CONTROL_KINDS),
        references=frozenset(MODES),
        training=frozenset({"lora", "dreambooth", "textual_inversion", "pivotal"}),
    ),
}


def family(name: str) -> FamilySpec:
    """Return a row of ``FAMILIES``; StudioError for a name that is not there."""
    try:
        return FAMILIES[name]
    except KeyError as error:
        raise StudioError(
            "There is no model family called {name}.", "Choose another model.", name=name
        ) from error
