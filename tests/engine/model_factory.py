"""Tiny models with random weights in diffusers layout, for what needs no good pictures."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import torch
from diffusers import AutoencoderKL, DDIMScheduler, UNet2DConditionModel
from safetensors.torch import save_file
from transformers import CLIPTextConfig, CLIPTextModel

from studio.catalog.families.stable_diffusion import STABLE_DIFFUSION
from studio.edit.request import MODEL_TASKS, Task

INPUTS_ONLY = (Task.INSTRUCT, Task.VARY)
TASKS = tuple(
    task for task in MODEL_TASKS if task.value in STABLE_DIFFUSION.tasks and task not in INPUTS_ONLY
)
"""The tasks of a Stable Diffusion model that paints from text."""
ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789,.-'!"
WIDTH = 16


def save_tokenizer(folder: Path) -> None:
    """Write a CLIP tokenizer that knows single letters only, so that prompts are long."""
    folder.mkdir(parents=True)
    pieces = [*ALPHABET, *(f"{letter}</w>" for letter in ALPHABET)]
    vocab = {piece: i for i, piece in enumerate([*pieces, "<|startoftext|>", "<|endoftext|>"])}
    (folder / "vocab.json").write_text(json.dumps(vocab))
    (folder / "merges.txt").write_text("#version: 0.2\n")
    config = {"tokenizer_class": "CLIPTokenizer", "model_max_length": 77}
    (folder / "tokenizer_config.json").write_text(json.dumps(config))


def build_model(
    folder: Path,
    *,
    in_channels: int = 4,
    fill_conv: bool = False,
    seed: int = 0,
    width: int = WIDTH,
    second: bool = False,
    layers: int = 2,
    sample_size: int = 8,
    scheduler: dict[str, Any] | None = None,
) -> Path:
    """Write a model with the parts of SD 1.x (AutoencoderKL, epsilon) and a native size of 64.

    ``second`` is for those of SD 2.x: linear layers around the transformers, and a text encoder
    with GELU, of so many ``layers``. ``scheduler`` are changes of its configuration.
    """
    torch.manual_seed(seed)
    unet = UNet2DConditionModel(
        sample_size=sample_size,
        use_linear_projection=second,
        in_channels=in_channels,
        block_out_channels=(32, 64),
        layers_per_block=1,
        down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"),
        up_block_types=("UpBlock2D", "CrossAttnUpBlock2D"),
        cross_attention_dim=width,
        attention_head_dim=4,
        norm_num_groups=8,
    )
    unet.save_pretrained(folder / "unet")
    vae = AutoencoderKL(
        block_out_channels=(8, 8, 16, 16),
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        norm_num_groups=4,
        sample_size=64,
    )
    vae.save_pretrained(folder / "vae")
    size = len(ALPHABET) * 2 + 2
    text = CLIPTextConfig(
        vocab_size=size,
        hidden_size=width,
        intermediate_size=32,
        num_hidden_layers=layers,
        hidden_act="gelu" if second else "quick_gelu",
        num_attention_heads=2,
        max_position_embeddings=77,
        bos_token_id=size - 2,
        eos_token_id=size - 1,
        pad_token_id=size - 1,
    )
    CLIPTextModel(text).save_pretrained(folder / "text_encoder")
    made: Any = DDIMScheduler(
        beta_start=0.00085,
        beta_end=0.012,
        beta_schedule="scaled_linear",
        steps_offset=1,
        **(scheduler or {}),
    )
    made.save_pretrained(folder / "scheduler")
    save_tokenizer(folder / "tokenizer")
    index = {
        "_class_name": "StableDiffusionPipeline",
        "unet": ["diffusers", "UNet2DConditionModel"],
        "vae": ["diffusers", "AutoencoderKL"],
        "text_encoder": ["transformers", "CLIPTextModel"],
        "tokenizer": ["transformers", "CLIPTokenizer"],
        "scheduler": ["diffusers", "DDIMScheduler"],
        "safety_checker": [None, None],
    }
    (folder / "model_index.json").write_text(json.dumps(index))
    if fill_conv:
        weight = torch.randn(32, 9, 3, 3) * 0.1
        weight[:, :4] = unet.conv_in.weight.detach()
        state = {"weight": weight, "bias": unet.conv_in.bias.detach().clone()}
        save_file(state, folder / "fill_conv_in.safetensors")
    return folder


def copy_model(source: Path, target: Path) -> Path:
    """Return a copy that a test may damage."""
    shutil.copytree(source, target)
    return target
