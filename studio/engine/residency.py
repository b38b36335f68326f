"""Manages the model in memory, measures free memory, and chooses how a run fits into it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import psutil
import torch

from studio.catalog.ladder import (
    FULL,
    GPU_LADDER,
    LADDER,
    PACKED,
    WEIGHT_SHARES,
    Offload,
    Rung,
    with_packed,
)
from studio.catalog.models import ModelSpec
from studio.catalog.single.packed_size import packed_bytes_of
from studio.core.errors import StudioError
from studio.core.memory import give_back
from studio.core.progress import Progress
from studio.edit.request import EditRequest
from studio.engine.device import Device
from studio.engine.families.base import Loaded, family_module

FreeMemory = Callable[[], int]

CGROUP = Path("/sys/fs/cgroup")

HEADROOM = 128 * 2**20
"""Bytes left free in addition to every estimate, for the window and the rest of the machine."""


def free_memory(device: Device) -> int:
    """Return the bytes available on ``device``, within a container's limit."""
    if device.is_cuda:
        free, _total = torch.cuda.mem_get_info(device.torch)
        # Memory that torch has cached but does not use is available to us.
        cached = torch.cuda.memory_reserved(device.torch)
        return int(free + cached - torch.cuda.memory_allocated(device.torch))
    return host_memory()


def cgroup_free(root: Path) -> int | None:
    """Return the bytes left below the limit of this process's control group, None if it has none.

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


def host_memory() -> int:
    """Return the available bytes of the host's memory."""
    available = int(psutil.virtual_memory().available)
    limited = cgroup_free(CGROUP)
    return available if limited is None else min(available, limited)


class Residency:
    """Keeps one model in memory and replaces it when another is requested.

    ``free`` and ``host`` measure the free memory of the device and of the computer, in bytes.
    """

    def __init__(
        self, device: Device, free: FreeMemory | None = None, host: FreeMemory = host_memory
    ) -> None:
        self.device = device
        self._free = free or (lambda: free_memory(device))
        self._host = host
        self._loaded: Loaded | None = None
        self._home = device
        """The device with which the model was loaded, including its ``home``."""

    @property
    def loaded(self) -> Loaded | None:
        """The model in memory, None if there is none."""
        return self._loaded

    def is_loaded(self, spec: ModelSpec) -> bool:
        """Whether exactly this model, as its files are now, is in memory."""
        return self._loaded is not None and self._loaded.spec == spec

    def rungs(self, spec: ModelSpec, request: EditRequest) -> tuple[Rung, ...]:
        """Return the rungs of the ladder that fit into free memory, the fastest first.

        StudioError, before anything is loaded, if not even the last one fits.
        """
        free = self._free() + self._given_back(spec) - HEADROOM
        host = self._host() + self._host_given_back() - HEADROOM
        family = family_module(spec)
        ladder: tuple[Rung, ...] = GPU_LADDER if self.device.is_cuda else LADDER
        if self._packed_bytes(spec) < self._weight_bytes(spec):
            ladder = with_packed(ladder)
        needs = [
            (
                rung,
                self._weights_on_device(spec, rung)
                + family.working_bytes(spec, request, self.device, rung),
            )
            for rung in ladder
        ]
        whole = self._weight_bytes(spec)
        fitting = tuple(
            rung
            for rung, need in needs
            if need <= free and (rung.offload is Offload.NONE or whole <= host)
        )
        if not fitting:
            raise out_of_memory(spec, needs[-1][1], max(0, free))
        return fitting

    def room(self, spec: ModelSpec) -> int:
        """Return the bytes free for a run once a model's weights are loaded and others dropped."""
        free = self._free() + self._given_back(spec) - HEADROOM
        return max(0, free - self._weights_on_device(spec, FULL))

    def get(self, spec: ModelSpec, progress: Progress, rung: Rung = FULL) -> Loaded:
        """Return the model, loading it if necessary: for an offloading rung, to the host's memory.

        The previous model is dropped after the new one is loaded, or before if both do not fit; a
        failed load leaves the engine usable either way.
        """
        home = replace(self.device, packed=rung.packed)
        if rung.offload is not Offload.NONE:
            home = replace(home, home="cpu")
        # A model that is entirely on the GPU can be offloaded for one run.
        fits = self._home == home or (rung.offload is not Offload.NONE and not self._home.packed)
        if self._loaded is not None and self._loaded.spec == spec and fits:
            return self._loaded
        whole = self._packed_bytes(spec) if rung.packed else self._weight_bytes(spec)
        if self._loaded is not None and whole + HEADROOM > self._free():
            self.unload()
        loaded = family_module(spec).load(spec, home, progress)
        self.unload()
        self._loaded, self._home = loaded, home
        return loaded

    def resting(self, spec: ModelSpec) -> Rung | None:
        """Return the rung with which to load a model before any run.

        None if it is loaded already, or if its weights fit in no way.
        """
        if self.is_loaded(spec):
            return None
        if self.room(spec) > 0:
            return FULL
        whole, packed = self._weight_bytes(spec), self._packed_bytes(spec)
        if packed < whole and packed < self._free() + self._given_back(spec) - HEADROOM:
            return PACKED
        if self.device.is_cuda and whole <= self._host() + self._host_given_back() - HEADROOM:
            return next(rung for rung in GPU_LADDER if rung.offload is not Offload.NONE)
        return None

    def unload(self) -> None:
        """Drop the model in memory, and return its memory to the system."""
        self._loaded = None
        give_back()
        if self.device.is_cuda:
            torch.cuda.empty_cache()

    def _weights_on_device(self, spec: ModelSpec, rung: Rung) -> int:
        """Return the bytes of weights to be moved to the device for a run."""
        is_there = self.is_loaded(spec) and self._home.home == ""
        if rung.offload is Offload.NONE:
            if is_there and self._home.packed == rung.packed:
                return 0
            there = self._loaded_bytes() if is_there else 0
            return (self._packed_bytes(spec) if rung.packed else self._weight_bytes(spec)) - there
        largest = max((one.parameters for one in spec.components), default=0)
        need = round(WEIGHT_SHARES[rung.offload] * largest * self.device.item_bytes)
        # A model that is entirely on the device is moved to the host's memory first.
        return need - self._loaded_bytes() if is_there else need

    def _given_back(self, spec: ModelSpec) -> int:
        """Return the bytes of the device that become free when ``spec`` replaces the model."""
        if self._loaded is None or self._home.home or self.is_loaded(spec):
            return 0
        return self._loaded_bytes()

    def _host_given_back(self) -> int:
        """Return the bytes of the host's memory that the loaded model takes."""
        if self._loaded is None or not self._home.home:
            return 0
        return self._loaded_bytes()

    def _weight_bytes(self, spec: ModelSpec) -> int:
        return spec.parameters * self.device.item_bytes

    def _packed_bytes(self, spec: ModelSpec) -> int:
        """Return the bytes of the weights if those of GGUF and fp8 files stay packed."""
        return packed_bytes_of(spec, self.device.item_bytes)

    def _loaded_bytes(self) -> int:
        """Return the bytes of the weights in memory."""
        if self._loaded is None:
            return 0
        spec = self._loaded.spec
        return self._packed_bytes(spec) if self._home.packed else self._weight_bytes(spec)


def out_of_memory(spec: ModelSpec, need: int, free: int) -> StudioError:
    """Return the error for a run that does not fit into memory."""
    return StudioError(
        "{model} needs about {need} MB of memory for this, and only {free} MB are free.",
        "Close other programs, choose fewer variations or a smaller model.",
        model=spec.name,
        need=need // 10**6,
        free=free // 10**6,
    )
