"""A folder with the true shapes of Stable Diffusion XL, from headers without data."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from conftest import MakeRequest
from diffusers import AutoencoderKL, UNet2DConditionModel
from model_factory import save_tokenizer
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection
from xl_factory import write_scheduler

from studio.catalog.families.stable_diffusion_xl import xl_facts
from studio.catalog.models import identify
from studio.core.errors import StudioError
from studio.core.geometry import Rect
from studio.engine.engine import Engine

# https://huggingface.co/stabilityai/stable-diffusion-xl-base-1.0, the config.json files.
UNET: dict[str, Any] = {
    "sample_size": 128,
    "block_out_channels": [320, 640, 1280],
    "down_block_types": ["DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"],
    "up_block_types": ["CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"],
    "layers_per_block": 2,
    "transformer_layers_per_block": [1, 2, 10],
    "attention_head_dim": [5, 10, 20],
    "cross_attention_dim": 2048,
    "use_linear_projection": True,
    "addition_embed_type": "text_time",
    "addition_time_embed_dim": 256,
    "projection_class_embeddings_input_dim": 2816,
}
VAE: dict[str, Any] = {
    "block_out_channels": [128, 256, 512, 512],
    "down_block_types": ["DownEncoderBlock2D"] * 4,
    "up_block_types": ["UpDecoderBlock2D"] * 4,
    "layers_per_block": 2,
    "sample_size": 1024,
    "scaling_factor": 0.13025,
    "force_upcast": True,
}
SHARED = {"vocab_size": 49408, "max_position_embeddings": 77}
FIRST = {"hidden_size": 768, "intermediate_size": 3072, "num_hidden_layers": 12,
         "num_attention_heads": 12, "projection_dim": 768}  # fmt: skip
SECOND = {"hidden_size": 1280, "intermediate_size": 5120, "num_hidden_layers": 32,
          "num_attention_heads": 20, "projection_dim": 1280, "hidden_act": "gelu"}  # fmt: skip
PARAMETERS = {
    "unet": 2_567_463_684,
    "vae": 83_653_863,
    "text_encoder": 123_060_480,
    "text_encoder_2": 694_659_840,
}


def write_header(network: torch.nn.Module, file: Path) -> None:
    """Write a safetensors file of fp16 zeros that takes no room on the disk (a sparse file)."""
    header, end = {}, 0
    for name, weight in network.named_parameters():
        begin, end = end, end + 2 * weight.numel()
        header[name] = {"dtype": "F16", "shape": list(weight.shape), "data_offsets": [begin, end]}
    text = json.dumps(header).encode()
    with file.open("wb") as stream:
        stream.write(len(text).to_bytes(8, "little") + text)
        stream.truncate(8 + len(text) + end)


@pytest.fixture
def sdxl(tmp_path: Path) -> Path:
    """The folder, 6.9 GB by its headers and some kilobytes on the disk."""
    folder = tmp_path / "sdxl"
    with torch.device("meta"):
        text = CLIPTextModel(CLIPTextConfig(**SHARED, **FIRST))
        second = CLIPTextModelWithProjection(CLIPTextConfig(**SHARED, **SECOND))
        parts: dict[str, Any] = {
            "unet": UNet2DConditionModel(**UNET),
            "vae": AutoencoderKL(**VAE),
            "text_encoder": text,
            "text_encoder_2": second,
        }
    for name, network in parts.items():
        (folder / name).mkdir(parents=True)
        is_text = name.startswith("text_encoder")
        save = network.config.save_pretrained if is_text else network.save_config
        save(folder / name)
        stem = "model" if is_text else "diffusion_pytorch_model"
        write_header(network, folder / name / f"{stem}.fp16.safetensors")
    save_tokenizer(folder / "tokenizer")
    save_tokenizer(folder / "tokenizer_2")
    write_scheduler(folder)
    index = {"_class_name": "StableDiffusionXLPipeline"}
    classes = {name: type(network).__name__ for name, network in parts.items()}
    entries = {name: ["library", one] for name, one in classes.items()}
    (folder / "model_index.json").write_text(json.dumps({**index, **entries}))
    return folder


def test_the_true_shapes_are_recognised(sdxl: Path) -> None:
    spec = identify(sdxl)
    assert {part.name: part.parameters for part in spec.components} == PARAMETERS
    assert (spec.native_size, spec.min_size, spec.max_size) == (1024, 512, 2048)
    assert (spec.variant, spec.size_multiple) == ("base", 32)
    facts = xl_facts(spec)
    assert (facts.text_width, facts.pooled_width, facts.vae_scale) == (2048, 1280, 8)


@pytest.mark.parametrize("gigabytes", [8, 14])
def test_a_run_that_does_not_fit_is_refused_before_loading(
    sdxl: Path, ask: MakeRequest, gigabytes: int
) -> None:
    # The weights alone take 13.9 GB in float32; a run takes some 2 GB beside them.
    engine = Engine("cpu", free=lambda: gigabytes * 10**9)
    request = ask(model=str(sdxl), region=Rect(0, 0, 1024, 1024))
    with pytest.raises(StudioError, match=r"needs about 1[4-6]\d\d\d MB"):
        engine.run(request)
    assert engine.residency.loaded is None


def test_the_rungs_of_the_ladder_need_less_and_less(sdxl: Path, ask: MakeRequest) -> None:
    request = ask(model=str(sdxl), region=Rect(0, 0, 1024, 1024))
    spec = identify(sdxl)
    plenty = Engine("cpu", free=lambda: 64 * 10**9).residency.rungs(spec, request)
    little = Engine("cpu", free=lambda: 15_500 * 10**6).residency.rungs(spec, request)
    assert plenty[0].name == "full" and 0 < len(little) < len(plenty)
