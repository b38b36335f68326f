"""Image embeddings as something to mix: spherical interpolation, and moves by a change of words.

The image manipulations of DALL-E 2 (Ramesh et al. 2022, https://arxiv.org/abs/2204.06125,
section 3).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

from studio.catalog.families.prior import OLD_WORDS, WORD_SHARE
from studio.catalog.references import BLEND
from studio.catalog.settings import Setting
from studio.core.notices import Notice, notice
from studio.edit.request import EditRequest, Pixels, Task

NEARLY_PARALLEL = 1e-4
"""Sine of the angle below which vectors are mixed linearly."""


def slerp(begin: Tensor, end: Tensor, share: float) -> Tensor:
    """Return vectors (n, width) on the arc from ``begin`` (share 0) to ``end`` (share 1).

    Lengths are interpolated too. Opposite vectors, between which there is no one arc, are mixed
    linearly.
    """
    first, second = begin.float(), end.float()
    lengths = [one.norm(dim=-1, keepdim=True).clamp(min=1e-8) for one in (first, second)]
    one, other = first / lengths[0], second / lengths[1]
    angle = torch.acos((one * other).sum(-1, keepdim=True).clamp(-1, 1))
    sine = torch.sin(angle)
    safe = sine.clamp(min=NEARLY_PARALLEL)
    arc = (torch.sin((1 - share) * angle) * one + torch.sin(share * angle) * other) / safe
    line = (1 - share) * one + share * other
    direction = torch.where(sine < NEARLY_PARALLEL, line, arc)
    mixed = direction * ((1 - share) * lengths[0] + share * lengths[1])
    same: Tensor = mixed.to(begin.dtype)
    return same


def moved_by_words(embeds: Tensor, new: Tensor, old: Tensor, share: float) -> Tensor:
    """Return image embeddings (n, width) moved along the difference of two texts' embeddings.

    ``new`` and ``old`` (n, width) are CLIP's, of any length; equal ones move nothing.
    """
    difference = F.normalize(new.float(), dim=-1) - F.normalize(old.float(), dim=-1)
    if float(difference.abs().max()) < 1e-6:
        return embeds
    length = embeds.float().norm(dim=-1, keepdim=True)
    return slerp(embeds, F.normalize(difference, dim=-1) * length, share).to(embeds.dtype)


def blend_pictures(request: EditRequest) -> list[tuple[Pixels, float]]:
    """Return the references to blend with, (h, w, 3) uint8, and how far each pulls, 0..1.

    A weight of 1 is halfway, 2 the reference alone.
    """
    return [
        (use.image, min(1.0, use.weight / 2))
        for use in request.references
        if use.mode == BLEND and use.weight > 0
    ]


def blended(embeds: Tensor, others: Iterable[tuple[Tensor, float]]) -> Tensor:
    """Return embeddings (1, width) pulled towards others in turn, each by its share."""
    for other, share in others:
        embeds = slerp(embeds, other.to(embeds.dtype), share)
    return embeds


Change = Callable[[Tensor], Tensor]
"""Takes an image embedding (1, width) of a pipeline and returns another."""


def change_of(
    request: EditRequest, see: Callable[[Image.Image], Tensor], read: Callable[[str], Tensor] | None
) -> Change | None:
    """Return what a request does to the image embedding of its picture or prior, None for nothing.

    ``see`` returns the embedding (1, width) of a picture, ``read`` that of a text in the same
    space; without ``read`` a prompt moves nothing.
    """
    pictures = blend_pictures(request)
    prompt = request.prompt.strip() if request.task is Task.VARY else ""
    if not pictures and (not prompt or read is None):
        return None
    given = request.sampling.extras
    share = float(given.get(WORD_SHARE.id, WORD_SHARE.default))
    old = str(given.get(OLD_WORDS.id, OLD_WORDS.default))

    def changed(embeds: Tensor) -> Tensor:
        if prompt and read is not None:
            embeds = moved_by_words(embeds, read(prompt), read(old), share)
        return blended(embeds, [(see(Image.fromarray(one)), part) for one, part in pictures])

    return changed


def read_embedding(encoder: Any, processor: Any, picture: Image.Image) -> Tensor:
    """Return the image embedding (1, width) that a CLIP of transformers gives a picture."""
    pixels = processor(images=picture.convert("RGB"), return_tensors="pt").pixel_values
    embeds: Tensor = encoder(pixels.to(encoder.device, encoder.dtype)).image_embeds
    return embeds


def idle_notes(request: EditRequest, of_variations: Sequence[Setting]) -> list[Notice]:
    """Return notices about settings of a prior, or of variations, that rest in a task."""
    given = request.sampling.extras

    def changed(settings: Sequence[Setting]) -> bool:
        return any(given.get(one.id, one.default) != one.default for one in settings)

    if request.task is not Task.VARY:
        if changed(of_variations):
            return [notice("The settings for Vary have no effect on a new picture.")]
        return []
    found = []
    if any(name.startswith(("prior_", "idea_")) for name in given):
        found.append(notice("Variations need no prior, so its settings have no effect."))
    words = [one for one in of_variations if one in (OLD_WORDS, WORD_SHARE)]
    if changed(words) and not request.prompt.strip():
        found.append(notice("Without a prompt there is no change of words to follow."))
    return found
