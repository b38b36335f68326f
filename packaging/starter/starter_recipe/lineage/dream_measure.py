"""Measures Dream: whether a dream fits its own prompt best of ten, and how long it takes."""

import time
from typing import Any

import numpy as np
import torch
from PIL import Image

from starter_recipe import fidelity, scenes
from starter_recipe.lineage import measure
from starter_recipe.lineage.publish_pixels import TARGET, painter
from starter_recipe.paths import Work
from studio.engine.clip.model import Clip, load_clip
from studio.engine.judges.score import Scorer

PROMPTS = 10
TILE = 128


def measure_dream(work: Work, minutes: float) -> None:
    """Write the figures into card.json of Dream's folder, with a contact sheet.

    ``wins``: the part of dreams that CLIP finds to fit their own prompt better than the nine
    others. ``wins_start``: the same for the noise that they began with. ``judge_wins``: the part
    in which the judge, which took no part in the dream, finds the prompt's thing the likeliest of
    the ten. ``clip_score`` and ``clip_score_start``: the mean cosine to the own prompt.
    """
    del work, minutes
    prompts = fidelity.held_out(PROMPTS)
    texts, things = [one.text for one in prompts], np.array([one.concept for one in prompts])
    paint, clip = painter("dream"), load_clip()
    begun = time.process_time(), time.perf_counter()
    made = paint(texts, [1000 + number for number in range(PROMPTS)])
    taken = [(now - then) / PROMPTS for now, then in zip(
        (time.process_time(), time.perf_counter()), begun, strict=True)]  # fmt: skip
    noise = np.random.default_rng(1).integers(0, 256, made.shape).astype(np.uint8)
    after, before = fits(clip, made, texts), fits(clip, noise, texts)
    seen = Scorer().see(made).things[:, things]
    own = np.arange(PROMPTS)
    figures: dict[str, Any] = {
        "wins": float((after.argmax(1) == own).mean()),
        "wins_start": float((before.argmax(1) == own).mean()),
        "judge_wins": float((seen.argmax(1) == own).mean()),
        "clip_score": round(float(after.diagonal().mean()), 3),
        "clip_score_start": round(float(before.diagonal().mean()), 3),
        "processor_seconds": round(taken[0], 1),
        "seconds": round(taken[1], 1),
        "prompts": PROMPTS,
    }
    tiles = [np.asarray(Image.fromarray(one).resize((TILE, TILE))) for one in made]
    rows = [np.concatenate(tiles[at : at + 5], 1) for at in range(0, PROMPTS, 5)]
    measure.publish(TARGET / "dream", figures, np.concatenate(rows, 0))
    print(figures)


def fits(clip: Clip, pictures: scenes.Pixels, texts: list[str]) -> np.ndarray[Any, Any]:
    """Return the cosines (pictures, texts) of pictures (n, h, w, 3) uint8 and prompts."""
    tensors = torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 127.5 - 1
    with torch.no_grad():
        found: np.ndarray[Any, Any] = (clip.pictures(tensors) @ clip.texts(texts).T).numpy()
    return found
