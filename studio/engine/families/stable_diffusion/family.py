"""Stable Diffusion 1.x (and 2.x) by diffusers' own pipelines."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch

from studio.catalog.controls import find_control
from studio.catalog.models import ModelSpec
from studio.catalog.references import find_reference
from studio.catalog.samplers import SAMPLERS, SCHEDULES, usable_schedule
from studio.catalog.tokens import TokenCounter
from studio.core.notices import Notice, notice
from studio.core.progress import Progress
from studio.edit.request import EditRequest, EditResult, Pixels, Sampling, Task
from studio.engine.device import Device
from studio.engine.families.base import Rung
from studio.engine.families.stable_diffusion.job import Job, decode, denoise, prepare
from studio.engine.families.stable_diffusion.loaded import LoadedStableDiffusion
from studio.engine.loading import Networks, load_networks
from studio.engine.preview import LatentPreview
from studio.engine.scaling import resize, working_size

DRAWN_SEEDS = 2**32
"""Random seeds are smaller, as in other tools, so that they can be read and typed."""


def load(spec: ModelSpec, device: Device, progress: Progress) -> LoadedStableDiffusion:
    """Read the weights of ``spec``; StudioError names a bad file."""
    tokens = TokenCounter.load(spec.path)
    networks = load_networks(spec, device, progress)
    return LoadedStableDiffusion(spec, device, networks, LatentPreview.of(spec.path), tokens)


def run(
    loaded: LoadedStableDiffusion, request: EditRequest, progress: Progress, rung: Rung
) -> EditResult:
    """Make the variations one after the other; ``Cancelled`` within one step of being asked.

    The fraction counts one unit a step, one for encoding and one for each decoded picture, which
    is about what they take. Previews are (variations so far, h, w, 3), one pixel a latent.
    """
    sampling = request.sampling
    seeds = draw_seeds(sampling)
    clock = _Clock()
    notes: list[Notice] = [rung.note] if rung.note else []
    notes += schedule_notes(sampling)
    images: list[Pixels] = []
    shown: list[Pixels] = []
    with memory_saving(loaded.networks, rung), torch.no_grad():
        with clock.part("encode"):
            job = prepare(loaded, request, progress, notes)
        steps = job.steps
        total = 1 + len(seeds) * (steps + 1)
        for index, seed in enumerate(seeds):
            begun = 1 + index * (steps + 1)

            def on_step(
                step: int, clean: torch.Tensor, begun: int = begun, before: list[Pixels] = shown
            ) -> None:
                picture = loaded.preview.image(clean)
                frames = stack([*before, picture])
                progress.report((begun + step) / total, "Painting", frames)

            with clock.part("denoise"):
                latents = denoise(loaded, job, seed, on_step, progress)
            progress.report((begun + steps) / total, "Finishing the picture")
            with clock.part("decode"):
                image = decode(loaded, latents)
            shown.append(resize(image, latents.shape[-1], latents.shape[-2]))
            images.append(finish(image, request, job))
            progress.report((begun + steps + 1) / total, "Finishing the picture", stack(shown))
    return EditResult(
        request=request,
        images=tuple(images),
        seeds=seeds,
        timings=clock.parts,
        notes=tuple(notes),
    )


def finish(image: Pixels, request: EditRequest, job: Job) -> Pixels:
    """Return a picture of the model's size in the size of the request's region."""
    if job.unchanged and request.image is not None:
        return request.image.copy()
    return resize(image, request.region.width, request.region.height)


def draw_seeds(sampling: Sampling) -> tuple[int, ...]:
    """Return the seed of each variation: seed + i, or random ones for -1."""
    if sampling.seed < 0:
        return tuple(secrets.randbelow(DRAWN_SEEDS) for _ in range(sampling.variations))
    return tuple(sampling.seed + i for i in range(sampling.variations))


def schedule_notes(sampling: Sampling) -> list[Notice]:
    """Return a sentence where the sampler lacks the schedule that was asked for."""
    used = usable_schedule(sampling.sampler, sampling.schedule)
    if used == sampling.schedule:
        return []
    return [
        notice(
            "{sampler} has no {schedule} schedule, so {used} was used.",
            sampler=SAMPLERS[sampling.sampler].label,
            schedule=SCHEDULES[sampling.schedule].label,
            used=SCHEDULES[used].label,
        )
    ]


def stack(frames: list[Pixels]) -> Pixels:
    """Return pictures of one size as (n, h, w, 3)."""
    return np.stack(frames)


@contextmanager
def memory_saving(networks: Networks, rung: Rung) -> Iterator[None]:
    """Switch on what ``rung`` says, and everything back off at the end."""
    try:
        if rung.tiled:
            networks.vae.enable_tiling()
            networks.vae.enable_slicing()
        if rung.sliced:
            chunk_feed_forward(networks, 1)
        yield
    finally:
        networks.vae.disable_tiling()
        networks.vae.disable_slicing()
        chunk_feed_forward(networks, None)


def chunk_feed_forward(networks: Networks, size: int | None) -> None:
    """Make the widest layers work on ``size`` pictures of the batch at a time, None for all."""
    for module in networks.unet.modules():
        if hasattr(module, "set_chunk_feed_forward"):
            module.set_chunk_feed_forward(size, 0)


UNET_FACTOR = 50
UNET_FACTOR_SLICED = 34
VAE_FACTOR = 10
TILE_EDGE = 512
ATTENTION_FACTOR = 16
GRADIENT_FACTOR = 320
GRADIENT_FACTOR_CHECKPOINTED = 160
OVERHEAD = 128 * 2**20
"""Measured peaks above the weights with SD 1.5's true shapes in fp32 on a CPU. UNet, 64 x 64
positions, two in the batch: 49 floats a position and channel of the first block, 34 with sliced
feed-forward layers; at 32 x 32 a fixed part of about 0.1 GB shows. AutoencoderKL, decoding: 10
floats a pixel and channel of the last block at 256 x 256, 8 at 512 and 768; encoding 5; tiles of
512 as much as a picture of 512. With gradients for the text, one in the batch: 303 floats a
position and channel are kept at 16 x 16 positions, 286 at 32 x 32; with checkpoints 58, and while
a block is computed again its own. Attention that is kept from one text for the other is 8 heads of
77 tokens in five layers of each size."""


def working_bytes(spec: ModelSpec, request: EditRequest, device: Device, rung: Rung) -> int:
    """Return the bytes that a run needs beside the weights, on the safe side."""
    width, height = working_size(spec, request.region.width, request.region.height)
    guided = 2 if request.sampling.cfg_scale > 1 else 1
    positions = (width // spec.vae_scale) * (height // spec.vae_scale)
    unet = guided * positions * spec.base_channels * device.item_bytes
    unet *= UNET_FACTOR_SLICED if rung.sliced else UNET_FACTOR
    if request.task is Task.REWRITE:
        unet = max(unet, positions * spec.base_channels * device.item_bytes * _kept(request, rung))
    pixels = width * height
    if rung.tiled:
        pixels = min(width, TILE_EDGE) * min(height, TILE_EDGE)
    vae = pixels * spec.vae_channels * device.item_bytes * VAE_FACTOR
    # The finished pictures wait in memory for the last one.
    kept = request.sampling.variations * request.region.area * 3
    few = spec.few_step
    copied = 0
    if few is not None and few.sampler == request.sampling.sampler:
        copied = spec.component("unet").parameters * device.item_bytes
    files = [Path(use.path).expanduser() for use in request.adapters if use.weight != 0]
    # Mostly written in half the precision in which they are read.
    copied += sum(2 * file.stat().st_size for file in files if file.is_file())
    for control in request.controls:
        if control.strength != 0:
            steering = find_control(spec, control.kind, control.model)
            copied += steering.parameters * device.item_bytes
    for reference in request.references:
        if reference.weight != 0:
            found = find_reference(spec, reference.model, reference.mode)
            copied += found.parameters * device.item_bytes
    return max(unet, vae) + kept + copied + OVERHEAD


def _kept(request: EditRequest, rung: Rung) -> int:
    """Return the floats a position and channel that an edit by words takes beside a plain run."""
    learns = request.rewrite is not None and request.rewrite.method == "null_text"
    if not learns or request.sampling.cfg_scale <= 1:
        return 2 * UNET_FACTOR + ATTENTION_FACTOR
    return GRADIENT_FACTOR_CHECKPOINTED if rung.tiled else GRADIENT_FACTOR


@dataclass
class _Clock:
    parts: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        start = time.perf_counter()
        try:
            yield
        finally:
            self.parts[name] = self.parts.get(name, 0.0) + time.perf_counter() - start
