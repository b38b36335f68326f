"""Tiny Stable Diffusion XL models with random weights of the stock classes in diffusers layout."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from diffusers import AutoencoderKL, EulerDiscreteScheduler, UNet2DConditionModel
from model_factory import ALPHABET, save_tokenizer
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

WIDTH_L = 16
WIDTH_G = 24
PROJECTION = 20
TIME_WIDTH = 8
LETTERS = len(ALPHABET) * 2 + 2
RARE = {"sk": "s k", "sks</w>": "sk s</w>"}
"""Tokens of CLIP's tokenizer beside the single letters, with the merges that make them: the word
that stands for a subject has to be one token."""
VOCABULARY = LETTERS + len(RARE)


def build_xl(
    folder: Path,
    *,
    in_channels: int = 4,
    scheduler: dict[str, Any] | None = None,
    force_zeros: bool = True,
    seed: int = 0,
) -> Path:
    """Write a model with all parts of SDXL and a native size of 64; ``scheduler`` adds entries."""
    torch.manual_seed(seed)
    make_unet(in_channels).save_pretrained(folder / "unet")
    vae = AutoencoderKL(
        block_out_channels=(8, 8, 16, 16),
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        norm_num_groups=4,
        sample_size=64,
        scaling_factor=0.13025,
    )
    vae.save_pretrained(folder / "vae")
    CLIPTextModel(text_config(WIDTH_L, WIDTH_L)).save_pretrained(folder / "text_encoder")
    second = CLIPTextModelWithProjection(text_config(WIDTH_G, PROJECTION))
    second.save_pretrained(folder / "text_encoder_2")
    for part in ("tokenizer", "tokenizer_2"):
        save_tokenizer(folder / part)
        file = folder / part / "vocab.json"
        more = {token: LETTERS + number for number, token in enumerate(RARE)}
        file.write_text(json.dumps({**json.loads(file.read_text()), **more}))
        merges = "\n".join(["#version: 0.2", *RARE.values(), ""])
        (folder / part / "merges.txt").write_text(merges)
    # The second tokenizer of SDXL pads with "!" (id 0), the first with the end token.
    config = {"tokenizer_class": "CLIPTokenizer", "model_max_length": 77, "pad_token": "!"}
    (folder / "tokenizer_2" / "tokenizer_config.json").write_text(json.dumps(config))
    write_scheduler(folder, **(scheduler or {}))
    index = {
        "_class_name": "StableDiffusionXLPipeline",
        "force_zeros_for_empty_prompt": force_zeros,
        "unet": ["diffusers", "UNet2DConditionModel"],
        "vae": ["diffusers", "AutoencoderKL"],
        "text_encoder": ["transformers", "CLIPTextModel"],
        "text_encoder_2": ["transformers", "CLIPTextModelWithProjection"],
        "tokenizer": ["transformers", "CLIPTokenizer"],
        "tokenizer_2": ["transformers", "CLIPTokenizer"],
        "scheduler": ["diffusers", "EulerDiscreteScheduler"],
    }
    (folder / "model_index.json").write_text(json.dumps(index))
    return folder


def make_unet(in_channels: int = 4) -> Any:
    """Return a UNet laid out as SDXL's: no attention in the first block, deeper in the second."""
    return UNet2DConditionModel(
        sample_size=8,
        in_channels=in_channels,
        block_out_channels=(32, 64),
        layers_per_block=1,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        cross_attention_dim=WIDTH_L + WIDTH_G,
        attention_head_dim=(2, 4),
        transformer_layers_per_block=(1, 2),
        use_linear_projection=True,
        addition_embed_type="text_time",
        addition_time_embed_dim=TIME_WIDTH,
        projection_class_embeddings_input_dim=6 * TIME_WIDTH + PROJECTION,
        norm_num_groups=8,
    )


def text_config(width: int, projection: int) -> CLIPTextConfig:
    """Return the configuration of a text encoder for the tokenizer of single letters."""
    return CLIPTextConfig(
        vocab_size=VOCABULARY,
        hidden_size=width,
        intermediate_size=32,
        num_hidden_layers=3,
        num_attention_heads=2,
        projection_dim=projection,
        max_position_embeddings=77,
        bos_token_id=LETTERS - 2,
        eos_token_id=LETTERS - 1,
        pad_token_id=LETTERS - 1,
    )


def write_scheduler(folder: Path, **changes: Any) -> None:
    """Write the scheduler configuration of SDXL base with some entries changed."""
    made: Any = EulerDiscreteScheduler(
        beta_start=0.00085,
        beta_end=0.012,
        beta_schedule="scaled_linear",
        steps_offset=1,
        timestep_spacing="leading",
        use_karras_sigmas=False,
    )
    made.save_pretrained(folder / "scheduler")
    file = folder / "scheduler" / "scheduler_config.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), **changes}))
