"""Tiny PixArt models with random weights of the stock classes in diffusers layout."""

from __future__ import annotations

from pathlib import Path

import torch
from diffusers import DPMSolverMultistepScheduler, PixArtTransformer2DModel
from flow_factory import T5_WIDTH, save_t5, save_t5_tokenizer, save_vae, write_index

PIXART_WIDTH = 48
"""Three times the width of a condition of alpha, and four heads of it."""


def build_pixart(folder: Path, *, alpha: bool = False, seed: int = 0) -> Path:
    """Write a model with the parts of PixArt Sigma, or of alpha for 1024 pixels."""
    torch.manual_seed(seed)
    PixArtTransformer2DModel(
        sample_size=128 if alpha else 64,
        num_layers=2,
        attention_head_dim=PIXART_WIDTH // 4,
        num_attention_heads=4,
        in_channels=4,
        out_channels=8,
        cross_attention_dim=PIXART_WIDTH,
        caption_channels=T5_WIDTH,
    ).save_pretrained(folder / "transformer")
    save_vae(folder / "vae", channels=4)
    save_t5(folder / "text_encoder")
    save_t5_tokenizer(folder / "tokenizer")
    DPMSolverMultistepScheduler().save_pretrained(folder / "scheduler")
    parts = {
        "transformer": ("diffusers", "PixArtTransformer2DModel"),
        "vae": ("diffusers", "AutoencoderKL"),
        "text_encoder": ("transformers", "T5EncoderModel"),
        "tokenizer": ("transformers", "T5TokenizerFast"),
        "scheduler": ("diffusers", "DPMSolverMultistepScheduler"),
    }
    write_index(folder, "PixArtAlphaPipeline" if alpha else "PixArtSigmaPipeline", parts)
    return folder
