"""Writes the judges into resources/lineage and measures them."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from starter_recipe import models, plain
from starter_recipe.art import STYLES
from starter_recipe.concepts import concepts
from starter_recipe.lineage.data import PlainData, folder
from starter_recipe.lineage.judges import Renderer, load_judge, load_latent_judge
from starter_recipe.lineage.measure import publish, through_vae
from starter_recipe.paths import PROJECT, Work
from studio.catalog.judges import LABELS, LATENTS, PICTURES
from studio.engine.judges.score import Scorer

TARGET = PROJECT / "resources" / "lineage"
UNSEEN = 10_000_000
"""Numbers of drawings from here on are in no training."""
DRAWINGS, RENDERINGS = 12, 1000
LEVELS = (100, 200, 350, 500, 650, 800, 900)


def write_judges(work: Work, minutes: float) -> None:
    """Write every judge that is trained and not yet there: weights in half precision, figures."""
    del minutes
    if (folder(work) / "judge.safetensors").exists() and not (TARGET / PICTURES).is_dir():
        target = TARGET / PICTURES
        judge = load_judge(work)
        figures = {**judge_figures(work), **_training(work, "judge")}
        judge.half().save_pretrained(target)
        _write(target / LABELS, labels())
        publish(target, figures)
    if (folder(work) / "latent-judge.safetensors").exists() and not (TARGET / LATENTS).is_dir():
        target = TARGET / LATENTS
        latent = load_latent_judge(work)
        figures = {**latent_figures(work), **_training(work, "latent-judge")}
        latent.half().save_pretrained(target)
        publish(target, figures)


def labels() -> dict[str, Any]:
    """Return the names of all things and styles as in `studio.catalog.judges.Labels`."""
    return {
        "things": {
            language: [list(thing.names(language)) for thing in concepts()]
            for language in ("en", "es")
        },
        "styles": list(STYLES),
    }


def judge_figures(work: Work) -> dict[str, Any]:
    """Return what the judge of pictures gets right.

    On unseen drawings of any size, place and ground as in its training; on `RENDERINGS` of the
    plain ones; and on a fifth of those through the autoencoder.
    """
    judge = load_judge(work)
    right, styled, known = [], [], []
    renderer = Renderer(work)
    with torch.no_grad():
        for number in range(DRAWINGS):
            pictures, things, styles = renderer.draw(UNSEEN + number, 64)
            thing, style = judge(pictures)
            right.append(thing.argmax(1) == things)
            styled.append(style.argmax(1) == styles)
            known.append(styles >= 0)
    pictures = np.load(folder(work) / "pictures.npy", mmap_mode="r")
    every = np.array([thing for thing, _, _ in plain.pairs()])
    scorer = Scorer(judge)
    some = np.linspace(0, len(every) - 1, RENDERINGS).astype(int)
    fewer = some[::5]
    whole = scorer.see(np.asarray(pictures[some])).things
    passed = scorer.see(through_vae(work, np.asarray(pictures[fewer]))).things
    seen = torch.cat(known)
    return {
        "top1_drawings": _mean(torch.cat(right)),
        "style_drawings": _mean(torch.cat(styled)[seen]),
        "top1_renderings": _hits(whole, every[some]),
        "top1_renderings_vae": _hits(passed, every[fewer]),
        "spread": round(spread(work, scorer), 4),
    }


def spread(work: Work, scorer: Scorer) -> float:
    """Return the mean distance of two renderings of one thing, over styles and grounds."""
    pictures = np.load(folder(work) / "pictures.npy", mmap_mode="r")
    things = np.array([thing for thing, _, _ in plain.pairs()])
    found = [
        scorer.distances(np.asarray(pictures[things == thing])).mean()
        for thing in range(0, len(concepts()), 30)
    ]
    return float(np.mean(found))


def latent_figures(work: Work) -> dict[str, Any]:
    """Return how often the judge of latents is right at some timesteps of the starter."""
    judge = load_latent_judge(work)
    data = PlainData(work)
    batch = data.draw(np.random.default_rng(97), 512, 0.0)
    signal = models.scheduler().alphas_cumprod
    generator = torch.Generator().manual_seed(UNSEEN)
    noise = torch.randn(batch.latents.shape, generator=generator)
    found: dict[str, Any] = {}
    with torch.no_grad():
        for level in LEVELS:
            kept = signal[level]
            noisy = kept.sqrt() * batch.latents + (1 - kept).sqrt() * noise
            thing, _ = judge(noisy, kept.repeat(len(noisy)))
            found[f"top1_t{level}"] = _mean(thing.argmax(1) == batch.concepts)
    return found


def _training(work: Work, name: str) -> dict[str, Any]:
    state = torch.load(folder(work) / f"{name}.pt", weights_only=True, mmap=True)
    minutes = round(float(state["seconds"]) / 60, 1)
    return {"samples": int(state["step"]) * 64, "minutes": minutes}


def _hits(things: NDArray[np.float32], truth: NDArray[np.int64]) -> float:
    return round(float((things.argmax(1) == truth).mean()), 4)


def _mean(hits: Tensor) -> float:
    return round(float(hits.float().mean()), 4)


def _write(file: Path, content: object) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", "utf-8")
