"""Seconds and memory of Lift, Remove background and the hair of a click.

Run with ``python tests/benchmarks/bench_lift.py [PHOTO ...]``.

Photos of the benchmark set are enlarged to 2 and 24 megapixels, with noise, since an enlarged photo
is smoother than a real one. Each run is repeated in the same process, and the warm one counts.
Prints wall seconds, seconds of the processor, and the peak memory.
"""

from __future__ import annotations

import resource
import sys
import time

import cv2
import numpy as np
from numpy.typing import NDArray
from photo_set import Photo, Thing, photos

from studio.core.progress import Progress
from studio.core.settings import Settings
from studio.document.io.formats import document_from_array
from studio.document.raster import Raster
from studio.edit.objects import person_mask
from studio.edit.photo_tools import PhotoRequest
from studio.engine.device import choose_device
from studio.engine.photo.networks import Networks
from studio.engine.photo.running import run_photo_tool
from studio.session.jobs import Job, Listener
from studio.session.photo.lift import lift
from studio.session.photo.subject import remove_background
from studio.session.session import Session

Pixels = NDArray[np.uint8]
THINGS = ("nuthatch", "astronaut", "coffee")
SIZES = (2, 24)


class Timed:
    """Runs requests at once and keeps the engine's timings."""

    def __init__(self) -> None:
        self.networks = Networks(choose_device("cpu"))
        self.timings: dict[str, float] = {}

    def start(self, job: Job, listener: Listener) -> None:
        assert isinstance(job.request, PhotoRequest)
        result = run_photo_tool(job.request, Progress(), self.networks)
        self.timings = dict(result.timings)
        listener.on_done(job, result)


def enlarged(photo: Photo, thing: Thing, megapixels: float) -> tuple[Pixels, Pixels]:
    """Return a photo (h, w, 3) and the mask (h, w) of one of its things at a size, uint8."""
    small = photo.pixels()
    scale = (megapixels * 1e6 / (small.shape[0] * small.shape[1])) ** 0.5
    size = round(small.shape[1] * scale), round(small.shape[0] * scale)
    large = cv2.resize(small, size, interpolation=cv2.INTER_CUBIC)
    grain = np.random.default_rng(1).integers(-4, 5, large.shape[:2], np.int16)[:, :, None]
    picture = np.clip(large.astype(np.int16) + grain, 0, 255).astype(np.uint8)
    mask = cv2.resize((thing.mask() * 255).astype(np.uint8), size, interpolation=cv2.INTER_LINEAR)
    return picture, np.asarray(mask, np.uint8)


def measure(name: str, megapixels: float, runner: Timed) -> None:
    """Print the figures of one photo at one size."""
    photo = next(one for one in photos() if one.name == name)
    picture, mask = enlarged(photo, photo.objects[0], megapixels)
    raster = Raster.from_array(np.where(mask > 127, np.uint8(255), np.uint8(0)))
    for what in ("lift", "background"):
        for turn in ("cold", "warm"):
            session = Session(runner, Settings(None))
            session.begin(document_from_array(picture, name))
            failed: list[object] = []
            session.failed.connect(failed.append)
            session.queue.failed.connect(lambda job, error, into=failed: into.append(error))
            wall, cpu = time.perf_counter(), time.process_time()
            if what == "lift":
                lift(session, raster)
            else:
                remove_background(session)
            wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            parts = ", ".join(f"{key} {value:.2f}" for key, value in runner.timings.items())
            print(
                f"{what:10} {name:10} {megapixels:4} MP {turn}: {wall:6.2f} s, processor "
                f"{cpu:6.2f} s, peak {peak:5.0f} MiB ({parts}) {failed or ''}",
                flush=True,
            )


def hair(name: str, megapixels: float) -> None:
    """Print how long the edge of a person's hair takes after a click, or its refusal."""
    photo = next(one for one in photos() if one.name == name)
    picture, mask = enlarged(photo, photo.objects[0], megapixels)
    raster = Raster.from_array(np.where(mask > 127, np.uint8(255), np.uint8(0)))
    document = document_from_array(picture, name)
    wall, cpu = time.perf_counter(), time.process_time()
    found = person_mask(document, raster)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    outcome = "no person" if found is None else "a person"
    print(
        f"hair       {name:10} {megapixels:4} MP: {wall:6.2f} s, processor {cpu:6.2f} s, {outcome}",
        flush=True,
    )


def main() -> None:
    """Measure the named photos, or all."""
    runner = Timed()
    for name in sys.argv[1:] or THINGS:
        for megapixels in SIZES:
            measure(name, megapixels, runner)
            hair(name, megapixels)


if __name__ == "__main__":
    main()
