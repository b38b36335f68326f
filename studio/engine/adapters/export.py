"""Writes LoRAs and embeddings as safetensors files for other programs."""

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
"""kohya's ss_base_model_version by the width of the text embeddings."""


def write_lora(
    path: Path,
    weights: LoraWeights,
    layout: LoraLayout = "kohya",
    metadata: Mapping[str, str] | None = None,
    *,
    dtype: torch.dtype = torch.float32,
) -> None:
    """Write a LoRA to ``path`` atomically.

    "kohya" is the layout of A1111, ComfyUI and most others; "diffusers" uses the names of diffusers
    0.19 to 0.22, "peft" the current ones. Only kohya's layout stores alpha, so in the others B is
    multiplied by alpha / rank; only it stores embeddings (as A1111 bundles them) and changes other
    than the product of two factors (under LyCORIS's names). ``metadata`` is added to the layout's
    own. StudioError if the file cannot be written or the layout cannot store a layer; ValueError
    for embeddings in a layout that cannot store them.
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
    """Write the vectors (n, width) of a token to ``path`` atomically.

    Those of two text encoders are called "clip_l" and "clip_g" in both layouts.

    A1111 names the token after the file, and ``token`` is stored in the metadata; in diffusers'
    layout it is the key. StudioError if the file cannot be written.
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
        # A single vector is one-dimensional, as in diffusers' own training script.
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
    """Yield the tensors of a layer under LyCORIS's names, with an alpha."""
    first = next(iter(change.tensors))
    for role, tensor in change.tensors.items():
        if role in ("down", "up", "mid"):
            yield f"lora_{role}.weight", tensor
        elif role == "magnitude":
            yield "dora_scale", tensor.reshape(-1, *(1,) * (len(change.shape) - 1))
        elif role in ("up_bias", "diff_b"):
            continue
        elif not change.rank and role == first:
            # Without a rank there is no alpha to store the factor, so it is multiplied in.
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
    """Return a module's name in files, in which text encoders keep their old prefix."""
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
