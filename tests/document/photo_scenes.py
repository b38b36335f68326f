"""Photos with a known subject, drawn or put together from the project's own samples."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from studio.core.paths import resource

Pixels = NDArray[np.uint8]
HEIGHT, WIDTH = 400, 520
GROUNDS = ("plain", "grained", "wood")
SIDE = 260


def sample(name: str) -> Pixels:
    """Return a shipped photo: "coffee", "cat" or "astronaut"."""
    with Image.open(resource("samples", f"sample-{name}.jpg")) as image:
        return np.asarray(image.convert("RGB")).copy()


def creature(seed: int) -> Pixels:
    """Draw a striped creature with ears and eyes, (SIDE, SIDE, 4) uint8; colours by the seed."""
    rng = np.random.default_rng(seed)
    hue = int(rng.integers(180))
    colours = np.array([[(hue, 200, 210), ((hue + 25) % 180, 220, 150), (hue, 60, 245)]], np.uint8)
    body, stripe, belly = (
        tuple(int(level) for level in one) for one in cv2.cvtColor(colours, cv2.COLOR_HSV2RGB)[0]
    )
    shape = np.zeros((SIDE, SIDE), np.uint8)
    for centre, axes in (((130, 160), (85, 80)), ((130, 75), (58, 52))):
        cv2.ellipse(shape, centre, axes, 0, 0, 360, 255, -1, cv2.LINE_AA)
    for ear in ([(80, 60), (70, 8), (115, 35)], [(180, 60), (190, 8), (145, 35)]):
        cv2.fillPoly(shape, [np.array(ear, np.int32)], 255, cv2.LINE_AA)
    rgb = np.empty((SIDE, SIDE, 3), np.uint8)
    rgb[:] = body
    for x in range(20, SIDE, 44):
        cv2.line(rgb, (x, 100), (x + int(rng.integers(-30, 30)), 250), stripe, 14, cv2.LINE_AA)
    cv2.ellipse(rgb, (130, 180), (40, 45), 0, 0, 360, belly, -1, cv2.LINE_AA)
    for x in (110, 150):
        cv2.circle(rgb, (x, 70), 11, (255, 255, 255), -1, cv2.LINE_AA)
        cv2.circle(rgb, (x, 72), 6, (20, 20, 20), -1, cv2.LINE_AA)
    y, x = np.indices((SIDE, SIDE), np.float32)
    light = np.clip(1.15 - np.hypot(x - 100, y - 60) / 420, 0.6, 1.1)[:, :, None]
    return np.dstack((np.clip(rgb * light, 0, 255).astype(np.uint8), shape))


def ground(kind: str, seed: int) -> NDArray[np.float32]:
    """Return a background, (HEIGHT, WIDTH, 3) float32 0..255."""
    rng = np.random.default_rng(seed + 1000)
    if kind == "wood":
        # The table beside the cup: no subject of its own.
        piece = sample("coffee")[:130, 420:]
        return cv2.resize(piece, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC).astype(np.float32)
    colour = rng.uniform(60, 220, 3).astype(np.float32)
    slope = np.linspace(-15, 15, WIDTH, dtype=np.float32)[None, :, None]
    flat = np.broadcast_to(colour, (HEIGHT, WIDTH, 3)) + slope
    if kind == "grained":
        grain = cv2.GaussianBlur(rng.normal(0, 1, (HEIGHT, WIDTH)).astype(np.float32), (0, 0), 2)
        flat = flat + (grain / grain.std() * 22)[:, :, None]
    return np.asarray(flat, np.float32)


def bricks(seed: int) -> Pixels:
    """Return a photo of a wall of bricks and nothing else."""
    rng = np.random.default_rng(seed)
    wall = np.full((HEIGHT, WIDTH, 3), 90, np.float32)
    for row, y in enumerate(range(-10, HEIGHT, 44)):
        for x in range(-60 - (row % 2) * 45, WIDTH, 90):
            light = rng.uniform(120, 170)
            colour = (light, light * 0.7, light * 0.6)
            cv2.rectangle(wall, (x + 3, y + 3), (x + 86, y + 40), colour, -1)
    rough = wall + rng.normal(0, 12, wall.shape)
    return finished(np.asarray(cv2.GaussianBlur(rough, (0, 0), 1), np.float32), seed)


def placed(
    back: NDArray[np.float32],
    thing: Pixels,
    size: float,
    centre: tuple[float, float],
    angle: float = 0.0,
) -> tuple[NDArray[np.float32], Pixels]:
    """Lay a thing on a background; also returns where it is, (h, w) uint8."""
    height, width = back.shape[:2]
    turn = cv2.getRotationMatrix2D((SIDE / 2, SIDE / 2), angle, size / SIDE)
    turn[:, 2] += np.array(centre) - SIDE / 2
    over = thing.astype(np.float32)
    over[:, :, :3] *= over[:, :, 3:] / 255
    laid = cv2.warpAffine(over, turn, (width, height), flags=cv2.INTER_AREA)
    share = laid[:, :, 3:] / 255
    return np.asarray(back * (1 - share) + laid[:, :, :3], np.float32), laid[:, :, 3].astype(
        np.uint8
    )


def finished(picture: NDArray[np.float32], seed: int = 0) -> Pixels:
    """Return a picture with the grain of a sensor, uint8."""
    grain = np.random.default_rng(seed).normal(0, 1.5, picture.shape)
    return np.clip(np.rint(picture + grain), 0, 255).astype(np.uint8)


def scene(
    seed: int,
    kind: str = "plain",
    *,
    thing: Pixels | None = None,
    part: tuple[float, float] = (0.4, 0.7),
) -> tuple[Pixels, Pixels]:
    """Return a photo of one creature somewhere in the frame, and where it is, (h, w) uint8."""
    rng = np.random.default_rng(seed)
    size = HEIGHT * rng.uniform(*part)
    centre = tuple(
        side / 2 + rng.uniform(-0.7, 0.7) * (side - size) / 2 for side in (WIDTH, HEIGHT)
    )
    shown = creature(seed) if thing is None else thing
    picture, mask = placed(
        ground(kind, seed), shown, size, (centre[0], centre[1]), rng.uniform(-25, 25)
    )
    return finished(picture, seed), mask


def iou(found: Pixels, truth: Pixels) -> float:
    """Return the intersection over union of two masks."""
    one, other = found > 127, truth > 127
    return float((one & other).sum() / max(1, (one | other).sum()))
