"""The conditioning of Stable Diffusion XL's UNet: prompts, sizes and the crop."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch

from studio.catalog.families.stable_diffusion_xl import POSITIVE, SIZE_SETTINGS, xl_facts
from studio.catalog.settings import Value, all_values
from studio.core.notices import Notice
from studio.edit.request import EditRequest
from studio.engine.denoising import Conditioning
from studio.engine.families.stable_diffusion_xl.loaded import LoadedXL
from studio.engine.prompts import encode_prompt, pad_states, read_prompt


@dataclass(frozen=True, slots=True, eq=False)
class XLPrompt:
    """An encoded prompt: ``states`` (n, tokens, width) of both text encoders, joined along the
    width, and the pooled state (n, pooled width) of the second."""

    states: torch.Tensor
    pooled: torch.Tensor


def encode_text(loaded: LoadedXL, text: str, notes: list[Notice]) -> XLPrompt:
    """Return the conditioning of one prompt; long prompts and weights as in ``engine.prompts``.

    The pooled state is that of the first chunk, without weights, as in compel.
    """
    prompt = read_prompt(loaded.spec.path, loaded.tokens, text, notes)
    first, second = (encode_prompt(reader, prompt) for reader in loaded.readers)
    longest = max(first.states.shape[1], second.states.shape[1])
    states = [
        pad_states(reader, part.states, longest)
        for reader, part in zip(loaded.readers, (first, second), strict=True)
    ]
    if second.pooled is None:
        raise TypeError("the second text encoder of SDXL has a projection")
    return XLPrompt(torch.cat(states, dim=-1), second.pooled)


def encode_pair(
    loaded: LoadedXL, texts: tuple[str, str], guided: bool, notes: list[Notice]
) -> tuple[XLPrompt, XLPrompt | None]:
    """Return a prompt and, if ``guided``, the negative prompt, of the same length.

    An empty negative prompt is all zeros if the model was trained that way.
    """
    positive = encode_text(loaded, texts[0], notes)
    if not guided:
        return positive, None
    if not texts[1].strip() and xl_facts(loaded.spec).zero_negative:
        zeros = torch.zeros_like
        return positive, XLPrompt(zeros(positive.states), zeros(positive.pooled))
    negative = encode_text(loaded, texts[1], notes)
    longest = max(positive.states.shape[1], negative.states.shape[1])
    return pad_prompt(loaded, positive, longest), pad_prompt(loaded, negative, longest)


def pad_prompt(loaded: LoadedXL, prompt: XLPrompt, length: int) -> XLPrompt:
    """Return a prompt padded with empty chunks to ``length`` states."""
    widths = [reader.encoder.config.hidden_size for reader in loaded.readers]
    parts = prompt.states.split(widths, dim=-1)
    states = [
        pad_states(reader, part, length) for reader, part in zip(loaded.readers, parts, strict=True)
    ]
    return XLPrompt(torch.cat(states, dim=-1), prompt.pooled)


def time_ids(
    extras: Mapping[str, Value], width: int, height: int, *, negative: bool = False
) -> tuple[int, ...]:
    """Return original height and width, crop top and left, target height and width, in pixels.

    ``extras`` are those of ``Sampling``; ``width`` and ``height`` are those of the painted picture,
    which replace a 0. For the negative prompt -1 means the value of the positive one.
    """
    said = {name: int(value) for name, value in all_values(extras, SIZE_SETTINGS).items()}
    found = {one.id: said[one.id] for one in POSITIVE}
    if negative:
        own = {one.id: said[f"negative_{one.id}"] for one in POSITIVE}
        found = {name: value if own[name] < 0 else own[name] for name, value in found.items()}
    return (
        found["original_height"] or height,
        found["original_width"] or width,
        found["crop_top"],
        found["crop_left"],
        found["target_height"] or height,
        found["target_width"] or width,
    )


def encode_prompts(
    loaded: LoadedXL, request: EditRequest, size: tuple[int, int], notes: list[Notice]
) -> tuple[Conditioning, Conditioning | None]:
    """Encode prompt and negative prompt with their sizes; see ``latent_diffusion.job.Encode``."""
    texts = (request.prompt, request.negative_prompt)
    positive, negative = encode_pair(loaded, texts, request.sampling.cfg_scale > 1, notes)
    extras = request.sampling.extras
    with_prompt = conditioning(positive, time_ids(extras, *size))
    if negative is None:
        return with_prompt, None
    return with_prompt, conditioning(negative, time_ids(extras, *size, negative=True))


def conditioning(prompt: XLPrompt, numbers: tuple[int, ...]) -> Conditioning:
    """Return a prompt with its ``time_ids``, equal for all of its rows."""
    ids = torch.tensor([numbers] * len(prompt.pooled)).to(prompt.pooled)
    return Conditioning(prompt.states, {"text_embeds": prompt.pooled, "time_ids": ids})


def encode_region_prompt(loaded: LoadedXL, prompt: str, notes: list[Notice]) -> Mapping[str, Any]:
    """Return the UNet's arguments for a region prompt; sizes and crop remain the picture's."""
    found = encode_text(loaded, prompt, notes)
    return {
        "encoder_hidden_states": found.states,
        "added_cond_kwargs": {"text_embeds": found.pooled},
    }
