"""Which model is in memory, how much memory is free, and how a run fits into it."""

from __future__ import annotations

import gc
from collections.abc import Callable
from pathlib import Path

import psutil
import torch

from studio.catalog.models import ModelSpec
from studio.core.errors import StudioError
from studio.core.progress import Progress
from studio.edit.request import EditRequest
from studio.engine.device import Device
from studio.engine.families.base import Loaded, family_module
from studio.engine.ladder import LADDER, Rung

FreeMemory = Callable[[], int]

CGROUP = Path("/sys/fs/cgroup")

HEADROOM = 128 * 2**20
"""Bytes that stay free beside every estimate: for the window and the rest of the machine."""


def free_memory(device: Device) -> int:
    """Return the bytes that can still be taken on ``device``, a container's limit included."""
    if device.is_cuda:
        free, _total = torch.cuda.mem_get_info(device.torch)
        # What torch keeps for itself but does not use is free to us.
        cached = torch.cuda.memory_reserved(device.torch)
        return int(free + cached - torch.cuda.memory_allocated(device.torch))
    available = int(psutil.virtual_memory().available)
    limited = cgroup_free(CGROUP)
    return available if limited is None else min(available, limited)


def cgroup_free(root: Path) -> int | None:
    """Return the bytes left below the limit of this process's control group, None without one.

    Reads version 2 (memory.max) and version 1 (memory/memory.limit_in_bytes). Page cache that the
    kernel can drop (inactive_file) counts as free.
    """
    layouts = (
        (root, "memory.max", "memory.current", "inactive_file"),
        (root / "memory", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
    )
    for folder, limit_name, usage_name, cache_name in layouts:
        try:
            limit = int((folder / limit_name).read_text())
            usage = int((folder / usage_name).read_text())
            stat = (folder / "memory.stat").read_text()
        except (OSError, ValueError):
            # No such file, or the word "max": no limit from this version.
            continue
        entries = dict(line.split() for line in stat.splitlines() if len(line.split()) == 2)
        return max(0, limit - usage + int(entries.get(cache_name, 0)))
    return None


class Residency:
    """Keeps one model in memory and replaces it when another is asked for."""

    def __init__(self, device: Device, free: FreeMemory | None = None) -> None:
        self.device = device
        self._free = free or (lambda: free_memory(device))
        self._loaded: Loaded | None = None

    @property
    def loaded(self) -> Loaded | None:
        """The model in memory, None before the first."""
        return self._loaded

    def is_loaded(self, spec: ModelSpec) -> bool:
        """Whether exactly this model, as its files are now, is in memory."""
        return self._loaded is not None and self._loaded.spec == spec

    def rungs(self, spec: ModelSpec, request: EditRequest) -> tuple[Rung, ...]:
        """Return the rungs of the ladder that fit into free memory, the fastest first.

        StudioError, before anything is loaded, when not even the last one does.
        """
        free = self._free() - HEADROOM
        family = family_module(spec)
        weights = 0 if self.is_loaded(spec) else self._weight_bytes(spec)
        if self._loaded is not None and weights:
            # The old model may go before the new one comes.
            free += self._weight_bytes(self._loaded.spec)
        needs = [
            (rung, weights + family.working_bytes(spec, request, self.device, rung))
            for rung in LADDER
        ]
        fitting = tuple(rung for rung, need in needs if need <= free)
        if not fitting:
            raise out_of_memory(spec, needs[-1][1], max(0, free))
        return fitting

    def room(self, spec: ModelSpec) -> int:
        """Return the bytes free for work with a model, its weights loaded and others dropped."""
        free = self._free() - HEADROOM
        if not self.is_loaded(spec):
            free -= self._weight_bytes(spec)
            if self._loaded is not None:
                free += self._weight_bytes(self._loaded.spec)
        return max(0, free)

    def get(self, spec: ModelSpec, progress: Progress) -> Loaded:
        """Return the model, loaded if need be.

        The previous one is dropped once the new one is there, or before where both do not fit; a
        failed load leaves the engine usable either way.
        """
        if self._loaded is not None and self._loaded.spec == spec:
            return self._loaded
        if self._loaded is not None and self._weight_bytes(spec) + HEADROOM > self._free():
            self.unload()
        loaded = family_module(spec).load(spec, self.device, progress)
        self.unload()
        self._loaded = loaded
        return loaded

    def unload(self) -> None:
        """Drop the model in memory."""
        self._loaded = None
        gc.collect()
        if self.device.is_cuda:
            torch.cuda.empty_cache()

    def _weight_bytes(self, spec: ModelSpec) -> int:
        return spec.parameters * self.device.item_bytes


def out_of_memory(spec: ModelSpec, need: int, free: int) -> StudioError:
    """Return the sentence for a run that does not fit."""
    return StudioError(
        "{model} needs about {need} MB of memory for this, and only {free} MB are free.",
        "Close other programs, choose fewer variations or a smaller model.",
        model=spec.name,
        need=need // 10**6,
        free=free // 10**6,
    )
