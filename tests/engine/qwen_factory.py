"""Tiny Chroma, Z-Image and Qwen-Image models with random weights in diffusers layout."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from diffusers import (
    AutoencoderKLFlux2,
    AutoencoderKLQwenImage,
    ChromaTransformer2DModel,
    Flux2Transformer2DModel,
    QwenImageTransformer2DModel,
    ZImageTransformer2DModel,
)
from flow_factory import (
    T5_WIDTH,
    save_t5,
    save_t5_tokenizer,
    save_vae,
    write_flow_scheduler,
    write_index,
)
from model_factory import ALPHABET
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import (
    Qwen2_5_VLConfig,
    Qwen2_5_VLForConditionalGeneration,
    Qwen2TokenizerFast,
    Qwen2VLImageProcessor,
    Qwen2VLProcessor,
    Qwen2VLVideoProcessor,
    Qwen3Config,
    Qwen3ForCausalLM,
    Qwen3Model,
)

from studio.engine.device import known_warnings

WIDTH = 32
MARKS = (
    "<pad>",
    "<|im_start|>",
    "<|im_end|>",
    "<|vision_start|>",
    "<|image_pad|>",
    "<|vision_end|>",
)
TEMPLATE = "{% for m in messages %}{{ '<|im_start|>' + m['content'] + '<|im_end|>' }}{% endfor %}"
VOCABULARY = 128


def save_qwen_tokenizer(folder: Path) -> None:
    """Write a byte-level tokenizer without merges, and a chat template."""
    folder.mkdir(parents=True)
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    letters = [one for one in alphabet if one in {*ALPHABET, "\u0120", "\u010a"}]
    pieces = [*MARKS, *letters]
    tokenizer = Tokenizer(models.BPE({piece: i for i, piece in enumerate(pieces)}, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.add_special_tokens(list(MARKS))
    tokenizer.save(str(folder / "tokenizer.json"))
    vocabulary = {piece: i for i, piece in enumerate(pieces)}
    (folder / "vocab.json").write_text(json.dumps(vocabulary))
    (folder / "merges.txt").write_text("#version: 0.2\n")
    config: dict[str, Any] = {
        "tokenizer_class": "Qwen2Tokenizer",
        "model_max_length": 4096,
        "pad_token": "<pad>",
        "eos_token": "<|im_end|>",
        "chat_template": TEMPLATE,
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(config))


def build_z_image(folder: Path, *, shift: float = 3.0, seed: int = 0) -> Path:
    """Write a model with the parts of Z-Image; a ``shift`` of 6 is that of Base."""
    torch.manual_seed(seed)
    ZImageTransformer2DModel(
        in_channels=16,
        dim=WIDTH,
        n_layers=2,
        n_refiner_layers=1,
        n_heads=2,
        n_kv_heads=2,
        cap_feat_dim=WIDTH,
        axes_dims=[4, 6, 6],
        axes_lens=[1024, 64, 64],
    ).save_pretrained(folder / "transformer")
    save_vae(folder / "vae")
    Qwen3Model(qwen3_config()).save_pretrained(folder / "text_encoder")
    save_qwen_tokenizer(folder / "tokenizer")
    write_flow_scheduler(folder, shift=shift)
    parts = {
        "transformer": ("diffusers", "ZImageTransformer2DModel"),
        "vae": ("diffusers", "AutoencoderKL"),
        "text_encoder": ("transformers", "Qwen3Model"),
        "tokenizer": ("transformers", "Qwen2Tokenizer"),
        "scheduler": ("diffusers", "FlowMatchEulerDiscreteScheduler"),
    }
    write_index(folder, "ZImagePipeline", parts)
    return folder


def qwen3_config(layers: int = 3) -> Qwen3Config:
    """Return the configuration of a Qwen3 for the tokenizer of single letters."""
    return Qwen3Config(
        vocab_size=VOCABULARY,
        hidden_size=WIDTH,
        intermediate_size=48,
        num_hidden_layers=layers,
        num_attention_heads=2,
        num_key_value_heads=1,
        head_dim=16,
        max_position_embeddings=2048,
    )


def build_chroma(folder: Path, *, seed: int = 0) -> Path:
    """Write a model with the parts of Chroma."""
    torch.manual_seed(seed)
    with known_warnings():
        ChromaTransformer2DModel(
            in_channels=64,
            num_layers=1,
            num_single_layers=1,
            attention_head_dim=16,
            num_attention_heads=2,
            joint_attention_dim=T5_WIDTH,
            axes_dims_rope=(4, 6, 6),
            approximator_num_channels=8,
            approximator_hidden_dim=32,
            approximator_layers=1,
        ).save_pretrained(folder / "transformer")
    save_vae(folder / "vae")
    save_t5(folder / "text_encoder")
    save_t5_tokenizer(folder / "tokenizer")
    write_flow_scheduler(folder)
    parts = {
        "transformer": ("diffusers", "ChromaTransformer2DModel"),
        "vae": ("diffusers", "AutoencoderKL"),
        "text_encoder": ("transformers", "T5EncoderModel"),
        "tokenizer": ("transformers", "T5TokenizerFast"),
        "scheduler": ("diffusers", "FlowMatchEulerDiscreteScheduler"),
    }
    write_index(folder, "ChromaPipeline", parts)
    return folder


def build_qwen_image(folder: Path, *, pipeline: str = "QwenImagePipeline", seed: int = 0) -> Path:
    """Write a model with the parts of Qwen-Image or, by its pipeline, of Qwen-Image-Edit."""
    torch.manual_seed(seed)
    QwenImageTransformer2DModel(
        in_channels=64,
        out_channels=16,
        num_layers=2,
        attention_head_dim=16,
        num_attention_heads=2,
        joint_attention_dim=WIDTH,
        axes_dims_rope=(4, 6, 6),
    ).save_pretrained(folder / "transformer")
    AutoencoderKLQwenImage(
        base_dim=8, z_dim=16, dim_mult=[1, 1, 1, 1], num_res_blocks=1
    ).save_pretrained(folder / "vae")
    config = Qwen2_5_VLConfig(
        text_config={
            "vocab_size": VOCABULARY,
            "hidden_size": WIDTH,
            "intermediate_size": 48,
            "num_hidden_layers": 2,
            "num_attention_heads": 2,
            "num_key_value_heads": 1,
            "max_position_embeddings": 2048,
            "rope_scaling": {"type": "mrope", "mrope_section": [2, 3, 3]},
        },
        vision_config={
            "depth": 1,
            "hidden_size": 16,
            "intermediate_size": 16,
            "num_heads": 2,
            "out_hidden_size": WIDTH,
        },
        image_token_id=4,
        vision_start_token_id=3,
        vision_end_token_id=5,
    )
    Qwen2_5_VLForConditionalGeneration(config).save_pretrained(folder / "text_encoder")
    save_qwen_tokenizer(folder / "tokenizer")
    write_flow_scheduler(folder, use_dynamic_shifting=True)
    parts = {
        "transformer": ("diffusers", "QwenImageTransformer2DModel"),
        "vae": ("diffusers", "AutoencoderKLQwenImage"),
        "text_encoder": ("transformers", "Qwen2_5_VLForConditionalGeneration"),
        "tokenizer": ("transformers", "Qwen2Tokenizer"),
        "scheduler": ("diffusers", "FlowMatchEulerDiscreteScheduler"),
    }
    if pipeline != "QwenImagePipeline":
        tokenizer = Qwen2TokenizerFast.from_pretrained(folder / "tokenizer")
        processor: Any = Qwen2VLProcessor(
            image_processor=Qwen2VLImageProcessor(),
            tokenizer=tokenizer,
            video_processor=Qwen2VLVideoProcessor(),
            chat_template=TEMPLATE,
        )
        processor.save_pretrained(folder / "processor")
        parts["processor"] = ("transformers", "Qwen2VLProcessor")
    write_index(folder, pipeline, parts)
    return folder


def build_klein(folder: Path, *, distilled: bool = False, seed: int = 0) -> Path:
    """Write a model with the parts of Flux.2 klein."""
    torch.manual_seed(seed)
    Flux2Transformer2DModel(
        in_channels=16,
        num_layers=1,
        num_single_layers=1,
        attention_head_dim=16,
        num_attention_heads=2,
        joint_attention_dim=3 * WIDTH,
        timestep_guidance_channels=16,
        axes_dims_rope=(4, 4, 4, 4),
        guidance_embeds=False,
    ).save_pretrained(folder / "transformer")
    AutoencoderKLFlux2(
        block_out_channels=(8, 8, 16, 16),
        latent_channels=4,
        norm_num_groups=4,
        sample_size=64,
    ).save_pretrained(folder / "vae")
    config = qwen3_config(layers=28)
    Qwen3ForCausalLM(config).save_pretrained(folder / "text_encoder")
    save_qwen_tokenizer(folder / "tokenizer")
    write_flow_scheduler(folder, use_dynamic_shifting=True)
    parts = {
        "transformer": ("diffusers", "Flux2Transformer2DModel"),
        "vae": ("diffusers", "AutoencoderKLFlux2"),
        "text_encoder": ("transformers", "Qwen3ForCausalLM"),
        "tokenizer": ("transformers", "Qwen2Tokenizer"),
        "scheduler": ("diffusers", "FlowMatchEulerDiscreteScheduler"),
    }
    write_index(folder, "Flux2KleinPipeline", parts)
    index = json.loads((folder / "model_index.json").read_text())
    (folder / "model_index.json").write_text(json.dumps({**index, "is_distilled": distilled}))
    return folder
