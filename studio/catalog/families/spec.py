"""The torch-free half of a model family: recognition and capabilities of its models, as data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from studio.catalog.controls import find_control
from studio.catalog.judges import missing_judge
from studio.catalog.model_spec import ModelSpec
from studio.catalog.prompt_split import Splitter
from studio.catalog.recognise.model_folder import ModelFolder
from studio.catalog.references import BLEND, find_reference
from studio.catalog.samplers import SamplerSpec
from studio.catalog.settings import Setting
from studio.catalog.steering import NO_STEPS, STEERING_NAMES
from studio.core.notices import translatable


class Capability(Enum):
    """The parts of a request that a family may support; each is a separate namespace.

    A family that runs LoRAs (ADAPTER "lora") does not necessarily train them (TRAINING "lora"). The
    names are, in this order: values of ``edit.request.Task``; keys of the engine's adapter table;
    keys of ``controls.CONTROL_KINDS``; keys of ``references.MODES``; values of
    ``TrainSettings.method``; keys of ``edit.rewrite.METHODS``; keys of ``samplers.SAMPLERS``; ids
    of the family's settings. REGION_PROMPTS and NEGATIVE_PROMPT have no names; "" stands for them.
    """

    TASK = "task"
    ADAPTER = "adapter"
    CONTROL = "control"
    REFERENCE = "reference"
    TRAINING = "training"
    INVERSION = "inversion"
    SAMPLER = "sampler"
    SETTING = "setting"
    REGION_PROMPTS = "region prompts"
    NEGATIVE_PROMPT = "negative prompt"


NO_REASON = translatable("This kind of model cannot do that.")
REASONS: Mapping[tuple[Capability, str], str] = {
    (Capability.TASK, "instruct"): translatable(
        "Flux.1 Kontext, Flux.2, Qwen-Image-Edit and InstructPix2Pix follow instructions; this"
        " model does not."
    ),
    (Capability.TASK, "variations"): translatable(
        "Kandinsky 2.2, Karlo, Stable unCLIP, the small unCLIP and Flux.1 dev with Redux make"
        " variations; this model does not."
    ),
    (Capability.REFERENCE, BLEND): translatable(
        "Models with image embeddings blend pictures (unCLIP, Karlo, Stable unCLIP); this model"
        " does not."
    ),
    **{(Capability.SETTING, name): NO_STEPS for name in STEERING_NAMES},
}
"""The reasons of all families that give none of their own."""


def _no_limit(spec: ModelSpec, capability: Capability, name: str) -> str:
    return ""


def clip_splitter(spec: ModelSpec) -> Splitter:
    """Return the splitter of a model with a CLIP tokenizer in the folder ``tokenizer``."""
    # The tokenizers are a large library, which the window's start does not need.
    from studio.catalog.tokens import TokenCounter

    return TokenCounter.of(spec).split


@dataclass(frozen=True, slots=True)
class FamilySpec:
    """One row of ``table.FAMILIES``; ``module`` is the dotted name of the torch half, a module or
    "module:object".

    ``recognise`` returns the model of a folder, or None if the folder belongs to another family. It
    reads JSON and headers only, and raises StudioError for a folder of this family that is
    incomplete or damaged. The sets list what the family supports, see ``Capability``. ``missing``
    contains the reasons for what it does not support, by capability and name, or by capability
    alone for all its names. ``variants`` are the display names of its kinds of models by
    ``ModelSpec.variant``. ``settings`` are those beyond the common ones; their values are passed in
    ``Sampling.extras``. ``samplers`` are rows of ``samplers.SAMPLERS`` or the family's own.
    ``limit`` returns the reason why one model does not support a capability of the family ("" if it
    does): an inpainting checkpoint generates no whole picture, for example. ``splitter`` returns
    the function that splits a prompt at the model's token limit; StudioError if its tokenizer is
    damaged. ``find_control(spec, kind, folder)`` and ``find_reference(spec, folder, mode)`` raise
    StudioError if the files for a control or a reference are missing or made for another base; by
    default they look for a ControlNet and an IP-Adapter.
    """

    id: str
    label: str
    module: str
    recognise: Callable[[ModelFolder], ModelSpec | None]
    tasks: frozenset[str]
    samplers: Mapping[str, SamplerSpec]
    adapters: frozenset[str] = frozenset()
    controls: frozenset[str] = frozenset()
    references: frozenset[str] = frozenset()
    training: frozenset[str] = frozenset()
    inversions: frozenset[str] = frozenset()
    settings: tuple[Setting, ...] = ()
    region_prompts: bool = False
    negative_prompt: bool = False
    variants: Mapping[str, str] = field(default_factory=dict)
    missing: Mapping[Capability | tuple[Capability, str], str] = field(default_factory=dict)
    limit: Callable[[ModelSpec, Capability, str], str] = _no_limit
    splitter: Callable[[ModelSpec], Splitter] = clip_splitter
    find_control: Callable[[ModelSpec, str, str], object] = find_control
    find_reference: Callable[[ModelSpec, str, str], object] = find_reference

    def label_of(self, spec: ModelSpec) -> str:
        """Return the display name of a model's kind, such as "Stable Diffusion 2.x"."""
        return self.variants.get(spec.variant, self.label)

    def names(self, capability: Capability) -> frozenset[str]:
        """Return the supported names of a capability; {""} or {} for one without names."""
        named = {
            Capability.TASK: self.tasks,
            Capability.ADAPTER: self.adapters,
            Capability.CONTROL: self.controls,
            Capability.REFERENCE: self.references,
            Capability.TRAINING: self.training,
            Capability.INVERSION: self.inversions,
            Capability.SAMPLER: frozenset(self.samplers),
            Capability.SETTING: frozenset(one.id for one in self.settings),
            Capability.REGION_PROMPTS: frozenset({""} if self.region_prompts else ()),
            Capability.NEGATIVE_PROMPT: frozenset({""} if self.negative_prompt else ()),
        }
        return named[capability]

    def can(self, capability: Capability, name: str = "", spec: ModelSpec | None = None) -> bool:
        """Whether the family supports this; with ``spec``, whether that model does."""
        return not self.reason(capability, name, spec)

    def reason(self, capability: Capability, name: str = "", spec: ModelSpec | None = None) -> str:
        """Return the reason, in English, why this is not supported, "" if it is."""
        if name not in self.names(capability):
            said = self.missing.get((capability, name)) or self.missing.get(capability)
            return said or REASONS.get((capability, name), NO_REASON)
        if capability is Capability.SETTING and name in STEERING_NAMES and missing_judge():
            return missing_judge()
        return "" if spec is None else self.limit(spec, capability, name)
