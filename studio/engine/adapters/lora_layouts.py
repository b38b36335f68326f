"""Reads LoRA files of all common layouts into one form: layer changes by network and module."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from studio.catalog.lora_files import check_fit, does_not_fit, roles_of, unknown_notice
from studio.catalog.recognise import lora_shapes
from studio.catalog.recognise.lora_keys import KeyMap, Part, Shapes
from studio.core.notices import Notice
from studio.engine.adapters.lora_layer import LayerChange, target_shape
from studio.engine.adapters.peft_settings import read_settings
from studio.engine.adapters.weights_file import check_finite, read_file
from studio.engine.packed import PackedLinear

Tokens = Mapping[str, Mapping[Part, Tensor]]
"""Token of an embedding -> its vectors (n, width), float32, for each text encoder."""
DOWN, UP = ".lora_A.weight", ".lora_B.weight"
ADAPTABLE: tuple[Part, ...] = ("unet", "transformer", "text_encoder", "text_encoder_2")


@dataclass(frozen=True, slots=True, eq=False)
class LoraWeights:
    """A parsed LoRA: the ``layers`` that it changes, by network and module.

    ``tokens`` are embeddings bundled in the file. ``layout`` is that of the file, ``note`` lists
    the unused tensors.
    """

    layers: Mapping[Part, Mapping[str, LayerChange]]
    tokens: Tokens = field(default_factory=dict)
    layout: str = "peft"
    metadata: Mapping[str, str] = field(default_factory=dict)
    note: Notice | None = None

    @property
    def ranks(self) -> dict[str, int]:
        """The rank of each module that has one."""
        return {
            module: change.rank
            for layers in self.layers.values()
            for module, change in layers.items()
            if change.rank
        }

    def deltas(self, part: Part) -> dict[str, Tensor]:
        """Return the difference added to the weight of each module of a network, in its shape."""
        return {module: change.delta() for module, change in self.layers.get(part, {}).items()}


def from_factors(
    states: Mapping[Part, Mapping[str, Tensor]], alphas: Mapping[str, float] | None = None
) -> LoraWeights:
    """Return a LoRA from factors in PEFT's names: "MODULE.lora_A.weight" and ".lora_B.weight".

    A is (rank, in) and B (out, rank) of a linear layer, A (rank, in, h, w) and B (out, rank, 1, 1)
    of a convolution. ``alphas`` are by module.
    """
    layers: dict[Part, dict[str, LayerChange]] = {}
    for part, state in states.items():
        for key, down in state.items():
            if key.endswith(DOWN):
                module = key.removesuffix(DOWN)
                up = state[module + UP]
                alpha = (alphas or {}).get(module)
                change = LayerChange({"down": down, "up": up}, (len(up), *down.shape[1:]), alpha)
                layers.setdefault(part, {})[module] = change
    return LoraWeights(layers)


def adaptable(networks: Any) -> dict[Part, Any]:
    """Return the networks of a model that a LoRA may change, by name."""
    found = {part: getattr(networks, part, None) for part in ADAPTABLE}
    return {part: network for part, network in found.items() if network is not None}


def network_shapes(parts: Mapping[Part, Any]) -> dict[Part, Shapes]:
    """Return the shape of the weight of every linear layer, convolution and norm of networks."""
    return {
        part: {
            name: shape
            for name, module in network.named_modules()
            if not isinstance(module, torch.nn.Embedding) and (shape := _shape(module))
        }
        for part, network in parts.items()
    }


def _shape(module: torch.nn.Module) -> tuple[int, ...]:
    """Return the shape of a layer's weight, () if it has none."""
    if isinstance(module, PackedLinear):
        return module.out_features, module.in_features
    weight = getattr(module, "weight", None)
    return tuple(weight.shape) if isinstance(weight, torch.nn.Parameter) else ()


def read_lora_weights(
    path: Path, parts: Mapping[Part, Any], model: str = "this model"
) -> LoraWeights:
    """Return the LoRA of a file for these networks, without changing them.

    Reads kohya's layout (also with Stability's block names), LyCORIS's, diffusers' old attention
    processors and later layouts, PEFT's, OneTrainer's and cloneofsimo's, from safetensors of any
    float type and from torch files without code. ``model`` names the networks in errors.
    StudioError if the file cannot be read, is damaged, has NaN, is of another kind or was made for
    another base.
    """
    tensors, metadata = read_file(path)
    for key, value in tensors.items():
        if not isinstance(value, Tensor):
            raise does_not_fit(path, key)
    shapes = {key: tuple(value.shape) for key, value in tensors.items()}
    networks = network_shapes(parts)
    keys = check_fit(path, model, shapes, metadata, networks)
    tokens: dict[str, dict[Part, Tensor]] = {}
    for key, (token, part) in keys.tokens.items():
        tokens.setdefault(token, {})[part] = torch.atleast_2d(check_finite(path, key, tensors[key]))
    return LoraWeights(
        layers=_layers(path, tensors, metadata, keys, networks),
        tokens=tokens,
        layout=keys.layout,
        metadata=metadata,
        note=unknown_notice(path, keys),
    )


def _layers(
    path: Path,
    tensors: Mapping[str, Tensor],
    metadata: Mapping[str, str],
    keys: KeyMap,
    networks: Mapping[Part, Shapes],
) -> dict[Part, dict[str, LayerChange]]:
    found: dict[tuple[Part, str], dict[str, Tensor]] = {}
    for key, place in keys.places.items():
        roles = found.setdefault((place.part, place.module), {})
        roles[place.role] = check_finite(path, key, tensors[key])
    sizes = roles_of({key: tuple(tensors[key].shape) for key in keys.places}, keys)
    settings_of = read_settings(path, metadata)
    layers: dict[Part, dict[str, LayerChange]] = {}
    for (part, module), roles in found.items():
        alpha = _number(path, module, roles.pop("alpha", None))
        factor = _number(path, module, roles.pop("scale", None))
        shape = target_shape(module, networks[part][module], sizes[part, module])
        rank, settings = lora_shapes.rank(sizes[part, module]), settings_of(part)
        if alpha is None and factor is None and settings is not None:
            factor = settings.scale_of(module, rank)
            alpha, factor = (factor * rank, None) if rank else (None, factor)
        layers.setdefault(part, {})[module] = LayerChange(roles, shape, alpha, factor)
    return layers


def _number(path: Path, module: str, stored: Tensor | None) -> float | None:
    if stored is None:
        return None
    if stored.numel() != 1:
        raise does_not_fit(path, f"{module}: alpha {tuple(stored.shape)}")
    return float(stored.reshape(()))
