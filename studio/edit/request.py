"""Requests to a model and their results, as plain data that can be pickled and stored."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from studio.catalog.hashes import FileId
from studio.catalog.settings import Value
from studio.catalog.steering import is_steered
from studio.core.errors import StudioError
from studio.core.geometry import Rect
from studio.core.notices import Notice, translatable
from studio.edit.recipes import VERSION, migrate_recipe
from studio.edit.rewrite import Inversion, RewriteUse

Pixels = NDArray[np.uint8]
PIXELS = ("image", "mask")
"""Fields of a control or a reference with pixels, which a recipe stores separately."""

KEEPS_SHAPES = 0.6
"""Default denoising strength of ``Task.REPLACE``."""


class Task(Enum):
    """Tasks: fill a mask, change its content, extend the canvas, make a picture, rewrite one,
    change one by an instruction such as "make it winter", or make some that resemble it.

    The last ones are those of the photo tools (``catalog.photo_tools.PHOTO_TASKS``).
    """

    FILL = "fill"
    REPLACE = "replace"
    EXTEND = "extend"
    GENERATE = "generate"
    REWRITE = "rewrite"
    INSTRUCT = "instruct"
    VARY = "variations"
    REMOVE = "remove"
    RESTYLE = "restyle"
    CLEAN = "clean"


MODEL_TASKS = (
    Task.FILL,
    Task.REPLACE,
    Task.EXTEND,
    Task.GENERATE,
    Task.REWRITE,
    Task.INSTRUCT,
    Task.VARY,
)
"""The tasks of models, which a family declares; the others are those of the photo tools."""
TASK_LABELS: Mapping[Task, str] = {
    Task.FILL: translatable("Fill"),
    Task.REPLACE: translatable("Replace"),
    Task.EXTEND: translatable("Extend"),
    Task.GENERATE: translatable("New picture"),
    Task.REWRITE: translatable("Edit by words"),
    Task.INSTRUCT: translatable("Instruct"),
    Task.VARY: translatable("Vary"),
}
"""The names of the models' tasks in the window."""
MATCHED_TASKS = (Task.FILL, Task.REPLACE, Task.EXTEND)
"""The tasks whose pictures ``match_fill`` matches to the photo."""


@dataclass(frozen=True, slots=True)
class Sampling:
    """The sampling settings, by the usual names.

    ``seed`` -1 means a random one for each variation; otherwise variation i uses seed + i.
    ``denoise`` (0..1) applies to ``Task.REPLACE``. ``schedule`` is the spacing of noise levels:
    "normal", "karras", "exponential", "sgm_uniform". ``extras`` are the values of settings that
    only the model's family has (``FamilySpec.settings``); one that is missing has its default.
    """

    steps: int = 20
    cfg_scale: float = 7.0
    sampler: str = "dpmpp_2m"
    schedule: str = "normal"
    seed: int = -1
    denoise: float = 1.0
    variations: int = 1
    extras: Mapping[str, Value] = field(default_factory=dict, hash=False)


TEXT_WEIGHT = "text_weight"
OFF = "off"


@dataclass(frozen=True, slots=True)
class AdapterUse:
    """One adapter used in one request; ``kind`` names a row of the adapter table.

    A LoRA's option ``TEXT_WEIGHT`` is its weight for the text encoders, if it differs; with ``OFF``
    true it is kept and has no effect. ``file`` is
    the identity of the weights at ``path``, once they were read. In exported files ``path`` is only
    a name.
    """

    kind: str
    path: str
    weight: float = 1.0
    options: Mapping[str, Any] = field(default_factory=dict)
    file: FileId | None = None

    @property
    def text_weight(self) -> float:
        """The weight for the text encoders."""
        value = self.options.get(TEXT_WEIGHT, self.weight)
        return float(value) if isinstance(value, int | float) else self.weight

    @property
    def acts(self) -> bool:
        """Whether the adapter changes anything."""
        return not self.options.get(OFF) and (self.weight != 0 or self.text_weight != 0)


@dataclass(frozen=True, slots=True, eq=False)
class ControlUse:
    """One control image (h, w, 3) uint8 that covers the request's crop.

    ``start`` and ``end`` are fractions of the steps, 0..1. ``mode`` is "balanced", "prompt" or
    "control", the one that has priority. ``model`` is the folder of a ControlNet; "" means the
    model's own for ``kind``. ``file`` is the identity of its weights.
    """

    kind: str
    image: Pixels
    strength: float = 1.0
    start: float = 0.0
    end: float = 1.0
    mode: str = "balanced"
    model: str = ""
    file: FileId | None = None


@dataclass(frozen=True, slots=True, eq=False)
class ReferenceUse:
    """One reference picture (h, w, 3) uint8 sRGB of any size.

    ``mode`` is "look", "composition", "subject", "face" or "blend". ``mask`` (h, w) uint8 of the
    crop's size is the area in which it acts; None means everywhere. ``model`` is the folder of an
    IP-Adapter; "" means the model's own. ``file`` is the identity of its weights.
    """

    image: Pixels
    weight: float = 1.0
    start: float = 0.0
    end: float = 1.0
    mode: str = "look"
    mask: Pixels | None = None
    model: str = ""
    file: FileId | None = None


@dataclass(frozen=True, slots=True, eq=False)
class RegionUse:
    """A region prompt; ``mask`` (h, w) uint8 of the crop's size is its area.

    ``weight`` 0..1 is its share there beside the request's prompt.
    """

    prompt: str
    mask: Pixels
    weight: float = 1.0


U = TypeVar("U", ControlUse, ReferenceUse, RegionUse)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class EditRequest:
    """One job for the engine.

    ``region`` is the crop that the result covers, in document pixels, with context around the mask.
    ``image`` (h, w, 3) uint8 sRGB and ``mask`` (h, w) uint8 (255 = change here) cover exactly the
    crop; both are None for ``Task.GENERATE``. ``model`` is a folder in diffusers layout or
    "starter", ``model_file`` the identity of its weights. ``mask_blur`` and ``padding`` are in
    document pixels. ``match_fill`` is whether a fill's colours and grain are matched to the photo.
    """

    task: Task
    prompt: str
    negative_prompt: str = ""
    region: Rect
    image: Pixels | None = field(default=None, repr=False)
    mask: Pixels | None = field(default=None, repr=False)
    model: str = "starter"
    sampling: Sampling = field(default_factory=Sampling)
    mask_blur: int = 8
    padding: int = 32
    match_fill: bool = True
    adapters: tuple[AdapterUse, ...] = ()
    controls: tuple[ControlUse, ...] = ()
    references: tuple[ReferenceUse, ...] = ()
    regions: tuple[RegionUse, ...] = ()
    rewrite: RewriteUse | None = None
    model_file: FileId | None = None

    def replace(self, **changes: Any) -> EditRequest:
        """Return a copy with some fields changed."""
        return dataclasses.replace(self, **changes)

    @property
    def says_anything(self) -> bool:
        """Whether a prompt, a region prompt or a judge says what the picture should show."""
        words = (self.prompt, *(use.prompt for use in self.regions if use.weight > 0))
        return any(one.strip() for one in words) or is_steered(self.sampling.extras)

    def to_recipe(self) -> dict[str, Any]:
        """Return the JSON-ready form; pixels are replaced by indices into ``recipe_pictures``."""
        count = itertools.count()
        return {
            "version": VERSION,
            "task": self.task.value,
            "prompt": self.prompt,
            "negative_prompt": self.negative_prompt,
            "region": [self.region.x, self.region.y, self.region.width, self.region.height],
            "model": self.model,
            "model_file": None if self.model_file is None else dataclasses.asdict(self.model_file),
            "sampling": dataclasses.asdict(self.sampling),
            "mask_blur": self.mask_blur,
            "padding": self.padding,
            "match_fill": self.match_fill,
            "adapters": [dataclasses.asdict(adapter) for adapter in self.adapters],
            "controls": [_without_pixels(use, count) for use in self.controls],
            "references": [_without_pixels(use, count) for use in self.references],
            "regions": [_without_pixels(use, count) for use in self.regions],
            "rewrite": None if self.rewrite is None else self.rewrite.to_recipe(),
        }

    def recipe_pictures(self) -> tuple[Pixels, ...]:
        """Return the control images, references (h, w, 3) and masks (h, w) of the recipe, uint8."""
        found = []
        for use in (*self.controls, *self.references, *self.regions):
            found += [
                picture for name in PIXELS if (picture := getattr(use, name, None)) is not None
            ]
        return tuple(found)

    @classmethod
    def from_recipe(cls, recipe: Mapping[str, Any], pictures: Sequence[Pixels] = ()) -> EditRequest:
        """Return the request of a recipe, without image and mask.

        ``pictures`` are its ``recipe_pictures``; a control or reference whose picture is missing is
        left out. A recipe of an older version is migrated; of a newer one the known fields are
        read. StudioError if the recipe cannot be read.
        """
        try:
            recipe = migrate_recipe(recipe)
            rewrite = recipe.get("rewrite")
            return cls(
                task=Task(recipe["task"]),
                prompt=str(recipe["prompt"]),
                negative_prompt=str(recipe.get("negative_prompt", "")),
                region=Rect(*(int(n) for n in recipe["region"])),
                model=str(recipe.get("model", "starter")),
                sampling=read_sampling(recipe["sampling"]),
                mask_blur=int(recipe.get("mask_blur", 8)),
                padding=int(recipe.get("padding", 32)),
                match_fill=bool(recipe.get("match_fill", True)),
                adapters=tuple(map(_adapter, recipe.get("adapters", ()))),
                controls=_with_pixels(ControlUse, recipe.get("controls", ()), pictures),
                references=_with_pixels(ReferenceUse, recipe.get("references", ()), pictures),
                regions=_with_pixels(RegionUse, recipe.get("regions", ()), pictures),
                rewrite=RewriteUse.from_recipe(rewrite) if rewrite else None,
                model_file=FileId.read(recipe.get("model_file")),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise StudioError(
                "This layer's recipe cannot be read ({reason}).",
                "The layer's pixels are untouched; type the prompt again to make a new one.",
                reason=str(error),
            ) from error


def _without_pixels(
    use: ControlUse | ReferenceUse | RegionUse, count: Iterator[int]
) -> dict[str, Any]:
    part: dict[str, Any] = {}
    for one in dataclasses.fields(use):
        value = getattr(use, one.name)
        pixels = one.name in PIXELS and value is not None
        value = dataclasses.asdict(value) if isinstance(value, FileId) else value
        part[one.name] = next(count) if pixels else value
    return part


def read_sampling(part: Any) -> Sampling:
    """Return the sampling settings of a recipe; TypeError or ValueError for invalid values."""
    plain, values, given = Sampling(), dict[str, Any](), dict(part)
    for one in dataclasses.fields(Sampling):
        if one.name == "extras":
            values["extras"] = _extras(given.get("extras", {}))
        elif one.name in given:
            values[one.name] = type(getattr(plain, one.name))(given[one.name])
    return Sampling(**values)


def _extras(part: Any) -> dict[str, Value]:
    found = {str(name): value for name, value in dict(part).items()}
    for name, value in found.items():
        if not isinstance(value, bool | int | float | str):
            raise TypeError(name)
    return found


def _adapter(part: Any) -> AdapterUse:
    return AdapterUse(**_values(AdapterUse, part))


def _values(kind: type[Any], part: Any) -> dict[str, Any]:
    """Return the fields of ``kind`` that a part of a recipe has."""
    known = {one.name for one in dataclasses.fields(kind)}
    values = {name: value for name, value in dict(part).items() if name in known}
    if "file" in values:
        values["file"] = FileId.read(values["file"])
    return values


def _with_pixels(kind: type[U], parts: Iterable[Any], pictures: Sequence[Pixels]) -> tuple[U, ...]:
    found = []
    for part in parts:
        values = _values(kind, part)
        wanted = {n: int(values[n]) for n in PIXELS if values.get(n) is not None}
        there = all(0 <= i < len(pictures) and pictures[i].size for i in wanted.values())
        if there:
            found.append(kind(**{**values, **{n: pictures[i] for n, i in wanted.items()}}))
    return tuple(found)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class EditResult:
    """The engine's result: one (h, w, 3) uint8 sRGB image per variation, of the crop's size.

    ``seeds`` holds the seed of each image, ``timings`` seconds by part ("load", "encode",
    "denoise", "decode", "total"), ``notes`` sentences for the artist. ``masks`` are the visible
    areas of the images, if the model determined them itself: (h, w) uint8, 255 = shown.
    ``inversion`` is the one that a rewrite used, to be kept for the next. ``peak_bytes`` is the
    engine's peak memory during the run, 0 if unknown, and ``device`` the name of the device.
    """

    request: EditRequest
    images: tuple[Pixels, ...] = field(repr=False)
    seeds: tuple[int, ...]
    timings: Mapping[str, float] = field(default_factory=dict)
    notes: tuple[Notice, ...] = ()
    masks: tuple[Pixels, ...] = field(default=(), repr=False)
    inversion: Inversion | None = field(default=None, repr=False)
    peak_bytes: int = 0
    device: str = ""
