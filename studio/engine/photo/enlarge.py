"""The engine's half of "Enlarge": doubles layers by the network and fits them to the new size."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.core.progress import Progress
from studio.edit.enlarging import passes
from studio.edit.photo_tools import PhotoRequest, PhotoResult
from studio.engine.photo.enlarging import Enlarger, double, enlarger
from studio.engine.photo.networks import Networks
from studio.retouch.resampling import LANCZOS, fit

Pixels = NDArray[np.uint8]
Size = tuple[int, int]

TEXT = "Enlarging"


def run(request: PhotoRequest, progress: Progress, networks: Networks) -> PhotoResult:
    """Return the layers of ``edit.enlarging.enlarge_request`` at their new size.

    ``arrays`` holds RGBA pixels by the id of the layer, and their corner on the new canvas as
    "ID place". ``timings`` holds "megapixel", the seconds for a megapixel of the network's input.
    """
    progress.report(0.0, "Loading the network")
    network = enlarger(networks)
    source: Size = tuple(request.extras["size"])
    target = int(request.settings["width"]), int(request.settings["height"])
    pictures, places = request.extras["pictures"], request.extras["places"]
    total = sum(one.shape[0] * one.shape[1] for one in pictures.values()) or 1
    start, done = time.perf_counter(), 0
    arrays: dict[str, NDArray[Any]] = {}
    for key, pixels in pictures.items():
        area = pixels.shape[0] * pixels.shape[1]
        inner = progress.sub(done / total, area / total)
        made, corner = enlarge(pixels, places[key], source, target, network, inner)
        arrays[key], arrays[f"{key} place"] = made, np.array(corner, np.int64)
        done += area
    seconds = time.perf_counter() - start
    work = total * sum(4**step for step in range(passes(source, target))) / 1e6
    timings = {"network": seconds} | ({"megapixel": seconds / work} if work else {})
    return PhotoResult(request=request, arrays=arrays, timings=timings)


def enlarge(
    pixels: Pixels,
    place: Size,
    source: Size,
    target: Size,
    network: Enlarger,
    progress: Progress,
) -> tuple[Pixels, Size]:
    """Return a layer (h, w, 4) at its size on the new canvas, and its corner there.

    ``place`` is its corner on the canvas of size ``source``, which becomes ``target``.
    """
    count = passes(source, target)
    parts = [4**step for step in range(count)]
    for number in range(count):
        begin, length = sum(parts[:number]) / sum(parts), parts[number] / sum(parts)
        pixels = double(pixels, network, progress.sub(begin, length), TEXT)
    factor = 2**count
    canvas = source[0] * factor, source[1] * factor
    corner = place[0] * factor, place[1] * factor
    if canvas == target:
        return pixels, corner
    progress.check()
    return fit(pixels, corner, canvas, target, LANCZOS)
