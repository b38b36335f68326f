"""Measures the small unCLIP: text to image, variations, blends and moves by words, with sheets."""

from itertools import combinations
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from safetensors.torch import load_file
from torch import Tensor

from starter_recipe import models, scenes, text
from starter_recipe.bank import latent_scale
from starter_recipe.lineage.data import PlainData, folder
from starter_recipe.lineage.judges import load_judge
from starter_recipe.lineage.measure import measure, publish, to_pixels
from starter_recipe.lineage.unclip import (
    DECODER,
    PRIOR,
    load_clip,
    load_unet,
    prior_scheduler,
)
from starter_recipe.lineage.unclip_export import target_of
from starter_recipe.paths import Work
from starter_recipe.vae import load_vae
from studio.engine.families.small_unclip.networks import ImageConditioning, UnclipPrior
from studio.engine.families.small_unclip.pipeline import UnclipPipeline
from studio.engine.judges.score import Scorer
from studio.engine.pipelines.embeddings import moved_by_words, slerp

PROMPTS = 40
EMPTY = 8
PICTURES = 16
PATHS = 6
SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)
STEPS, GUIDANCE, PRIOR_STEPS, PRIOR_GUIDANCE, CANDIDATES = 20, 3.0, 25, 1.5, 2
MOVES = (
    ("a banana", "a strawberry"),
    ("a cat", "a dog"),
    ("a taxi", "a police car"),
    ("a rose", "a sunflower"),
)


class Painter:
    """The pipeline of the program, with the networks as trained so far."""

    def __init__(self, work: Work, mix: bool = False) -> None:
        prior, decoder = UnclipPrior(), ImageConditioning()
        prior.load_state_dict(load_file(folder(work) / f"{PRIOR}.safetensors"))
        decoder.load_state_dict(load_file(folder(work) / f"{DECODER}.safetensors"))
        pictures, texts = load_clip(work)
        tokenizer, encoder = text.load_text(work)
        vae = load_vae(work)
        vae.register_to_config(scaling_factor=latent_scale(work))
        self.pipeline = UnclipPipeline(
            prior.eval(), decoder.eval(), pictures, texts, load_unet(work, mix), vae, encoder,
            tokenizer, models.scheduler(), prior_scheduler(),
        )  # fmt: skip

    @torch.no_grad()
    def __call__(self, prompts: list[str], seeds: list[int]) -> scenes.Pixels:
        """Return a picture (128, 128, 3) of each prompt, with its seed."""
        generators = [torch.Generator().manual_seed(seed) for seed in seeds]
        embeds = [
            self.pipeline.guess(one, PRIOR_STEPS, PRIOR_GUIDANCE, CANDIDATES, generator, _quiet)
            for one, generator in zip(prompts, generators, strict=True)
        ]
        return self.draw(torch.cat(embeds), generators)

    @torch.no_grad()
    def draw(self, embeds: Tensor, generators: list[torch.Generator]) -> scenes.Pixels:
        """Return a picture of each embedding (n, width), with its generator."""
        noise = [self.pipeline.noise(models.SIDE, models.SIDE, one) for one in generators]
        made = self.pipeline.draw(embeds, torch.cat(noise), STEPS, GUIDANCE, generators[0], _quiet)
        vae = self.pipeline.vae
        return to_pixels(vae.decode(made / vae.config.scaling_factor).sample)

    @torch.no_grad()
    def see(self, pictures: scenes.Pixels) -> Tensor:
        """Return the normalized embeddings (n, width) of pictures."""
        seen = [self.pipeline.encode_picture(Image.fromarray(one)) for one in pictures]
        return torch.cat(seen)


def _quiet(moment: object, latents: Tensor) -> None:
    """Report nothing."""


def measure_unclip(work: Work) -> None:
    """Write figures and sheets into the folder in resources, and print the figures."""
    painter, scorer = Painter(work), Scorer(load_judge(work))
    figures, sheet = measure(painter, work, PROMPTS, EMPTY)
    data = PlainData(work)
    places = np.linspace(0, len(data.pairs) - 1, PICTURES).astype(int)
    pictures = np.asarray(data.pictures[places])
    seen = painter.see(pictures)
    varied = painter.draw(seen, [torch.Generator().manual_seed(one) for one in range(PICTURES)])
    figures["variation_auc"] = round(likeness_auc(scorer, pictures, varied), 3)
    paths = [_path(painter, seen[2 * n], seen[2 * n + 1], n) for n in range(PATHS)]
    figures["blend_monotone"] = round(float(np.mean([monotone(scorer, one) for one in paths])), 3)
    publish(target_of(work), figures, sheet)
    print(figures)
    rows = [np.concatenate(pictures[:12], 1), np.concatenate(varied[:12], 1)]
    _save(np.concatenate(rows, 0), folder(work) / "unclip-variations.png")
    _save(
        np.concatenate([np.concatenate(one, 1) for one in paths], 0),
        folder(work) / "unclip-blends.png",
    )
    _save(_moves(painter), folder(work) / "unclip-moves.png")


def likeness_auc(scorer: Scorer, pictures: scenes.Pixels, varied: scenes.Pixels) -> float:
    """Return how often a variation is nearer to its own picture than to another one, 0..1.

    By the judge's distance, which knows nothing of CLIP; that is the area under the curve.
    """
    count = len(pictures)
    found = scorer.distances(np.concatenate([pictures, varied]))
    between = np.zeros((2 * count, 2 * count))
    for (first, second), distance in zip(combinations(range(2 * count), 2), found, strict=True):
        between[first, second] = distance
    apart = between[:count, count:]
    own = np.diag(apart)
    others = apart[~np.eye(count, dtype=bool)]
    return float((own[:, None] < others[None]).mean())


def _path(painter: Painter, first: Tensor, second: Tensor, seed: int) -> scenes.Pixels:
    """Return the pictures along the arc between two embeddings, all from the same noise."""
    embeds = torch.cat([slerp(first[None], second[None], share) for share in SHARES])
    generators = [torch.Generator().manual_seed(900 + seed) for _ in SHARES]
    return painter.draw(embeds, generators)


def monotone(scorer: Scorer, path: scenes.Pixels) -> float:
    """Return the part of the steps of a path that bring it nearer to its last picture than before,
    compared with its first."""
    count = len(path)
    pairs = dict(zip(combinations(range(count), 2), scorer.distances(path), strict=True))

    def apart(one: int, other: int) -> float:
        return 0.0 if one == other else float(pairs[min(one, other), max(one, other)])

    leaning = np.array([apart(0, n) - apart(count - 1, n) for n in range(count)])
    rising: NDArray[np.bool_] = np.diff(leaning) > 0
    return float(rising.mean())


def _moves(painter: Painter) -> scenes.Pixels:
    """Return a sheet: pictures of the first words of `MOVES`, moved towards the second."""
    rows = []
    for number, (old, new) in enumerate(MOVES):
        seen = painter.see(painter([old], [number]))
        begin, end = (painter.pipeline.encode_prompt(one).clip for one in (old, new))
        embeds = [moved_by_words(seen, end, begin, share) for share in SHARES]
        generators = [torch.Generator().manual_seed(number) for _ in SHARES]
        rows.append(np.concatenate(painter.draw(torch.cat(embeds), generators), 1))
    return np.concatenate(rows, 0)


def _save(picture: scenes.Pixels, path: Path) -> None:
    Image.fromarray(picture).save(path)
