"""Writes small CLIPs with random weights."""

from pathlib import Path
from typing import Any

import torch
from transformers import (
    CLIPConfig,
    CLIPModel,
    CLIPTextModelWithProjection,
    CLIPTokenizer,
    CLIPVisionModelWithProjection,
)

from studio.catalog.clip import PICTURES, TEXTS
from studio.catalog.model_spec import STARTER, model_folder
from studio.engine.clip.networks import ClipPictures, ClipTexts


def house_folder(folder: Path) -> Path:
    """Write a CLIP of the house's own layout."""
    torch.manual_seed(0)
    ClipPictures(widths=(8, 16, 16, 16), layers=1, heads=2, dimension=24).save_pretrained(
        folder / PICTURES
    )
    ClipTexts(inner=16, dimension=24).save_pretrained(folder / TEXTS)
    return folder


def public_folder(folder: Path, is_pair: bool = False) -> Path:
    """Write a CLIPModel with the starter's vocabulary, or its two towers in folders."""
    torch.manual_seed(0)
    tokenizer: Any = CLIPTokenizer.from_pretrained(model_folder(STARTER) / "tokenizer")
    shared = {"hidden_size": 32, "intermediate_size": 64, "num_attention_heads": 2}
    shared |= {"num_hidden_layers": 2, "projection_dim": 24}
    words = {"vocab_size": len(tokenizer), "eos_token_id": tokenizer.eos_token_id}
    config = CLIPConfig(
        text_config={**shared, **words, "bos_token_id": tokenizer.bos_token_id},
        vision_config={**shared, "image_size": 32, "patch_size": 8},
        projection_dim=24,
    )
    whole = CLIPModel(config)
    if not is_pair:
        whole.save_pretrained(folder)
        tokenizer.save_pretrained(folder)
        return folder
    vision = CLIPVisionModelWithProjection(config.vision_config)
    vision.load_state_dict(whole.state_dict(), strict=False)
    text = CLIPTextModelWithProjection(config.text_config)
    text.load_state_dict(whole.state_dict(), strict=False)
    vision.save_pretrained(folder / "image_encoder")
    text.save_pretrained(folder / "text_encoder")
    tokenizer.save_pretrained(folder / "tokenizer")
    return folder
