"""Compares pictures with prompts: the place of a prompt in a photo, and how well pictures fit."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from studio.core.errors import StudioError
from studio.core.notices import Notice, notice
from studio.core.progress import Progress
from studio.edit.photo_tools import PhotoRequest, PhotoResult
from studio.engine.clip.find import LEAST, heat_map, likeness, likeness_of_two, place_mask
from studio.engine.clip.model import Clip, load_clip
from studio.engine.photo.networks import Networks
from studio.engine.photo.subject import flattened

HEAT = "heat"


def find(request: PhotoRequest, progress: Progress, networks: Networks) -> PhotoResult:
    """Return the mask of a prompt's place, or its heat in 0..255 if the setting says so.

    StudioError if the prompt is empty or its thing is not there.
    """
    prompt = _prompt(request)
    picture = flattened(request.picture())
    clip = _clip(request, networks)
    heat, best = heat_map(clip, picture, prompt, progress)
    if best < LEAST:
        raise StudioError(
            "“{prompt}” was not found in this picture ({chance} % for the likeliest place).",
            "Try a simpler name, or mark the place by hand.",
            prompt=prompt,
            chance=round(100 * best),
        )
    progress.report(0.95, "Marking the place")
    if str(request.settings.get("result")) == HEAT:
        size = (picture.shape[1], picture.shape[0])
        grown = cv2.resize(heat, size, interpolation=cv2.INTER_LINEAR)
        mask = np.asarray(np.rint(grown * 255), np.uint8)
    else:
        mask = place_mask(picture, heat)
    return PhotoResult(request=request, mask=mask, notes=_notes(clip, prompt))


def rank(request: PhotoRequest, progress: Progress, networks: Networks) -> PhotoResult:
    """Return how well pictures fit a prompt: the array ``likeness`` (n,), cosines in -1..1.

    The pictures are square and below one another.
    """
    prompt = _prompt(request)
    clip = _clip(request, networks)
    tall = flattened(request.picture())
    edge = tall.shape[1]
    pictures = [tall[top : top + edge] for top in range(0, tall.shape[0], edge)]
    found = likeness(clip, pictures, prompt, progress)
    return PhotoResult(request=request, arrays={"likeness": found}, notes=_notes(clip, prompt))


def compare(request: PhotoRequest, progress: Progress, networks: Networks) -> PhotoResult:
    """Return how alike two pictures are: the array ``likeness`` (1,), a cosine in -1..1.

    The pictures are square and below one another.
    """
    clip = _clip(request, networks)
    tall = flattened(request.picture())
    edge = tall.shape[1]
    progress.report(0.1, "Comparing two pictures")
    found = likeness_of_two(clip, tall[:edge], tall[edge:])
    return PhotoResult(request=request, arrays={"likeness": np.array([found], np.float32)})


def _prompt(request: PhotoRequest) -> str:
    prompt = str(request.settings.get("prompt", "")).strip()
    if not prompt:
        raise StudioError("There is no prompt.", "Type what to look for, such as: a red car")
    return prompt


def _clip(request: PhotoRequest, networks: Networks) -> Clip:
    folder = str(request.settings.get("clip", ""))
    return networks.get(f"CLIP {folder}", lambda: load_clip(Path(folder) if folder else None))


def _notes(clip: Clip, prompt: str) -> tuple[Notice, ...]:
    if clip.tokens(prompt) <= clip.limit:
        return ()
    return (
        notice(
            "{name} reads {limit} tokens; the rest of the prompt was left out.",
            name=clip.name,
            limit=clip.limit,
        ),
    )
