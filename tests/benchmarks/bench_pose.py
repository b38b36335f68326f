"""In how many pictures people are found, how right their joints are, and how long it takes.

Run with ``python tests/benchmarks/bench_pose.py [--out FOLDER]``. The pictures are the photographs
of scikit-image, two of which show somebody, and twelve forms of each of those two. A skeleton
is usable where of the head and the shoulders all are found, each at most a quarter of the
shoulders' width from where it was read off the photograph by eye.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from skimage import data

from studio.control_maps.pose import JOINTS, draw_pose
from studio.core.progress import Progress
from studio.edit.request import Pixels
from studio.engine.annotators.pose import PoseAnnotator

Places = NDArray[np.float64]
NAMES = ("nose", "right shoulder", "left shoulder")
PEOPLE: Mapping[str, tuple[tuple[float, float], ...]] = {
    "astronaut": ((222, 124), (97, 265), (322, 272)),
    "camera": ((255, 160), (95, 172), (213, 203)),
}
"""Where NAMES are, x and y in pixels; the cameraman's left shoulder is behind his hand, a guess."""
EMPTY = (
    "brick", "chelsea", "clock", "coffee", "coins", "grass", "gravel", "hubble_deep_field",
    "immunohistochemistry", "moon", "page", "retina", "rocket", "text",
)  # fmt: skip
WIDTHS = {"astronaut": 225.0, "camera": 125.0}
"""How far apart the shoulders are, pixels."""

Affine = NDArray[np.float64]


def photo(name: str) -> Pixels:
    """Return a photograph of scikit-image, (h, w, 3) uint8."""
    made = np.asarray(getattr(data, name)())
    made = made if made.ndim == 3 else np.repeat(made[..., None], 3, 2)
    return np.ascontiguousarray(made[:, :, :3], np.uint8)


def forms(image: Pixels) -> Iterator[tuple[str, Pixels, Affine]]:
    """Yield a photograph in several forms, each with the 2 x 3 way of its pixels."""
    height, width = image.shape[:2]
    same = np.array([[1.0, 0, 0], [0, 1, 0]])
    noise = np.random.default_rng(0).normal(0, 20, image.shape)
    yield "as it is", image, same
    yield "grey", np.repeat(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)[..., None], 3, 2), same
    yield "dark", (image * 0.3).astype(np.uint8), same
    yield "light", (255 - (255 - image) * 0.4).astype(np.uint8), same
    yield "noise", np.clip(image + noise, 0, 255).astype(np.uint8), same
    coded = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 10])[1]
    yield "JPEG 10", np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), np.uint8), same
    for name, way, size in (
        ("mirrored", [[-1.0, 0, width - 1], [0, 1, 0]], (width, height)),
        ("half", [[0.5, 0, 0], [0, 0.5, 0]], (width // 2, height // 2)),
        ("twice", [[2.0, 0, 0], [0, 2, 0]], (width * 2, height * 2)),
        ("far", [[0.4, 0, 400], [0, 0.4, 300]], (1000, 700)),
        ("upper half", [[1.0, 0, 0], [0, 1, 0]], (width, round(height * 0.6))),
        ("wide", [[1.3, 0, 0], [0, 1, 0]], (round(width * 1.3), height)),
    ):
        affine = np.array(way)
        yield name, _warped(image, affine, size), affine
    turn = np.asarray(cv2.getRotationMatrix2D((width / 2, height / 2), 12, 1), np.float64)
    yield "turned by 12 degrees", _warped(image, turn, (width, height)), turn


def _warped(image: Pixels, way: Affine, size: tuple[int, int]) -> Pixels:
    linear = cv2.INTER_AREA if abs(way[0, 0]) < 1 else cv2.INTER_LINEAR
    made = cv2.warpAffine(image, way, size, flags=linear, borderValue=(128, 128, 128))
    return np.asarray(made, np.uint8)


def is_usable(person: NDArray[np.float32], wanted: Places, allowed: float) -> bool:
    """Return whether head and shoulders are where they were read off, whichever way they face."""
    at = [JOINTS.index(name) for name in NAMES]
    if not (person[at, 2] > 0).all():
        return False
    found = person[at, :2]
    # A mirror image has its right on the other side.
    orders = (wanted, wanted[[0, 2, 1]])
    return any(float(np.hypot(*(found - order).T).max()) <= allowed for order in orders)


def measured(work: Callable[[], object]) -> float:
    """Return the seconds of processor time that something takes."""
    start = time.process_time()
    work()
    return time.process_time() - start


def main() -> None:
    """Print a line for each picture, then the counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, help="folder for pictures with their skeletons")
    options = parser.parse_args()
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    finder = PoseAnnotator()
    usable, seconds, wrong = [], [], []
    for name, places in PEOPLE.items():
        for form, image, way in forms(photo(name)):
            poses = finder.find(image, Progress())
            wanted = np.array(places) @ way[:, :2].T + way[:, 2]
            allowed = 0.25 * WIDTHS[name] * float(np.hypot(*way[:, 0]))
            good = any(is_usable(person, wanted, allowed) for person in poses.people)
            usable.append(good)
            seconds.append(measured(lambda one=image: finder.find(one, Progress())))  # type: ignore[misc]
            print(f"| {name}, {form} | {len(poses.people)} | {good} | {seconds[-1]:.2f} s |")
            if options.out:
                options.out.mkdir(parents=True, exist_ok=True)
                lines = draw_pose(poses.people, image.shape[1], image.shape[0])
                shown = np.where(lines.any(axis=2, keepdims=True), lines, image // 2)
                Image.fromarray(shown).save(options.out / f"{name} {form}.png")
    waits = []
    for name in EMPTY:
        image = photo(name)
        poses = finder.find(image, Progress())
        wrong.append(len(poses.people))
        waits.append(measured(lambda one=image: finder.find(one, Progress())))  # type: ignore[misc]
        print(f"| {name} | {len(poses.people)} | | {waits[-1]:.2f} s |")
    print(f"\nusable: {sum(usable)} of {len(usable)}, {statistics.median(seconds):.2f} s (median)")
    print(f"somebody seen where nobody is: {sum(map(bool, wrong))} of {len(EMPTY)}, ", end="")
    print(f"{statistics.median(waits):.2f} s (median)")


if __name__ == "__main__":
    main()
