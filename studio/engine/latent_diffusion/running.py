"""Helpers of a run shared by the families: seeds, notices, timing and memory saving."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np

from studio.catalog.guidance import idle_settings
from studio.catalog.ladder import Rung
from studio.catalog.samplers import SAMPLERS, SCHEDULES, usable_schedule
from studio.catalog.steering import idle_steering
from studio.core.notices import Notice, notice
from studio.edit.request import EditRequest, Pixels, Sampling
from studio.engine.device import Device
from studio.engine.loading import Networks
from studio.engine.offloading import networks_of, offload_networks

DRAWN_SEEDS = 2**32
"""Random seeds are below this, as in other tools, so that they can be read and typed."""


def draw_seeds(sampling: Sampling) -> tuple[int, ...]:
    """Return the seed of each variation: seed + i, or random ones for -1."""
    if sampling.seed < 0:
        return tuple(secrets.randbelow(DRAWN_SEEDS) for _ in range(sampling.variations))
    return tuple(sampling.seed + i for i in range(sampling.variations))


def schedule_notes(sampling: Sampling) -> list[Notice]:
    """Return a notice if the sampler does not support the chosen schedule."""
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


def guidance_notes(request: EditRequest) -> list[Notice]:
    """Return notices about guidance settings or a negative prompt without effect."""
    sampling = request.sampling
    notes = list(idle_settings(sampling.extras, sampling.cfg_scale))
    notes += idle_steering(sampling.extras)
    if request.negative_prompt.strip() and sampling.cfg_scale <= 1:
        notes.append(notice("The negative prompt has no effect at a CFG scale of 1 or less."))
    return notes


def stack(frames: list[Pixels]) -> Pixels:
    """Return pictures of one size as (n, h, w, 3)."""
    return np.stack(frames)


@contextmanager
def memory_saving(networks: Networks, rung: Rung, device: Device) -> Iterator[None]:
    """Enable the memory savings of ``rung``, and disable them all at the end."""
    try:
        if rung.tiled:
            networks.vae.enable_tiling()
            networks.vae.enable_slicing()
        if rung.sliced:
            chunk_feed_forward(networks, 1)
        with offload_networks(networks_of(networks), device.torch, rung.offload):
            yield
    finally:
        networks.vae.disable_tiling()
        networks.vae.disable_slicing()
        chunk_feed_forward(networks, None)


def chunk_feed_forward(networks: Networks, size: int | None) -> None:
    """Make the widest layers process ``size`` rows of the batch at a time, None for all."""
    for module in networks.unet.modules():
        if hasattr(module, "set_chunk_feed_forward"):
            module.set_chunk_feed_forward(size, 0)


@dataclass
class Clock:
    parts: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        start = time.perf_counter()
        try:
            yield
        finally:
            self.parts[name] = self.parts.get(name, 0.0) + time.perf_counter() - start
