"""Tiny models of Lumina-Image 2.0 with random weights of the stock classes in diffusers layout."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from diffusers import Lumina2Transformer2DModel
from flow_factory import save_vae, write_flow_scheduler, write_index
from qwen_factory import VOCABULARY, WIDTH, save_qwen_tokenizer
from transformers import Gemma2Config, Gemma2Model


def build_lumina(folder: Path, *, seed: int = 0) -> Path:
    """Write a model with the parts of Lumina-Image 2.0."""
    torch.manual_seed(seed)
    transformer: Any = Lumina2Transformer2DModel(
        sample_size=12,
        in_channels=16,
        hidden_size=24,
        num_layers=2,
        num_refiner_layers=1,
        num_attention_heads=3,
        num_kv_heads=1,
        multiple_of=16,
        axes_dim_rope=(4, 2, 2),
        axes_lens=(300, 64, 64),
        cap_feat_dim=WIDTH,
    )
    transformer.save_pretrained(folder / "transformer")
    save_vae(folder / "vae")
    config = Gemma2Config(
        vocab_size=VOCABULARY,
        hidden_size=WIDTH,
        intermediate_size=48,
        num_hidden_layers=3,
        num_attention_heads=2,
        num_key_value_heads=1,
        head_dim=16,
        sliding_window=64,
    )
    Gemma2Model(config).save_pretrained(folder / "text_encoder")
    save_qwen_tokenizer(folder / "tokenizer")
    write_flow_scheduler(folder, shift=6.0)
    parts = {
        "transformer": ("diffusers", "Lumina2Transformer2DModel"),
        "vae": ("diffusers", "AutoencoderKL"),
        "text_encoder": ("transformers", "Gemma2Model"),
        "tokenizer": ("transformers", "Qwen2Tokenizer"),
        "scheduler": ("diffusers", "FlowMatchEulerDiscreteScheduler"),
    }
    write_index(folder, "Lumina2Pipeline", parts)
    return folder
