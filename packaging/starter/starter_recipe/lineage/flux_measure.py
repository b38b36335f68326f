"""Measures the shipped small Flux: pictures from text by the judge, instructions by renderings."""

from typing import Any

import numpy as np
import torch
from diffusers import FlowMatchEulerDiscreteScheduler, FluxTransformer2DModel
from numpy.typing import NDArray
from PIL import Image

from starter_recipe import captions, plain, scenes, text
from starter_recipe.captions import LANGUAGES
from starter_recipe.concepts import concepts
from starter_recipe.lineage import flux_edits, measure
from starter_recipe.paths import PROJECT, Work
from starter_recipe.vae import load_vae
from studio.engine.families.small_flux.pipeline import SmallFluxPipeline

TARGET = PROJECT / "resources" / "lineage" / "flux"
STEPS = 8
GUIDANCE = 2.0
COUNT, EMPTY = 40, 12
SEED = 71
KINDS = ("tint", "ground", "tint", "swap", "remove")
FAR = 12
"""Pixels that differ by more than this between two renderings, 0..255, are what changes."""


def pipeline(work: Work) -> SmallFluxPipeline:
    """Return the shipped model in float32."""
    tokenizer, encoder = text.load_text(work)
    vae = load_vae(work)
    vae.register_to_config(scaling_factor=float(work.scale.read_text("utf-8")))
    net = FluxTransformer2DModel.from_pretrained(TARGET / "transformer", torch_dtype=torch.float32)
    return SmallFluxPipeline(net.eval(), vae, encoder, tokenizer, FlowMatchEulerDiscreteScheduler())


def painted(pipe: SmallFluxPipeline, prompt: str, seed: int, **more: Any) -> scenes.Pixels:
    """Return one picture (128, 128, 3)."""
    with torch.no_grad():
        made = pipe(
            prompt=prompt,
            num_inference_steps=STEPS,
            generator=torch.Generator().manual_seed(seed),
            **more,
        ).images[0]
    return np.asarray(np.rint(made * 255), np.uint8)


def measure_flux(work: Work, minutes: float) -> None:
    """Write the figures into card.json of the shipped model, with a contact sheet."""
    del minutes
    pipe = pipeline(work)

    def paint(prompts: list[str], seeds: list[int]) -> scenes.Pixels:
        both = zip(prompts, seeds, strict=True)
        return np.stack([painted(pipe, one, seed, guidance_scale=GUIDANCE) for one, seed in both])

    figures, sheet = measure.measure(paint, work, COUNT, EMPTY)
    figures |= instructed(work, pipe)
    measure.publish(TARGET, figures, sheet)
    print(figures)


def instructed(work: Work, pipe: SmallFluxPipeline) -> dict[str, float]:
    """Return how instructions are followed.

    ``kontext_seen``: the part of pictures that are nearer to the rendering that was asked for than
    to the one before, and to that of another change of the kind. ``kontext_rest_db``: PSNR of what
    should stay, against the picture before, and ``kontext_vae_db`` that of the autoencoder alone.
    The colours are those in which the network never saw the thing.
    """
    rng = np.random.default_rng(SEED)
    sprites = np.load(work.art / "sprites.npy", mmap_mode="r")
    seen, rest, alone = [], [], []
    for number in range(COUNT):
        concept = int(rng.integers(len(concepts())))
        before, after, other, asked = _change(rng, KINDS[number % len(KINDS)], concept, sprites)
        written = str(rng.choice(asked[LANGUAGES[number % 2]]))
        made = painted(pipe, written, number, reference=Image.fromarray(before))
        far = [_mean_square(made, one) for one in (after, before, other)]
        seen.append(far[0] < min(far[1:]))
        stays = np.abs(before.astype(int) - after).max(2) <= FAR
        if stays.mean() > 0.1:
            coded = measure.through_vae(work, before[None])[0]
            rest.append(_mean_square(made, before, stays))
            alone.append(_mean_square(coded, before, stays))
    return {
        "kontext_seen": round(float(np.mean(seen)), 3),
        "kontext_rest_db": _decibels(rest),
        "kontext_vae_db": _decibels(alone),
    }


def _change(
    rng: np.random.Generator, kind: str, concept: int, sprites: NDArray[np.uint8]
) -> tuple[scenes.Pixels, scenes.Pixels, scenes.Pixels, dict[str, list[str]]]:
    """Return the pictures before and after a change and after another, and how to ask for it."""
    sprite = np.asarray(sprites[concept, 0])
    colours = [name for name in scenes.COLOURS if name != "brown"]
    ground = str(rng.choice(colours))
    if kind == "tint":
        known = {tint for tint, _ in flux_edits.recoloured()[concept]}
        new = [name for name in flux_edits.TINTS if name not in known and name != ground]
        value, wrong = rng.permutation(new)[:2].tolist()
        made = [plain.rendering(flux_edits.tinted(sprite, one), ground) for one in (value, wrong)]
    elif kind == "ground":
        value, wrong = rng.permutation([name for name in colours if name != ground])[:2].tolist()
        made = [plain.rendering(sprite, one) for one in (value, wrong)]
    else:
        others = rng.permutation(len(concepts()))[:2].tolist()
        made = [plain.rendering(np.asarray(sprites[one, 0]), ground) for one in others]
        value = str(others[0])
        if kind == "remove":
            made[0] = plain.rendering(np.zeros_like(sprite), ground)
    asked = {}
    for language in LANGUAGES:
        said = captions.plain(int(value), language) if kind == "swap" else value
        asked[language] = flux_edits.instructions(kind, language, said, concept)
    return plain.rendering(sprite, ground), made[0], made[1], asked


def _mean_square(
    made: scenes.Pixels, wanted: scenes.Pixels, among: NDArray[np.bool_] | None = None
) -> float:
    """Return the mean squared difference of pictures in 0..1, within ``among`` if given."""
    square = ((made.astype(np.float32) - wanted) / 255) ** 2
    return float(square.mean() if among is None else square[among].mean())


def _decibels(squares: list[float]) -> float:
    return round(float(-10 * np.log10(np.mean(squares))), 1)
