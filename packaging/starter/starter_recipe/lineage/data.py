"""What the small systems are trained on: plain renderings, their latents and encoded captions.

One size, one place, one style: so narrow that small networks see each picture hundreds of times.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from starter_recipe import models, plain, scenes, text
from starter_recipe.bank import latent_scale
from starter_recipe.paths import Work
from studio.engine.pipelines.starter_text import encode_prompts

TOKENS = 24
"""The tokens of a caption that the systems take; the longest caption of the stage has 21."""
SHARES = {"white": 0.5, "ground": 0.35, "key": 0.15}
"""The part of each group of captions in a batch; groups as in `plain`."""
EMPTY = 0.1
"""The part of captions that are empty, for classifier-free guidance."""


@dataclass(frozen=True)
class Batch:
    """``latents`` (n, 4, 16, 16) of about unit variance, ``states`` (n, TOKENS, 256) and ``pooled``
    (n, 256) of the captions, ``concepts`` (n,) class numbers, ``pictures`` (n,) rows of
    `PlainData.pictures`, ``empty`` (n,) whether the caption was left out, ``captions`` (n,) 0 for
    an empty caption and 1 more than the row of `PlainData.rows` for any other."""

    latents: Tensor
    states: Tensor
    pooled: Tensor
    concepts: Tensor
    pictures: NDArray[np.int64]
    empty: Tensor
    captions: NDArray[np.int64]


def folder(work: Work) -> Path:
    """Return the folder of the systems' caches and checkpoints, made if missing."""
    found = work.root / "lineage"
    found.mkdir(parents=True, exist_ok=True)
    return found


def encode_text(work: Work, texts: list[str]) -> tuple[Tensor, Tensor]:
    """Return the first states (n, TOKENS, 256) and the pooled states (n, 256) of texts.

    A pooled state is that of the first end-of-text token, as in CLIP.
    """
    tokenizer, encoder = text.load_text(work)
    states, pooled = [], []
    for start in range(0, len(texts), 64):
        some = texts[start : start + 64]
        with torch.no_grad():
            found = encode_prompts(tokenizer, encoder, some, TOKENS)
        states.append(found.states)
        pooled.append(found.pooled)
    return torch.cat(states), torch.cat(pooled)


def build(work: Work) -> None:
    """Write pictures and encoded captions once; needs the stage `plain`'s latents."""
    plain.build(work)
    target = folder(work)
    if not (target / "pictures.npy").exists():
        sprites = np.load(work.art / "sprites.npy", mmap_mode="r")
        every = plain.pairs()
        shape = (len(every), models.SIDE, models.SIDE, 3)
        partial = target / "pictures.partial.npy"
        made = np.lib.format.open_memmap(partial, "w+", np.uint8, shape)
        for number, (concept, style, ground) in enumerate(every):
            made[number] = plain.rendering(np.asarray(sprites[concept, style]), ground)
        made.flush()
        partial.rename(target / "pictures.npy")
    if not (target / "pooled.npy").exists():
        # Every caption, those of other styles included, so that a stage may use all groups.
        states, pooled = encode_text(work, ["", *(row.text for row in plain.rows())])
        np.save(target / "states.npy", states.half().numpy())
        np.save(target / "pooled.partial.npy", pooled.half().numpy())
        (target / "pooled.partial.npy").rename(target / "pooled.npy")


class PlainData:
    """Draws batches of the plain renderings with their captions."""

    def __init__(self, work: Work, shares: dict[str, float] | None = None) -> None:
        """Open the caches, which are made if missing; ``shares`` replaces `SHARES`."""
        build(work)
        self.shares = shares or SHARES
        self.scale = latent_scale(work)
        latents = np.load(work.root / "plain" / "latents.npy")
        self.latents = torch.from_numpy(latents).float() * self.scale
        self.pictures: scenes.Pixels = np.load(folder(work) / "pictures.npy", mmap_mode="r")
        self.states = np.load(folder(work) / "states.npy", mmap_mode="r")
        self.pooled = np.load(folder(work) / "pooled.npy")
        self.rows = plain.rows()
        self.pairs = plain.pairs()
        place = {pair: number for number, pair in enumerate(self.pairs)}
        self.places = np.array([place[r.concept, r.style, r.ground] for r in self.rows])
        self.concepts = np.array([row.concept for row in self.rows])
        names = np.array([row.group for row in self.rows])
        self.groups = {name: np.flatnonzero(names == name) for name in self.shares}

    def draw(self, rng: np.random.Generator, count: int, empty: float = EMPTY) -> Batch:
        """Return a batch; the part ``empty`` of its captions is left out."""
        parts = np.array(list(self.shares.values()))
        names = rng.choice(list(self.shares), count, p=parts / parts.sum())
        picked = np.array([rng.choice(self.groups[name]) for name in names])
        dropped = rng.random(count) < empty
        encoded = np.where(dropped, 0, picked + 1)
        places = self.places[picked]
        return Batch(
            latents=self.latents[places],
            states=torch.from_numpy(np.asarray(self.states[encoded])).float(),
            pooled=torch.from_numpy(self.pooled[encoded]).float(),
            concepts=torch.from_numpy(self.concepts[picked]),
            pictures=places,
            empty=torch.from_numpy(dropped),
            captions=encoded,
        )

    def images(self, places: NDArray[np.int64], side: int = models.SIDE) -> Tensor:
        """Return renderings (n, 3, side, side) in -1..1; ``side`` divides 128."""
        some = torch.from_numpy(np.asarray(self.pictures[places])).permute(0, 3, 1, 2).float()
        small = torch.nn.functional.avg_pool2d(some, models.SIDE // side)
        return small / 127.5 - 1
