"""LoRAs made up for tests, and their keys in the layouts of the wild."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import torch

from studio.engine.adapters.lora_layouts import (
    DOWN,
    UP,
    LoraWeights,
    adaptable,
    from_factors,
    network_shapes,
    read_lora_weights,
)

Tensors = dict[str, torch.Tensor]
PARTS = ("unet", "text_encoder")
ATTENTION = ("to_q", "to_k", "to_v", "to_out.0")


def factors(shape: tuple[int, ...], rank: int, rng: torch.Generator) -> list[torch.Tensor]:
    down = torch.randn(rank, *shape[1:], generator=rng)
    up = torch.randn(shape[0], rank, *([1, 1] if len(shape) == 4 else []), generator=rng)
    return [down, up]


def random_lora(
    loaded: Any,
    wanted: Callable[[str], bool],
    *,
    alphas: bool = False,
    seed: int = 0,
    even: bool = False,
) -> LoraWeights:
    """A LoRA over the modules whose name ``wanted`` accepts; ranks change unless ``even``."""
    rng = torch.Generator().manual_seed(seed)
    networks = network_shapes(adaptable(loaded.networks))
    states: dict[str, Tensors] = {}
    said = {}
    for part in PARTS:
        state: Tensors = {}
        for number, (name, shape) in enumerate(networks[part].items()):
            if wanted(name) and len(shape) > 1:
                rank = 2 if even else 1 + number % 3
                state[name + DOWN], state[name + UP] = factors(shape, rank, rng)
                said[name] = 3.0 if even else float(number % 4 + 1)
        states[part] = state
    return from_factors(states, said if alphas else {})


def factors_of(weights: LoraWeights, part: str) -> Iterator[tuple[str, torch.Tensor, torch.Tensor]]:
    """Yield module, A and B of each layer of a plain LoRA."""
    for module, change in weights.layers.get(part, {}).items():
        yield module, change.tensors["down"], change.tensors["up"]


def attentions(name: str) -> bool:
    return name.endswith(ATTENTION)


def everything(name: str) -> bool:
    return True


def written(weights: LoraWeights, name: Callable[[str, str], str | None]) -> Tensors:
    """Return the tensors of a file whose keys ``name(part, module)`` begins with DOWN or UP in."""
    found: Tensors = {}
    for part in PARTS:
        for module, down, up in factors_of(weights, part):
            pattern = name(part, module)
            if pattern is not None:
                found[pattern.replace("DOWN", "down").replace("AB", "A")] = down.clone()
                found[pattern.replace("DOWN", "up").replace("AB", "B")] = up.clone()
    return found


def old_text(part: str, module: str) -> str:
    return f"text_model.{module}" if part == "text_encoder" else module


def kohya(part: str, module: str) -> str:
    prefix = "lora_unet_" if part == "unet" else "lora_te_"
    return f"{prefix}{old_text(part, module).replace('.', '_')}.lora_DOWN.weight"


def processor(part: str, module: str) -> str:
    head, _, last = module.removesuffix(".0").rpartition(".")
    assert part == "unet"
    return f"{head}.processor.{last}_lora.DOWN.weight"


def later(part: str, module: str) -> str:
    inner = "lora" if part == "unet" else "lora_linear_layer"
    return f"{part}.{old_text(part, module)}.{inner}.DOWN.weight"


def peft(part: str, module: str) -> str:
    return f"{part}.{old_text(part, module)}.lora_AB.weight"


def bare_peft(part: str, module: str) -> str:
    return f"base_model.model.{old_text(part, module)}.lora_AB.default.weight"


LAYOUTS: dict[str, tuple[Callable[[str, str], str], Callable[[str], bool], str]] = {
    "kohya": (kohya, everything, "kohya"),
    "processors": (processor, attentions, "diffusers_processor"),
    "later": (later, everything, "diffusers"),
    "PEFT": (peft, everything, "peft"),
    "PEFT alone": (bare_peft, everything, "peft"),
}


def assert_same(found: LoraWeights, wanted: LoraWeights, tolerance: float = 0.0) -> None:
    for part in PARTS:
        theirs, ours = wanted.deltas(part), found.deltas(part)
        assert set(ours) == set(theirs)
        for name, change in theirs.items():
            assert (ours[name] - change).abs().max() <= tolerance * change.abs().max(), name


def read(file: Path, loaded: Any) -> LoraWeights:
    return read_lora_weights(file, adaptable(loaded.networks))


def small(weights: LoraWeights) -> LoraWeights:
    """So small a change that float errors of two ways to add it do not grow in between."""
    layers = {
        part: {
            module: dataclasses.replace(
                change, tensors={role: one * 0.1 for role, one in change.tensors.items()}
            )
            for module, change in layers.items()
        }
        for part, layers in weights.layers.items()
    }
    return dataclasses.replace(weights, layers=layers)
