"""Trains a conditional GAN on the latents.

Hinge loss, a projection discriminator (Miyato and Koyama 2018), R1 (Mescheder et al. 2018),
captions of other pictures as further negatives (Reed et al. 2016), and a distance to the rendering,
as in pix2pix, of the nearer of two random vectors (conditional IMLE, Li et al. 2020): without it
some hundred views of a thing do not suffice, and with one vector both ways a thing can face would
blend. The generator listens to the discriminator only after it has learned from the renderings:
with both from the first step it made one smear of every prompt after 15,000 samples.
"""

import itertools

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.func import functional_call

from starter_recipe.lineage import data, flips
from starter_recipe.paths import Work
from starter_recipe.trainer import Plan, Trainer
from studio.engine.families.one_step.networks import LatentGenerator

BATCH = 32
TRIES = 2
NEARNESS = 8.0
"""Weight of the distance to the rendering."""
PENALTY, PENALTY_EVERY = 0.5, 8
ALONE, RAMP = 1200, 600
"""Steps without the discriminator's word, and steps in which its weight rises to 1."""


def generator() -> LatentGenerator:
    """Build the generator, the only part that ships."""
    made: LatentGenerator = LatentGenerator(
        latent_width=64, widths=(144, 128, 80), blocks=(1, 1, 1)
    )
    return made


class Discriminator(nn.Module):
    """Scores latents (n, 4, 16, 16) beside their pooled prompts (n, 256): large for real ones."""

    def __init__(self) -> None:
        super().__init__()
        widths = (64, 96, 160, 192)
        self.entry = nn.Conv2d(4, widths[0], 3, padding=1)
        self.convolutions = nn.ModuleList(
            nn.Conv2d(a, b, 4, stride=2, padding=1) for a, b in itertools.pairwise(widths)
        )
        self.local = nn.Conv2d(widths[2], 1, 1)
        self.whole = nn.Linear(widths[-1] * 4, 256)
        self.bare = nn.Linear(256, 1)
        self.prompt = nn.Linear(256, 256)

    def forward(self, latents: Tensor, pooled: Tensor) -> Tensor:
        """Return scores (n,) of whole pictures, with those of their parts (n,) added."""
        features = F.leaky_relu(self.entry(latents), 0.2)
        parts = features
        for number, convolution in enumerate(self.convolutions):
            features = F.leaky_relu(convolution(features), 0.2)
            parts = features if number == 1 else parts
        inner = F.leaky_relu(self.whole(features.flatten(1)), 0.2)
        fits = (self.prompt(pooled) * inner).sum(1) / 16
        scores: Tensor = self.bare(inner)[:, 0] + fits + self.local(parts).mean((1, 2, 3))
        return scores


class Pair(nn.Module):
    """The generator and its discriminator, trained side by side."""

    def __init__(self) -> None:
        super().__init__()
        self.generator = generator()
        self.discriminator = Discriminator()


class GANLoss:
    """The sum of both losses; neither reaches the other's weights."""

    def __init__(self, pair: Pair, found: data.PlainData, latents: Tensor) -> None:
        self.pair = pair
        self.data = found
        self.latents = latents

    def __call__(self, step: int) -> Tensor:
        """Return the loss of the batch that belongs to a step."""
        rng = np.random.default_rng((73, step))
        batch = self.data.draw(rng, BATCH, empty=0.05)
        real = self.latents[rng.integers(0, 2, BATCH), batch.pictures]
        noise = torch.Generator().manual_seed(step)
        vectors = self._nearest(real, batch.pooled, noise)
        made = self.pair.generator(vectors, batch.pooled)
        frozen = {n: p.detach() for n, p in self.pair.discriminator.named_parameters()}
        score = functional_call(self.pair.discriminator, frozen, (made, batch.pooled))
        near = F.l1_loss(made, real)
        judging = self._judging(step, real, made, batch.pooled)
        heard = min(1.0, max(0.0, (step - ALONE) / RAMP))
        total: Tensor = NEARNESS * near - heard * score.mean() + judging
        return total

    def _nearest(self, real: Tensor, pooled: Tensor, noise: torch.Generator) -> Tensor:
        """Return of `TRIES` random vectors (n, 64) that whose latents are nearest to real ones."""
        count = len(real)
        vectors = torch.randn(TRIES, count, 64, generator=noise)
        with torch.no_grad():
            tries = [self.pair.generator(one, pooled) for one in vectors]
        errors = torch.stack([(one - real).pow(2).mean((1, 2, 3)) for one in tries])
        return vectors[errors.argmin(0), torch.arange(count)]

    def _judging(self, step: int, real: Tensor, made: Tensor, pooled: Tensor) -> Tensor:
        judge = self.pair.discriminator
        penalised = step % PENALTY_EVERY == 0
        real = real.detach().requires_grad_(penalised)
        seen = judge(real, pooled)
        other = judge(real.detach(), pooled.roll(1, 0))
        loss = F.relu(1 - seen).mean()
        loss = loss + 0.5 * F.relu(1 + judge(made.detach(), pooled)).mean()
        loss = loss + 0.5 * F.relu(1 + other).mean()
        if penalised:
            (slope,) = torch.autograd.grad(seen.sum(), real, create_graph=True)
            loss = loss + PENALTY * PENALTY_EVERY * slope.pow(2).sum((1, 2, 3)).mean() / 2
        return loss


def train_gan(work: Work, minutes: float) -> None:
    """Train the pair until the deadline."""
    torch.manual_seed(0)
    pair = Pair().to(memory_format=torch.channels_last)
    found = data.PlainData(work)
    loss = GANLoss(pair, found, flips.both_ways(work, found))
    plan = Plan(batch=BATCH, rate=1e-3, minutes=minutes, anneal=0.5, warmup=100, average=0.997)
    Trainer(pair, loss, plan, data.folder(work) / "gan.pt").run()
