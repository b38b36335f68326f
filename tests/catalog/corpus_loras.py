"""LoRAs in every layout of trainers, for the layers of networks of the corpus."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from corpus_shapes import Shape, Shapes

RANK = 16
Weights = Mapping[str, Shape]


def attention(shapes: Weights, parts: tuple[str, ...] = ("attn1", "attn2")) -> dict[str, Shape]:
    """Return the matrices of attention layers by module, without their ".weight"."""
    return {
        name.removesuffix(".weight"): shape
        for name, shape in shapes.items()
        if name.endswith(".weight")
        and len(shape) == 2
        and any(f".{part}." in name for part in parts)
    }


def matrices(shapes: Weights, *mentions: str) -> dict[str, Shape]:
    """Return all matrices whose names contain one of these."""
    return {
        name.removesuffix(".weight"): shape
        for name, shape in shapes.items()
        if name.endswith(".weight") and len(shape) == 2 and any(one in name for one in mentions)
    }


def kohya(layers: Weights, prefix: str = "lora_unet_") -> Shapes:
    """Return kohya's layout: names with underscores, down, up and alpha."""
    found: Shapes = {}
    for name, (outputs, inputs, *_) in layers.items():
        base = prefix + name.replace(".", "_")
        found[f"{base}.lora_down.weight"] = (RANK, inputs)
        found[f"{base}.lora_up.weight"] = (outputs, RANK)
        found[f"{base}.alpha"] = ()
    return found


def _pair(ends: tuple[str, str], prefix: str, layers: Weights) -> Shapes:
    found: Shapes = {}
    for name, (outputs, inputs, *_) in layers.items():
        found[f"{prefix}{name}{ends[0]}"] = (RANK, inputs)
        found[f"{prefix}{name}{ends[1]}"] = (outputs, RANK)
    return found


def peft(layers: Weights, prefix: str = "unet.") -> Shapes:
    """Return the layout of PEFT inside of diffusers."""
    return _pair((".lora_A.weight", ".lora_B.weight"), prefix, layers)


def peft_saved(layers: Weights) -> Shapes:
    """Return the layout of a model saved by PEFT itself."""
    return _pair((".lora_A.default.weight", ".lora_B.default.weight"), "base_model.model.", layers)


def old_diffusers(layers: Weights, prefix: str = "unet.") -> Shapes:
    """Return the layout of diffusers before PEFT: processors of attention."""
    found: Shapes = {}
    for name, (outputs, inputs, *_) in layers.items():
        head, _, last = name.removesuffix(".0").rpartition(".")
        found[f"{prefix}{head}.processor.{last}_lora.down.weight"] = (RANK, inputs)
        found[f"{prefix}{head}.processor.{last}_lora.up.weight"] = (outputs, RANK)
    return found


def middle_diffusers(layers: Weights, prefix: str = "unet.") -> Shapes:
    """Return the layout between the two: layers of their own."""
    return _pair((".lora_linear_layer.down.weight", ".lora_linear_layer.up.weight"), prefix, layers)


def loha(layers: Weights, prefix: str = "lora_unet_") -> Shapes:
    """Return LyCORIS' LoHa."""
    found: Shapes = {}
    for name, (outputs, inputs, *_) in layers.items():
        base = prefix + name.replace(".", "_")
        for number in (1, 2):
            found[f"{base}.hada_w{number}_a"] = (outputs, RANK)
            found[f"{base}.hada_w{number}_b"] = (RANK, inputs)
        found[f"{base}.alpha"] = ()
    return found


def lokr(layers: Weights, prefix: str = "lycoris_") -> Shapes:
    """Return LyCORIS' LoKr, with one whole and one factored matrix."""
    found: Shapes = {}
    for name, (outputs, inputs, *_) in layers.items():
        base = prefix + name.replace(".", "_")
        small = math.gcd(8, math.gcd(outputs, inputs))
        found[f"{base}.lokr_w1"] = (small, small)
        found[f"{base}.lokr_w2_a"] = (outputs // small, RANK)
        found[f"{base}.lokr_w2_b"] = (RANK, inputs // small)
        found[f"{base}.alpha"] = ()
    return found


def dora(layers: Weights, prefix: str = "lora_unet_") -> Shapes:
    """Return kohya's layout with the magnitudes of DoRA."""
    found = kohya(layers, prefix)
    for name, (outputs, _, *_) in layers.items():
        found[f"{prefix}{name.replace('.', '_')}.dora_scale"] = (outputs, 1)
    return found


def full(layers: Weights, prefix: str = "lora_unet_") -> Shapes:
    """Return LyCORIS' differences of whole weights."""
    return {f"{prefix}{name.replace('.', '_')}.diff": shape for name, shape in layers.items()}


LAYOUTS: Mapping[str, Callable[[Weights], Shapes]] = {
    "kohya": kohya,
    "peft": peft,
    "peft-saved": peft_saved,
    "old-diffusers": old_diffusers,
    "middle-diffusers": middle_diffusers,
    "loha": loha,
    "lokr": lokr,
    "dora": dora,
    "full": full,
}
