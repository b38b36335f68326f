"""Object selection by one and two clicks, beside GrabCut and flood select.

    python tests/benchmarks/bench_objects.py

Sixty clicks on twenty photos with masks drawn by hand (``photo_set``). The second click is placed
where the first mask is most wrong: at the centre of the largest error. Prints the mean
intersection over union of each method, the seconds, and the clicks that failed.
"""

from __future__ import annotations

import time

import cv2
import numpy as np
from numpy.typing import NDArray
from photo_set import Click, Photo, clicks, overlap, photos

from studio.document.document import Document
from studio.document.io.formats import document_from_array
from studio.edit.objects import (
    Clicks,
    EncodedPicture,
    find_objects,
    object_mask,
    object_picture,
)
from studio.edit.photo_tools import photo_request
from studio.engine.engine import Engine
from studio.retouch.object_masks import Embedding

Mask = NDArray[np.uint8]
Point = tuple[float, float]
TOLERANCE = 24
"""Of flood select, in levels of each channel."""
GRAB = 0.3
"""Half the side of GrabCut's first rectangle around a click, as a share of the photo's."""


def main() -> None:
    """Run all of it and print a table."""
    engine, encoded, took = Engine(), {}, {"encode": [], "click": [], "edge": []}
    documents: dict[str, Document] = {}
    for photo in photos():
        document = document_from_array(photo.pixels(), photo.name)
        picture = object_picture(document)
        request = photo_request(
            document, "encode", region=picture.region, picture=lambda p=picture: p.pixels
        )
        start = time.process_time()
        embedding = Embedding(engine.run(request).arrays["embedding"])
        took["encode"].append(time.process_time() - start)
        documents[photo.name] = document
        encoded[photo.name] = EncodedPicture(picture.region, embedding)
    scores: dict[str, list[float]] = {}
    for click in clicks():
        truth = click.thing.mask()
        document, picture = documents[click.photo.name], encoded[click.photo.name]
        row = {}
        found, mask = _select(document, picture, [(*click.first, True)], None, took)
        row["one click"] = overlap(mask, truth)
        point = worst(mask, truth)
        _, mask = _select(
            document,
            picture,
            [(*click.first, True), point],
            found.logits[found.first],
            took,
        )
        row["two clicks"] = overlap(mask, truth)
        row["best of the three"] = max(
            overlap(_full(document, picture, one), truth) for one in found.logits
        )
        row["GrabCut"] = overlap(grabcut(click), truth)
        row["flood select"] = overlap(flood(click.photo, click.first), truth)
        for name, value in row.items():
            scores.setdefault(name, []).append(value)
        bad = " !" if row["one click"] < 0.6 else ""
        print(click.photo.name, click.thing.name, {k: round(v, 2) for k, v in row.items()}, bad)
    for name, values in scores.items():
        print(f"{name}: mean IoU {np.mean(values):.3f}, median {np.median(values):.3f}")
    for name, seconds in took.items():
        print(f"{name}: {np.median(seconds):.2f} CPU seconds")


def worst(mask: Mask, truth: NDArray[np.float32]) -> tuple[float, float, bool]:
    """Return the point deepest inside the largest error, and whether it belongs to the thing."""
    errors = []
    for wrong, inside in (
        ((mask < 128) & (truth >= 0.5), True),
        ((mask >= 128) & (truth < 0.5), False),
    ):
        count, labels, stats, _ = cv2.connectedComponentsWithStats(wrong.astype(np.uint8))
        for index in range(1, count):
            errors.append((int(stats[index, cv2.CC_STAT_AREA]), labels == index, inside))
    if not errors:
        y, x = np.argwhere(truth >= 0.5)[0]
        return float(x), float(y), True
    _, area, inside = max(errors, key=lambda one: one[0])
    depth = cv2.distanceTransform(np.pad(area.astype(np.uint8), 1), cv2.DIST_L2, 5)[1:-1, 1:-1]
    y, x = np.unravel_index(int(depth.argmax()), depth.shape)
    return float(x) + 0.5, float(y) + 0.5, inside


def _select(document, picture, points, earlier, took):  # type: ignore[no-untyped-def]
    start = time.process_time()
    found = find_objects(picture, Clicks(tuple(points)), earlier)
    took["click"].append(time.process_time() - start)
    start = time.process_time()
    mask = _full(document, picture, found.logits[found.first])
    took["edge"].append(time.process_time() - start)
    return found, mask


def _full(document: Document, picture: EncodedPicture, logits: NDArray[np.float32]) -> Mask:
    mask, _ = object_mask(document, picture, logits)
    return np.ascontiguousarray(mask.read(document.rect)[:, :, 0])


def grabcut(click: Click) -> Mask:
    """Return OpenCV's GrabCut from a rectangle around the click, which is surely inside."""
    pixels = click.photo.pixels()
    height, width = pixels.shape[:2]
    x, y = (int(value) for value in click.first)
    mask = np.full((height, width), cv2.GC_BGD, np.uint8)
    dx, dy = int(width * GRAB), int(height * GRAB)
    mask[max(0, y - dy) : y + dy, max(0, x - dx) : x + dx] = cv2.GC_PR_FGD
    cv2.circle(mask, (x, y), 5, cv2.GC_FGD, -1)
    models = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.setRNGSeed(1)
    cv2.grabCut(pixels[:, :, ::-1].copy(), mask, None, *models, 5, cv2.GC_INIT_WITH_MASK)
    return np.where((mask == cv2.GC_FGD) | (mask == cv2.GC_PR_FGD), 255, 0).astype(np.uint8)


def flood(photo: Photo, at: Point) -> Mask:
    """Return the connected pixels of nearly the colour at a point."""
    pixels = photo.pixels().copy()
    mask = np.zeros((pixels.shape[0] + 2, pixels.shape[1] + 2), np.uint8)
    flags = 4 | cv2.FLOODFILL_MASK_ONLY | cv2.FLOODFILL_FIXED_RANGE | (255 << 8)
    spread = (TOLERANCE,) * 3
    cv2.floodFill(pixels, mask, (int(at[0]), int(at[1])), (0, 0, 0), spread, spread, flags)
    return mask[1:-1, 1:-1]


if __name__ == "__main__":
    cv2.setNumThreads(1)
    main()
