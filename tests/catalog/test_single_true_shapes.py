"""Single files of every family at their true sizes: names and shapes are those of the real class
with the configuration that Lienzo gives it. No weights are made."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import corpus_dits as dits
import corpus_more_dits as more
import diffusers
import pytest
import torch
import transformers
from corpus_case import ORIGINAL
from corpus_files import write_gguf, write_safetensors
from corpus_shapes import Shapes, under
from corpus_unets import SD1, SD2, SDXL, sgm

from studio.catalog.configurations import part_config
from studio.catalog.model_spec import ModelSpec
from studio.catalog.models import identify
from studio.catalog.recognise.model_folder import read_config
from studio.catalog.single.networks import component_shapes
from studio.core.paths import resource

pytestmark = pytest.mark.needs_asset("clip-tokenizer", "t5-tokenizer", "qwen-tokenizer")
Make = Callable[[], Shapes]

MODELS: dict[str, tuple[str, Make, str]] = {
    "dreamshaper": ("sd-1", lambda: under(ORIGINAL, sgm(SD1)), "1.x"),
    "sd21": ("sd-2", lambda: under(ORIGINAL, sgm(SD2)), "2.x"),
    "juggernaut": ("sdxl", lambda: under(ORIGINAL, sgm(SDXL)), "base"),
    "sd3_medium": ("sd-3", lambda: dits.sd3("3 medium"), "3"),
    "sd3.5_medium": ("sd-3", lambda: dits.sd3("3.5 medium"), "3.5"),
    "sd3.5_large": ("sd-3", lambda: dits.sd3("3.5 large"), "3.5"),
    "flux1-dev": ("flux", dits.flux, "dev"),
    "flux1-krea-dev": ("flux", dits.flux, "krea"),
    "flux1-depth-dev": ("flux", lambda: dits.flux(128), "depth"),
    "flux1-canny-dev": ("flux", lambda: dits.flux(128), "canny"),
    "flux1-schnell": ("flux", lambda: dits.flux(guidance=False), "schnell"),
    "flux1-fill-dev": ("flux", lambda: dits.flux(384), "fill"),
    "flux1-kontext-dev": ("flux", dits.flux, "kontext"),
    "flux-2-klein-4b": ("flux-2", lambda: dits.flux_2("klein 4B"), "klein"),
    "flux-2-klein-base-9b": ("flux-2", lambda: dits.flux_2("klein 9B"), "klein base"),
    "Chroma1-HD": ("chroma", dits.chroma, ""),
    "z_image_turbo": ("z-image", more.z_image, "turbo"),
    "z_image_base": ("z-image", more.z_image, "base"),
    "qwen_image": ("qwen-image", dits.qwen, "text"),
    "qwen_image_edit": ("qwen-image-edit", dits.qwen, "edit"),
    "qwen_image_edit_2509": ("qwen-image-edit", dits.qwen, "edit plus"),
    "qwen_image_edit_2511": ("qwen-image-edit", dits.qwen, "edit plus"),
    "PixArt-Sigma-XL-2-1024-MS": ("pixart", more.pixart, "sigma"),
    "PixArt-XL-2-1024-MS": ("pixart", lambda: more.pixart(120, sizes=True), "alpha"),
    "lumina_2": ("lumina-2", more.lumina_2, ""),
}
"""Name of the file -> folder of its configurations, its tensors, and the variant of the family."""
EIGHT = {"hidden_size": 4096, "intermediate_size": 12288}
"""Qwen3-8B, beside the shipped configuration, which is that of 4B."""


def on_meta(cls: str, config: Mapping[str, Any]) -> dict[str, tuple[int, ...]]:
    """Return the shapes of the tensors of a class with a configuration."""
    return dict(_on_meta(cls, json.dumps(dict(config))))


@lru_cache
def _on_meta(cls: str, text: str) -> dict[str, tuple[int, ...]]:
    config = json.loads(text)
    with torch.device("meta"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if hasattr(diffusers, cls):
            network = getattr(diffusers, cls).from_config(config)
        else:
            found = getattr(transformers, cls)
            network = found(found.config_class.from_dict(config))
    return {
        name: tuple(value.shape)
        for name, value in network.state_dict().items()
        if not name.endswith("num_batches_tracked")
    }


def write_parts(folder: Path, configs: str, name: str) -> None:
    """Write the text encoders and the autoencoder of a model beside it, as ComfyUI keeps them."""
    index = read_config(resource("model_configs", configs) / "model_index.json")
    for part in (one for one in index if one.startswith(("text_encoder", "vae"))):
        config = dict(read_config(resource("model_configs", configs) / part / "config.json"))
        if name.endswith("9b") and part == "text_encoder":
            config |= EIGHT
        shapes = on_meta(index[part][1], config)
        language = "layers.0.self_attn.q_proj.weight" in shapes
        if language or "language_model.layers.0.self_attn.q_proj.weight" in shapes:
            shapes = under("model.", shapes)
        kind = "vae" if part == "vae" else "text_encoders"
        if configs == "lumina-2":
            # Gemma's vocabulary comes with the model; only its name is looked at.
            (folder / "text_encoders").mkdir(parents=True, exist_ok=True)
            (folder / "text_encoders" / "tokenizer.model").write_bytes(b"pieces")
        write_safetensors(folder / kind / f"{part}.safetensors", shapes, "BF16")


@pytest.mark.parametrize("form", ["safetensors", "gguf"])
@pytest.mark.parametrize("name", MODELS)
def test_a_single_file_of_true_size_is_the_real_class(name: str, form: str, tmp_path: Path) -> None:
    configs, make, variant = MODELS[name]
    write_parts(tmp_path, configs, name)
    file = tmp_path / "diffusion_models" / f"{name}.{form}"
    file.parent.mkdir(parents=True)
    if form == "gguf":
        write_gguf(file, make(), "Q8_0")
    else:
        write_safetensors(file, make(), "BF16")
    spec: ModelSpec = identify(file)
    assert spec.variant == variant
    for component in spec.components:
        wanted = on_meta(component.class_name, part_config(spec, component.name))
        found = dict(component_shapes(component))
        if "text_model.embeddings.token_embedding.weight" not in wanted:
            found = {key.removeprefix("text_model."): one for key, one in found.items()}
        assert {key: found.get(key) for key in wanted} == wanted, component.name
