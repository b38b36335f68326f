"""CLIP image encoders: their widths, and those that lie near an IP-Adapter."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from studio.catalog.recognise.model_folder import read_config
from studio.catalog.recognise.safetensors_header import read_header
from studio.core.errors import StudioError

Shapes = Mapping[str, tuple[int, ...]]
FOLDER, WEIGHTS = "image_encoder", "model.safetensors"
TOKEN = "vision_model.embeddings.class_embedding"
PATCH = "vision_model.embeddings.patch_embedding.weight"
PLACES = "vision_model.embeddings.position_embedding.weight"
PROJECTION = "visual_projection.weight"
FIRST = "vision_model.encoder.layers.0.mlp.fc1.weight"
LARGE = 1024
"""Width of CLIP-L, the only one of OpenAI's, which approximates the GELU; the others are
OpenCLIP's (https://github.com/mlfoundations/open_clip)."""
HEADS = 16
"""Heads of ViT-L, ViT-H and ViT-bigG alike."""
SHARED = ("clip_vision", "models/image_encoder", "models/clip_vision", FOLDER)
"""Folders beside or above an adapter in which its publishers, ComfyUI and others keep encoders."""


def encoder_config(path: Path) -> Mapping[str, Any]:
    """Return the configuration of an encoder: config.json, or what the shapes of its file decide.

    {} for a file that is none. StudioError if it cannot be read.
    """
    if path.is_dir():
        return read_config(path / "config.json")
    shapes = read_header(path)
    if not {TOKEN, PATCH, PLACES, PROJECTION, FIRST} <= shapes.keys():
        return {}
    width, patch = shapes[TOKEN][-1], shapes[PATCH][-1]
    layers = {
        match[1] for name in shapes if (match := re.search(r"encoder\.layers\.(\d+)\.", name))
    }
    return {
        "hidden_size": width,
        "intermediate_size": shapes[FIRST][0],
        "num_hidden_layers": len(layers),
        "num_attention_heads": HEADS,
        "projection_dim": shapes[PROJECTION][0],
        "patch_size": patch,
        "image_size": round((shapes[PLACES][0] - 1) ** 0.5) * patch,
        "hidden_act": "quick_gelu" if width == LARGE else "gelu",
    }


def weights_of(encoder: Path) -> Path:
    """Return the weights file of an encoder, which is a folder or a file."""
    return encoder / WEIGHTS if encoder.is_dir() else encoder


def encoders_near(folder: Path) -> Iterator[Path]:
    """Yield the encoders of an adapter's folder, its own first, then those beside and above it."""
    for place in (folder / FOLDER, *(up / name for up in _above(folder) for name in SHARED)):
        if _is_folder(place):
            yield place
            continue
        inner = sorted(place.glob("*")) if place.is_dir() else []
        yield from (one for one in inner if _is_folder(one) or _is_file(one))


def _above(folder: Path) -> tuple[Path, ...]:
    here = folder.resolve()
    return (here, here.parent, here.parent.parent)


def _is_folder(path: Path) -> bool:
    return (path / WEIGHTS).is_file() and (path / "config.json").is_file()


def _is_file(file: Path) -> bool:
    try:
        return file.suffix == ".safetensors" and bool(encoder_config(file))
    except StudioError:
        return False
