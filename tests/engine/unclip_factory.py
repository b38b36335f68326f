"""Tiny models after DALL-E 2, Karlo and Stable unCLIP, with random weights of the stock classes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from diffusers import (
    AutoencoderKL,
    DDIMScheduler,
    DDPMScheduler,
    PriorTransformer,
    UnCLIPScheduler,
    UNet2DConditionModel,
    UNet2DModel,
)
from diffusers.pipelines.deprecated.unclip.text_proj import UnCLIPTextProjModel
from diffusers.pipelines.stable_diffusion.stable_unclip_image_normalizer import (
    StableUnCLIPImageNormalizer,
)
from flow_factory import CLIP_WIDTH, clip_config
from model_factory import save_tokenizer
from transformers import (
    CLIPImageProcessor,
    CLIPTextModel,
    CLIPTextModelWithProjection,
    CLIPVisionConfig,
    CLIPVisionModelWithProjection,
)

SIDE = 64
"""Edge of a picture of the small Karlo, the only one that it makes."""
IMAGE_SIZE = 32


def save_vision(folder: Path, name: str = "image_encoder") -> None:
    """Write a small image encoder of CLIP."""
    vision = CLIPVisionConfig(
        hidden_size=16,
        intermediate_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        image_size=IMAGE_SIZE,
        patch_size=16,
        projection_dim=CLIP_WIDTH,
    )
    CLIPVisionModelWithProjection(vision).save_pretrained(folder / name)


def save_processor(folder: Path, name: str = "feature_extractor") -> None:
    """Write what crops and scales a picture for the image encoder."""
    crop = {"height": IMAGE_SIZE, "width": IMAGE_SIZE}
    size = {"shortest_edge": IMAGE_SIZE}
    CLIPImageProcessor(size=size, crop_size=crop).save_pretrained(folder / name)


def save_index(folder: Path, pipeline: str, classes: dict[str, str], **more: Any) -> None:
    """Write model_index.json; the library of a class does not count."""
    index = {name: ["diffusers", cls] for name, cls in classes.items()}
    (folder / "model_index.json").write_text(json.dumps({"_class_name": pipeline, **index}))
    if more:
        (folder / "lienzo.json").write_text(json.dumps(more))


def _unclip_scheduler(folder: Path, name: str, **changes: Any) -> None:
    made: Any = UnCLIPScheduler(**{"num_train_timesteps": 1000, **changes})
    made.save_pretrained(folder / name)


def _save_karlo_prior(folder: Path) -> None:
    prior: Any = PriorTransformer(
        num_attention_heads=2,
        attention_head_dim=8,
        num_layers=2,
        embedding_dim=CLIP_WIDTH,
        num_embeddings=77,
        additional_embeddings=4,
    )
    # A new prior has a deviation of 0, with which every prompt would be the same.
    prior.clip_std.data.fill_(1.0)
    prior.save_pretrained(folder / "prior")
    options = {"variance_type": "fixed_small_log", "prediction_type": "sample"}
    _unclip_scheduler(folder, "prior_scheduler", clip_sample_range=5.0, **options)


def build_karlo(folder: Path, *, varies: bool = False, beside: bool = False, seed: int = 0) -> Path:
    """Write a Karlo for text or, with ``varies``, for variations; ``beside`` writes the other too.

    The folder for variations beside ``folder`` has the same name with "-variations" after it.
    """
    torch.manual_seed(seed)
    decoder: Any = UNet2DConditionModel(
        sample_size=SIDE // 4,
        in_channels=3,
        out_channels=6,
        down_block_types=("ResnetDownsampleBlock2D", "SimpleCrossAttnDownBlock2D"),
        up_block_types=("SimpleCrossAttnUpBlock2D", "ResnetUpsampleBlock2D"),
        mid_block_type="UNetMidBlock2DSimpleCrossAttn",
        block_out_channels=(16, 32),
        layers_per_block=1,
        cross_attention_dim=16,
        attention_head_dim=4,
        norm_num_groups=4,
        resnet_time_scale_shift="scale_shift",
        class_embed_type="identity",
    )
    decoder.save_pretrained(folder / "decoder")
    projection = UnCLIPTextProjModel(
        clip_embeddings_dim=CLIP_WIDTH, time_embed_dim=64, cross_attention_dim=16
    )
    # With random weights of the usual size the prompt would change no pixel of a picture.
    for weight in projection.parameters():
        weight.data *= 20
    projection.save_pretrained(folder / "text_proj")
    for name in ("super_res_first", "super_res_last"):
        UNet2DModel(
            sample_size=SIDE,
            in_channels=6,
            out_channels=3,
            layers_per_block=1,
            down_block_types=("ResnetDownsampleBlock2D",) * 2,
            up_block_types=("ResnetUpsampleBlock2D",) * 2,
            block_out_channels=(16, 32),
            norm_num_groups=4,
            attention_head_dim=8,
        ).save_pretrained(folder / name)
    CLIPTextModelWithProjection(clip_config()).save_pretrained(folder / "text_encoder")
    save_tokenizer(folder / "tokenizer")
    _unclip_scheduler(folder, "decoder_scheduler", variance_type="learned_range")
    _unclip_scheduler(folder, "super_res_scheduler", variance_type="fixed_small_log")
    classes = {
        "decoder": "UNet2DConditionModel",
        "text_proj": "UnCLIPTextProjModel",
        "text_encoder": "CLIPTextModelWithProjection",
        "super_res_first": "UNet2DModel",
        "super_res_last": "UNet2DModel",
    }
    if varies:
        save_vision(folder)
        save_processor(folder)
        classes["image_encoder"] = "CLIPVisionModelWithProjection"
    else:
        _save_karlo_prior(folder)
        classes["prior"] = "PriorTransformer"
    pipeline = "UnCLIPImageVariationPipeline" if varies else "UnCLIPPipeline"
    save_index(folder, pipeline, classes)
    if beside:
        build_karlo(folder.with_name(folder.name + "-variations"), varies=not varies, seed=seed + 1)
    return folder


def build_stable_unclip(folder: Path, *, prior: bool = False, seed: int = 0) -> Path:
    """Write a Stable unCLIP with a native size of 96, with ``prior`` a small Karlo inside it."""
    torch.manual_seed(seed)
    UNet2DConditionModel(
        sample_size=12,
        down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"),
        up_block_types=("UpBlock2D", "CrossAttnUpBlock2D"),
        block_out_channels=(32, 64),
        attention_head_dim=(2, 4),
        class_embed_type="projection",
        projection_class_embeddings_input_dim=2 * CLIP_WIDTH,
        cross_attention_dim=CLIP_WIDTH,
        layers_per_block=1,
        norm_num_groups=8,
        use_linear_projection=True,
    ).save_pretrained(folder / "unet")
    AutoencoderKL(
        block_out_channels=(8, 8, 16, 16),
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        norm_num_groups=4,
        sample_size=96,
    ).save_pretrained(folder / "vae")
    CLIPTextModel(clip_config()).save_pretrained(folder / "text_encoder")
    save_tokenizer(folder / "tokenizer")
    save_vision(folder)
    save_processor(folder)
    StableUnCLIPImageNormalizer(embedding_dim=CLIP_WIDTH).save_pretrained(
        folder / "image_normalizer"
    )
    noising: Any = DDPMScheduler(beta_schedule="squaredcos_cap_v2")
    noising.save_pretrained(folder / "image_noising_scheduler")
    steps: Any = DDIMScheduler(
        beta_start=0.00085,
        beta_end=0.012,
        beta_schedule="scaled_linear",
        prediction_type="v_prediction",
        clip_sample=False,
        set_alpha_to_one=False,
        steps_offset=1,
    )
    steps.save_pretrained(folder / "scheduler")
    classes = {
        "unet": "UNet2DConditionModel",
        "vae": "AutoencoderKL",
        "text_encoder": "CLIPTextModel",
        "image_encoder": "CLIPVisionModelWithProjection",
        "image_normalizer": "StableUnCLIPImageNormalizer",
    }
    save_index(folder, "StableUnCLIPImg2ImgPipeline", classes)
    if prior:
        build_karlo(folder / "karlo", seed=seed + 1)
    return folder
