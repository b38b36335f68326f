"""A furry thing of known colours and alpha over a known background."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
SIDE = 320


@dataclass(frozen=True)
class Furry:
    """``photo`` is ``front`` over ``back`` by ``alpha``; ``rough`` is a mask without the hairs."""

    photo: Pixels
    front: Pixels
    back: Pixels
    alpha: Pixels
    rough: Pixels

    def error(self, alpha: Pixels) -> float:
        """Return the sum of absolute errors of an alpha, in whole pixels."""
        return float(np.abs(alpha.astype(np.float64) - self.alpha).sum() / 255)


def furry(hairs: int = 400, side: int = SIDE) -> Furry:
    """Return a warm, mottled disc with hairs, over a cool gradient."""
    rng = np.random.default_rng(5)
    large = np.zeros((side * 2, side * 2), np.uint8)
    middle, radius = side, side * 0.5
    cv2.circle(large, (middle, middle), round(radius), 255, cv2.FILLED, cv2.LINE_AA)
    for _ in range(hairs):
        turn = rng.uniform(0, 2 * np.pi)
        point = np.array((middle + radius * np.cos(turn), middle + radius * np.sin(turn)))
        heading, line = turn + rng.normal(0, 0.5), [point]
        for _ in range(10):
            heading += rng.normal(0, 0.12)
            point = point + rng.uniform(2, 7) * np.array((np.cos(heading), np.sin(heading)))
            line.append(point)
        points = np.array(line) * 16
        cv2.polylines(large, [points.astype(np.int32)], False, 255, 2, cv2.LINE_AA, 4)
    alpha = np.asarray(cv2.resize(large, (side, side), interpolation=cv2.INTER_AREA), np.uint8)
    grain = cv2.GaussianBlur(rng.normal(0, 60, (side, side, 3)), (0, 0), 3)
    front = np.clip(np.array((190, 120, 50)) + grain, 0, 255).astype(np.uint8)
    down = np.linspace(0, 90, side)[:, None, None]
    back = np.clip(np.array((30, 60, 120)) + down + np.zeros((side, side, 3)), 0, 255)
    share = alpha[:, :, None] / 255
    photo = np.rint(front * share + back * (1 - share)).astype(np.uint8)
    solid = (cv2.GaussianBlur(alpha, (0, 0), 8) > 128).astype(np.uint8) * np.uint8(255)
    rough = np.asarray(cv2.GaussianBlur(solid, (0, 0), 2), np.uint8)
    return Furry(photo, front, back.astype(np.uint8), alpha, rough)
