"""LoRA files of every common layout, as one: factors by module (Hu et al. 2021, eq. 3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from studio.catalog.lora_files import check_fit, does_not_fit, unknown_notice
from studio.catalog.recognise.lora_keys import KeyMap, Part, Shapes
from studio.core.notices import Notice
from studio.engine.adapters.peft_settings import read_settings
from studio.engine.adapters.weights_file import checked, read_file

PARTS: tuple[Part, ...] = ("unet", "text_encoder")
DOWN, UP = ".lora_A.weight", ".lora_B.weight"


@dataclass(frozen=True, slots=True, eq=False)
class LoraWeights:
    """A LoRA in PEFT's names, relative to each network: "MODULE.lora_A.weight", ".lora_B.weight".

    Factors are float32: A (rank, in) and B (out, rank) of a linear layer, A (rank, in, h, w) and B
    (out, rank, 1, 1) of a convolution. ``alphas`` are by module; without one alpha is the rank, so
    that the factors count as they stand. ``tokens`` are trained words of the file, (n, width).
    ``layout`` is what the file was written in, ``note`` says which of its tensors do not act.
    """

    unet: Mapping[str, Tensor]
    text_encoder: Mapping[str, Tensor] = field(default_factory=dict)
    alphas: Mapping[str, float] = field(default_factory=dict)
    tokens: Mapping[str, Tensor] = field(default_factory=dict)
    layout: str = "peft"
    metadata: Mapping[str, str] = field(default_factory=dict)
    note: Notice | None = None

    @property
    def ranks(self) -> dict[str, int]:
        """The rank of each module."""
        return {m: len(down) for part in PARTS for m, down, _ in self._factors(part)}

    def scaled(self, part: Part) -> Iterator[tuple[str, Tensor, Tensor, float]]:
        """Yield module, A, B and the factor alpha / rank by which their product counts."""
        for module, down, up in self._factors(part):
            yield module, down, up, self.alphas.get(module, len(down)) / len(down)

    def deltas(self, part: Part) -> dict[str, Tensor]:
        """Return what is added to the weight of each module, in the weight's shape."""
        return {m: delta(down, up) * scale for m, down, up, scale in self.scaled(part)}

    def _factors(self, part: Part) -> Iterator[tuple[str, Tensor, Tensor]]:
        state = self.unet if part == "unet" else self.text_encoder
        for key, down in state.items():
            if key.endswith(DOWN):
                module = key.removesuffix(DOWN)
                yield module, down, state[module + UP]


def delta(down: Tensor, up: Tensor) -> Tensor:
    """Return the product B A of two factors, in the shape of the weight that it is added to."""
    product = up.flatten(1) @ down.flatten(1)
    return product.reshape(len(up), *down.shape[1:])


def network_shapes(unet: Any, text_encoder: Any) -> dict[Part, Shapes]:
    """Return the shape of the weight of every linear layer and convolution of two networks."""
    return {
        part: {
            name: tuple(module.weight.shape)
            for name, module in network.named_modules()
            if isinstance(module, torch.nn.Linear | torch.nn.Conv2d)
        }
        for part, network in zip(PARTS, (unet, text_encoder), strict=True)
    }


def read_lora_weights(
    path: Path, unet: Any, text_encoder: Any, model: str = "this model"
) -> LoraWeights:
    """Return the LoRA of a file for these networks, in which nothing is changed.

    Reads kohya's layout (Stability's block names too), diffusers' old processors and what came
    after, PEFT's and cloneofsimo's, from safetensors and from torch files without code. ``model``
    names the networks in errors. StudioError where the file cannot be read, is damaged, holds NaN,
    is of another kind or was made for another base.
    """
    tensors, metadata = read_file(path)
    for key, value in tensors.items():
        if not isinstance(value, Tensor):
            raise does_not_fit(path, key)
    shapes = {key: tuple(value.shape) for key, value in tensors.items()}
    networks = network_shapes(unet, text_encoder)
    keys = check_fit(path, model, shapes, metadata, networks)
    return _weights(path, tensors, metadata, keys, networks)


def _weights(
    path: Path,
    tensors: Mapping[str, Tensor],
    metadata: Mapping[str, str],
    keys: KeyMap,
    networks: Mapping[Part, Shapes],
) -> LoraWeights:
    roles: dict[tuple[Part, str], dict[str, Tensor]] = {}
    for key, place in keys.places.items():
        found = roles.setdefault((place.part, place.module), {})
        found[place.role] = checked(path, key, tensors[key])
    settings_of = read_settings(path, metadata)
    states: dict[Part, dict[str, Tensor]] = {part: {} for part in PARTS}
    alphas: dict[str, float] = {}
    for (part, module), found in roles.items():
        down, up = _shaped(found, networks[part][module])
        states[part][module + DOWN] = down
        states[part][module + UP] = up
        if "alpha" in found:
            alphas[module] = _alpha(path, module, found["alpha"])
        elif (settings := settings_of(part)) is not None:
            alphas[module] = settings.alpha_of(module, len(down))
    tokens = {
        token: torch.atleast_2d(checked(path, key, tensors[key]))
        for key, token in keys.tokens.items()
    }
    return LoraWeights(
        unet=states["unet"],
        text_encoder=states["text_encoder"],
        alphas=alphas,
        tokens=tokens,
        layout=keys.layout,
        metadata=metadata,
        note=unknown_notice(path, keys),
    )


def _shaped(found: Mapping[str, Tensor], weight: tuple[int, ...]) -> tuple[Tensor, Tensor]:
    """Return A and B in the form of the module; a linear layer may be stored as a convolution.

    A third factor in the middle (LoCon's Tucker form) is multiplied into A, which changes nothing
    of the product.
    """
    down, up = found["down"], found["up"]
    if "mid" in found:
        down = torch.einsum("mrhw,ri->mihw", found["mid"], down.flatten(1))
    if len(weight) == 2:
        return down.flatten(1).contiguous(), up.flatten(1).contiguous()
    size = down.shape[2:] if down.ndim == 4 else (1, 1)
    shape = (len(down), down.shape[1], *size)
    return down.reshape(shape).contiguous(), up.reshape(*up.shape[:2], 1, 1).contiguous()


def _alpha(path: Path, module: str, stored: Tensor) -> float:
    if stored.numel() != 1:
        raise does_not_fit(path, f"{module}: alpha {tuple(stored.shape)}")
    return float(stored.reshape(()))
