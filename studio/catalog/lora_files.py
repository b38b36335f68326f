"""Checks whether a LoRA fits a model, from the headers of their files, before loading anything."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from studio.catalog.fit import finding_of, fit_of
from studio.catalog.models import ModelSpec
from studio.catalog.recognise.finding import Kind
from studio.catalog.recognise.lora_bases import Base, cross_width, find_base
from studio.catalog.recognise.lora_keys import (
    KeyMap,
    Part,
    Shapes,
    is_factor_key,
    layers_of,
    map_keys,
)
from studio.catalog.recognise.lora_kinds import KINDS
from studio.catalog.recognise.lora_shapes import DORA, Roles, changes, dora_axis, fits, missing
from studio.catalog.recognise.safetensors_header import read_header, read_metadata
from studio.catalog.single.networks import component_shapes
from studio.core.errors import StudioError
from studio.core.notices import Notice, notice

EXAMPLES = 2
"""Maximum number of unused keys to list."""


def text_width(shapes: Shapes) -> int | None:
    """Return the width of the text embeddings of a LoRA's UNet, None if no layer reveals it.

    If it has layers of a text encoder only, it is their width.
    """
    base = find_base(layers_of(shapes))
    return base.width or None if base is not None else None


def check_lora(path: Path, spec: ModelSpec) -> None:
    """Raise StudioError if a LoRA in safetensors does not fit a model; reads headers only."""
    check_lora_shapes(path, spec, lambda: read_header(path), lambda: read_metadata(path))


def check_lora_shapes(
    path: Path,
    spec: ModelSpec,
    shapes: Callable[[], Shapes],
    metadata: Callable[[], Mapping[str, str]],
) -> None:
    """Raise StudioError if a LoRA does not fit a model; ``shapes`` and ``metadata`` read its file.

    First its base is compared, as recognition knows it, then each layer.
    """
    found = finding_of(path)
    error = fit_of(path, found, spec, Kind.LORA).error
    if error is not None and found.role != Kind.LORA:
        raise error
    check_fit(path, spec.name, shapes(), metadata(), model_modules(spec))
    if error is not None:
        raise error


def model_modules(spec: ModelSpec) -> Mapping[Part, Shapes]:
    """Return the shape of the weight of each linear layer, convolution and norm, by network.

    Those of the autoencoder, which no LoRA changes, are left out. Reads headers only.
    """
    parts = [component.name for component in spec.components if component.name != "vae"]
    return {part: dict(_modules(spec, part)) for part in parts}


def _modules(spec: ModelSpec, part: str) -> Iterator[tuple[str, tuple[int, ...]]]:
    for key, shape in component_shapes(spec.component(part)).items():
        name = key.removesuffix(".weight")
        if name != key and len(shape) in (1, 2, 4) and not name.endswith("_embedding"):
            yield name, shape


def check_fit(
    path: Path,
    model: str,
    shapes: Shapes,
    metadata: Mapping[str, str],
    networks: Mapping[Part, Shapes],
) -> KeyMap:
    """Map the keys of a LoRA file to the modules of a model's networks; ``model`` is its name.

    Keys of unknown kinds beside those of a LoRA are left for the caller to report. StudioError if
    it is not a LoRA, of an unsupported kind, incomplete, or made for another base; the latter is
    assumed, too, if most of its tensors belong to modules that the networks do not have.
    """
    _check_kind(path, shapes)
    theirs, ours = find_base(layers_of(shapes)), model_base(networks)
    if theirs is not None and not theirs.agrees(ours):
        raise StudioError(
            "The LoRA {path} was made for {theirs}; the model {model} is of the kind {ours}.",
            "Choose a model of that kind, or a LoRA made for this one.",
            path=str(path),
            model=model,
            theirs=str(theirs),
            ours=str(ours),
        )
    keys = map_keys(shapes, metadata, networks)
    strangers = [key for key in keys.unknown if is_factor_key(key)]
    if not keys.places or len(strangers) > len(keys.places):
        raise does_not_fit(path, (*strangers, *keys.unknown, "?")[0])
    for (part, module), roles in roles_of(shapes, keys).items():
        _check_layer(path, module, networks[part][module], roles)
    return keys


def model_base(networks: Mapping[Part, Shapes]) -> Base:
    """Return the base of a model, recognised by the shapes of its weights like that of a LoRA."""
    layers = {
        f"{part}.{module}": {"diff": shape}
        for part, modules in networks.items()
        for module, shape in modules.items()
    }
    return find_base(layers) or Base(("?",), cross_width(layers))


def roles_of(shapes: Shapes, keys: KeyMap) -> dict[tuple[Part, str], dict[str, tuple[int, ...]]]:
    """Return the shapes of a LoRA's tensors by the module that they change, and by role."""
    found: dict[tuple[Part, str], dict[str, tuple[int, ...]]] = {}
    for key, place in keys.places.items():
        found.setdefault((place.part, place.module), {})[place.role] = shapes[key]
    return found


def unknown_notice(path: Path, keys: KeyMap) -> Notice | None:
    """Return a notice about the tensors of a LoRA that are not used, None if all of them are."""
    if not keys.unknown:
        return None
    return notice(
        "{count} of {total} tensors of the LoRA {name} are of an unknown kind, such as "
        "{examples}; the others are applied.",
        count=len(keys.unknown),
        total=len(keys.unknown) + len(keys.places) + len(keys.tokens),
        name=path.name,
        examples=", ".join(keys.unknown[:EXAMPLES]),
    )


def _check_kind(path: Path, shapes: Shapes) -> None:
    for key in shapes:
        for word, kind in KINDS:
            if word in key:
                raise StudioError(
                    "{path} is a {kind}, an adapter of a kind that Lienzo cannot run.",
                    "Choose a LoRA, LoCon, LoHa, LoKr or DoRA.",
                    path=str(path),
                    kind=kind,
                )


def _check_layer(path: Path, module: str, weight: tuple[int, ...], roles: Roles) -> None:
    """Raise StudioError unless a layer's tensors are complete and fit its weight."""
    if missing(roles):
        raise StudioError(
            "The LoRA {path} is incomplete: a factor of {name} is missing.",
            "Copy the file again from where you got it.",
            path=str(path),
            name=module,
        )
    wrong = not all(fits(module, weight, change) for change in changes(roles))
    wrong = wrong or any(
        role in roles and math.prod(roles[role]) != weight[0] for role in ("diff_b", "up_bias")
    )
    wrong = wrong or any(role in roles and dora_axis(weight, roles[role]) is None for role in DORA)
    if wrong:
        sizes = ", ".join(f"{role} {shape}" for role, shape in roles.items())
        raise does_not_fit(path, f"{module} {weight}: {sizes}")


def does_not_fit(path: Path, reason: str) -> StudioError:
    """Return the error for a LoRA that belongs to other networks."""
    return StudioError(
        "The LoRA {path} does not fit this model ({reason}).",
        "It was made for another base model; choose that one, or another LoRA.",
        path=str(path),
        reason=reason,
    )
