"""How well and how fast pictures are enlarged and cleaned, and whether tiles leave seams.

Run with ``python tests/benchmarks/bench_enlarge.py [--photos N] [--side PIXELS] [--out FOLDER]
[--seams]``.
Of each photo of ``photo_set`` a square is scaled down by area averaging, enlarged twice, and
compared with the original, as it is and after JPEG; and cleaned of noise and JPEG blocks that
were added. PSNR in dB over all channels.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from photo_set import photos

from studio.core.progress import Progress
from studio.edit.cleaning import mixed
from studio.engine.device import Device
from studio.engine.photo.clean import cleaned
from studio.engine.photo.enlarging import Enlarger, anchored, double, enlarger
from studio.engine.photo.networks import Networks
from studio.engine.photo.rrdbnet import SCALE
from studio.engine.photo.tiles import run_tiles, spans
from studio.retouch.resampling import BICUBIC, LANCZOS, resample

Pixels = NDArray[np.uint8]
Scores = dict[str, list[float]]
ROWS = 96
"""Rows of the strips in which the borders of tiles are looked for."""


def psnr(one: Pixels, other: Pixels) -> float:
    """Return the peak signal-to-noise ratio in dB."""
    error = np.mean((one.astype(np.float64) - other) ** 2)
    return float(10 * np.log10(255**2 / max(error, 1e-9)))


def jpeg(picture: Pixels, quality: int) -> Pixels:
    """Return a picture as a JPEG file of that quality shows it."""
    data = cv2.imencode(".jpg", picture[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.ascontiguousarray(cv2.imdecode(data, cv2.IMREAD_COLOR)[:, :, ::-1], np.uint8)


def noisy(picture: Pixels, sigma: float) -> Pixels:
    """Return a picture with normal noise of ``sigma`` levels."""
    noise = np.random.default_rng(7).normal(0, sigma, picture.shape)
    return np.clip(np.rint(picture + noise), 0, 255).astype(np.uint8)


def squares(count: int, side: int) -> dict[str, Pixels]:
    """Return the middle square of each photo, by name."""
    found = {}
    for one in list(photos())[:count]:
        pixels = one.pixels()
        y, x = (max((length - side) // 2, 0) for length in pixels.shape[:2])
        found[one.name] = np.ascontiguousarray(pixels[y : y + side, x : x + side])
    return found


def enlarged(truths: Mapping[str, Pixels], network: Enlarger, out: Path | None) -> None:
    """Print PSNR of enlargements, of clean pictures and of JPEG files of quality 60."""
    for name, damage in (("as it is", None), ("JPEG 60", 60)):
        scores: Scores = defaultdict(list)
        for title, truth in truths.items():
            height, width = (length // 2 * 2 for length in truth.shape[:2])
            truth = truth[:height, :width]
            small = np.asarray(
                cv2.resize(truth, (width // 2, height // 2), interpolation=cv2.INTER_AREA), np.uint8
            )
            small = small if damage is None else jpeg(small, damage)
            alone = double(small, network, Progress(), anchor=False)
            made = {
                "bicubic": resample(small, width, height, BICUBIC),
                "lanczos": resample(small, width, height, LANCZOS),
                "network alone": alone,
                "detail": anchored(alone, small),
                "detail, without the mixture": anchored(alone, small, 1.0),
            }
            for way, picture in made.items():
                scores[way].append(psnr(picture, truth))
            if out is not None:
                sheet = np.hstack([truth, made["lanczos"], made["detail"]])
                cv2.imwrite(str(out / f"{title} {name}.png"), sheet[:, :, ::-1])
        print(f"enlarged, {name}: {_means(scores)}", flush=True)


def clean(truths: Mapping[str, Pixels], network: Enlarger) -> None:
    """Print PSNR of cleaned pictures at several amounts, beside two classic filters."""
    cases: dict[str, tuple[Callable[[Pixels], Pixels], tuple[int, int]]] = {
        "noise of 10 levels": (lambda one: noisy(one, 10), (70, 0)),
        "noise of 25 levels": (lambda one: noisy(one, 25), (100, 0)),
        "JPEG 20": (lambda one: jpeg(one, 20), (0, 50)),
        "JPEG 40": (lambda one: jpeg(one, 40), (0, 50)),
    }
    for name, (damage, amounts) in cases.items():
        ways = ["damaged", "nlmeans", "bilateral", "at 50 %", "at 80 %", "at 100 %", "chosen"]
        scores: Scores = {way: [] for way in ways}
        for truth in truths.values():
            bad = damage(truth)
            made = cleaned(bad, network, Progress())
            strength = 10 if "25" in name or "20" in name else 4
            results = {
                "damaged": bad,
                "nlmeans": cv2.fastNlMeansDenoisingColored(bad, None, strength, strength),
                "bilateral": cv2.bilateralFilter(bad, 5, 4 * strength, 3),
                "chosen": mixed(bad, made, *amounts),
            } | {f"at {share} %": mixed(bad, made, share, 0) for share in (50, 80, 100)}
            for way, picture in results.items():
                scores[way].append(psnr(np.asarray(picture, np.uint8), truth))
        print(f"cleaned, {name}: {_means(scores)} (chosen: noise, jpeg = {amounts})", flush=True)


def seams(count: int, network: Enlarger) -> None:
    """Print the gradient at the borders of tiles over that elsewhere, and the same untiled.

    Strips of ``ROWS`` rows over the whole width of photos, in tiles of the program's sizes.
    """
    strips = []
    for one in list(photos())[:count]:
        pixels = one.pixels()
        middle, width = (pixels.shape[0] - ROWS) // 2, pixels.shape[1] // 2 * 2
        strips.append(np.ascontiguousarray(pixels[middle : middle + ROWS, :width]))
    whole = [run_tiles(one, network, Progress(), tile=max(one.shape)) for one in strips]
    for tile in (256, 512):
        found: Scores = defaultdict(list)
        for strip, plain in zip(strips, whole, strict=True):
            starts = spans(strip.shape[1], tile)[1:]
            if not starts:
                continue
            made = run_tiles(strip, network, Progress(), tile=tile)
            borders = sorted({SCALE * (one.start + edge) for one in starts for edge in (8, 16, 24)})
            for name, one, other in (
                ("network", made, plain),
                ("detail", anchored(made, strip), anchored(plain, strip)),
            ):
                found[name].append(_ratio(one, borders))
                found[f"{name} untiled"].append(_ratio(other, borders))
                found[f"{name} relative"].append(found[name][-1] / found[f"{name} untiled"][-1])
                found[f"{name} levels"].append(float(np.abs(one.astype(int) - other).max()))
        means = ", ".join(
            f"{name} {statistics.mean(each):.3f} (most {max(each):.3f})"
            for name, each in found.items()
        )
        print(f"seams, tiles of {tile}, {len(found['network'])} strips: {means}", flush=True)


def _ratio(picture: Pixels, borders: list[int]) -> float:
    """Return the mean gradient across columns at ``borders`` over the mean of all others."""
    steps = np.abs(np.diff(picture.astype(np.float64), axis=1)).mean(axis=(0, 2))
    at = np.zeros(len(steps), bool)
    at[[one - 1 for one in borders if 0 < one <= len(steps)]] = True
    return float(steps[at].mean() / steps[~at].mean())


def speed(network: Enlarger) -> None:
    """Print seconds for a megapixel and peak memory of the process."""
    picture = np.random.default_rng(1).integers(0, 256, (256, 256, 3), np.uint8)
    start = time.process_time(), time.perf_counter()
    network(picture, Progress())
    size = 0.256**2
    cpu, wall = ((time.process_time() - start[0]) / size, (time.perf_counter() - start[1]) / size)
    print(f"{network.dtype}: {cpu:.0f} CPU s and {wall:.0f} s a megapixel, tile of 256 px")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(
        f"peak memory of the process {peak:.2f} GB, {torch.get_num_threads()} threads", flush=True
    )


def _means(scores: Scores) -> str:
    return ", ".join(f"{way} {statistics.mean(found):.2f}" for way, found in scores.items())


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=int, default=20)
    parser.add_argument("--side", type=int, default=256)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--strips", type=int, default=6, help="photos for the seams")
    parser.add_argument("--seams", action="store_true", help="measure the seams alone")
    options = parser.parse_args()
    if options.out is not None:
        options.out.mkdir(parents=True, exist_ok=True)
    network = enlarger(Networks(Device("cpu", torch.float32)))
    if options.seams:
        seams(options.strips, network)
        return
    truths = squares(options.photos, options.side)
    print(f"{len(truths)} photos, squares of {options.side} px", flush=True)
    speed(network)
    enlarged(truths, network, options.out)
    clean(truths, network)
    seams(options.strips, network)


if __name__ == "__main__":
    main()
