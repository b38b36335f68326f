"""Trains the decoder further so that small pictures keep their eyes and edges.

A decoder that is asked for the mean of all pictures blurs what is smaller than a cell. A critic of
small patches that tells decoded pictures from real ones asks it to choose instead.
"""

from collections.abc import Callable

import numpy as np
import torch
import torch.nn.functional as F
from diffusers import AutoencoderTiny
from torch import Tensor, nn

from starter_recipe import models, plain, scenes
from starter_recipe.paths import Work
from starter_recipe.precision import autocast
from starter_recipe.trainer import Plan, Trainer
from starter_recipe.vae import load_vae, picture_loss

BATCH = 4
NOISE = 0.15
"""The most noise on a latent; with more the decoder paints over what is small."""
CRITIC = 0.15
PHOTOS = 0.3
CENTRED = 0.75
SEED = 41


class Critic(nn.Module):
    """Tells decoded from real patches of 22 pixels: three convolutions and one number each."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(3, 32, 4, stride=2, padding=1),
            nn.LeakyReLU(0.2),
            nn.Conv2d(32, 64, 4, stride=2, padding=1),
            nn.LeakyReLU(0.2),
            nn.Conv2d(64, 96, 4, padding=1),
            nn.LeakyReLU(0.2),
            nn.Conv2d(96, 1, 1),
        )

    def forward(self, pictures: Tensor) -> Tensor:
        """Map pictures (n, 3, h, w) in -1..1 to scores (n, 1, h', w'), above 0 where real."""
        scores: Tensor = self.layers(pictures)
        return scores


class Duel(nn.Module):
    """The autoencoder and its critic, trained and kept together."""

    def __init__(self, autoencoder: AutoencoderTiny) -> None:
        super().__init__()
        self.vae = autoencoder
        self.critic = Critic()
        self.vae.encoder.requires_grad_(False)


class Frames:
    """Draws whole frames; the number of the step decides every choice.

    Crops would be cheaper, but a decoder that never saw a border paints a line along it.
    """

    def __init__(self, work: Work) -> None:
        self.photos = np.load(work.art / "photos.npy", mmap_mode="r")
        self.sprites = np.load(work.art / "sprites.npy", mmap_mode="r")
        self.extras = np.load(work.art / "extras.npy", mmap_mode="r")

    def batch(self, step: int) -> Tensor:
        """Return (BATCH, 3, 128, 128) float32 in -1..1."""
        rng = np.random.default_rng((SEED, step))
        images = np.stack([self.frame(rng) for _ in range(BATCH)])
        tensor = torch.from_numpy(images).permute(0, 3, 1, 2).float() / 127.5 - 1
        return tensor.contiguous(memory_format=torch.channels_last)

    def frame(self, rng: np.random.Generator) -> scenes.Pixels:
        """Draw a photograph, a thing in the middle of a plain ground, or one anywhere."""
        if rng.random() < PHOTOS:
            return np.asarray(np.rint(self._photo(rng) * 255), np.uint8)
        sprite = self._sprite(rng)
        if rng.random() < CENTRED:
            grounds = list(plain.GROUNDS)
            other = grounds[rng.integers(len(grounds))]
            return plain.rendering(sprite, "white" if rng.random() < 0.5 else other)
        thing = scenes.place(rng, sprite, models.SIDE, (0.5, 0.97), True)
        if rng.random() < 0.5:
            ground = scenes.shadow(rng, thing, self._photo(rng))
        else:
            ground = scenes.soft_background(rng, models.SIDE)
        return scenes.over(thing, ground).image

    def _photo(self, rng: np.random.Generator) -> scenes.Floats:
        photo = self.photos[rng.integers(len(self.photos))]
        return scenes.photo_crop(rng, photo, models.SIDE)

    def _sprite(self, rng: np.random.Generator) -> scenes.Pixels:
        if rng.random() < 0.8:
            concept = self.sprites[rng.integers(len(self.sprites))]
            style = 0 if rng.random() < 0.6 else int(rng.integers(1, concept.shape[0]))
            return np.asarray(concept[style])
        return np.asarray(self.extras[rng.integers(len(self.extras))])


def duel_loss(duel: Duel, frames: Frames) -> Callable[[int], Tensor]:
    """Return the loss of a step: the decoder's and the critic's, which share no weight.

    The decoder is judged by the critic as it stands, whose weights get no gradient from that.
    """

    def loss(step: int) -> Tensor:
        image = frames.batch(step)
        generator = torch.Generator().manual_seed(step)
        still = {name: weight.detach() for name, weight in duel.critic.named_parameters()}
        with autocast(cache_enabled=False):
            with torch.no_grad():
                latent = duel.vae.encoder(image).float()
            noise = torch.randn(latent.shape, generator=generator)
            rough = NOISE * torch.rand((len(latent), 1, 1, 1), generator=generator)
            made = duel.vae.decoder(latent + rough * noise).float()
            liked = torch.func.functional_call(duel.critic, still, (made,)).float()
            false, true = duel.critic(made.detach()).float(), duel.critic(image).float()
        hinge = F.relu(1 + false).mean() + F.relu(1 - true).mean()
        total: Tensor = picture_loss(made, image) - CRITIC * liked.mean() + hinge
        return total

    return loss


def train_sharp(work: Work, minutes: float) -> None:
    """Train the decoder against the critic; the encoder, and so every latent, stays as it is."""
    torch.manual_seed(0)
    duel = Duel(load_vae(work, sharp=False)).to(memory_format=torch.channels_last)
    duel.vae.decoder.requires_grad_(True)
    plan = Plan(batch=BATCH, rate=4e-4, minutes=minutes, anneal=0.9, warmup=50, average=0.995)
    Trainer(duel, duel_loss(duel, Frames(work)), plan, work.checkpoint("sharp")).run()
