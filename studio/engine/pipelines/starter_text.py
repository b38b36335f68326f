"""The starter's text encoder, as the small systems were trained with it."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor


def encode_prompts(
    tokenizer: Any, text_encoder: Any, prompts: list[str], tokens: int
) -> tuple[Tensor, Tensor]:
    """Return states (n, tokens, width) and pooled states (n, width), those of the first
    end-of-text token. Prompts are cut at ``tokens``; "" is one like any other."""
    batch = tokenizer(
        prompts, padding="max_length", truncation=True, max_length=tokens, return_tensors="pt"
    )
    ids = batch.input_ids.to(text_encoder.device)
    states = text_encoder(input_ids=ids).last_hidden_state
    ends = (ids == tokenizer.eos_token_id).int().argmax(1)
    return states, states[torch.arange(len(prompts), device=ids.device), ends]
