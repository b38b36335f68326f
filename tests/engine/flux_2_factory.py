"""A tiny Flux.2 dev with random weights of the stock classes in diffusers layout."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import torch
from diffusers import Flux2Transformer2DModel
from qwen_factory import build_klein, save_qwen_tokenizer
from transformers import (
    AutoTokenizer,
    Mistral3Config,
    Mistral3ForConditionalGeneration,
    MistralConfig,
    PixtralImageProcessor,
    PixtralProcessor,
    PixtralVisionConfig,
)

TEMPLATE = (
    "{% for message in messages %}{{ message['role'] }}: "
    "{% for part in message['content'] %}{{ part['text'] }}{% endfor %} {% endfor %}"
)
IMAGE_MARKS = ["[IMG]", "[IMG_BREAK]", "[IMG_END]"]
WIDTH = 16


def build_flux_2_dev(folder: Path, *, seed: int = 0) -> Path:
    """Write a model with the parts of Flux.2 dev, whose prompts a Mistral 3 reads."""
    torch.manual_seed(seed)
    build_klein(folder, seed=seed)
    for part in ("text_encoder", "tokenizer", "transformer"):
        shutil.rmtree(folder / part)
    Flux2Transformer2DModel(
        in_channels=16,
        num_layers=1,
        num_single_layers=1,
        attention_head_dim=16,
        num_attention_heads=2,
        joint_attention_dim=3 * WIDTH,
        timestep_guidance_channels=16,
        axes_dims_rope=(4, 4, 4, 4),
        guidance_embeds=True,
    ).save_pretrained(folder / "transformer")
    save_qwen_tokenizer(folder / "tokenizer")
    tokenizer = AutoTokenizer.from_pretrained(folder / "tokenizer", local_files_only=True)
    tokenizer.add_special_tokens({"additional_special_tokens": IMAGE_MARKS})
    processor = PixtralProcessor(
        PixtralImageProcessor(), tokenizer, patch_size=14, chat_template=TEMPLATE
    )
    processor.save_pretrained(folder / "tokenizer")
    text = MistralConfig(
        vocab_size=len(tokenizer) + 8,
        hidden_size=WIDTH,
        intermediate_size=32,
        # The pipeline takes the states after 10, 20 and 30 layers.
        num_hidden_layers=30,
        num_attention_heads=2,
        num_key_value_heads=1,
        head_dim=8,
        pad_token_id=0,
    )
    vision = PixtralVisionConfig(
        hidden_size=16,
        intermediate_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        image_size=28,
        patch_size=14,
        head_dim=8,
    )
    config = Mistral3Config(text_config=text.to_dict(), vision_config=vision.to_dict())
    Mistral3ForConditionalGeneration(config).save_pretrained(folder / "text_encoder")
    index = json.loads((folder / "model_index.json").read_text())
    index |= {
        "_class_name": "Flux2Pipeline",
        "text_encoder": ["transformers", "Mistral3ForConditionalGeneration"],
        "tokenizer": ["transformers", "PixtralProcessor"],
    }
    (folder / "model_index.json").write_text(json.dumps(index))
    return folder
