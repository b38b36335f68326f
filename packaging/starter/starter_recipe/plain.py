"""Trains the UNet on every thing at one size in one place: the first part of its curriculum.

What ruins small pictures is free size and place: each distinct picture is then seen less than
once. Here a thing has one rendering for each style and plain ground, and each is seen hundreds of
times.
"""

from collections import Counter
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from diffusers.models.attention_processor import AttnProcessor
from numpy.typing import NDArray
from safetensors.torch import load_file
from torch import Tensor

from starter_recipe import captions, models, scenes, text
from starter_recipe.art import STYLES
from starter_recipe.bank import encode_pictures, latent_scale
from starter_recipe.base import noised
from starter_recipe.captions import LANGUAGES, SPANISH_COLOURS
from starter_recipe.concepts import concepts
from starter_recipe.paths import Work
from starter_recipe.precision import autocast
from starter_recipe.trainer import Plan, Trainer
from starter_recipe.vae import load_vae

SIZE = 106
BATCH = 16
KEY = "magenta"
GROUNDS: dict[str, tuple[int, int, int]] = {**scenes.COLOURS, KEY: (255, 0, 255)}
"""Plain grounds by their English names; the key is a colour that no thing has."""
WHITE_PHRASES = 3
SEED = 31
SHARES = {"white": 0.3, "style": 0.3, "ground": 0.2, "key": 0.2}
"""The part of each group of captions in a batch.

The first 137,000 samples had half white and a quarter each of styles and grounds, key included.
"""


@dataclass(frozen=True)
class Row:
    """One caption and the rendering it belongs to."""

    text: str
    concept: int
    style: int
    ground: str
    group: str


def rows() -> list[Row]:
    """Return every caption of the stage, in an order that never changes.

    A plain name means the first style on white; another style or ground is always named.
    """
    rng = np.random.default_rng(SEED)
    found: list[Row] = []
    for concept, thing in enumerate(concepts()):
        for language in LANGUAGES:
            texts = [captions.plain(concept, language)]
            texts += [
                captions.worn(rng, captions.phrase(rng, thing, language, ""))
                for _ in range(WHITE_PHRASES - 1)
            ]
            found += [Row(one, concept, 0, "white", "white") for one in texts]
            for style, name in enumerate(STYLES):
                said = captions.phrase(rng, thing, language, name)
                found.append(Row(said, concept, style, "white", "style"))
            for ground in GROUNDS:
                said = captions.phrase(rng, thing, language, "")
                said = on_ground(rng, said, language, ground)
                group = "key" if ground == KEY else "ground"
                found.append(Row(said, concept, 0, ground, group))
    return found


def on_ground(rng: np.random.Generator, said: str, language: str, ground: str) -> str:
    """Add the words for a plain ground to a caption."""
    colour = ground if language == "en" else {**SPANISH_COLOURS, KEY: "magenta"}[ground]
    words = captions.BACKGROUND_WORDS[language]
    return words[int(rng.integers(len(words)))].format(said, colour)


def rendering(sprite: scenes.Pixels, ground: str) -> scenes.Pixels:
    """Draw a premultiplied sprite in the middle of a plain ground: (128, 128, 3) uint8."""
    middle = (models.SIDE / 2, models.SIDE / 2)
    thing = scenes.sprite_canvas(sprite, models.SIDE, SIZE, middle)
    colour = np.array(GROUNDS[ground], np.float32) / 255
    made = thing[..., :3] + (1 - thing[..., 3:]) * colour
    return np.asarray(np.rint(made * 255), np.uint8)


def pairs() -> list[tuple[int, int, str]]:
    """Return the distinct renderings: (concept, style, ground)."""
    found = []
    for concept in range(len(concepts())):
        found += [(concept, 0, ground) for ground in GROUNDS]
        found += [(concept, style, "white") for style in range(1, len(STYLES))]
    return found


def views(samples: int) -> dict[str, int]:
    """Return how often so many samples show each distinct rendering, by the kind of rendering."""
    kinds = {"3d": 0.0, "other styles": 0.0, "other grounds": 0.0, "key": 0.0}
    shown = {"3d": 1, "other styles": len(STYLES) - 1, "other grounds": len(GROUNDS) - 2, "key": 1}
    every = rows()
    sizes = Counter(row.group for row in every)
    for row in every:
        other = "3d" if row.ground == "white" else "other grounds"
        other = "key" if row.ground == KEY else other
        kinds["other styles" if row.style else other] += SHARES[row.group] / sizes[row.group]
    count = len(concepts())
    return {kind: round(samples * part / count / shown[kind]) for kind, part in kinds.items()}


def build(work: Work) -> None:
    """Encode every rendering and every caption once."""
    folder = work.root / "plain"
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "latents.npy").exists():
        vae = load_vae(work).to(memory_format=torch.channels_last)
        sprites = np.load(work.art / "sprites.npy", mmap_mode="r")
        made, every = [], pairs()
        for start in range(0, len(every), 32):
            some = every[start : start + 32]
            pictures = [rendering(np.asarray(sprites[c, s]), g) for c, s, g in some]
            made.append(encode_pictures(vae, pictures).half().numpy())
        np.save(folder / "latents.partial.npy", np.concatenate(made))
        (folder / "latents.partial.npy").rename(folder / "latents.npy")
    if not (folder / "texts.npy").exists():
        tokenizer, encoder = text.load_text(work)
        texts = ["", *(row.text for row in rows())]
        shape = (len(texts), models.TEXT_LENGTH, models.TEXT_WIDTH)
        states = np.lib.format.open_memmap(folder / "texts.partial.npy", "w+", np.float16, shape)
        for start in range(0, len(texts), 64):
            with autocast():
                encoded = text.encode(tokenizer, encoder, texts[start : start + 64])
            states[start : start + 64] = encoded.half().numpy()
        states.flush()
        (folder / "texts.partial.npy").rename(folder / "texts.npy")


class PlainLoss:
    """The loss of the UNet on the renderings: v-prediction, text to image only."""

    def __init__(
        self,
        unet: torch.nn.Module,
        latents: NDArray[np.float16],
        texts: NDArray[np.float16],
        scale: float,
    ) -> None:
        """Take latents in the order of `pairs`, and the encoded "" and texts of `rows`."""
        self.unet = unet
        self.latents = latents
        self.texts = texts
        self.scale = scale
        self.rows = rows()
        place = {pair: number for number, pair in enumerate(pairs())}
        self.places = np.array([place[r.concept, r.style, r.ground] for r in self.rows])
        groups = np.array([row.group for row in self.rows])
        self.groups = {name: np.flatnonzero(groups == name) for name in SHARES}
        self.signal = models.scheduler().alphas_cumprod

    def __call__(self, step: int) -> Tensor:
        """Return the loss of the batch that belongs to a step."""
        clean, words = self.draw(np.random.default_rng((SEED, step)), BATCH)
        generator = torch.Generator().manual_seed(step)
        noisy, time, target = noised(clean, self.signal, generator)
        empty = torch.zeros(BATCH, 5, *clean.shape[2:])
        image = torch.cat([noisy, empty], 1).contiguous(memory_format=torch.channels_last)
        with autocast(cache_enabled=False):
            made = self.unet(image, time, words).sample
        return F.mse_loss(made.float(), target)

    def draw(self, rng: np.random.Generator, count: int) -> tuple[Tensor, Tensor]:
        """Return scaled latents (count, 4, h, w) and text states; one caption in ten is empty."""
        names = rng.choice(list(SHARES), count, p=list(SHARES.values()))
        picked = np.array([rng.choice(self.groups[name]) for name in names])
        clean = torch.from_numpy(self.latents[self.places[picked]]).float() * self.scale
        dropped = np.where(rng.random(count) < 0.1, 0, picked + 1)
        return clean, torch.from_numpy(self.texts[dropped]).float()


def train_plain(work: Work, minutes: float) -> None:
    """Continue the base on plain grounds until the deadline."""
    build(work)
    torch.manual_seed(0)
    # What `adopt` found of an earlier run, else the shipped model.
    begun = work.weights("plain") if work.weights("plain").exists() else work.weights("base")
    unet = models.load_unet(load_file(begun), 9)
    unet = unet.to(memory_format=torch.channels_last)
    unet.set_attn_processor(AttnProcessor())
    plan = Plan(batch=BATCH, rate=8e-4, minutes=minutes, anneal=0.7, warmup=100, average=0.998)
    folder = work.root / "plain"
    latents = np.load(folder / "latents.npy")
    texts = np.load(folder / "texts.npy", mmap_mode="r")
    loss = PlainLoss(unet, latents, texts, latent_scale(work))
    Trainer(unet, loss, plan, work.checkpoint("plain")).run()
