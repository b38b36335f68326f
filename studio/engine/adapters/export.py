"""LoRAs and embeddings as files that other programs read; safetensors only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

import torch
from safetensors.torch import save
from torch import Tensor

from studio.catalog.lora_files import text_width
from studio.catalog.recognise.lora_keys import OLD_TEXT, Part
from studio.core.atomic import write_file
from studio.core.errors import StudioError
from studio.engine.adapters.embedding_files import A1111_KEY, Vectors
from studio.engine.adapters.lora_layer import LayerChange
from studio.engine.adapters.lora_layouts import LoraWeights

LoraLayout = Literal["kohya", "diffusers", "peft"]
EmbeddingLayout = Literal["a1111", "diffusers"]

KOHYA_PREFIX: Mapping[Part, str] = {
    "unet": "lora_unet_",
    "transformer": "lora_transformer_",
    "text_encoder": "lora_te_",
    "text_encoder_2": "lora_te2_",
}
CLIPS: Mapping[Part, str] = {"text_encoder": "clip_l", "text_encoder_2": "clip_g"}
KOHYA_BASES: Mapping[int, str] = {768: "sd_v1", 1024: "sd_v2", 2048: "sdxl_base_v1-0"}
"""kohya's ss_base_model_version for the width of the text."""


def write_lora(
    path: Path,
    weights: LoraWeights,
    layout: LoraLayout = "kohya",
    metadata: Mapping[str, str] | None = None,
    *,
    dtype: torch.dtype = torch.float32,
) -> None:
    """Write a LoRA in the place of ``path``, all of it or nothing.

    "kohya" is what A1111, ComfyUI and most others read; "diffusers" are the names of diffusers
    0.19 to 0.22, "peft" those that it writes today. Only kohya's layout has a place for alpha, so
    in the others B is multiplied by alpha / rank, and only it has one for embeddings (as A1111
    bundles them) and for what is no product of two factors (in LyCORIS's names). ``metadata`` is
    added to what the layout has of its own. StudioError if the disk refuses or the layout has no
    place for a layer; ValueError for embeddings in a layout without a place for them.
    """
    if weights.tokens and layout != "kohya":
        raise ValueError(f"the layout {layout} has no place for trained words")
    tensors = dict(_kohya(weights) if layout == "kohya" else _named(weights, layout))
    said = {"format": "pt", **(_kohya_metadata(weights) if layout == "kohya" else {})}
    said.update(metadata or {})
    stored = {
        key: tensor.detach().to("cpu", dtype).contiguous().clone()
        for key, tensor in tensors.items()
    }
    write_file(path, save(stored, said))


def write_embedding(
    path: Path,
    token: str,
    vectors: Vectors,
    layout: EmbeddingLayout = "a1111",
    *,
    dtype: torch.dtype = torch.float32,
) -> None:
    """Write the vectors (n, width) of a token in the place of ``path``, all of it or nothing.

    Those of two text encoders are called "clip_l" and "clip_g" in both layouts.

    A1111 calls the token like the file; ``token`` goes into the metadata there, and is the key in
    diffusers' layout. StudioError if the disk refuses.
    """
    stored = {
        part: torch.atleast_2d(rows).detach().to("cpu", dtype).contiguous().clone()
        for part, rows in vectors.items()
    }
    alone = next(iter(stored.values()))
    if len(stored) > 1:
        content = save({CLIPS[part]: rows for part, rows in stored.items()}, {"token": token})
    elif layout == "a1111":
        content = save({A1111_KEY: alone}, {"token": token})
    else:
        # One vector has one axis there, as diffusers' own training script writes it.
        content = save({token: alone[0] if len(alone) == 1 else alone}, {"format": "pt"})
    write_file(path, content)


def _kohya(weights: LoraWeights) -> Iterator[tuple[str, Tensor]]:
    two = "text_encoder_2" in weights.layers
    prefixes = {**KOHYA_PREFIX, **({"text_encoder": "lora_te1_"} if two else {})}
    for part, layers in weights.layers.items():
        for module, change in layers.items():
            name = prefixes[part] + _file_name(part, module).replace(".", "_")
            for role, tensor in _lycoris(change):
                yield f"{name}.{role}", tensor
    for token, vectors in weights.tokens.items():
        for part, rows in vectors.items():
            which = "string_to_param.*" if len(vectors) == 1 else CLIPS[part]
            yield f"bundle_emb.{token}.{which}", rows


def _lycoris(change: LayerChange) -> Iterator[tuple[str, Tensor]]:
    """Yield the tensors of a layer by the names that LyCORIS has for them, with an alpha."""
    first = next(iter(change.tensors))
    for role, tensor in change.tensors.items():
        if role in ("down", "up", "mid"):
            yield f"lora_{role}.weight", tensor
        elif role == "magnitude":
            yield "dora_scale", tensor.reshape(-1, *(1,) * (len(change.shape) - 1))
        elif role in ("up_bias", "diff_b"):
            continue
        elif not change.rank and role == first:
            # Without a rank there is no alpha, and this kind has no other place for a factor.
            yield role, tensor * change.scale
        else:
            yield role, tensor
    bias = change.bias_change()
    if bias is not None:
        yield "diff_b", bias
    if change.rank:
        yield "alpha", torch.tensor(change.scale * change.rank)


def _named(weights: LoraWeights, layout: LoraLayout) -> Iterator[tuple[str, Tensor]]:
    for part, layers in weights.layers.items():
        for module, change in layers.items():
            if change.tensors.keys() != {"down", "up"}:
                raise StudioError(
                    "The layout {layout} has no place for {name}.",
                    "Choose kohya's layout, which has one for every kind of LoRA.",
                    layout=layout,
                    name=f"{module}: {', '.join(change.tensors)}",
                )
            name = f"{part}.{_file_name(part, module)}"
            first, second = "lora_A", "lora_B"
            if layout == "diffusers":
                kind = "lora_linear_layer" if part.startswith("text_encoder") else "lora"
                first, second = f"{kind}.down", f"{kind}.up"
            up, scale = change.tensors["up"], change.scale
            yield f"{name}.{first}.weight", change.tensors["down"]
            yield f"{name}.{second}.weight", up if scale == 1 else up * scale


def _file_name(part: Part, module: str) -> str:
    """Return a module's name as files have it: those of text encoders kept their old prefix."""
    if part.startswith("text_encoder") and not module.startswith((OLD_TEXT, "text_projection")):
        return OLD_TEXT + module
    return module


def _kohya_metadata(weights: LoraWeights) -> dict[str, str]:
    changes = [one for layers in weights.layers.values() for one in layers.values() if one.rank]
    ranks, alphas = {one.rank for one in changes}, {one.scale * one.rank for one in changes}
    width = text_width({key: tuple(tensor.shape) for key, tensor in _kohya(weights)})
    said = {
        "ss_network_module": "networks.lora",
        "ss_network_dim": str(ranks.pop()) if len(ranks) == 1 else "Dynamic",
        "ss_network_alpha": f"{alphas.pop():g}" if len(alphas) == 1 else "Dynamic",
        "ss_v2": str(width == 1024),
    }
    if width is not None and width in KOHYA_BASES:
        said["ss_base_model_version"] = KOHYA_BASES[width]
    return said
