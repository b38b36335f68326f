"""The starter's text encoder, as the small systems were trained with it."""

from __future__ import annotations

from typing import Any, NamedTuple

import torch
from torch import Tensor


class Encoded(NamedTuple):
    """Prompts: ``states`` (n, tokens, width), ``pooled`` (n, width), the states of the first
    end-of-text tokens, and ``lengths`` (n,), the numbers of tokens up to these."""

    states: Tensor
    pooled: Tensor
    lengths: Tensor


def encode_prompts(tokenizer: Any, text_encoder: Any, prompts: list[str], tokens: int) -> Encoded:
    """Return encoded prompts, cut at ``tokens``; "" is one like any other."""
    batch = tokenizer(
        prompts, padding="max_length", truncation=True, max_length=tokens, return_tensors="pt"
    )
    ids = batch.input_ids.to(text_encoder.device)
    states = text_encoder(input_ids=ids).last_hidden_state
    ends = (ids == tokenizer.eos_token_id).int().argmax(1)
    pooled = states[torch.arange(len(prompts), device=ids.device), ends]
    return Encoded(states, pooled, ends + 1)
