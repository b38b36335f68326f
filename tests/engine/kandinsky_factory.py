"""Tiny models of Kandinsky 2.2 with random weights of the stock classes in diffusers layout."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from diffusers import (
    DDPMScheduler,
    PriorTransformer,
    UnCLIPScheduler,
    UNet2DConditionModel,
    VQModel,
)
from flow_factory import CLIP_WIDTH, clip_config, write_index
from model_factory import save_tokenizer
from transformers import (
    CLIPTextModelWithProjection,
    CLIPVisionConfig,
    CLIPVisionModelWithProjection,
)

EMBEDDING = CLIP_WIDTH


def build_prior(folder: Path) -> None:
    """Write a prior with the parts of Kandinsky 2.2."""
    prior: Any = PriorTransformer(
        num_attention_heads=2,
        attention_head_dim=8,
        num_layers=2,
        embedding_dim=EMBEDDING,
        num_embeddings=77,
        additional_embeddings=4,
    )
    # A new prior has a deviation of 0, with which every prompt would be the same.
    prior.clip_std.data.fill_(1.0)
    prior.save_pretrained(folder / "prior")
    vision = CLIPVisionConfig(
        hidden_size=16,
        intermediate_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        image_size=32,
        patch_size=16,
        projection_dim=EMBEDDING,
    )
    CLIPVisionModelWithProjection(vision).save_pretrained(folder / "image_encoder")
    CLIPTextModelWithProjection(clip_config()).save_pretrained(folder / "text_encoder")
    save_tokenizer(folder / "tokenizer")
    made: Any = UnCLIPScheduler(
        variance_type="fixed_small_log",
        prediction_type="sample",
        num_train_timesteps=1000,
        clip_sample=True,
        clip_sample_range=5.0,
    )
    made.save_pretrained(folder / "scheduler")
    parts = {
        "prior": ("diffusers", "PriorTransformer"),
        "image_encoder": ("transformers", "CLIPVisionModelWithProjection"),
        "text_encoder": ("transformers", "CLIPTextModelWithProjection"),
        "tokenizer": ("transformers", "CLIPTokenizer"),
        "scheduler": ("diffusers", "UnCLIPScheduler"),
    }
    write_index(folder, "KandinskyV22PriorPipeline", parts)


def build_kandinsky(folder: Path, *, filling: bool = False, seed: int = 0) -> Path:
    """Write a decoder of Kandinsky 2.2 or, with ``filling``, one for masks; its prior beside it."""
    torch.manual_seed(seed)
    unet: Any = UNet2DConditionModel(
        sample_size=8,
        in_channels=9 if filling else 4,
        out_channels=8,
        addition_embed_type="image",
        down_block_types=("ResnetDownsampleBlock2D", "SimpleCrossAttnDownBlock2D"),
        up_block_types=("SimpleCrossAttnUpBlock2D", "ResnetUpsampleBlock2D"),
        mid_block_type="UNetMidBlock2DSimpleCrossAttn",
        block_out_channels=(16, 32),
        layers_per_block=1,
        encoder_hid_dim=EMBEDDING,
        encoder_hid_dim_type="image_proj",
        cross_attention_dim=16,
        attention_head_dim=4,
        norm_num_groups=4,
        resnet_time_scale_shift="scale_shift",
    )
    # With random weights of the usual size the prompt would change no pixel of a picture.
    for name, weight in unet.named_parameters():
        if name.startswith(("encoder_hid_proj", "add_embedding")):
            weight.data *= 10
    unet.save_pretrained(folder / "unet")
    VQModel(
        block_out_channels=(32, 32, 32, 32),
        down_block_types=("DownEncoderBlock2D",) * 3 + ("AttnDownEncoderBlock2D",),
        up_block_types=("AttnUpDecoderBlock2D",) + ("UpDecoderBlock2D",) * 3,
        in_channels=3,
        out_channels=3,
        layers_per_block=1,
        latent_channels=4,
        norm_num_groups=32,
        norm_type="spatial",
        num_vq_embeddings=12,
        vq_embed_dim=4,
    ).save_pretrained(folder / "movq")
    made: Any = DDPMScheduler(
        beta_schedule="linear", variance_type="learned_range", clip_sample=False
    )
    made.save_pretrained(folder / "scheduler")
    parts = {
        "unet": ("diffusers", "UNet2DConditionModel"),
        "movq": ("diffusers", "VQModel"),
        "scheduler": ("diffusers", "DDPMScheduler"),
    }
    cls = "KandinskyV22InpaintPipeline" if filling else "KandinskyV22Pipeline"
    write_index(folder, cls, parts)
    prior = folder.parent / f"{folder.name}-prior"
    prior.mkdir()
    build_prior(prior)
    return folder
