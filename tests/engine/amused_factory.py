"""Tiny models of aMUSEd with random weights of the stock classes in diffusers layout."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from diffusers import AmusedScheduler, UVit2DModel, VQModel
from flow_factory import CLIP_WIDTH, clip_config, write_index
from model_factory import save_tokenizer
from transformers import CLIPTextModelWithProjection

CODES = 16


def build_amused(folder: Path, *, seed: int = 0) -> Path:
    """Write a model with the parts of aMUSEd."""
    torch.manual_seed(seed)
    transformer: Any = UVit2DModel(
        hidden_size=16,
        cond_embed_dim=CLIP_WIDTH,
        micro_cond_encode_dim=2,
        micro_cond_embed_dim=10,
        encoder_hidden_size=CLIP_WIDTH,
        vocab_size=CODES + 1,
        codebook_size=CODES,
        in_channels=16,
        block_out_channels=16,
        num_res_blocks=1,
        downsample=True,
        upsample=True,
        block_num_heads=2,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        sample_size=12,
    )
    transformer.save_pretrained(folder / "transformer")
    vqvae: Any = VQModel(
        block_out_channels=(8, 8, 8, 16),
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        latent_channels=8,
        norm_num_groups=8,
        num_vq_embeddings=CODES,
        mid_block_add_attention=False,
        lookup_from_codebook=True,
    )
    # With a codebook of the usual random size all tokens would be of one colour.
    vqvae.quantize.embedding.weight.data *= 20
    vqvae.save_pretrained(folder / "vqvae")
    CLIPTextModelWithProjection(clip_config()).save_pretrained(folder / "text_encoder")
    save_tokenizer(folder / "tokenizer")
    scheduler: Any = AmusedScheduler(mask_token_id=CODES)
    scheduler.save_pretrained(folder / "scheduler")
    parts = {
        "transformer": ("diffusers", "UVit2DModel"),
        "vqvae": ("diffusers", "VQModel"),
        "text_encoder": ("transformers", "CLIPTextModelWithProjection"),
        "tokenizer": ("transformers", "CLIPTokenizer"),
        "scheduler": ("diffusers", "AmusedScheduler"),
    }
    write_index(folder, "AmusedPipeline", parts)
    return folder
