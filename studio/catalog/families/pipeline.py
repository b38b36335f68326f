"""Shared library for the torch-free halves of families that run through diffusers' pipelines.

Their denoiser is a transformer, or a UNet of a kind of its own. ``recognise_pipeline`` reads a
folder in diffusers layout; a family gives it the classes of its parts and its facts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from itertools import takewhile
from pathlib import Path
from typing import Any

from studio.catalog.configurations import has_tokenizer, tokenizer_folder
from studio.catalog.families.spec import Capability
from studio.catalog.families.unet import vae_widths
from studio.catalog.model_spec import Defaults, Facts, ModelSpec, facts_of
from studio.catalog.prompt_split import Split, Splitter
from studio.catalog.recognise.model_folder import ModelFolder, read_folder
from studio.catalog.samplers import SamplerSpec
from studio.core.errors import StudioError
from studio.core.notices import translatable

CLIP_START = "<|startoftext|>"
"""The mark at the start of a prompt, which only CLIP's tokenizers have."""

FLOW_SCHEDULES = ("normal", "karras", "exponential")
FLOW_SAMPLERS: Mapping[str, SamplerSpec] = {
    "euler": SamplerSpec(
        "euler",
        "Euler",
        "Euler",
        "diffusers.FlowMatchEulerDiscreteScheduler",
        {},
        FLOW_SCHEDULES,
    ),
}
"""Samplers of models trained by rectified flow (Liu et al. 2022,
https://arxiv.org/abs/2209.03003)."""


@dataclass(frozen=True, slots=True)
class PipelineFacts(Facts):
    """The dimensions of a model that runs through a pipeline.

    ``vae_scale``: pixels of the picture along an edge of one latent cell. ``cell``: pixels along an
    edge of one token of the denoiser. ``width``: width of a token. ``vae_channels``: width of the
    first block of the autoencoder. ``text_tokens``: most tokens of a prompt. ``tokenizers`` are the
    folders of those whose limit counts, the one with the highest limit first. ``places`` are the
    folders of parts that do not lie in the model's own, by the prefix of their names.
    """

    vae_scale: int
    cell: int
    width: int
    vae_channels: int
    text_tokens: int
    tokenizers: tuple[str, ...] = ("tokenizer",)
    places: tuple[tuple[str, Path], ...] = ()


def part_folder(spec: ModelSpec, name: str) -> Path:
    """Return the folder of a part of a model that runs through a pipeline."""
    for prefix, folder in pipeline_facts(spec).places:
        if name.startswith(prefix):
            return folder / name.removeprefix(prefix)
    return spec.path / name


def pipeline_facts(spec: ModelSpec) -> PipelineFacts:
    """Return the facts of a model that runs through a pipeline; TypeError for any other."""
    return facts_of(spec, PipelineFacts)


@dataclass(frozen=True, slots=True)
class Layout:
    """How a family's folders look.

    ``pipelines`` are the class names of its pipelines, with the variant of each. ``parts`` are its
    networks by folder, with the classes that fit; ``optional`` are those that a model may lack.
    ``tokenizers`` are the folders of tokenizers; ``optional`` may contain them too.
    """

    family: str
    pipelines: Mapping[str, str]
    parts: Mapping[str, tuple[str, ...]]
    tokenizers: tuple[str, ...] = ("tokenizer",)
    optional: frozenset[str] = frozenset()
    samplers: Mapping[str, SamplerSpec] = field(default_factory=lambda: FLOW_SAMPLERS)


@dataclass(frozen=True, slots=True)
class Sizes:
    """Edge lengths in pixels, see ``ModelSpec``."""

    native: int
    multiple: int
    smallest: int = 64
    largest: int = 4096


def transformer_facts(
    folder: ModelFolder,
    *,
    text_tokens: int,
    width: int = 0,
    patch: int = 2,
    tokenizers: tuple[str, ...] = ("tokenizer",),
) -> PipelineFacts:
    """Return the facts of a transformer on the latents of an autoencoder with 2D convolutions.

    ``width`` of a token is by default that of its attention heads together; ``patch`` is the edge
    of a token in latent cells.
    """
    transformer, widths = folder.config("transformer"), vae_widths(folder.config("vae"))
    scale = 2 ** (len(widths) - 1)
    heads = int(transformer.get("num_attention_heads", 24))
    return PipelineFacts(
        vae_scale=scale,
        cell=scale * patch,
        width=width or heads * int(transformer.get("attention_head_dim", 128)),
        vae_channels=int(widths[0]),
        text_tokens=text_tokens,
        tokenizers=tokenizers,
    )


Read = Callable[[ModelFolder, str], tuple[str, PipelineFacts, Sizes, Defaults]]
"""Takes a folder and the variant that its pipeline's class implies, and returns the variant, the
facts, the sizes and the default settings."""


def recognise_pipeline(
    folder: ModelFolder,
    layout: Layout,
    read: Read,
    others: Mapping[str, ModelFolder] | None = None,
) -> ModelSpec | None:
    """Return the model in a folder, None if the class of its pipeline is not in ``layout``.

    ``others`` are the folders of its other stages, by the prefix of the names of their parts.
    StudioError for an incomplete or damaged folder.
    """
    if folder.pipeline not in layout.pipelines:
        return None
    others = others or {}

    def source(part: str) -> tuple[ModelFolder, str]:
        for prefix, other in others.items():
            if part.startswith(prefix):
                return other, part.removeprefix(prefix)
        return folder, part

    def present(part: str) -> bool:
        own, name = source(part)
        return part not in layout.optional or bool(own.class_name(name))

    components = []
    for part in filter(present, layout.parts):
        own, name = source(part)
        own.check_classes({name: layout.parts[part]})
        components.append((own, part, name))
    for tokenizer in filter(present, layout.tokenizers):
        own, name = source(tokenizer)
        own.check_tokenizer(name)
    variant, facts, sizes, defaults = read(folder, layout.pipelines[folder.pipeline])
    places = tuple((prefix, other.path.resolve()) for prefix, other in others.items())
    networks = tuple(replace(own.component(name), name=part) for own, part, name in components)
    files = [file for component in networks for file in component.files]
    return ModelSpec(
        id=folder.id,
        name=folder.name,
        path=folder.path.resolve(),
        family=layout.family,
        native_size=folder.number("native_size", sizes.native),
        size_multiple=sizes.multiple,
        min_size=sizes.smallest,
        max_size=sizes.largest,
        defaults=folder.defaults(defaults, layout.samplers),
        components=networks,
        weight_bytes=sum(file.stat().st_size for file in files),
        fingerprint=folder.fingerprint(files),
        variant=variant,
        facts=replace(facts, places=places),
    )


def companion(folder: ModelFolder, pipelines: Mapping[str, str]) -> ModelFolder | None:
    """Return the folder of another stage of a model: inside its folder or beside it, else None.

    Of several, the one whose name is most like that of ``folder``.
    """
    found = []
    for place in (folder.path, folder.path.resolve().parent):
        for index in sorted(place.glob("*/model_index.json")):
            try:
                other = read_folder(str(index.parent), index.parent)
            except StudioError:
                # A damaged folder of another model is no reason to refuse this one.
                continue
            if other.pipeline in pipelines:
                found.append(other)
        if found:
            break

    def likeness(other: ModelFolder) -> int:
        pairs = zip(other.path.name, folder.path.name, strict=False)
        return len(list(takewhile(lambda pair: pair[0] == pair[1], pairs)))

    return max(found, key=likeness, default=None)


ONLY_BLENDS = translatable(
    "This model takes a reference only to blend with it. Choose “Blend” in its row."
)
"""The reason of models with image embeddings for the modes of an IP-Adapter."""
REWRITE = translatable("Edit by words needs a Stable Diffusion model with one text encoder.")
LARGE_MISSING: Mapping[Capability | tuple[Capability, str], str] = {
    Capability.TRAINING: translatable("A model of this size is not trained here."),
    Capability.INVERSION: REWRITE,
    (Capability.TASK, "rewrite"): REWRITE,
    Capability.CONTROL: translatable("Lienzo reads no ControlNet for this kind of model yet."),
    Capability.REFERENCE: translatable("Lienzo reads no IP-Adapter for this kind of model yet."),
}
"""The reasons for what no family of large transformers supports yet."""


def flow_defaults(steps: int, cfg_scale: float) -> Defaults:
    """Return the default settings of a model of rectified flow."""
    return Defaults(steps, cfg_scale, "euler", "normal")


def pipeline_splitter(spec: ModelSpec) -> Splitter:
    """Return the splitter of a model: at the limit of the tokenizer that takes most of a prompt."""
    facts = pipeline_facts(spec)
    if spec.configurations is not None:
        named = (one for one in facts.tokenizers if has_tokenizer(spec, one))
        folder = tokenizer_folder(spec, next(named, facts.tokenizers[-1]))
    else:
        folder = next(
            (place for name in facts.tokenizers if (place := part_folder(spec, name)).is_dir()),
            part_folder(spec, facts.tokenizers[-1]),
        )
    return tokenizer_splitter(folder, facts.text_tokens)


def tokenizer_splitter(folder: Path, limit: int) -> Splitter:
    """Return a function that splits a prompt for a model that reads ``limit`` tokens with marks.

    ``folder`` contains the tokenizer. StudioError if the tokenizer cannot be read.
    """
    # The tokenizers are a large library, which the window's start does not need.
    from studio.catalog.tokens import read_tokenizer

    tokenizer = read_tokenizer(folder)
    # The end mark takes one place, CLIP's start mark another.
    marks = 1 if tokenizer.token_to_id(CLIP_START) is None else 2

    def split(prompt: str) -> Split:
        encoding: Any = tokenizer.encode(prompt, add_special_tokens=False)
        room, count = limit - marks, len(encoding.ids)
        if count <= room:
            return Split(prompt, "", count, room)
        cut = int(encoding.offsets[room][0])
        space = prompt.rfind(" ", 0, cut)
        cut = space + 1 if space >= 0 and not prompt[cut - 1 : cut].isspace() else cut
        return Split(prompt[:cut].rstrip(), prompt[cut:].strip(), count, room)

    return split
