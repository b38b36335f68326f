"""Measures pictures with the judge: what they show, how sharp and how different they are.

Nothing here knows how the pictures were made. All pictures are (n, h, w, 3) uint8 RGB of one size.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Any

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from studio.catalog.judges import judge_labels
from studio.edit.request import Pixels
from studio.engine.judges.loading import load_judge
from studio.engine.judges.networks import JUDGE_SIDE, PictureJudge, to_judge

BATCH = 64
SPREAD = 0.5235
"""The mean `distance` of two renderings of one thing in other styles or on other grounds."""


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What the judge sees in n pictures: ``things`` (n, 367) and ``styles`` (n, 3), probabilities
    in 0..1 whose rows sum to 1."""

    things: NDArray[np.float32]
    styles: NDArray[np.float32]

    def rank(self, thing: int) -> NDArray[np.int64]:
        """Return how many things are likelier than this one in each picture (n,); 0 is right."""
        wanted = self.things[:, thing][:, None]
        return np.asarray((self.things > wanted).sum(1), np.int64)

    def best(self, picture: int = 0, count: int = 5) -> list[tuple[int, float]]:
        """Return the likeliest things of a picture with their probabilities, the best first."""
        order = np.argsort(-self.things[picture])[:count]
        return [(int(one), float(self.things[picture, one])) for one in order]


class Scorer:
    """The judge, ready to measure; StudioError if one of its files is missing or damaged."""

    def __init__(self, judge: PictureJudge | None = None) -> None:
        """Load the judge that ships with the program unless one is given."""
        self._judge = load_judge() if judge is None else judge

    def see(self, pictures: Pixels) -> Seen:
        """Return what the judge sees in pictures."""
        things, styles = [], []
        with torch.inference_mode():
            for some in _tensors(pictures).split(BATCH):
                thing, style = self._judge(some)
                things.append(thing.softmax(1))
                styles.append(style.softmax(1))
        return Seen(torch.cat(things).numpy(), torch.cat(styles).numpy())

    def distances(self, pictures: Pixels) -> NDArray[np.float64]:
        """Return the distances of all pairs of pictures, (n (n - 1) / 2,); empty for one picture.

        The mean of two parts: the root mean square difference of the pixels at 64 x 64 in 0..1,
        and that of the features after each stage of the judge, of unit length at each position, as
        in LPIPS (Zhang et al. 2018, https://arxiv.org/abs/1801.03924) without its learned weights.
        """
        small = _tensors(pictures)
        with torch.inference_mode():
            features = [self._features(one) for one in small.split(BATCH)]
        stages = [torch.cat(parts) for parts in zip(*features, strict=True)]
        found = []
        for first, second in combinations(range(len(small)), 2):
            pixels = (small[first] - small[second]).pow(2).mean().sqrt() / 2
            seen = [(one[first] - one[second]).pow(2).sum(0).mean().sqrt() for one in stages]
            found.append(float((pixels + torch.stack(seen).mean()) / 2))
        return np.array(found, np.float64)

    def variety(self, pictures: Pixels) -> float:
        """Return how different pictures of one prompt are: their mean distance over `SPREAD`.

        1 is as different as renderings of one thing in three styles and on twelve grounds; 0 for
        equal pictures and for one alone.
        """
        found = self.distances(pictures)
        return float(found.mean() / SPREAD) if len(found) else 0.0

    def _features(self, pictures: Tensor) -> list[Tensor]:
        state, found = self._judge.stem(pictures), []
        for stage in self._judge.stages:
            state = stage(state)
            found.append(F.normalize(state, dim=1))
        return found


def sharpness(pictures: Pixels) -> NDArray[np.float64]:
    """Return the variance of the Laplacian of the grey values 0..255 of each picture, (n,)."""
    grey = [cv2.cvtColor(one, cv2.COLOR_RGB2GRAY).astype(np.float32) for one in pictures]
    return np.array([cv2.Laplacian(one, cv2.CV_32F).var() for one in grey], np.float64)


def thing_of(prompt: str) -> int | None:
    """Return the number of the thing that a prompt names in any language, None for none."""
    return judge_labels().thing(prompt)


def _tensors(pictures: Pixels) -> Tensor:
    """Return pictures (n, h, w, 3) uint8 as (n, 3, 64, 64) in -1..1."""
    some: Any = np.ascontiguousarray(pictures)
    whole = torch.from_numpy(some).permute(0, 3, 1, 2).float() / 127.5 - 1
    return whole if whole.shape[2:] == (JUDGE_SIDE, JUDGE_SIDE) else to_judge(whole)
