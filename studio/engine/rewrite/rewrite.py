"""Prompt-to-prompt editing: invert once, then sample caption and new prompt side by side."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import torch

from studio.catalog.ladder import Rung
from studio.core.progress import Progress
from studio.edit.inversions import fitting_inversion, wanted_key
from studio.edit.request import EditRequest, EditResult, Pixels
from studio.edit.rewrite import READING, Inversion
from studio.engine.latent_diffusion.model import UNetModel
from studio.engine.latent_diffusion.pictures import decode
from studio.engine.latent_diffusion.running import draw_seeds, memory_saving
from studio.engine.rewrite.inversion import Predict, ddim_inversion, guide, null_text
from studio.engine.rewrite.job import (
    RewriteJob,
    attention_control,
    mask_of,
    prepare,
    psnr,
    request_notes,
)
from studio.engine.rewrite.processors import control_attention
from studio.engine.rewrite.prompt_to_prompt import BLEND_FROM, AttentionControl, local_mask
from studio.engine.scaling import resize
from studio.engine.steps import Denoiser, StepContext, StepHook, UNetCall

COST = {"null_text": 16, "negative_prompt": 1, "ddim": 1}
"""Approximate UNet calls per step of an inversion; painting takes four."""


@dataclass(frozen=True, slots=True, eq=False)
class _Start:
    """The initial noise (1, 4, h, w) of a picture, and the embeddings for its steps.

    ``nulls`` (steps, tokens, width) replace the empty prompt; None if the plain one is used.
    """

    noise: torch.Tensor
    nulls: torch.Tensor | None


@dataclass(frozen=True, slots=True, eq=False)
class _Painted:
    """The latents of the old and of the new text, and the map of where the changed words act."""

    source: torch.Tensor
    target: torch.Tensor
    seen: torch.Tensor | None


def rewrite(
    loaded: UNetModel,
    request: EditRequest,
    progress: Progress,
    rung: Rung,
    hooks: Sequence[StepHook] = (),
) -> EditResult:
    """Return the picture with the request's prompt in place of its caption.

    Guidance leads away from the empty prompt: ``negative_prompt`` is ignored. Sampling is always
    deterministic DDIM, so there is one result. Controls and references act only on the new prompt.
    ``Cancelled`` is raised within one step.
    """
    clock: dict[str, float] = {}
    notes = [*([rung.note] if rung.note else []), *request_notes(request)]
    saving = memory_saving(loaded.networks, rung, loaded.device)
    with saving, _checkpointing(loaded, rung), torch.no_grad():
        with _timed(clock, "encode"):
            job = prepare(loaded, request, progress, notes)
        known = fitting_inversion(request, loaded.spec)
        start = None if known is None else _stored(job, known)
        share = 0.0
        with _timed(clock, "invert"):
            if start is None:
                known = None
                share = COST[job.use.method] / (COST[job.use.method] + 4)
                start = _invert(loaded, job, hooks, progress.sub(0.0, share))
        with _timed(clock, "denoise"):
            rest = progress.sub(share, 1 - share)
            painted = _paint(loaded, job, start, hooks, rest)
        with _timed(clock, "decode"):
            progress.report(1.0, "Finishing the picture")
            picture = decode(loaded, painted.target)
            progress.check()
            made = known or _measured(loaded, request, job, start, painted.source)
            small = resize(picture, *reversed(painted.target.shape[-2:]))
            progress.report(1.0, "Finishing the picture", small[None])
    return EditResult(
        request=request,
        images=(resize(picture, request.region.width, request.region.height),),
        seeds=draw_seeds(request.sampling)[:1],
        timings=clock,
        notes=tuple(notes),
        masks=mask_of(request, painted.seen),
        inversion=made,
    )


class _Network:
    """The UNet with its hooks at the steps of a job; checks for ``Cancelled`` before each call."""

    def __init__(
        self,
        loaded: UNetModel,
        job: RewriteJob,
        hooks: Sequence[StepHook],
        progress: Progress,
    ) -> None:
        self._job = job
        self._denoiser = Denoiser(loaded.networks.unet, hooks, progress)

    def __call__(
        self, latents: torch.Tensor, index: int, text: torch.Tensor, *, plain: bool = True
    ) -> torch.Tensor:
        """Return the prediction (n, 4, h, w) of step ``index``; the last row has the prompt."""
        step = self._job.steps[index]
        rows = tuple(row + 1 == len(text) for row in range(len(text)))
        context = StepContext(index, len(self._job.steps), step.time, step.sigma, rows, plain)
        return self._denoiser(UNetCall(context, latents, step.time, text))


def _invert(
    loaded: UNetModel, job: RewriteJob, hooks: Sequence[StepHook], progress: Progress
) -> _Start:
    """Return the start of a picture; controls and references are not applied."""
    count = len(job.steps)
    learns = job.use.method == "null_text" and job.cfg_scale > 1
    walk = 1 / COST["null_text"] if learns else 1.0
    predict: Predict = _Network(loaded, job, hooks, progress)

    def walked(done: int, clean: torch.Tensor) -> None:
        part = walk * done / count
        progress.report(part, "Inverting the picture", _preview(loaded, clean), READING)

    def learned(done: int, clean: torch.Tensor) -> None:
        part = walk + (1 - walk) * done / count
        progress.report(part, "Optimising the empty prompt", _preview(loaded, clean), READING)

    progress.report(0.0, "Inverting the picture")
    track = ddim_inversion(predict, job.steps, job.latents, job.source, walked)
    if not learns:
        return _Start(track[0], None)
    progress.report(walk, "Optimising the empty prompt")
    nulls = null_text(predict, job.steps, track, job.source, job.empty, job.cfg_scale, learned)
    return _Start(track[0], nulls)


def _stored(job: RewriteJob, known: Inversion) -> _Start | None:
    """Return the start stored in an inversion, None if its shape does not fit this model."""
    noise = torch.from_numpy(known.latents)[None].to(job.latents)
    learns = job.use.method == "null_text" and job.cfg_scale > 1
    if noise.shape != job.latents.shape or learns != (known.nulls is not None):
        return None
    if known.nulls is None:
        return _Start(noise, None)
    nulls = torch.from_numpy(known.nulls).to(job.empty)
    fits = nulls.shape == (len(job.steps), *job.empty.shape[1:]) and bool(nulls.isfinite().all())
    return _Start(noise, nulls) if fits else None


def _paint(
    loaded: UNetModel,
    job: RewriteJob,
    start: _Start,
    hooks: Sequence[StepHook],
    progress: Progress,
) -> _Painted:
    """Sample caption and new prompt step by step, the latter under the former's attention."""
    network = _Network(loaded, job, hooks, progress)
    control = attention_control(loaded, job)
    source = target = start.noise
    count = len(job.steps)
    progress.report(0.0, "Painting")
    with control_attention(loaded.networks.unet, control):
        for number, step in enumerate(job.steps):
            null = job.empty if start.nulls is None else start.nulls[number : number + 1]
            null = job.source if job.use.method == "negative_prompt" else null
            control.begin(number, is_source=True)
            old = _guided(network, job, source, number, (null, job.source), plain=True)
            new = old
            if job.changes:
                control.begin(number, is_source=False)
                texts = (_away_from(job, null), job.target)
                new = _guided(network, job, target, number, texts, plain=False)
            clean = step.clean(target, new)
            source, target = step.down(source, old), step.down(target, new)
            if job.changes:
                target = _blended(job, control, number, source, target)
            progress.report((number + 1) / count, "Painting", _preview(loaded, clean))
    seen = control.map() if job.use.local and job.changes else None
    return _Painted(source, target, seen)


def _guided(
    network: _Network,
    job: RewriteJob,
    latents: torch.Tensor,
    index: int,
    texts: tuple[torch.Tensor, torch.Tensor],
    *,
    plain: bool,
) -> torch.Tensor:
    """Return the prediction (1, 4, h, w) for the second of ``texts``, guided away from the first.

    ``plain``: without controls and references.
    """
    null, text = texts
    if job.cfg_scale <= 1 or null is text:
        return network(latents, index, text, plain=plain)
    both = network(torch.cat([latents] * 2), index, torch.cat([null, text]), plain=plain)
    without, with_text = both.chunk(2)
    return guide(without, with_text, job.cfg_scale)


def _away_from(job: RewriteJob, null: torch.Tensor) -> torch.Tensor:
    """Return the embedding from which the new text is guided away; ``null`` is the old text's.

    The embedding that inversion substitutes for the empty prompt nearly describes the picture. If
    a word of it is replaced, guidance away from it exaggerates the new one: with the starter, half
    as many of the new objects were recognisable. The plain empty prompt is used in that case if
    the local mask preserves the rest; Mokady et al. 2022 use the learned one everywhere.
    """
    return job.empty if job.swaps and job.use.local else null


def _blended(
    job: RewriteJob,
    control: AttentionControl,
    number: int,
    source: torch.Tensor,
    target: torch.Tensor,
) -> torch.Tensor:
    """Return ``target`` where the changed words act inside the request's mask, else ``source``."""
    allowed = job.allowed
    if job.use.local and number + 1 > BLEND_FROM * len(job.steps):
        seen = control.map()
        if seen is not None:
            allowed = allowed * local_mask(seen, job.use.threshold).to(allowed)
    return torch.where(allowed > 0, target, source)


def _measured(
    loaded: UNetModel,
    request: EditRequest,
    job: RewriteJob,
    start: _Start,
    source: torch.Tensor,
) -> Inversion:
    """Return the inversion to store, with the PSNR of the reconstruction from the old text."""
    nulls = None if start.nulls is None else start.nulls.float().cpu().numpy()
    return Inversion(
        key=wanted_key(request, loaded.spec),
        method=job.use.method,
        steps=len(job.steps),
        cfg_scale=job.cfg_scale,
        latents=start.noise[0].float().cpu().numpy(),
        nulls=nulls,
        psnr=psnr(decode(loaded, source), job.picture),
        ceiling=psnr(decode(loaded, job.latents), job.picture),
    )


def _preview(loaded: UNetModel, clean: torch.Tensor) -> Pixels:
    return loaded.preview.image(clean)[None]


@contextmanager
def _checkpointing(loaded: UNetModel, rung: Rung) -> Iterator[None]:
    """If memory is short, recompute activations instead of keeping them for gradients."""
    unet = loaded.networks.unet
    if not rung.tiled:
        yield
        return
    unet.enable_gradient_checkpointing()
    try:
        yield
    finally:
        unet.disable_gradient_checkpointing()


@contextmanager
def _timed(clock: dict[str, float], name: str) -> Iterator[None]:
    begun = time.perf_counter()
    try:
        yield
    finally:
        clock[name] = time.perf_counter() - begun
