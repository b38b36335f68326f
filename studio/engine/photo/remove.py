"""Removes a thing from a photo: the edit of ``Task.REMOVE``."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from studio.core.errors import StudioError
from studio.core.notices import Notice
from studio.core.progress import Progress
from studio.edit.request import EditRequest, EditResult
from studio.engine.photo.filling import NETWORK, PATCHES, fill
from studio.engine.photo.networks import Networks
from studio.retouch.holes import grown, margin_of

__all__ = ["fill", "run"]

Pixels = NDArray[np.uint8]

AUTO = -1
"""The value of the setting ``margin`` that means: relative to the size of the hole."""


def run(request: EditRequest, progress: Progress, networks: Networks) -> EditResult:
    """Return one filling for each variation; the request of the result has the grown mask.

    With the setting ``method`` "auto" even seeds use the network and odd seeds patches, so that
    the first two variations are one of each; a method that fails is left out with a notice.
    StudioError for an empty mask or one over everything, or if every method fails.
    """
    image, mask = request.image, request.mask
    if image is None or mask is None or not mask.any():
        raise StudioError("The mask is empty.", "Brush over the thing that should disappear.")
    values = request.sampling.extras
    margin = int(values.get("margin", AUTO))
    covered = mask > 0
    hole = grown(covered, margin_of(covered) if margin == AUTO else margin)
    hole = covered if hole.all() else hole
    spread = np.where(hole, 255, 0).astype(np.uint8)
    images: list[Pixels] = []
    seeds: list[int] = []
    notes: list[Notice] = []
    failed: StudioError | None = None
    wanted = _seeds(request)
    for number, seed in enumerate(wanted):
        part = progress.sub(number / len(wanted), 1 / len(wanted))
        try:
            made = _variation(
                image, spread, str(values.get("method", "auto")), seed, part, networks
            )
        except StudioError as error:
            failed = error
            notes.append(Notice(error.message, error.values))
            continue
        images.append(made)
        seeds.append(seed)
    if not images:
        assert failed is not None
        raise failed
    settings = replace(request.sampling, extras={**values, "margin": 0})
    return EditResult(
        request=request.replace(mask=spread, sampling=settings),
        images=tuple(images),
        seeds=tuple(seeds),
        notes=tuple(notes),
    )


def _variation(
    image: Pixels, spread: Pixels, method: str, seed: int, progress: Progress, networks: Networks
) -> Pixels:
    """Return the filling of one seed; ``spread`` is the grown mask."""
    if method == "auto":
        method, seed = (PATCHES, seed) if seed % 2 else (NETWORK, seed // 2)
    return fill(
        image,
        spread,
        progress,
        networks,
        method,
        margin=0,
        view=seed - 1 if seed and method == NETWORK else None,
        seed=seed % 2**31,
    )


def _seeds(request: EditRequest) -> list[int]:
    first = request.sampling.seed
    if first < 0:
        first = random.SystemRandom().randrange(2**31)
    return [first + number for number in range(request.sampling.variations)]
