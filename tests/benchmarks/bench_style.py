"""Seconds and memory of the Style tool at 2 and 24 megapixels.

Run: python tests/benchmarks/bench_style.py [ROW ...], by default all rows of ``ROWS``, each in a
process of its own, since the memory at the peak is that of a process.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import cv2
import numpy as np
import torch

from studio.catalog.photo_tools import PHOTO_TASKS
from studio.core.paths import resource
from studio.core.progress import Progress
from studio.engine.device import Device
from studio.engine.photo.networks import Networks
from studio.engine.photo.restyle import restyled

SIZES = {"2": (1632, 1224), "24": (6000, 4000)}
ROWS = (
    "night-swirls 2 medium",
    "night-swirls 24 medium",
    "night-swirls 24 fine",
    "painting 2 medium",
    "painting 24 fine",
)


def picture(name: str) -> np.ndarray:
    """Return a sample photo, (h, w, 3) uint8."""
    return np.asarray(cv2.imread(str(resource("samples", name)))[:, :, ::-1].copy(), np.uint8)


def resident_bytes() -> int:
    """Return the resident memory of this process in bytes; Linux only."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def measure(style: str, megapixels: str, strokes: str) -> None:
    """Print the figures of one row."""
    photo = cv2.resize(picture("sample-cat.jpg"), SIZES[megapixels], interpolation=cv2.INTER_CUBIC)
    photo, painting = np.asarray(photo, np.uint8), picture("sample-coffee.jpg")
    networks = Networks(Device("cpu", torch.float32))
    values = PHOTO_TASKS["restyle"].checked({"style": style, "strokes": strokes})
    restyled(photo[:64, :64].copy(), values, painting, Progress(), networks)
    before, peak, over = resident_bytes(), [0], threading.Event()

    def watch() -> None:
        while not over.wait(0.005):
            peak[0] = max(peak[0], resident_bytes())

    watcher = threading.Thread(target=watch)
    watcher.start()
    start, busy = time.perf_counter(), time.process_time()
    restyled(photo, values, painting, Progress(), networks)
    seconds, processor = time.perf_counter() - start, time.process_time() - busy
    over.set()
    watcher.join()
    more = (peak[0] - before) / 1e6
    print(f"{style} {megapixels} {strokes}: {seconds:.1f} s, CPU {processor:.1f} s, {more:.0f} MB")


if __name__ == "__main__":
    if len(sys.argv) == 2:
        measure(*sys.argv[1].split())
    else:
        for row in ROWS:
            subprocess.run([sys.executable, str(Path(__file__)), row], check=True)
