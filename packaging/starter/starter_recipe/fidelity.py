"""Measures how close samples come to the renderings they were trained on, and draws a sheet.

A classifier is no measure of quality here: it still recognises shapeless samples. The distance to
the rendering in latents and the sharpness of the decoded picture agree with the eye.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from diffusers import UNet2DConditionModel
from numpy.typing import NDArray
from PIL import Image
from safetensors.torch import load_file
from torch import Tensor

from starter_recipe import captions, models, plain, scenes, text
from starter_recipe.art import STYLES
from starter_recipe.bank import latent_scale
from starter_recipe.concepts import concepts
from starter_recipe.painter import to_pixels
from starter_recipe.paths import Work
from starter_recipe.precision import autocast
from starter_recipe.vae import load_vae

STEPS = 20
GUIDANCE = 2.0
PROMPTS = 100
SEEDS = 2
BATCH = 16
ACROSS = 10
SEED = 53


@dataclass(frozen=True)
class Prompt:
    """A prompt that no training row contains, and the rendering it asks for."""

    text: str
    concept: int
    style: int
    ground: str


def held_out(count: int, kind: str = "white") -> list[Prompt]:
    """Return prompts that differ from every training row, half of them in Spanish.

    ``kind`` is "white" (3D on white, nothing named), "style" (a named one on white) or "ground" (a
    named one, 3D). The things are spread over the table.
    """
    rng = np.random.default_rng((SEED, len(kind)))
    known = {row.text.lower() for row in plain.rows()}
    grounds = [name for name in plain.GROUNDS if name != "white"]
    found = []
    for number, concept in enumerate(np.linspace(0, len(concepts()) - 1, count).astype(int)):
        thing, language = concepts()[concept], captions.LANGUAGES[number % 2]
        style = 1 + number // 2 % (len(STYLES) - 1) if kind == "style" else 0
        ground = grounds[number // 2 % len(grounds)] if kind == "ground" else "white"
        written = ""
        while not written or written.lower() in known:
            named = STYLES[style] if kind == "style" else ""
            written = captions.phrase(rng, thing, language, named)
            if kind == "ground":
                written = plain.on_ground(rng, written, language, ground)
        found.append(Prompt(written, int(concept), style, ground))
    return found


def sharpness(made: scenes.Pixels, real: scenes.Pixels) -> float:
    """Return the variance of the Laplacian of pictures (n, h, w, 3) over that of real ones."""
    return _laplacian_variance(made) / max(1e-9, _laplacian_variance(real))


def _laplacian_variance(pictures: scenes.Pixels) -> float:
    grey = [cv2.cvtColor(one, cv2.COLOR_RGB2GRAY).astype(np.float32) for one in pictures]
    return float(np.mean([cv2.Laplacian(one, cv2.CV_32F).var() for one in grey]))


def latent_errors(made: Tensor, real: Tensor) -> NDArray[np.float64]:
    """Return the mean squared error (n,) of latents (n, 4, h, w) of about unit variance."""
    return np.asarray((made - real).pow(2).mean(dim=(1, 2, 3)).double().numpy())


def worst_tenth(errors: NDArray[np.float64]) -> float:
    """Return the mean of the largest tenth of some errors (n,)."""
    return float(np.sort(errors)[-max(1, len(errors) // 10) :].mean())


def sample(
    unet: UNet2DConditionModel, states: Tensor, empty: Tensor, seed: int, guidance: float
) -> Tensor:
    """Sample latents (n, 4, 16, 16) with DDIM from a nine-channel UNet; item i has seed + i."""
    scheduler = models.scheduler()
    scheduler.set_timesteps(STEPS)
    count, made = len(states), []
    for start in range(0, count, BATCH):
        some = states[start : start + BATCH]
        both = torch.cat([empty.expand(len(some), -1, -1), some])
        generators = [torch.Generator().manual_seed(seed + start + i) for i in range(len(some))]
        shape = (1, 4, models.LATENT, models.LATENT)
        latent = torch.cat([torch.randn(shape, generator=one) for one in generators])
        extra = torch.zeros(2 * len(some), 5, *shape[2:])
        for moment in scheduler.timesteps:
            image = torch.cat([latent.repeat(2, 1, 1, 1), extra], 1)
            with torch.no_grad(), autocast():
                bare, prompted = unet(image, moment, both).sample.float().chunk(2)
            guided = bare + guidance * (prompted - bare)
            latent = scheduler.step(guided, moment, latent).prev_sample
        made.append(latent)
    return torch.cat(made)


def measure(work: Work, minutes: float) -> None:
    """Measure the weights of `plain`, append the figures to fidelity.jsonl and draw the sheets."""
    del minutes
    state = torch.load(work.checkpoint("plain"), weights_only=True, mmap=True)
    step = int(state["step"])
    unet = models.load_unet(load_file(work.weights("plain")), 9).eval()
    figures: dict[str, Any] = {
        "step": step,
        "minutes": round(float(state["seconds"]) / 60, 1),
        "views": plain.views(step * plain.BATCH),
    }
    for kind, count in (("white", PROMPTS), ("style", PROMPTS // 2), ("ground", PROMPTS // 2)):
        figures[kind] = _measured(work, unet, held_out(count, kind), kind)
    line = json.dumps(figures)
    with (work.root / "fidelity.jsonl").open("a", encoding="utf-8") as curve:
        curve.write(line + "\n")
    print(line)


def _measured(
    work: Work, unet: UNet2DConditionModel, prompts: list[Prompt], kind: str
) -> dict[str, float]:
    """Return the figures of some prompts and draw their sheet: a rendering above its samples."""
    tokenizer, encoder = text.load_text(work)
    vae = load_vae(work)
    scale = latent_scale(work)
    states = text.encode(tokenizer, encoder, [one.text for one in prompts])
    empty = text.encode(tokenizer, encoder, [""])
    place = {pair: number for number, pair in enumerate(plain.pairs())}
    wanted = [place[one.concept, one.style, one.ground] for one in prompts]
    latents = np.load(work.root / "plain" / "latents.npy", mmap_mode="r")[wanted]
    real = torch.from_numpy(latents).float() * scale
    sprites = np.load(work.art / "sprites.npy", mmap_mode="r")
    drawn = [plain.rendering(np.asarray(sprites[p.concept, p.style]), p.ground) for p in prompts]
    errors, pictures = [], []
    for number in range(SEEDS):
        made = sample(unet, states, empty, 1000 * number, GUIDANCE)
        errors.append(latent_errors(made, real))
        with torch.no_grad():
            parts = [to_pixels(vae.decode(one / scale).sample) for one in made.split(BATCH)]
        pictures.append(np.concatenate(parts))
    _sheet([np.stack(drawn), *pictures], work.root / f"fidelity-{kind}.png")
    every = np.concatenate(errors)
    return {
        "z_mse": round(float(every.mean()), 4),
        "z_mse_worst_tenth": round(worst_tenth(every), 4),
        "sharpness": round(sharpness(np.concatenate(pictures), np.stack(drawn)), 3),
    }


def _sheet(columns: list[scenes.Pixels], path: Path) -> None:
    """Draw pictures (n, h, w, 3) of several sets above one another, ACROSS a row."""
    tiles = [np.concatenate(group, axis=0) for group in zip(*columns, strict=True)]
    tiles += [np.zeros_like(tiles[0])] * (-len(tiles) % ACROSS)
    rows = [np.concatenate(tiles[i : i + ACROSS], 1) for i in range(0, len(tiles), ACROSS)]
    Image.fromarray(np.concatenate(rows, axis=0)).save(path)
