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
from studio.engine.adapters.embedding_files import A1111_KEY
from studio.engine.adapters.lora_layouts import PARTS, LoraWeights

LoraLayout = Literal["kohya", "diffusers", "peft"]
EmbeddingLayout = Literal["a1111", "diffusers"]

KOHYA_PREFIX: Mapping[Part, str] = {"unet": "lora_unet_", "text_encoder": "lora_te_"}
KOHYA_BASES: Mapping[int, str] = {768: "sd_v1", 1024: "sd_v2", 2048: "sdxl_base_v1-0"}
"""What kohya's ss_base_model_version says for the width of the text."""
DIFFUSERS: Mapping[Part, str] = {"unet": "lora", "text_encoder": "lora_linear_layer"}


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
    in the others B is multiplied by alpha / rank, and only it has one for trained words (A1111's
    bundled embeddings). ``metadata`` is added to what the layout has of its own. StudioError where
    the disk refuses; ValueError for words in a layout without a place for them.
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
    vectors: Tensor,
    layout: EmbeddingLayout = "a1111",
    *,
    dtype: torch.dtype = torch.float32,
) -> None:
    """Write the vectors (n, width) of a word in the place of ``path``, all of it or nothing.

    A1111 calls the word like the file; ``token`` stands in the metadata there, and is the key in
    diffusers' layout. StudioError where the disk refuses.
    """
    stored = torch.atleast_2d(vectors).detach().to("cpu", dtype).contiguous().clone()
    if layout == "a1111":
        content = save({A1111_KEY: stored}, {"token": token})
    else:
        # One vector has one axis there, as diffusers' own training script writes it.
        content = save({token: stored[0] if len(stored) == 1 else stored}, {"format": "pt"})
    write_file(path, content)


def _kohya(weights: LoraWeights) -> Iterator[tuple[str, Tensor]]:
    for part in PARTS:
        for module, down, up, _ in weights.scaled(part):
            name = KOHYA_PREFIX[part] + _file_name(part, module).replace(".", "_")
            yield f"{name}.lora_down.weight", down
            yield f"{name}.lora_up.weight", up
            yield f"{name}.alpha", torch.tensor(weights.alphas.get(module, float(len(down))))
    for token, vectors in weights.tokens.items():
        yield f"bundle_emb.{token}.string_to_param.*", vectors


def _named(weights: LoraWeights, layout: LoraLayout) -> Iterator[tuple[str, Tensor]]:
    for part in PARTS:
        for module, down, up, scale in weights.scaled(part):
            name = f"{part}.{_file_name(part, module)}"
            first, second = "lora_A", "lora_B"
            if layout == "diffusers":
                first, second = f"{DIFFUSERS[part]}.down", f"{DIFFUSERS[part]}.up"
            yield f"{name}.{first}.weight", down
            yield f"{name}.{second}.weight", up if scale == 1 else up * scale


def _file_name(part: Part, module: str) -> str:
    """Return a module's name as files have it: those of the text encoder kept their old prefix."""
    if part == "text_encoder" and not module.startswith(OLD_TEXT):
        return OLD_TEXT + module
    return module


def _kohya_metadata(weights: LoraWeights) -> dict[str, str]:
    ranks = set(weights.ranks.values())
    alphas = {weights.alphas.get(module, float(rank)) for module, rank in weights.ranks.items()}
    shapes = {key: tuple(tensor.shape) for key, tensor in _named(weights, "peft")}
    width = text_width(shapes)
    said = {
        "ss_network_module": "networks.lora",
        "ss_network_dim": str(ranks.pop()) if len(ranks) == 1 else "Dynamic",
        "ss_network_alpha": f"{alphas.pop():g}" if len(alphas) == 1 else "Dynamic",
        "ss_v2": str(width == 1024),
    }
    if width is not None and width in KOHYA_BASES:
        said["ss_base_model_version"] = KOHYA_BASES[width]
    return said
