"""Encodes prompts with the text encoder of Stable Diffusion 1.x and 2.x."""

from __future__ import annotations

import torch

from studio.catalog.vocabulary import has_word_list
from studio.core.notices import Notice, notice
from studio.edit.request import EditRequest
from studio.engine.denoising import Conditioning
from studio.engine.families.stable_diffusion.loaded import LoadedStableDiffusion
from studio.engine.prompts import TextReader, encode_prompt, pad_states, read_prompt, split_prompt


def text_reader(loaded: LoadedStableDiffusion) -> TextReader:
    """Return the text encoder with its tokenizer and the added embeddings."""
    parts = loaded.networks
    device, skip = loaded.device.torch, loaded.clip_skip
    return TextReader(parts.text_encoder, parts.tokenizer, loaded.tokens, device, skip=skip)


def encode_text(loaded: LoadedStableDiffusion, text: str, notes: list[Notice]) -> torch.Tensor:
    """Return the states (1, n, width) of a prompt (``studio.engine.prompts.encode_prompt``)."""
    reader = text_reader(loaded)
    prompt = read_prompt(loaded.spec.path, loaded.tokens, text, notes)
    count = len(split_prompt(reader, prompt))
    if count > 1 and has_word_list(loaded.spec.path):
        notes.append(
            notice(
                "This model was trained on short prompts; the prompt is split into "
                "{count} chunks, which it may not combine well.",
                count=count,
            )
        )
    return encode_prompt(reader, prompt).states


def encode_pair(
    loaded: LoadedStableDiffusion, texts: tuple[str, str], guided: bool, notes: list[Notice]
) -> tuple[torch.Tensor, torch.Tensor | None]:
    """Return the states of a prompt and, if ``guided``, of the negative prompt.

    Both have the same length: empty chunks are appended to the shorter one.
    """
    positive = encode_text(loaded, texts[0], notes)
    if not guided:
        return positive, None
    negative = encode_text(loaded, texts[1], notes)
    longest = max(positive.shape[1], negative.shape[1])
    reader = text_reader(loaded)
    return pad_states(reader, positive, longest), pad_states(reader, negative, longest)


def encode_prompts(
    loaded: LoadedStableDiffusion, request: EditRequest, size: tuple[int, int], notes: list[Notice]
) -> tuple[Conditioning, Conditioning | None]:
    """Encode prompt and negative prompt; see ``latent_diffusion.job.Encode``."""
    texts = (request.prompt, request.negative_prompt)
    positive, negative = encode_pair(loaded, texts, request.sampling.cfg_scale > 1, notes)
    return Conditioning(positive), None if negative is None else Conditioning(negative)
