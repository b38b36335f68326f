"""Measures of the document room: python tests/benchmarks/bench_document.py prints a table.

Not collected by pytest. Every ratio compares two things of the same run, the best of some rounds
each, because other work may run beside it.
"""

from __future__ import annotations

import argparse
import gc
import os
import platform
import time
import tracemalloc
from collections.abc import Callable, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage, QPainter

from studio.core.geometry import Rect
from studio.document.blend import BlendMode
from studio.document.document import Document
from studio.document.layer import RasterLayer
from studio.document.raster import TILE, Pixels, Raster
from studio.document.render import brush, compositor
from studio.document.render.brush import Brush, BrushStroke
from studio.document.render.compositor import Compositor, composite

SIZE = 4096
LAYERS = 10
QT_MODES = {
    BlendMode.NORMAL: QPainter.CompositionMode.CompositionMode_SourceOver,
    BlendMode.MULTIPLY: QPainter.CompositionMode.CompositionMode_Multiply,
}


def best(work: Callable[[], object], rounds: int) -> float:
    """Return the least seconds of some rounds."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def picture(rng: np.random.Generator, size: int, share: float) -> Pixels:
    """Return straight RGBA: smooth noise, dense or only ``share`` of it in scattered blobs."""
    small = rng.integers(0, 256, (size // 32, size // 32, 4), dtype=np.uint8)
    pixels = np.ascontiguousarray(cv2.resize(small, (size, size), interpolation=cv2.INTER_CUBIC))
    if share >= 1.0:
        pixels[:, :, 3] = np.maximum(pixels[:, :, 3], 1)
        return pixels.astype(np.uint8)
    mask = np.zeros((size, size), np.uint8)
    while np.count_nonzero(mask) < share * mask.size:
        x, y = (int(n) for n in rng.integers(0, size, 2))
        cv2.circle(mask, (x, y), int(rng.integers(size // 40, size // 12)), 255, -1)
    pixels[mask == 0] = 0
    return pixels.astype(np.uint8)


def painter(images: Sequence[QImage], mode: BlendMode) -> QImage:
    """Return what QPainter makes of the same layers."""
    out = QImage(SIZE, SIZE, QImage.Format.Format_ARGB32_Premultiplied)
    out.fill(0)
    with QPainter(out) as paint:
        for image in images:
            paint.setCompositionMode(QT_MODES[mode])
            paint.drawImage(0, 0, image)
    return out


def qt_image(pixels: Pixels) -> QImage:
    """Return the pixels in the format that QPainter draws fastest."""
    height, width = pixels.shape[:2]
    image = QImage(pixels.data, width, height, width * 4, QImage.Format.Format_RGBA8888)
    return image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)


def bench_full(rounds: int) -> list[str]:
    """Compare the full composite with QPainter."""
    rows = []
    for share, target in ((1.0, 4.0), (0.2, 1.5)):
        rng = np.random.default_rng(1)
        pictures = [picture(rng, SIZE, share) for _ in range(LAYERS)]
        images = [qt_image(pixels) for pixels in pictures]
        rasters = [Raster.from_array(pixels) for pixels in pictures]
        del pictures
        for mode in QT_MODES:
            layers = tuple(RasterLayer(raster=raster, blend=mode) for raster in rasters)
            document = Document(width=SIZE, height=SIZE, layers=layers)

            def tiles(document: Document = document) -> None:
                view = Compositor(1 << 30)
                view.prepare(view.update(document))

            composite(document, Rect(0, 0, 512, 512))
            ours, view, theirs = [], [], []
            for _ in range(rounds):
                ours.append(best(lambda d=document: composite(d, d.rect), 1))
                theirs.append(best(lambda m=mode, i=images: painter(i, m), 1))
                view.append(best(tiles, 1))
            kind = "dense" if share >= 1.0 else f"{share:.0%} covered"
            one, seen, qt = min(ours), min(view), min(theirs)
            rows.append(
                f"| Full composite {SIZE} x {SIZE}, {LAYERS} layers, {mode.name.lower()}, {kind} "
                f"| {one:.3f} s (as view tiles {seen:.3f} s), QPainter {qt:.3f} s "
                f"| {one / qt:.2f} (tiles {seen / qt:.2f}) | {target} |"
            )
        gc.collect()
    return rows


def bench_dab(events: int) -> list[str]:
    """Time from a pointer event to the tiles painted, 8192 x 8192 with 20 layers."""
    size, count = 8192, 20
    rng = np.random.default_rng(2)
    kinds: list[NDArray[np.uint8]] = [
        rng.integers(0, 256, (TILE, TILE, 4), dtype=np.uint8) for _ in range(64)
    ]
    keys = [(x, y) for x in range(size // TILE) for y in range(size // TILE)]
    modes = list(BlendMode)
    layers = []
    for index in range(count):
        tiles = {key: kinds[int(rng.integers(64))] for key in keys}
        layers.append(
            RasterLayer(raster=Raster(tiles), opacity=0.9, blend=modes[index % len(modes)])
        )
    document = Document(width=size, height=size, layers=tuple(layers))
    rows = []
    for dab, level in ((40, 0), (200, 0), (40, 3)):
        view = Compositor()
        view.update(document)
        side = size // TILE >> level
        for x in range(min(side, 8)):
            for y in range(min(side, 5)):
                view.tile((x, y), level)
        target = layers[10]
        stroke = BrushStroke(target.raster, Brush(size=dab), (200, 30, 90), bounds=document.rect)
        times, work = [], []
        for event in range(events):
            angle = event * 0.11
            x, y = 900 + 500 * np.cos(angle), 620 + 300 * np.sin(1.3 * angle)
            start, busy = time.perf_counter(), time.thread_time()
            painted = document.update(target.replace(raster=stroke.to(float(x), float(y))))
            dirty = view.update(painted)
            for key in {(x >> level, y >> level) for x, y in dirty}:
                view.tile(key, level)
            times.append(time.perf_counter() - start)
            work.append(time.thread_time() - busy)
        p50, p95 = np.percentile(times, [50, 95]) * 1e3
        own50, own95 = np.percentile(work, [50, 95]) * 1e3
        shown = "100 %" if level == 0 else f"1/{2**level}"
        rows.append(
            f"| Dab of {dab} px, {size} x {size}, {count} dense layers, view at {shown} "
            f"| p50 {p50:.1f} ms, p95 {p95:.1f} ms; of that processor time p50 {own50:.1f} ms, "
            f"p95 {own95:.1f} ms | | p95 16 ms |"
        )
    return rows


def bench_memory() -> list[str]:
    """Compare the memory of a sparse document with the bytes of its unique tiles."""
    size, rng = 8192, np.random.default_rng(3)
    gc.collect()
    tracemalloc.start()
    layers = []
    for _ in range(LAYERS):
        raster = Raster()
        for _ in range(12):
            blob = np.zeros((600, 600, 4), np.uint8)
            cv2.circle(blob, (300, 300), 290, (200, 100, 50, 255), -1)
            x, y = (int(n) for n in rng.integers(0, size - 600, 2))
            raster = raster.write(x, y, blob)
        layers.append(RasterLayer(raster=raster))
    document = Document(width=size, height=size, layers=tuple(layers))
    del layers, raster, blob
    gc.collect()
    used = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    unique = document.nbytes()
    return [
        f"| Memory of {size} x {size}, {LAYERS} sparse layers | {used / 2**20:.1f} MiB, "
        f"unique tiles {unique / 2**20:.1f} MiB | {used / unique:.3f} | 1.15 |"
    ]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="rounds of each full composite")
    parser.add_argument("--events", type=int, default=400, help="pointer events of each stroke")
    options = parser.parse_args()
    start = time.perf_counter()
    compositor.warm_up()
    brush.warm_up()
    ready = time.perf_counter() - start
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    print(
        f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, load {load:.1f}; "
    )
    print(f"loops ready after {ready:.2f} s\n")
    print("| measure | result | ratio | target |\n|---|---|---|---|", flush=True)
    for row in bench_memory():
        print(row, flush=True)
    for row in bench_dab(options.events):
        print(row, flush=True)
    for row in bench_full(options.rounds):
        print(row, flush=True)


if __name__ == "__main__":
    main()
