"""Measures the peak memory of a piece of work."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import torch

from studio.engine.device import Device

CLEAR = Path("/proc/self/clear_refs")
RESET_PEAK = "5"
"""Resets the peak of the resident set to its current size, see proc(5)."""
STATUS = Path("/proc/self/status")


@dataclass(slots=True)
class Peak:
    """Peak bytes in use, set when the work has ended; 0 if they cannot be measured."""

    size: int = 0


@contextmanager
def peak_memory(device: Device) -> Iterator[Peak]:
    """Yield a ``Peak`` that is filled in when the block ends, also by an error.

    On a GPU it is the memory reserved by torch, elsewhere the resident set of this process: on
    Linux its peak inside the block, on other systems its size at the end.
    """
    peak = Peak()
    measured = _start(device)
    try:
        yield peak
    finally:
        peak.size = _read(device, measured)


def _start(device: Device) -> bool:
    if device.is_cuda:
        torch.cuda.reset_peak_memory_stats(device.torch)
        return True
    try:
        CLEAR.write_text(RESET_PEAK)
    except OSError:
        return False
    return True


def _read(device: Device, measured: bool) -> int:
    if device.is_cuda:
        return int(torch.cuda.max_memory_reserved(device.torch))
    if sys.platform == "linux" and measured:
        for line in STATUS.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return int(psutil.Process().memory_info().rss)
