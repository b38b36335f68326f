"""The description of a loadable model, as data for every part of the program."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from studio.catalog.samplers import usable_schedule
from studio.core.paths import resource

STARTER = "starter"
"""The name of the shipped model, resolved to resources/starter."""
BUILT_IN: Mapping[str, str] = {
    STARTER: STARTER,
    "dall-e": "lineage/dall-e",
    "imagen": "lineage/imagen",
    "flux": "lineage/flux",
    "unclip": "lineage/unclip",
    "gan": "lineage/gan",
    "vae": "lineage/vae",
    "dream": "lineage/dream",
}
"""The names of the models that ship with the program, with their folders in resources."""


@dataclass(frozen=True, slots=True)
class Defaults:
    """The settings that suit a model, by the names of ``Sampling``."""

    steps: int = 20
    cfg_scale: float = 7.0
    sampler: str = "dpmpp_2m"
    schedule: str = "normal"


@dataclass(frozen=True, slots=True)
class FewStep:
    """A model's own few-step LoRA for one sampler, and the settings for it.

    ``first``: whether these are the model's initial settings.
    """

    file: Path
    sampler: str
    steps: int
    cfg_scale: float
    first: bool = False


@dataclass(frozen=True, slots=True)
class Component:
    """One network of a model: weight files, number of weights, and "" or "fp16" as variant.

    ``prefix`` is in front of its tensors' names if the file contains several networks; None for
    the files of a folder in diffusers layout.
    """

    name: str
    class_name: str
    files: tuple[Path, ...]
    parameters: int
    variant: str = ""
    prefix: str | None = None


@dataclass(frozen=True, slots=True)
class Configurations:
    """Where the configurations of a model come from whose weights are in single files.

    ``folder`` has config.json of each network, of the scheduler and of the tokenizers, in diffusers
    layout. ``changes`` are the entries of each that differ in this model, and ``tokenizers`` the
    ids of the assets with their vocabularies, both by the name of the folder inside.
    ``vocabularies`` are the files of text encoders that come with a vocabulary of their own.
    """

    folder: Path
    tokenizers: Mapping[str, str] = field(default_factory=dict)
    changes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    vocabularies: Mapping[str, Path] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Facts:
    """Family-specific facts about a model; each family has a subclass with its own fields.

    Frozen and comparable, since two specs are equal only if their facts are.
    """


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """A model that can be loaded; two are equal while the files on disk stay the same.

    ``family`` is a key of ``families.table.FAMILIES``, ``variant`` the family's own name for a kind
    of its models, such as "2.x". Sizes are pixels of the picture that the model makes:
    ``native_size`` is the edge length that it was trained at; edges are multiples of
    ``size_multiple`` between ``min_size`` and ``max_size``. ``fingerprint`` consists of the sizes
    and times of the weight files. ``weight_bytes`` is the size of the weight files. ``facts`` are
    the family's own. ``path`` is a folder in diffusers layout, or a weights file; the latter has
    ``configurations``.
    """

    id: str
    name: str
    path: Path
    family: str
    native_size: int
    size_multiple: int
    min_size: int
    max_size: int
    defaults: Defaults
    components: tuple[Component, ...]
    weight_bytes: int
    fingerprint: tuple[tuple[str, int, int], ...] = field(repr=False)
    variant: str = ""
    facts: Facts = field(default_factory=Facts)
    few_step: FewStep | None = None
    configurations: Configurations | None = field(default=None, repr=False)

    @property
    def folder(self) -> Path:
        """The folder of the model, or that in which its file is."""
        return self.path if self.configurations is None else self.path.parent

    @property
    def parameters(self) -> int:
        """The number of weights of all networks together."""
        return sum(component.parameters for component in self.components)

    def suited_to(self, sampler: str) -> Defaults:
        """Return the settings that suit a sampler: few steps if the model has them for it."""
        few = self.few_step
        if few is not None and few.sampler == sampler:
            return Defaults(few.steps, few.cfg_scale, sampler, usable_schedule(sampler, "normal"))
        schedule = usable_schedule(sampler, self.defaults.schedule)
        return replace(self.defaults, sampler=sampler, schedule=schedule)

    @property
    def first_settings(self) -> Defaults:
        """The model's initial settings: the few-step ones if they are marked as first."""
        few = self.few_step
        return self.suited_to(few.sampler) if few is not None and few.first else self.defaults

    def component(self, name: str) -> Component:
        """Return a network by the name of its folder, such as "unet" or "text_encoder"."""
        return next(component for component in self.components if component.name == name)


F = TypeVar("F", bound=Facts)


def facts_of(spec: ModelSpec, kind: type[F]) -> F:
    """Return the facts of a model; TypeError if its family has another type."""
    if not isinstance(spec.facts, kind):
        raise TypeError(f"{spec.name} has {type(spec.facts).__name__}, not {kind.__name__}")
    return spec.facts


def model_folder(model: str) -> Path:
    """Return the folder or the weights file that ``model`` means: a built-in name or a path."""
    return resource(BUILT_IN[model]) if model in BUILT_IN else Path(model).expanduser()
