"""Words for places: MultiDiffusion (Bar-Tal et al. 2023, https://arxiv.org/abs/2302.08113)."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
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
from studio.engine.latent_diffusion.strength import steps_of
from studio.engine.scaling import working_size

Shares = NDArray[np.float32]
M = TypeVar("M", bound=UNetModel)
Encoder = Callable[[M, str, list[Notice]], Mapping[str, Any]]
"""From a model and a prompt to the UNet's keyword arguments: encoder_hidden_states (1, n, width),
and added_cond_kwargs if the family has them. Notices are added to the list."""
OWN_VIEW = 0.6
"""Part of the steps in which a region is looked at alone, so that its thing takes shape as a whole
inside it; after that the whole picture is looked at, so that light and ground agree. With the
starter, words for the halves of a picture that were always looked at as a whole met as two halves
of things; alone to the end, they stood on grounds of different colours."""


@dataclass(frozen=True, slots=True, eq=False)
class _Place:
    """A region in the model's terms: the UNet's arguments for its prompt, where it counts,
    (1, 1, h, w) in 0..1 of latent cells, and the rows and columns that are cut out while the
    region is predicted alone."""

    texts: Mapping[str, Any]
    share: torch.Tensor
    rows: slice
    columns: slice


@contextmanager
def regional(
    loaded: M, request: EditRequest, progress: Progress, encode: Encoder[M]
) -> Iterator[tuple[Notice, ...]]:
    """Mix the predictions for region prompts into every call of the UNet; yields notices.

    ``encode`` returns the UNet's keyword arguments for a prompt, one row each. A region without
    prompt, place or weight is left out, so that it equals none; a prompt-to-prompt edit has none.
    On exit nothing is left.
    """
    uses = [use for use in request.regions if use.weight != 0 and use.prompt.strip()]
    uses = [use for use in uses if use.mask.any()]
    if not uses or request.task is Task.REWRITE:
        yield ()
        return
    progress.report(0.0, "Reading the prompt")
    notes: list[Notice] = []
    with torch.no_grad():
        texts = [encode(loaded, use.prompt, notes) for use in uses]
    hook = _Hook(_places(loaded, request, uses, texts), request, progress)
    handle = loaded.networks.unet.register_forward_hook(hook, with_kwargs=True)
    try:
        yield tuple(notes)
    finally:
        handle.remove()


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
    # Where several overlap they share the place; what is left belongs to the request's prompt.
    total = np.maximum(np.sum(weighted, axis=0), 1.0)
    grain = 2 ** int(getattr(loaded.networks.unet, "num_upsamplers", 0))
    least = spec.native_size // 2 // scale
    # Residuals of a control fit a part of the picture only along the coarsest level's grid.
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
    """Return how much of each latent cell a mask (h, w) uint8 covers, (height, width) in 0..1."""
    part = mask.astype(np.float32) / 255
    shrinks = width < mask.shape[1] or height < mask.shape[0]
    method = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(part, (width, height), interpolation=method), np.float32)


def soft_edge(cover: Shares) -> Shares:
    """Return a coverage (h, w) that fades out over one more cell; none of it is taken away."""
    kernel = np.array((0.25, 0.5, 0.25), np.float32)
    faded = cv2.sepFilter2D(cover, -1, kernel, kernel, borderType=cv2.BORDER_REPLICATE)
    return np.maximum(cover, faded)


def view(filled: NDArray[np.bool_], least: int, grain: int, aligned: bool) -> slice:
    """Return the cells of one axis that are looked at for those that are ``filled``, (n,) bool.

    At least ``least``, a multiple of ``grain`` where the picture has as many, around the middle of
    what is filled; ``aligned`` begins at a multiple of ``grain``, too.
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
    """Runs after each call of the UNet and mixes what it foresees with what the regions' words
    make it foresee."""

    def __init__(self, places: Sequence[_Place], request: EditRequest, progress: Progress) -> None:
        self.places = places
        self.progress = progress
        self.steps = max(1, steps_of(request))
        self.guided = request.sampling.cfg_scale > 1
        self.calls = 0

    def __call__(self, module: Any, args: Any, kwargs: Any, output: Any) -> Any:
        alone = self.calls % self.steps < OWN_VIEW * self.steps
        self.calls += 1
        # Only the half with the prompt differs: what guidance leads away from has no place.
        halves = output[0].chunk(2) if self.guided else (output[0],)
        mixed = halves[-1]
        given, options = (args, kwargs) if not self.guided else _second(args, kwargs)
        whole = mixed
        for place in self.places:
            self.progress.check()
            latents = given[0]
            if alone:
                found = self._part(module, place, given, options, whole)
            else:
                words = _with_prompt(options, place.texts)
                # The module's own forward: a call would come back to the hooks.
                found = module.forward(latents, *given[1:], **words)[0]
            mixed = mixed + place.share * (found - whole)
        return (torch.cat([*halves[:-1], mixed]), *output[1:])

    def _part(
        self, module: Any, place: _Place, args: Any, kwargs: Any, whole: torch.Tensor
    ) -> torch.Tensor:
        """Return what is foreseen for a region that is looked at alone, in the whole's place."""
        rows, columns = place.rows, place.columns
        latents = args[0]
        words = _with_prompt(_cut(kwargs, latents, rows, columns), place.texts)
        part = module.forward(latents[:, :, rows, columns], *args[1:], **words)[0]
        found = whole.clone()
        found[:, :, rows, columns] = part
        return found


def _with_prompt(kwargs: Mapping[str, Any], texts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments of the UNet with those of another prompt; conditions are merged."""
    options = {**kwargs, **texts}
    if "added_cond_kwargs" in texts:
        given = kwargs.get("added_cond_kwargs") or {}
        options["added_cond_kwargs"] = {**given, **texts["added_cond_kwargs"]}
    return options


def _second(args: Any, kwargs: Mapping[str, Any]) -> tuple[Any, dict[str, Any]]:
    """Return the arguments of the half with the prompt alone."""
    options = dict(kwargs)
    for name in ("down_block_additional_residuals", "mid_block_additional_residual"):
        if options.get(name) is not None:
            options[name] = _each(options[name], lambda part: part.chunk(2)[1])
    added = options.get("added_cond_kwargs") or {}
    if "image_embeds" in added:
        images = [image.chunk(2)[1] for image in added["image_embeds"]]
        options["added_cond_kwargs"] = {**added, "image_embeds": images}
    return (args[0].chunk(2)[1], *args[1:]), options


def _cut(
    kwargs: Mapping[str, Any], latents: torch.Tensor, rows: slice, columns: slice
) -> dict[str, Any]:
    """Return the arguments for a part of the picture: residuals and masks of references cut."""
    height, width = latents.shape[-2:]

    def cut(part: torch.Tensor) -> torch.Tensor:
        high, wide = part.shape[-2:]
        return part[..., _scaled(rows, height, high), _scaled(columns, width, wide)]

    options = dict(kwargs)
    for name in ("down_block_additional_residuals", "mid_block_additional_residual"):
        if options.get(name) is not None:
            options[name] = _each(options[name], cut)
    across = options.get("cross_attention_kwargs") or {}
    if "ip_adapter_masks" in across:
        masks = [cut(mask) for mask in across["ip_adapter_masks"]]
        options["cross_attention_kwargs"] = {**across, "ip_adapter_masks": masks}
    return options


def _each(value: Any, change: Any) -> Any:
    return tuple(map(change, value)) if isinstance(value, (tuple, list)) else change(value)


def _scaled(part: slice, length: int, other: int) -> slice:
    """Return a part of ``length`` cells on a grid of ``other``, a power of two finer or coarser."""
    if other >= length:
        factor = other // length
        return slice(part.start * factor, part.stop * factor)
    halvings = 1
    while -(-length >> halvings) > other:
        halvings += 1
    return slice(part.start >> halvings, -(-part.stop >> halvings))
