"""Region prompts: MultiDiffusion (Bar-Tal et al. 2023, https://arxiv.org/abs/2302.08113)."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from studio.catalog.families.unet import unet_facts
from studio.core.notices import Notice
from studio.core.progress import Progress
from studio.edit.request import EditRequest, Pixels, RegionUse, Task
from studio.engine.latent_diffusion.model import UNetModel
from studio.engine.scaling import working_size
from studio.engine.steps import INTRABLOCK, Attachment, Predict, UNetCall

Shares = NDArray[np.float32]
M = TypeVar("M", bound=UNetModel)
Encoder = Callable[[M, str, list[Notice]], Mapping[str, Any]]
"""Takes a model and a prompt, and returns the UNet's keyword arguments: encoder_hidden_states
(1, n, width), and added_cond_kwargs if the family has them. Notices are appended to the list."""
OWN_VIEW = 0.6
"""Fraction of the steps in which a region prompt is predicted from its own crop, so that its object
takes shape entirely inside it; after that it is predicted from the whole picture, so that light and
background agree. With the starter, prompts for the two halves of a picture produced two half
objects if always predicted from the whole, and backgrounds of different colours if always predicted
from crops."""


@dataclass(frozen=True, slots=True, eq=False)
class _Place:
    """A region prompt prepared for the model: the UNet's arguments for it, its share of each latent
    cell, (1, 1, h, w) in 0..1, and the rows and columns of its crop."""

    texts: Mapping[str, Any]
    share: torch.Tensor
    rows: slice
    columns: slice


@contextmanager
def with_region_prompts(
    loaded: M, request: EditRequest, progress: Progress, encode: Encoder[M]
) -> Iterator[Attachment]:
    """Encode the region prompts of a request; yields the hook that mixes their predictions.

    ``encode`` returns the UNet's keyword arguments for a prompt, one row each. A region prompt
    without text, mask or weight is skipped, so it equals none; a rewrite has no region prompts.
    """
    uses = [use for use in request.regions if use.weight != 0 and use.prompt.strip()]
    uses = [use for use in uses if use.mask.any()]
    if not uses or request.task is Task.REWRITE:
        yield Attachment()
        return
    progress.report(0.0, "Reading the prompt")
    notes: list[Notice] = []
    with torch.no_grad():
        texts = [encode(loaded, use.prompt, notes) for use in uses]
    yield Attachment((_Hook(_places(loaded, request, uses, texts)),), tuple(notes))


def _places(
    loaded: UNetModel,
    request: EditRequest,
    uses: Sequence[RegionUse],
    texts: Sequence[Mapping[str, Any]],
) -> list[_Place]:
    spec, scale = loaded.spec, unet_facts(loaded.spec).vae_scale
    width, height = working_size(spec, request.region.width, request.region.height)
    size = width // scale, height // scale
    covers = [coverage(use.mask, *size) for use in uses]
    weighted = [use.weight * soft_edge(one) for use, one in zip(uses, covers, strict=True)]
    # Overlapping regions share their cells; the rest belongs to the request's prompt.
    total = np.maximum(np.sum(weighted, axis=0), 1.0)
    grain = 2 ** int(getattr(loaded.networks.unet, "num_upsamplers", 0))
    least = spec.native_size // 2 // scale
    # Residuals of a control can be cropped only along the coarsest level's grid.
    aligned = any(use.strength != 0 for use in request.controls)
    places = []
    for text, cover, share in zip(texts, covers, weighted, strict=True):
        inside = cover >= cover.max() / 2
        rows = view(inside.any(axis=1), least, grain, aligned)
        columns = view(inside.any(axis=0), least, grain, aligned)
        where = torch.from_numpy(share / total)[None, None]
        where = where.to(loaded.device.torch, loaded.device.dtype)
        places.append(_Place(text, where, rows, columns))
    return places


def coverage(mask: Pixels, width: int, height: int) -> Shares:
    """Return the share of each latent cell that a mask (h, w) uint8 covers, (height, width)."""
    part = mask.astype(np.float32) / 255
    shrinks = width < mask.shape[1] or height < mask.shape[0]
    method = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(part, (width, height), interpolation=method), np.float32)


def soft_edge(cover: Shares) -> Shares:
    """Return a coverage (h, w) that fades out over one more cell and is never reduced."""
    kernel = np.array((0.25, 0.5, 0.25), np.float32)
    faded = cv2.sepFilter2D(cover, -1, kernel, kernel, borderType=cv2.BORDER_REPLICATE)
    return np.maximum(cover, faded)


def view(filled: NDArray[np.bool_], least: int, grain: int, aligned: bool) -> slice:
    """Return the extent along one axis of the crop for a region with ``filled`` cells, (n,) bool.

    At least ``least`` cells, a multiple of ``grain`` if the picture is large enough, centred on the
    filled ones; ``aligned`` crops also begin at a multiple of ``grain``.
    """
    length, found = len(filled), np.flatnonzero(filled)
    start, stop = int(found[0]), int(found[-1]) + 1
    size = min(length, math.ceil(max(stop - start, least) / grain) * grain)
    first = min(max((start + stop - size) // 2, 0), length - size)
    last = first + size
    if aligned:
        first = first // grain * grain
        last = min(length, math.ceil(last / grain) * grain)
    return slice(first, last)


class _Hook:
    """Mixes the prediction of the UNet with its predictions for the region prompts."""

    def __init__(self, places: Sequence[_Place]) -> None:
        self.places = places

    def __call__(self, call: UNetCall, predict: Predict) -> torch.Tensor:
        """Return the mixed prediction; see ``StepHook``."""
        output = predict(call)
        if call.step.plain or not any(call.step.conditional):
            return output
        in_crops = call.step.index < OWN_VIEW * call.step.total
        # Only the conditional rows change: a negative prompt applies to the whole picture.
        rows, asked = call.conditional_rows, call.only_conditional()
        whole = mixed = output[rows]
        for place in self.places:
            region = _with_prompt(asked, place.texts)
            if in_crops:
                part = predict(_cut(region, place.rows, place.columns))
                found = whole.clone()
                found[:, :, place.rows, place.columns] = part
            else:
                found = predict(region)
            mixed = mixed + place.share * (found - whole)
        return torch.cat([output[: rows.start], mixed, output[rows.stop :]])


def _with_prompt(call: UNetCall, texts: Mapping[str, Any]) -> UNetCall:
    """Return a call of one row with another prompt; added conditions are merged."""
    added = texts.get("added_cond_kwargs") or {}
    return replace(call.with_added(**added) if added else call, text=texts["encoder_hidden_states"])


def _cut(call: UNetCall, rows: slice, columns: slice) -> UNetCall:
    """Return a call for a part of the picture: cropped latents, residuals and reference masks."""
    height, width = call.latents.shape[-2:]

    def cut(part: torch.Tensor) -> torch.Tensor:
        high, wide = part.shape[-2:]
        return part[..., _scaled(rows, height, high), _scaled(columns, width, wide)]

    options = dict(call.options)
    names = ("down_block_additional_residuals", "mid_block_additional_residual", INTRABLOCK)
    for name in names:
        if options.get(name) is not None:
            options[name] = _each(options[name], cut)
    across = options.get("cross_attention_kwargs") or {}
    if "ip_adapter_masks" in across:
        masks = [cut(mask) for mask in across["ip_adapter_masks"]]
        options["cross_attention_kwargs"] = {**across, "ip_adapter_masks": masks}
    return replace(call, latents=call.latents[:, :, rows, columns], options=options)


def _each(value: Any, change: Any) -> Any:
    return tuple(map(change, value)) if isinstance(value, (tuple, list)) else change(value)


def _scaled(part: slice, length: int, other: int) -> slice:
    """Map a slice of ``length`` cells to a grid of ``other``, a power of two finer or coarser."""
    if other >= length:
        factor = other // length
        return slice(part.start * factor, part.stop * factor)
    halvings = 1
    while -(-length >> halvings) > other:
        halvings += 1
    return slice(part.start >> halvings, -(-part.stop >> halvings))
