"""Tiny models of rectified flow with random weights of the stock classes in diffusers layout."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from diffusers import (
    AutoencoderKL,
    FlowMatchEulerDiscreteScheduler,
    FluxControlNetModel,
    FluxTransformer2DModel,
    SD3ControlNetModel,
    SD3Transformer2DModel,
)
from diffusers.pipelines.flux.modeling_flux import ReduxImageEncoder
from model_factory import ALPHABET, save_tokenizer
from safetensors.torch import save_file
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import (
    CLIPTextConfig,
    CLIPTextModel,
    CLIPTextModelWithProjection,
    CLIPVisionConfig,
    CLIPVisionModelWithProjection,
    SiglipImageProcessor,
    SiglipVisionConfig,
    SiglipVisionModel,
    T5Config,
    T5EncoderModel,
)

from studio.engine.device import known_warnings

T5_WIDTH = 20
CLIP_WIDTH = 16
LETTERS = len(ALPHABET) * 2 + 2


def save_t5_tokenizer(folder: Path, limit: int = 64) -> None:
    """Write a T5 tokenizer that knows single letters only."""
    folder.mkdir(parents=True)
    pieces = ["<pad>", "</s>", "<unk>", "\u2581", *ALPHABET]
    unigram = models.Unigram([(piece, -1.0) for piece in pieces], 2, False)
    tokenizer = Tokenizer(unigram)
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(
        replacement="\u2581", prepend_scheme="always"
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    config = {
        "tokenizer_class": "T5TokenizerFast",
        "model_max_length": limit,
        "pad_token": "<pad>",
        "eos_token": "</s>",
        "unk_token": "<unk>",
        "extra_ids": 0,
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(config))


def save_t5(folder: Path) -> None:
    """Write a T5 encoder for the tokenizer of single letters."""
    config = T5Config(
        vocab_size=len(ALPHABET) + 4,
        d_model=T5_WIDTH,
        d_kv=8,
        d_ff=32,
        num_layers=2,
        num_heads=2,
        feed_forward_proj="gated-gelu",
    )
    T5EncoderModel(config).save_pretrained(folder)


def clip_config(width: int = CLIP_WIDTH, projection: int = CLIP_WIDTH) -> CLIPTextConfig:
    """Return the configuration of a CLIP text encoder for the tokenizer of single letters."""
    return CLIPTextConfig(
        vocab_size=LETTERS,
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


def save_vae(folder: Path, channels: int = 16) -> None:
    """Write an autoencoder of the layout of Stable Diffusion 3 and Flux.1, 16 latent channels."""
    vae = AutoencoderKL(
        block_out_channels=(8, 8, 16, 16),
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        latent_channels=channels,
        norm_num_groups=4,
        sample_size=64,
        scaling_factor=1.5,
        shift_factor=0.06,
        use_quant_conv=False,
        use_post_quant_conv=False,
    )
    vae.save_pretrained(folder)


def write_index(folder: Path, pipeline: str, parts: Mapping[str, tuple[str, str]]) -> None:
    """Write model_index.json, and lienzo.json with a native size of 96."""
    index: dict[str, Any] = {"_class_name": pipeline}
    index.update({name: list(pair) for name, pair in parts.items()})
    (folder / "model_index.json").write_text(json.dumps(index))
    (folder / "lienzo.json").write_text(json.dumps({"native_size": 96}))


def write_flow_scheduler(folder: Path, **changes: Any) -> None:
    """Write the configuration of the scheduler of rectified flow."""
    made: Any = FlowMatchEulerDiscreteScheduler(**{"shift": 3.0, **changes})
    made.save_pretrained(folder / "scheduler")


def build_sd3(folder: Path, *, t5: bool = True, seed: int = 0, qk_norm: str | None = None) -> Path:
    """Write a model with the parts of Stable Diffusion 3, ``qk_norm`` "rms_norm" for 3.5."""
    torch.manual_seed(seed)
    SD3Transformer2DModel(
        sample_size=12,
        patch_size=2,
        in_channels=16,
        out_channels=16,
        num_layers=2,
        attention_head_dim=8,
        num_attention_heads=4,
        joint_attention_dim=T5_WIDTH * 2,
        caption_projection_dim=32,
        pooled_projection_dim=2 * CLIP_WIDTH,
        pos_embed_max_size=24,
        qk_norm=qk_norm,
    ).save_pretrained(folder / "transformer")
    save_vae(folder / "vae")
    for part in ("text_encoder", "text_encoder_2"):
        CLIPTextModelWithProjection(clip_config()).save_pretrained(folder / part)
    for part in ("tokenizer", "tokenizer_2"):
        save_tokenizer(folder / part)
    parts = {
        "transformer": ("diffusers", "SD3Transformer2DModel"),
        "vae": ("diffusers", "AutoencoderKL"),
        "text_encoder": ("transformers", "CLIPTextModelWithProjection"),
        "text_encoder_2": ("transformers", "CLIPTextModelWithProjection"),
        "tokenizer": ("transformers", "CLIPTokenizer"),
        "tokenizer_2": ("transformers", "CLIPTokenizer"),
        "scheduler": ("diffusers", "FlowMatchEulerDiscreteScheduler"),
    }
    if t5:
        config = T5Config(
            vocab_size=len(ALPHABET) + 4,
            d_model=T5_WIDTH * 2,
            d_kv=8,
            d_ff=32,
            num_layers=2,
            num_heads=2,
            feed_forward_proj="gated-gelu",
        )
        T5EncoderModel(config).save_pretrained(folder / "text_encoder_3")
        save_t5_tokenizer(folder / "tokenizer_3")
        parts["text_encoder_3"] = ("transformers", "T5EncoderModel")
        parts["tokenizer_3"] = ("transformers", "T5TokenizerFast")
    write_flow_scheduler(folder)
    write_index(folder, "StableDiffusion3Pipeline", parts)
    return folder


def build_flux(
    folder: Path,
    *,
    guidance: bool = True,
    fill: bool = False,
    control: bool = False,
    redux: bool = False,
    pipeline: str = "FluxPipeline",
    seed: int = 0,
) -> Path:
    """Write a model with the parts of Flux.1: dev, schnell (no ``guidance``), Fill, Kontext.

    ``control`` is for the ones that take a control image, ``redux`` puts Flux Redux inside it.
    """
    torch.manual_seed(seed)
    FluxTransformer2DModel(
        patch_size=1,
        in_channels=384 if fill else 128 if control else 64,
        out_channels=64,
        num_layers=1,
        num_single_layers=1,
        attention_head_dim=16,
        num_attention_heads=2,
        joint_attention_dim=T5_WIDTH,
        pooled_projection_dim=CLIP_WIDTH,
        guidance_embeds=guidance,
        axes_dims_rope=(4, 6, 6),
    ).save_pretrained(folder / "transformer")
    save_vae(folder / "vae")
    CLIPTextModel(clip_config()).save_pretrained(folder / "text_encoder")
    save_t5(folder / "text_encoder_2")
    save_tokenizer(folder / "tokenizer")
    save_t5_tokenizer(folder / "tokenizer_2")
    write_flow_scheduler(folder, use_dynamic_shifting=guidance)
    parts = {
        "transformer": ("diffusers", "FluxTransformer2DModel"),
        "vae": ("diffusers", "AutoencoderKL"),
        "text_encoder": ("transformers", "CLIPTextModel"),
        "text_encoder_2": ("transformers", "T5EncoderModel"),
        "tokenizer": ("transformers", "CLIPTokenizer"),
        "tokenizer_2": ("transformers", "T5TokenizerFast"),
        "scheduler": ("diffusers", "FlowMatchEulerDiscreteScheduler"),
    }
    pipeline = "FluxControlPipeline" if control else pipeline
    write_index(folder, "FluxFillPipeline" if fill else pipeline, parts)
    if redux:
        build_redux(folder / "redux")
    return folder


def build_redux(folder: Path) -> None:
    """Write Flux Redux for the small Flux.1: an image encoder, and what makes tokens of it."""
    vision = SiglipVisionConfig(
        hidden_size=16,
        intermediate_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        image_size=32,
        patch_size=16,
    )
    SiglipVisionModel(vision).save_pretrained(folder / "image_encoder")
    embedder: Any = ReduxImageEncoder(redux_dim=16, txt_in_features=T5_WIDTH)
    embedder.save_pretrained(folder / "image_embedder")
    SiglipImageProcessor(size={"height": 32, "width": 32}).save_pretrained(
        folder / "feature_extractor"
    )
    parts = {
        "image_encoder": ("transformers", "SiglipVisionModel"),
        "image_embedder": ("flux", "ReduxImageEncoder"),
        "feature_extractor": ("transformers", "SiglipImageProcessor"),
    }
    write_index(folder, "FluxPriorReduxPipeline", parts)


def save_flux_control(folder: Path, *, modes: int | None = None, seed: int = 3) -> Path:
    """Write a ControlNet for the small Flux.1; with ``modes`` a union of so many kinds."""
    torch.manual_seed(seed)
    with known_warnings():
        network: Any = FluxControlNetModel(
            patch_size=1,
            in_channels=64,
            num_layers=1,
            num_single_layers=1,
            attention_head_dim=16,
            num_attention_heads=2,
            joint_attention_dim=T5_WIDTH,
            pooled_projection_dim=CLIP_WIDTH,
            guidance_embeds=True,
            axes_dims_rope=[4, 6, 6],
            num_mode=modes,
        )
    return save_control(network, folder)


def save_sd3_control(folder: Path) -> Path:
    """Write a ControlNet for the small Stable Diffusion 3."""
    torch.manual_seed(3)
    network: Any = SD3ControlNetModel(
        sample_size=12,
        patch_size=2,
        in_channels=16,
        out_channels=16,
        num_layers=1,
        attention_head_dim=8,
        num_attention_heads=4,
        joint_attention_dim=T5_WIDTH * 2,
        caption_projection_dim=32,
        pooled_projection_dim=2 * CLIP_WIDTH,
        pos_embed_max_size=24,
    )
    return save_control(network, folder)


def save_control(network: Any, folder: Path) -> Path:
    """Write a ControlNet whose zero layers have weights, so that it acts."""
    for name, weight in network.named_parameters():
        if "controlnet_" in name or "pos_embed_input" in name:
            weight.data = torch.randn_like(weight) * 0.3
    network.save_pretrained(folder)
    return folder


def save_flux_adapter(folder: Path, text_width: int = T5_WIDTH) -> Path:
    """Write an IP-Adapter for the small Flux.1, by the names of its makers, with its encoder."""
    torch.manual_seed(5)
    vision = CLIPVisionConfig(
        hidden_size=16,
        intermediate_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        image_size=32,
        patch_size=16,
        projection_dim=12,
    )
    CLIPVisionModelWithProjection(vision).save_pretrained(folder / "image_encoder")
    block = "double_blocks.0.processor.ip_adapter_double_stream"
    state = {
        "ip_adapter_proj_model.proj.weight": torch.randn(4 * text_width, 12),
        "ip_adapter_proj_model.proj.bias": torch.randn(4 * text_width),
        "ip_adapter_proj_model.norm.weight": torch.ones(text_width),
        "ip_adapter_proj_model.norm.bias": torch.zeros(text_width),
    }
    for name in ("k", "v"):
        state[f"{block}_{name}_proj.weight"] = torch.randn(32, text_width)
        state[f"{block}_{name}_proj.bias"] = torch.randn(32)
    save_file(state, folder / "ip_adapter.safetensors")
    return folder
