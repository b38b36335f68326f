"""A folder with the true shapes of Stable Diffusion 1.5 and random weights makes a picture."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import psutil
import pytest
import torch
from conftest import MakeRequest
from diffusers import AutoencoderKL, UNet2DConditionModel
from model_factory import save_tokenizer
from safetensors.torch import save_file
from transformers import CLIPTextConfig, CLIPTextModel

from studio.catalog.families.unet import unet_facts
from studio.catalog.models import identify
from studio.edit.request import Task
from studio.engine.engine import Engine

# https://huggingface.co/stable-diffusion-v1-5/stable-diffusion-v1-5, the config.json files.
UNET = {"sample_size": 64, "cross_attention_dim": 768, "attention_head_dim": 8}
VAE: dict[str, Any] = {
    "block_out_channels": [128, 256, 512, 512],
    "down_block_types": ["DownEncoderBlock2D"] * 4,
    "up_block_types": ["UpDecoderBlock2D"] * 4,
    "layers_per_block": 2,
    "sample_size": 512,
}
TEXT = {
    "vocab_size": 49408,
    "hidden_size": 768,
    "intermediate_size": 3072,
    "num_hidden_layers": 12,
    "num_attention_heads": 12,
    "max_position_embeddings": 77,
    "hidden_act": "quick_gelu",
}
PARAMETERS = {"unet": 859_520_964, "vae": 83_653_863, "text_encoder": 123_060_480}
NEEDED = 8 * 10**9


def write_weights(network: torch.nn.Module, file: Path) -> None:
    """Write fp16 weights of the right shapes: cheap noise, ones where a norm scales."""
    noise = torch.randn(2**20, generator=torch.Generator().manual_seed(0)).mul_(0.02).half()
    state = {}
    for name, weight in network.state_dict().items():
        if not weight.dtype.is_floating_point:
            continue
        if weight.ndim == 1:
            fill = 1.0 if name.endswith("weight") else 0.0
            state[name] = torch.full(weight.shape, fill, dtype=torch.float16)
        else:
            times = -(-weight.numel() // len(noise))
            state[name] = noise.repeat(times)[: weight.numel()].reshape(weight.shape).clone()
    save_file(state, file, metadata={"format": "pt"})


@pytest.fixture
def sd15(tmp_path: Path) -> Path:
    """The folder, 2.1 GB on disk."""
    if psutil.virtual_memory().available < NEEDED or shutil.disk_usage(tmp_path).free < NEEDED:
        pytest.skip("needs 8 GB of free memory and disk")
    return write_sd15(tmp_path / "sd15")


def write_sd15(folder: Path) -> Path:
    """Write a model folder of the true shapes."""
    with torch.device("meta"):
        parts: dict[str, tuple[Any, str]] = {
            "unet": (UNet2DConditionModel(**UNET), "diffusion_pytorch_model"),
            "vae": (AutoencoderKL(**VAE), "diffusion_pytorch_model"),
            "text_encoder": (CLIPTextModel(CLIPTextConfig(**TEXT)), "model"),
        }
    for part, (network, name) in parts.items():
        network.save_config(folder / part) if part != "text_encoder" else None
        (folder / part).mkdir(parents=True, exist_ok=True)
        write_weights(network, folder / part / f"{name}.fp16.safetensors")
    parts["text_encoder"][0].config.save_pretrained(folder / "text_encoder")
    save_tokenizer(folder / "tokenizer")
    scheduler = {
        "_class_name": "PNDMScheduler",
        "beta_start": 0.00085,
        "beta_end": 0.012,
        "beta_schedule": "scaled_linear",
        "skip_prk_steps": True,
        "steps_offset": 1,
        "trained_betas": None,
    }
    (folder / "scheduler").mkdir()
    (folder / "scheduler" / "scheduler_config.json").write_text(json.dumps(scheduler))
    index = {
        "_class_name": "StableDiffusionPipeline",
        "unet": ["diffusers", "UNet2DConditionModel"],
        "vae": ["diffusers", "AutoencoderKL"],
        "text_encoder": ["transformers", "CLIPTextModel"],
        "tokenizer": ["transformers", "CLIPTokenizer"],
        "scheduler": ["diffusers", "PNDMScheduler"],
    }
    (folder / "model_index.json").write_text(json.dumps(index))
    return folder


def test_the_true_shapes_of_sd15_fill_a_mask(sd15: Path, ask: MakeRequest) -> None:
    spec = identify(sd15)
    assert {part.name: part.parameters for part in spec.components} == PARAMETERS
    assert (spec.native_size, spec.size_multiple, unet_facts(spec).prediction_type) == (
        512,
        64,
        "epsilon",
    )
    # A native size of 64 keeps the one step affordable; the networks are the true ones.
    (sd15 / "lienzo.json").write_text(json.dumps({"native_size": 64, "min_size": 64}))
    engine = Engine("cpu")
    request = ask(Task.FILL, model=str(sd15), sampling={"steps": 1, "sampler": "dpmpp_2m"})
    result = engine.run(request)
    assert result.images[0].shape == (64, 96, 3)
    loaded: Any = engine.residency.loaded
    assert next(loaded.networks.unet.parameters()).dtype == torch.float32
    engine.unload()
    shutil.rmtree(sd15)
