"""Tiny models of DeepFloyd IF with random weights of the stock classes in diffusers layout."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from diffusers import AutoencoderKL, DDIMScheduler, DDPMScheduler, UNet2DConditionModel
from flow_factory import CLIP_WIDTH, T5_WIDTH, clip_config, save_t5, save_t5_tokenizer, write_index
from model_factory import save_tokenizer
from transformers import CLIPTextModel

T5_PARTS = {
    "text_encoder": ("transformers", "T5EncoderModel"),
    "tokenizer": ("transformers", "T5TokenizerFast"),
    "unet": ("diffusers", "UNet2DConditionModel"),
    "scheduler": ("diffusers", "DDPMScheduler"),
}


def pixel_unet(*, enlarging: bool = False) -> Any:
    """Return the UNet of the first stage, or of the second."""
    more: dict[str, Any] = {}
    # Attention at the full size of the second stage would be slow.
    plain = 2 if enlarging else 1
    if enlarging:
        more = {"class_embed_type": "timestep", "mid_block_scale_factor": 1.414}
    return UNet2DConditionModel(
        sample_size=24,
        layers_per_block=1,
        block_out_channels=(8,) * plain + (16,),
        down_block_types=("ResnetDownsampleBlock2D",) * plain + ("SimpleCrossAttnDownBlock2D",),
        mid_block_type="UNetMidBlock2DSimpleCrossAttn",
        up_block_types=("SimpleCrossAttnUpBlock2D",) + ("ResnetUpsampleBlock2D",) * plain,
        in_channels=6 if enlarging else 3,
        out_channels=6,
        cross_attention_dim=16,
        encoder_hid_dim=T5_WIDTH,
        attention_head_dim=4,
        norm_num_groups=4,
        addition_embed_type="text",
        addition_embed_type_num_heads=2,
        resnet_time_scale_shift="scale_shift",
        act_fn="gelu",
        **more,
    )


def ddpm() -> Any:
    """Return the scheduler of the stages of DeepFloyd IF."""
    return DDPMScheduler(
        beta_schedule="squaredcos_cap_v2",
        variance_type="learned_range",
        thresholding=True,
        dynamic_thresholding_ratio=0.95,
        sample_max_value=1.5,
    )


def build_if(folder: Path, *, stages: int = 2, seed: int = 0) -> Path:
    """Write the first stage of a model, and the others beside it."""
    torch.manual_seed(seed)
    pixel_unet().save_pretrained(folder / "unet")
    save_t5(folder / "text_encoder")
    save_t5_tokenizer(folder / "tokenizer")
    ddpm().save_pretrained(folder / "scheduler")
    write_index(folder, "IFPipeline", T5_PARTS)
    if stages > 1:
        second = folder.parent / f"{folder.name}-second"
        second.mkdir()
        pixel_unet(enlarging=True).save_pretrained(second / "unet")
        ddpm().save_pretrained(second / "scheduler")
        ddpm().save_pretrained(second / "image_noising_scheduler")
        parts = {name: T5_PARTS[name] for name in ("unet", "scheduler")}
        parts["image_noising_scheduler"] = ("diffusers", "DDPMScheduler")
        write_index(second, "IFSuperResolutionPipeline", parts)
    if stages > 2:
        _build_upscaler(folder.parent / f"{folder.name}-third")
    return folder


def _build_upscaler(folder: Path) -> None:
    """Write a model with the parts of Stable Diffusion's upscaler."""
    unet: Any = UNet2DConditionModel(
        sample_size=24,
        layers_per_block=1,
        block_out_channels=(8, 16),
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        in_channels=7,
        out_channels=4,
        cross_attention_dim=CLIP_WIDTH,
        attention_head_dim=4,
        norm_num_groups=4,
        num_class_embeds=1000,
    )
    unet.save_pretrained(folder / "unet")
    vae: Any = AutoencoderKL(
        block_out_channels=(8, 8, 16),
        down_block_types=("DownEncoderBlock2D",) * 3,
        up_block_types=("UpDecoderBlock2D",) * 3,
        norm_num_groups=4,
        scaling_factor=0.08333,
    )
    vae.save_pretrained(folder / "vae")
    CLIPTextModel(clip_config()).save_pretrained(folder / "text_encoder")
    save_tokenizer(folder / "tokenizer")
    for name, made in (("scheduler", DDIMScheduler), ("low_res_scheduler", DDPMScheduler)):
        scheduler: Any = made()
        scheduler.save_pretrained(folder / name)
    parts = {
        "unet": ("diffusers", "UNet2DConditionModel"),
        "vae": ("diffusers", "AutoencoderKL"),
        "text_encoder": ("transformers", "CLIPTextModel"),
        "tokenizer": ("transformers", "CLIPTokenizer"),
        "scheduler": ("diffusers", "DDIMScheduler"),
        "low_res_scheduler": ("diffusers", "DDPMScheduler"),
    }
    write_index(folder, "StableDiffusionUpscalePipeline", parts)
